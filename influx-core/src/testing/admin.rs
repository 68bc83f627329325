//! The administration of InfluxDB 2: organisations, buckets, users, tasks and the like, in memory.
//!
//! Resources are kept as the JSON objects that the server answers with, without what is computed: links, labels and
//! names of other resources.

mod authorizations;
mod body;
mod buckets;
mod dbrps;
mod labels;
mod orgs;
mod page;
mod related;
mod runs;
mod schemas;
mod setup;
mod table;
mod tasks;
mod users;

use serde_json::{Value, json};

use super::answer::Outgoing;
use super::auth::Right;
use super::ids::{Id, Ids};
use super::request::{Incoming, Target};
use super::state::{Config, State};
use super::time::{now, rfc3339};
use super::{delete, flux};

pub(super) use self::body::Body;
use self::related::Relation;
use self::table::{Table, id, text};

/// What there is beside buckets.
#[derive(Default)]
pub(super) struct Admin {
    orgs: Table,
    users: Table,
    labels: Table,
    authorizations: Table,
    dbrps: Table,
    tasks: Table,
    runs: Table,
    relations: Vec<Relation>,
    pub(super) is_set_up: bool,
}

impl Admin {
    pub(super) fn add_org(&mut self, ids: &mut Ids, name: &str) -> Id {
        self.orgs.add(ids, json!({ "name": name }))
    }

    pub(super) fn add_user(&mut self, ids: &mut Ids, name: &str) -> Id {
        self.users.add(ids, json!({ "name": name, "status": "active" }))
    }

    /// The id of the organisation of this name or id.
    pub(super) fn org_id(&self, org: &str) -> Option<Id> {
        self.orgs.find("name", org).or_else(|| self.orgs.get(org)).map(|org| text(org, "id").to_owned())
    }

    /// Forgets who and what a resource that is gone was related to.
    fn unrelate(&mut self, id: &str) {
        self.relations.retain(|relation| relation.resource != id && relation.other != id);
    }
}

/// An answer; `Err` is a refusal.
pub(super) type Answer = Result<Outgoing, Outgoing>;

/// A request to one of these paths, and all that it may change.
pub(super) struct Call<'a> {
    pub(super) config: &'a Config,
    pub(super) state: &'a mut State,
    pub(super) request: &'a Incoming,
    pub(super) target: &'a Target,
}

/// The parts of a path below `/api/v2/`.
fn segments(path: &str) -> Vec<&str> {
    path.strip_prefix("/api/v2/").map(|path| path.split('/').collect()).unwrap_or_default()
}

/// The methods that a path has; none if it is not known.
pub(super) fn methods(path: &str) -> &'static str {
    match *segments(path) {
        ["setup" | "authorizations" | "buckets" | "dbrps" | "labels" | "orgs" | "tasks" | "users"] => {
            "GET, POST"
        }
        ["me"] => "GET",
        ["me", "password"] => "PUT",
        ["delete" | "query"] => "POST",
        ["authorizations" | "buckets" | "dbrps" | "labels" | "orgs" | "tasks" | "users", _] => {
            "GET, PATCH, DELETE"
        }
        ["users", _, "password"] => "POST, PUT",
        ["buckets" | "orgs" | "tasks", _, "members" | "owners"] => "GET, POST",
        ["buckets" | "tasks", _, "labels"] => "GET, POST",
        ["buckets" | "orgs" | "tasks", _, "members" | "owners", _] => "DELETE",
        ["buckets" | "tasks", _, "labels", _] => "DELETE",
        ["buckets", _, "schema", "measurements"] => "GET, POST",
        ["buckets", _, "schema", "measurements", _] => "GET, PATCH",
        ["tasks", _, "runs"] => "GET, POST",
        ["tasks", _, "runs", _] => "GET, DELETE",
        ["tasks", _, "runs", _, "retry"] => "POST",
        ["tasks", _, "logs"] | ["tasks", _, "runs", _, "logs"] => "GET",
        _ => "",
    }
}

