//! Rows in a batch of Arrow.

use std::sync::Arc;

use arrow_array::builder::FixedSizeBinaryBuilder;
use arrow_array::types::*;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, DictionaryArray, LargeBinaryArray,
    LargeStringArray, NullArray, PrimitiveArray, RecordBatch, RecordBatchOptions, StringArray,
    StringViewArray, StructArray, make_array,
};
use arrow_buffer::{ArrowNativeType, i256};
use arrow_schema::{DataType, Field, Fields, Schema, TimeUnit};
use influx_tests::generate::Source;

use super::model::{Body, Cell, Column, Kind, Rows};

/// The rows that are written: a slice of a batch.
pub(crate) fn batch(rows: &Rows, source: &mut impl Source) -> RecordBatch {
    let arrays: Vec<ArrayRef> = rows.columns.iter().map(|column| array(column, source)).collect();
    let names = rows.columns.iter().zip(&arrays);
    let fields: Fields =
        names.map(|(column, array)| Field::new(&column.name, array.data_type().clone(), true)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).unwrap();
    batch.slice(rows.range.start, rows.range.len())
}

fn array(column: &Column, source: &mut impl Source) -> ArrayRef {
    match &column.body {
        Body::Struct(members, valid) => {
            let arrays: Vec<ArrayRef> = members.iter().map(|member| array(member, source)).collect();
            let names = members.iter().zip(&arrays);
            let fields = names
                .map(|(member, array)| Field::new(&member.name, array.data_type().clone(), true))
                .collect();
            Arc::new(StructArray::new(fields, arrays, Some(valid.clone().into())))
        }
        Body::Leaf(Kind::Null, cells) => Arc::new(NullArray::new(cells.len())),
        Body::Leaf(kind, cells) if source.once_in(3) => dictionary(*kind, cells, source),
        // what is cut off before is no value of any row
        Body::Leaf(kind, cells) => {
            let before = source.below(12).min(cells.len());
            let more: Vec<_> = cells[..before].iter().chain(cells).cloned().collect();
            values(*kind, &more, source).slice(before, cells.len())
        }
    }
}

/// Values in another order, some of them twice, and keys that say where they are.
fn dictionary(kind: Kind, cells: &[Option<Cell>], source: &mut impl Source) -> ArrayRef {
    let turned = source.below(cells.len() + 1);
    let place = |row: usize| (row + cells.len() - turned) % cells.len();
    let key = |(row, cell): (usize, &Option<Cell>)| (cell.is_some() || source.once_in(2)).then(|| place(row));
    let keys: Vec<Option<usize>> = cells.iter().enumerate().map(key).collect();
    let turned: Vec<_> = cells[turned..].iter().chain(&cells[..turned]).cloned().collect();
    let values = values(kind, &turned, source);
    match source.below(8) {
        0 => of_keys::<Int8Type>(keys, values),
        1 => of_keys::<Int16Type>(keys, values),
        2 => of_keys::<Int32Type>(keys, values),
        3 => of_keys::<Int64Type>(keys, values),
        4 => of_keys::<UInt8Type>(keys, values),
        5 => of_keys::<UInt16Type>(keys, values),
        6 => of_keys::<UInt32Type>(keys, values),
        _ => of_keys::<UInt64Type>(keys, values),
    }
}

fn of_keys<K: ArrowDictionaryKeyType>(keys: Vec<Option<usize>>, values: ArrayRef) -> ArrayRef {
    let keys = keys.into_iter().map(|key| key.and_then(K::Native::from_usize));
    Arc::new(DictionaryArray::<K>::new(keys.collect(), values))
}

/// Nulls are what another variant is.
macro_rules! cells {
    ($cells:expr, $variant:ident) => {
        $cells.iter().map(|cell| match cell {
            Some(Cell::$variant(value)) => Some(value.clone()),
            _ => None,
        })
    };
}

fn values(kind: Kind, cells: &[Option<Cell>], source: &mut impl Source) -> ArrayRef {
    match kind {
        Kind::Boolean => Arc::new(cells!(cells, Boolean).collect::<BooleanArray>()),
        Kind::Integer(_) | Kind::Plain(_) => {
            let values: Vec<_> = cells!(cells, Integer).collect();
            integers(&values, matches!(kind, Kind::Integer(_)), source)
        }
        Kind::Unsigned => Arc::new(cells!(cells, Unsigned).collect::<PrimitiveArray<UInt64Type>>()),
        Kind::Double => Arc::new(cells!(cells, Double).collect::<PrimitiveArray<Float64Type>>()),
        Kind::Single => Arc::new(cells!(cells, Single).collect::<PrimitiveArray<Float32Type>>()),
        Kind::Half => {
            type Half = <Float16Type as ArrowPrimitiveType>::Native;
            let values = cells!(cells, Single).map(|value| value.map(Half::from_f32));
            Arc::new(values.collect::<PrimitiveArray<Float16Type>>())
        }
        Kind::Text => match source.below(3) {
            0 => Arc::new(cells!(cells, Text).collect::<StringArray>()),
            1 => Arc::new(cells!(cells, Text).collect::<LargeStringArray>()),
            _ => Arc::new(cells!(cells, Text).collect::<StringViewArray>()),
        },
        Kind::Binary => bytes(&cells!(cells, Binary).collect::<Vec<_>>(), source),
        Kind::Decimal(scale, _) => decimals(&cells!(cells, Decimal).collect::<Vec<_>>(), scale, source),
        Kind::Null => Arc::new(NullArray::new(cells.len())),
    }
}

