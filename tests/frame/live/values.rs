//! Columns of every type that a frame can store, and what a server must say of each of their rows.

use std::sync::Arc;

use arrow_array::types::{ArrowPrimitiveType, Float16Type, Int16Type, UInt8Type};
use arrow_array::*;
use arrow_buffer::i256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

type F16 = <Float16Type as ArrowPrimitiveType>::Native;

/// What a query answers for a column in a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Float(f64),
    /// Written by its own digits, of which there may be two kinds.
    Single(f32),
    Integer(i64),
    Boolean(bool),
    Text(String),
}

/// A column: its name, its values for all rows, and what becomes of the value in a row.
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    pub(crate) array: ArrayRef,
    pub(crate) expected: Box<dyn Fn(u64) -> Cell>,
}

/// Rows without any field.
pub(crate) fn is_empty(row: u64) -> bool {
    row % 1_000 == 999
}

/// Random bits for a row of a column, the same at every call (splitmix64).
fn bits(row: u64, column: u64) -> u64 {
    let mut z = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ column.wrapping_mul(0xd1b5_4a32_d192_ed03);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The same for a field, which is null now and then.
fn value(row: u64, column: u64) -> Option<u64> {
    let bits = bits(row, column);
    (!is_empty(row) && !bits.is_multiple_of(7)).then_some(bits)
}

pub(crate) const TAGS: [&str; 4] = ["host", "rack", "on", "slot"];

const RACKS: [&str; 5] = ["a", "b c", "c,d=e", "größe 😀", "\"q\""];
const TEXTS: [&str; 6] = ["plain", "two\nlines", "a \"quoted\" word", r"back\slash\", "größe 😀", ""];

/// A column whose values are made of each row's bits.
fn field<T, A>(name: &'static str, column: u64, rows: u64, of: fn(u64) -> T, cell: fn(T) -> Cell) -> Spec
where
    T: 'static,
    A: FromIterator<Option<T>> + Array + 'static,
{
    let array: A = (0..rows).map(|row| value(row, column).map(of)).collect();
    let expected = move |row| value(row, column).map_or(Cell::Null, |bits| cell(of(bits)));
    Spec { name, array: Arc::new(array), expected: Box::new(expected) }
}

/// All columns but the time, for so many rows.
pub(crate) fn columns(rows: u64) -> Vec<Spec> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let mut all = tags(rows);
    all.extend([
        field::<_, Int8Array>("i8", 1, rows, |bits| bits as i8, |value| Cell::Integer(value.into())),
        field::<_, Int16Array>("i16", 2, rows, |bits| bits as i16, |value| Cell::Integer(value.into())),
        field::<_, Int32Array>("i32", 3, rows, |bits| bits as i32, |value| Cell::Integer(value.into())),
        field::<_, Int64Array>("i64", 4, rows, |bits| bits as i64, Cell::Integer),
        field::<_, UInt8Array>("u8", 5, rows, |bits| bits as u8, |value| Cell::Integer(value.into())),
        field::<_, UInt16Array>("u16", 6, rows, |bits| bits as u16, |value| Cell::Integer(value.into())),
        field::<_, UInt32Array>("u32", 7, rows, |bits| bits as u32, |value| Cell::Integer(value.into())),
        // 1.x has no unsigned integers: what fits is stored as integer
        field::<_, UInt64Array>("u64", 8, rows, |bits| bits >> 1, |value| Cell::Integer(value as i64)),
        field::<_, Float16Array>(
            "f16",
            9,
            rows,
            |bits| F16::from_f32((bits % 4_001) as f32 / 16.0 - 125.0),
            |value| Cell::Float(value.to_f64()),
        ),
        field::<_, Float32Array>("f32", 10, rows, |bits| (bits % 2_000_003) as f32 / 997.0, Cell::Single),
        field::<_, Float64Array>("f64", 11, rows, double, Cell::Float),
        field::<_, Float64Array>("short", 12, rows, |bits| (bits % 100_000) as f64 / 100.0, Cell::Float),
        field::<_, BooleanArray>("boolean", 13, rows, |bits| bits & 256 != 0, Cell::Boolean),
        field::<_, StringArray>("utf8", 14, rows, words, text),
        field::<_, LargeStringArray>("large_utf8", 15, rows, words, text),
        field::<_, StringViewArray>("utf8_view", 16, rows, words, text),
        field::<_, DictionaryArray<UInt8Type>>("category", 17, rows, words, text),
        field::<_, Date32Array>("date32", 18, rows, |bits| bits as i32, |days| Cell::Integer(days.into())),
        field::<_, Date64Array>("date64", 19, rows, |bits| (bits >> 20) as i64, Cell::Integer),
        field::<_, TimestampSecondArray>("seconds", 20, rows, |bits| (bits >> 30) as i64, Cell::Integer),
        field::<_, TimestampMillisecondArray>("millis", 21, rows, |bits| (bits >> 20) as i64, Cell::Integer),
        field::<_, TimestampMicrosecondArray>("micros", 22, rows, |bits| (bits >> 10) as i64, Cell::Integer),
        field::<_, TimestampNanosecondArray>("nanos", 23, rows, |bits| bits as i64, Cell::Integer),
        field::<_, Time32SecondArray>(
            "time32",
            24,
            rows,
            |bits| (bits % 86_400) as i32,
            |seconds| Cell::Integer(seconds.into()),
        ),
        field::<_, Time64NanosecondArray>("time64", 25, rows, |bits| (bits % 86_400) as i64, Cell::Integer),
        field::<_, DurationMicrosecondArray>("duration", 26, rows, |bits| bits as i64, Cell::Integer),
        field::<_, BinaryArray>("binary", 27, rows, bytes, base64),
        field::<_, LargeBinaryArray>("large_binary", 28, rows, bytes, base64),
    ]);
    let exact = field::<_, Decimal128Array>("decimal", 29, rows, digits, |value| decimal(value, 10));
    all.push(cast(exact, |array: Decimal128Array| array.with_precision_and_scale(38, 10).unwrap()));
    let wide = |bits| i256::from_i128(digits(bits));
    let wide = field::<_, Decimal256Array>("wide_decimal", 30, rows, wide, |value| {
        decimal(value.to_i128().unwrap(), 4)
    });
    all.push(cast(wide, |array: Decimal256Array| array.with_precision_and_scale(70, 4).unwrap()));
    let nulls = Arc::new(NullArray::new(rows as usize));
    all.push(Spec { name: "nothing", array: nulls, expected: Box::new(|_| Cell::Null) });
    all
}

fn tags(rows: u64) -> Vec<Spec> {
    // a null in the dictionary, one value that nobody has, and keys that are null
    let hosts: StringArray = (0..40).map(|n| (n != 7).then(|| format!("host-{n}"))).collect();
    let key = |row| Some((bits(row, 31) % 41) as i16).filter(|key| *key < 40);
    let keys: PrimitiveArray<Int16Type> = (0..rows).map(key).collect();
    let host = move |row| match key(row) {
        None | Some(7) => Cell::Null,
        Some(key) => Cell::Text(format!("host-{key}")),
    };
    let rack = |row| RACKS[(bits(row, 32) % 5) as usize];
    let racks: StringViewArray = (0..rows).map(|row| Some(rack(row))).collect();
    let on = |row| bits(row, 33) & 1 == 0;
    let ons: BooleanArray = (0..rows).map(|row| Some(on(row))).collect();
    let slot = |row| (bits(row, 34) % 3) as i32 - 1;
    let slots: Int32Array = (0..rows).map(|row| Some(slot(row))).collect();
    let spec = |name, array: ArrayRef, expected: Box<dyn Fn(u64) -> Cell>| Spec { name, array, expected };
    vec![
        spec("host", Arc::new(DictionaryArray::new(keys, Arc::new(hosts))), Box::new(host)),
        spec("rack", Arc::new(racks), Box::new(move |row| Cell::Text(rack(row).to_owned()))),
        spec("on", Arc::new(ons), Box::new(move |row| Cell::Text(on(row).to_string()))),
        spec("slot", Arc::new(slots), Box::new(move |row| Cell::Text(slot(row).to_string()))),
    ]
}

/// The same column with another type.
fn cast<A: Array + Clone + 'static>(spec: Spec, with: fn(A) -> A) -> Spec {
    let array = with(spec.array.as_any().downcast_ref::<A>().unwrap().clone());
    Spec { array: Arc::new(array), ..spec }
}

/// A double with all of its digits, of any size that is finite.
fn double(bits: u64) -> f64 {
    let double = f64::from_bits(bits);
    if double.is_finite() { double } else { bits as f64 / 3.0 }
}

fn words(bits: u64) -> &'static str {
    TEXTS[(bits >> 8) as usize % TEXTS.len()]
}

fn bytes(bits: u64) -> Vec<u8> {
    bits.to_le_bytes()[..(bits >> 32) as usize % 9].to_vec()
}

fn base64(bytes: Vec<u8>) -> Cell {
    Cell::Text(STANDARD.encode(bytes))
}

fn digits(bits: u64) -> i128 {
    i128::from(bits as i64) * 1_000_003
}

/// What a server makes of all digits of a decimal: the nearest double.
fn decimal(value: i128, scale: u32) -> Cell {
    let one = 10_u128.pow(scale);
    let (whole, part) = (value.unsigned_abs() / one, value.unsigned_abs() % one);
    let sign = if value < 0 { "-" } else { "" };
    Cell::Float(format!("{sign}{whole}.{part:0width$}", width = scale as usize).parse().unwrap())
}