/// Answers a request whose path and method are known.
pub(super) fn answer(config: &Config, state: &mut State, request: &Incoming, target: &Target) -> Answer {
    let path = segments(&target.path);
    let mut call = Call { config, state, request, target };
    let reads = call.method() == "GET" || path == ["query"];
    match *path {
        ["setup"] | ["me", "password"] => {}
        ["delete"] => call.check(Right::Write(target.query("bucket").unwrap_or_default()))?,
        _ => call.check(if reads { Right::Read } else { Right::Manage })?,
    }
    let call = &mut call;
    match *path {
        ["setup"] => setup::answer(call),
        ["delete"] => delete::answer(call),
        ["query"] => flux::answer(call),
        ["me"] => users::me(call),
        ["me", "password"] => users::my_password(call),
        ["users", user, "password"] => users::password(call, user),
        ["tasks", task, "logs"] => runs::logs(call, task, None),
        ["tasks", task, "runs", run, "logs"] => runs::logs(call, task, Some(run)),
        ["tasks", task, "runs", run, "retry"] => runs::retry(call, task, run),
        ["tasks", task, "runs", ref run @ ..] => runs::answer(call, task, run.first().copied()),
        ["buckets", bucket, "schema", _, ref schema @ ..] => {
            schemas::answer(call, bucket, schema.first().copied())
        }
        [kind, resource, role, ref other @ ..] => {
            related::answer(call, kind, resource, role, other.first().copied())
        }
        [kind, ref resource @ ..] => {
            let resource = resource.first().copied();
            match kind {
                "authorizations" => authorizations::answer(call, resource),
                "buckets" => buckets::answer(call, resource),
                "dbrps" => dbrps::answer(call, resource),
                "labels" => labels::answer(call, resource),
                "orgs" => orgs::answer(call, resource),
                "tasks" => tasks::answer(call, resource),
                _ => users::answer(call, resource),
            }
        }
        [] => Err(Outgoing::not_found(config.version.family)),
    }
}

impl Call<'_> {
    fn method(&self) -> &str {
        &self.request.method
    }

    fn check(&self, right: Right<'_>) -> Result<(), Outgoing> {
        self.state.doors.check(&self.config.version, self.request, self.target, right)
    }

    pub(super) fn body(&self) -> Result<Body, Outgoing> {
        Body::read(self.request, self.state.max_body)
    }

    /// A parameter of the query that is not empty.
    pub(super) fn query(&self, key: &str) -> Option<&str> {
        self.target.query(key).filter(|value| !value.is_empty())
    }

    /// The organisation that the query names, if it names one: by its id, or by its name, as [`Call::org_named`].
    fn org(&mut self) -> Result<Option<Id>, Outgoing> {
        if let Some(org) = self.query("orgID") {
            return Ok(Some(id(org)?.to_owned()));
        }
        let name = self.query("org").map(str::to_owned);
        name.map(|name| self.org_named(&name)).transpose()
    }

    /// The organisation of this name. If none was configured, it is there once it is asked for.
    fn org_named(&mut self, name: &str) -> Result<Id, Outgoing> {
        match self.state.admin.orgs.find("name", name) {
            Some(org) => Ok(text(org, "id").to_owned()),
            None if self.config.org.is_none() => Ok(self.state.admin.add_org(&mut self.state.ids, name)),
            None => Err(Outgoing::unknown(&format!("organization name {name:?} not found"))),
        }
    }

    /// The organisation that a body names as `orgID` or `org`.
    fn org_of(&mut self, body: &Body) -> Result<Option<Id>, Outgoing> {
        match (body.text("orgID")?, body.text("org")?) {
            (Some(org), _) => self.known_org(org).map(Some),
            (None, Some(name)) => self.org_named(name).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// An organisation's id, if there is one of that.
    fn known_org(&self, org: &str) -> Result<Id, Outgoing> {
        let known = self.state.admin.orgs.get(id(org)?);
        known.map(|org| text(org, "id").to_owned()).ok_or_else(|| Outgoing::unknown("organization not found"))
    }
}

/// A resource with its links: its path, and those of `parts` below it.
fn linked(item: &Value, kind: &str, parts: &[&str]) -> Value {
    let path = format!("/api/v2/{kind}/{}", text(item, "id"));
    let mut links = json!({ "self": path });
    for part in parts {
        links[*part] = format!("{path}/{part}").into();
    }
    let mut item = item.clone();
    item["links"] = links;
    item
}

/// The time of day, as the server writes it.
fn stamp() -> Value {
    rfc3339(now()).into()
}
