//! `/api/v2/buckets`: the same buckets as those that are written to.

use serde_json::{Value, json};

use crate::testing::answer::Outgoing;
use crate::testing::buckets::Entry;
use crate::testing::time::{now, rfc3339};

use super::page::{self, SIZES};
use super::table::{id, text};
use super::{Answer, Body, Call, linked, related};

pub(super) fn answer(call: &mut Call<'_>, bucket: Option<&str>) -> Answer {
    match (call.method(), bucket) {
        ("GET", None) => list(call),
        (_, None) => create(call),
        ("GET", Some(bucket)) => Ok(Outgoing::json(200, &shown(call, found(call, bucket)?, None))),
        ("PATCH", Some(bucket)) => update(call, bucket),
        (_, Some(bucket)) => delete(call, bucket),
    }
}

fn list(call: &mut Call<'_>) -> Answer {
    let org = call.org()?;
    let (org, name) = (org.as_deref(), call.query("name"));
    if let Some(bucket) = call.query("id") {
        return page::list(call, "buckets", vec![shown(call, found(call, bucket)?, org)], SIZES);
    }
    let seen = |bucket: &&Entry| org.is_none_or(|org| bucket.is_of(org));
    let buckets =
        call.state.buckets.iter().filter(seen).filter(|bucket| name.is_none_or(|name| bucket.name == name));
    let buckets: Vec<_> = buckets.map(|bucket| shown(call, bucket, org)).collect();
    match name {
        Some(name) if buckets.is_empty() && org.is_some() => {
            Err(Outgoing::unknown(&format!("bucket {name:?} not found")))
        }
        _ => page::list(call, "buckets", buckets, SIZES),
    }
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.body()?;
    let org = body.text("orgID")?.filter(|org| !org.is_empty());
    let org = org.ok_or_else(|| Outgoing::invalid("organization id must be provided"))?;
    let (org, name) = (call.known_org(org)?, body.required("name")?);
    named(call, name, Some(&org), "")?;
    let mut bucket = call.state.new_bucket(call.config, name, Some(org));
    change(&mut bucket, &body)?;
    match body.text("schemaType")? {
        None | Some("implicit") => {}
        Some("explicit") => {
            bucket.schemas = Some(Vec::new());
            bucket.content.schema = Some(Default::default());
        }
        Some(other) => return Err(Outgoing::invalid(&format!("invalid schemaType {other:?}"))),
    }
    let answer = Outgoing::json(201, &shown(call, &bucket, None));
    call.state.buckets.push(bucket);
    Ok(answer)
}

fn update(call: &mut Call<'_>, bucket: &str) -> Answer {
    let body = call.body()?;
    let (org, name) = (found(call, bucket)?.org.clone(), body.text("name")?);
    if let Some(name) = name {
        named(call, name, org.as_deref(), bucket)?;
    }
    if let Some(entry) = call.state.buckets.by_id_mut(bucket) {
        change(entry, &body)?;
        entry.name = name.map_or_else(|| entry.name.clone(), str::to_owned);
        entry.updated = now();
    }
    Ok(Outgoing::json(200, &shown(call, found(call, bucket)?, None)))
}

/// Takes its points with it.
fn delete(call: &mut Call<'_>, bucket: &str) -> Answer {
    found(call, bucket)?;
    call.state.buckets.retain(|other| other.id != bucket);
    call.state.admin.unrelate(bucket);
    Ok(Outgoing::empty(204))
}

/// Takes over the description and the retention of a body.
fn change(bucket: &mut Entry, body: &Body) -> Result<(), Outgoing> {
    let description = body.text("description")?.map(str::to_owned);
    if let Some(rules) = body.list("retentionRules")? {
        let (mut seconds, mut shard) = (0, None);
        // there is never more than one
        if let Some(rule) = rules.first().map(Body::from) {
            seconds = rule.whole("everySeconds")?.unwrap_or(30 * DAY); // the contract's default
            shard = rule.whole("shardGroupDurationSeconds")?.filter(|shard| *shard != 0);
        }
        if seconds < 0 {
            return Err(Outgoing::unprocessable(
                "expiration seconds must be greater than or equal to one second",
            ));
        }
        if shard.is_some_and(|shard| shard < 0 || (seconds > 0 && shard > seconds)) {
            let message = "shard group duration must be positive and no longer than the retention";
            return Err(Outgoing::unprocessable(message));
        }
        (bucket.seconds, bucket.shard_seconds) = (seconds, shard);
    }
    bucket.description = description.or(bucket.description.take());
    Ok(())
}

pub(super) fn found<'a>(call: &'a Call<'_>, bucket: &str) -> Result<&'a Entry, Outgoing> {
    call.state.buckets.by_id(id(bucket)?).ok_or_else(|| Outgoing::unknown("bucket not found"))
}

/// Whether a bucket may have this name: none of the server's own, and none that another has.
fn named(call: &Call<'_>, name: &str, org: Option<&str>, id: &str) -> Result<(), Outgoing> {
    if name.starts_with('_') {
        let message = format!("bucket name {name} is invalid. Buckets may not start with underscore");
        return Err(Outgoing::unprocessable(&message));
    }
    let is_it = |bucket: &Entry| bucket.name == name && org.is_none_or(|org| bucket.is_of(org));
    if call.state.buckets.iter().any(|bucket| is_it(bucket) && bucket.id != id) {
        return Err(Outgoing::conflict(&format!("bucket with name {name} already exists")));
    }
    Ok(())
}

/// A day in seconds.
const DAY: i64 = 24 * 3_600;

/// A bucket as `org` sees it: one that every organisation has is its own.
pub(super) fn shown(call: &Call<'_>, bucket: &Entry, org: Option<&str>) -> Value {
    let first = || call.state.admin.orgs.iter().next().map(|org| text(org, "id"));
    let org = bucket.org.as_deref().or(org).or_else(first);
    // what InfluxDB chooses if it is not told
    let shard = bucket.shard_seconds.unwrap_or(match bucket.seconds {
        1..172_800 => 3_600,
        172_800..15_552_000 => DAY,
        _ => 7 * DAY,
    });
    let rule =
        json!({ "type": "expire", "everySeconds": bucket.seconds, "shardGroupDurationSeconds": shard });
    let rules = if bucket.seconds > 0 || bucket.shard_seconds.is_some() { vec![rule] } else { Vec::new() };
    let bare = json!({
        "id": bucket.id,
        "name": bucket.name,
        "type": "user",
        "retentionRules": rules,
        "schemaType": if bucket.schemas.is_some() { "explicit" } else { "implicit" },
        "createdAt": rfc3339(bucket.created),
        "updatedAt": rfc3339(bucket.updated),
        "labels": related::list(call, &bucket.id, "labels"),
    });
    let mut value = linked(&bare, "buckets", &["members", "owners", "labels"]);
    if let Some(description) = &bucket.description {
        value["description"] = description.as_str().into();
    }
    if let Some(org) = org {
        value["orgID"] = org.into();
        value["links"]["org"] = format!("/api/v2/orgs/{org}").into();
        value["links"]["write"] = format!("/api/v2/write?org={org}&bucket={}", bucket.id).into();
    }
    value
}
