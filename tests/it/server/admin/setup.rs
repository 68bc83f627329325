//! The first user, organisation, bucket and token of a server.

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::super::raw;
use super::ask;

#[test]
fn a_server_is_set_up_once_and_asks_for_the_token_from_then_on() {
    let server = TestServer::builder().start().unwrap();
    assert_eq!(ask(&server, "GET /api/v2/setup", Value::Null), (200, json!({ "allowed": true })));
    let request = json!({
        "username": "ann", "password": "s3cret-password", "org": "home", "bucket": "rooms",
        "retentionPeriodSeconds": 3_600,
    });
    let (status, made) = ask(&server, "POST /api/v2/setup", request.clone());
    assert_eq!(status, 201, "{made}");
    let told = [&made["user"]["name"], &made["org"]["name"], &made["bucket"]["name"], &made["auth"]["org"]];
    assert_eq!(told, ["ann", "home", "rooms", "home"]);
    assert_eq!(made["bucket"]["retentionRules"][0]["everySeconds"], 3_600);
    assert_eq!(ask(&server, "GET /api/v2/setup", Value::Null), (200, json!({ "allowed": false })));
    let (status, again) = ask(&server, "POST /api/v2/setup", request);
    assert_eq!(status, 422);
    assert_eq!(again, json!({ "code": "conflict", "message": "onboarding has already been completed" }));

    let token = format!("Authorization: Token {}\r\n", made["auth"]["token"].as_str().unwrap());
    let write = |headers: &str| raw::ask(&server, &raw::post("org=home&bucket=rooms", headers, b"m v=1")).0;
    assert_eq!((write(""), write(&token)), (401, 204));
    let (status, me) = raw::json(&server, "GET /api/v2/me", &token, Value::Null);
    assert_eq!((status, &me["name"]), (200, &json!("ann")));

    let recorded = server.requests();
    let setup =
        recorded.iter().find(|request| request.path == "/api/v2/setup" && request.method == "POST").unwrap();
    assert!(setup.body.is_empty() && setup.body_len > 0, "a password is not recorded");
    let token = made["auth"]["token"].as_str().unwrap();
    assert!(recorded.iter().all(|request| !String::from_utf8_lossy(&request.body).contains(token)));
}

#[test]
fn a_server_may_be_told_its_token() {
    let server = TestServer::builder().start().unwrap();
    let request = json!({ "username": "ann", "org": "home", "bucket": "rooms", "token": "mine" });
    assert_eq!(ask(&server, "POST /api/v2/setup", request).1["auth"]["token"], "mine");
    let list = |token: &str| {
        raw::json(&server, "GET /api/v2/buckets", &format!("Authorization: Token {token}\r\n"), Value::Null).0
    };
    assert_eq!((list("mine"), list("other")), (200, 401));
}

#[test]
fn what_lacks_something_sets_nothing_up() {
    for (request, message) in [
        (json!({ "username": "ann", "org": "home" }), "bucket is required"),
        (json!({ "org": "home", "bucket": "rooms" }), "username is required"),
        (
            json!({ "username": "ann", "org": "home", "bucket": "rooms", "password": "short" }),
            "passwords must be at least 8 characters long",
        ),
    ] {
        let server = TestServer::builder().start().unwrap();
        let (status, answer) = ask(&server, "POST /api/v2/setup", request);
        assert_eq!((status, &answer["message"]), (400, &json!(message)));
        assert_eq!(ask(&server, "GET /api/v2/setup", Value::Null).1, json!({ "allowed": true }));
        assert_eq!(ask(&server, "GET /api/v2/orgs", Value::Null).1["orgs"], json!([]));
    }
    for server in [
        TestServer::builder().token("t"),
        TestServer::builder().user("u", "p"),
        TestServer::builder().org("o"),
    ] {
        let server = server.start().unwrap();
        assert_eq!(ask(&server, "GET /api/v2/setup", Value::Null), (200, json!({ "allowed": false })));
    }
}
