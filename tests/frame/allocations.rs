//! What is asked of the allocator: something for each piece, and nothing for a row.
#![allow(unsafe_code, reason = "a global allocator can be written in no other way")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Decimal128Array, DictionaryArray, Float64Array, Int64Array,
    RecordBatch, StringArray, TimestampMillisecondArray,
};
use influx_core::LineBuffer;
use influx_frame::{BinaryAs, Pieces, Roles, TemporalAs};

thread_local! {
    /// Tests run side by side, each in a thread of its own.
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

impl Counting {
    fn count() {
        // Fails only while a thread ends, when nothing is measured.
        let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
    }
}

// SAFETY: every call is handed to `System` unchanged; counting touches a thread-local without a destructor,
// which asks for no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count();
        // SAFETY: the caller's contract is `System`'s.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::count();
        // SAFETY: the caller's contract is `System`'s.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        Self::count();
        // SAFETY: the caller's contract is `System`'s.
        unsafe { System.realloc(ptr, layout, new_size) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: the caller's contract is `System`'s.
        unsafe { System.dealloc(ptr, layout) }
    }
}

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
