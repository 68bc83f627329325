//! Databases of InfluxDB 3.

use std::time::Duration;

use ::http::Method;
use serde::{Deserialize, Serialize};

use super::super::answer::{call, done, json, request};
use super::period;
use crate::client::Client;
use crate::error::Result;
use crate::http::{Answer, Call, Request};
use crate::line::Epoch;

const PATH: &str = "/api/v3/configure/database";

/// The databases of an InfluxDB 3, made by [`V3::databases`](super::V3::databases).
#[derive(Debug, Clone)]
pub struct Databases {
    client: Client,
}

impl Databases {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The names of all databases, but for those that are deleted.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn list(&self) -> Call<Vec<String>> {
        let request = request(Method::GET, PATH).query("format", "json");
        call(&self.client, Ok(request), |answer| {
            let databases = databases(answer)?.into_iter().filter(|database| !database.deleted);
            Ok(databases.map(|database| database.name).collect())
        })
    }

    /// All databases, also those that are deleted softly.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn list_with_deleted(&self) -> Call<Vec<Database>> {
        let request = request(Method::GET, PATH).query("format", "json").query("show_deleted", "true");
        call(&self.client, Ok(request), databases)
    }

    /// Creates a database.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn create(&self, database: impl Into<NewDatabase>) -> Call<()> {
        call(&self.client, request(Method::POST, PATH).json(&database.into()), done)
    }

    /// Changes how long a database keeps its data.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn update(&self, name: &str, update: DatabaseUpdate) -> Call<()> {
        #[derive(Serialize)]
        struct Body<'a> {
            db: &'a str,
            retention_period: String,
        }
        match update {
            DatabaseUpdate::Retention(duration) => {
                let body = Body { db: name, retention_period: period(duration) };
                call(&self.client, request(Method::PUT, PATH).json(&body), done)
            }
            DatabaseUpdate::Forever => {
                let path = "/api/v3/configure/database/retention_period";
                call(&self.client, Ok(request(Method::DELETE, path).query("db", name)), done)
            }
        }
    }

    /// Deletes a database softly: it cannot be queried any more, but its data is still there.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn delete(&self, name: &str) -> Call<()> {
        self.remove(self.at(name))
    }

    /// Deletes a database, and its data, too.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn delete_hard(&self, name: &str, when: HardDelete) -> Call<()> {
        self.remove(self.at(name).query("hard_delete_at", when.text()))
    }

    /// Deletes the data of a database, and keeps its tables, tokens, triggers and caches.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn delete_data(&self, name: &str) -> Call<()> {
        self.remove(self.at(name).query("data_only", "true"))
    }

    /// Deletes the data of a database and its tables with their caches, and keeps its tokens and triggers.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn delete_tables(&self, name: &str) -> Call<()> {
        self.remove(self.at(name).query("data_only", "true").query("remove_tables", "true"))
    }

    fn at(&self, name: &str) -> Request {
        request(Method::DELETE, PATH).query("db", name)
    }

    fn remove(&self, request: Request) -> Call<()> {
        call(&self.client, Ok(request), done)
    }
}

/// A database of a server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Database {
    /// Its name.
    #[serde(rename = "iox::database")]
    pub name: String,
    /// Whether it is deleted softly.
    #[serde(default)]
    pub deleted: bool,
}

/// The list: as the server writes it, or as its contract has it.
fn databases(answer: Answer) -> Result<Vec<Database>> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum List {
        Rows(Vec<Database>),
        Names { databases: Vec<String> },
    }
    Ok(match json(answer)? {
        List::Rows(rows) => rows,
        List::Names { databases } => {
            databases.into_iter().map(|name| Database { name, deleted: false }).collect()
        }
    })
}

/// A database to create; its name alone is one, too.
#[derive(Debug, Clone, Serialize)]
#[must_use]
pub struct NewDatabase {
    #[serde(rename = "db")]
    name: String,
    #[serde(rename = "retention_period", skip_serializing_if = "Option::is_none")]
    retention: Option<String>,
}

impl NewDatabase {
    /// A database that keeps its data without end. Names are letters, digits and hyphens.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), retention: None }
    }

    /// How long it keeps data. Default: without end.
    pub fn retention(mut self, duration: Duration) -> Self {
        self.retention = Some(period(duration));
        self
    }
}

impl<N: Into<String>> From<N> for NewDatabase {
    fn from(name: N) -> Self {
        Self::new(name)
    }
}

/// What to change of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseUpdate {
    /// It keeps data so long.
    Retention(Duration),
    /// It keeps data without end.
    Forever,
}

/// When what is deleted is gone for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HardDelete {
    /// At once.
    Now,
    /// After the time that the server is set up with.
    Default,
    /// At a moment.
    At(Epoch),
}

impl HardDelete {
    pub(super) fn text(self) -> String {
        match self {
            Self::Now => "now".to_owned(),
            Self::Default => "default".to_owned(),
            Self::At(moment) => moment.to_string(),
        }
    }
}
