//! What is asked of the allocator: something for each piece, and nothing for a row.

#[allow(dead_code, reason = "what is held is measured elsewhere")]
#[path = "../alloc/counting.rs"]
mod counting;

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Decimal128Array, DictionaryArray, Float64Array, Int64Array,
    RecordBatch, StringArray, TimestampMillisecondArray,
};
use counting::CALLS;
use influx_core::LineBuffer;
use influx_frame::{BinaryAs, Pieces, Roles, TemporalAs};

/// Rows of all that is written in a way of its own.
fn frame(rows: i64) -> RecordBatch {
    let all = || 0..rows;
    let host = |row: i64| ["web-1", "a b,c", "db"][row as usize % 3];
    let null = |row: i64| (row % 7 > 0).then_some(row);
    let columns: [(&str, ArrayRef); 10] = [
        ("at", Arc::new(TimestampMillisecondArray::from_iter_values(all()))),
        ("host", Arc::new(all().map(host).collect::<DictionaryArray<Int32Type>>())),
        ("site", Arc::new(StringArray::from_iter_values(all().map(host)))),
        ("load", Arc::new(Float64Array::from_iter_values(all().map(|row| row as f64 / 3.0)))),
        ("count", Arc::new(all().map(null).collect::<Int64Array>())),
        ("ok", Arc::new(all().map(|row| Some(row % 2 == 0)).collect::<BooleanArray>())),
        ("note", Arc::new(StringArray::from_iter_values(all().map(|row| format!("say \"{row}\""))))),
        ("price", Arc::new(Decimal128Array::from_iter_values(all().map(i128::from)))),
        ("raw", Arc::new(BinaryArray::from_iter_values(all().map(i64::to_le_bytes)))),
        ("seen", Arc::new(TimestampMillisecondArray::from_iter_values(all()))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

/// Calls for the third of three pieces of so many rows.
fn calls_of_a_warm_piece(rows: usize) -> u64 {
    let roles = Roles::new("m").tags(["host", "site"]).time("at");
    let roles = roles.binary(BinaryAs::Base64).temporal_in("seen", TemporalAs::String);
    let mut pieces = Pieces::new(frame(3 * rows as i64), &roles, LineBuffer::new()).unwrap().rows(rows);
    for _ in 0..2 {
        let piece = pieces.next().unwrap().unwrap();
        assert_eq!((piece.lines.lines(), piece.refused.len()), (rows, 0));
    }
    let before = CALLS.get();
    let lines = pieces.next().unwrap().unwrap().lines.lines();
    let calls = CALLS.get() - before;
    assert_eq!(lines, rows);
    calls
}

#[test]
fn a_warm_piece_asks_for_nothing_for_a_row() {
    let (few, many) = (calls_of_a_warm_piece(500), calls_of_a_warm_piece(2_000));
    assert_eq!(few, many);
    assert!(few < 100, "{few} calls for a piece");
}
