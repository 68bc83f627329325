//! The columns of a `RecordBatch`.

use std::borrow::Cow;
use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type,
    Decimal128Type, Decimal256Type, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{DataType, TimeUnit};

use crate::column::{Bits, Bytes, Column, Keys, Text, Values};
use crate::frame::Block;

/// Rows of a batch, whose columns have no seams: one block.
///
/// Arrays are as Arrow's types promise: keys stand in their dictionary, views in their buffers, text is UTF-8. Whatever
/// safe functions build or read was checked there, and is not checked again here; arrays that came over the C interface
/// are vouched for by whoever made the stream, in an unsafe block.
pub(super) fn blocks<'a>(
    batch: &'a RecordBatch,
    columns: &[Vec<usize>],
    rows: Range<usize>,
) -> Vec<Block<'a>> {
    let columns = columns.iter().map(|path| member(batch.columns(), path, &rows)).collect();
    vec![Block { rows, columns }]
}

/// The column at a path. Where a struct is null, its members are.
fn member<'a>(mut columns: &'a [ArrayRef], path: &[usize], rows: &Range<usize>) -> Column<'a> {
    let mut nulls = Vec::new();
    let mut array = None;
    for at in path {
        let member = &*columns[*at];
        nulls.extend(member.nulls());
        columns = member.as_struct_opt().map_or(&[], |members| members.columns());
        array = Some(member);
    }
    array.map_or_else(|| Column::nulls(rows.len()), |array| column(array, &nulls, rows))
}

/// Rows of an array, which are null where its parents are, or itself is.
fn column<'a>(array: &'a dyn Array, nulls: &[&'a NullBuffer], rows: &Range<usize>) -> Column<'a> {
    let valid = Bits::all_of(nulls.iter().map(|nulls| bits(nulls.inner()).skip(rows.start)), rows.len());
    if let DataType::Dictionary(_, _) = array.data_type() {
        let Some((keys, dictionary)) = keys(array) else { return Column::nulls(rows.len()) };
        let (values, _) = values(dictionary, &(0..dictionary.len()));
        if let Values::Null = values {
            return Column::nulls(rows.len());
        }
        let known = dictionary.nulls().map(|nulls| bits(nulls.inner()));
        return Column { values, valid, keys: Some(keys), known, start: rows.start };
    }
    let (values, start) = values(array, rows);
    match values {
        Values::Null => Column::nulls(rows.len()),
        values => Column { values, valid, keys: None, known: None, start },
    }
}

/// Values, and where among them the first of the rows stands.
fn values<'a>(array: &'a dyn Array, rows: &Range<usize>) -> (Values<'a>, usize) {
    let values = match array.data_type() {
        DataType::Boolean => Values::Boolean(bits(array.as_boolean().values())),
        DataType::Int8 => Values::I8(of::<Int8Type>(array)),
        DataType::Int16 => Values::I16(of::<Int16Type>(array)),
        DataType::Int32 => Values::I32(of::<Int32Type>(array)),
        DataType::Int64 => Values::I64(of::<Int64Type>(array)),
        DataType::UInt8 => Values::U8(of::<UInt8Type>(array)),
        DataType::UInt16 => Values::U16(of::<UInt16Type>(array)),
        DataType::UInt32 => Values::U32(of::<UInt32Type>(array)),
        DataType::UInt64 => Values::U64(of::<UInt64Type>(array)),
        DataType::Float16 => {
            let widened = of::<Float16Type>(array)[rows.clone()].iter().map(|value| value.to_f32());
            return (Values::F32(widened.collect()), 0);
        }
        DataType::Float32 => Values::F32(Cow::Borrowed(of::<Float32Type>(array))),
        DataType::Float64 => Values::F64(of::<Float64Type>(array)),
        DataType::Decimal32(_, _) => Values::I32(of::<Decimal32Type>(array)),
        DataType::Decimal64(_, _) => Values::I64(of::<Decimal64Type>(array)),
        DataType::Decimal128(_, _) => Values::I128(of::<Decimal128Type>(array)),
        DataType::Decimal256(_, _) => {
            let digits =
                of::<Decimal256Type>(array)[rows.clone()].iter().map(|value| value.to_string().into());
            return (Values::Digits(digits.collect()), 0);
        }
        DataType::Utf8 => Values::Text(Text::Utf8(array.as_string())),
        DataType::LargeUtf8 => Values::Text(Text::LargeUtf8(array.as_string())),
        DataType::Utf8View => Values::Text(Text::Utf8View(array.as_string_view())),
        DataType::Binary => Values::Bytes(Bytes::Binary(array.as_binary())),
        DataType::LargeBinary => Values::Bytes(Bytes::LargeBinary(array.as_binary())),
        DataType::BinaryView => Values::Bytes(Bytes::BinaryView(array.as_binary_view())),
        DataType::FixedSizeBinary(_) => Values::Bytes(Bytes::FixedSize(array.as_fixed_size_binary())),
        _ => temporal(array),
    };
    (values, rows.start)
}

