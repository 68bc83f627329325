//! Caches of distinct values of InfluxDB 3.

use std::time::Duration;

use ::http::Method;
use serde::Serialize;

use super::super::answer::{call, done, request};
use super::{delete_cache, seconds};
use crate::client::Client;
use crate::http::Call;

const PATH: &str = "/api/v3/configure/distinct_cache";

/// The caches of distinct values of a database of InfluxDB 3, made by
/// [`V3::distinct_caches`](super::V3::distinct_caches).
#[derive(Debug, Clone)]
pub struct DistinctCaches {
    client: Client,
    database: String,
}

impl DistinctCaches {
    pub(super) fn new(client: Client, database: String) -> Self {
        Self { client, database }
    }

    /// Creates a cache. One that is there already with the same settings stays.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn create(&self, cache: NewDistinctCache) -> Call<()> {
        #[derive(Serialize)]
        struct Body<'a> {
            db: &'a str,
            #[serde(flatten)]
            cache: NewDistinctCache,
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

/// A cache of distinct values to create.
#[derive(Debug, Clone, Serialize)]
#[must_use]
pub struct NewDistinctCache {
    table: String,
    columns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_cardinality: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
}

impl NewDistinctCache {
    /// A cache of the distinct combinations of these columns, which are tags or texts.
    pub fn new<N: Into<String>>(table: impl Into<String>, columns: impl IntoIterator<Item = N>) -> Self {
        Self {
            table: table.into(),
            columns: columns.into_iter().map(Into::into).collect(),
            name: None,
            max_cardinality: None,
            max_age: None,
        }
    }

    /// Its name. Default: made of the table's and the columns' names.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The most combinations that it keeps. Default: the server's.
    pub fn max_cardinality(mut self, combinations: u64) -> Self {
        self.max_cardinality = Some(combinations);
        self
    }

    /// How long it keeps a combination, in seconds, rounded up. Default: the server's.
    pub fn max_age(mut self, duration: Duration) -> Self {
        self.max_age = Some(seconds(duration));
        self
    }
}
