//! What a table of an answer is made of: its columns, their types, and which of them group it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::OnceLock;

use crate::line::Precision;

/// The type of a column, or of one value where rows are not of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataType {
    /// Text.
    String,
    /// A double.
    Double,
    /// A signed integer of 64 bits.
    Long,
    /// An unsigned integer of 64 bits.
    UnsignedLong,
    /// `true` or `false`.
    Boolean,
    /// A moment, as RFC 3339 writes it.
    Time,
    /// A moment, as a count of units since 1970.
    Ticks(Precision),
    /// A length of time, as Flux writes it: `1h30m`, or a count of nanoseconds.
    Duration,
    /// Bytes, as base64.
    Binary,
    /// A list or an object, as JSON.
    Json,
    /// Not told: the answer has no annotation for it. Reads as whatever is asked for.
    Untyped,
}

impl DataType {
    /// The type that an annotation `#datatype` names; `None` if it is not known.
    pub(super) fn of_annotation(name: &str) -> Option<Self> {
        Some(match name {
            "string" | "tag" => Self::String,
            "double" => Self::Double,
            "long" => Self::Long,
            "unsignedLong" => Self::UnsignedLong,
            "boolean" => Self::Boolean,
            "duration" => Self::Duration,
            "base64Binary" => Self::Binary,
            _ if name == "dateTime" || name.starts_with("dateTime:RFC3339") => Self::Time,
            _ => return None,
        })
    }
}

/// Prints the annotation's name, such as `double` or `dateTime:RFC3339`.
impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::Double => "double",
            Self::Long => "long",
            Self::UnsignedLong => "unsignedLong",
            Self::Boolean => "boolean",
            Self::Time => "dateTime:RFC3339",
            Self::Ticks(_) => "dateTime",
            Self::Duration => "duration",
            Self::Binary => "base64Binary",
            Self::Json => "json",
            Self::Untyped => "untyped",
        })
    }
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// Its name; names may stand twice.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Whether it is part of the group key: all rows of a table have the same value there.
    pub group: bool,
    /// What an empty value stands for; empty if for nothing.
    pub default: String,
}

impl Column {
    /// A column that groups nothing and has no default.
    pub fn new(name: impl Into<String>, data_type: DataType) -> Self {
        Self { name: name.into(), data_type, group: false, default: String::new() }
    }
}

/// The columns of a table. All rows with the same header share one.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Header {
    /// The columns in order.
    pub columns: Vec<Column>,
    names: Names,
}

/// The names of the columns where they stand twice, told apart, and none where they all differ: made for all rows when
/// the first asks for them. It follows from the columns, so it makes no header another one.
#[derive(Default)]
struct Names(OnceLock<HashMap<usize, String>>);

impl Clone for Names {
    fn clone(&self) -> Self {
        Self::default() // the columns of a clone may be changed
    }
}

impl PartialEq for Names {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Names {}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header").field("columns", &self.columns).finish()
    }
}

impl Names {
    fn of(columns: &[Column]) -> HashMap<usize, String> {
        let taken: HashSet<_> = columns.iter().map(|column| column.name.as_str()).collect();
        let mut names = HashMap::new();
        if taken.len() == columns.len() {
            return names;
        }
        // of each name, the first number that is not given away
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for (place, Column { name, .. }) in columns.iter().enumerate() {
            match numbers.get_mut(name.as_str()) {
                None => drop(numbers.insert(name, 1)),
                Some(number) => {
                    let mut free = (*number..).map(|number| (number, format!("{name}_{number}")));
                    if let Some((last, unique)) = free.find(|(_, name)| !taken.contains(name.as_str())) {
                        *number = last + 1;
                        names.insert(place, unique);
                    }
                }
            }
        }
        names
    }
}

impl Header {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        Self { columns, names: Names::default() }
    }

    /// The place of the first column of this name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The name of a column, told apart from those before it that have the same: `name`, `name_1`, `name_2`. Empty behind the
    /// last column.
    #[must_use]
    pub fn unique_name(&self, place: usize) -> &str {
        let names = self.names.0.get_or_init(|| Names::of(&self.columns));
        match names.get(&place) {
            Some(name) => name,
            None => self.columns.get(place).map_or("", |column| &column.name),
        }
    }

    /// The columns of the group key.
    pub fn group_key(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Header {
        Header::new(names.iter().map(|name| Column::new(*name, DataType::String)).collect())
    }

    #[test]
    fn names_that_stand_twice_are_told_apart() {
        let names = ["a", "b", "a", "a_1", "a", "b", "a_1"];
        let header = header(&names);
        let unique =
            |header: &Header| (0..8).map(|place| header.unique_name(place).to_owned()).collect::<Vec<_>>();
        assert_eq!(unique(&header), ["a", "b", "a_2", "a_1", "a_3", "b_1", "a_1_1", ""]);
        let mut other = header.clone();
        assert_eq!(other, header);
        other.columns[2].name = "c".to_owned();
        assert_eq!(unique(&other), ["a", "b", "c", "a_1", "a_2", "b_1", "a_1_1", ""]);
    }

    #[test]
    fn many_columns_of_one_name_take_no_longer_than_as_many_others() {
        let header = header(&vec!["a"; 200_000]);
        assert_eq!(header.unique_name(199_999), "a_199999");
    }
}
