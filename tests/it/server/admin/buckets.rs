//! Buckets by the API are those that are written to.

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::super::raw;
use super::{ask, create, id, names, org};

/// The status of a write.
fn write(server: &TestServer, org: &str, bucket: &str, line: &str) -> u16 {
    let target = format!("/api/v2/write?org={org}&bucket={bucket}");
    raw::ask(server, &raw::request(&target, "", line.as_bytes())).0
}

#[test]
fn a_bucket_of_the_api_is_written_to_by_its_name_and_by_its_id() {
    let server = TestServer::builder().start().unwrap();
    let org = org(&server);
    let bucket = create(&server, "buckets", json!({ "name": "b", "orgID": org, "description": "d" }));
    assert_eq!(
        [
            &bucket["description"],
            &bucket["orgID"],
            &bucket["type"],
            &bucket["schemaType"],
            &bucket["retentionRules"]
        ],
        [&json!("d"), &json!(org), &json!("user"), &json!("implicit"), &json!([])]
    );
    assert_eq!(bucket["links"]["write"], format!("/api/v2/write?org={org}&bucket={}", id(&bucket)));
    assert_eq!(write(&server, "o", "b", "m v=1 1"), 204);
    assert_eq!(write(&server, &org, &id(&bucket), "m v=1 2"), 204);
    assert_eq!((server.count("b"), server.count(&id(&bucket))), (2, 2));
    assert_eq!(ask(&server, &format!("DELETE /api/v2/buckets/{}", id(&bucket)), Value::Null).0, 204);
    assert_eq!((write(&server, "o", "b", "m v=1 1"), server.count("b")), (404, 0));
    create(&server, "buckets", json!({ "name": "b", "orgID": org }));
    assert_eq!(server.count("b"), 0, "its points went with it");
}

#[test]
fn other_buckets_are_listed_and_deleted_too() {
    let server = TestServer::builder().bucket("built").create_buckets(true).start().unwrap();
    server.create_bucket("made");
    assert_eq!(write(&server, "any", "written", "m v=1 1"), 204);
    let org = org(&server);
    create(&server, "buckets", json!({ "name": "asked for", "orgID": org }));
    let list = |query: &str| ask(&server, &format!("GET /api/v2/buckets{query}"), Value::Null);
    for query in ["", "?org=o", &format!("?orgID={org}")] {
        assert_eq!(names(&list(query).1, "buckets"), ["built", "made", "written", "asked for"], "{query}");
    }
    assert_eq!(names(&list("?org=other").1, "buckets"), ["built", "made", "written"]);
    assert_eq!(names(&list("?name=asked%20for").1, "buckets"), ["asked for"]);
    let found = list("?name=written&org=o").1["buckets"][0].clone();
    assert_eq!(found["orgID"], org.as_str());
    assert_eq!(names(&list(&format!("?id={}", id(&found))).1, "buckets"), ["written"]);
    assert_eq!(list("?name=none").1["buckets"], json!([]));
    assert_eq!(
        list("?name=none&org=o"),
        (404, json!({ "code": "not found", "message": "bucket \"none\" not found" }))
    );
    assert_eq!(ask(&server, &format!("DELETE /api/v2/buckets/{}", id(&found)), Value::Null).0, 204);
    assert_eq!(server.count("written"), 0);
}

#[test]
fn organisations_have_buckets_of_the_same_name() {
    let server = TestServer::builder().org("o").bucket("b").start().unwrap();
    let other = id(&create(&server, "orgs", json!({ "name": "p" })));
    assert_eq!(write(&server, "p", "b", "m v=1 1"), 404, "it belongs to o");
    let bucket = id(&create(&server, "buckets", json!({ "name": "b", "orgID": other })));
    assert_eq!(
        (write(&server, "o", "b", "m v=1 1"), write(&server, "p", "b", "m v=1 1\nm v=1 2")),
        (204, 204)
    );
    assert_eq!((server.count("b"), server.count(&bucket)), (1, 2));
    assert_eq!(write(&server, "o", &bucket, "m v=1 1"), 404, "not even by its id");
    assert_eq!(ask(&server, &format!("DELETE /api/v2/orgs/{other}"), Value::Null).0, 204);
    assert_eq!((server.count("b"), server.count(&bucket)), (1, 0));
    assert_eq!(write(&server, "p", "b", "m v=1 1"), 404);
}

#[test]
fn retention_rules_are_checked_shown_and_kept() {
    let server = TestServer::start().unwrap();
    let org = org(&server);
    let rules = |rule: Value| json!({ "name": "b", "orgID": org, "retentionRules": [rule] });
    for rule in [
        json!({ "type": "expire", "everySeconds": -1 }),
        json!({ "everySeconds": 3_600, "shardGroupDurationSeconds": 7_200 }),
        json!({ "everySeconds": 3_600, "shardGroupDurationSeconds": -1 }),
    ] {
        let (status, answer) = ask(&server, "POST /api/v2/buckets", rules(rule));
        assert_eq!((status, &answer["code"]), (422, &json!("unprocessable entity")), "{answer}");
    }
    let bucket = create(&server, "buckets", rules(json!({ "type": "expire", "everySeconds": 172_800 })));
    let rule = json!([{ "type": "expire", "everySeconds": 172_800, "shardGroupDurationSeconds": 86_400 }]);
    assert_eq!(bucket["retentionRules"], rule);
    assert_eq!((write(&server, "o", "b", "m v=1 1"), write(&server, "o", "b", "m v=1")), (422, 204));
    let line = format!("PATCH /api/v2/buckets/{}", id(&bucket));
    let (_, bucket) = ask(&server, &line, json!({ "retentionRules": [{ "everySeconds": 0 }], "name": "c" }));
    assert_eq!((&bucket["retentionRules"], &bucket["name"]), (&json!([]), &json!("c")));
    assert_eq!((write(&server, "o", "c", "m v=1 1"), server.count("c")), (204, 2));
}

#[test]
fn names_of_the_servers_own_buckets_are_not_free() {
    let server = TestServer::start().unwrap();
    let (status, answer) =
        ask(&server, "POST /api/v2/buckets", json!({ "name": "_b", "orgID": org(&server) }));
    assert_eq!((status, &answer["code"]), (422, &json!("unprocessable entity")), "{answer}");
}
