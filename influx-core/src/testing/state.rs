//! What the embedded server was told to be, and what it holds.

use std::collections::VecDeque;

use super::admin::Admin;
use super::answer::Outgoing;
use super::auth::Doors;
use super::buckets::{Buckets, Entry};
use super::ids::{Id, Ids};
use super::listener::Listener;
use super::request::{RecordedRequest, Target};
use super::script::Scripts;
use super::store::Bucket;
use super::time::now;
use super::version::Version;

/// What the server was told to be.
#[derive(Debug, Clone)]
pub(super) struct Config {
    pub(super) version: Version,
    pub(super) org: Option<String>,
    pub(super) create_buckets: bool,
    pub(super) counting: bool,
    /// How long points are kept, in nanoseconds.
    pub(super) retention: Option<i64>,
    pub(super) on_stored: Option<Listener>,
}

/// What the server holds.
#[derive(Default)]
pub(super) struct State {
    pub(super) ids: Ids,
    pub(super) buckets: Buckets,
    pub(super) admin: Admin,
    pub(super) doors: Doors,
    pub(super) scripts: Scripts,
    /// The largest body in bytes.
    pub(super) max_body: usize,
    pub(super) requests: VecDeque<RecordedRequest>,
    /// All there were: more than are kept, perhaps.
    pub(super) answered: u64,
    pub(super) lines: u64,
    pub(super) connections: u64,
}

impl State {
    /// What there is at the start.
    pub(super) fn new(config: &Config, doors: Doors, max_body: usize, buckets: &[String]) -> Self {
        let mut state = Self { max_body, ..Self::default() };
        if let Some(org) = &config.org {
            state.admin.add_org(&mut state.ids, org);
        }
        for user in &doors.users {
            state.admin.add_user(&mut state.ids, &user.name);
        }
        state.admin.is_set_up = config.org.is_some() || !doors.open();
        state.doors = doors;
        for bucket in buckets {
            state.create_bucket(config, bucket);
        }
        state
    }

    /// Adds an empty bucket, if there is none of this name.
    pub(super) fn create_bucket(&mut self, config: &Config, name: &str) {
        if !self.buckets.iter().any(|bucket| bucket.name == name) {
            self.add_bucket(config, name);
        }
    }

    /// Adds a bucket of the configured organisation, or of every one if none is configured.
    pub(super) fn add_bucket(&mut self, config: &Config, name: &str) {
        let org = config.org.as_deref().and_then(|org| self.admin.org_id(org));
        let bucket = self.new_bucket(config, name, org);
        self.buckets.push(bucket);
    }

    /// A bucket that keeps everything for ever.
    pub(super) fn new_bucket(&mut self, config: &Config, name: &str, org: Option<Id>) -> Entry {
        let created = now();
        Entry {
            id: self.ids.next(),
            name: name.to_owned(),
            org,
            description: None,
            seconds: 0,
            shard_seconds: None,
            schemas: None,
            created,
            updated: created,
            content: Bucket::new(config.counting).listened(config.on_stored.clone()),
        }
    }

    /// The organisation that a write names, by its name or id; `None` if there is none of this name, and any will do.
    pub(super) fn org(&self, config: &Config, target: &Target) -> Result<Option<Id>, Outgoing> {
        let org = target.query("org").or_else(|| target.query("orgID")).filter(|name| !name.is_empty());
        let Some(org) = org else {
            return Err(Outgoing::invalid("Please provide either orgID or org"));
        };
        match self.admin.org_id(org) {
            None if config.org.is_some() => {
                Err(Outgoing::unknown(&format!("organization name {org:?} not found")))
            }
            id => Ok(id),
        }
    }
}
