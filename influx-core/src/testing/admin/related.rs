//! Members, owners and labels of buckets, organisations and tasks.

use serde_json::Value;

use crate::testing::answer::Outgoing;
use crate::testing::ids::Id;

use super::table::{id, text};
use super::{Answer, Call, buckets, labels, orgs, page, tasks, users};

/// What a user is to a resource, or a label.
pub(super) struct Relation {
    pub(super) resource: Id,
    /// `members`, `owners` or `labels`.
    pub(super) role: String,
    /// The user or label.
    pub(super) other: Id,
}

impl Relation {
    /// Whether it is between these two.
    pub(super) fn joins(&self, resource: &str, other: &str) -> bool {
        self.resource == resource && self.other == other
    }
}

/// Answers for the members, owners or labels of a resource, or for one of them.
pub(super) fn answer(
    call: &mut Call<'_>,
    kind: &str,
    resource: &str,
    role: &str,
    other: Option<&str>,
) -> Answer {
    match kind {
        "orgs" => drop(orgs::found(call, resource)?),
        "tasks" => drop(tasks::found(call, resource)?),
        _ => drop(buckets::found(call, resource)?),
    }
    match (call.method(), other) {
        ("GET", _) => {
            let key = if role == "labels" { role } else { "users" };
            page::whole(call, key, list(call, resource, role))
        }
        (_, None) => create(call, resource, role),
        (_, Some(other)) => delete(call, resource, role, other),
    }
}

fn create(call: &mut Call<'_>, resource: &str, role: &str) -> Answer {
    let body = call.body()?;
    let (other, answer) = match role {
        "labels" => {
            let label = labels::found(call, body.required("labelID")?)?;
            let answer = labels::shown(201, &label);
            (label, answer)
        }
        _ => {
            let user = body.text("id")?.ok_or_else(|| Outgoing::invalid("user id missing or invalid"))?;
            let user = users::found(call, user)?;
            let answer = Outgoing::json(201, &in_role(&user, role));
            (user, answer)
        }
    };
    let (resource, role, other) = (resource.to_owned(), role.to_owned(), text(&other, "id").to_owned());
    let relations = &mut call.state.admin.relations;
    if relations.iter().any(|relation| relation.role == role && relation.joins(&resource, &other)) {
        let what = if role == "labels" { "label" } else { "user" };
        return Err(Outgoing::conflict(&format!("the resource has this {what} already")));
    }
    relations.push(Relation { resource, role, other });
    Ok(answer)
}

fn delete(call: &mut Call<'_>, resource: &str, role: &str, other: &str) -> Answer {
    let (relations, other) = (&mut call.state.admin.relations, id(other)?);
    let count = relations.len();
    relations.retain(|relation| relation.role != role || !relation.joins(resource, other));
    match relations.len() < count {
        true => Ok(Outgoing::empty(204)),
        false if role == "labels" => Err(Outgoing::unknown("label not found")),
        false => Err(Outgoing::unknown("user to resource mapping not found")),
    }
}

/// The users or labels of a resource, as they are shown.
pub(super) fn list(call: &Call<'_>, resource: &str, role: &str) -> Vec<Value> {
    let admin = &call.state.admin;
    let of_role = |relation: &&Relation| relation.role == role && relation.resource == resource;
    let others = admin.relations.iter().filter(of_role).map(|relation| &relation.other);
    match role {
        "labels" => others.filter_map(|label| admin.labels.get(label)).map(labels::plain).collect(),
        _ => others.filter_map(|user| admin.users.get(user)).map(|user| in_role(user, role)).collect(),
    }
}

/// A user with what he is: `member` or `owner`.
fn in_role(user: &Value, role: &str) -> Value {
    let mut user = users::shown(user);
    user["role"] = role.trim_end_matches('s').into();
    user
}
