//! Which neutral type a type of Polars is.

use influx_core::Precision;
use polars::prelude::{DataType, Field, TimeUnit};

use crate::schema::{ColumnType, FrameColumn};

pub(super) fn column(name: &str, data_type: &DataType) -> FrameColumn {
    FrameColumn { name: name.to_owned(), ty: of(data_type) }
}

fn of(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Null => ColumnType::Null,
        DataType::Boolean => ColumnType::Boolean,
        DataType::Int8 => ColumnType::Integer(8),
        DataType::Int16 => ColumnType::Integer(16),
        DataType::Int32 => ColumnType::Integer(32),
        DataType::Int64 => ColumnType::Integer(64),
        DataType::Int128 => ColumnType::Integer(128),
        DataType::UInt8 => ColumnType::Unsigned(8),
        DataType::UInt16 => ColumnType::Unsigned(16),
        DataType::UInt32 => ColumnType::Unsigned(32),
        DataType::UInt64 => ColumnType::Unsigned(64),
        DataType::UInt128 => ColumnType::Unsigned(128),
        DataType::Float16 => ColumnType::Float(16),
        DataType::Float32 => ColumnType::Float(32),
        DataType::Float64 => ColumnType::Float(64),
        // Polars keeps no more than 38 digits
        DataType::Decimal(_, scale) => i8::try_from(*scale).map_or_else(|_| other(data_type), decimal),
        DataType::String => ColumnType::String,
        DataType::Categorical(_, _) | DataType::Enum(_, _) => ColumnType::Category,
        DataType::Binary => ColumnType::Binary,
        DataType::Date => ColumnType::Date,
        DataType::Datetime(unit, zone) => {
            ColumnType::Timestamp(precision(*unit), zone.as_ref().map(|zone| zone.as_str().into()))
        }
        DataType::Time => ColumnType::Time(Precision::Nanoseconds),
        DataType::Duration(unit) => ColumnType::Duration(precision(*unit)),
        DataType::Struct(fields) => ColumnType::Struct(fields.iter().map(member).collect()),
        _ => other(data_type),
    }
}

fn member(field: &Field) -> FrameColumn {
    column(field.name(), field.dtype())
}

fn decimal(scale: i8) -> ColumnType {
    ColumnType::Decimal { scale }
}

fn other(data_type: &DataType) -> ColumnType {
    ColumnType::Other(data_type.to_string())
}

fn precision(unit: TimeUnit) -> Precision {
    match unit {
        TimeUnit::Nanoseconds => Precision::Nanoseconds,
        TimeUnit::Microseconds => Precision::Microseconds,
        TimeUnit::Milliseconds => Precision::Milliseconds,
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{CategoricalPhysical, Categories, FrozenCategories, TimeZone};

    use super::*;

    #[test]
    fn types_are_those_of_the_values() {
        let names = FrozenCategories::new(["low", "high"]).unwrap();
        let zone = TimeZone::opt_try_new(Some("Europe/Berlin")).unwrap();
        let small = Categories::new("small".into(), "tests".into(), CategoricalPhysical::U8);
        let cases = [
            (DataType::Null, ColumnType::Null),
            (DataType::Int128, ColumnType::Integer(128)),
            (DataType::UInt128, ColumnType::Unsigned(128)),
            (DataType::Float16, ColumnType::Float(16)),
            (DataType::Decimal(38, 6), ColumnType::Decimal { scale: 6 }),
            (DataType::String, ColumnType::String),
            (DataType::from_categories(Categories::global()), ColumnType::Category),
            (DataType::from_categories(small), ColumnType::Category),
            (DataType::from_frozen_categories(names), ColumnType::Category),
            (DataType::Binary, ColumnType::Binary),
            (DataType::Date, ColumnType::Date),
            (DataType::Time, ColumnType::Time(Precision::Nanoseconds)),
            (DataType::Duration(TimeUnit::Milliseconds), ColumnType::Duration(Precision::Milliseconds)),
            (
                DataType::Datetime(TimeUnit::Microseconds, zone),
                ColumnType::Timestamp(Precision::Microseconds, Some("Europe/Berlin".into())),
            ),
            (
                DataType::Struct(vec![Field::new("a".into(), DataType::Boolean)]),
                ColumnType::Struct(vec![FrameColumn { name: "a".to_owned(), ty: ColumnType::Boolean }]),
            ),
        ];
        for (data_type, expected) in cases {
            assert_eq!(of(&data_type), expected, "{data_type}");
        }
    }

    #[test]
    fn what_no_line_can_hold_is_called_as_polars_calls_it() {
        let cases = [
            DataType::List(Box::new(DataType::Int32)),
            DataType::Array(Box::new(DataType::Int32), 2),
            DataType::BinaryOffset,
            DataType::Unknown(Default::default()),
        ];
        for data_type in cases {
            assert_eq!(of(&data_type), ColumnType::Other(data_type.to_string()));
        }
    }
}
