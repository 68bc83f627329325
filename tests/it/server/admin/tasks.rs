//! Tasks, what their scripts say of them, and their runs.

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::{ask, create, id, names, org};

const FLUX: &str = "option task = {name: \"hourly\", every: 1h, offset: 5m}\n\nfrom(bucket: \"b\") |> mean()";

#[test]
fn a_task_is_what_its_script_says() {
    let server = TestServer::start().unwrap();
    let task = create(&server, "tasks", json!({ "org": "o", "flux": FLUX, "description": "d" }));
    let told = ["name", "every", "offset", "status", "org", "description", "flux"].map(|key| &task[key]);
    assert_eq!(told, ["hourly", "1h", "5m", "active", "o", "d", FLUX]);
    let line = format!("PATCH /api/v2/tasks/{}", id(&task));
    let (status, task) =
        ask(&server, &line, json!({ "cron": "0 * * * *", "name": "new", "status": "inactive" }));
    let told = ["name", "cron", "offset", "status"].map(|key| &task[key]);
    assert_eq!((status, told), (200, [&json!("new"), &json!("0 * * * *"), &json!("5m"), &json!("inactive")]));
    assert!(task.get("every").is_none());
    let flux =
        "option task = {name: \"new\", cron: \"0 * * * *\", offset: 5m}\n\nfrom(bucket: \"b\") |> mean()";
    assert_eq!(task["flux"], flux);
    for (body, message) in [
        (json!({ "orgID": org(&server) }), "failed to decode request: missing flux"),
        (json!({ "flux": FLUX }), "failed to decode request: missing orgID and org"),
        (json!({ "org": "o", "flux": "from()" }), "failed to create task: missing option task"),
    ] {
        let (status, answer) = ask(&server, "POST /api/v2/tasks", body);
        assert_eq!((status, &answer["message"]), (400, &json!(message)));
    }
    let (status, answer) = ask(&server, &line, json!({ "every": "often" }));
    assert_eq!(
        (status, answer["message"].as_str().unwrap().starts_with("failed to update task: ")),
        (400, true)
    );
}

#[test]
fn tasks_are_listed_by_what_they_are() {
    let server = TestServer::start().unwrap();
    for (name, org) in [("a", "o"), ("b", "o"), ("c", "p")] {
        let flux = format!("option task = {{name: \"{name}\", every: 1h}}");
        create(&server, "tasks", json!({ "org": org, "flux": flux }));
    }
    let list = |query: &str| ask(&server, &format!("GET /api/v2/tasks?{query}"), Value::Null).1;
    assert_eq!(names(&list("org=o"), "tasks"), ["a", "b"]);
    assert_eq!(names(&list("name=c"), "tasks"), ["c"]);
    assert_eq!(names(&list("status=active&limit=2"), "tasks"), ["a", "b"]);
    let after = id(&list("")["tasks"][0]);
    assert_eq!(names(&list(&format!("after={after}")), "tasks"), ["b", "c"]);
    assert_eq!(list("limit=501")["message"], "limit must be between 1 and 500");
}

#[test]
fn runs_succeed_unless_they_are_cancelled() {
    let server = TestServer::start().unwrap();
    let task = id(&create(&server, "tasks", json!({ "org": "o", "flux": FLUX })));
    let runs = format!("/api/v2/tasks/{task}/runs");
    let at = json!({ "scheduledFor": "2024-01-01T00:00:00Z" });
    let (status, first) = ask(&server, &format!("POST {runs}"), at.clone());
    assert_eq!(
        (status, &first["status"], &first["scheduledFor"]),
        (201, &json!("scheduled"), &at["scheduledFor"])
    );
    let (status, second) = ask(&server, &format!("POST {runs}"), Value::Null);
    assert_eq!((status, second["scheduledFor"].is_string()), (201, true));
    let (first, second) = (format!("{runs}/{}", id(&first)), format!("{runs}/{}", id(&second)));
    assert_eq!(ask(&server, &format!("DELETE {first}"), Value::Null).0, 204);
    assert_eq!(ask(&server, &format!("GET {first}"), Value::Null).1["status"], "canceled");
    let (_, found) = ask(&server, &format!("GET {second}"), Value::Null);
    assert_eq!((&found["status"], found["finishedAt"].is_string()), (&json!("success"), true));
    let (status, third) = ask(&server, &format!("POST {first}/retry"), Value::Null);
    assert_eq!(
        (status, &third["status"], &third["scheduledFor"]),
        (200, &json!("scheduled"), &at["scheduledFor"])
    );
    let count = |query: &str| {
        ask(&server, &format!("GET {runs}?{query}"), Value::Null).1["runs"].as_array().unwrap().len()
    };
    assert_eq!(
        ["", "limit=1", "beforeTime=2024-01-02T00:00:00Z", "afterTime=2024-01-02T00:00:00Z"].map(count),
        [3, 1, 2, 1]
    );
    let (_, logs) = ask(&server, &format!("GET /api/v2/tasks/{task}/logs"), Value::Null);
    assert_eq!(logs["events"].as_array().unwrap().len(), 6);
    let (_, logs) = ask(&server, &format!("GET {first}/logs"), Value::Null);
    assert_eq!(logs["events"][1]["message"], "Completed(canceled)");
    for (line, status) in [
        (format!("GET {runs}/{task}"), 404),
        (format!("POST {runs}/{task}/retry"), 404),
        (format!("GET {runs}?afterTime=now"), 400),
        (format!("GET /api/v2/tasks/{}/runs", "0".repeat(16)), 404),
    ] {
        assert_eq!(ask(&server, &line, Value::Null).0, status, "{line}");
    }
    assert_eq!(ask(&server, &format!("POST {runs}"), json!({ "scheduledFor": "now" })).0, 400);
}
