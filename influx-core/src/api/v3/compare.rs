//! How a table differs from a schema.

use crate::client::Client;
use crate::error::Result;
use crate::http::Call;
use crate::line::{Column, Role, Schema, ValueType};
use crate::query::{FromRow, RowError, RowReader, Wanted};

/// How errors name the question.
pub(super) const LABEL: &str = "POST /api/v3/query_sql";

/// How a table differs from a schema; by [`Tables::compare`](super::Tables::compare).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableDiff {
    /// Columns of the schema that the table lacks. A write adds them.
    pub missing: Vec<Column>,
    /// Names of columns that the schema does not know. Records leave them null.
    pub extra: Vec<String>,
    /// Columns that are of another type. The server refuses records with them.
    pub differing: Vec<DifferingColumn>,
}

/// A column that is of another type than the schema says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DifferingColumn {
    /// As the schema has it.
    pub column: Column,
    /// Its type in the table, in the server's words: `Float64`.
    pub found: String,
}

impl TableDiff {
    /// Whether there is none.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self == &Self::default()
    }

    /// Whether the table takes records of the schema: columns may be missing or too many, but none is of another type.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.differing.is_empty()
    }

    fn between(schema: &'static Schema, mut table: Vec<Found>) -> Self {
        let mut diff = Self::default();
        // the table calls its time so, whatever the member is called
        table.retain(|found| found.name != "time");
        for column in schema.columns().into_iter().filter(|column| column.role != Role::Time) {
            match table.iter().position(|found| found.name == column.name) {
                None => diff.missing.push(column),
                Some(place) => {
                    let found = table.remove(place).data_type;
                    if !is_of(&found, column.role) {
                        diff.differing.push(DifferingColumn { column, found });
                    }
                }
            }
        }
        diff.extra = table.into_iter().map(|found| found.name).collect();
        diff
    }
}

/// Whether a type of the server is what the column should be. Tags alone are dictionaries.
fn is_of(found: &str, role: Role) -> bool {
    match role {
        Role::Tag => found.starts_with("Dictionary("),
        Role::Time => found.starts_with("Timestamp("),
        Role::Field(ValueType::Float) => found == "Float64",
        Role::Field(ValueType::Integer) => found == "Int64",
        Role::Field(ValueType::Unsigned) => found == "UInt64",
        Role::Field(ValueType::Boolean) => found == "Boolean",
        Role::Field(ValueType::String) => found == "Utf8",
    }
}

/// A column of the table.
#[derive(Debug)]
struct Found {
    name: String,
    data_type: String,
}

impl FromRow<'_> for Found {
    fn columns(wanted: &mut Wanted) {
        wanted.field("column_name");
        wanted.field("data_type");
    }

    fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
        Ok(Self { name: row.next()?, data_type: row.next()? })
    }
}

pub(super) fn call(client: &Client, database: &str, table: &str, schema: &'static Schema) -> Call<TableDiff> {
    const TEXT: &str = "SELECT column_name, data_type FROM information_schema.columns \
                        WHERE table_schema = 'iox' AND table_name = $table ORDER BY ordinal_position";
    let query = client.sql(TEXT).database(database).param("table", table);
    Call::future(LABEL, move || {
        Box::pin(async move {
            let found = query.rows::<Found>().await?.collect().await?;
            Ok(TableDiff::between(schema, found))
        })
    })
}
