//! Retention policies of InfluxDB 1.

use std::time::Duration;

use super::V1;
use super::duration::{literal, parse};
use crate::error::{Error, Result};
use crate::http::Call;
use crate::query::{FromRow, InfluxQl, RowError, RowReader, Wanted};

/// The retention policies of a database of InfluxDB 1, made by [`V1::retention_policies`].
#[derive(Debug, Clone)]
pub struct RetentionPolicies {
    v1: V1,
    database: String,
}

impl RetentionPolicies {
    pub(super) fn new(v1: V1, database: String) -> Self {
        Self { v1, database }
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn list(&self) -> Call<Vec<RetentionPolicy>> {
        let database = InfluxQl::identifier(&self.database);
        self.v1.list(database.map(|database| format!("SHOW RETENTION POLICIES ON {database}")))
    }

    /// Creates one. If it is there already with the same settings, it stays.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn create(&self, policy: NewRetentionPolicy) -> Call<()> {
        self.v1.run(self.change("CREATE", &policy.name, &policy.clauses))
    }

    /// Changes what is set; the rest stays as it is.
    ///
    /// # Errors
    ///
    /// See [the module](super); and [`Config`](crate::ErrorKind::Config) if nothing is set.
    pub fn update(&self, name: &str, update: RetentionPolicyUpdate) -> Call<()> {
        if update.clauses == Clauses::default() {
            let error = format!("the update of the retention policy {name:?} changes nothing");
            return Call::settled(Err(Error::config(error)));
        }
        self.v1.run(self.change("ALTER", name, &update.clauses))
    }

    /// Deletes one with all that it keeps. One that is not there is no error.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn delete(&self, name: &str) -> Call<()> {
        self.v1.run(self.change("DROP", name, &Clauses::default()))
    }

    fn change(&self, verb: &str, name: &str, clauses: &Clauses) -> Result<String> {
        let (name, database) = (InfluxQl::identifier(name)?, InfluxQl::identifier(&self.database)?);
        Ok(format!("{verb} RETENTION POLICY {name} ON {database}{}", clauses.text()?))
    }
}

/// A retention policy that a server has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetentionPolicy {
    /// Its name.
    pub name: String,
    /// How long it keeps data; `None`: without end.
    pub duration: Option<Duration>,
    /// The time that each of its shard groups covers.
    pub shard_duration: Duration,
    /// How many copies there are of its data.
    pub replication: u32,
    /// Whether it is the one of writes and queries that name none.
    pub default: bool,
}

impl FromRow<'_> for RetentionPolicy {
    fn columns(wanted: &mut Wanted) {
        for column in ["name", "duration", "shardGroupDuration", "replicaN", "default"] {
            wanted.field(column);
        }
    }

    fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
        let name = row.next()?;
        let mut duration = |column| {
            let text: &str = row.next()?;
            parse(text)
                .ok_or_else(|| RowError::new(format!("{text:?} is no length of time")).in_column(column))
        };
        let (lasts, shard_duration) = (duration("duration")?, duration("shardGroupDuration")?);
        let copies: u64 = row.next()?;
        let too_many = |_| RowError::new("too many copies").in_column("replicaN");
        Ok(Self {
            name,
            duration: (!lasts.is_zero()).then_some(lasts),
            shard_duration,
            replication: copies.try_into().map_err(too_many)?,
            default: row.next()?,
        })
    }
}

/// A retention policy to create.
#[derive(Debug, Clone)]
#[must_use]
pub struct NewRetentionPolicy {
    name: String,
    clauses: Clauses,
}

/// What to change of a retention policy.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct RetentionPolicyUpdate {
    clauses: Clauses,
}

impl NewRetentionPolicy {
    /// A policy that keeps data without end, in one copy.
    pub fn new(name: impl Into<String>) -> Self {
        let clauses = Clauses { duration: Some(None), replication: Some(1), ..Clauses::default() };
        Self { name: name.into(), clauses }
    }

    /// How long it keeps data, an hour at least. Default: without end.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.clauses.duration = Some(Some(duration));
        self
    }

    /// How many copies there are of its data. Default: 1.
    pub fn replication(mut self, copies: u32) -> Self {
        self.clauses.replication = Some(copies);
        self
    }

    /// The time that each of its shard groups covers. Default: what the server makes of the duration.
    pub fn shard_duration(mut self, duration: Duration) -> Self {
        self.clauses.shard_duration = Some(duration);
        self
    }

    /// Makes it the one of writes and queries that name none.
    pub fn make_default(mut self) -> Self {
        self.clauses.default = true;
        self
    }
}

impl RetentionPolicyUpdate {
    /// Changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long it keeps data, an hour at least.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.clauses.duration = Some(Some(duration));
        self
    }

    /// Keeps data without end.
    pub fn forever(mut self) -> Self {
        self.clauses.duration = Some(None);
        self
    }

    /// How many copies there are of its data.
    pub fn replication(mut self, copies: u32) -> Self {
        self.clauses.replication = Some(copies);
        self
    }

    /// The time that each of its shard groups covers, of those to come.
    pub fn shard_duration(mut self, duration: Duration) -> Self {
        self.clauses.shard_duration = Some(duration);
        self
    }

    /// Makes it the one of writes and queries that name none.
    pub fn make_default(mut self) -> Self {
        self.clauses.default = true;
        self
    }
}

/// What a statement says of a retention policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clauses {
    /// The inner `None`: without end.
    pub(super) duration: Option<Option<Duration>>,
    pub(super) replication: Option<u32>,
    pub(super) shard_duration: Option<Duration>,
    default: bool,
}

impl Clauses {
    /// The clauses in the order that all statements know them in, a space before each.
    pub(super) fn text(&self) -> Result<String> {
        let mut text = String::new();
        if let Some(duration) = self.duration {
            text += &format!(" DURATION {}", literal(duration)?);
        }
        if let Some(copies) = self.replication {
            text += &format!(" REPLICATION {copies}");
        }
        if let Some(duration) = self.shard_duration {
            text += &format!(" SHARD DURATION {}", literal(Some(duration))?);
        }
        if self.default {
            text += " DEFAULT";
        }
        Ok(text)
    }
}
