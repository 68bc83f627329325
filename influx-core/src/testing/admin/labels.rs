//! `/api/v2/labels`.

use serde_json::{Value, json};

use crate::testing::answer::Outgoing;

use super::table::{id, text};
use super::{Answer, Call, page};

pub(super) fn answer(call: &mut Call<'_>, label: Option<&str>) -> Answer {
    match (call.method(), label) {
        ("GET", None) => list(call),
        (_, None) => create(call),
        ("GET", Some(label)) => Ok(shown(200, &found(call, label)?)),
        ("PATCH", Some(label)) => update(call, label),
        (_, Some(label)) => delete(call, label),
    }
}

fn list(call: &Call<'_>) -> Answer {
    let org = call.query("orgID").map(id).transpose()?;
    let of_org = |label: &&Value| org.is_none_or(|org| text(label, "orgID") == org);
    page::whole(call, "labels", call.state.admin.labels.iter().filter(of_org).map(plain).collect())
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.body()?;
    let name = body.text("name")?.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Outgoing::invalid("label name is required"))?;
    let org = body.text("orgID")?.ok_or_else(|| Outgoing::invalid("orgID is required"))?;
    let org = call.known_org(org)?;
    free(call, name, &org, "")?;
    let mut label = json!({ "name": name, "orgID": org, "properties": {} });
    set_properties(&mut label, body.get("properties"));
    let id = call.state.admin.labels.add(&mut call.state.ids, label);
    Ok(shown(201, &found(call, &id)?))
}

fn update(call: &mut Call<'_>, label: &str) -> Answer {
    let (mut label, body) = (found(call, label)?, call.body()?);
    if let Some(name) = body.text("name")? {
        free(call, name, text(&label, "orgID"), text(&label, "id"))?;
    }
    body.copy(&["name"], &mut label)?;
    set_properties(&mut label, body.get("properties"));
    let answer = shown(200, &label);
    call.state.admin.labels.put(label);
    Ok(answer)
}

fn delete(call: &mut Call<'_>, label: &str) -> Answer {
    let label = found(call, label)?;
    call.state.admin.labels.remove(text(&label, "id"));
    call.state.admin.unrelate(text(&label, "id"));
    Ok(Outgoing::empty(204))
}

/// Adds properties; an empty one goes.
fn set_properties(label: &mut Value, new: Option<&Value>) {
    let new = new.and_then(Value::as_object).into_iter().flatten();
    if let Some(properties) = label["properties"].as_object_mut() {
        for (key, value) in new {
            match value.as_str() {
                Some("") => drop(properties.remove(key)),
                _ => drop(properties.insert(key.clone(), value.clone())),
            }
        }
    }
}

pub(super) fn found(call: &Call<'_>, label: &str) -> Result<Value, Outgoing> {
    let label = call.state.admin.labels.get(id(label)?);
    label.cloned().ok_or_else(|| Outgoing::unknown("label not found"))
}

/// Whether no other label of the organisation has the name.
fn free(call: &Call<'_>, name: &str, org: &str, id: &str) -> Result<(), Outgoing> {
    let is_it = |label: &Value| text(label, "name") == name && text(label, "orgID") == org;
    if call.state.admin.labels.iter().any(|label| is_it(label) && text(label, "id") != id) {
        return Err(Outgoing::conflict(&format!("label with name {name} already exists")));
    }
    Ok(())
}

/// A label has no times.
pub(super) fn plain(label: &Value) -> Value {
    let (id, name, org, properties) = (&label["id"], &label["name"], &label["orgID"], &label["properties"]);
    json!({ "id": id, "name": name, "orgID": org, "properties": properties })
}

pub(super) fn shown(status: u16, label: &Value) -> Outgoing {
    let links = json!({ "self": format!("/api/v2/labels/{}", text(label, "id")) });
    Outgoing::json(status, &json!({ "label": plain(label), "links": links }))
}
