//! What does not fit: roles against a frame.

use std::fmt;

use influx_core::{Flaw, ValueType};

use crate::schema::ColumnType;

/// Roles that do not fit a frame: all that is wrong with them. Nothing was encoded.
///
/// # Formatting
/// `Display` gives the problems one behind the other, the first twenty of them.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanError {
    problems: Vec<Problem>,
}

/// One thing that does not fit.
///
/// # Formatting
/// `Display` names the column, then what is wrong with it, then what helps.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The frame has no such column.
    #[error("column {column:?}: the frame has none of this name{}", Hint(.near, *.derived))]
    #[non_exhaustive]
    Missing {
        /// The column that was named.
        column: String,
        /// The column whose name is most like it; looked for only for the first twenty of such names.
        near: Option<String>,
        /// Whether a derived type names it.
        derived: bool,
    },
    /// The column is of a struct that is not flattened.
    #[error("column {column:?}: {of:?} is a struct, whose members are no columns without .flatten_structs()")]
    #[non_exhaustive]
    NotFlattened {
        /// The column that was named.
        column: String,
        /// The struct.
        of: String,
    },
    /// The frame has several columns of the name, of which only one can be meant.
    #[error(
        "column {column:?}: the frame has {count} of this name: rename them there, or leave them out with .ignore(..)"
    )]
    #[non_exhaustive]
    Several {
        /// Their name.
        column: String,
        /// How many they are.
        count: usize,
    },
    /// A column was given two roles, or one twice.
    #[error("column {column:?}: it is named {}: a column has one role", Both(*.first, *.second))]
    #[non_exhaustive]
    TwoRoles {
        /// The column.
        column: String,
        /// One role.
        first: ColumnRole,
        /// The other one, or the same.
        second: ColumnRole,
    },
    /// A column's type cannot have its role.
    #[error("column {column:?}: {ty} cannot be {role}: {advice}")]
    #[non_exhaustive]
    Type {
        /// The column.
        column: String,
        /// Its type.
        ty: ColumnType,
        /// The role that it was given, or has as one of the rest.
        role: ColumnRole,
        /// What helps.
        advice: String,
    },
    /// A column is stored as another type than the field of the derived type.
    #[error("column {column:?}: {ty} does not fit the field of the type, which is {}: {advice}", Article(*.wanted))]
    #[non_exhaustive]
    Derived {
        /// The column.
        column: String,
        /// Its type.
        ty: ColumnType,
        /// The type of the field.
        wanted: ValueType,
        /// What helps.
        advice: String,
    },
    /// Two tags or fields have the same key. A tag and a field cannot share one either: InfluxDB 3 refuses it, and others
    /// cannot tell them apart in queries.
    #[error("columns {:?} and {:?}: both have the key {key:?}: .rename(..) one of them", .columns.0, .columns.1)]
    #[non_exhaustive]
    SameKey {
        /// The key.
        key: String,
        /// The two columns.
        columns: (String, String),
    },
    /// The key of a tag or field cannot be written.
    #[error("column {column:?}: the key {key:?} {flaw}: {}", key_advice(*.flaw))]
    #[non_exhaustive]
    Key {
        /// The column.
        column: String,
        /// The key: its name, or what it was renamed to.
        key: String,
        /// Why not.
        flaw: Flaw,
    },
    /// The measurement cannot be written.
    #[error("measurement {measurement:?}: the name {flaw}")]
    #[non_exhaustive]
    Measurement {
        /// Its name.
        measurement: String,
        /// Why not.
        flaw: Flaw,
    },
    /// The derived type has no measurement: it comes from the record, or the type is only a group.
    #[error("the type names no measurement: say it with .measurement(..)")]
    NoMeasurement,
    /// No column is a field, and a line needs one.
    #[error("no column is a field, and a line needs at least one: name one with .field(..)")]
    NoField,
    /// Neither a column of times was named, nor that there is none.
    #[error("no time was said: name its column with .time(..), or have the lines .stamped()")]
    NoTime,
    /// More than one time was said.
    #[error("the time was said more than once: {}: keep one of them", .said.join(", "))]
    #[non_exhaustive]
    Times {
        /// How it was said: `.time("at")`.
        said: Vec<String>,
    },
    /// There is no such time zone.
    #[error("time zone {zone:?}: there is none of this name{}", Hint(.near, false))]
    #[non_exhaustive]
    Zone {
        /// Its name.
        zone: String,
        /// The zone whose name is most like it.
        near: Option<String>,
    },
    /// A setting that changes nothing, and so is not what was meant.
    #[error("{setting} changes nothing: {reason}")]
    #[non_exhaustive]
    Useless {
        /// The setting: `.on_null_in("at", ..)`.
        setting: String,
        /// Why it does not.
        reason: String,
    },
}

/// What a column is to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColumnRole {
    /// Its text is the measurement.
    Measurement,
    /// A tag.
    Tag,
    /// A field.
    Field,
    /// The timestamp.
    Time,
    /// Left out.
    Ignored,
}

impl PlanError {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// What does not fit: in the order of measurement, time, tags and fields as they were named, the rest as it stands in the
    /// frame, settings of single columns, and what is missing as a whole.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// So many problems are shown: a frame of thousands of columns may have as many.
const SHOWN: usize = 20;

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().take(SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        match self.problems.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for PlanError {}

impl fmt::Display for ColumnRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Measurement => "the measurement",
            Self::Tag => "a tag",
            Self::Field => "a field",
            Self::Time => "the time",
            Self::Ignored => "left out",
        })
    }
}

/// What may help when a name is missing.
struct Hint<'a>(&'a Option<String>, bool);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(Some(near), _) => write!(f, ": did you mean {near:?}?"),
            Self(None, true) => f.write_str(": add it, or leave the member of the type out with .ignore(..)"),
            Self(None, false) => Ok(()),
        }
    }
}

struct Both(ColumnRole, ColumnRole);

impl fmt::Display for Both {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(first, second) = self;
        if first == second { write!(f, "twice as {first}") } else { write!(f, "as {first} and as {second}") }
    }
}

struct Article(ValueType);

impl fmt::Display for Article {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let article = if matches!(self.0, ValueType::Integer | ValueType::Unsigned) { "an" } else { "a" };
        write!(f, "{article} {}", self.0)
    }
}

fn key_advice(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Reserved => "make it the time with .time(..), or .rename(..) or .ignore(..) it",
        _ => ".rename(..) it",
    }
}
