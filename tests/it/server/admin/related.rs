//! Members, owners and labels.

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::{ask, create, id, names, org};

#[test]
fn users_become_members_and_owners_and_go() {
    let server = TestServer::start().unwrap();
    let org = org(&server);
    let user = id(&create(&server, "users", json!({ "name": "ann" })));
    let bucket = id(&create(&server, "buckets", json!({ "name": "b", "orgID": org })));
    let task = json!({ "orgID": org, "flux": "option task = {name: \"t\", cron: \"@daily\"}" });
    let task = id(&create(&server, "tasks", task));
    for (kind, resource) in [("orgs", &org), ("buckets", &bucket), ("tasks", &task)] {
        for (roles, role) in [("members", "member"), ("owners", "owner")] {
            let path = format!("/api/v2/{kind}/{resource}/{roles}");
            let (status, added) = ask(&server, &format!("POST {path}"), json!({ "id": user }));
            assert_eq!(
                (status, &added["role"], &added["name"]),
                (201, &json!(role), &json!("ann")),
                "{path}"
            );
            assert_eq!(ask(&server, &format!("POST {path}"), json!({ "id": user })).0, 422, "{path}");
            let (status, list) = ask(&server, &format!("GET {path}"), Value::Null);
            assert_eq!((status, &list["users"][0], &list["links"]["self"]), (200, &added, &json!(path)));
            assert_eq!(ask(&server, &format!("DELETE {path}/{user}"), Value::Null).0, 204, "{path}");
            assert_eq!(ask(&server, &format!("DELETE {path}/{user}"), Value::Null).0, 404, "{path}");
            assert_eq!(ask(&server, &format!("POST {path}"), json!({})).0, 400, "{path}");
            assert_eq!(ask(&server, &format!("POST {path}"), json!({ "id": org })).0, 404, "{path}");
            assert_eq!(
                ask(&server, &format!("GET /api/v2/{kind}/{user}/{roles}"), Value::Null).0,
                404,
                "{path}"
            );
        }
    }
    ask(&server, &format!("POST /api/v2/orgs/{org}/members"), json!({ "id": user }));
    let orgs = |user: &str| ask(&server, &format!("GET /api/v2/orgs?userID={user}"), Value::Null).1;
    assert_eq!(names(&orgs(&user), "orgs"), ["o"]);
    ask(&server, &format!("DELETE /api/v2/users/{user}"), Value::Null);
    assert_eq!(orgs(&user)["orgs"], json!([]));
}

#[test]
fn labels_are_put_on_buckets_and_tasks() {
    let server = TestServer::start().unwrap();
    let org = org(&server);
    let label = json!({ "name": "l", "orgID": org, "properties": { "color": "red", "size": "1" } });
    let label = create(&server, "labels", label)["label"].clone();
    let bucket = id(&create(&server, "buckets", json!({ "name": "b", "orgID": org })));
    let task = json!({ "org": "o", "flux": "option task = {name: \"t\", every: 1m}" });
    let task = id(&create(&server, "tasks", task));
    for (kind, resource) in [("buckets", bucket), ("tasks", task)] {
        let path = format!("/api/v2/{kind}/{resource}/labels");
        let (status, added) = ask(&server, &format!("POST {path}"), json!({ "labelID": id(&label) }));
        assert_eq!((status, &added["label"]), (201, &label), "{path}");
        assert_eq!(ask(&server, &format!("POST {path}"), json!({ "labelID": id(&label) })).0, 422, "{path}");
        assert_eq!(ask(&server, &format!("GET {path}"), Value::Null).1["labels"], json!([label]));
        let (_, item) = ask(&server, &format!("GET /api/v2/{kind}/{resource}"), Value::Null);
        assert_eq!(item["labels"], json!([label]), "{path}");
        assert_eq!(ask(&server, &format!("DELETE {path}/{}", id(&label)), Value::Null).0, 204, "{path}");
        assert_eq!(ask(&server, &format!("DELETE {path}/{}", id(&label)), Value::Null).0, 404, "{path}");
    }
    let line = format!("PATCH /api/v2/labels/{}", id(&label));
    let (_, changed) = ask(&server, &line, json!({ "properties": { "color": "", "size": "2" } }));
    assert_eq!(changed["label"]["properties"], json!({ "size": "2" }), "an empty property goes");
}
