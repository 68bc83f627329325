//! Roles and a schema, checked against each other once: the columns of a line in their order.

mod check;
mod columns;
mod kinds;
mod nearest;
mod problem;
mod settings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use influx_core::__private::ready::{ReadyKey, ReadyName};
use influx_core::{NonFinite, Precision};

use self::check::Check;
pub use self::problem::{ColumnRole, PlanError, Problem};
use crate::frame::Frame;
use crate::policy::{DecimalAs, IntegerKind, OnEmpty, OnNull, OnNullTime, TemporalAs};
use crate::roles::Roles;
use crate::schema::{ColumnType, FrameSchema};
use crate::zone::Zone;

/// How frames of one schema are encoded. Cheap to clone.
///
/// Whoever encodes makes one of its own; it is made before to see whether roles fit a frame.
#[derive(Debug, Clone)]
pub struct Plan(Arc<Lines>);

/// What a line is made of. Columns are named by their place in `sources`.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) schema: FrameSchema,
    /// The columns that are read, by their paths in the schema.
    pub(crate) sources: Vec<Vec<usize>>,
    pub(crate) measurement: MeasurementPlan,
    /// Sorted by key.
    pub(crate) tags: Vec<TagPlan>,
    pub(crate) fields: Vec<FieldPlan>,
    pub(crate) time: Option<TimePlan>,
}

#[derive(Debug)]
pub(crate) enum MeasurementPlan {
    Constant(ReadyName),
    /// Of text.
    Column(usize),
}

#[derive(Debug)]
pub(crate) struct TagPlan {
    pub(crate) source: usize,
    /// Bytes are written in base64.
    pub(crate) ty: ColumnType,
    /// The key, without escapes.
    pub(crate) name: String,
    pub(crate) key: ReadyKey,
    pub(crate) null: OnNull,
    pub(crate) empty: OnEmpty,
}

#[derive(Debug)]
pub(crate) struct FieldPlan {
    pub(crate) source: usize,
    /// Bytes are written in base64.
    pub(crate) ty: ColumnType,
    pub(crate) key: ReadyKey,
    pub(crate) null: OnNull,
    /// `None`: what the buffer does.
    pub(crate) non_finite: Option<NonFinite>,
    pub(crate) empty: OnEmpty,
    /// `None`: as numbers of the column's type are in records.
    pub(crate) integer: Option<IntegerKind>,
    pub(crate) decimal: DecimalAs,
    pub(crate) temporal: TemporalAs,
}

#[derive(Debug)]
pub(crate) struct TimePlan {
    pub(crate) source: usize,
    pub(crate) ty: ColumnType,
    pub(crate) column: String,
    /// What its integers count; a date's are days.
    pub(crate) unit: Precision,
    pub(crate) null: OnNullTime,
    /// Whose clocks it shows; `None`: UTC.
    pub(crate) zone: Option<Zone>,
}

impl Plan {
    /// Checks roles against the schema of a frame. The work grows with the columns, not with the rows.
    ///
    /// # Errors
    ///
    /// All that does not fit, each with what helps: see [`Problem`].
    pub fn new(schema: &FrameSchema, roles: &Roles) -> Result<Self, PlanError> {
        Ok(Self(Arc::new(Check::new(schema, roles).lines()?)))
    }

    /// Checks roles against a frame: [`new`](Self::new) with its schema.
    ///
    /// # Errors
    ///
    /// All that does not fit.
    pub fn of<F: Frame>(frame: &F, roles: &Roles) -> Result<Self, PlanError> {
        Self::new(&frame.frame_schema(), roles)
    }

    /// Whether it is for frames of this schema.
    pub(crate) fn is_for(&self, schema: &FrameSchema) -> bool {
        self.0.schema == *schema
    }

    pub(crate) fn lines(&self) -> &Lines {
        &self.0
    }
}

/// So many values are looked at in one go, unless a row has more.
const CELLS: usize = 1 << 18;

impl Lines {
    /// How many rows are looked at in one go. Of wide frames they are about as long as a piece: so threads need not wait for
    /// each other, and what is made of a column for them is not made again for each piece.
    pub(crate) fn stride(&self) -> usize {
        (CELLS / self.sources.len().max(1)).max(1)
    }
}
