//! Tokens of authorizations, passwords of users, and who may do what.

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::super::raw;
use super::id;

const OPERATOR: &str = "Authorization: Token operator\r\n";

fn basic(pair: &str) -> String {
    use base64::Engine as _;
    format!("Authorization: Basic {}\r\n", base64::engine::general_purpose::STANDARD.encode(pair))
}

/// The status of a write.
fn write(server: &TestServer, headers: &str) -> u16 {
    raw::ask(server, &raw::post("org=o&bucket=b", headers, b"m v=1 1")).0
}

#[test]
fn a_token_opens_the_server_as_long_as_it_is_active() {
    let server = TestServer::builder().token("operator").org("o").bucket("b").start().unwrap();
    let ask = |line: &str, body| raw::json(&server, line, OPERATOR, body);
    let org = id(&ask("GET /api/v2/orgs?org=o", Value::Null).1["orgs"][0]);
    let user = id(&ask("POST /api/v2/users", json!({ "name": "ann" })).1);
    let permissions = json!([{ "action": "write", "resource": { "type": "buckets", "orgID": org } }]);
    let request = json!({ "orgID": org, "userID": user, "permissions": permissions, "description": "d" });
    let (status, made) = ask("POST /api/v2/authorizations", request);
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        [&made["org"], &made["user"], &made["status"], &made["description"]],
        ["o", "ann", "active", "d"]
    );
    assert_eq!(
        (&made["permissions"], &made["links"]["user"]),
        (&permissions, &json!(format!("/api/v2/users/{user}")))
    );

    let token = made["token"].as_str().unwrap();
    let header = format!("Authorization: Token {token}\r\n");
    let path = format!("/api/v2/authorizations/{}", id(&made));
    assert_eq!(write(&server, &header), 204);
    assert_eq!(raw::json(&server, "GET /api/v2/me", &header, Value::Null).1["name"], "ann");
    for (status, answer) in [("inactive", 401), ("active", 204)] {
        let (changed, body) = ask(&format!("PATCH {path}"), json!({ "status": status }));
        assert_eq!((changed, &body["status"], write(&server, &header)), (200, &json!(status), answer));
    }
    let count = |query: &str| {
        ask(&format!("GET /api/v2/authorizations?{query}"), Value::Null).1["authorizations"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(
        ["user=ann", "org=o", &format!("userID={org}"), &format!("token={token}")].map(count),
        [1, 1, 0, 1]
    );
    assert_eq!(ask(&format!("DELETE {path}"), Value::Null).0, 204);
    assert_eq!(write(&server, &header), 401);
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.query("token").is_none_or(|token| token == "[redacted]"))
    );
}

#[test]
fn authorizations_that_are_none_are_refused() {
    let server = TestServer::start().unwrap();
    let org = super::org(&server);
    let permissions = json!([{ "action": "read", "resource": { "type": "buckets" } }]);
    for (body, status, message) in [
        (json!({ "orgID": org }), 400, "authorization must include permissions"),
        (json!({ "permissions": permissions }), 400, "org id required"),
        (json!({ "orgID": org, "permissions": permissions, "userID": org }), 404, "user not found"),
        (
            json!({ "orgID": org, "permissions": permissions, "status": "off" }),
            400,
            "invalid status: must be active or inactive",
        ),
        (
            json!({ "orgID": org, "permissions": [{ "action": "sing" }] }),
            400,
            "permission is invalid: it needs an action and a resource with a type",
        ),
    ] {
        let (got, answer) = super::ask(&server, "POST /api/v2/authorizations", body);
        assert_eq!((got, &answer["message"]), (status, &json!(message)));
    }
}

#[test]
fn everything_but_the_setup_asks_for_authorization() {
    let server =
        TestServer::builder().token("operator").read_only_user("bob", "pw").org("o").start().unwrap();
    for (line, status) in [
        ("GET /api/v2/orgs", 200),
        ("GET /api/v2/buckets", 200),
        ("GET /api/v2/me", 200),
        ("POST /api/v2/users", 400),
        ("POST /api/v2/delete", 400),
        ("POST /api/v2/query", 400),
    ] {
        let (got, answer) = raw::json(&server, line, "", Value::Null);
        assert_eq!(
            (got, answer),
            (401, json!({ "code": "unauthorized", "message": "unauthorized access" })),
            "{line}"
        );
        assert_eq!(raw::json(&server, line, OPERATOR, json!({})).0, status, "{line}");
        // who may only read gets as far with what only reads
        let reads = line.starts_with("GET") || line.ends_with("query");
        let refused = if line.ends_with("delete") { 403 } else { 401 };
        let expected = if reads { status } else { refused };
        assert_eq!(raw::json(&server, line, &basic("bob:pw"), json!({})).0, expected, "{line}");
    }
    assert_eq!(raw::json(&server, "GET /api/v2/setup", "", Value::Null).0, 200);
}

#[test]
fn passwords_are_set_and_changed_and_never_recorded() {
    let server = TestServer::builder().token("operator").bucket("b").start().unwrap();
    let ask = |line: &str, headers: &str, password: &str| {
        raw::json(&server, line, headers, json!({ "password": password }))
    };
    let ann = id(&raw::json(&server, "POST /api/v2/users", OPERATOR, json!({ "name": "ann" })).1);
    let path = format!("/api/v2/users/{ann}/password");
    let (status, answer) = ask(&format!("POST {path}"), OPERATOR, "short");
    assert_eq!((status, &answer["message"]), (400, &json!("passwords must be at least 8 characters long")));
    assert_eq!(ask(&format!("POST {path}"), OPERATOR, "first-s3cret").0, 204);
    let first = basic("ann:first-s3cret");
    assert_eq!((write(&server, &first), write(&server, &basic("ann:other"))), (204, 401));
    assert_eq!(raw::ask(&server, &raw::request("/api/v2/signin", &first, b"")).0, 204);
    assert_eq!(raw::json(&server, "GET /api/v2/me", &first, Value::Null).1["id"], ann.as_str());

    assert_eq!(ask("PUT /api/v2/me/password", &basic("ann:other"), "second-s3cret").0, 401);
    assert_eq!(ask("PUT /api/v2/me/password", &first, "second-s3cret").0, 204);
    let second = basic("ann:second-s3cret");
    assert_eq!((write(&server, &first), write(&server, &second)), (401, 204));
    assert_eq!(ask(&format!("PUT {path}"), OPERATOR, "third-s3cret").0, 401, "the old one is asked for");
    assert_eq!(ask(&format!("PUT {path}"), &second, "third-s3cret").0, 204);

    raw::json(&server, &format!("PATCH /api/v2/users/{ann}"), OPERATOR, json!({ "name": "eve" }));
    assert_eq!(write(&server, &basic("eve:third-s3cret")), 204);
    raw::json(&server, &format!("DELETE /api/v2/users/{ann}"), OPERATOR, Value::Null);
    assert_eq!(write(&server, &basic("eve:third-s3cret")), 401);
    let recorded = server.requests();
    assert!(recorded.iter().all(|request| !String::from_utf8_lossy(&request.body).contains("s3cret")));
}
