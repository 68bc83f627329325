//! Cells of the time.

use std::cell::Cell;

use influx_core::{Epoch, Line};

use super::integer::Integer;
use super::text::DAY;
use crate::column::{Column, Places, Values};
use crate::plan::TimePlan;
use crate::policy::OnNullTime;
use crate::schema::ColumnType;
use crate::zone::ZoneCache;

/// The cells of the time in a block.
pub(super) struct TimeCells<'a> {
    places: Places<'a>,
    values: &'a Values<'a>,
    is_date: bool,
    plan: &'a TimePlan,
}

impl<'a> TimeCells<'a> {
    pub(super) fn new(plan: &'a TimePlan, column: &'a Column<'a>) -> Self {
        Self {
            places: Places::new(column),
            values: &column.values,
            is_date: matches!(plan.ty, ColumnType::Date),
            plan,
        }
    }

    /// Writes that of a row.
    #[inline(always)]
    pub(super) fn write(&self, row: usize, line: &mut Line<'_>, zone: &Cell<ZoneCache>) {
        let Self { plan, is_date, .. } = self;
        let value = self.places.of(row).and_then(|at| match self.values {
            Values::I64(values) => Some(values[at]),
            // what is beyond is out of range in every unit
            other => Integer::at(other, at).map(|integer| integer.to_i64().unwrap_or(i64::MAX)),
        });
        let Some(value) = value else {
            if plan.null == OnNullTime::Refuse {
                line.fail(format_args!(
                    "column {:?}: the time is null: fill it, or let such rows be stamped by OnNullTime::Stamp",
                    plan.column
                ));
            }
            return;
        };
        let shown = match is_date {
            true => Epoch::from_parts(value.saturating_mul(DAY), 0),
            false => Epoch::from_ticks(value, plan.unit),
        };
        match &plan.zone {
            None => line.timestamp(&shown),
            Some(of) => {
                let mut cache = zone.get();
                let moment = of.moment(shown, &mut cache);
                zone.set(cache);
                match moment {
                    Ok(moment) => line.timestamp(&moment),
                    Err(reason) => line.fail(format_args!("column {:?}: {reason}", plan.column)),
                }
            }
        }
    }
}