/// Integers as any type that can hold them, temporal ones too.
fn integers(values: &[Option<i64>], temporal: bool, source: &mut impl Source) -> ArrayRef {
    fn of<T: ArrowPrimitiveType<Native: TryFrom<i64>>>(values: &[Option<i64>]) -> Option<ArrayRef> {
        let native = |value: &Option<i64>| match value {
            Some(value) => T::Native::try_from(*value).ok().map(Some),
            None => Some(None),
        };
        let values: Option<Vec<Option<T::Native>>> = values.iter().map(native).collect();
        Some(Arc::new(values?.into_iter().collect::<PrimitiveArray<T>>()))
    }
    let called = |array: Option<ArrayRef>, data_type: DataType| {
        Some(make_array(array?.to_data().into_builder().data_type(data_type).build().unwrap()))
    };
    let unit =
        source.pick(&[TimeUnit::Second, TimeUnit::Millisecond, TimeUnit::Microsecond, TimeUnit::Nanosecond]);
    let zone = source.pick(&[None, Some("UTC"), Some("+02:00"), Some("Europe/Berlin")]);
    let mut choice = vec![
        of::<Int64Type>(values),
        of::<Int8Type>(values),
        of::<Int16Type>(values),
        of::<Int32Type>(values),
        of::<UInt8Type>(values),
        of::<UInt16Type>(values),
        of::<UInt32Type>(values),
    ];
    if temporal {
        choice.extend([
            called(of::<Int64Type>(values), DataType::Timestamp(unit, zone.map(Into::into))),
            called(of::<Int64Type>(values), DataType::Duration(unit)),
            called(of::<Int64Type>(values), DataType::Date64),
            called(of::<Int64Type>(values), DataType::Time64(TimeUnit::Microsecond)),
            called(of::<Int64Type>(values), DataType::Time64(TimeUnit::Nanosecond)),
            called(of::<Int32Type>(values), DataType::Date32),
            called(of::<Int32Type>(values), DataType::Time32(TimeUnit::Second)),
            called(of::<Int32Type>(values), DataType::Time32(TimeUnit::Millisecond)),
        ]);
    }
    let mut choice: Vec<ArrayRef> = choice.into_iter().flatten().collect();
    choice.swap_remove(source.below(choice.len()))
}

fn bytes(values: &[Option<Vec<u8>>], source: &mut impl Source) -> ArrayRef {
    let values = || values.iter().map(Option::as_deref);
    let width = values().flatten().map(<[u8]>::len).max().unwrap_or_default();
    let is_fixed = values().flatten().all(|value| value.len() == width);
    match source.below(4) {
        0 if is_fixed => {
            let mut builder = FixedSizeBinaryBuilder::new(width as i32);
            for value in values() {
                match value {
                    Some(value) => builder.append_value(value).unwrap(),
                    None => builder.append_null(),
                }
            }
            Arc::new(builder.finish())
        }
        0 | 1 => Arc::new(values().collect::<BinaryArray>()),
        2 => Arc::new(values().collect::<LargeBinaryArray>()),
        _ => Arc::new(values().collect::<BinaryViewArray>()),
    }
}

/// Decimals of any width that can hold them.
fn decimals(values: &[Option<i128>], scale: i8, source: &mut impl Source) -> ArrayRef {
    fn of<T: DecimalType>(
        values: impl Iterator<Item = Option<T::Native>>,
        precision: u8,
        scale: i8,
    ) -> ArrayRef {
        let array = values.collect::<PrimitiveArray<T>>();
        Arc::new(array.with_precision_and_scale(precision, scale).unwrap())
    }
    let most = values.iter().flatten().map(|value| value.unsigned_abs()).max().unwrap_or_default();
    let values = || values.iter().copied();
    match source.below(4) {
        0 if most < 10_u128.pow(9) => {
            of::<Decimal32Type>(values().map(|value| value.map(|value| value as i32)), 9, scale)
        }
        1 if most < 10_u128.pow(18) => {
            of::<Decimal64Type>(values().map(|value| value.map(|value| value as i64)), 18, scale)
        }
        2 => of::<Decimal128Type>(values(), 38, scale),
        _ => of::<Decimal256Type>(values().map(|value| value.map(i256::from_i128)), 76, scale),
    }
}
