//! One write under faults: what is repeated, what is given up, and what is said of each record.

use std::time::Duration;

use influx_core::http::{Gzip, RetryPolicy, TransportErrorKind};
use influx_core::testing::TestServer;
use influx_core::write::Dialect;
use influx_core::{Client, Destination, ErrorKind, FailedRecord, LineBuffer, Nanos, Point, Precision};
use tokio::time::Instant;

use super::script::{STORED, Scripted, Step, says, status, text};

/// Lines with a time; those of `bad` hold the word `bad`.
fn numbered(lines: usize, bad: &[usize]) -> String {
    let line = |i: usize| format!("{} v={i}i {i}\n", if bad.contains(&i) { "bad" } else { "good" });
    (0..lines).map(line).collect()
}

fn indices(records: &[FailedRecord]) -> Vec<usize> {
    records.iter().map(|record| record.index).collect()
}

#[tokio::test(start_paused = true)]
async fn what_time_heals_is_sent_again_byte_by_byte() {
    use TransportErrorKind::{Connect, Interrupted};
    for faults in [
        [Step::Fault(Connect), status(503), Step::Fault(Interrupted)],
        [Step::Silence, status(500), status(429)],
        [status(504), status(521), status(408)],
        [says(200, "<html>log in"), status(202), status(425)],
    ] {
        let server = Scripted::steps(faults.into_iter().chain([STORED]));
        let report = server.client().write("b", "m v=1 1\nm v=2 2").await.unwrap();
        assert_eq!((report.lines, report.requests, report.retries), (2, 4, 3));
        assert_eq!(server.bodies(), ["m v=1 1\nm v=2 2\n"; 4]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_server_says_how_long_to_wait() {
    let later = Step::Answer(429, vec![("retry-after", "17.5")], String::new());
    let server = Scripted::steps([later, STORED]);
    let begun = Instant::now();
    server.client().write("b", "m v=1 1").await.unwrap();
    let waited = begun.elapsed();
    assert!(waited >= Duration::from_millis(17_500) && waited < Duration::from_secs(20), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn what_time_does_not_heal_is_given_up_and_handed_back() {
    use TransportErrorKind::{Connect, Interrupted};
    for (fault, kind, possibly_stored) in [
        (status(503), ErrorKind::Unavailable, true),
        (status(500), ErrorKind::Server, true),
        (status(429), ErrorKind::RateLimited, false),
        (Step::Fault(Connect), ErrorKind::Connect, false),
        (Step::Fault(Interrupted), ErrorKind::Transport, true),
        (Step::Silence, ErrorKind::Timeout, true),
    ] {
        let server = Scripted::steps([fault]);
        let error = server.client().write("b", "m v=1 1\nm v=2 2").await.unwrap_err();
        assert_eq!((error.kind(), server.requests(), error.is_retryable()), (kind, 4, true), "{error}");
        let partial = error.partial_write().unwrap();
        assert_eq!((partial.stored, partial.rejected.len(), indices(&partial.dropped)), (0, 0, vec![0, 1]));
        let last = &partial.dropped[1];
        assert_eq!(
            (last.line(), last.status, last.possibly_stored),
            ("m v=2 2", error.status(), possibly_stored)
        );
        assert_eq!(&*last.reason, error.to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_says_how_often() {
    let server = Scripted::steps([status(503)]);
    let client = server.builder().retry(RetryPolicy::none()).build().unwrap();
    client.write("b", "m v=1 1").await.unwrap_err();
    assert_eq!(server.requests(), 1);
    let often = RetryPolicy::new().max_retries(7).interval(Duration::from_millis(1));
    server.builder().retry(often).build().unwrap().write("b", "m v=1 1").await.unwrap_err();
    assert_eq!(server.requests(), 1 + 8);
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_the_route_returns_at_once() {
    for (code, kind) in [
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (405, ErrorKind::Unexpected),
        (407, ErrorKind::Unexpected),
        (308, ErrorKind::Redirect),
    ] {
        let server = Scripted::steps([status(code)]);
        let begun = Instant::now();
        let error = server.client().write("b", "m v=1 1").await.unwrap_err();
        assert_eq!((error.kind(), error.status(), server.requests()), (kind, Some(code), 1));
        assert_eq!(begun.elapsed(), Duration::ZERO);
        let dropped = &error.partial_write().unwrap().dropped;
        assert_eq!((dropped[0].line(), dropped[0].possibly_stored), ("m v=1 1", false));
    }
}

#[tokio::test(start_paused = true)]
async fn lines_that_the_server_stamps_are_not_sent_twice() {
    use TransportErrorKind::{Connect, Interrupted};
    for (fault, requests) in [
        (Step::Fault(Interrupted), 1),
        (Step::Silence, 1),
        (status(500), 1),
        (Step::Fault(Connect), 2),
        (status(429), 2),
        (status(503), 2), // as every other call is
    ] {
        let server = Scripted::steps([fault, STORED]);
        let result = server.client().write("b", "m v=1").await;
        assert_eq!((server.requests(), result.is_ok()), (requests, requests == 2), "{result:?}");
        if let Err(error) = result {
            assert!(!error.is_retryable() && error.partial_write().unwrap().dropped[0].possibly_stored);
        }
    }
    // nor by the caller, if some are stored
    for (line, retryable) in [("m v=1\n", false), ("m v=1 1\n", true)] {
        let server = Scripted::steps([STORED, status(503)]);
        let error = server.client().write("b", &line.repeat(10_001)).await.unwrap_err();
        assert_eq!((error.partial_write().unwrap().stored, error.is_retryable()), (10_000, retryable));
    }
}

#[tokio::test(start_paused = true)]
async fn a_large_input_is_cut_and_ends_where_it_fails() {
    let lines = numbered(25_000, &[]);
    let server = Scripted::steps([STORED]);
    let report = server.client().write("b", &lines).await.unwrap();
    assert_eq!((report.lines, report.requests, report.bytes), (25_000, 3, lines.len() as u64));
    assert_eq!(server.bodies().concat(), lines);
    let long = format!("m s=\"{}\" 1\n", "x".repeat(900_000)).repeat(9);
    let server = Scripted::steps([STORED]);
    assert_eq!(server.client().write("b", &long).await.unwrap().requests, 3);
    assert!(server.bodies().iter().all(|body| body.len() <= 4 * 1024 * 1024));

    let server = Scripted::steps([STORED, status(401)]);
    let error = server.client().write("b", &lines).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Unauthorized, 2));
    let partial = error.partial_write().unwrap();
    assert_eq!((partial.stored, partial.dropped.len()), (10_000, 15_000));
    assert_eq!(indices(&partial.dropped), (10_000..25_000).collect::<Vec<_>>());
    assert_eq!(partial.dropped[14_999].line(), "good v=24999i 24999");
    assert!(
        error.to_string().ends_with("; of 25000 records 10000 are stored, 0 rejected, 15000 dropped"),
        "{error}"
    );
}

#[tokio::test]
async fn rejected_records_have_the_callers_index_and_the_whole_line() {
    let body = r#"{"error":"partial write: unable to parse 'bad v=1 3': no such number dropped=0"}"#;
    let server = Scripted::refusing("bad", says(400, body));
    let text = "good v=1 1\n\n# a comment\ngood v=2 2\nbad v=1 3\ngood v=3 4\n";
    let error = server.client().write("b", text).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), server.requests()), (ErrorKind::Rejected, Some(400), 1));
    assert!(!error.is_retryable());
    let partial = error.partial_write().unwrap();
    assert_eq!((partial.stored, partial.dropped.len()), (3, 0));
    let rejected = &partial.rejected[0];
    assert_eq!((rejected.index, rejected.line(), rejected.status), (4, "bad v=1 3", Some(400)));
    assert_eq!(&*rejected.reason, "no such number");

    let points = ["good", "bad", "good"].map(|name| Point::new(name).field("v", 1.0).time(Nanos(3)));
    let error = server.client().write("b", &points).await.unwrap_err();
    assert_eq!(indices(&error.partial_write().unwrap().rejected), [1]);
}

#[tokio::test]
async fn lines_that_the_server_does_not_name_are_found() {
    let server =
        Scripted::refusing("bad", says(422, r#"{"code":"unprocessable entity","message":"type conflict"}"#));
    let error = server.client().write("b", &numbered(1_000, &[17, 400, 999])).await.unwrap_err();
    let partial = error.partial_write().unwrap();
    assert_eq!((partial.stored, indices(&partial.rejected)), (997, vec![17, 400, 999]));
    assert_eq!(&*partial.rejected[2].reason, "type conflict");
    assert!(server.requests() <= 57, "{}", server.requests()); // 2k·(1 + log2(n/k))
}

#[tokio::test]
async fn looking_for_refused_lines_ends() {
    let server = Scripted::steps([says(422, "no")]);
    let error = server.client().write("b", &numbered(5_000, &[])).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Rejected, 2_001));
    let partial = error.partial_write().unwrap();
    assert_eq!((partial.stored, partial.rejected.len() + partial.dropped.len()), (0, 5_000));
    assert!(partial.dropped.iter().all(|record| record.possibly_stored));
    let mut all = indices(&partial.rejected);
    all.extend(indices(&partial.dropped));
    all.sort_unstable();
    assert_eq!(all, (0..5_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn bad_lines_cost_few_requests_however_many_lines_there_are() {
    let server = Scripted::refusing("bad", says(422, "no"));
    server.client().write("b", &numbered(10_000, &[7_321])).await.unwrap_err();
    assert!(server.requests() <= 30, "{}", server.requests());

    let server = Scripted::refusing("bad", says(422, "no"));
    let bad: Vec<_> = (0..20_000).step_by(100).collect();
    let error = server.client().write("b", &numbered(20_000, &bad)).await.unwrap_err();
    let partial = error.partial_write().unwrap();
    assert_eq!((partial.stored, indices(&partial.rejected), partial.dropped.len()), (19_800, bad, 0));
    // 2k·(1 + log2(n/k)) for each of the two, more than one of them may have
    assert!((2_000..=2 * (1 + 1_528)).contains(&server.requests()), "{}", server.requests());
}

#[tokio::test]
async fn a_request_that_is_too_large_is_halved_and_its_size_kept_in_mind() {
    let server = Scripted::new(|_, request| match request.body().len() {
        0..=20_000 => STORED,
        _ => status(413),
    });
    let lines = numbered(30_000, &[]);
    server.client().write("b", &lines).await.unwrap();
    let stored: String = server.bodies().into_iter().filter(|body| body.len() <= 20_000).collect();
    assert_eq!(stored, lines);
    let refused = server.bodies().iter().filter(|body| body.len() > 20_000).count();
    assert!(refused < 20, "{refused} requests were too large: nothing was learned");

    let long = format!("good v=1i 1\nm s=\"{}\" 2\ngood v=3i 3\n", "x".repeat(30_000));
    let error = server.client().write("b", &long).await.unwrap_err();
    let partial = error.partial_write().unwrap();
    assert_eq!((error.kind(), partial.stored, indices(&partial.rejected)), (ErrorKind::TooLarge, 2, vec![1]));
    assert_eq!(partial.rejected[0].line().len(), "m s=\"\" 2".len() + 30_000);
}

#[tokio::test]
async fn a_body_that_arrives_damaged_goes_once_more_uncompressed() {
    let server = Scripted::new(|_, request| match request.headers().contains_key("content-encoding") {
        true => says(400, r#"{"error":"gzip: invalid checksum"}"#),
        false => STORED,
    });
    let client = server.builder().gzip(Gzip::threshold(10)).build().unwrap();
    let report = client.write("b", "m v=1 1\nm v=2 2").await.unwrap();
    assert_eq!(report.requests, 2);
    assert_eq!(server.headers("content-encoding"), [Some("gzip".to_owned()), None]);
    assert_eq!(server.bodies()[1], "m v=1 1\nm v=2 2\n");

    let server = Scripted::steps([says(400, r#"{"error":"unexpected EOF"}"#)]);
    let error = server.client().write("b", "m v=1 1").await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Rejected, 2));
    assert_eq!(error.partial_write().unwrap().dropped.len(), 1); // not the data's fault
}

#[tokio::test]
async fn bodies_are_compressed_but_not_towards_this_machine() {
    let client = |url: &str, server: &Scripted| {
        Client::builder(url).org("o").transport(server.clone()).build().unwrap()
    };
    let long = numbered(200, &[]);
    for (url, lines, packed) in [
        ("http://influx.example", long.as_str(), true),
        ("http://influx.example", "m v=1 1", false),
        ("http://localhost:8086", &long, false),
        ("http://127.0.0.1:8086", &long, false),
        ("http://[::1]:8086", &long, false),
    ] {
        let server = Scripted::steps([STORED]);
        client(url, &server).write("b", lines).await.unwrap();
        assert_eq!(server.headers("content-encoding")[0].is_some(), packed, "{url}");
    }
    let server = TestServer::builder().bucket("b").start().unwrap();
    let packing = Client::builder(server.url()).org("o").gzip(Gzip::new()).build().unwrap();
    packing.write("b", &long).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!((request.header("content-encoding"), server.count("b")), (Some("gzip"), 200));
    assert!(packing.write("b", numbered(20_000, &[]).as_str()).await.is_ok()); // off the runtime
}

#[tokio::test]
async fn the_client_says_how_records_are_written_of_every_kind() {
    let server = Scripted::steps([STORED]);
    let client = server.builder().default_tag("site", "x").precision(Precision::Seconds).build().unwrap();
    let mut ready = LineBuffer::with_options(influx_core::EncodeOptions::new().precision(Precision::Seconds));
    let point = Point::new("m").field("v", 1.0).time(Nanos(5_000_000_000));
    ready.push(&point).unwrap();
    client.write("b", &point).await.unwrap();
    client.write("b", "m v=1 5\nm,site=own v=2 6").await.unwrap();
    client.write("b", &ready).await.unwrap();
    assert_eq!(
        server.bodies(),
        ["m,site=x v=1 5\n", "m,site=x v=1 5\nm,site=own v=2 6\n", "m,site=x v=1 5\n"]
    );
    assert!(server.targets().iter().all(|target| target.ends_with("precision=s")), "{:?}", server.targets());
    let millis = Destination::bucket("b").precision(Precision::Milliseconds);
    client.write(millis, &point).await.unwrap();
    assert_eq!(server.bodies()[3], "m,site=x v=1 5000\n");
}

#[tokio::test]
async fn each_dialect_has_its_path() {
    let server = Scripted::steps([STORED]);
    let v3 = server.builder().dialect(Dialect::V3).build().unwrap();
    v3.write(Destination::database("d").no_sync(true), "m v=1 1").await.unwrap();
    v3.write(Destination::database("d").retention_policy("rp").dialect(Dialect::V1), "m v=1 1")
        .await
        .unwrap();
    v3.write(Destination::bucket("b").dialect(Dialect::V2), "m v=1 1").await.unwrap();
    assert_eq!(
        server.targets(),
        [
            "http://host/api/v3/write_lp?db=d&precision=nanosecond&no_sync=true",
            "http://host/write?db=d&rp=rp&precision=n",
            "http://host/api/v2/write?org=o&bucket=b&precision=ns",
        ]
    );
    let error = server.client().write(Destination::database("d").no_sync(true), "m v=1 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("no_sync") && error.to_string().contains("v2"), "{error}");
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn v3_names_lines_by_number() {
    let server = Scripted::new(|_, request| {
        let entries: Vec<_> = (1..)
            .zip(text(request).lines())
            .filter(|(_, line)| line.starts_with("bad"))
            .map(|(number, line)| {
                let cut = &line[..line.len().min(20)];
                format!(r#"{{"error_message":"no","line_number":{number},"original_line":"{cut}"}}"#)
            })
            .collect();
        match entries.is_empty() {
            true => STORED,
            false => says(
                400,
                format!(
                    r#"{{"error":"partial write of line protocol occurred","data":[{}]}}"#,
                    entries.join(",")
                ),
            ),
        }
    });
    let client = server.builder().dialect(Dialect::V3).build().unwrap();
    let error = client.write("d", &numbered(50, &[3, 40])).await.unwrap_err();
    let partial = error.partial_write().unwrap();
    assert_eq!((partial.stored, indices(&partial.rejected), server.requests()), (48, vec![3, 40], 1));
}
