//! Databases and tables of InfluxDB 3, at `/api/v3/configure`.

use serde_json::{Value, json};

use super::admin::{Answer, Body};
use super::answer::Outgoing;
use super::auth::Right;
use super::flux;
use super::request::{Incoming, Target};
use super::state::{Config, State};
use super::version::Family;

/// The methods that a path has; none if it is not known.
pub(super) fn methods(path: &str) -> &'static str {
    match path {
        "/api/v3/configure/database" => "GET, POST, DELETE",
        "/api/v3/configure/table" => "POST, DELETE",
        _ => "",
    }
}

/// Answers a request whose path and method are known.
pub(super) fn configure(config: &Config, state: &mut State, request: &Incoming, target: &Target) -> Answer {
    let right = if request.method == "GET" { Right::Read } else { Right::Manage };
    state.doors.check(&config.version, request, target, right)?;
    let is_table = target.path.ends_with("/table");
    let needed = |key: &'static str| {
        let value = target.query(key).filter(|value| !value.is_empty());
        value.ok_or_else(|| refused(400, &format!("missing field `{key}`")))
    };
    match request.method.as_str() {
        "GET" => databases(state, needed("format")?),
        "POST" => {
            let body = Body::read(request, state.max_body).map_err(|error| match error.status {
                413 => Outgoing::too_large(Family::V3),
                // this version has its own form for it
                _ => refused(400, "invalid JSON in the body"),
            })?;
            let make = if is_table { create_table } else { create_database };
            make(config, state, &body)
        }
        _ if is_table => {
            let (database, table) = (needed("db")?, needed("table")?);
            let bucket = state.buckets.find_mut(None, database).ok_or_else(|| no_database(database))?;
            match bucket.content.drop_measurement(table) {
                true => Ok(Outgoing::empty(200)),
                false => Err(refused(404, &format!("table not found: {table}"))),
            }
        }
        _ => {
            let database = needed("db")?;
            state.buckets.find(None, database).ok_or_else(|| no_database(database))?;
            state.buckets.retain(|bucket| bucket.name != database);
            Ok(Outgoing::empty(200))
        }
    }
}

fn databases(state: &State, format: &str) -> Answer {
    if format != "json" {
        return Err(refused(400, &format!("the embedded server knows no format {format:?} but json")));
    }
    let names = state.buckets.iter().map(|bucket| json!({ "iox::database": bucket.name }));
    Ok(Outgoing::json(200, &names.collect::<Value>()))
}

fn create_database(config: &Config, state: &mut State, body: &Body) -> Answer {
    let name = text(body, "db")?;
    let is_known = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.chars().all(is_known) {
        return Err(refused(400, &format!("invalid database name {name:?}")));
    }
    if state.buckets.find(None, name).is_some() {
        return Err(refused(409, &format!("attempted to create a resource that already exists: {name}")));
    }
    let seconds = match body.get("retention_period").map(|period| period.as_str().and_then(flux::seconds)) {
        None => 0,
        Some(Some(seconds)) if seconds > 0 => seconds,
        Some(_) => return Err(refused(400, "invalid retention period")),
    };
    let mut bucket = state.new_bucket(config, name, None);
    bucket.seconds = seconds;
    state.buckets.push(bucket);
    Ok(Outgoing::empty(200))
}

/// A table is no more than the types of its fields until points are written to it.
fn create_table(_: &Config, state: &mut State, body: &Body) -> Answer {
    let (database, table) = (text(body, "db")?, text(body, "table")?);
    let fields = body.get("fields").and_then(Value::as_array).filter(|fields| !fields.is_empty());
    let fields = fields.ok_or_else(|| refused(400, "a table needs at least one field"))?;
    let fields = fields.iter().map(|field| {
        let kind = match field["type"].as_str() {
            Some("utf8") => "string",
            Some("int64") => "integer",
            Some("uint64") => "unsigned",
            Some("float64") => "float",
            Some("bool") => "boolean",
            _ => return Err(refused(400, &format!("invalid field {field}"))),
        };
        let name = field["name"].as_str().ok_or_else(|| refused(400, &format!("invalid field {field}")))?;
        Ok((name.to_owned(), kind))
    });
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let bucket = state.buckets.find_mut(None, database).ok_or_else(|| no_database(database))?;
    match bucket.content.declare(table, fields) {
        true => Ok(Outgoing::empty(200)),
        false => Err(refused(409, &format!("attempted to create a resource that already exists: {table}"))),
    }
}

fn text<'a>(body: &'a Body, key: &str) -> Result<&'a str, Outgoing> {
    let text = body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.ok_or_else(|| refused(400, &format!("missing field `{key}`")))
}

fn no_database(name: &str) -> Outgoing {
    refused(404, &format!("database not found: {name}"))
}

fn refused(status: u16, message: &str) -> Outgoing {
    Outgoing::error(Family::V3, status, "", message)
}
