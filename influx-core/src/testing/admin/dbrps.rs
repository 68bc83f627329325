//! `/api/v2/dbrps`: which bucket a database and retention policy of InfluxDB 1 are.

use serde_json::{Value, json};

use crate::testing::answer::Outgoing;
use crate::testing::ids::Id;
use crate::testing::request::Target;

use super::table::{id, text};
use super::{Admin, Answer, Call, buckets};

pub(super) fn answer(call: &mut Call<'_>, mapping: Option<&str>) -> Answer {
    match (call.method(), mapping) {
        ("GET", None) => list(call),
        (_, None) => create(call),
        ("GET", Some(mapping)) => {
            let mapping = found(call, mapping)?;
            Ok(Outgoing::json(200, &json!({ "content": plain(&mapping) })))
        }
        ("PATCH", Some(mapping)) => update(call, mapping),
        (_, Some(mapping)) => delete(call, mapping),
    }
}

fn list(call: &mut Call<'_>) -> Answer {
    let org = needed_org(call)?;
    let filters = [("id", "id"), ("bucketID", "bucketID"), ("database", "db"), ("retention_policy", "rp")];
    let default = match call.query("default") {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => return Err(Outgoing::invalid("invalid default parameter")),
    };
    let fits = |mapping: &&Value| {
        text(mapping, "orgID") == org
            && filters.iter().all(|(key, of)| call.query(of).is_none_or(|value| text(mapping, key) == value))
            && default.is_none_or(|default| mapping["default"] == default)
    };
    let mappings: Vec<_> = call.state.admin.dbrps.iter().filter(fits).map(plain).collect();
    Ok(Outgoing::json(200, &json!({ "content": mappings })))
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.body()?;
    let org = call.org_of(&body)?.ok_or_else(no_org)?;
    let bucket = body.required("bucketID")?;
    buckets::found(call, bucket)?;
    let (database, policy) = (body.required("database")?, body.required("retention_policy")?);
    free(call, &org, database, policy, "")?;
    // the first of a database is its default
    let is_first = of_database(call, &org, database).next().is_none();
    let is_default = body.flag("default")?.unwrap_or(false) || is_first;
    if is_default {
        unset_default(call, &org, database);
    }
    let mapping = json!({
        "orgID": org, "bucketID": bucket, "database": database, "retention_policy": policy,
        "default": is_default, "virtual": false,
    });
    let id = call.state.admin.dbrps.add(&mut call.state.ids, mapping);
    let created = call.state.admin.dbrps.get(&id).map(plain).unwrap_or_default();
    Ok(Outgoing::json(201, &created))
}

fn update(call: &mut Call<'_>, mapping: &str) -> Answer {
    let (mut mapping, body) = (found(call, mapping)?, call.body()?);
    let (org, database) = (text(&mapping, "orgID").to_owned(), text(&mapping, "database").to_owned());
    if let Some(policy) = body.text("retention_policy")? {
        free(call, &org, &database, policy, text(&mapping, "id"))?;
    }
    body.copy(&["retention_policy"], &mut mapping)?;
    if let Some(default) = body.flag("default")? {
        if default {
            unset_default(call, &org, &database);
        }
        mapping["default"] = default.into();
    }
    let answer = Outgoing::json(200, &json!({ "content": plain(&mapping) }));
    call.state.admin.dbrps.put(mapping);
    Ok(answer)
}

/// Makes another mapping the default of the database, if it was this.
fn delete(call: &mut Call<'_>, mapping: &str) -> Answer {
    let mapping = found(call, mapping)?;
    call.state.admin.dbrps.remove(text(&mapping, "id"));
    if mapping["default"] == true {
        let next = of_database(call, text(&mapping, "orgID"), text(&mapping, "database")).next().cloned();
        if let Some(mut next) = next {
            next["default"] = true.into();
            call.state.admin.dbrps.put(next);
        }
    }
    Ok(Outgoing::empty(204))
}

impl Admin {
    /// The id of the bucket that the database and retention policy of a write are mapped to; without a policy, the
    /// database's default.
    pub(in crate::testing) fn mapped(&self, target: &Target) -> Option<&str> {
        let (database, policy) =
            (target.query("db")?, target.query("rp").filter(|policy| !policy.is_empty()));
        let is_it = |mapping: &&Value| {
            text(mapping, "database") == database
                && match policy {
                    Some(policy) => text(mapping, "retention_policy") == policy,
                    None => mapping["default"] == true,
                }
        };
        self.dbrps.iter().find(is_it).map(|mapping| text(mapping, "bucketID"))
    }
}

fn no_org() -> Outgoing {
    Outgoing::invalid("Please provide either orgID or org")
}

fn needed_org(call: &mut Call<'_>) -> Result<Id, Outgoing> {
    call.org()?.ok_or_else(no_org)
}

fn found(call: &mut Call<'_>, mapping: &str) -> Result<Value, Outgoing> {
    let (mapping, org) = (id(mapping)?, needed_org(call)?);
    let found = call.state.admin.dbrps.get(mapping).filter(|mapping| text(mapping, "orgID") == org);
    found.cloned().ok_or_else(|| Outgoing::unknown("unable to find DBRP"))
}

fn of_database<'a>(call: &'a Call<'_>, org: &'a str, database: &'a str) -> impl Iterator<Item = &'a Value> {
    let mappings = call.state.admin.dbrps.iter();
    mappings.filter(move |mapping| text(mapping, "orgID") == org && text(mapping, "database") == database)
}

/// Whether no other mapping has the database and policy.
fn free(call: &Call<'_>, org: &str, database: &str, policy: &str, id: &str) -> Result<(), Outgoing> {
    let is_it = |other: &Value| text(other, "retention_policy") == policy && text(other, "id") != id;
    if of_database(call, org, database).any(is_it) {
        return Err(Outgoing::conflict("DBRP already exists"));
    }
    Ok(())
}

fn unset_default(call: &mut Call<'_>, org: &str, database: &str) {
    for mapping in call.state.admin.dbrps.iter_mut() {
        if text(mapping, "orgID") == org && text(mapping, "database") == database {
            mapping["default"] = false.into();
        }
    }
}

/// A mapping has no times.
fn plain(mapping: &Value) -> Value {
    let mut mapping = mapping.clone();
    if let Some(members) = mapping.as_object_mut() {
        members.retain(|key, _| !["createdAt", "updatedAt"].contains(&key.as_str()));
    }
    mapping
}
