//! `/api/v2/authorizations`: tokens, which the server takes as long as they are active.

use serde_json::{Value, json};

use crate::testing::answer::Outgoing;
use crate::testing::ids::Id;

use super::table::{id, text};
use super::{Answer, Call, linked, page, users};

pub(super) fn answer(call: &mut Call<'_>, token: Option<&str>) -> Answer {
    match (call.method(), token) {
        ("GET", None) => list(call),
        (_, None) => create(call),
        ("GET", Some(token)) => Ok(Outgoing::json(200, &shown(call, &found(call, token)?))),
        ("PATCH", Some(token)) => update(call, token),
        (_, Some(token)) => delete(call, token),
    }
}

fn list(call: &mut Call<'_>) -> Answer {
    let org = call.org()?;
    let user = match (call.query("userID"), call.query("user")) {
        (Some(user), _) => Some(id(user)?.to_owned()),
        (None, Some(name)) => {
            let user = call.state.admin.users.find("name", name);
            let user = user.ok_or_else(|| Outgoing::unknown("user not found"))?;
            Some(text(user, "id").to_owned())
        }
        (None, None) => None,
    };
    let filters = [("orgID", org.as_deref()), ("userID", user.as_deref()), ("token", call.query("token"))];
    let fits = |token: &&Value| {
        filters.iter().all(|(key, value)| value.is_none_or(|value| text(token, key) == value))
    };
    let tokens = call.state.admin.authorizations.iter().filter(fits);
    page::whole(call, "authorizations", tokens.map(|token| shown(call, token)).collect())
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.body()?;
    let permissions = body.list("permissions")?.filter(|permissions| !permissions.is_empty());
    let permissions =
        permissions.ok_or_else(|| Outgoing::invalid("authorization must include permissions"))?;
    for permission in permissions {
        let (action, kind) = (text(permission, "action"), text(&permission["resource"], "type"));
        if !matches!(action, "read" | "write") || kind.is_empty() {
            return Err(Outgoing::invalid(
                "permission is invalid: it needs an action and a resource with a type",
            ));
        }
    }
    let org = body.text("orgID")?.ok_or_else(|| Outgoing::invalid("org id required"))?;
    let org = call.known_org(org)?;
    let user = match body.text("userID")? {
        Some(user) => text(&users::found(call, user)?, "id").to_owned(),
        None => users::my_id(call),
    };
    let mut token = json!({
        "orgID": org,
        "userID": user,
        "permissions": permissions,
        "status": body.status()?.unwrap_or("active"),
        "description": "",
    });
    body.copy(&["description"], &mut token)?;
    let id = add(call, token, None);
    Ok(Outgoing::json(201, &shown(call, &found(call, &id)?)))
}

/// Adds an authorization, which gets a token unless it is to have a certain one.
pub(super) fn add(call: &mut Call<'_>, authorization: Value, token: Option<&str>) -> Id {
    let authorizations = &mut call.state.admin.authorizations;
    let id = authorizations.add(&mut call.state.ids, authorization);
    let token = token.map_or_else(|| format!("test-token-{id}"), str::to_owned);
    for authorization in authorizations.iter_mut().filter(|item| text(item, "id") == id) {
        authorization["token"] = token.as_str().into();
    }
    admit(call);
    id
}

fn update(call: &mut Call<'_>, token: &str) -> Answer {
    let (mut token, body) = (found(call, token)?, call.body()?);
    body.status()?;
    body.copy(&["status", "description"], &mut token)?;
    let answer = Outgoing::json(200, &shown(call, &token));
    call.state.admin.authorizations.put(token);
    admit(call);
    Ok(answer)
}

fn delete(call: &mut Call<'_>, token: &str) -> Answer {
    let token = found(call, token)?;
    call.state.admin.authorizations.remove(text(&token, "id"));
    admit(call);
    Ok(Outgoing::empty(204))
}

/// From now on, the active tokens open the server.
fn admit(call: &mut Call<'_>) {
    let active = call.state.admin.authorizations.iter().filter(|token| text(token, "status") == "active");
    call.state.doors.issued = active.map(|token| text(token, "token").to_owned()).collect();
}

fn found(call: &Call<'_>, token: &str) -> Result<Value, Outgoing> {
    let token = call.state.admin.authorizations.get(id(token)?);
    token.cloned().ok_or_else(|| Outgoing::unknown("authorization not found"))
}

/// An authorization with the names of its user and organisation.
pub(super) fn shown(call: &Call<'_>, token: &Value) -> Value {
    let admin = &call.state.admin;
    let (org, user) = (admin.orgs.get(text(token, "orgID")), admin.users.get(text(token, "userID")));
    let mut shown = linked(token, "authorizations", &[]);
    shown["links"]["user"] = format!("/api/v2/users/{}", text(token, "userID")).into();
    shown["org"] = org.map(|org| org["name"].clone()).unwrap_or_default();
    shown["user"] = user.map(|user| user["name"].clone()).unwrap_or_default();
    shown
}
