//! The columns of a `DataFrame` or of a `Series` of structs.

use std::borrow::Cow;
use std::ops::Range;

use polars::prelude::{DataType, Series, pf16};
use polars_arrow::array::{Array, BinaryViewArray, BooleanArray, PrimitiveArray, StructArray, Utf8ViewArray};
use polars_arrow::bitmap::Bitmap;

use crate::column::{Bits, Bytes, Column, Keys, Text, Values};
use crate::frame::Block;

/// A column, which perhaps stands in structs, from some row on.
pub(super) struct Member<'a, 'p> {
    data_type: &'a DataType,
    /// Of the outermost struct, those that are left.
    chunks: &'a [Box<dyn Array>],
    /// Where it stands in that struct.
    path: &'p [usize],
    /// The row, in the first of the chunks.
    start: usize,
}

/// Rows of columns that are cut into chunks, each at places of its own: blocks from seam to seam.
pub(super) fn blocks<'a>(mut columns: Vec<Member<'a, '_>>, rows: Range<usize>) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    columns.iter_mut().for_each(|column| column.skip(rows.start));
    let mut start = rows.start;
    while start < rows.end {
        let len = columns.iter().map(Member::left).fold(rows.end - start, usize::min);
        let of_block = columns.iter().map(|column| column.column(len)).collect();
        blocks.push(Block { rows: start..start + len, columns: of_block });
        columns.iter_mut().for_each(|column| column.skip(len));
        start += len;
    }
    blocks
}

impl<'a, 'p> Member<'a, 'p> {
    /// What stands at a path in a series; without a path it is the series itself.
    pub(super) fn new(series: &'a Series, path: &'p [usize]) -> Self {
        let data_type = path.iter().fold(series.dtype(), |data_type, at| match data_type {
            DataType::Struct(fields) => fields[*at].dtype(),
            other => other,
        });
        Self { data_type, chunks: series.chunks(), path, start: 0 }
    }

    /// Goes on by some rows.
    fn skip(&mut self, rows: usize) {
        self.start += rows;
        while let Some((first, rest)) = self.chunks.split_first()
            && first.len() <= self.start
        {
            self.start -= first.len();
            self.chunks = rest;
        }
    }

    /// How many rows there are before the next seam.
    fn left(&self) -> usize {
        self.chunks.first().map_or(usize::MAX, |chunk| chunk.len() - self.start)
    }

    /// So many rows before the next seam. Where a struct is null, its members are.
    fn column(&self, rows: usize) -> Column<'a> {
        let Some(chunk) = self.chunks.first() else { return Column::nulls(rows) };
        let mut array = &**chunk;
        let mut validity: Vec<&Bitmap> = array.validity().into_iter().collect();
        for at in self.path {
            let Some(members) = array.as_any().downcast_ref::<StructArray>() else { break };
            array = &*members.values()[*at];
            validity.extend(array.validity());
        }
        let start = self.start;
        let valid = Bits::all_of(validity.into_iter().map(|bitmap| bits(bitmap).skip(start)), rows);
        if let DataType::Categorical(_, texts) | DataType::Enum(_, texts) = self.data_type {
            let Some(keys) = keys(array) else { return Column::nulls(rows) };
            let values = Values::Text(Text::Categories(texts));
            return Column { values, valid, keys: Some(keys), known: None, start };
        }
        if let Some(array) = array.as_any().downcast_ref::<PrimitiveArray<pf16>>() {
            let widened = array.values()[start..start + rows].iter().map(|value| f32::from(*value));
            return Column {
                values: Values::F32(widened.collect()),
                valid,
                keys: None,
                known: None,
                start: 0,
            };
        }
        match values(array) {
            Values::Null => Column::nulls(rows),
            values => Column { values, valid, keys: None, known: None, start },
        }
    }
}

/// What an array holds, by its physical type.
fn values(array: &dyn Array) -> Values<'_> {
    let any = array.as_any();
    macro_rules! primitive {
        ($($variant:ident: $native:ty,)*) => {$(
            if let Some(array) = any.downcast_ref::<PrimitiveArray<$native>>() {
                return Values::$variant(array.values().as_slice());
            }
        )*};
    }
    primitive! { F64: f64, I64: i64, U64: u64, I32: i32, U32: u32, I16: i16, U16: u16, I8: i8, U8: u8, I128: i128, U128: u128, }
    if let Some(array) = any.downcast_ref::<PrimitiveArray<f32>>() {
        Values::F32(Cow::Borrowed(array.values().as_slice()))
    } else if let Some(array) = any.downcast_ref::<BooleanArray>() {
        Values::Boolean(bits(array.values()))
    } else if let Some(array) = any.downcast_ref::<Utf8ViewArray>() {
        Values::Text(Text::Polars(array))
    } else if let Some(array) = any.downcast_ref::<BinaryViewArray>() {
        Values::Bytes(Bytes::Polars(array))
    } else {
        // nulls, and what no plan lets through
        Values::Null
    }
}

/// The numbers of categories.
fn keys(array: &dyn Array) -> Option<Keys<'_>> {
    match values(array) {
        Values::U8(keys) => Some(Keys::U8(keys)),
        Values::U16(keys) => Some(Keys::U16(keys)),
        Values::U32(keys) => Some(Keys::U32(keys)),
        _ => None,
    }
}

fn bits(bitmap: &Bitmap) -> Bits<'_> {
    let (bytes, start, _) = bitmap.as_slice();
    Bits { bytes: Cow::Borrowed(bytes), start }
}

#[cfg(test)]
mod tests;
