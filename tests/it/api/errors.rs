//! What refusals and answers in another form are.

use influx_core::ErrorKind;
use influx_core::api::{BucketFilter, BucketUpdate, NewUser};

use super::scripted::sent;

#[tokio::test]
async fn every_documented_status_has_its_kind() {
    for (status, kind) in [
        (400, ErrorKind::Rejected),
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Conflict),
        (422, ErrorKind::Rejected),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Server),
        (503, ErrorKind::Unavailable),
    ] {
        let body = r#"{"code":"some code","message":"some reason"}"#;
        let buckets = sent(status, body, |client| client.buckets().list(BucketFilter::new())).await.1;
        let one =
            sent(status, body, |client| client.buckets().update("1", BucketUpdate::new().name("x"))).await.1;
        let made = sent(status, body, |client| client.users().create(NewUser::new("u"))).await.1;
        let gone = sent(status, body, |client| client.tasks().cancel("1", "2")).await.1;
        let found = sent(status, body, |client| client.buckets().find("b")).await.1;
        let pages = sent(status, body, |client| client.labels().org("00000000000000aa").find("b")).await.1;
        let errors = [
            buckets.map(drop).unwrap_err(),
            one.map(drop).unwrap_err(),
            made.map(drop).unwrap_err(),
            gone.unwrap_err(),
            found.map(drop).unwrap_err(),
            pages.map(drop).unwrap_err(),
        ];
        for error in errors {
            assert_eq!((error.kind(), error.status()), (kind, Some(status)), "{error}");
            assert_eq!(error.server().unwrap().message, "some reason");
        }
    }
}

#[tokio::test]
async fn an_answer_in_another_form_says_what_is_wrong() {
    for (body, part) in [
        ("<html>", "is no JSON: is this an InfluxDB?"),
        ("", "is no JSON"),
        ("{}", "missing field `id`"),
        (r#"{"id":"1"}"#, "missing field `name`"),
        (r#"{"id":1,"name":"x"}"#, "another type"),
        (r#"{"id":"1","name":"x","createdAt":"now"}"#, "another type"),
        ("[]", "another type"),
    ] {
        let error = sent(200, body, |client| client.buckets().get("1")).await.1.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().starts_with("GET /api/v2/buckets/1: the answer "), "{error}");
        assert!(error.to_string().contains(part), "{body}: {error}");
    }
    for (body, part) in [("{}", "has no member \"buckets\""), (r#"{"buckets":7}"#, "another type")] {
        let error = sent(200, body, |client| client.buckets().list(BucketFilter::new())).await.1.unwrap_err();
        assert!(error.to_string().contains(part), "{body}: {error}");
    }
    let error = sent(200, "<html>", |client| client.buckets().delete("1")).await.1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unexpected);
}

#[tokio::test]
async fn what_is_null_or_empty_is_nothing() {
    let body = r#"{"id":"1","name":"t","orgID":null,"org":null,"description":null,"status":null,"flux":null,"every":"",
        "labels":null,"latestCompleted":"0001-01-01T00:00:00Z","lastRunStatus":null,"createdAt":"","links":null}"#;
    let task = sent(200, body, |client| client.tasks().get("1")).await.1.unwrap();
    assert_eq!((task.flux.as_str(), task.every, task.created_at), ("", None, None));
    let body = r#"{"users":[{"id":"1","name":null,"role":null,"status":null}]}"#;
    let members = sent(200, body, |client| client.tasks().members("1")).await.1.unwrap();
    assert_eq!(members[0].name, "");
    let body =
        r#"{"id":"1","bucketID":"2","database":"d","retention_policy":"r","default":null,"virtual":null}"#;
    let dbrp = sent(200, body, |client| client.dbrps().get("1")).await.1.unwrap();
    assert!(!dbrp.default && !dbrp.is_virtual);
    let body = r#"{"events":[{"message":null,"time":null,"runID":""}]}"#;
    let logs = sent(200, body, |client| client.tasks().logs("1")).await.1.unwrap();
    assert_eq!(logs[0].message, "");
}
