//! Cells of tags.

use std::cell::RefCell;

use influx_core::__private::{ready, tag};
use influx_core::{Key, Line, TagSlot};

use super::dictionary::{Dictionary, Entry};
use super::text::TextOf;
use crate::column::{Bits, Column, Places, Text, Values};
use crate::plan::TagPlan;
use crate::policy::{OnEmpty, OnNull};
use crate::schema::ColumnType;

/// The cells of a tag in a block.
pub(super) struct TagCells<'a> {
    key: Key<'a>,
    places: Places<'a>,
    cells: Cells<'a>,
    plan: &'a TagPlan,
    column: &'a Column<'a>,
}

enum Cells<'a> {
    Text(Text<'a>),
    Ready(&'a Dictionary, Text<'a>),
    Boolean(&'a Bits<'a>),
    I64(&'a [i64]),
    U64(&'a [u64]),
    /// Written as text by the column's type.
    Written(TextOf),
    /// None has a value, or nothing that a tag can have.
    Null,
}

impl<'a> TagCells<'a> {
    pub(super) fn new(plan: &'a TagPlan, column: &'a Column<'a>, dictionary: Option<&'a Dictionary>) -> Self {
        let text_of = match plan.ty {
            // a count, as other integers are
            ColumnType::Duration(_) => Some(TextOf::Integer),
            ref ty => TextOf::values_of(ty),
        };
        let cells = match (&column.values, text_of) {
            (Values::Text(text), _) => match dictionary {
                Some(dictionary) => Cells::Ready(dictionary, *text),
                None => Cells::Text(*text),
            },
            (Values::Boolean(bits), _) => Cells::Boolean(bits),
            (Values::I64(values), Some(TextOf::Integer)) => Cells::I64(values),
            (Values::U64(values), Some(TextOf::Integer)) => Cells::U64(values),
            (Values::Null, _) | (_, None) => Cells::Null,
            (_, Some(text)) => Cells::Written(text),
        };
        let places = if let Cells::Null = cells { Places::nowhere() } else { Places::new(column) };
        Self { key: plan.key.as_key(), places, cells, plan, column }
    }

    /// Writes that of a row.
    #[inline(always)]
    pub(super) fn write(&self, row: usize, line: &mut Line<'_>, scratch: &RefCell<String>) {
        let Self { plan, column, cells, .. } = self;
        let Some(at) = self.places.of(row) else {
            if plan.null == OnNull::Refuse {
                self.slot(line).fail(NULL);
            }
            return;
        };
        match cells {
            Cells::Ready(dictionary, texts) => match dictionary.tag(at, &plan.name, *texts) {
                Some(Entry::Tag(ready)) => ready.write(line),
                Some(Entry::Empty) => self.text("", line),
                Some(Entry::Refused(error)) => ready::refuse(line, error),
                None => self.text(texts.get(at), line),
            },
            Cells::Text(texts) => self.text(texts.get(at), line),
            Cells::Boolean(bits) => self.slot(line).boolean(bits.get(at)),
            Cells::I64(values) => self.slot(line).integer(values[at]),
            Cells::U64(values) => self.slot(line).unsigned(values[at]),
            Cells::Written(text_of) => {
                let mut text = scratch.borrow_mut();
                match text_of.write(&column.values, at, &mut text) {
                    Err(error) => self.slot(line).fail(error),
                    Ok(()) if matches!(text_of, TextOf::Decimal(_)) => self.slot(line).decimal(&text),
                    Ok(()) => self.text(&text, line),
                }
            }
            Cells::Null => {}
        }
    }

    #[inline(always)]
    fn text(&self, text: &str, line: &mut Line<'_>) {
        if text.is_empty() && self.plan.empty == OnEmpty::Refuse {
            return self.slot(line).fail(EMPTY);
        }
        self.slot(line).text(text);
    }

    #[inline(always)]
    fn slot<'l, 'b>(&'l self, line: &'l mut Line<'b>) -> TagSlot<'l, 'b> {
        tag(line, self.key)
    }
}

/// Why a row is refused whose tag or field is null.
pub(super) const NULL: &str = "the value is null: fill it, or let nulls be left out by OnNull::Skip";
/// Why a row is refused whose tag or field is empty.
pub(super) const EMPTY: &str = "the value is empty: fill it, or let such values be left out by OnEmpty::Skip";
