//! Where records go.

use crate::line::Precision;

/// Where records go: a bucket, and what the client does not say already.
///
/// A plain `"bucket"` is a destination, too.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Destination {
    pub(super) bucket: String,
    pub(super) org: Option<String>,
    pub(super) precision: Option<Precision>,
}

impl Destination {
    /// The bucket, by name or id.
    pub fn bucket(bucket: impl Into<String>) -> Self {
        Self { bucket: bucket.into(), org: None, precision: None }
    }

    /// The organisation, by name or id. Default: the client's.
    pub fn org(mut self, org: impl Into<String>) -> Self {
        self.org = Some(org.into());
        self
    }

    /// The unit of the times as they are sent; text must have its times in it. Finer times are rounded
    /// down. Default: nanoseconds, or, for a [`LineBuffer`](crate::LineBuffer), its own.
    pub fn precision(mut self, precision: Precision) -> Self {
        self.precision = Some(precision);
        self
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
