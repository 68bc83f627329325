//! Where records go.

use super::Dialect;
use crate::line::Precision;

/// Where records go: a bucket or a database, and what the client does not say already.
///
/// A plain `"bucket"` is a destination, too. Each destination has a queue of its own in a
/// [`Writer`](crate::write::Writer), and two that are equal are the same one.
///
/// | | v1 `/write` | v2 `/api/v2/write` | v3 `/api/v3/write_lp` |
/// | --- | --- | --- | --- |
/// | [`bucket`](Self::bucket) | `db` or `db/rp` | bucket, needs an organisation | database |
/// | [`database`](Self::database) | database | `db` or `db/rp`, as 1.8 has it | database |
/// | [`retention_policy`](Self::retention_policy) | yes | yes, with a database | – |
/// | [`org`](Self::org) | – | yes | – |
/// | [`consistency`](Self::consistency) | yes | yes | – |
/// | [`no_sync`](Self::no_sync), [`accept_partial`](Self::accept_partial) | – | – | yes |
///
/// What the [`Dialect`] lacks is an error of the write, never ignored.
///
/// ```
/// use influx_core::{Destination, Precision};
///
/// let bucket = Destination::bucket("machines").org("my-org").precision(Precision::Seconds);
/// let database = Destination::database("telegraf").retention_policy("autogen");
/// assert_eq!((bucket.name(), database.name()), ("machines", "telegraf"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Destination {
    pub(super) name: String,
    /// Whether the name is that of a database, not of a bucket.
    pub(super) database: bool,
    pub(super) retention_policy: Option<String>,
    pub(super) org: Option<String>,
    pub(super) precision: Option<Precision>,
    pub(super) consistency: Option<Consistency>,
    pub(super) no_sync: Option<bool>,
    pub(super) accept_partial: Option<bool>,
    pub(super) dialect: Option<Dialect>,
}

/// How many nodes of an InfluxDB Enterprise 1.x must have stored a write before it is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Consistency {
    /// Any node, even if it only keeps it for the one that it belongs to.
    Any,
    /// One node that it belongs to.
    One,
    /// More than half of the nodes that it belongs to.
    Quorum,
    /// All nodes that it belongs to.
    All,
}

impl Consistency {
    /// The name in a request: `any`, `one`, `quorum` or `all`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::One => "one",
            Self::Quorum => "quorum",
            Self::All => "all",
        }
    }
}

impl Destination {
    /// A bucket, by name or id. On the v1 path, which has none, it is a database, or database and retention policy
    /// with a slash between them; on the v3 path, a database.
    pub fn bucket(bucket: impl Into<String>) -> Self {
        Self::new(bucket.into(), false)
    }

    /// A database, as 1.x and 3.x have them. It needs no organisation on the v2 path.
    pub fn database(database: impl Into<String>) -> Self {
        Self::new(database.into(), true)
    }

    fn new(name: String, database: bool) -> Self {
        Self {
            name,
            database,
            retention_policy: None,
            org: None,
            precision: None,
            consistency: None,
            no_sync: None,
            accept_partial: None,
            dialect: None,
        }
    }

    /// The retention policy of a 1.x database. Default: the one that the database has as its default.
    pub fn retention_policy(mut self, policy: impl Into<String>) -> Self {
        self.retention_policy = Some(policy.into());
        self
    }

    /// The organisation, by name or id. Default: the client's.
    pub fn org(mut self, org: impl Into<String>) -> Self {
        self.org = Some(org.into());
        self
    }

    /// The unit of the times as they are sent; text must have its times in it. Finer times are rounded
    /// down. Default: the client's; for a [`LineBuffer`](crate::LineBuffer), its own.
    pub fn precision(mut self, precision: Precision) -> Self {
        self.precision = Some(precision);
        self
    }

    /// How many nodes of an Enterprise cluster must have it. Default: what the server does by itself.
    pub fn consistency(mut self, consistency: Consistency) -> Self {
        self.consistency = Some(consistency);
        self
    }

    /// Whether InfluxDB 3 answers before it has the write on its disk. Such an answer does not outlive a crash of the
    /// server, so that `Ok` says less. Default: `false`.
    pub fn no_sync(mut self, no_sync: bool) -> Self {
        self.no_sync = Some(no_sync);
        self
    }

    /// Whether InfluxDB 3 stores the good lines of a request that holds bad ones, too. Without, each bad line costs a
    /// request, and none of the others is stored until all bad ones are found. Default: `true`.
    pub fn accept_partial(mut self, accept_partial: bool) -> Self {
        self.accept_partial = Some(accept_partial);
        self
    }

    /// How this destination is written to. Default: the client's [`Dialect`].
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = Some(dialect);
        self
    }

    /// How it is written to by a client that writes by `dialect` otherwise.
    pub(super) fn dialect_or(&self, dialect: Dialect) -> Dialect {
        self.dialect.unwrap_or(dialect)
    }

    /// The database and the retention policy that queries of 1.x know it by.
    pub(crate) fn database_and_policy(&self) -> (&str, Option<&str>) {
        let (database, policy) = match self.name.split_once('/') {
            Some((database, policy)) if !self.database => (database, Some(policy).filter(|p| !p.is_empty())),
            _ => (self.name.as_str(), None),
        };
        (database, policy.or(self.retention_policy.as_deref()))
    }

    /// The name of the bucket or database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl From<&str> for Destination {
    fn from(bucket: &str) -> Self {
        Self::bucket(bucket)
    }
}

impl From<String> for Destination {
    fn from(bucket: String) -> Self {
        Self::bucket(bucket)
    }
}

impl From<&String> for Destination {
    fn from(bucket: &String) -> Self {
        Self::bucket(bucket)
    }
}

impl From<&Destination> for Destination {
    fn from(destination: &Destination) -> Self {
        destination.clone()
    }
}
