//! What a database of InfluxDB 1 holds.

use super::V1;
use crate::error::Result;
use crate::http::Call;
use crate::line::ValueType;
use crate::query::{FromRow, InfluxQl, RowError, RowReader, Wanted};

/// What a database of InfluxDB 1 holds, made by [`V1::schema`].
#[derive(Debug, Clone)]
pub struct DatabaseSchema {
    v1: V1,
    database: String,
}

impl DatabaseSchema {
    pub(super) fn new(v1: V1, database: String) -> Self {
        Self { v1, database }
    }

    /// The names of all measurements; none if there is no such database.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn measurements(&self) -> Call<Vec<String>> {
        self.v1.names(self.show("MEASUREMENTS", None, ""), "name")
    }

    /// The keys of all series of a measurement, as line protocol writes them: `cpu,host=a`.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn series(&self, measurement: &str) -> Call<Vec<String>> {
        self.v1.names(self.show("SERIES", Some(measurement), ""), "key")
    }

    /// The keys of the tags of a measurement.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn tag_keys(&self, measurement: &str) -> Call<Vec<String>> {
        self.v1.names(self.show("TAG KEYS", Some(measurement), ""), "tagKey")
    }

    /// The values of a tag of a measurement.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn tag_values(&self, measurement: &str, key: &str) -> Call<Vec<String>> {
        let statement = InfluxQl::identifier(key)
            .and_then(|key| self.show("TAG VALUES", Some(measurement), &format!(" WITH KEY = {key}")));
        self.v1.names(statement, "value")
    }

    /// The fields of a measurement; a field stands twice if its type differs between shards.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn field_keys(&self, measurement: &str) -> Call<Vec<FieldKey>> {
        self.v1.list(self.show("FIELD KEYS", Some(measurement), ""))
    }

    fn show(&self, what: &str, measurement: Option<&str>, behind: &str) -> Result<String> {
        let from = match measurement {
            Some(name) => format!(" FROM {}", InfluxQl::identifier(name)?),
            None => String::new(),
        };
        Ok(format!("SHOW {what} ON {}{from}{behind}", InfluxQl::identifier(&self.database)?))
    }
}

/// A field of a measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldKey {
    /// Its key.
    pub name: String,
    /// Its type.
    pub value_type: ValueType,
}

impl FromRow<'_> for FieldKey {
    fn columns(wanted: &mut Wanted) {
        wanted.field("fieldKey");
        wanted.field("fieldType");
    }

    fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
        let name = row.next()?;
        let value_type = match row.next::<&str>()? {
            "float" => ValueType::Float,
            "integer" => ValueType::Integer,
            "unsigned" => ValueType::Unsigned,
            "boolean" => ValueType::Boolean,
            "string" => ValueType::String,
            other => return Err(RowError::new(format!("{other:?} is no type")).in_column("fieldType")),
        };
        Ok(Self { name, value_type })
    }
}
