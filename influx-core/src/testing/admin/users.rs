//! `/api/v2/users`, `/api/v2/me`, and their passwords.

use serde_json::{Value, json};

use crate::testing::answer::Outgoing;
use crate::testing::auth::{Who, refused};

use super::page::{self, SIZES};
use super::table::{id, text};
use super::{Answer, Body, Call, linked};

pub(super) fn answer(call: &mut Call<'_>, user: Option<&str>) -> Answer {
    match (call.method(), user) {
        ("GET", None) => list(call),
        (_, None) => create(call),
        ("GET", Some(user)) => Ok(Outgoing::json(200, &shown(&found(call, user)?))),
        ("PATCH", Some(user)) => update(call, user),
        (_, Some(user)) => delete(call, user),
    }
}

fn list(call: &Call<'_>) -> Answer {
    let (name, id) = (call.query("name"), call.query("id"));
    let has = |item: &Value, key, value: Option<&str>| value.is_none_or(|value| text(item, key) == value);
    let users = call.state.admin.users.iter().filter(|user| has(user, "name", name) && has(user, "id", id));
    let users: Vec<_> = users.map(shown).collect();
    if users.is_empty() && (name.is_some() || id.is_some()) {
        return Err(Outgoing::unknown("user not found"));
    }
    page::list(call, "users", users, SIZES)
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.body()?;
    let name = body.required("name")?;
    free(call, name, "")?;
    let user = json!({ "name": name, "status": body.status()?.unwrap_or("active") });
    let id = call.state.admin.users.add(&mut call.state.ids, user);
    Ok(Outgoing::json(201, &shown(&found(call, &id)?)))
}

fn update(call: &mut Call<'_>, user: &str) -> Answer {
    let (mut user, body) = (found(call, user)?, call.body()?);
    if let Some(name) = body.text("name")? {
        free(call, name, text(&user, "id"))?;
        let doors = &mut call.state.doors;
        doors
            .users
            .iter_mut()
            .filter(|door| door.name == text(&user, "name"))
            .for_each(|door| door.name = name.into());
    }
    body.status()?;
    body.copy(&["name", "status"], &mut user)?;
    let answer = Outgoing::json(200, &shown(&user));
    call.state.admin.users.put(user);
    Ok(answer)
}

fn delete(call: &mut Call<'_>, user: &str) -> Answer {
    let user = found(call, user)?;
    call.state.admin.users.remove(text(&user, "id"));
    call.state.admin.unrelate(text(&user, "id"));
    call.state.doors.users.retain(|door| door.name != text(&user, "name"));
    Ok(Outgoing::empty(204))
}

/// `POST /api/v2/users/{id}/password`; and `PUT`, which asks for the old password.
pub(super) fn password(call: &mut Call<'_>, user: &str) -> Answer {
    let user = found(call, user)?;
    let name = text(&user, "name").to_owned();
    if call.method() == "PUT" {
        match sender(call) {
            Who::User(sender) if sender == name => {}
            _ => return Err(refused(call.config.version.family, "")),
        }
    }
    set_password(call, &name)
}

/// `PUT /api/v2/me/password`, for a user who gives the old one, or has a session.
pub(super) fn my_password(call: &mut Call<'_>) -> Answer {
    match sender(call) {
        Who::User(name) => set_password(call, &name),
        Who::Token(_) | Who::Unknown => Err(refused(call.config.version.family, "")),
    }
}

fn set_password(call: &mut Call<'_>, name: &str) -> Answer {
    let body = call.body()?;
    let password = long_enough(&body)?.ok_or_else(|| Outgoing::invalid("password is required"))?;
    call.state.doors.set_password(name, password);
    Ok(Outgoing::empty(204))
}

/// The password of a body.
pub(super) fn long_enough(body: &Body) -> Result<Option<&str>, Outgoing> {
    match body.text("password")? {
        Some(password) if password.chars().count() < 8 => {
            Err(Outgoing::invalid("passwords must be at least 8 characters long"))
        }
        password => Ok(password),
    }
}

/// `GET /api/v2/me`
pub(super) fn me(call: &mut Call<'_>) -> Answer {
    let id = my_id(call);
    Ok(Outgoing::json(200, &shown(&found(call, &id)?)))
}

/// The id of who sends the request: of the user, or of him whose token it is; else of the first user, who is there
/// once he is asked for.
pub(super) fn my_id(call: &mut Call<'_>) -> String {
    let who = sender(call);
    let admin = &call.state.admin;
    let known = match &who {
        Who::User(name) => admin.users.find("name", name),
        Who::Token(token) => {
            let token = admin.authorizations.find("token", token);
            token.and_then(|token| admin.users.get(text(token, "userID")))
        }
        Who::Unknown => None,
    };
    match known.or_else(|| admin.users.iter().next()) {
        Some(user) => text(user, "id").to_owned(),
        None => call.state.admin.add_user(&mut call.state.ids, "operator"),
    }
}

fn sender(call: &Call<'_>) -> Who {
    call.state.doors.who(&call.config.version, call.request, call.target)
}

pub(super) fn found(call: &Call<'_>, user: &str) -> Result<Value, Outgoing> {
    let user = call.state.admin.users.get(id(user)?);
    user.cloned().ok_or_else(|| Outgoing::unknown("user not found"))
}

/// Whether no other user has the name.
fn free(call: &Call<'_>, name: &str, id: &str) -> Result<(), Outgoing> {
    match call.state.admin.users.find("name", name) {
        Some(other) if text(other, "id") != id => {
            Err(Outgoing::conflict(&format!("user with name {name} already exists")))
        }
        _ => Ok(()),
    }
}

/// A user has no times.
pub(super) fn shown(user: &Value) -> Value {
    let (id, name, status) = (&user["id"], &user["name"], &user["status"]);
    linked(&json!({ "id": id, "name": name, "status": status }), "users", &[])
}
