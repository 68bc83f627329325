//! Ping, health, ready, and which server it is.

use influx_core::client::{HealthStatus, Server};
use influx_core::http::RetryPolicy;
use influx_core::testing::TestServer;
use influx_core::{Client, ErrorKind, Point};

use super::raw::{Raw, Step, Steps, answer};

fn client(steps: &Steps) -> Client {
    Client::builder("http://host")
        .org("o")
        .transport(steps.clone())
        .retry(RetryPolicy::none())
        .build()
        .unwrap()
}

#[tokio::test]
async fn the_embedded_server_is_there_and_well() {
    let server = TestServer::start().unwrap();
    let client = Client::builder(server.url()).build().unwrap();
    let ping = client.ping().await.unwrap();
    assert_eq!(client.version().await.unwrap(), ping.version.unwrap());
    assert_eq!(client.build().await.unwrap(), ping.build.unwrap());
    let health = client.health().await.unwrap();
    assert_eq!((health.status, health.name.as_deref()), (HealthStatus::Pass, Some("influxdb")));
}

#[tokio::test]
async fn a_server_that_is_not_well_says_so_and_that_is_no_error() {
    let body = r#"{"name":"influxdb","status":"fail","message":"disk","checks":[{"name":"store","status":"fail","message":"full"}]}"#;
    let steps = Steps::new([Step::Answer(503, "", body)]);
    let health = client(&steps).health().await.unwrap();
    assert_eq!((health.status, health.message.as_deref()), (HealthStatus::Fail, Some("disk")));
    assert_eq!(
        (health.checks[0].name.as_str(), health.checks[0].message.as_deref()),
        ("store", Some("full"))
    );

    let ok = client(&Steps::new([Step::Answer(200, "", "OK")])).health().await.unwrap(); // 3.x
    assert_eq!((ok.status, ok.version), (HealthStatus::Pass, None));
}

#[tokio::test]
async fn what_speaks_of_no_health_is_an_error() {
    for (step, kind) in [
        (Step::Answer(503, "", "<html>down"), ErrorKind::Unavailable),
        (Step::Answer(503, "", r#"{"status":"odd"}"#), ErrorKind::Unavailable),
        (Step::Answer(200, "", "<html>log in"), ErrorKind::Unexpected),
        (Step::Answer(404, "", "404 page not found"), ErrorKind::NotFound),
        (Step::Answer(500, "", r#"{"status":"fail"}"#), ErrorKind::Server),
    ] {
        let error = client(&Steps::new([step.clone()])).health().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{step:?}");
    }
}

#[tokio::test]
async fn readiness_has_its_times() {
    let body = r#"{"status":"ready","started":"2024-01-01T00:00:00Z","up":"1h2m"}"#;
    let ready = client(&Steps::new([Step::Answer(200, "", body)])).ready().await.unwrap();
    assert_eq!((ready.status.as_str(), ready.up.as_deref()), ("ready", Some("1h2m")));
    let error = client(&Steps::new([Step::Answer(200, "", "<html>")])).ready().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unexpected);
}

#[tokio::test]
async fn a_server_that_tells_no_version_is_an_error_of_version_alone() {
    let silent = client(&Steps::new([Step::Answer(204, "", "")]));
    assert_eq!(silent.ping().await.unwrap().version, None);
    assert_eq!(silent.version().await.unwrap_err().kind(), ErrorKind::Unexpected);
    assert_eq!(silent.build().await.unwrap_err().kind(), ErrorKind::Unexpected);
}

#[tokio::test]
async fn a_version_in_the_body_counts_where_no_header_has_it() {
    let body = r#"{"version":"3.1.0","revision":"abc","process_id":"1"}"#;
    let steps = Steps::new([Step::Answer(200, "", body)]);
    assert_eq!(client(&steps).version().await.unwrap(), "3.1.0");
    assert_eq!(client(&steps).ping().await.unwrap().version.as_deref(), Some("3.1.0"));
    assert_eq!(client(&steps).detect().await.unwrap().dialect, influx_core::Dialect::V3);
    for body in ["<html>", "{}", r#"{"version":3}"#, r#"{"version":""}"#] {
        let steps = Steps::new([Step::Answer(200, "", body)]);
        assert_eq!(client(&steps).version().await.unwrap_err().kind(), ErrorKind::Unexpected, "{body}");
    }
}

async fn detected(
    version: &'static str,
    build: &'static str,
    health: &'static str,
) -> influx_core::Result<Server> {
    let raw = Raw::start(move |_, request| {
        let header = |name: &str, value: &str| match value {
            "" => String::new(),
            value => format!("X-Influxdb-{name}: {value}\r\n"),
        };
        if request.line.starts_with("GET /health ") {
            return match health {
                "" => answer("404 Not Found", "", "404 page not found"),
                body => answer("200 OK", "", body),
            };
        }
        format!("HTTP/1.1 204 No Content\r\n{}{}\r\n", header("Version", version), header("Build", build))
    })
    .await;
    Client::builder(raw.url()).build().unwrap().detect().await
}

#[tokio::test]
async fn the_server_tells_how_it_wants_to_be_written_to() {
    for (version, build, health, dialect, unsigned) in [
        ("1.6.7~rc0", "OSS", "", "v1", false),
        ("1.8.10", "OSS", "", "v2", false),
        ("v2.7.12", "OSS", "", "v2", true),
        ("3.4.0", "Core", "", "v3", true),
        ("", "Cloud", "", "v2", true),
        ("", "", r#"{"status":"pass","version":"1.8.10"}"#, "v2", false),
        ("", "", r#"{"status":"pass","version":"v2.0.1"}"#, "v2", true),
    ] {
        let server = detected(version, build, health).await.unwrap();
        assert_eq!((server.dialect.to_string().as_str(), server.unsigned), (dialect, unsigned), "{version}");
    }
    for (version, health) in [("", ""), ("dev", r#"{"status":"pass"}"#), ("9.1.0", "OK")] {
        let error = detected(version, "", health).await.unwrap_err();
        assert!([ErrorKind::Unexpected, ErrorKind::NotFound].contains(&error.kind()), "{error}");
    }
}

#[tokio::test]
async fn a_client_is_adapted_to_what_was_found() {
    let steps = Steps::new([
        Step::Answer(204, "X-Influxdb-Version: 1.6.7~rc0", ""),
        Step::Answer(204, "", ""),
        Step::Answer(204, "", ""),
    ]);
    let client = client(&steps);
    let server = client.detect().await.unwrap();
    let adapted = client.adapted_to(&server);
    adapted.write("db/rp", &Point::new("m").field("v", 1_u64).time(influx_core::Nanos(1))).await.unwrap();
    client.write("b", "m v=1 1").await.unwrap();
    let seen = steps.seen.lock().unwrap();
    assert!(seen[1].uri().path().ends_with("/write") && !seen[1].uri().path().contains("/api"), "{seen:?}");
    assert_eq!(seen[1].body(), "m v=1i 1\n");
    assert_eq!(seen[2].uri().path(), "/api/v2/write");
}
