//! One row of a block as a line.

use std::cell::{Cell, RefCell};

use influx_core::__private::measurement_named;
use influx_core::{Line, Measurement};

use super::dictionary::Dictionary;
use super::field::FieldRun;
use super::tag::TagCells;
use super::time::TimeCells;
use crate::column::{Places, Values};
use crate::frame::Block;
use crate::plan::{Lines, MeasurementPlan};
use crate::zone::ZoneCache;

/// The cells of a block, by the parts of a line.
pub(super) struct Cells<'a> {
    measurement: NameCells<'a>,
    tags: Vec<TagCells<'a>>,
    fields: Vec<FieldRun<'a>>,
    time: Option<TimeCells<'a>>,
    scratch: &'a Scratch,
}

/// What is kept from row to row.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Where texts are made.
    text: RefCell<String>,
    zone: Cell<ZoneCache>,
}

enum NameCells<'a> {
    Constant(&'a influx_core::__private::ready::ReadyName),
    Column(Places<'a>, &'a Values<'a>),
}

/// A row of them.
pub(super) struct Row<'r, 'a> {
    pub(super) cells: &'r Cells<'a>,
    pub(super) row: usize,
}

impl<'a> Cells<'a> {
    /// The dictionaries are those of the tags, where they have one.
    pub(super) fn new(
        lines: &'a Lines,
        block: &'a Block<'a>,
        dictionaries: &'a [Option<Dictionary>],
        scratch: &'a Scratch,
    ) -> Self {
        let column = |source: usize| &block.columns[source];
        let tags = lines.tags.iter().zip(dictionaries);
        Self {
            measurement: match &lines.measurement {
                MeasurementPlan::Constant(name) => NameCells::Constant(name),
                MeasurementPlan::Column(source) => {
                    let column = column(*source);
                    NameCells::Column(Places::new(column), &column.values)
                }
            },
            tags: tags.map(|(tag, texts)| TagCells::new(tag, column(tag.source), texts.as_ref())).collect(),
            fields: FieldRun::all(lines.fields.iter().map(|field| (field, column(field.source)))),
            time: lines.time.as_ref().map(|time| TimeCells::new(time, column(time.source))),
            scratch,
        }
    }
}

impl Measurement for Row<'_, '_> {
    #[inline(always)]
    fn encode(&self, line: &mut Line<'_>) {
        let Row { cells, row } = *self;
        match &cells.measurement {
            NameCells::Constant(name) => name.write(line),
            NameCells::Column(places, values) => match (places.of(row), values) {
                (Some(at), Values::Text(text)) => measurement_named(line, text.get(at)),
                _ => {
                    return line.fail(
                        "the measurement is null: fill its column, or name a measurement for all rows",
                    );
                }
            },
        }
        for tag in &cells.tags {
            tag.write(row, line, &cells.scratch.text);
        }
        for run in &cells.fields {
            run.write(row, line, &cells.scratch.text);
        }
        if let Some(time) = &cells.time {
            time.write(row, line, &cells.scratch.zone);
        }
    }
}
