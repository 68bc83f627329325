//! Administration of InfluxDB 1: statements of InfluxQL whose names and texts are quoted.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use influx_core::api::v1::{NewRetentionPolicy, Privilege};
//!
//! # async fn run(client: influx_core::Client) -> influx_core::Result<()> {
//! let v1 = client.v1();
//! v1.databases().create("telegraf").await?;
//! let week = NewRetentionPolicy::new("week").duration(Duration::from_secs(7 * 86_400)).make_default();
//! v1.retention_policies("telegraf").create(week).await?;
//! v1.users().create("ann", "pa55word").await?;
//! v1.users().grant("ann", "telegraf", Privilege::Read).await?;
//! assert_eq!(v1.databases().list().await?, ["_internal", "telegraf"]);
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! Every call has the errors of the network and of the server's refusals;
//! [`Query`](crate::ErrorKind::Query) if the server does not execute the statement, such as one for a user that is not
//! there; and [`Config`](crate::ErrorKind::Config) for a name or a text that InfluxQL has no words for: an empty name, NUL,
//! a carriage return.

mod database;
mod duration;
mod retention;
mod schema;
mod user;

pub use self::database::{Databases, NewDatabase};
pub use self::retention::{NewRetentionPolicy, RetentionPolicies, RetentionPolicy, RetentionPolicyUpdate};
pub use self::schema::{DatabaseSchema, FieldKey};
pub use self::user::{Grant, Privilege, User, Users};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::Call;
use crate::query::{FromRowOwned, InfluxQl, Query};
use crate::write::Dialect;

/// How errors name every call.
const LABEL: &str = "POST /query";

/// The administration of InfluxDB 1, made by [`Client::v1`].
#[derive(Debug, Clone)]
pub struct V1 {
    client: Client,
}

impl Client {
    /// The administration of InfluxDB 1.
    #[must_use]
    pub fn v1(&self) -> V1 {
        V1 { client: self.clone() }
    }
}

impl V1 {
    /// The databases.
    #[must_use]
    pub fn databases(&self) -> Databases {
        Databases::new(self.clone())
    }

    /// The retention policies of a database.
    #[must_use]
    pub fn retention_policies(&self, database: impl Into<String>) -> RetentionPolicies {
        RetentionPolicies::new(self.clone(), database.into())
    }

    /// The users.
    #[must_use]
    pub fn users(&self) -> Users {
        Users::new(self.clone())
    }

    /// What a database holds: its measurements, tags and fields.
    #[must_use]
    pub fn schema(&self, database: impl Into<String>) -> DatabaseSchema {
        DatabaseSchema::new(self.clone(), database.into())
    }

    /// Executes a statement.
    fn run(&self, statement: Result<String>) -> Call<()> {
        drained(statement.map(|text| self.client.influxql(text)))
    }

    /// Executes a statement that holds a password.
    fn run_secret(&self, statement: Result<String>, password: &str) -> Call<()> {
        drained(statement.map(|text| self.client.influxql_secret(text, password)))
    }

    /// The rows of a statement.
    fn list<T: FromRowOwned>(&self, statement: Result<String>) -> Call<Vec<T>> {
        asked(statement.map(|text| self.client.influxql(text)), |query| async move {
            query.rows::<T>().await?.collect().await
        })
    }

    /// The texts in one column of a statement's rows.
    fn names(&self, statement: Result<String>, column: &'static str) -> Call<Vec<String>> {
        asked(statement.map(|text| self.client.influxql(text)), move |query| async move {
            let mut rows = query.cursor().await?;
            let mut names = Vec::new();
            while let Some(row) = rows.next().await? {
                let cell = row.get(column).ok_or_else(|| {
                    Error::decode(LABEL.to_owned(), 200, format!("the answer has no column {column:?}"))
                })?;
                names.push(cell.text().to_owned());
            }
            Ok(names)
        })
    }
}

/// The call of a query of which only the end counts.
fn drained(query: Result<Query<InfluxQl>>) -> Call<()> {
    asked(query, |query| async move {
        let mut rows = query.cursor().await?;
        while rows.next().await?.is_some() {}
        Ok(())
    })
}

/// The call of a query, whatever else the client's queries are asked by.
fn asked<T, F>(
    query: Result<Query<InfluxQl>>,
    ask: impl FnOnce(Query<InfluxQl>) -> F + Send + 'static,
) -> Call<T>
where
    T: 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    match query {
        Ok(query) => Call::future(LABEL, move || Box::pin(ask(query.dialect(Dialect::V1)))),
        Err(error) => Call::settled(Err(error)),
    }
}

#[cfg(test)]
mod tests;
