//! Which column is what.

mod derived;
mod policies;

use std::borrow::Cow;

use influx_core::Precision;

pub(crate) use self::policies::Policies;
use crate::policy::{Ambiguous, OnNullTime};

/// Which column of a frame is the measurement, a tag, a field or the time, and what becomes of values that are no
/// matter of course.
///
/// Without more, all columns that have no other role are fields. Roles know no frame yet: what does not fit is told when
/// they meet one, all at once and before the first line; [`Plan::of`](crate::Plan::of) does so without writing.
///
#[cfg_attr(feature = "polars", doc = "```")]
#[cfg_attr(not(feature = "polars"), doc = "```ignore")]
/// use influx_core::{LineBuffer, Precision};
/// use influx_frame::{IntegerKind, OnNull, Pieces, Plan, Roles};
/// use polars::df;
///
/// let frame = df![
///     "room" => ["hall 2", "attic"],
///     "degrees" => [Some(21.5), None],
///     "people" => [3_i64, 0],
///     "at" => [1_700_000_000_i64, 1_700_000_060],
/// ]?;
/// let roles = Roles::new("climate").tag("room").time_in("at", Precision::Seconds);
/// let mut pieces = Pieces::new(frame.clone(), &roles, LineBuffer::new())?;
/// let piece = pieces.next()?.unwrap();
/// assert_eq!(
///     piece.lines.as_str(),
///     "climate,room=hall\\ 2 degrees=21.5,people=3i 1700000000000000000\n\
///      climate,room=attic people=0i 1700000060000000000\n",
/// );
///
/// // another key, another type, and no row without a temperature
/// let roles = roles.rename("people", "persons").integers_in("people", IntegerKind::Float);
/// let roles = roles.on_null_in("degrees", OnNull::Refuse);
/// Plan::of(&frame, &roles)?;
///
/// // all that is wrong is said before the first line
/// let wrong = Roles::new("climate").tags(["rom", "degrees"]);
/// let error = Plan::of(&frame, &wrong).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "column \"rom\": the frame has none of this name: did you mean \"room\"?; \
///      column \"degrees\": float64 cannot be a tag: cast it to String; \
///      no time was said: name its column with .time(..), or have the lines .stamped()",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Types
///
/// | column | tag | field | measurement | time |
/// | --- | --- | --- | --- | --- |
/// | integers | yes | integer or unsigned integer, or by [`integers`](Self::integers) | | with [`time_in`](Self::time_in) |
/// | floats | | float | | |
/// | boolean | yes | boolean | | |
/// | strings, categories, enums, dictionaries of text | yes | string | yes | |
/// | dates and timestamps | as text | integer, or by [`temporal`](Self::temporal) | | yes |
/// | times of day | as text | integer, or by [`temporal`](Self::temporal) | | |
/// | durations | as integer | integer, or by [`temporal`](Self::temporal) | | |
/// | decimals | exact | float, or by [`decimals`](Self::decimals) | | |
/// | bytes | by [`binary`](Self::binary) | by [`binary`](Self::binary) | | |
/// | nulls | left out | left out | refuses the row | by [`on_null_time`](Self::on_null_time) |
/// | structs | | by [`flatten_structs`](Self::flatten_structs) | | |
/// | lists, maps and all else | | | | |
///
/// # From Python
///
/// | `influxdb-client` | `influxdb3-python` | here |
/// | --- | --- | --- |
/// | `data_frame_measurement_name` | `measurement` | [`Roles::new`], or [`measurement_column`](Self::measurement_column) |
/// | `data_frame_tag_columns` | `tags` | [`tags`](Self::tags) |
/// | `data_frame_timestamp_column` | `timestamp_column` | [`time`](Self::time), or [`time_in`](Self::time_in) for integers |
/// | `data_frame_timestamp_timezone` | `timestamp_timezone` | [`time_zone`](Self::time_zone) |
#[derive(Debug, Clone)]
#[must_use = "roles do nothing until they are given a frame"]
pub struct Roles {
    pub(crate) measurement: Measurement,
    /// In the order in which they were named.
    pub(crate) columns: Vec<Named>,
    /// What was said of the time. More than one is a mistake.
    pub(crate) times: Vec<Time>,
    pub(crate) rest: Rest,
    pub(crate) renames: Vec<(String, String)>,
    /// What holds for all columns, and for single ones.
    pub(crate) all: Policies,
    pub(crate) single: Vec<(String, Policies)>,
    pub(crate) null_time: Option<OnNullTime>,
    pub(crate) zone: Option<String>,
    pub(crate) ambiguous: Option<Ambiguous>,
    pub(crate) flatten: bool,
}

/// The measurement of the lines.
#[derive(Debug, Clone)]
pub(crate) enum Measurement {
    Constant(Cow<'static, str>),
    Column(String),
    /// A derived type has none, or one of each record.
    Unsaid,
}

/// A column that was named.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) column: String,
    pub(crate) role: Role,
    /// What the derived type says of it that named it.
    pub(crate) derived: Option<influx_core::Role>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Tag,
    Field,
    Ignored,
}

/// Where the times come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Time {
    /// A column; the unit is that of integers.
    Column(String, Option<Precision>),
    /// The column of a derived type, or [`Stamped`](Self::Stamped) without one: what else is said goes before.
    Derived(Option<String>),
    /// The server stamps the lines, or this machine's clock.
    Stamped,
}

