//! Tasks and their runs.

use std::time::Duration;

use influx_core::api::{
    NewScriptTask, NewTask, Run, RunFilter, RunStatus, Status, Task, TaskFilter, TaskKind, TaskUpdate,
};
use influx_core::http::Call;
use influx_core::{Client, Epoch, ErrorKind, Precision, Seconds};
use serde_json::{Value, json};

use super::scripted::{Scripted, sent};

const TASK: &str = r#"{"id":"t","name":"n","flux":"x","status":"active","orgID":"00000000000000bb","every":"1h","cron":"",
    "latestCompleted":"2023-11-14T22:13:20Z","lastRunStatus":"success","description":"d",
    "labels":[{"id":"l1","name":"a"},{"id":"l2","name":"b"}]}"#;

fn task() -> Task {
    serde_json::from_str(TASK).unwrap()
}

fn run() -> Run {
    serde_json::from_str(r#"{"id":"r"}"#).unwrap()
}

async fn line<T: Send + 'static>(answer: Value, call: impl FnOnce(Client) -> Call<T>) -> (String, T) {
    let (mut lines, result) = sent(200, answer, call).await;
    assert_eq!(lines.len(), 1);
    (lines.remove(0), result.unwrap())
}

#[tokio::test]
async fn a_task_is_read_whole() {
    let task = task();
    assert_eq!((task.every.as_deref(), task.cron), (Some("1h"), None));
    assert_eq!((task.status, task.last_run_status), (Some(Status::Active), Some(RunStatus::Success)));
    assert_eq!(task.latest_completed.map(Epoch::parts), Some((1_700_000_000, 0)));
}

