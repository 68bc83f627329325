//! One row of a block as a line.

use influx_core::__private::measurement_named;
use influx_core::{Epoch, FieldSlot, Line, Measurement, TagSlot};

use crate::column::{Column, Values};
use crate::frame::Block;
use crate::plan::{Lines, MeasurementPlan};

pub(super) struct RowOf<'r> {
    pub(super) lines: &'r Lines,
    pub(super) block: &'r Block<'r>,
    pub(super) row: usize,
}

impl Measurement for RowOf<'_> {
    #[inline(always)]
    fn encode(&self, line: &mut Line<'_>) {
        let RowOf { lines, block, row } = *self;
        match &lines.measurement {
            MeasurementPlan::Constant(name) => name.write(line),
            MeasurementPlan::Column(source) => {
                let column = &block.columns[*source];
                if let (Some(at), Values::Text(text)) = (column.place(row), &column.values) {
                    measurement_named(line, text.get(at));
                }
            }
        }
        for tag in &lines.tags {
            write_tag(&block.columns[tag.source], row, tag.key.tag(line));
        }
        for field in &lines.fields {
            write_field(&block.columns[field.source], row, field.key.field(line));
        }
        if let Some(time) = &lines.time {
            let column = &block.columns[time.source];
            if let (Some(at), Values::I64(ticks)) = (column.place(row), &column.values) {
                line.timestamp(&Epoch::from_ticks(ticks[at], time.unit));
            }
        }
    }
}

// A sketch: the types that matter most.

#[inline(always)]
fn write_tag(column: &Column<'_>, row: usize, slot: TagSlot<'_, '_>) {
    let Some(at) = column.place(row) else { return };
    match &column.values {
        Values::Text(text) => slot.text(text.get(at)),
        Values::I64(values) => slot.integer(values[at]),
        _ => {}
    }
}

#[inline(always)]
fn write_field(column: &Column<'_>, row: usize, slot: FieldSlot<'_, '_>) {
    let Some(at) = column.place(row) else { return };
    match &column.values {
        Values::F64(values) => slot.float(values[at]),
        Values::I64(values) => slot.integer(values[at]),
        Values::U64(values) => slot.unsigned(values[at]),
        Values::Boolean(bits) => slot.boolean(bits.get(at)),
        Values::Text(text) => slot.string(text.get(at)),
        _ => {}
    }
}