/// What columns are that have no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    Fields,
    Ignored,
}

impl Roles {
    fn of_measurement(measurement: Measurement) -> Self {
        Self {
            measurement,
            columns: Vec::new(),
            times: Vec::new(),
            rest: Rest::Fields,
            renames: Vec::new(),
            all: Policies::default(),
            single: Vec::new(),
            null_time: None,
            zone: None,
            ambiguous: None,
            flatten: false,
        }
    }

    /// All rows are of this measurement.
    pub fn new(measurement: impl Into<Cow<'static, str>>) -> Self {
        Self::of_measurement(Measurement::Constant(measurement.into()))
    }

    /// The measurement of each row stands in a column of text. A row in which it is null is refused.
    pub fn measurement_column(column: impl Into<String>) -> Self {
        Self::of_measurement(Measurement::Column(column.into()))
    }

    /// All rows are of this measurement, whatever was said before.
    pub fn measurement(mut self, measurement: impl Into<Cow<'static, str>>) -> Self {
        self.measurement = Measurement::Constant(measurement.into());
        self
    }

    fn named(mut self, column: impl Into<String>, role: Role) -> Self {
        self.columns.push(Named { column: column.into(), role, derived: None });
        self
    }

    /// A column is a tag.
    pub fn tag(self, column: impl Into<String>) -> Self {
        self.named(column, Role::Tag)
    }

    /// Several columns are tags.
    pub fn tags<C: Into<String>>(self, columns: impl IntoIterator<Item = C>) -> Self {
        columns.into_iter().fold(self, Self::tag)
    }

    /// A column is a field. Fields that are named stand before the rest, in the order in which they are named.
    pub fn field(self, column: impl Into<String>) -> Self {
        self.named(column, Role::Field)
    }

    /// Several columns are fields.
    pub fn fields<C: Into<String>>(self, columns: impl IntoIterator<Item = C>) -> Self {
        columns.into_iter().fold(self, Self::field)
    }

    /// A column is left out: of a struct, all of its members. A member of a derived type is left out, too, so that the
    /// frame need not have it; without its time, the lines are [stamped](Self::stamped).
    pub fn ignore(mut self, column: impl Into<String>) -> Self {
        let column = column.into();
        let before = self.columns.len();
        self.columns.retain(|named| named.derived.is_none() || named.column != column);
        let derived_time = Time::Derived(Some(column.clone()));
        // what a derived type does not name is left out already
        if self.times == [derived_time] {
            self.times = vec![Time::Derived(None)];
            self
        } else if before > self.columns.len() {
            self
        } else {
            self.named(column, Role::Ignored)
        }
    }

    /// Several columns are left out.
    pub fn ignore_all<C: Into<String>>(self, columns: impl IntoIterator<Item = C>) -> Self {
        columns.into_iter().fold(self, Self::ignore)
    }

    /// Columns without a role are left out, too, instead of being fields.
    pub fn ignore_rest(mut self) -> Self {
        self.rest = Rest::Ignored;
        self
    }

    /// A column of dates or timestamps is the time.
    pub fn time(self, column: impl Into<String>) -> Self {
        self.timed(Time::Column(column.into(), None))
    }

    /// A column of integers is the time, counted in this unit since 1970.
    pub fn time_in(self, column: impl Into<String>, unit: Precision) -> Self {
        self.timed(Time::Column(column.into(), Some(unit)))
    }

    /// The lines have no time: the server stamps them when they arrive, or this machine's clock does, by
    /// [`EncodeOptions::stamp`](influx_core::EncodeOptions::stamp).
    pub fn stamped(self) -> Self {
        self.timed(Time::Stamped)
    }

    /// A column that is named again may get a unit. Two different times are told to be a mistake, later.
    fn timed(mut self, time: Time) -> Self {
        self.times.retain(|said| match (said, &time) {
            (Time::Derived(_), _) => false,
            (Time::Column(said, _), Time::Column(again, _)) => said != again,
            _ => *said != time,
        });
        self.times.push(time);
        self
    }

    /// A tag or field has another key than its column's name. A second key for a column takes the place of the first.
    pub fn rename(mut self, column: impl Into<String>, key: impl Into<String>) -> Self {
        let column = column.into();
        self.renames.retain(|(renamed, _)| *renamed != column);
        self.renames.push((column, key.into()));
        self
    }

    /// Times without a zone are those of the clocks there: `Europe/Berlin`, or so many hours ahead of UTC, `+02:00`. Dates
    /// begin at midnight there. Default: UTC.
    pub fn time_zone(mut self, zone: impl Into<String>) -> Self {
        self.zone = Some(zone.into());
        self
    }

    /// How times are read that came twice or never in the [zone](Self::time_zone). Default: [`Ambiguous::Refuse`].
    pub fn ambiguous(mut self, ambiguous: Ambiguous) -> Self {
        self.ambiguous = Some(ambiguous);
        self
    }

    /// What becomes of a null in the column of the time. Default: [`OnNullTime::Refuse`].
    pub fn on_null_time(mut self, policy: OnNullTime) -> Self {
        self.null_time = Some(policy);
        self
    }

    /// Columns of structs become their members' columns, called `struct.member`, and so on in structs of structs. Default:
    /// structs are refused.
    pub fn flatten_structs(mut self) -> Self {
        self.flatten = true;
        self
    }
}
