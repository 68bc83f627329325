//! Cells of fields.

use std::cell::RefCell;

use influx_core::__private::{field, non_finite};
use influx_core::{FieldSlot, Key, Line, NonFinite, ValueType};

use super::integer::Integer;
use super::tag::{EMPTY, NULL};
use super::text::TextOf;
use crate::column::{Bits, Column, Places, Text, Values, is_set};
use crate::plan::FieldPlan;
use crate::policy::{DecimalAs, IntegerKind, OnEmpty, OnNull, TemporalAs};
use crate::schema::ColumnType;

/// Fields that stand next to each other in a block. Doubles and integers, of which most frames are made, have loops of
/// their own: so what such a loop needs stays in registers.
pub(super) enum FieldRun<'a> {
    /// With what becomes of NaN and infinities in all of them.
    F64(Option<NonFinite>, Vec<Plain<'a, f64>>),
    I64(Vec<Plain<'a, i64>>),
    Any(Vec<(Head<'a>, Cells<'a>)>),
}

/// A field whose values stand at their rows.
pub(super) struct Plain<'a, T> {
    key: Key<'a>,
    /// From the block's first row on.
    values: &'a [T],
    /// The bits of the rows that have one, and where the first stands; `None`: all have.
    valid: Option<(&'a [u8], usize)>,
    null: OnNull,
}

/// What the cells of a field have in common.
pub(super) struct Head<'a> {
    key: Key<'a>,
    places: Places<'a>,
    plan: &'a FieldPlan,
    column: &'a Column<'a>,
}

pub(super) enum Cells<'a> {
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

impl<'a> FieldRun<'a> {
    /// The fields of a line, in runs.
    pub(super) fn all(fields: impl Iterator<Item = (&'a FieldPlan, &'a Column<'a>)>) -> Vec<Self> {
        let mut runs = Vec::new();
        for (plan, column) in fields {
            let cells = Cells::new(plan, column);
            let plain = column.keys.is_none();
            match (runs.last_mut(), cells) {
                (Some(Self::F64(policy, run)), Cells::F64(values)) if plain && *policy == plan.non_finite => {
                    run.push(Plain::new(plan, column, values));
                }
                (Some(Self::I64(run)), Cells::I64(values)) if plain => {
                    run.push(Plain::new(plan, column, values));
                }
                (_, Cells::F64(values)) if plain => {
                    runs.push(Self::F64(plan.non_finite, vec![Plain::new(plan, column, values)]));
                }
                (_, Cells::I64(values)) if plain => {
                    runs.push(Self::I64(vec![Plain::new(plan, column, values)]));
                }
                (Some(Self::Any(run)), cells) => run.push((Head::new(plan, column, &cells), cells)),
                (_, cells) => runs.push(Self::Any(vec![(Head::new(plan, column, &cells), cells)])),
            }
        }
        runs
    }

    /// Writes those of a row.
    #[inline(always)]
    pub(super) fn write(&self, row: usize, line: &mut Line<'_>, scratch: &RefCell<String>) {
        match self {
            Self::F64(policy, run) => {
                non_finite(line, *policy);
                for plain in run {
                    if let Some(slot) = plain.slot(row, line) {
                        slot.float(plain.values[row]);
                    }
                }
            }
            Self::I64(run) => {
                for plain in run {
                    if let Some(slot) = plain.slot(row, line) {
                        slot.integer(plain.values[row]);
                    }
                }
            }
            Self::Any(run) => {
                for (head, cells) in run {
                    if let Cells::F32(_) | Cells::F64(_) = cells {
                        non_finite(line, head.plan.non_finite);
                    }
                    if let Some((at, slot)) = head.slot(row, line) {
                        head.write(cells, at, slot, scratch);
                    }
                }
            }
        }
    }
}

impl<'a, T> Plain<'a, T> {
    fn new(plan: &'a FieldPlan, column: &'a Column<'a>, values: &'a [T]) -> Self {
        let valid = column.valid.as_ref().map(|valid| (&*valid.bytes, valid.start));
        let values = values.get(column.start..).unwrap_or_default();
        Self { key: plan.key.as_key(), values, valid, null: plan.null }
    }

    /// Where the value of a row goes, if there is one.
    #[inline(always)]
    fn slot<'l, 'b>(&'l self, row: usize, line: &'l mut Line<'b>) -> Option<FieldSlot<'l, 'b>> {
        // also for nulls: so fields keep their places among the line's, by which short decimals are known
        let slot = field(line, self.key);
        match self.valid {
            Some(valid) if !is_set(valid, row) => {
                refuse_null(self.null, slot);
                None
            }
            _ => Some(slot),
        }
    }
}

/// What becomes of a null.
#[inline(always)]
fn refuse_null(policy: OnNull, slot: FieldSlot<'_, '_>) {
    if policy == OnNull::Refuse {
        slot.fail(NULL);
    }
}

impl<'a> Head<'a> {
    fn new(plan: &'a FieldPlan, column: &'a Column<'a>, cells: &Cells<'a>) -> Self {
        let places = if let Cells::Null = cells { Places::nowhere() } else { Places::new(column) };
        Self { key: plan.key.as_key(), places, plan, column }
    }

    /// Where the value of a row stands, and where it goes.
    #[inline(always)]
    fn slot<'l, 'b>(&'l self, row: usize, line: &'l mut Line<'b>) -> Option<(usize, FieldSlot<'l, 'b>)> {
        let slot = field(line, self.key);
        match self.places.of(row) {
            Some(at) => Some((at, slot)),
            None => {
                refuse_null(self.plan.null, slot);
                None
            }
        }
    }

    #[inline(always)]
    fn write(&self, cells: &Cells<'a>, at: usize, slot: FieldSlot<'_, '_>, scratch: &RefCell<String>) {
        let values = &self.column.values;
        match cells {
            Cells::F64(values) => slot.float(values[at]),
            Cells::I64(values) => slot.integer(values[at]),
            Cells::F32(values) => slot.float32(values[at]),
            Cells::U64(values) => slot.unsigned(values[at]),
            Cells::Boolean(bits) => slot.boolean(bits.get(at)),
            Cells::Text(text) => self.text(text.get(at), slot),
            Cells::Small => slot.integer(small(values, at)),
            Cells::Integer(kind) => integer(values, at, *kind, slot),
            Cells::Written(text_of) => {
                let mut text = scratch.borrow_mut();
                match (text_of.write(values, at, &mut text), text_of, self.plan.decimal) {
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

impl<'a> Cells<'a> {
    fn new(plan: &FieldPlan, column: &'a Column<'a>) -> Self {
        use ColumnType::{Binary, Date, Decimal, Duration, Integer, Time, Timestamp, Unsigned};
        let is_text = match plan.ty {
            Decimal { .. } | Binary => true,
            Date | Time(_) | Timestamp(..) | Duration(_) => plan.temporal == TemporalAs::String,
            _ => false,
        };
        let kind = plan.integer.filter(|_| matches!(plan.ty, Integer(_) | Unsigned(_)));
        match (&column.values, TextOf::values_of(&plan.ty).filter(|_| is_text), kind) {
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
