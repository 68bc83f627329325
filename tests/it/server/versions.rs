//! Each version's paths, units, and way to refuse lines.

use std::time::Duration;

use influx_core::testing::{TestServer, TestServerBuilder};

use super::raw::{ask, gzip, request};

fn builder(version: &str) -> TestServerBuilder {
    TestServer::builder().version(version).bucket("b")
}

fn start(version: &str) -> TestServer {
    builder(version).start().unwrap()
}

/// The status and body of a write.
fn write(server: &TestServer, target: &str, body: &str) -> (u16, String) {
    let (status, _, answer) = ask(server, &request(target, "", body.as_bytes()));
    (status, answer)
}

#[test]
fn paths_of_each_version() {
    let get = |server: &TestServer, path: &str| {
        ask(server, format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes())
    };
    for (version, ping, health, ready, v2, v3) in [
        ("1.6.7", 204, 404, 404, 404, 404),
        ("1.8.10", 204, 200, 404, 204, 404),
        ("v2.7.0", 204, 200, 200, 204, 404),
        ("3.1.0", 200, 200, 404, 204, 204),
    ] {
        let server = start(version);
        let (status, head, _) = get(&server, "/ping");
        assert_eq!(status, ping, "{version}");
        assert!(head.contains(&format!("X-Influxdb-Version: {version}")), "{head}");
        let statuses = (get(&server, "/health").0, get(&server, "/ready").0);
        assert_eq!(statuses, (health, ready), "{version}");
        assert_eq!(write(&server, "/write?db=b", "m v=1 1").0, 204, "{version}");
        assert_eq!(write(&server, "/api/v2/write?bucket=b&org=o", "m v=1 1").0, v2, "{version}");
        assert_eq!(write(&server, "/api/v3/write_lp?db=b", "m v=1 1").0, v3, "{version}");
    }
    assert!(builder("latest").start().is_err());
}

#[test]
fn units_of_each_version() {
    const US: i64 = 1_000;
    for (version, target, precision, stored) in [
        ("1.6.7", "/write?db=b", "u", Some(US)),
        ("1.6.7", "/write?db=b", "us", Some(1)), // and no word of it
        ("1.6.7", "/write?db=b", "h", Some(3_600_000_000_000)),
        ("1.8.10", "/write?db=b", "us", None),
        ("1.8.10", "/write?db=b", "ns", Some(1)),
        ("1.8.10", "/api/v2/write?bucket=b", "us", Some(US)),
        ("1.8.10", "/api/v2/write?bucket=b", "u", None),
        ("v2.7.0", "/api/v2/write?org=o&bucket=b", "us", Some(US)),
        ("3.1.0", "/api/v3/write_lp?db=b", "microsecond", Some(US)),
        ("3.1.0", "/api/v3/write_lp?db=b", "us", None),
    ] {
        let server = start(version);
        let (status, body) = write(&server, &format!("{target}&precision={precision}"), "m v=1 1");
        assert_eq!(status, if stored.is_some() { 204 } else { 400 }, "{version} {precision}: {body}");
        assert_eq!(server.points("b").first().map(|point| point.time), stored, "{version} {precision}");
    }
}

#[test]
fn influxdb_1_stores_the_good_lines_of_a_bad_request() {
    for (body, answer, stored) in [
        ("m v=1 1\nbad\nm v=2 2\nm v=", "partial write: unable to parse 'bad': ", 2),
        ("bad\nm v=", "unable to parse 'bad': ", 0),
        ("m v=1 1\nm v=t 2\nm v=3 3\nbad", "\"field type conflict\"", 0),
        (
            "m v=1 1\nm s=\"open 2\nm v=2 2\nm v=3 3",
            "unable to parse 'm s=\\\"open 2\\nm v=2 2\\nm v=3 3': ",
            1,
        ),
    ] {
        let server = start("1.6.7");
        let (status, text) = write(&server, "/write?db=b", body);
        assert_eq!((status, server.count("b")), (400, stored), "{body:?}: {text}");
        assert!(text.contains(answer), "{body:?}: {text}");
    }
    let server = start("1.6.7");
    assert!(write(&server, "/write?db=b", "m v=1 1\nbad").1.ends_with(r#" dropped=0"}"#), "by design");
    assert!(write(&server, "/write?db=b", "m v=t 1\nbad").1.ends_with(r#" dropped=1"}"#));
    assert_eq!(write(&server, "/write?db=b", "").0, 204);
    assert_eq!(
        write(&server, "/write?db=no", "m v=1"),
        (404, r#"{"error":"database not found: \"no\""}"#.to_owned())
    );
    assert_eq!(write(&server, "/write?db=b&rp=no", "m v=1").0, 500);
    assert_eq!(write(&server, "/write", "m v=1"), (400, r#"{"error":"database is required"}"#.to_owned()));
}

#[test]
fn points_beyond_the_retention_are_dropped() {
    let server = builder("1.6.7").retention(Duration::from_secs(3_600)).start().unwrap();
    let (status, text) = write(&server, "/write?db=b", "m v=1\nm v=1 1");
    assert_eq!(status, 400);
    assert!(text.contains("partial write: points beyond retention policy dropped=1"), "{text}");
    assert_eq!(server.count("b"), 1);
}

#[test]
fn influxdb_3_names_lines_by_their_numbers() {
    let body = "\nm v=1 1\n# a comment\nthis is no line at all, and it is long\nm v=t 2\nm v=2 3";
    let server = start("3.1.0");
    let (status, text) = write(&server, "/api/v3/write_lp?db=b", body);
    assert_eq!((status, server.count("b")), (400, 2), "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["error"], "partial write of line protocol occurred");
    let numbers: Vec<_> = json["data"].as_array().unwrap().iter().map(|bad| &bad["line_number"]).collect();
    assert_eq!(numbers, [2, 3]);
    assert_eq!(json["data"][0]["original_line"], "this is no line at a");
    assert!(
        json["data"][1]["error_message"]
            .as_str()
            .unwrap()
            .contains("expected iox::column_type::field::float")
    );

    let server = start("3.1.0");
    let (status, text) = write(&server, "/api/v3/write_lp?db=b&accept_partial=false", body);
    assert_eq!((status, server.count("b")), (400, 0), "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((json["data"]["line_number"].as_u64(), server.count("b")), (Some(2), 0));
    for target in ["/api/v2/write?bucket=b", "/write?db=b"] {
        let (status, text) = write(&server, target, body);
        assert_eq!((status, server.count("b")), (400, 0));
        assert!(
            text.starts_with(r#"{"error":"line protocol parse failed: "#) && !text.contains('2'),
            "{text}"
        );
    }
    assert_eq!(write(&server, "/api/v3/write_lp?db=b", "").0, 400);
    assert_eq!(write(&server, "/api/v3/write_lp", "m v=1").0, 400);
}

#[test]
fn a_size_is_counted_on_the_wire_or_inflated() {
    let packed = gzip(&"m v=1 1\n".repeat(1_000));
    for (version, target, status) in [
        ("1.6.7", "/write?db=b", 204),
        ("v2.7.0", "/api/v2/write?org=o&bucket=b", 413),
        ("3.1.0", "/api/v3/write_lp?db=b", 413),
    ] {
        let server = builder(version).max_body(1_000).start().unwrap();
        let (packed, _, _) = ask(&server, &request(target, "Content-Encoding: gzip\r\n", &packed));
        assert_eq!(packed, status, "{version}");
        assert_eq!(write(&server, target, &"m v=1 1\n".repeat(1_000)).0, 413, "{version}");
    }
}
