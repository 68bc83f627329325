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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_schema::{Fields, IntervalUnit, UnionFields, UnionMode};

    use super::*;

    fn dictionary(keys: DataType, values: DataType) -> DataType {
        DataType::Dictionary(Box::new(keys), Box::new(values))
    }

    #[test]
    fn types_are_those_of_the_values() {
        let zone: Option<Arc<str>> = Some("Europe/Berlin".into());
        let cases = [
            (DataType::Null, ColumnType::Null),
            (DataType::Boolean, ColumnType::Boolean),
            (DataType::Int8, ColumnType::Integer(8)),
            (DataType::UInt64, ColumnType::Unsigned(64)),
            (DataType::Float16, ColumnType::Float(16)),
            (DataType::Utf8, ColumnType::String),
            (DataType::LargeUtf8, ColumnType::String),
            (DataType::Utf8View, ColumnType::String),
            (DataType::FixedSizeBinary(3), ColumnType::Binary),
            (DataType::BinaryView, ColumnType::Binary),
            (DataType::Date32, ColumnType::Date),
            (DataType::Date64, ColumnType::Timestamp(Precision::Milliseconds, None)),
            (
                DataType::Timestamp(TimeUnit::Second, zone.clone()),
                ColumnType::Timestamp(Precision::Seconds, zone),
            ),
            (DataType::Time32(TimeUnit::Millisecond), ColumnType::Time(Precision::Milliseconds)),
            (DataType::Duration(TimeUnit::Microsecond), ColumnType::Duration(Precision::Microseconds)),
            (DataType::Decimal32(9, 2), ColumnType::Decimal { scale: 2 }),
            (DataType::Decimal256(76, -3), ColumnType::Decimal { scale: -3 }),
            (dictionary(DataType::Int8, DataType::LargeUtf8), ColumnType::Category),
            (dictionary(DataType::UInt64, DataType::Int16), ColumnType::Integer(16)),
            (dictionary(DataType::UInt64, DataType::Date32), ColumnType::Date),
            (dictionary(DataType::Int32, DataType::Null), ColumnType::Null),
        ];
        for (data_type, expected) in cases {
            assert_eq!(of(&data_type), expected, "{data_type}");
        }
    }

    #[test]
    fn structs_keep_their_members_names() {
        let members = Fields::from(vec![
            Field::new("a", DataType::Int32, true),
            Field::new("b", DataType::Struct(vec![Field::new("c", DataType::Utf8, false)].into()), true),
        ]);
        let member = |name: &str, ty| FrameColumn { name: name.to_owned(), ty };
        let inner = ColumnType::Struct(vec![member("c", ColumnType::String)]);
        assert_eq!(
            of(&DataType::Struct(members)),
            ColumnType::Struct(vec![member("a", ColumnType::Integer(32)), member("b", inner)])
        );
    }

    #[test]
    fn what_no_line_can_hold_is_called_as_arrow_calls_it() {
        let item = Arc::new(Field::new_list_field(DataType::Int32, true));
        let entries = DataType::Struct(
            vec![Field::new("keys", DataType::Utf8, false), Field::new("values", DataType::Int32, true)]
                .into(),
        );
        let ends = Arc::new(Field::new("run_ends", DataType::Int32, false));
        let cases = [
            DataType::List(item.clone()),
            DataType::LargeList(item.clone()),
            DataType::ListView(item.clone()),
            DataType::LargeListView(item.clone()),
            DataType::FixedSizeList(item.clone(), 2),
            DataType::Map(Arc::new(Field::new("entries", entries, false)), false),
            DataType::Union(UnionFields::empty(), UnionMode::Sparse),
            DataType::RunEndEncoded(ends, item.clone()),
            DataType::Interval(IntervalUnit::DayTime),
            dictionary(DataType::Int8, DataType::List(item)),
            dictionary(DataType::Int8, dictionary(DataType::Int8, DataType::Utf8)),
            dictionary(DataType::Int8, DataType::Struct(Fields::empty())),
        ];
        for data_type in cases {
            assert_eq!(of(&data_type), ColumnType::Other(data_type.to_string()));
        }
    }
}
