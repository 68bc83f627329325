//! Tables of InfluxDB 3.

use std::time::Duration;

use ::http::Method;
use serde::Serialize;

use super::super::answer::{call, done, request};
use super::compare::{self, TableDiff};
use super::{HardDelete, period};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{Call, Request};
use crate::line::{Described, Role, Schema, ValueType};
use crate::query::{FromRow, RowError, RowReader, Wanted};

const PATH: &str = "/api/v3/configure/table";

/// The tables of a database of InfluxDB 3, made by [`V3::tables`](super::V3::tables).
#[derive(Debug, Clone)]
pub struct Tables {
    client: Client,
    database: String,
}

impl Tables {
    pub(super) fn new(client: Client, database: String) -> Self {
        Self { client, database }
    }

    /// The names of all tables. One that is deleted softly is still there, with the time of its end behind its name.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn list(&self) -> Call<Vec<String>> {
        let text =
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'iox' ORDER BY table_name";
        let query = self.client.sql(text).database(&self.database);
        Call::future(compare::LABEL, || {
            Box::pin(async move {
                let names = query.rows::<Name>().await?.collect().await?;
                Ok(names.into_iter().map(|Name(name)| name).collect())
            })
        })
    }

    /// Creates a table.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn create(&self, table: NewTable) -> Call<()> {
        #[derive(Serialize)]
        struct Body<'a> {
            db: &'a str,
            #[serde(flatten)]
            table: NewTable,
        }
        let body = Body { db: &self.database, table };
        call(&self.client, request(Method::POST, PATH).json(&body), done)
    }

    /// Creates the table of a record type's measurement, with its tags and fields.
    ///
    /// # Errors
    ///
    /// See [the module](super); and [`Config`](crate::ErrorKind::Config) for a type whose measurement comes from each
    /// record: name it with [`NewTable::named`].
    pub fn create_for<T: Described + ?Sized>(&self) -> Call<()> {
        match measurement::<T>() {
            Ok(name) => self.create(NewTable::named(name, T::SCHEMA)),
            Err(error) => Call::settled(Err(error)),
        }
    }

    /// How the table of a record type's measurement differs from the type. Its columns are asked for by SQL.
    ///
    /// # Errors
    ///
    /// As [`create_for`](Self::create_for). That there is no such table is no error: then all columns are missing.
    pub fn compare<T: Described + ?Sized>(&self) -> Call<TableDiff> {
        match measurement::<T>() {
            Ok(name) => self.compare_named(name, T::SCHEMA),
            Err(error) => Call::settled(Err(error)),
        }
    }

    /// How a table differs from a schema, whatever measurement that names.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn compare_named(&self, table: &str, schema: &'static Schema) -> Call<TableDiff> {
        compare::call(&self.client, &self.database, table, schema)
    }

    /// Deletes a table softly: it cannot be queried any more, but its data is still there.
    ///
    /// # Errors
    ///
    /// See [the module](super); [`Conflict`](crate::ErrorKind::Conflict) if it is deleted already.
    pub fn delete(&self, name: &str) -> Call<()> {
        self.remove(self.at(name))
    }

    /// Deletes a table, and its data, too.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete).
    pub fn delete_hard(&self, name: &str, when: HardDelete) -> Call<()> {
        self.remove(self.at(name).query("hard_delete_at", when.text()))
    }

    /// Deletes the data of a table, and keeps its columns and caches.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete).
    pub fn delete_data(&self, name: &str) -> Call<()> {
        self.remove(self.at(name).query("data_only", "true"))
    }

    fn at(&self, name: &str) -> Request {
        request(Method::DELETE, PATH).query("db", &*self.database).query("table", name)
    }

    fn remove(&self, request: Request) -> Call<()> {
        call(&self.client, Ok(request), done)
    }
}

/// # Errors
///
/// The type has no measurement of its own.
fn measurement<T: Described + ?Sized>() -> Result<&'static str> {
    T::SCHEMA.measurement.ok_or_else(|| {
        Error::config("the type takes its measurement from each record: name the table with NewTable::named")
    })
}

/// The name of a table.
struct Name(String);

impl FromRow<'_> for Name {
    fn columns(wanted: &mut Wanted) {
        wanted.field("table_name");
    }

    fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
        row.next().map(Self)
    }
}

/// A table to create.
#[derive(Debug, Clone, Serialize)]
#[must_use]
pub struct NewTable {
    #[serde(rename = "table")]
    name: String,
    tags: Vec<String>,
    fields: Vec<Field>,
    #[serde(rename = "retention_period", skip_serializing_if = "Option::is_none")]
    retention: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Field {
    name: String,
    #[serde(rename = "type")]
    value_type: &'static str,
}

impl NewTable {
    /// A table without columns, but for the time.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), tags: Vec::new(), fields: Vec::new(), retention: None }
    }

    /// A table with the columns of a schema, such as [`Described::SCHEMA`].
    pub fn named(name: impl Into<String>, schema: &'static Schema) -> Self {
        schema.columns().into_iter().fold(Self::new(name), |table, column| match column.role {
            Role::Tag => table.tag(column.name),
            Role::Field(value_type) => table.field(column.name, value_type),
            Role::Time => table,
        })
    }

    /// Adds a tag, behind those that it has: their order is that of the table.
    pub fn tag(mut self, name: impl Into<String>) -> Self {
        self.tags.push(name.into());
        self
    }

    /// Adds a field.
    pub fn field(mut self, name: impl Into<String>, value_type: ValueType) -> Self {
        let value_type = match value_type {
            ValueType::Float => "float64",
            ValueType::Integer => "int64",
            ValueType::Unsigned => "uint64",
            ValueType::Boolean => "bool",
            ValueType::String => "utf8",
        };
        self.fields.push(Field { name: name.into(), value_type });
        self
    }

    /// How long it keeps data. Default: as long as the database.
    pub fn retention(mut self, duration: Duration) -> Self {
        self.retention = Some(period(duration));
        self
    }
}
