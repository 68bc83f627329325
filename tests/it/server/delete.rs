//! Points that are deleted by time and predicate.

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::raw::{ask, json as send, post};

fn server() -> TestServer {
    let server = TestServer::builder().org("o").bucket("b").start().unwrap();
    let text = "m,host=a v=1 1000000000\nm,host=b v=1 2000000000\nn,host=a v=1 1000000000\nm v=1 3000000000";
    assert_eq!(ask(&server, &post("org=o&bucket=b", "", text.as_bytes())).0, 204);
    server
}

fn delete(server: &TestServer, query: &str, predicate: &str) -> (u16, Value) {
    let (start, stop) = ("1970-01-01T00:00:00Z", "1970-01-01T00:00:02Z");
    let body = json!({ "start": start, "stop": stop, "predicate": predicate });
    send(server, &format!("POST /api/v2/delete?{query}"), "", body)
}

#[test]
fn what_a_predicate_means_goes() {
    for (predicate, left) in [
        ("", &["m"][..]),
        ("_measurement=\"m\"", &["m", "n,host=a"]),
        ("_measurement=\"m\" AND host=\"a\"", &["m", "m,host=b", "n,host=a"]),
        ("_measurement = m and host != \"a\"", &["m", "m,host=a", "n,host=a"]),
        ("host=\"none\"", &["m", "m,host=a", "m,host=b", "n,host=a"]),
    ] {
        let server = server();
        assert_eq!(delete(&server, "org=o&bucket=b", predicate), (204, Value::Null), "{predicate}");
        assert_eq!(server.series("b"), left, "{predicate}");
    }
}

#[test]
fn deletes_that_are_wrong_delete_nothing() {
    let server = server();
    for (query, predicate, status, part) in [
        ("org=o&bucket=b", "host=\"a\" OR host=\"b\"", 400, "bad logical expression at position 9"),
        ("org=o&bucket=b", "_field=\"v\"", 400, "_field cannot be deleted by"),
        ("bucket=b", "", 400, "Please provide either orgID or org"),
        ("org=o", "", 400, "Please provide either bucketID or bucket"),
        ("org=p&bucket=b", "", 404, "organization name \"p\" not found"),
        ("org=o&bucket=c", "", 404, "bucket \"c\" not found"),
    ] {
        let (got, answer) = delete(&server, query, predicate);
        assert_eq!(got, status, "{query} {predicate}: {answer}");
        assert!(answer["message"].as_str().unwrap().contains(part), "{answer}");
    }
    let body = json!({ "start": "yesterday", "stop": "2024-01-01T00:00:00Z" });
    let (status, answer) = send(&server, "POST /api/v2/delete?org=o&bucket=b", "", body);
    assert_eq!(status, 400);
    assert!(
        answer["message"].as_str().unwrap().starts_with("invalid RFC3339Nano for field start"),
        "{answer}"
    );
    assert_eq!(server.count("b"), 4);
}
