//! `/api/v2/buckets/{id}/schema/measurements`: what may be written to an explicit bucket.

use serde_json::{Value, json};

use crate::testing::answer::Outgoing;
use crate::testing::store::Explicit;

use super::table::{id, text};
use super::{Answer, Body, Call, buckets, stamp};

pub(super) fn answer(call: &mut Call<'_>, bucket: &str, schema: Option<&str>) -> Answer {
    let Some(schemas) = buckets::found(call, bucket)?.schemas.clone() else {
        return Err(Outgoing::invalid("bucket schemaType must be explicit"));
    };
    match (call.method(), schema) {
        ("GET", None) => {
            let name = call.query("name");
            let of_name = |schema: &&Value| name.is_none_or(|name| text(schema, "name") == name);
            let schemas: Vec<_> = schemas.iter().filter(of_name).collect();
            Ok(Outgoing::json(200, &json!({ "measurementSchemas": schemas })))
        }
        (_, None) => create(call, bucket, schemas),
        ("GET", Some(schema)) => Ok(Outgoing::json(200, &schemas[position(&schemas, schema)?])),
        (_, Some(schema)) => update(call, bucket, schemas, schema),
    }
}

fn create(call: &mut Call<'_>, bucket: &str, mut schemas: Vec<Value>) -> Answer {
    let body = call.body()?;
    let name = body.required("name").map_err(|_| Outgoing::invalid("name is invalid"))?;
    if schemas.iter().any(|schema| text(schema, "name") == name) {
        return Err(Outgoing::conflict(&format!("measurement schema with name {name} already exists")));
    }
    let columns = columns(&body)?;
    let schema = json!({
        "id": call.state.ids.next(),
        "name": name,
        "columns": columns,
        "bucketID": bucket,
        "orgID": buckets::found(call, bucket)?.org,
        "createdAt": stamp(),
        "updatedAt": stamp(),
    });
    let answer = Outgoing::json(201, &schema);
    schemas.push(schema);
    set(call, bucket, schemas);
    Ok(answer)
}

/// Adds columns; those that are there must be named again, as they are.
fn update(call: &mut Call<'_>, bucket: &str, mut schemas: Vec<Value>, schema: &str) -> Answer {
    let at = position(&schemas, schema)?;
    let schema = &mut schemas[at];
    let new = columns(&call.body()?)?;
    for old in schema["columns"].as_array().into_iter().flatten() {
        match new.iter().find(|column| column["name"] == old["name"]) {
            None => return Err(Outgoing::invalid("Unable to delete columns from schema")),
            Some(column) if column != old => {
                return Err(Outgoing::invalid(&format!("Unable to change column {}", old["name"])));
            }
            Some(_) => {}
        }
    }
    (schema["columns"], schema["updatedAt"]) = (new.into(), stamp());
    let answer = Outgoing::json(200, schema);
    set(call, bucket, schemas);
    Ok(answer)
}

fn position(schemas: &[Value], schema: &str) -> Result<usize, Outgoing> {
    let id = id(schema)?;
    let at = schemas.iter().position(|schema| text(schema, "id") == id);
    at.ok_or_else(|| Outgoing::unknown("measurement schema not found"))
}

/// The columns of a body: one timestamp, at least one field, no name twice.
fn columns(body: &Body) -> Result<Vec<Value>, Outgoing> {
    const TYPES: [&str; 5] = ["integer", "float", "boolean", "string", "unsigned"];
    let columns = body.list("columns")?.filter(|columns| !columns.is_empty());
    let columns = columns.ok_or_else(|| Outgoing::invalid("columns is required"))?;
    for (at, column) in columns.iter().enumerate() {
        let (name, data) = (text(column, "name"), text(column, "dataType"));
        let is_known = match text(column, "type") {
            "field" => TYPES.contains(&data),
            "tag" => column["dataType"].is_null(),
            "timestamp" => name == "time" && column["dataType"].is_null(),
            _ => false,
        };
        if name.is_empty() || !is_known {
            return Err(Outgoing::invalid(&format!("column {name:?} has no such type")));
        }
        if columns[..at].iter().any(|other| text(other, "name") == name) {
            return Err(Outgoing::invalid("Duplicate column names"));
        }
    }
    let has = |kind| columns.iter().any(|column| text(column, "type") == kind);
    match (has("timestamp"), has("field")) {
        (false, _) => Err(Outgoing::invalid("Timestamp column is required")),
        (_, false) => Err(Outgoing::invalid("At least one field column is required")),
        _ => Ok(columns.to_vec()),
    }
}

/// From now on, the bucket takes what these schemas permit.
fn set(call: &mut Call<'_>, bucket: &str, schemas: Vec<Value>) {
    let mut explicit = Explicit::default();
    for schema in &schemas {
        for column in schema["columns"].as_array().into_iter().flatten() {
            if text(column, "type") != "timestamp" {
                explicit.add(text(schema, "name"), text(column, "name"), column["dataType"].as_str());
            }
        }
    }
    if let Some(bucket) = call.state.buckets.by_id_mut(bucket) {
        bucket.content.schema = Some(explicit);
        bucket.schemas = Some(schemas);
    }
}
