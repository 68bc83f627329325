//! What an authorization allows.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::org::Org;
use super::words::words;
use super::{BucketId, OrgId};

words! {
    /// What may be done.
    pub enum Action {
        /// Reading.
        Read = "read",
        /// Writing, which is making, changing and deleting, too.
        Write = "write",
    }

    /// With what it may be done.
    pub enum ResourceKind {
        /// Authorizations.
        Authorizations = "authorizations",
        /// Buckets, and what they hold.
        Buckets = "buckets",
        /// Dashboards.
        Dashboards = "dashboards",
        /// Organisations.
        Orgs = "orgs",
        /// Tasks.
        Tasks = "tasks",
        /// Telegraf configurations.
        Telegrafs = "telegrafs",
        /// Users.
        Users = "users",
        /// Variables.
        Variables = "variables",
        /// Secrets.
        Secrets = "secrets",
        /// Labels.
        Labels = "labels",
        /// Views of dashboards.
        Views = "views",
        /// Documents.
        Documents = "documents",
        /// Rules by which notifications are sent.
        NotificationRules = "notificationRules",
        /// Where notifications are sent.
        NotificationEndpoints = "notificationEndpoints",
        /// Checks.
        Checks = "checks",
        /// Mappings of databases and retention policies.
        Dbrp = "dbrp",
        /// Annotations.
        Annotations = "annotations",
        /// Sources.
        Sources = "sources",
        /// Scrapers.
        Scrapers = "scrapers",
        /// Notebooks.
        Notebooks = "notebooks",
        /// Remote connections.
        Remotes = "remotes",
        /// Replications.
        Replications = "replications",
        /// The server itself, such as its backups.
        Instance = "instance",
        /// Flows.
        Flows = "flows",
        /// Functions, which are invokable scripts.
        Functions = "functions",
        /// Subscriptions.
        Subscriptions = "subscriptions",
    }
}

/// The kinds that an organisation has, on every server: not remote connections and replications, which Cloud and older
/// servers do not know, and not users, who belong to none.
const OF_AN_ORG: [ResourceKind; 19] = [
    ResourceKind::Authorizations,
    ResourceKind::Buckets,
    ResourceKind::Dashboards,
    ResourceKind::Orgs,
    ResourceKind::Tasks,
    ResourceKind::Telegrafs,
    ResourceKind::Variables,
    ResourceKind::Secrets,
    ResourceKind::Labels,
    ResourceKind::Views,
    ResourceKind::Documents,
    ResourceKind::NotificationRules,
    ResourceKind::NotificationEndpoints,
    ResourceKind::Checks,
    ResourceKind::Dbrp,
    ResourceKind::Annotations,
    ResourceKind::Sources,
    ResourceKind::Scrapers,
    ResourceKind::Notebooks,
];

/// One thing that an authorization allows.
///
/// ```
/// use influx_core::api::{Permission, ResourceKind};
///
/// let own = [Permission::read_bucket("04c8a7e7e5b52000"), Permission::write_bucket("04c8a7e7e5b52000")];
/// let tasks = Permission::read(ResourceKind::Tasks, "my-org");
/// # let _ = (own, tasks);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Permission {
    /// What may be done.
    pub action: Action,
    /// With what.
    pub resource: PermissionResource,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// With what something may be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PermissionResource {
    /// The kind of resource.
    #[serde(rename = "type")]
    pub kind: ResourceKind,
    /// The one that is meant; without it, all of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name of it, as servers say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The organisation; without it, all.
    #[serde(default, rename = "orgID", skip_serializing_if = "Option::is_none")]
    pub org_id: Option<OrgId>,
    /// The name of the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Permission {
    /// Something may be done with all resources of a kind, **in all organisations**, unless [`org`](Self::org) or
    /// [`id`](Self::id) follows.
    pub fn new(action: Action, kind: ResourceKind) -> Self {
        let resource =
            PermissionResource { kind, id: None, name: None, org_id: None, org: None, other: Map::new() };
        Self { action, resource, other: Map::new() }
    }

    /// Reads from one bucket.
    pub fn read_bucket(bucket: impl Into<BucketId>) -> Self {
        Self::new(Action::Read, ResourceKind::Buckets).id(bucket.into().as_str())
    }

    /// Writes to one bucket, and deletes from it.
    pub fn write_bucket(bucket: impl Into<BucketId>) -> Self {
        Self::new(Action::Write, ResourceKind::Buckets).id(bucket.into().as_str())
    }

    /// Reads all resources of a kind that an organisation has, by its name or id.
    pub fn read(kind: ResourceKind, org: impl Into<String>) -> Self {
        Self::new(Action::Read, kind).org(org)
    }

    /// Changes all resources of a kind that an organisation has, by its name or id.
    pub fn write(kind: ResourceKind, org: impl Into<String>) -> Self {
        Self::new(Action::Write, kind).org(org)
    }

    /// Reads all that an organisation has, by its name or id: one permission for each kind of resource, but for remote
    /// connections and replications, which not every server knows.
    pub fn read_all(org: impl Into<String>) -> Vec<Self> {
        Self::all(&Action::Read, &org.into())
    }

    /// Changes all that an organisation has, by its name or id: one permission for each kind of resource, but for remote
    /// connections and replications, which not every server knows.
    pub fn write_all(org: impl Into<String>) -> Vec<Self> {
        Self::all(&Action::Write, &org.into())
    }

    fn all(action: &Action, org: &str) -> Vec<Self> {
        OF_AN_ORG.into_iter().map(|kind| Self::new(action.clone(), kind).org(org)).collect()
    }

    /// Only with this one.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.resource.id = Some(id.into());
        self
    }

    /// Only in this organisation, by its name or id; the server is asked for the id of a name.
    #[must_use]
    pub fn org(mut self, org: impl Into<String>) -> Self {
        (self.resource.org_id, self.resource.org) = match Org::of(&org.into()) {
            Org::Id(id) => (Some(id), None),
            Org::Name(name) => (None, Some(name)),
        };
        self
    }
}
