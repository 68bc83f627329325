//! Organisations: whose resources are meant, and how names become ids.

use influx_core::ErrorKind;
use influx_core::api::{
    AuthorizationFilter, BucketFilter, LabelFilter, NewAuthorization, NewBucket, NewTask, Permission,
    ResourceKind, TaskFilter,
};
use serde_json::json;

use super::scripted::Scripted;

/// Knows an organisation called `my-org`, and answers all else with one resource.
fn server() -> Scripted {
    Scripted::new(|line| {
        let body = match line {
            line if line.starts_with("GET /api/v2/orgs?org=my-org") => {
                // as a server that takes the name for a part of one
                json!({"orgs": [{"id": "x", "name": "my-org-2"}, {"id": "00000000000000aa", "name": "my-org"}]})
            }
            line if line.starts_with("GET /api/v2/orgs?") => {
                json!({"orgs": [{"id": "x", "name": "another"}]})
            }
            line if line.starts_with("GET") => {
                json!({"buckets": [], "labels": [], "tasks": [], "authorizations": []})
            }
            _ => json!({"id": "1", "name": "n", "flux": "", "label": {"id": "1", "name": "n"}}),
        };
        (200, body.to_string())
    })
}

#[tokio::test]
async fn a_name_becomes_an_id_where_the_server_wants_one() {
    let server = server();
    let client = server.client();
    client.buckets().create(NewBucket::new("b")).await.unwrap();
    client.labels().list(LabelFilter::new()).await.unwrap();
    client.buckets().list(BucketFilter::new()).await.unwrap();
    client.tasks().create(NewTask::new("x")).await.unwrap();
    assert_eq!(
        server.lines(),
        [
            "GET /api/v2/orgs?org=my-org",
            r#"POST /api/v2/buckets {"name":"b","orgID":"00000000000000aa"}"#,
            "GET /api/v2/orgs?org=my-org",
            "GET /api/v2/labels?orgID=00000000000000aa",
            "GET /api/v2/buckets?org=my-org",
            r#"POST /api/v2/tasks {"flux":"x","org":"my-org"}"#,
        ]
    );
}

#[tokio::test]
async fn another_organisation_can_be_named_or_none() {
    let server = server();
    let client = server.client();
    client.buckets().org("00000000000000BB").create(NewBucket::new("b")).await.unwrap();
    client.tasks().org("a&b").list(TaskFilter::new()).await.unwrap();
    client.authorizations().org("00000000000000bb").list(AuthorizationFilter::new()).await.unwrap();
    client.labels().all_orgs().list(LabelFilter::new()).await.unwrap();
    assert_eq!(
        server.lines(),
        [
            r#"POST /api/v2/buckets {"name":"b","orgID":"00000000000000BB"}"#,
            "GET /api/v2/tasks?org=a%26b",
            "GET /api/v2/authorizations?orgID=00000000000000bb",
            "GET /api/v2/labels",
        ]
    );
}

#[tokio::test]
async fn an_organisation_that_is_not_there_is_named() {
    let server = server();
    let error = server.client().buckets().org("their-org").create(NewBucket::new("b")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("\"their-org\" was not found"), "{error}");
    assert_eq!(server.lines(), ["GET /api/v2/orgs?org=their-org"]);

    let unknown = Scripted::always(404, r#"{"code":"not found","message":"organization name not found"}"#);
    let error = unknown.client().buckets().create(NewBucket::new("b")).await.unwrap_err();
    assert!(error.to_string().contains("\"my-org\" was not found"), "{error}");

    // what is no answer to the question is told as it is
    let forbidden = Scripted::always(401, "");
    let error = forbidden.client().labels().list(LabelFilter::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

#[tokio::test]
async fn what_must_belong_to_an_organisation_asks_for_one() {
    let server = server();
    let nobodys = server.builder().build().unwrap();
    for api in [nobodys.buckets(), server.client().buckets().all_orgs()] {
        let error = api.create(NewBucket::new("b")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("ClientBuilder::org or Api::org"), "{error}");
    }
    assert!(server.lines().is_empty());
}

#[tokio::test]
async fn an_empty_name_is_not_that_of_all() {
    let server = server();
    let client = server.client();
    let new = NewAuthorization::new([Permission::read(ResourceKind::Tasks, "")]);
    let errors = [
        client.buckets().org("").list(BucketFilter::new()).await.map(drop).unwrap_err(),
        client.buckets().org("").create(NewBucket::new("b")).await.map(drop).unwrap_err(),
        client.buckets().org("").schemas("1").list().await.map(drop).unwrap_err(),
        client.labels().org("").list(LabelFilter::new()).await.map(drop).unwrap_err(),
        client.dbrps().org("").get("1").await.map(drop).unwrap_err(),
        client.authorizations().create(new).await.map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("the name of the organisation is empty"), "{error}");
    }
    // that of the client, for the authorization
    assert_eq!(server.lines(), ["GET /api/v2/orgs?org=my-org"]);
}

#[tokio::test]
async fn permissions_name_organisations_too() {
    let server = server();
    let mut permissions = Permission::read_all("my-org");
    let count = permissions.len();
    permissions.push(Permission::write(ResourceKind::Tasks, "00000000000000bb"));
    permissions.push(Permission::read_bucket("b"));
    server.client().authorizations().create(NewAuthorization::new(permissions)).await.unwrap();
    let lines = server.lines();
    // the name is asked for once
    assert_eq!((lines.len(), lines[0].as_str()), (2, "GET /api/v2/orgs?org=my-org"));
    assert_eq!(lines[1].matches(r#""orgID":"00000000000000aa""#).count(), 1 + count);
    assert!(!lines[1].contains("\"org\""), "{}", lines[1]);
    let last = r#"{"action":"write","resource":{"orgID":"00000000000000bb","type":"tasks"}},{"action":"read","resource":{"id":"b","type":"buckets"}}]}"#;
    assert!(lines[1].ends_with(last), "{}", lines[1]);
}
