//! What a column holds, as text: for tests.

use super::{Column, Values};
use crate::frame::Block;

/// The values of a column of some blocks, row by row; `None`: null.
pub(crate) fn shown(blocks: &[Block<'_>], column: usize) -> Vec<Option<String>> {
    let rows = |block: &Block<'_>| {
        let column = &block.columns[column];
        (0..block.rows.len()).map(|row| column.place(row).map(|at| value(column, at))).collect::<Vec<_>>()
    };
    blocks.iter().flat_map(rows).collect()
}

fn value(column: &Column<'_>, at: usize) -> String {
    match &column.values {
        Values::Null => "a value that is none".to_owned(),
        Values::Boolean(bits) => bits.get(at).to_string(),
        Values::I8(values) => values[at].to_string(),
        Values::I16(values) => values[at].to_string(),
        Values::I32(values) => values[at].to_string(),
        Values::I64(values) => values[at].to_string(),
        Values::I128(values) => values[at].to_string(),
        Values::U8(values) => values[at].to_string(),
        Values::U16(values) => values[at].to_string(),
        Values::U32(values) => values[at].to_string(),
        Values::U64(values) => values[at].to_string(),
        Values::U128(values) => values[at].to_string(),
        Values::F32(values) => values[at].to_string(),
        Values::F64(values) => values[at].to_string(),
        Values::Text(text) => text.get(at).to_owned(),
        Values::Bytes(bytes) => format!("{:?}", bytes.get(at)),
        Values::Digits(digits) => digits[at].to_string(),
    }
}
