//! `/api/v2/orgs`.

use serde_json::{Value, json};

use crate::testing::answer::Outgoing;

use super::page::{self, SIZES};
use super::table::{id, text};
use super::{Answer, Call, linked};

pub(super) fn answer(call: &mut Call<'_>, org: Option<&str>) -> Answer {
    match (call.method(), org) {
        ("GET", None) => list(call),
        (_, None) => create(call),
        ("GET", Some(org)) => Ok(Outgoing::json(200, &shown(&found(call, org)?))),
        ("PATCH", Some(org)) => update(call, org),
        (_, Some(org)) => delete(call, org),
    }
}

fn list(call: &mut Call<'_>) -> Answer {
    let org = call.org()?.map(|org| call.known_org(&org)).transpose()?;
    let (admin, user) = (&call.state.admin, call.query("userID"));
    let has_user =
        |org: &str| user.is_none_or(|user| admin.relations.iter().any(|relation| relation.joins(org, user)));
    let fits = |item: &&Value| {
        let id = text(item, "id");
        org.as_deref().is_none_or(|org| id == org) && has_user(id)
    };
    page::list(call, "orgs", admin.orgs.iter().filter(fits).map(shown).collect(), SIZES)
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.body()?;
    let name = body.required("name")?;
    free(call, name, "")?;
    let mut org = json!({ "name": name });
    body.copy(&["description"], &mut org)?;
    let id = call.state.admin.orgs.add(&mut call.state.ids, org);
    Ok(Outgoing::json(201, &shown(&found(call, &id)?)))
}

fn update(call: &mut Call<'_>, org: &str) -> Answer {
    let (mut org, body) = (found(call, org)?, call.body()?);
    if let Some(name) = body.text("name")? {
        free(call, name, text(&org, "id"))?;
    }
    body.copy(&["name", "description"], &mut org)?;
    let answer = Outgoing::json(200, &shown(&org));
    call.state.admin.orgs.put(org);
    Ok(answer)
}

/// Takes its buckets with it.
fn delete(call: &mut Call<'_>, org: &str) -> Answer {
    let org = found(call, org)?;
    let id = text(&org, "id");
    call.state.admin.orgs.remove(id);
    call.state.admin.unrelate(id);
    call.state.buckets.retain(|bucket| bucket.org.as_deref() != Some(id));
    Ok(Outgoing::empty(204))
}

pub(super) fn found(call: &Call<'_>, org: &str) -> Result<Value, Outgoing> {
    let org = call.state.admin.orgs.get(id(org)?);
    org.cloned().ok_or_else(|| Outgoing::unknown("organization not found"))
}

/// Whether no other organisation has the name.
fn free(call: &Call<'_>, name: &str, id: &str) -> Result<(), Outgoing> {
    match call.state.admin.orgs.find("name", name) {
        Some(other) if text(other, "id") != id => {
            Err(Outgoing::conflict(&format!("organization with name {name} already exists")))
        }
        _ => Ok(()),
    }
}

pub(super) fn shown(org: &Value) -> Value {
    linked(org, "orgs", &["members", "owners", "labels", "secrets"])
}
