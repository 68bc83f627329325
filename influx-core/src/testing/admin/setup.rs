//! `/api/v2/setup`: the first user, organisation, bucket and token.

use serde_json::{Value, json};

use crate::testing::answer::Outgoing;

use super::table::text;
use super::{Answer, Call, authorizations, buckets, orgs, users};

pub(super) fn answer(call: &mut Call<'_>) -> Answer {
    match call.method() {
        "GET" => Ok(Outgoing::json(200, &json!({ "allowed": !call.state.admin.is_set_up }))),
        _ => set_up(call),
    }
}

/// From now on, the server asks for authorization.
fn set_up(call: &mut Call<'_>) -> Answer {
    if call.state.admin.is_set_up {
        return Err(Outgoing::conflict("onboarding has already been completed"));
    }
    let body = call.body()?;
    let (username, org, name) = (body.required("username")?, body.required("org")?, body.required("bucket")?);
    let password = users::long_enough(&body)?;
    let hours = body.whole("retentionPeriodHrs")?.map(|hours| hours.saturating_mul(3_600));
    let seconds = body.whole("retentionPeriodSeconds")?.or(hours).unwrap_or(0);
    if seconds < 0 {
        return Err(Outgoing::unprocessable(
            "expiration seconds must be greater than or equal to one second",
        ));
    }
    let token = body.text("token")?.filter(|token| !token.is_empty());
    let user = match call.state.admin.users.find("name", username) {
        Some(user) => text(user, "id").to_owned(),
        None => call.state.admin.add_user(&mut call.state.ids, username),
    };
    let org = call.org_named(org)?;
    let mut bucket = call.state.new_bucket(call.config, name, Some(org.clone()));
    bucket.seconds = seconds;
    if let Some(password) = password {
        call.state.doors.set_password(username, password);
    }
    let authorization = json!({
        "orgID": org,
        "userID": user,
        "status": "active",
        "description": format!("{username}'s Token"),
        "permissions": everything(),
    });
    let id = authorizations::add(call, authorization, token);
    call.state.doors.guarded = true;
    call.state.admin.is_set_up = true;
    let auth = call.state.admin.authorizations.get(&id).map(|auth| authorizations::shown(call, auth));
    let body = json!({
        "user": users::shown(&users::found(call, &user)?),
        "org": orgs::shown(&orgs::found(call, &org)?),
        "bucket": buckets::shown(call, &bucket, None),
        "auth": auth,
    });
    call.state.buckets.push(bucket);
    Ok(Outgoing::json(201, &body))
}

/// The permissions of who set the server up.
fn everything() -> Vec<Value> {
    const KINDS: [&str; 7] = ["authorizations", "buckets", "dbrp", "labels", "orgs", "tasks", "users"];
    let permission =
        |kind| ["read", "write"].map(|action| json!({ "action": action, "resource": { "type": kind } }));
    KINDS.into_iter().flat_map(permission).collect()
}
