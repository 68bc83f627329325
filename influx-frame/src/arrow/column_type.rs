//! Which neutral type an Arrow type is.

use arrow_schema::{DataType, Field, TimeUnit};
use influx_core::Precision;

use crate::schema::{ColumnType, FrameColumn};

/// A field's name and type. An extension type's is its storage's: what it is of stands in the metadata alone.
pub(super) fn column(field: &Field) -> FrameColumn {
    FrameColumn { name: field.name().clone(), ty: of(field.data_type()) }
}

fn of(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Null => ColumnType::Null,
        DataType::Boolean => ColumnType::Boolean,
        DataType::Int8 => ColumnType::Integer(8),
        DataType::Int16 => ColumnType::Integer(16),
        DataType::Int32 => ColumnType::Integer(32),
        DataType::Int64 => ColumnType::Integer(64),
        DataType::UInt8 => ColumnType::Unsigned(8),
        DataType::UInt16 => ColumnType::Unsigned(16),
        DataType::UInt32 => ColumnType::Unsigned(32),
        DataType::UInt64 => ColumnType::Unsigned(64),
        DataType::Float16 => ColumnType::Float(16),
        DataType::Float32 => ColumnType::Float(32),
        DataType::Float64 => ColumnType::Float(64),
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => ColumnType::Decimal { scale: *scale },
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => ColumnType::String,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            ColumnType::Binary
        }
        DataType::Date32 => ColumnType::Date,
        // a date by its name, but nothing keeps a time of day out of it, which days would lose
        DataType::Date64 => ColumnType::Timestamp(Precision::Milliseconds, None),
        DataType::Timestamp(unit, zone) => ColumnType::Timestamp(precision(*unit), zone.clone()),
        DataType::Time32(unit) | DataType::Time64(unit) => ColumnType::Time(precision(*unit)),
        DataType::Duration(unit) => ColumnType::Duration(precision(*unit)),
        DataType::Struct(fields) => ColumnType::Struct(fields.iter().map(|field| column(field)).collect()),
        DataType::Dictionary(_, values) => match of(values) {
            ColumnType::String => ColumnType::Category,
            ColumnType::Category | ColumnType::Struct(_) | ColumnType::Other(_) => other(data_type),
            values => values,
        },
        _ => other(data_type),
    }
}

fn other(data_type: &DataType) -> ColumnType {
    ColumnType::Other(data_type.to_string())
}

fn precision(unit: TimeUnit) -> Precision {
    match unit {
        TimeUnit::Second => Precision::Seconds,
        TimeUnit::Millisecond => Precision::Milliseconds,
        TimeUnit::Microsecond => Precision::Microseconds,
        TimeUnit::Nanosecond => Precision::Nanoseconds,
    }
}
