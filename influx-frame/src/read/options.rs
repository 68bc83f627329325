//! What becomes of the tables of an answer.

use influx_core::Precision;
use influx_core::query::DataType;

/// Which tables of an answer become one frame.
///
/// Tables are those of Flux, by `result` and `table`; of InfluxQL each series is one. The rows of an answer of InfluxDB 3
/// are one table, whose columns are those of all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Concat {
    /// All whose columns have the same names, types and group key: a frame for each such schema.
    #[default]
    SameSchema,
    /// None: a frame for each table.
    Never,
    /// All: one frame with all columns, which are null where a table lacks them. A column may be of integers in one table
    /// and of floats in another, if no digit is lost; other types that differ are an error.
    Union,
}

#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) concat: Concat,
    pub(super) pivoted: bool,
    pub(super) dropped: Vec<String>,
    pub(super) types: Vec<(String, DataType)>,
    pub(super) unit: Precision,
}

impl Options {
    pub(super) fn new(concat: Concat) -> Self {
        Self { concat, pivoted: false, dropped: Vec::new(), types: Vec::new(), unit: Precision::Nanoseconds }
    }

    pub(super) fn is_dropped(&self, name: &str) -> bool {
        self.dropped.iter().any(|dropped| dropped == name)
    }

    /// The type that was said for a column.
    pub(super) fn type_of(&self, name: &str) -> Option<DataType> {
        self.types.iter().rev().find(|(other, _)| other == name).map(|(_, data_type)| *data_type)
    }
}
