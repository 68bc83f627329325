//! Which column is what.

use std::borrow::Cow;

use influx_core::{Described, NonFinite, Precision};

use crate::policy::{Ambiguous, BinaryAs, DecimalAs, IntegerKind, OnEmpty, OnNull, OnNullTime, TemporalAs};

/// Which column of a frame is the measurement, a tag, a field or the time, and what becomes of values that are no
/// matter of course.
///
/// Without more, all columns that have no other role are fields. Roles know no frame yet: what does not fit is said by
/// [`Plan::new`](crate::Plan::new), all at once.
#[derive(Debug, Clone)]
pub struct Roles {
    pub(crate) measurement: Measurement,
    /// In the order in which they were named.
    pub(crate) columns: Vec<Named>,
    pub(crate) time: Time,
    pub(crate) rest: Rest,
    pub(crate) renames: Vec<(String, String)>,
    /// What holds for all columns, and for single ones.
    pub(crate) all: Policies,
    pub(crate) single: Vec<(String, Policies)>,
    pub(crate) null_time: OnNullTime,
    pub(crate) zone: Option<String>,
    pub(crate) ambiguous: Ambiguous,
    pub(crate) flatten: bool,
    /// What a derived type says of a column's type; its fields are checked against the frame's.
    pub(crate) described: Vec<influx_core::Column>,
}

/// The measurement of the lines.
#[derive(Debug, Clone)]
pub(crate) enum Measurement {
    Constant(Cow<'static, str>),
    Column(String),
}

/// A column that was named.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) column: String,
    pub(crate) role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Tag,
    Field,
    Ignored,
}

/// Where the times come from.
#[derive(Debug, Clone)]
pub(crate) enum Time {
    /// Nobody said.
    Unsaid,
    /// A column; the unit is that of integers.
    Column(String, Option<Precision>),
    /// The server stamps the lines, or this machine's clock.
    Stamped,
}

/// What columns are that have no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    Fields,
    Ignored,
}

/// What becomes of a column's values. `None`: what holds for all columns.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Policies {
    pub(crate) null: Option<OnNull>,
    pub(crate) non_finite: Option<NonFinite>,
    pub(crate) empty: Option<OnEmpty>,
    pub(crate) integer: Option<IntegerKind>,
    pub(crate) decimal: Option<DecimalAs>,
    pub(crate) binary: Option<BinaryAs>,
    pub(crate) temporal: Option<TemporalAs>,
}

impl Roles {
    fn of_measurement(measurement: Measurement) -> Self {
        Self {
            measurement,
            columns: Vec::new(),
            time: Time::Unsaid,
            rest: Rest::Fields,
            renames: Vec::new(),
            all: Policies::default(),
            single: Vec::new(),
            null_time: OnNullTime::default(),
            zone: None,
            ambiguous: Ambiguous::default(),
            flatten: false,
            described: Vec::new(),
        }
    }

    /// All rows are of this measurement.
    pub fn new(measurement: impl Into<Cow<'static, str>>) -> Self {
        Self::of_measurement(Measurement::Constant(measurement.into()))
    }

    /// The measurement of each row stands in a column of text.
    pub fn measurement_column(column: impl Into<String>) -> Self {
        Self::of_measurement(Measurement::Column(column.into()))
    }

    /// The roles that a type with `#[derive(Measurement)]` gives its members, for a frame with columns of the same
    /// names. Columns that the type does not know are ignored. The types of its fields are checked against the frame's.
    pub fn of<T: Described>() -> Self {
        let mut roles = Self::new(T::SCHEMA.measurement.unwrap_or_default());
        roles.rest = Rest::Ignored;
        roles.time = Time::Stamped;
        for column in T::SCHEMA.columns() {
            let name = column.name.clone();
            roles = match column.role {
                influx_core::Role::Tag => roles.tag(name),
                influx_core::Role::Time => roles.time(name),
                _ => roles.field(name),
            };
            roles.described.push(column);
        }
        roles
    }

    fn named(mut self, column: impl Into<String>, role: Role) -> Self {
        self.columns.push(Named { column: column.into(), role });
        self
    }

    /// A column is a tag.
    #[must_use]
    pub fn tag(self, column: impl Into<String>) -> Self {
        self.named(column, Role::Tag)
    }

    /// Several columns are tags.
    #[must_use]
    pub fn tags<C: Into<String>>(self, columns: impl IntoIterator<Item = C>) -> Self {
        columns.into_iter().fold(self, Self::tag)
    }

    /// A column is a field. Fields that are named stand before the rest, in the order in which they are named.
    #[must_use]
    pub fn field(self, column: impl Into<String>) -> Self {
        self.named(column, Role::Field)
    }

    /// Several columns are fields.
    #[must_use]
    pub fn fields<C: Into<String>>(self, columns: impl IntoIterator<Item = C>) -> Self {
        columns.into_iter().fold(self, Self::field)
    }

    /// A column is left out.
    #[must_use]
    pub fn ignore(self, column: impl Into<String>) -> Self {
        self.named(column, Role::Ignored)
    }

    /// Columns without a role are left out, too, instead of being fields.
    #[must_use]
    pub fn ignore_rest(mut self) -> Self {
        self.rest = Rest::Ignored;
        self
    }

    /// A column of dates or timestamps is the time.
    #[must_use]
    pub fn time(mut self, column: impl Into<String>) -> Self {
        self.time = Time::Column(column.into(), None);
        self
    }

    /// A column of integers is the time, counted in this unit since 1970.
    #[must_use]
    pub fn time_in(mut self, column: impl Into<String>, unit: Precision) -> Self {
        self.time = Time::Column(column.into(), Some(unit));
        self
    }

    /// The lines have no time: the server stamps them when they arrive, or this machine's clock does, by
    /// [`EncodeOptions::stamp`](influx_core::EncodeOptions::stamp).
    #[must_use]
    pub fn stamped(mut self) -> Self {
        self.time = Time::Stamped;
        self
    }

    /// A tag or field has another key than its column's name.
    #[must_use]
    pub fn rename(mut self, column: impl Into<String>, key: impl Into<String>) -> Self {
        self.renames.push((column.into(), key.into()));
        self
    }

    /// Times without a zone are those of the clocks there: `Europe/Berlin`. Default: UTC.
    #[must_use]
    pub fn time_zone(mut self, zone: impl Into<String>) -> Self {
        self.zone = Some(zone.into());
        self
    }

    /// How times are read that came twice or never there. Default: [`Ambiguous::Refuse`].
    #[must_use]
    pub fn ambiguous(mut self, ambiguous: Ambiguous) -> Self {
        self.ambiguous = ambiguous;
        self
    }

    /// What becomes of a null in the column of the time. Default: [`OnNullTime::Refuse`].
    #[must_use]
    pub fn on_null_time(mut self, policy: OnNullTime) -> Self {
        self.null_time = policy;
        self
    }

    /// Columns of structs become their members' columns, called `struct.member`. Default: they are refused.
    #[must_use]
    pub fn flatten_structs(mut self) -> Self {
        self.flatten = true;
        self
    }
}
