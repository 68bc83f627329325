//! Which bucket stands for which database and retention policy of 1.x.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::options::options;
use super::org::Form;
use super::page::Entry;
use super::resource::sealed::Wire;
use super::resource::{Api, Owned, Resource};
use super::{BucketId, DbrpId, OrgId, absent};
use crate::client::Client;

/// The mapping of a database and a retention policy to a bucket: what clients of 1.x find their data by.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Dbrp {
    /// Its id.
    pub id: DbrpId,
    /// The bucket.
    #[serde(rename = "bucketID")]
    pub bucket_id: BucketId,
    /// The database.
    pub database: String,
    /// The retention policy.
    pub retention_policy: String,
    /// Whether this is the policy of requests that name none.
    #[serde(default, deserialize_with = "absent::or_default")]
    pub default: bool,
    /// The organisation that it belongs to.
    #[serde(rename = "orgID")]
    pub org_id: Option<OrgId>,
    /// Whether the server made it by itself, of the bucket's name.
    #[serde(default, rename = "virtual", deserialize_with = "absent::or_default")]
    pub is_virtual: bool,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

options! {
    /// A mapping that is to be made.
    pub struct NewDbrp(
        bucket_id: BucketId = "bucketID",
        database: String = "database",
        retention_policy: String = "retention_policy",
    ) {
        /// Whether this is the policy of requests that name none. Default: of the first of a database only.
        default: bool = "default",
    }

    /// What changes of a mapping.
    pub struct DbrpUpdate() {
        /// Whether this is the policy of requests that name none.
        default: bool = "default",
        /// The retention policy.
        retention_policy: String = "retention_policy",
    }

    /// Which mappings a list holds.
    pub struct DbrpFilter() {
        /// Only that of this id.
        id: DbrpId = "id",
        /// Those to this bucket.
        bucket_id: BucketId = "bucketID",
        /// Those of this database.
        database: String = "db",
        /// Those of this retention policy.
        retention_policy: String = "rp",
        /// Those that are a default, or those that are none.
        default: bool = "default",
    }
}

impl Entry for Dbrp {
    const NOUN: &'static str = "mapping";
    const LIST: &'static str = "content";

    fn key(&self) -> &str {
        self.id.as_str()
    }
}

impl Wire for Dbrp {
    const PATH: &'static str = "/api/v2/dbrps";
    const ITEM: Option<&'static str> = Some("content");
    const ORG_OF_LIST: Form = Form::Either;
    const ORG_OF_NEW: Form = Form::Either;
    const ORG_OF_ITEM: Form = Form::Either;
}

impl Resource for Dbrp {
    type New = NewDbrp;
    type Update = DbrpUpdate;
    type Filter = DbrpFilter;
}

impl Owned for Dbrp {}

impl Client {
    /// Mappings of databases and retention policies of 1.x to buckets.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::api::{DbrpFilter, NewDbrp};
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::builder().token("secret").org("my-org").bucket("machines").start()?;
    /// let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
    ///
    /// let bucket = client.buckets().find("machines").await?.ok_or("no such bucket")?;
    /// let mapping = client.dbrps().create(NewDbrp::new(&bucket, "old-name", "autogen").default(true)).await?;
    /// let all = client.dbrps().list(DbrpFilter::new().database("old-name")).await?;
    /// assert_eq!(all, [mapping]);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    pub fn dbrps(&self) -> Api<Dbrp> {
        Api::new(self)
    }
}