#[tokio::test]
async fn tasks_are_made_with_a_schedule() {
    let answer = || serde_json::from_str::<Value>(TASK).unwrap();
    let (sent, _) = line(answer(), |client| {
        client.tasks().create_every("a \"b\"", "from(bucket: \"x\")", Duration::from_secs(5_400))
    })
    .await;
    assert_eq!(
        sent,
        r#"POST /api/v2/tasks {"flux":"from(bucket: \"x\")\n\noption task = {name: \"a \\\"b\\\"\", every: 1h30m}\n","org":"my-org"}"#
    );
    let (sent, _) = line(answer(), |client| client.tasks().create_cron("a", "x", "0 * * * *")).await;
    assert!(sent.contains(r#"option task = {name: \"a\", cron: \"0 * * * *\"}"#), "{sent}");
    let (sent, _) = line(answer(), |client| {
        client.tasks().create(NewTask::new("x").description("d").status(Status::Inactive))
    })
    .await;
    assert_eq!(
        sent,
        r#"POST /api/v2/tasks {"description":"d","flux":"x","org":"my-org","status":"inactive"}"#
    );

    let server = Scripted::always(500, "");
    let tasks = server.client().tasks();
    for error in [
        tasks.create_every("a", "x", "1h, cron: \"* * * * *\"").await.unwrap_err(),
        tasks.create_every("", "x", "1h").await.unwrap_err(),
        tasks.create_cron("a", "x", "").await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    assert!(server.lines().is_empty());
}

#[tokio::test]
async fn tasks_are_changed_and_listed() {
    let (sent, _) = line(serde_json::from_str(TASK).unwrap(), |client| {
        let update =
            TaskUpdate::new().name("m").status(Status::Inactive).every("1d").offset("0s").description("");
        client.tasks().update(&task(), update)
    })
    .await;
    assert_eq!(
        sent,
        r#"PATCH /api/v2/tasks/t {"name":"m","description":"","status":"inactive","every":"1d","offset":"0s"}"#
    );
    let (sent, _) = line(json!({"tasks": []}), |client| {
        let filter =
            TaskFilter::new().name("n").user("u").status(Status::Active).kind(TaskKind::System).limit(5);
        client.tasks().list(filter.after("t"))
    })
    .await;
    assert_eq!(sent, "GET /api/v2/tasks?name=n&status=active&type=system&user=u&org=my-org&limit=5&after=t");
}

#[tokio::test]
async fn a_clone_has_the_labels_too() {
    let server = Scripted::new(|line| {
        let body = match line {
            "POST /api/v2/tasks" => r#"{"id":"t2","name":"n","flux":"x"}"#,
            _ => r#"{"label":{"id":"l","name":"l"}}"#,
        };
        (201, body.to_owned())
    });
    let clone = server.client().tasks().clone_task(&task()).await.unwrap();
    assert_eq!((clone.id.as_str(), clone.labels.len()), ("t2", 2));
    assert_eq!(
        server.lines(),
        [
            r#"POST /api/v2/tasks {"description":"d","flux":"x","orgID":"00000000000000bb","status":"active"}"#,
            r#"POST /api/v2/tasks/t2/labels {"labelID":"l1"}"#,
            r#"POST /api/v2/tasks/t2/labels {"labelID":"l2"}"#,
        ]
    );
}

#[tokio::test]
async fn a_task_of_a_script_is_made_and_cloned() {
    let body = r#"{"id":"t","name":"n","scriptID":"s","scriptParameters":{"p":1},"every":"1h","offset":"","orgID":"00000000000000bb"}"#;
    let server = Scripted::always(201, body);
    let parameters = serde_json::Map::from_iter([("p".to_owned(), 1.into())]);
    let new = NewScriptTask::new("n", "s").script_parameters(parameters).every(Duration::from_secs(3_600));
    let tasks = server.client().tasks();
    let task = tasks.org("00000000000000aa").create_of_script(new).await.unwrap();
    server.client().tasks().clone_task(&task).await.unwrap();
    let lines = ["aa", "bb"].map(|org| {
        format!(
            r#"POST /api/v2/tasks {{"every":"1h","name":"n","orgID":"00000000000000{org}","scriptID":"s","scriptParameters":{{"p":1}}}}"#
        )
    });
    assert_eq!(server.lines(), lines);
}

#[tokio::test]
async fn runs_are_asked_for_made_and_ended() {
    let answer =
        || json!({"id": "r", "taskID": "t", "status": "new word", "startedAt": "2023-11-14T22:13:20.5Z"});
    let at = Epoch::from_ticks(1_700_000_000, Precision::Seconds);
    let (sent, runs) = line(json!({"runs": [answer()]}), |client| {
        let filter = RunFilter::new().after("q").limit(3).after_time(Seconds(1_700_000_000)).before_time(at);
        client.tasks().runs(&task(), filter)
    })
    .await;
    assert_eq!(
        sent,
        "GET /api/v2/tasks/t/runs?afterTime=2023-11-14T22%3A13%3A20Z&limit=3&after=q&beforeTime=2023-11-14T22%3A13%3A20Z"
    );
    assert_eq!(runs[0].status, Some(RunStatus::Other("new word".to_owned())));
    assert_eq!(runs[0].started_at.map(Epoch::parts), Some((1_700_000_000, 500_000_000)));

    let (sent, _) = line(answer(), |client| client.tasks().run("t", &run())).await;
    assert_eq!(sent, "GET /api/v2/tasks/t/runs/r");
    let (sent, _) = line(answer(), |client| client.tasks().run_now("t", Some(at))).await;
    assert_eq!(sent, r#"POST /api/v2/tasks/t/runs {"scheduledFor":"2023-11-14T22:13:20Z"}"#);
    let (sent, _) = line(answer(), |client| client.tasks().run_now("t", None)).await;
    assert_eq!(sent, "POST /api/v2/tasks/t/runs {}");
    let (sent, _) = line(answer(), |client| client.tasks().retry("t", "r/r")).await;
    assert_eq!(sent, "POST /api/v2/tasks/t/runs/r%2Fr/retry {}");
    let (sent, ()) = line(json!(null), |client| client.tasks().cancel("t", "r")).await;
    assert_eq!(sent, "DELETE /api/v2/tasks/t/runs/r");
}

#[tokio::test]
async fn logs_are_events() {
    let events = json!({"events": [{"runID": "r", "time": "2023-11-14T22:13:20Z", "message": "begun"}, {"message": "m"}]});
    let (sent, logs) = line(events, |client| client.tasks().run_logs("t", "r")).await;
    assert_eq!((sent.as_str(), logs.len()), ("GET /api/v2/tasks/t/runs/r/logs", 2));
    assert_eq!(
        (logs[0].message.as_str(), logs[0].run_id.as_ref().map(|id| id.as_str())),
        ("begun", Some("r"))
    );
    let (sent, logs) = line(json!({"events": null}), |client| client.tasks().logs("t")).await;
    assert_eq!((sent.as_str(), logs.len()), ("GET /api/v2/tasks/t/logs", 0));
}
