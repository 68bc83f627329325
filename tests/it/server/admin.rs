//! Administration: what is created, listed, changed and deleted, with which status and body.

mod access;
mod buckets;
mod dbrps;
mod related;
mod schemas;
mod setup;
mod tasks;

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::raw;

/// Sends a request; the status and the JSON of the answer.
fn ask(server: &TestServer, line: &str, body: Value) -> (u16, Value) {
    raw::json(server, line, "", body)
}

/// Creates a resource; its JSON.
fn create(server: &TestServer, kind: &str, body: Value) -> Value {
    let (status, created) = ask(server, &format!("POST /api/v2/{kind}"), body);
    assert_eq!(status, 201, "{kind}: {created}");
    created
}

/// The id of the organisation `o`, which is there once it is asked for.
fn org(server: &TestServer) -> String {
    let (status, orgs) = ask(server, "GET /api/v2/orgs?org=o", Value::Null);
    assert_eq!(status, 200, "{orgs}");
    id(&orgs["orgs"][0])
}

fn id(item: &Value) -> String {
    item["id"].as_str().unwrap().to_owned()
}

/// The members of a list by one of their members.
fn names<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list[key].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

/// What is sent to create a resource of each kind.
fn samples(server: &TestServer) -> [(&'static str, Value); 6] {
    let org = org(server);
    let permissions = json!([{ "action": "read", "resource": { "type": "buckets" } }]);
    [
        ("orgs", json!({ "name": "new" })),
        ("users", json!({ "name": "new" })),
        ("labels", json!({ "name": "new", "orgID": org })),
        ("buckets", json!({ "name": "new", "orgID": org })),
        ("tasks", json!({ "orgID": org, "flux": "option task = {name: \"new\", every: 1h}" })),
        ("authorizations", json!({ "orgID": org, "permissions": permissions })),
    ]
}

#[test]
fn every_kind_is_created_found_listed_changed_and_deleted() {
    let server = TestServer::start().unwrap();
    for (kind, sample) in samples(&server) {
        let created = create(&server, kind, sample);
        let item = if kind == "labels" { &created["label"] } else { &created };
        let id = id(item);
        assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{kind}: {id}");
        let path = format!("/api/v2/{kind}/{id}");
        assert_eq!(created["links"]["self"], path, "{kind}");
        let (status, found) = ask(&server, &format!("GET {path}"), Value::Null);
        assert_eq!((status, &found), (200, &created), "{kind}");
        let (status, list) = ask(&server, &format!("GET /api/v2/{kind}"), Value::Null);
        assert_eq!(status, 200, "{kind}");
        assert!(
            list[kind].as_array().unwrap().iter().any(|other| other["id"] == id.as_str()),
            "{kind}: {list}"
        );
        let change = if kind == "authorizations" {
            json!({ "status": "inactive" })
        } else {
            json!({ "name": "other" })
        };
        let (status, changed) = ask(&server, &format!("PATCH {path}"), change.clone());
        let changed = if kind == "labels" { &changed["label"] } else { &changed };
        let (key, value) = change.as_object().unwrap().iter().next().unwrap();
        assert_eq!((status, &changed[key]), (200, value), "{kind}: {changed}");
        assert_eq!(ask(&server, &format!("DELETE {path}"), Value::Null), (204, Value::Null), "{kind}");
        for line in [format!("GET {path}"), format!("DELETE {path}"), format!("PATCH {path}")] {
            let (status, body) = ask(&server, &line, json!({}));
            assert_eq!((status, &body["code"]), (404, &json!("not found")), "{line}");
        }
    }
}

#[test]
fn what_is_not_there_and_what_is_wrong_has_the_words_of_the_contract() {
    let server = TestServer::start().unwrap();
    let org = org(&server);
    let gone = "0000000000000000";
    for (line, body, status, code, message) in [
        (format!("GET /api/v2/orgs/{gone}"), json!({}), 404, "not found", "organization not found"),
        (format!("GET /api/v2/users/{gone}"), json!({}), 404, "not found", "user not found"),
        (format!("GET /api/v2/labels/{gone}"), json!({}), 404, "not found", "label not found"),
        (format!("GET /api/v2/buckets/{gone}"), json!({}), 404, "not found", "bucket not found"),
        (
            format!("GET /api/v2/authorizations/{gone}"),
            json!({}),
            404,
            "not found",
            "authorization not found",
        ),
        (
            format!("GET /api/v2/tasks/{gone}"),
            json!({}),
            404,
            "not found",
            "failed to find task: task not found",
        ),
        (format!("GET /api/v2/dbrps/{gone}?orgID={org}"), json!({}), 404, "not found", "unable to find DBRP"),
        (
            format!("GET /api/v2/dbrps/{gone}"),
            json!({}),
            400,
            "invalid",
            "Please provide either orgID or org",
        ),
        ("GET /api/v2/buckets/x".into(), json!({}), 400, "invalid", "id must have a length of 16 bytes"),
        ("GET /api/v2/buckets/zzzzzzzzzzzzzzzz".into(), json!({}), 400, "invalid", "invalid ID"),
        (format!("GET /api/v2/orgs?orgID={gone}"), json!({}), 404, "not found", "organization not found"),
        ("GET /api/v2/users?name=nobody".into(), json!({}), 404, "not found", "user not found"),
        ("POST /api/v2/orgs".into(), json!({}), 400, "invalid", "name is required"),
        (
            "POST /api/v2/orgs".into(),
            json!({ "name": 1 }),
            400,
            "invalid",
            "invalid json: member \"name\" is no string",
        ),
        ("POST /api/v2/orgs".into(), json!([]), 400, "invalid", "invalid json: it is no object"),
        ("POST /api/v2/users".into(), json!({ "name": "" }), 400, "invalid", "name is required"),
        ("POST /api/v2/labels".into(), json!({ "name": "l" }), 400, "invalid", "orgID is required"),
        (
            "POST /api/v2/buckets".into(),
            json!({ "name": "b" }),
            400,
            "invalid",
            "organization id must be provided",
        ),
        (
            "POST /api/v2/buckets".into(),
            json!({ "name": "b", "orgID": gone }),
            404,
            "not found",
            "organization not found",
        ),
        (
            "POST /api/v2/orgs".into(),
            json!({ "name": "o" }),
            422,
            "conflict",
            "organization with name o already exists",
        ),
        ("PUT /api/v2/orgs".into(), json!({}), 405, "method not allowed", "allow: GET, POST"),
        ("POST /api/v2/me".into(), json!({}), 405, "method not allowed", "allow: GET"),
        ("GET /api/v2/dashboards".into(), json!({}), 404, "not found", "path not found"),
    ] {
        let (got, answer) = ask(&server, &line, body);
        assert_eq!((got, &answer), (status, &json!({ "code": code, "message": message })), "{line}");
    }
}

#[test]
fn names_are_unique() {
    let server = TestServer::start().unwrap();
    let samples = samples(&server);
    for (kind, sample) in samples.into_iter().filter(|(kind, _)| !["tasks", "authorizations"].contains(kind))
    {
        create(&server, kind, sample.clone());
        let (status, answer) = ask(&server, &format!("POST /api/v2/{kind}"), sample.clone());
        assert_eq!((status, &answer["code"]), (422, &json!("conflict")), "{kind}");
        assert!(answer["message"].as_str().unwrap().ends_with("with name new already exists"), "{answer}");
        let mut other = sample.clone();
        other["name"] = "other".into();
        let other = create(&server, kind, other);
        let other = if kind == "labels" { &other["label"] } else { &other };
        let line = format!("PATCH /api/v2/{kind}/{}", id(other));
        assert_eq!(ask(&server, &line, json!({ "name": "new" })).0, 422, "{kind}");
        assert_eq!(ask(&server, &line, json!({ "name": "other" })).0, 200, "{kind}: its own name");
    }
}

#[test]
fn an_organisation_is_there_once_it_is_asked_for_unless_one_is_configured() {
    let server = TestServer::start().unwrap();
    assert_eq!(ask(&server, "GET /api/v2/orgs", Value::Null).1["orgs"], json!([]));
    assert_eq!(org(&server), org(&server));
    assert_eq!(names(&ask(&server, "GET /api/v2/orgs", Value::Null).1, "orgs"), ["o"]);

    let server = TestServer::builder().org("o").start().unwrap();
    assert_eq!(names(&ask(&server, "GET /api/v2/orgs", Value::Null).1, "orgs"), ["o"]);
    let (status, answer) = ask(&server, "GET /api/v2/orgs?org=p", Value::Null);
    assert_eq!((status, &answer["message"]), (404, &json!("organization name \"p\" not found")));
    create(&server, "orgs", json!({ "name": "p" }));
    assert_eq!(names(&ask(&server, "GET /api/v2/orgs?org=p", Value::Null).1, "orgs"), ["p"]);
}

#[test]
fn lists_come_in_pages() {
    let server = TestServer::start().unwrap();
    for number in 0..25 {
        create(&server, "users", json!({ "name": format!("user {number}") }));
    }
    let page = |query: &str| ask(&server, &format!("GET /api/v2/users{query}"), Value::Null).1;
    let first = page("");
    assert_eq!(names(&first, "users").len(), 20);
    let next = first["links"]["next"].as_str().unwrap();
    assert_eq!(next, "/api/v2/users?limit=20&offset=20");
    let second = page(next.strip_prefix("/api/v2/users").unwrap());
    assert_eq!(names(&second, "users").len(), 5);
    assert_eq!((&second["links"]["next"], second["links"]["prev"].is_string()), (&Value::Null, true));
    let after = first["users"][1]["id"].as_str().unwrap();
    let page_after = page(&format!("?after={after}&limit=2"));
    assert_eq!(names(&page_after, "users"), ["user 2", "user 3"]);
    assert_eq!(page_after["links"]["next"], format!("/api/v2/users?limit=2&offset=2&after={after}"));
    assert_eq!(names(&page("?descending=true&limit=1"), "users"), ["user 24"]);
    for (query, message) in [
        ("?limit=0", "limit must be between 1 and 100"),
        ("?limit=101", "limit must be between 1 and 100"),
        ("?limit=x", "limit is invalid"),
        ("?offset=-1", "offset is invalid"),
    ] {
        assert_eq!(page(query)["message"], message, "{query}");
    }
}
