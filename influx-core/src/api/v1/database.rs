//! Databases of InfluxDB 1.

use std::time::Duration;

use super::V1;
use super::retention::Clauses;
use crate::error::Result;
use crate::http::Call;
use crate::query::InfluxQl;

/// The databases of an InfluxDB 1, made by [`V1::databases`].
#[derive(Debug, Clone)]
pub struct Databases {
    v1: V1,
}

impl Databases {
    pub(super) fn new(v1: V1) -> Self {
        Self { v1 }
    }

    /// The names of all databases.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn list(&self) -> Call<Vec<String>> {
        self.v1.names(Ok("SHOW DATABASES".to_owned()), "name")
    }

    /// Creates a database. One that is there already stays as it is.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn create(&self, database: impl Into<NewDatabase>) -> Call<()> {
        self.v1.run(database.into().statement())
    }

    /// Deletes a database with all that it holds. One that is not there is no error.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn delete(&self, name: &str) -> Call<()> {
        self.v1.run(InfluxQl::identifier(name).map(|name| format!("DROP DATABASE {name}")))
    }
}

/// A database to create; its name alone is one, too.
#[derive(Debug, Clone)]
#[must_use]
pub struct NewDatabase {
    name: String,
    policy: Option<String>,
    clauses: Clauses,
}

impl NewDatabase {
    /// A database that keeps its data without end, in the retention policy `autogen`.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), policy: None, clauses: Clauses::default() }
    }

    /// How long its retention policy keeps data. Default: without end.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.clauses.duration = Some(Some(duration));
        self
    }

    /// How many copies there are of its data. Default: 1.
    pub fn replication(mut self, copies: u32) -> Self {
        self.clauses.replication = Some(copies);
        self
    }

    /// The time that each shard group covers. Default: what the server makes of the duration.
    pub fn shard_duration(mut self, duration: Duration) -> Self {
        self.clauses.shard_duration = Some(duration);
        self
    }

    /// The name of its retention policy. Default: `autogen`.
    pub fn retention_policy(mut self, name: impl Into<String>) -> Self {
        self.policy = Some(name.into());
        self
    }

    fn statement(&self) -> Result<String> {
        let mut clauses = self.clauses.text()?;
        if let Some(policy) = &self.policy {
            clauses += &format!(" NAME {}", InfluxQl::identifier(policy)?);
        }
        let with = if clauses.is_empty() { "" } else { " WITH" };
        Ok(format!("CREATE DATABASE {}{with}{clauses}", InfluxQl::identifier(&self.name)?))
    }
}

impl<N: Into<String>> From<N> for NewDatabase {
    fn from(name: N) -> Self {
        Self::new(name)
    }
}