fn temporal(array: &dyn Array) -> Values<'_> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    match array.data_type() {
        DataType::Date32 => Values::I32(of::<Date32Type>(array)),
        DataType::Date64 => Values::I64(of::<Date64Type>(array)),
        DataType::Timestamp(Second, _) => Values::I64(of::<TimestampSecondType>(array)),
        DataType::Timestamp(Millisecond, _) => Values::I64(of::<TimestampMillisecondType>(array)),
        DataType::Timestamp(Microsecond, _) => Values::I64(of::<TimestampMicrosecondType>(array)),
        DataType::Timestamp(Nanosecond, _) => Values::I64(of::<TimestampNanosecondType>(array)),
        DataType::Time32(Second) => Values::I32(of::<Time32SecondType>(array)),
        DataType::Time32(_) => Values::I32(of::<Time32MillisecondType>(array)),
        DataType::Time64(Microsecond) => Values::I64(of::<Time64MicrosecondType>(array)),
        DataType::Time64(_) => Values::I64(of::<Time64NanosecondType>(array)),
        DataType::Duration(Second) => Values::I64(of::<DurationSecondType>(array)),
        DataType::Duration(Millisecond) => Values::I64(of::<DurationMillisecondType>(array)),
        DataType::Duration(Microsecond) => Values::I64(of::<DurationMicrosecondType>(array)),
        DataType::Duration(Nanosecond) => Values::I64(of::<DurationNanosecondType>(array)),
        // nulls, and what no plan lets through
        _ => Values::Null,
    }
}

fn of<T: ArrowPrimitiveType>(array: &dyn Array) -> &[T::Native] {
    array.as_primitive::<T>().values()
}

/// A dictionary's keys and values.
fn keys(array: &dyn Array) -> Option<(Keys<'_>, &dyn Array)> {
    fn of<'a, K: ArrowDictionaryKeyType>(
        array: &'a dyn Array,
        keys: fn(&'a [K::Native]) -> Keys<'a>,
    ) -> Option<(Keys<'a>, &'a dyn Array)> {
        let dictionary = array.as_dictionary_opt::<K>()?;
        Some((keys(dictionary.keys().values()), &**dictionary.values()))
    }
    of::<Int8Type>(array, Keys::I8)
        .or_else(|| of::<Int16Type>(array, Keys::I16))
        .or_else(|| of::<Int32Type>(array, Keys::I32))
        .or_else(|| of::<Int64Type>(array, Keys::I64))
        .or_else(|| of::<UInt8Type>(array, Keys::U8))
        .or_else(|| of::<UInt16Type>(array, Keys::U16))
        .or_else(|| of::<UInt32Type>(array, Keys::U32))
        .or_else(|| of::<UInt64Type>(array, Keys::U64))
}

fn bits(buffer: &BooleanBuffer) -> Bits<'_> {
    Bits { bytes: Cow::Borrowed(buffer.values()), start: buffer.offset() }
}

#[cfg(test)]
mod tests;
