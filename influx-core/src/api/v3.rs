//! Administration of InfluxDB 3: databases, tables, tokens and caches.
//!
#![cfg_attr(feature = "derive", doc = "```no_run")]
#![cfg_attr(not(feature = "derive"), doc = "```ignore")]
//! use influx_core::Measurement;
//!
//! #[derive(Measurement)]
//! struct Cpu {
//!     #[tag]
//!     host: String,
//!     #[field]
//!     usage: f64,
//! }
//!
//! # async fn run(client: influx_core::Client) -> influx_core::Result<()> {
//! let v3 = client.v3();
//! v3.databases().create("telegraf").await?;
//! v3.tables("telegraf").create_for::<Cpu>().await?;
//! assert!(v3.tables("telegraf").compare::<Cpu>().await?.is_equal());
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! Every call has the errors of the network and of the server's refusals: [`NotFound`](crate::ErrorKind::NotFound) for
//! what is not there, [`Conflict`](crate::ErrorKind::Conflict) for what is there already,
//! [`Rejected`](crate::ErrorKind::Rejected) for a name or a setting that the server does not take. Nothing but reading is
//! tried again after a connection broke, unless doing it twice is the same as doing it once.

mod compare;
mod database;
mod distinct;
mod last;
mod table;
mod token;

use std::time::Duration;

use ::http::Method;
use serde::Serialize;

pub use self::compare::{DifferingColumn, TableDiff};
pub use self::database::{Database, DatabaseUpdate, Databases, HardDelete, NewDatabase};
pub use self::distinct::{DistinctCaches, NewDistinctCache};
pub use self::last::{LastCaches, NewLastCache};
pub use self::table::{NewTable, Tables};
pub use self::token::{AdminToken, Tokens};
use super::answer::{call, done, request};
use super::bucket::seconds;
use crate::client::Client;
use crate::http::Call;

/// The administration of InfluxDB 3, made by [`Client::v3`].
#[derive(Debug, Clone)]
pub struct V3 {
    client: Client,
}

impl Client {
    /// The administration of InfluxDB 3.
    #[must_use]
    pub fn v3(&self) -> V3 {
        V3 { client: self.clone() }
    }
}

impl V3 {
    /// The databases.
    #[must_use]
    pub fn databases(&self) -> Databases {
        Databases::new(self.client.clone())
    }

    /// The tables of a database.
    #[must_use]
    pub fn tables(&self, database: impl Into<String>) -> Tables {
        Tables::new(self.client.clone(), database.into())
    }

    /// The tokens.
    #[must_use]
    pub fn tokens(&self) -> Tokens {
        Tokens::new(self.client.clone())
    }

    /// The caches of last values of a database.
    #[must_use]
    pub fn last_caches(&self, database: impl Into<String>) -> LastCaches {
        LastCaches::new(self.client.clone(), database.into())
    }

    /// The caches of distinct values of a database.
    #[must_use]
    pub fn distinct_caches(&self, database: impl Into<String>) -> DistinctCaches {
        DistinctCaches::new(self.client.clone(), database.into())
    }
}

/// A length of time as the server takes it: `604800s`.
fn period(duration: Duration) -> String {
    match duration.subsec_nanos() {
        0 => format!("{}s", duration.as_secs()),
        nanos => format!("{}s {nanos}ns", duration.as_secs()),
    }
}

/// Deletes a cache. The server reads the query, its contract asks for a body that says the same.
fn delete_cache(client: &Client, path: &'static str, db: &str, table: &str, name: &str) -> Call<()> {
    #[derive(Serialize)]
    struct Body<'a> {
        db: &'a str,
        table: &'a str,
        name: &'a str,
    }
    let request = request(Method::DELETE, path).query("db", db).query("table", table).query("name", name);
    call(client, request.json(&Body { db, table, name }), done)
}

#[cfg(test)]
mod tests;
