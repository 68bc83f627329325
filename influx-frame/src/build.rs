//! Columns in the making, whatever library they are for: values of one type behind each other, and which are null.
#![cfg_attr(not(feature = "client"), allow(dead_code, reason = "answers of queries alone need all of it"))]

mod bitset;
#[cfg(all(feature = "client", feature = "parquet", feature = "polars"))]
mod copied;
mod texts;

use influx_core::Precision;

pub(crate) use self::bitset::Bitset;
#[cfg(all(feature = "client", feature = "parquet", feature = "polars"))]
pub(crate) use self::copied::copied;
pub(crate) use self::texts::Texts;

/// Columns that are complete, each with as many values as there are rows.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) columns: Vec<BuiltColumn>,
    pub(crate) rows: usize,
}

/// A column that is complete.
#[derive(Debug)]
pub(crate) struct BuiltColumn {
    pub(crate) name: String,
    /// Whether it is part of the group key of its table.
    pub(crate) group: bool,
    pub(crate) values: Stored,
    /// Which rows have a value; `None`: all.
    pub(crate) valid: Option<Bitset>,
}

/// Values, by their type. A null has some value, too, so that each stands at its row.
#[derive(Debug)]
pub(crate) enum Stored {
    /// So many nulls, and no type yet.
    Null(usize),
    Boolean(Bitset),
    Integer(Vec<i64>),
    Unsigned(Vec<u64>),
    Float(Vec<f64>),
    Text(Texts),
    Binary(Texts),
    /// Moments, counted in a unit from 1970 on.
    Time(Vec<i64>, Precision),
    /// Spans of time, in nanoseconds.
    Duration(Vec<i64>),
}

/// Frames that are made of such columns.
#[cfg_attr(
    not(feature = "client"),
    allow(unreachable_pub, reason = "frames that are read are public, by a client")
)]
pub trait Build: Sized {
    /// The unit in which it counts times that are wanted in this one.
    fn unit(wanted: Precision) -> Precision;

    /// # Errors
    ///
    /// The columns are too much for the frame.
    fn build(built: Built) -> Result<Self, BuildError>;
}

/// Why there is no frame of some columns.
#[derive(Debug)]
pub(crate) struct BuildError {
    /// The column; `None`: it is all of them.
    pub(crate) column: Option<String>,
    pub(crate) why: String,
}

/// A column that grows value by value.
#[derive(Debug)]
pub(crate) struct Growing {
    pub(crate) values: Stored,
    valid: Option<Bitset>,
    len: usize,
}

impl Growing {
    /// A column without values, of this type.
    pub(crate) fn new(values: Stored) -> Self {
        Self { values, valid: None, len: 0 }
    }

    /// Notes that a value was put behind the others.
    #[inline]
    pub(crate) fn grown(&mut self) {
        if let Some(valid) = &mut self.valid {
            valid.push(true);
        }
        self.len += 1;
    }

    /// Adds nulls until it has so many values.
    pub(crate) fn pad(&mut self, len: usize) {
        let count = len.saturating_sub(self.len);
        if count > 0 {
            self.values.fill(count);
            let valid = self.valid.get_or_insert_with(|| Bitset::filled(true, self.len));
            valid.fill(false, count);
            self.len = len;
        }
    }

    /// Adds a null.
    #[inline]
    pub(crate) fn push_null(&mut self) {
        self.pad(self.len + 1);
    }

    /// Makes a column of nulls alone one of this type, which has no values.
    pub(crate) fn become_of(&mut self, mut values: Stored) {
        values.fill(self.len);
        self.values = values;
    }

    /// The column as it is, complete; what is left is one of the same type without values.
    pub(crate) fn take(&mut self) -> (Stored, Option<Bitset>) {
        self.len = 0;
        (self.values.take(), self.valid.take())
    }
}

impl Stored {
    /// No values, of this type.
    fn take(&mut self) -> Self {
        let empty = match self {
            Self::Null(_) => Self::Null(0),
            Self::Boolean(_) => Self::Boolean(Bitset::default()),
            Self::Integer(_) => Self::Integer(Vec::new()),
            Self::Unsigned(_) => Self::Unsigned(Vec::new()),
            Self::Float(_) => Self::Float(Vec::new()),
            Self::Text(_) => Self::Text(Texts::default()),
            Self::Binary(_) => Self::Binary(Texts::default()),
            Self::Time(_, unit) => Self::Time(Vec::new(), *unit),
            Self::Duration(_) => Self::Duration(Vec::new()),
        };
        std::mem::replace(self, empty)
    }

    /// Adds values that stand for nulls.
    fn fill(&mut self, count: usize) {
        match self {
            Self::Null(len) => *len += count,
            Self::Boolean(bits) => bits.fill(false, count),
            Self::Integer(values) | Self::Time(values, _) | Self::Duration(values) => {
                values.resize(values.len() + count, 0);
            }
            Self::Unsigned(values) => values.resize(values.len() + count, 0),
            Self::Float(values) => values.resize(values.len() + count, 0.0),
            Self::Text(texts) | Self::Binary(texts) => texts.fill(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_before_the_first_value_are_kept_when_the_type_is_known() {
        let mut column = Growing::new(Stored::Null(0));
        column.push_null();
        column.push_null();
        column.become_of(Stored::Integer(Vec::new()));
        let Stored::Integer(values) = &mut column.values else { panic!("{column:?}") };
        values.push(7);
        column.grown();
        column.pad(5);
        let (values, valid) = column.take();
        assert!(matches!(&values, Stored::Integer(values) if *values == [0, 0, 7, 0, 0]), "{values:?}");
        assert_eq!(valid.map(Bitset::into_parts), Some((vec![0b100], 5)));
        assert_eq!(column.len, 0);
        assert!(matches!(column.values, Stored::Integer(_)), "the type stays");
    }

    #[test]
    fn a_column_without_nulls_has_no_bits_for_them() {
        let mut column = Growing::new(Stored::Text(Texts::default()));
        for text in ["a", "", "bc"] {
            let Stored::Text(texts) = &mut column.values else { panic!("{column:?}") };
            texts.push(text.as_bytes());
            column.grown();
        }
        let (Stored::Text(texts), None) = column.take() else { panic!("{column:?}") };
        assert_eq!(texts.into_parts(), (vec![0, 1, 1, 3], b"abc".to_vec()));
    }
}
