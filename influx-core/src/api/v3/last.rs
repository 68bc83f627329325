//! Caches of last values of InfluxDB 3.

use std::time::Duration;

use ::http::Method;
use serde::Serialize;

use super::super::answer::{call, done, request};
use super::{delete_cache, seconds};
use crate::client::Client;
use crate::http::Call;

const PATH: &str = "/api/v3/configure/last_cache";

/// The caches of last values of a database of InfluxDB 3, made by [`V3::last_caches`](super::V3::last_caches).
#[derive(Debug, Clone)]
pub struct LastCaches {
    client: Client,
    database: String,
}

impl LastCaches {
    pub(super) fn new(client: Client, database: String) -> Self {
        Self { client, database }
    }

    /// Creates a cache. One that is there already with the same settings stays.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn create(&self, cache: NewLastCache) -> Call<()> {
        #[derive(Serialize)]
        struct Body<'a> {
            db: &'a str,
            #[serde(flatten)]
            cache: NewLastCache,
        }
        let body = Body { db: &self.database, cache };
        call(&self.client, request(Method::POST, PATH).json(&body), done)
    }

    /// Deletes a cache of a table.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn delete(&self, table: &str, name: &str) -> Call<()> {
        delete_cache(&self.client, PATH, &self.database, table, name)
    }
}

/// A cache of last values to create.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[must_use]
pub struct NewLastCache {
    table: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    key_columns: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    value_columns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<u64>,
}

impl NewLastCache {
    /// A cache of a table's last values for each combination of its tags.
    pub fn new(table: impl Into<String>) -> Self {
        Self { table: table.into(), ..Self::default() }
    }

    /// Its name. Default: made of the table's and the key columns' names.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The columns of whose combinations it keeps values. Default: all tags.
    pub fn key_columns<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.key_columns = names.into_iter().map(Into::into).collect();
        self
    }

    /// The columns that it keeps. Default: all others, also those to come.
    pub fn value_columns<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.value_columns = names.into_iter().map(Into::into).collect();
        self
    }

    /// How many values it keeps for each combination. Default: 1.
    pub fn count(mut self, values: u32) -> Self {
        self.count = Some(values);
        self
    }

    /// How long it keeps a value, in seconds, rounded up. Default: 4 hours.
    pub fn ttl(mut self, duration: Duration) -> Self {
        self.ttl = Some(seconds(duration));
        self
    }
}
