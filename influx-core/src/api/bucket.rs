//! Buckets.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::options::options;
use super::org::Form;
use super::page::{Entry, Paging};
use super::related::{Labelled, Shared};
use super::resource::sealed::Wire;
use super::resource::{Api, Named, Owned, Resource};
use super::words::words;
use super::{BucketId, Label, OrgId, absent};
use crate::Epoch;
use crate::client::Client;

/// A bucket.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Bucket {
    /// Its id.
    pub id: BucketId,
    /// Its name.
    pub name: String,
    /// The organisation that it belongs to.
    #[serde(rename = "orgID")]
    pub org_id: Option<OrgId>,
    /// What it is for.
    pub description: Option<String>,
    /// Who made it.
    #[serde(rename = "type")]
    pub kind: Option<BucketKind>,
    /// For how long it keeps data; for ever, if there is no rule.
    #[serde(default, deserialize_with = "absent::or_default")]
    pub retention_rules: Vec<RetentionRule>,
    /// The retention policy, of buckets that stand for a database of 1.x.
    pub rp: Option<String>,
    /// Whether it takes any measurement, or those of its schemas only.
    #[serde(default, deserialize_with = "absent::text")]
    pub schema_type: Option<SchemaType>,
    /// When it was made.
    #[serde(default, deserialize_with = "absent::text")]
    pub created_at: Option<Epoch>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "absent::text")]
    pub updated_at: Option<Epoch>,
    /// Its labels.
    #[serde(default, deserialize_with = "absent::or_default")]
    pub labels: Vec<Label>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

words! {
    /// Who made a bucket.
    pub enum BucketKind {
        /// A user.
        User = "user",
        /// The server, for itself.
        System = "system",
    }

    /// Which measurements a bucket takes.
    pub enum SchemaType {
        /// Any.
        Implicit = "implicit",
        /// Those that it has a [`MeasurementSchema`](super::MeasurementSchema) of. Only Cloud has this.
        Explicit = "explicit",
    }
}

/// For how long a bucket keeps data.
///
/// A list of rules replaces the one that a bucket has; members that this crate does not know are sent back as they came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RetentionRule {
    /// What becomes of old data: `expire`.
    #[serde(rename = "type", default = "expire")]
    pub kind: String,
    /// How old data may become, in seconds; 0 for ever.
    pub every_seconds: u64,
    /// How much time one group of shards covers, in seconds. The server finds a fitting one by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard_group_duration_seconds: Option<u64>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

fn expire() -> String {
    "expire".to_owned()
}

impl RetentionRule {
    /// Data is deleted once it is so old, in whole seconds, rounded up.
    pub fn expire(age: Duration) -> Self {
        Self {
            kind: expire(),
            every_seconds: seconds(age),
            shard_group_duration_seconds: None,
            other: Map::new(),
        }
    }

    /// Data is kept for ever.
    pub fn forever() -> Self {
        Self::expire(Duration::ZERO)
    }

    /// How much time one group of shards covers, in whole seconds, rounded up.
    #[must_use]
    pub fn shard_group(mut self, duration: Duration) -> Self {
        self.shard_group_duration_seconds = Some(seconds(duration));
        self
    }
}

impl From<Duration> for RetentionRule {
    fn from(age: Duration) -> Self {
        Self::expire(age)
    }
}

/// Whole seconds, rounded up.
pub(super) fn seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

options! {
    /// A bucket that is to be made.
    pub struct NewBucket(name: String = "name") {
        /// What it is for.
        description: String = "description",
        /// For how long it keeps data. Default: what the server has as its own, mostly for ever.
        retention_rules: Vec<RetentionRule> = "retentionRules",
        /// Which measurements it takes. Default: any.
        schema_type: SchemaType = "schemaType",
        /// The retention policy, for a bucket that stands for a database of 1.x.
        rp: String = "rp",
    }

    /// What changes of a bucket.
    pub struct BucketUpdate() {
        /// Its name.
        name: String = "name",
        /// What it is for; empty text clears it.
        description: String = "description",
        /// For how long it keeps data, in place of the rules that there are.
        retention_rules: Vec<RetentionRule> = "retentionRules",
    }

    /// Which buckets a list holds.
    pub struct BucketFilter() {
        /// Only that of this name.
        name: String = "name",
        /// Only that of this id.
        id: BucketId = "id",
        /// Those behind the one of this id.
        after: BucketId = "after",
        [
            /// How many a page holds: 1 to 100. Default: 100 for [`Api::list_all`], else the server's, mostly 20.
            limit: u32 = "limit",
            /// How many are left out at the begin.
            offset: u64 = "offset",
        ]
    }
}

impl NewBucket {
    /// For how long it keeps data: a [`RetentionRule`], or an age.
    pub fn retention(self, rule: impl Into<RetentionRule>) -> Self {
        self.retention_rules([rule.into()])
    }

    /// It takes the measurements that it has schemas of, and no others. Only Cloud has this.
    pub fn explicit_schema(self) -> Self {
        self.schema_type(SchemaType::Explicit)
    }
}

impl BucketUpdate {
    /// For how long it keeps data: a [`RetentionRule`], or an age.
    pub fn retention(self, rule: impl Into<RetentionRule>) -> Self {
        self.retention_rules([rule.into()])
    }
}

impl Entry for Bucket {
    const NOUN: &'static str = "bucket";
    const LIST: &'static str = "buckets";
    const PAGING: Paging = Paging::After(100);

    fn key(&self) -> &str {
        self.id.as_str()
    }

    /// Servers add `_tasks` and `_monitoring` to the last page, if these stand on another one, with ids of no bucket.
    fn stands_in(&self) -> bool {
        ["000000000000000a", "000000000000000b"].contains(&self.key())
    }
}

impl Wire for Bucket {
    const PATH: &'static str = "/api/v2/buckets";
    const ORG_OF_LIST: Form = Form::Either;
    const ORG_OF_NEW: Form = Form::Id;
}

impl Resource for Bucket {
    type New = NewBucket;
    type Update = BucketUpdate;
    type Filter = BucketFilter;
}

impl Named for Bucket {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Owned for Bucket {}
impl Labelled for Bucket {}
impl Shared for Bucket {}

impl Client {
    /// Buckets.
    pub fn buckets(&self) -> Api<Bucket> {
        Api::new(self)
    }
}
