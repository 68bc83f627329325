//! Which bucket a database and retention policy of InfluxDB 1 are.

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::super::raw;
use super::{ask, create, id, org};

#[test]
fn databases_of_1x_are_mapped_to_buckets() {
    let server = TestServer::start().unwrap();
    let org = org(&server);
    let bucket = id(&create(&server, "buckets", json!({ "name": "b", "orgID": org })));
    let ids = json!({ "orgID": org, "bucketID": bucket, "database": "db" });
    let mapping = |policy: &str, default: bool| {
        let mut mapping = ids.clone();
        (mapping["retention_policy"], mapping["default"]) = (policy.into(), default.into());
        mapping
    };
    let first = create(&server, "dbrps", mapping("autogen", false));
    assert_eq!(
        (&first["default"], &first["virtual"]),
        (&json!(true), &json!(false)),
        "the first is the default"
    );
    let second = create(&server, "dbrps", mapping("week", true));
    assert_eq!(ask(&server, "POST /api/v2/dbrps", mapping("week", true)).0, 422);
    let list = |query: &str| {
        ask(&server, &format!("GET /api/v2/dbrps?{query}"), Value::Null).1["content"]
            .as_array()
            .unwrap()
            .clone()
    };
    assert_eq!(list("org=o&default=true")[0], second);
    assert_eq!(list(&format!("orgID={org}&db=db")).len(), 2);
    assert_eq!(list("org=o&rp=none"), [json!(null); 0]);
    let path = |item: &Value| format!("/api/v2/dbrps/{}?orgID={org}", id(item));
    let (status, changed) =
        ask(&server, &format!("PATCH {}", path(&first)), json!({ "retention_policy": "day" }));
    assert_eq!((status, &changed["content"]["retention_policy"]), (200, &json!("day")));
    assert_eq!(
        ask(&server, &format!("GET {}", path(&second)), Value::Null),
        (200, json!({ "content": second }))
    );
    assert_eq!(ask(&server, &format!("DELETE {}", path(&second)), Value::Null).0, 204);
    assert_eq!(ask(&server, &format!("GET {}", path(&first)), Value::Null).1["content"]["default"], true);
    let mut elsewhere = mapping("year", false);
    elsewhere["bucketID"] = org.clone().into();
    assert_eq!(ask(&server, "POST /api/v2/dbrps", elsewhere).0, 404);
}

#[test]
fn writes_of_1x_go_where_their_database_is_mapped_to() {
    let server = TestServer::builder().start().unwrap();
    let org = org(&server);
    for (name, policy, default) in [("days", "autogen", true), ("weeks", "week", false)] {
        let bucket = id(&create(&server, "buckets", json!({ "name": name, "orgID": org })));
        let mut mapping =
            json!({ "bucketID": bucket, "database": "db", "retention_policy": policy, "default": default });
        let (status, _) = ask(&server, "POST /api/v2/dbrps", mapping.clone());
        assert_eq!(status, 400, "no organisation");
        mapping["org"] = "o".into();
        create(&server, "dbrps", mapping);
    }
    for (target, status) in [
        ("/write?db=db", 204),
        ("/write?db=db&rp=week", 204),
        ("/write?db=db&rp=year", 404),
        ("/write?db=days", 204),
    ] {
        assert_eq!(raw::ask(&server, &raw::request(target, "", b"m v=1")).0, status, "{target}");
    }
    assert_eq!((server.lines_received(), server.count("weeks")), (3, 1));
}
