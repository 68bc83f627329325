//! Cells of fields.

use std::cell::RefCell;

use influx_core::__private::non_finite;
use influx_core::{FieldSlot, Line, ValueType};

use super::integer::Integer;
use super::tag::{EMPTY, NULL};
use super::text::TextOf;
use crate::column::{Bits, Column, Text, Values};
use crate::plan::FieldPlan;
use crate::policy::{DecimalAs, IntegerKind, OnEmpty, OnNull, TemporalAs};
use crate::schema::ColumnType;

/// The cells of a field in a block.
pub(super) struct FieldCells<'a> {
    plan: &'a FieldPlan,
    column: &'a Column<'a>,
    cells: Cells<'a>,
}

enum Cells<'a> {
    F64(&'a [f64]),
    F32(&'a [f32]),
    I64(&'a [i64]),
    U64(&'a [u64]),
    Boolean(&'a Bits<'a>),
    Text(Text<'a>),
    /// Of less than 64 bits.
    Small,
    /// Of 128 bits, or as a type that was asked for.
    Integer(IntegerKind),
    /// Written as text by the column's type.
    Written(TextOf),
    /// None has a value, or nothing that a field can have.
    Null,
}

impl<'a> FieldCells<'a> {
    pub(super) fn new(plan: &'a FieldPlan, column: &'a Column<'a>) -> Self {
        use ColumnType::{Binary, Date, Decimal, Duration, Integer, Time, Timestamp, Unsigned};
        let is_text = match plan.ty {
            Decimal { .. } | Binary => true,
            Date | Time(_) | Timestamp(..) | Duration(_) => plan.temporal == TemporalAs::String,
            _ => false,
        };
        let kind = plan.integer.filter(|_| matches!(plan.ty, Integer(_) | Unsigned(_)));
        let cells = match (&column.values, TextOf::values_of(&plan.ty).filter(|_| is_text), kind) {
            (Values::Null, ..) => Cells::Null,
            (_, Some(text), _) => Cells::Written(text),
            (Values::F64(values), ..) => Cells::F64(values),
            (Values::F32(values), ..) => Cells::F32(values),
            (Values::Boolean(bits), ..) => Cells::Boolean(bits),
            (Values::Text(text), ..) => Cells::Text(*text),
            (Values::Bytes(_) | Values::Digits(_), None, _) => Cells::Null,
            (_, None, Some(kind)) => Cells::Integer(kind),
            (Values::I64(values), ..) => Cells::I64(values),
            (Values::U64(values), ..) => Cells::U64(values),
            (Values::I128(_), ..) => Cells::Integer(IntegerKind::Integer),
            (Values::U128(_), ..) => Cells::Integer(IntegerKind::Unsigned),
            _ => Cells::Small,
        };
        Self { plan, column, cells }
    }

    /// Writes that of a row.
    #[inline(always)]
    pub(super) fn write(&self, row: usize, line: &mut Line<'_>, scratch: &RefCell<String>) {
        let Self { plan, column, cells } = self;
        non_finite(line, plan.non_finite);
        // also for nulls: so fields keep their places among the line's, by which short decimals are known
        let slot = plan.key.field(line);
        let at = if let Cells::Null = cells { None } else { column.place(row) };
        let Some(at) = at else {
            if plan.null == OnNull::Refuse {
                slot.fail(NULL);
            }
            return;
        };
        match cells {
            Cells::F64(values) => slot.float(values[at]),
            Cells::F32(values) => slot.float32(values[at]),
            Cells::I64(values) => slot.integer(values[at]),
            Cells::U64(values) => slot.unsigned(values[at]),
            Cells::Boolean(bits) => slot.boolean(bits.get(at)),
            Cells::Text(text) => self.text(text.get(at), slot),
            Cells::Small => slot.integer(small(&column.values, at)),
            Cells::Integer(kind) => integer(&column.values, at, *kind, slot),
            Cells::Written(text_of) => {
                let mut text = scratch.borrow_mut();
                match (text_of.write(&column.values, at, &mut text), text_of, plan.decimal) {
                    (Err(error), ..) => slot.fail(error),
                    (Ok(()), TextOf::Decimal(_), DecimalAs::String) => {
                        slot.__coerce(ValueType::String).decimal(&text);
                    }
                    (Ok(()), TextOf::Decimal(_), _) => slot.decimal(&text),
                    (Ok(()), ..) => self.text(&text, slot),
                }
            }
            Cells::Null => {}
        }
    }

    #[inline(always)]
    fn text(&self, text: &str, slot: FieldSlot<'_, '_>) {
        match (text, self.plan.empty) {
            ("", OnEmpty::Skip) => {}
            ("", OnEmpty::Refuse) => slot.fail(EMPTY),
            _ => slot.string(text),
        }
    }
}

/// An integer of less than 64 bits.
#[inline(always)]
fn small(values: &Values<'_>, at: usize) -> i64 {
    match values {
        Values::I8(values) => values[at].into(),
        Values::I16(values) => values[at].into(),
        Values::I32(values) => values[at].into(),
        Values::U8(values) => values[at].into(),
        Values::U16(values) => values[at].into(),
        Values::U32(values) => values[at].into(),
        _ => 0,
    }
}

/// Writes an integer as the type that was asked for.
#[inline(always)]
fn integer(values: &Values<'_>, at: usize, kind: IntegerKind, slot: FieldSlot<'_, '_>) {
    let Some(integer) = Integer::at(values, at) else { return };
    match kind {
        IntegerKind::Integer => match integer.to_i64() {
            Some(value) => slot.integer(value),
            None => slot.fail(format_args!(
                "{integer} is no integer of 64 bits: store the column as float or string"
            )),
        },
        IntegerKind::Unsigned => match integer.to_u64() {
            Some(value) => slot.unsigned(value),
            None => slot.fail(format_args!(
                "{integer} is no unsigned integer of 64 bits: store the column as float or string"
            )),
        },
        IntegerKind::Float => match integer.to_f64() {
            Some(value) => slot.float(value),
            None => slot
                .fail(format_args!("no double is exactly {integer}: store the column as integer or string")),
        },
    }
}
