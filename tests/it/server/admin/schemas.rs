//! Explicit buckets: which measurements and columns they have, and what they refuse.

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::super::raw;
use super::{ask, create, id, org};

#[test]
fn an_explicit_bucket_takes_what_its_schema_permits() {
    let server = TestServer::start().unwrap();
    let bucket = json!({ "name": "b", "orgID": org(&server), "schemaType": "explicit" });
    let bucket = create(&server, "buckets", bucket);
    assert_eq!(bucket["schemaType"], "explicit");
    let path = format!("/api/v2/buckets/{}/schema/measurements", id(&bucket));
    let columns = json!([
        { "name": "time", "type": "timestamp" },
        { "name": "host", "type": "tag" },
        { "name": "v", "type": "field", "dataType": "float" },
    ]);
    let (status, schema) = ask(&server, &format!("POST {path}"), json!({ "name": "m", "columns": columns }));
    assert_eq!((status, &schema["columns"], &schema["bucketID"]), (201, &columns, &bucket["id"]));
    assert_eq!(ask(&server, &format!("POST {path}"), json!({ "name": "m", "columns": columns })).0, 422);
    let (_, list) = ask(&server, &format!("GET {path}?name=m"), Value::Null);
    assert_eq!(list, json!({ "measurementSchemas": [schema] }));
    let one = format!("{path}/{}", id(&schema));
    assert_eq!(ask(&server, &format!("GET {one}"), Value::Null), (200, schema));

    let write = |text: &str| {
        let (status, _, body) = raw::ask(&server, &raw::post("org=o&bucket=b", "", text.as_bytes()));
        (status, body)
    };
    assert_eq!(write("m,host=a v=1 1").0, 204);
    for (line, why) in [
        (
            "m v=1i 2",
            "field type for field \\\"v\\\" not permitted by schema; got integer but expected float",
        ),
        ("m w=1 2", "field \\\"w\\\" not permitted by schema"),
        ("m,room=a v=1 2", "tag \\\"room\\\" not permitted by schema"),
        ("n v=1 2", "measurement \\\"n\\\" not permitted by schema"),
    ] {
        let (status, body) = write(&format!("{line}\nm v=1 3"));
        assert_eq!(status, 400);
        let start = format!("partial write error (1 accepted): unable to parse '{line}': schema: {why}");
        assert!(body.contains(&start), "{body}");
    }
    assert_eq!(server.count("b"), 2);

    let mut more = columns.clone();
    more.as_array_mut().unwrap().push(json!({ "name": "w", "type": "field", "dataType": "integer" }));
    assert_eq!(ask(&server, &format!("PATCH {one}"), json!({ "columns": more })).0, 200);
    assert_eq!(write("m w=1i 4").0, 204);
    let (status, answer) = ask(&server, &format!("PATCH {one}"), json!({ "columns": columns }));
    assert_eq!((status, &answer["message"]), (400, &json!("Unable to delete columns from schema")));
}

#[test]
fn schemas_that_are_none_are_refused() {
    let server = TestServer::start().unwrap();
    let org = org(&server);
    let bucket =
        id(&create(&server, "buckets", json!({ "name": "b", "orgID": org, "schemaType": "explicit" })));
    let line = format!("POST /api/v2/buckets/{bucket}/schema/measurements");
    let (time, tag) = (json!({ "name": "time", "type": "timestamp" }), json!({ "name": "t", "type": "tag" }));
    let field = json!({ "name": "v", "type": "field", "dataType": "float" });
    for (body, message) in [
        (json!({ "columns": [time, field] }), "name is invalid"),
        (json!({ "name": "m" }), "columns is required"),
        (json!({ "name": "m", "columns": [time, tag, tag, field] }), "Duplicate column names"),
        (json!({ "name": "m", "columns": [time, tag] }), "At least one field column is required"),
        (json!({ "name": "m", "columns": [tag, field] }), "Timestamp column is required"),
        (
            json!({ "name": "m", "columns": [{ "name": "v", "type": "field" }] }),
            "column \"v\" has no such type",
        ),
    ] {
        let (status, answer) = ask(&server, &line, body);
        assert_eq!((status, &answer["message"]), (400, &json!(message)));
    }
    let bucket = id(&create(&server, "buckets", json!({ "name": "c", "orgID": org })));
    let (status, answer) =
        ask(&server, &format!("GET /api/v2/buckets/{bucket}/schema/measurements"), Value::Null);
    assert_eq!((status, &answer["message"]), (400, &json!("bucket schemaType must be explicit")));
}
