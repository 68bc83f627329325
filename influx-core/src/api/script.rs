//! Invokable scripts, which only Cloud has.

use std::collections::BTreeMap;

use ::http::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::{call, item};
use super::options::options;
use super::page::{Entry, Paging};
use super::resource::sealed::Wire;
use super::resource::{Api, Named, Resource};
use super::words::words;
use super::{OrgId, ScriptId, absent};
use crate::Epoch;
use crate::client::Client;
use crate::http::Call;

/// A script that the server keeps, and runs with parameters when it is asked to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Script {
    /// Its id.
    pub id: ScriptId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The organisation that it belongs to.
    #[serde(rename = "orgID")]
    pub org_id: Option<OrgId>,
    /// Its text.
    pub script: String,
    /// The language of it.
    #[serde(default, deserialize_with = "absent::text")]
    pub language: Option<ScriptLanguage>,
    /// Where it is invoked.
    pub url: Option<String>,
    /// When it was made.
    #[serde(default, deserialize_with = "absent::text")]
    pub created_at: Option<Epoch>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "absent::text")]
    pub updated_at: Option<Epoch>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

words! {
    /// The language of a script.
    pub enum ScriptLanguage {
        /// Flux.
        Flux = "flux",
        /// SQL.
        Sql = "sql",
    }
}

options! {
    /// A script that is to be made.
    pub struct NewScript(
        name: String = "name",
        description: String = "description",
        language: ScriptLanguage = "language",
        script: String = "script",
    ) {}

    /// What changes of a script.
    pub struct ScriptUpdate() {
        /// What it is for; empty text clears it.
        description: String = "description",
        /// Its text.
        script: String = "script",
    }

    /// Which scripts a list holds.
    pub struct ScriptFilter() {
        /// Only that of this name.
        name: String = "name",
        [
            /// How many a page holds: 1 to 500. Default: 500 for [`Api::list_all`], else the server's, mostly 100.
            limit: u32 = "limit",
            /// How many are left out at the begin.
            offset: u64 = "offset",
        ]
    }
}

impl NewScript {
    /// A script in Flux.
    pub fn flux(name: impl Into<String>, script: impl Into<String>) -> Self {
        Self::new(name, "", ScriptLanguage::Flux, script)
    }

    /// A script in SQL.
    pub fn sql(name: impl Into<String>, script: impl Into<String>) -> Self {
        Self::new(name, "", ScriptLanguage::Sql, script)
    }

    /// What it is for.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }
}

impl Entry for Script {
    const NOUN: &'static str = "script";
    const LIST: &'static str = "scripts";
    const PAGING: Paging = Paging::Offset(500);

    fn key(&self) -> &str {
        self.id.as_str()
    }
}

impl Wire for Script {
    const PATH: &'static str = "/api/v2/scripts";
}

impl Resource for Script {
    type New = NewScript;
    type Update = ScriptUpdate;
    type Filter = ScriptFilter;
}

impl Named for Script {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Api<Script> {
    /// The parameters that a script takes, each with its type, such as `string` or `any`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn parameters(&self, script: impl Into<ScriptId>) -> Call<BTreeMap<String, String>> {
        call(self.client(), self.below(Method::GET, &script.into(), "params"), |answer| {
            item(answer, Some("params"))
        })
    }
}

impl Client {
    /// Invokable scripts, which only Cloud has.
    ///
    /// ```no_run
    /// # async fn run() -> influx_core::Result<()> {
    /// use influx_core::Client;
    /// use influx_core::api::NewScript;
    ///
    /// let client = Client::builder("https://cloud.example").token("…").org("my-org").build()?;
    /// let flux = "from(bucket: params.bucket) |> range(start: -1h) |> last()";
    /// let last = client.scripts().create(NewScript::flux("last", flux)).await?;
    /// let mut rows = client.scripts().invoke(&last).param("bucket", "machines").records().await?;
    /// while let Some(record) = rows.next().await? {
    ///     println!("{record:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn scripts(&self) -> Api<Script> {
        Api::new(self)
    }
}
