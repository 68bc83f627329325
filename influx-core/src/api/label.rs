//! Labels.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::options::options;
use super::org::{Form, Org};
use super::page::Entry;
use super::resource::sealed::Wire;
use super::resource::{Api, Named, Owned, Resource};
use super::{LabelId, OrgId};
use crate::client::Client;
use crate::http::Call;

/// A label.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Label {
    /// Its id.
    pub id: LabelId,
    /// Its name.
    pub name: String,
    /// The organisation that it belongs to.
    #[serde(rename = "orgID")]
    pub org_id: Option<OrgId>,
    /// What is noted of it, such as `color` and `description`.
    #[serde(default)]
    pub properties: Option<BTreeMap<String, String>>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

options! {
    /// A label that is to be made.
    pub struct NewLabel(name: String = "name") {
        /// What is noted of it, such as `color` and `description`.
        properties: BTreeMap<String, String> = "properties",
    }

    /// What changes of a label.
    pub struct LabelUpdate() {
        /// Its name.
        name: String = "name",
        /// What is noted of it, key by key; empty text clears a key.
        properties: BTreeMap<String, String> = "properties",
    }

    /// Which labels a list holds: all of an organisation.
    pub struct LabelFilter() {}
}

impl Entry for Label {
    const NOUN: &'static str = "label";
    const LIST: &'static str = "labels";

    fn key(&self) -> &str {
        self.id.as_str()
    }
}

impl Wire for Label {
    const PATH: &'static str = "/api/v2/labels";
    const NAME: Option<&'static str> = None;
    const ITEM: Option<&'static str> = Some("label");
    const ORG_OF_LIST: Form = Form::Id;
    const ORG_OF_NEW: Form = Form::Id;
}

impl Resource for Label {
    type New = NewLabel;
    type Update = LabelUpdate;
    type Filter = LabelFilter;
}

impl Named for Label {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Owned for Label {}

impl Api<Label> {
    /// Makes a label with the properties and the organisation of another, under a name of its own.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub fn clone_label(&self, name: impl Into<String>, of: &Label) -> Call<Label> {
        let new = NewLabel::new(name).properties(of.properties.clone().unwrap_or_default());
        self.create_for(new, of.org_id.clone().map(Org::Id).or_else(|| self.scope()))
    }
}

impl Client {
    /// Labels.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::api::NewLabel;
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::builder().token("secret").org("my-org").bucket("machines").start()?;
    /// let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
    ///
    /// let color = [("color".to_owned(), "#ff0000".to_owned())];
    /// let urgent = client.labels().create(NewLabel::new("urgent").properties(color)).await?;
    /// let bucket = client.buckets().find("machines").await?.ok_or("no such bucket")?;
    /// client.buckets().add_label(&bucket, &urgent).await?;
    /// assert_eq!(client.buckets().labels(&bucket).await?, [urgent]);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    pub fn labels(&self) -> Api<Label> {
        Api::new(self)
    }
}
