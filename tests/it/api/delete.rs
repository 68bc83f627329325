//! Deletes: range, predicate and place.

use std::time::{Duration, SystemTime};

use influx_core::api::Predicate;
use influx_core::{Destination, Dialect, ErrorKind, Nanos, Seconds};

use super::scripted::{Scripted, sent};

#[tokio::test]
async fn range_and_predicate_are_sent() {
    let (lines, done) = sent(204, "", |client| {
        let predicate = Predicate::measurement("cpu").and_tag("host", "a\"b");
        client.delete("b & c", Seconds(0)..Seconds(60)).predicate(predicate).send()
    })
    .await;
    done.unwrap();
    assert_eq!(
        lines,
        [
            r#"POST /api/v2/delete?org=my-org&bucket=b%20%26%20c {"predicate":"_measurement=\"cpu\" AND \"host\"=\"a\\\"b\"","start":"1970-01-01T00:00:00Z","stop":"1970-01-01T00:00:59.999999999Z"}"#
        ]
    );
    let (lines, _) = sent(204, "", |client| {
        client.delete(Destination::bucket("b").org("o"), ..).predicate_text("host=\"a\"").send()
    })
    .await;
    assert_eq!(
        lines,
        [
            r#"POST /api/v2/delete?org=o&bucket=b {"predicate":"host=\"a\"","start":"1677-09-21T00:12:43.145224194Z","stop":"2262-04-11T23:47:16.854775806Z"}"#
        ]
    );
    let (lines, _) = sent(204, "", |client| {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        client.delete("b", start..=start).send()
    })
    .await;
    assert!(
        lines[0].ends_with(r#"{"start":"1970-01-01T00:00:01Z","stop":"1970-01-01T00:00:01Z"}"#),
        "{lines:?}"
    );
}

#[tokio::test]
async fn what_cannot_be_deleted_is_refused_before_anything_is_sent() {
    let server = Scripted::always(204, "");
    let client = server.client();
    let v3 = server.builder().dialect(Dialect::V3).build().unwrap();
    let nobodys = server.builder().build().unwrap();
    let v1 = Destination::database("d").dialect(Dialect::V1);
    for (delete, part) in [
        (client.delete("b", Nanos(5)..Nanos(5)), "the range of time is empty"),
        (client.delete("b", Seconds(i64::MIN)..), "the start of the range"),
        (client.delete("", ..), "the name of the bucket is empty"),
        (client.delete("b", ..).predicate(Predicate::tag("host", "a\0")), "the value of the tag \"host\""),
        (client.delete("b", ..).predicate_text(" "), "the predicate is empty"),
        (client.delete(v1, ..), "DROP SERIES"),
        (v3.delete("b", ..), "drop the table"),
        (nobodys.delete("b", ..), "no organisation"),
    ] {
        let error = delete.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(server.lines().is_empty());
}

#[tokio::test]
async fn a_page_that_says_200_is_no_acknowledgement() {
    let (_, done) = sent(200, "<html>log in", |client| client.delete("b", ..).send()).await;
    assert_eq!(done.unwrap_err().kind(), ErrorKind::Unexpected);
}
