//! What stands before the rows of a table: annotations, and the header.

use super::unequal;
use crate::query::{Column, DataType, Header, RowError};

/// What the annotations before a header say, each for the columns in order; `None` if there is no such annotation.
#[derive(Debug, Default)]
pub(super) struct Annotations {
    types: Option<Vec<String>>,
    groups: Option<Vec<String>>,
    defaults: Option<Vec<String>>,
}

impl Annotations {
    /// Whether there is such an annotation.
    pub(super) fn is_known(name: &str) -> bool {
        matches!(name, "datatype" | "group" | "default")
    }

    /// Notes one. Those that are not known mean nothing, as everywhere where annotated CSV is read.
    pub(super) fn note(&mut self, name: &str, values: Vec<String>) {
        match name {
            "datatype" => self.types = Some(values),
            "group" => self.groups = Some(values),
            "default" => self.defaults = Some(values),
            _ => {}
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.types.is_none() && self.groups.is_none() && self.defaults.is_none()
    }

    /// The header of columns of these names.
    ///
    /// # Errors
    ///
    /// An annotation has more or fewer values than there are columns, or a type is not known.
    pub(super) fn header(self, names: Vec<String>) -> Result<Header, RowError> {
        let Self { types, groups, defaults } = self;
        for (annotation, values) in [("datatype", &types), ("group", &groups), ("default", &defaults)] {
            if let Some(values) = values
                && values.len() != names.len()
            {
                return Err(unequal(&format!("the annotation {annotation}"), values.len(), names.len()));
            }
        }
        let mut columns: Vec<_> =
            names.into_iter().map(|name| Column::new(name, DataType::Untyped)).collect();
        for (column, name) in columns.iter_mut().zip(types.iter().flatten()) {
            column.data_type = DataType::of_annotation(name).ok_or_else(|| {
                RowError::new(format!("the data type {name:?} is not known")).in_column(&column.name)
            })?;
        }
        for (column, group) in columns.iter_mut().zip(groups.iter().flatten()) {
            column.group = group == "true";
        }
        for (column, default) in columns.iter_mut().zip(defaults.into_iter().flatten()) {
            column.default = default;
        }
        Ok(Header::new(columns))
    }
}
