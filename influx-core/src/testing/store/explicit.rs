//! What may be written to a bucket that lists its measurements and their columns.

use std::collections::BTreeMap;

use super::type_name;
use crate::line::read::ParsedLine;

/// The columns of each measurement by name; tags have no type.
#[derive(Debug, Default)]
pub(in crate::testing) struct Explicit(BTreeMap<String, BTreeMap<String, Option<String>>>);

impl Explicit {
    /// Adds a column to a measurement; `field` is the type of a field as line protocol knows it.
    pub(in crate::testing) fn add(&mut self, measurement: &str, column: &str, field: Option<&str>) {
        let columns = self.0.entry(measurement.to_owned()).or_default();
        columns.insert(column.to_owned(), field.map(str::to_owned));
    }

    /// Why a point may not be stored, in the words of InfluxDB Cloud.
    pub(super) fn check(&self, point: &ParsedLine<'_>) -> Result<(), String> {
        let measurement = &*point.measurement;
        let Some(columns) = self.0.get(measurement) else {
            return Err(format!("schema: measurement {measurement:?} not permitted by schema"));
        };
        for (tag, _) in &point.tags {
            if !matches!(columns.get(&**tag), Some(None)) {
                return Err(format!("schema: tag {tag:?} not permitted by schema"));
            }
        }
        for (field, value) in &point.fields {
            let (is, permitted) = (type_name(value), columns.get(&**field));
            match permitted {
                Some(Some(permitted)) if permitted == is => {}
                Some(Some(permitted)) => {
                    return Err(format!(
                        "schema: field type for field {field:?} not permitted by schema; \
                         got {is} but expected {permitted}"
                    ));
                }
                _ => return Err(format!("schema: field {field:?} not permitted by schema")),
            }
        }
        Ok(())
    }
}
