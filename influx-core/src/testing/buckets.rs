//! The buckets, with what is known of each beside its points.

use super::ids::Id;
use super::store::Bucket;
use super::time::SECOND;

/// All buckets, in the order of their creation.
#[derive(Default)]
pub(super) struct Buckets(Vec<Entry>);

/// A bucket.
pub(super) struct Entry {
    pub(super) id: Id,
    pub(super) name: String,
    /// The organisation that has it; `None` if every one has.
    pub(super) org: Option<Id>,
    pub(super) description: Option<String>,
    /// How long points are kept, in seconds; 0 is for ever.
    pub(super) seconds: i64,
    /// How much time a file of the database spans, in seconds, if that was said.
    pub(super) shard_seconds: Option<i64>,
    /// The measurements that may be written, as JSON, if only such may.
    pub(super) schemas: Option<Vec<serde_json::Value>>,
    /// Nanoseconds since 1970.
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) content: Bucket,
}

impl Entry {
    /// How long points are kept, in nanoseconds, if not for ever.
    pub(super) fn retention(&self) -> Option<i64> {
        (self.seconds > 0).then(|| self.seconds.saturating_mul(SECOND))
    }

    /// Whether the bucket is one of this organisation's.
    pub(super) fn is_of(&self, org: &str) -> bool {
        self.org.as_deref().is_none_or(|own| own == org)
    }
}

impl Buckets {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    pub(super) fn push(&mut self, bucket: Entry) {
        self.0.push(bucket);
    }

    pub(super) fn retain(&mut self, keep: impl FnMut(&Entry) -> bool) {
        self.0.retain(keep);
    }

    /// The bucket of this id or name that an organisation sees, its own before those of every one; without an
    /// organisation, any.
    pub(super) fn find(&self, org: Option<&str>, bucket: &str) -> Option<&Entry> {
        self.position(org, bucket).map(|at| &self.0[at])
    }

    pub(super) fn find_mut(&mut self, org: Option<&str>, bucket: &str) -> Option<&mut Entry> {
        self.position(org, bucket).map(|at| &mut self.0[at])
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.id == id)
    }

    pub(super) fn by_id_mut(&mut self, id: &str) -> Option<&mut Entry> {
        self.0.iter_mut().find(|entry| entry.id == id)
    }

    fn position(&self, org: Option<&str>, bucket: &str) -> Option<usize> {
        let seen = |entry: &Entry| org.is_none_or(|org| entry.is_of(org));
        let by = |which: &dyn Fn(&Entry) -> bool| self.0.iter().position(|entry| seen(entry) && which(entry));
        by(&|entry| entry.id == bucket)
            .or_else(|| by(&|entry| entry.name == bucket && entry.org.is_some()))
            .or_else(|| by(&|entry| entry.name == bucket))
    }
}
