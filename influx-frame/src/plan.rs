//! Roles and a schema, checked against each other once: the columns of a line in their order.

use std::fmt;
use std::sync::Arc;

use influx_core::__private::ready::{ReadyKey, ReadyName};
use influx_core::{EncodeError, NonFinite, Precision};

use crate::policy::{BinaryAs, DecimalAs, IntegerKind, OnEmpty, OnNull, OnNullTime, TemporalAs};
use crate::roles::{Measurement, Rest, Role, Roles, Time};
use crate::schema::{ColumnType, FrameSchema};
use crate::zone::Zone;

/// How frames of one schema are encoded. Cheap to clone.
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
    pub(crate) ty: ColumnType,
    pub(crate) name: String,
    pub(crate) key: ReadyKey,
    pub(crate) null: OnNull,
    pub(crate) empty: OnEmpty,
}

#[derive(Debug)]
pub(crate) struct FieldPlan {
    pub(crate) source: usize,
    pub(crate) ty: ColumnType,
    pub(crate) name: String,
    pub(crate) key: ReadyKey,
    pub(crate) null: OnNull,
    pub(crate) non_finite: Option<NonFinite>,
    pub(crate) empty: OnEmpty,
    pub(crate) integer: Option<IntegerKind>,
    pub(crate) decimal: DecimalAs,
    pub(crate) binary: BinaryAs,
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

/// Roles that do not fit a frame: all that is wrong with them. Nothing was encoded.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanError {
    problems: Vec<Problem>,
}

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The frame has no such column.
    #[error("column {column:?}: the frame has none of this name")]
    #[non_exhaustive]
    Missing {
        /// The column that was named.
        column: String,
    },
    /// A name that line protocol cannot express.
    #[error("column {column:?}: {error}")]
    #[non_exhaustive]
    Name {
        /// The column.
        column: String,
        /// Why not.
        error: EncodeError,
    },
}

impl Plan {
    /// Checks roles against the schema of a frame.
    ///
    /// # Errors
    ///
    /// All that does not fit.
    pub fn new(schema: &FrameSchema, roles: &Roles) -> Result<Self, PlanError> {
        let mut problems = Vec::new();
        let mut lines = Lines {
            schema: schema.clone(),
            sources: Vec::new(),
            measurement: MeasurementPlan::Column(0),
            tags: Vec::new(),
            fields: Vec::new(),
            time: None,
        };
        // A sketch: without types, policies, doubles and most errors.
        let place = |name: &str| schema.columns.iter().position(|column| column.name == name);
        if let Measurement::Constant(name) = &roles.measurement {
            match ReadyName::new(name) {
                Ok(name) => lines.measurement = MeasurementPlan::Constant(name),
                Err(error) => problems.push(Problem::Name { column: name.to_string(), error }),
            }
        }
        let mut taken = vec![false; schema.columns.len()];
        if let Time::Column(column, unit) = &roles.time {
            match place(column) {
                None => problems.push(Problem::Missing { column: column.clone() }),
                Some(at) => {
                    taken[at] = true;
                    lines.sources.push(vec![at]);
                    let ty = schema.columns[at].ty.clone();
                    let unit = match &ty {
                        ColumnType::Timestamp(unit, _) => *unit,
                        _ => unit.unwrap_or_default(),
                    };
                    let source = lines.sources.len() - 1;
                    let null = roles.null_time;
                    lines.time =
                        Some(TimePlan { source, ty, column: column.clone(), unit, null, zone: None });
                }
            }
        }
        let mut wanted: Vec<(usize, Role)> = Vec::new();
        for named in &roles.columns {
            match place(&named.column) {
                None => problems.push(Problem::Missing { column: named.column.clone() }),
                Some(at) => {
                    taken[at] = true;
                    wanted.push((at, named.role));
                }
            }
        }
        if roles.rest == Rest::Fields {
            wanted.extend((0..taken.len()).filter(|at| !taken[*at]).map(|at| (at, Role::Field)));
        }
        for (at, role) in wanted {
            let column = &schema.columns[at];
            let (ty, name) = (column.ty.clone(), column.name.clone());
            let part = if role == Role::Tag { influx_core::Part::Tag } else { influx_core::Part::Field };
            let key = match ReadyKey::new(part, &name) {
                Ok(key) => key,
                Err(error) => {
                    problems.push(Problem::Name { column: name, error });
                    continue;
                }
            };
            lines.sources.push(vec![at]);
            let source = lines.sources.len() - 1;
            let (null, empty) = (OnNull::default(), OnEmpty::default());
            match role {
                Role::Ignored => {}
                Role::Tag => lines.tags.push(TagPlan { source, ty, name, key, null, empty }),
                Role::Field => lines.fields.push(FieldPlan {
                    source,
                    ty,
                    name,
                    key,
                    null,
                    non_finite: None,
                    empty,
                    integer: None,
                    decimal: DecimalAs::default(),
                    binary: BinaryAs::default(),
                    temporal: TemporalAs::default(),
                }),
            }
        }
        lines.tags.sort_by(|a, b| a.name.cmp(&b.name));
        if problems.is_empty() { Ok(Self(Arc::new(lines))) } else { Err(PlanError { problems }) }
    }

    /// Whether it is for frames of this schema.
    pub(crate) fn is_for(&self, schema: &FrameSchema) -> bool {
        self.0.schema == *schema
    }

    pub(crate) fn lines(&self) -> &Lines {
        &self.0
    }
}

impl PlanError {
    /// What does not fit, in the order of the roles.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PlanError {}
