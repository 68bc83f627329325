//! Organisations.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::options::options;
use super::page::{Entry, Paging};
use super::related::Shared;
use super::resource::sealed::Wire;
use super::resource::{Api, Named, Resource};
use super::words::Status;
use super::{OrgId, UserId, absent};
use crate::Epoch;
use crate::client::Client;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Organization {
    /// Its id.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it is at work.
    #[serde(default, deserialize_with = "absent::text")]
    pub status: Option<Status>,
    /// When it was made.
    #[serde(default, deserialize_with = "absent::text")]
    pub created_at: Option<Epoch>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "absent::text")]
    pub updated_at: Option<Epoch>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

options! {
    /// An organisation that is to be made.
    pub struct NewOrganization(name: String = "name") {
        /// What it is for.
        description: String = "description",
    }

    /// What changes of an organisation.
    pub struct OrganizationUpdate() {
        /// Its name.
        name: String = "name",
        /// What it is for; empty text clears it.
        description: String = "description",
    }

    /// Which organisations a list holds.
    pub struct OrganizationFilter() {
        /// Only that of this name.
        name: String = "org",
        /// Only that of this id.
        id: OrgId = "orgID",
        /// Those that a user belongs to.
        user_id: UserId = "userID",
        /// The last ones first.
        descending: bool = "descending",
        [
            /// How many a page holds: 1 to 100. Default: 100 for [`Api::list_all`], else the server's, mostly 20.
            limit: u32 = "limit",
            /// How many are left out at the begin.
            offset: u64 = "offset",
        ]
    }
}

impl Entry for Organization {
    const NOUN: &'static str = "organisation";
    const LIST: &'static str = "orgs";
    const PAGING: Paging = Paging::Offset(100);

    fn key(&self) -> &str {
        self.id.as_str()
    }
}

impl Wire for Organization {
    const PATH: &'static str = "/api/v2/orgs";
    const NAME: Option<&'static str> = Some("org");
}

impl Resource for Organization {
    type New = NewOrganization;
    type Update = OrganizationUpdate;
    type Filter = OrganizationFilter;
}

impl Named for Organization {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Shared for Organization {}

impl Client {
    /// Organisations.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::api::{NewOrganization, NewUser};
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::builder().token("secret").org("my-org").bucket("machines").start()?;
    /// let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
    ///
    /// let plant = client.organizations().create(NewOrganization::new("plant-7")).await?;
    /// let ada = client.users().create(NewUser::new("ada")).await?;
    /// client.organizations().add_owner(&plant, &ada).await?;
    /// let owners = client.organizations().owners(&plant).await?;
    /// assert!(owners.iter().any(|owner| owner.id == ada.id));
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    pub fn organizations(&self) -> Api<Organization> {
        Api::new(self)
    }
}
