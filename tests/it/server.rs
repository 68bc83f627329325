//! The embedded server: HTTP as it comes, InfluxDB 2's answers, and what can be asked of it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod admin;
mod auth;
mod configure;
mod delete;
mod flux;
mod raw;
mod scripts;
mod versions;

use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

use influx_core::Client;
use influx_core::testing::{TestServer, line_hash};

use self::raw::{answer, connect, exchange, gzip, post};

#[test]
fn many_requests_on_one_connection() {
    let server = TestServer::start().unwrap();
    let mut stream = connect(&server);
    for time in 0..3 {
        let body = format!("m v=1 {time}");
        assert_eq!(exchange(&mut stream, &post("org=o&bucket=b", "", body.as_bytes())).0, 204);
    }
    // two at once
    let mut both = post("org=o&bucket=b", "", b"m v=1 3");
    both.extend(post("org=o&bucket=b", "Connection: close\r\n", b"m v=1 4"));
    assert_eq!(exchange(&mut stream, &both).0, 204);
    assert_eq!(answer(&mut stream).0, 204);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    assert_eq!((server.count("b"), server.lines_received()), (5, 5));
}

#[test]
fn chunked_bodies_in_any_cut() {
    let server = TestServer::start().unwrap();
    let text = "POST /api/v2/write?org=o&bucket=b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\
                4;x=y\r\nm v=\r\n5\r\n1 1\nm\r\nA\r\n v=2 2\nm v\r\n4\r\n=3 3\r\n0\r\nTrailer: t\r\n\r\n";
    let mut stream = connect(&server);
    for bytes in text.as_bytes().chunks(3) {
        stream.write_all(bytes).unwrap();
        stream.flush().unwrap();
    }
    assert_eq!(answer(&mut stream).0, 204);
    assert_eq!(exchange(&mut stream, text.as_bytes()).0, 204);
    assert_eq!((server.count("b"), server.lines_received()), (3, 6));
    assert_eq!(server.requests()[0].body_len, 23);
}

#[test]
fn gzip_bodies_good_and_bad() {
    let server = TestServer::builder().bucket("b").max_body(100_000).start().unwrap();
    let mut stream = connect(&server);
    let mut send =
        |body: &[u8]| exchange(&mut stream, &post("org=o&bucket=b", "Content-Encoding: gzip\r\n", body)).0;
    let good = gzip("m v=1 1\nm v=2 2");
    assert_eq!(send(&good), 204);
    assert_eq!(server.count("b"), 2);
    assert_eq!(send(&good[..good.len() - 9]), 500); // cut
    assert_eq!(send(b"no gzip at all"), 500);
    let mut wrong = good.clone();
    let checksum = wrong.len() - 8;
    wrong[checksum] ^= 1;
    assert_eq!(send(&wrong), 400);
    assert_eq!(send(&gzip(&"m v=1 1\n".repeat(20_000))), 413); // a bomb counts inflated
    assert_eq!(server.count("b"), 2);
}

#[test]
fn a_client_may_ask_before_it_sends() {
    let server = TestServer::builder().bucket("b").max_body(100).start().unwrap();
    let head = "POST /api/v2/write?org=o&bucket=b HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n";
    let mut stream = connect(&server);
    assert_eq!(exchange(&mut stream, format!("{head}Content-Length: 7\r\n\r\n").as_bytes()).0, 100);
    assert_eq!(exchange(&mut stream, b"m v=1 1").0, 204);
    assert_eq!(exchange(&mut stream, format!("{head}Content-Length: 101\r\n\r\n").as_bytes()).0, 413);
}

#[test]
fn bodies_over_the_limit_get_their_answer() {
    let server = TestServer::builder().bucket("b").max_body(1_000).start().unwrap();
    let mut stream = connect(&server);
    let (status, text) = exchange(&mut stream, &post("org=o&bucket=b", "", &[b'x'; 500_000]));
    assert_eq!(status, 413);
    assert!(text.contains("Connection: close"), "{text}");
    let mut stream = connect(&server);
    let chunked =
        "POST /api/v2/write?org=o&bucket=b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff0\r\n";
    assert_eq!(exchange(&mut stream, chunked.as_bytes()).0, 413);
    assert_eq!(server.requests().iter().map(|request| request.status).collect::<Vec<_>>(), [413, 413]);
}

#[test]
fn requests_that_are_none_are_refused() {
    let server = TestServer::start().unwrap();
    for text in [
        "nonsense\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST / HTTP/1.1\r\nContent-Length: +7\r\n\r\nm v=1 1",
        "POST / HTTP/1.1\r\nContent-Length: \r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        assert_eq!(exchange(&mut connect(&server), text.as_bytes()).0, 400, "{text}");
    }
    let many = format!("GET /ping HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(101));
    assert_eq!(exchange(&mut connect(&server), many.as_bytes()).0, 431);
    let large = format!("GET /ping HTTP/1.1\r\na: {}", "b".repeat(65 * 1024));
    assert_eq!(exchange(&mut connect(&server), large.as_bytes()).0, 431);
}

#[test]
fn malformed_chunks_are_no_end_of_the_body() {
    let server = TestServer::start().unwrap();
    let head = "POST /api/v2/write?org=o&bucket=b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nm v=1 1";
    for rest in [
        "\r\n\r\n\r\n",
        "\r\n;x\r\n\r\n",
        "\r\n+0\r\n\r\n",
        "\r\n0\n\n",
        "  \r\n0\r\n\r\n",
        "\n0\r\n\r\n",
        "\r\n11111111111111111\r\n",
    ] {
        let text = format!("{head}{rest}");
        assert_eq!(exchange(&mut connect(&server), text.as_bytes()).0, 400, "{rest:?}");
    }
    let trailers = "Trailer: some text\r\n".repeat(5_000);
    let text = format!("{head}\r\n0\r\n{trailers}");
    assert_eq!(exchange(&mut connect(&server), text.as_bytes()).0, 431);
    assert_eq!(server.count("b"), 0);
    assert_eq!(exchange(&mut connect(&server), format!("{head}\r\n0 ;x\r\n\r\n").as_bytes()).0, 204);
}

#[test]
fn an_answer_to_head_has_no_body() {
    let server = TestServer::builder().max_body(10).start().unwrap();
    for (request, status) in [
        ("HEAD /health HTTP/1.1\r\nConnection: close\r\n\r\n", " 200 "),
        ("HEAD /nope HTTP/1.1\r\nConnection: close\r\n\r\n", " 404 "),
        ("HEAD /health HTTP/1.1\r\nContent-Length: 11\r\n\r\n", " 413 "),
        ("HEAD /health HTTP/1.1\r\nContent-Length: x\r\n\r\n", " 400 "),
    ] {
        let mut stream = connect(&server);
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert!(text.contains(status) && text.contains("Content-Length: "), "{text}");
        assert!(text.ends_with("\r\n\r\n"), "{text}");
    }
}

#[test]
fn targets_with_scheme_and_host_are_found() {
    let server = TestServer::start().unwrap();
    let request = String::from_utf8(post("org=o&bucket=b", "", b"m v=1 1")).unwrap();
    let request = request.replace("/api", "http://host:8086/api");
    assert_eq!(exchange(&mut connect(&server), request.as_bytes()).0, 204);
    assert_eq!(server.requests()[0].path, "/api/v2/write");
}

#[test]
fn paths_and_methods() {
    let server = TestServer::start().unwrap();
    let mut stream = connect(&server);
    let mut send =
        |line: &str| exchange(&mut stream, format!("{line} HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes());
    let (status, text) = send("GET /health");
    assert_eq!(status, 200);
    assert!(text.contains(r#""status":"pass""#), "{text}");
    let (status, text) = send("GET /ping");
    assert_eq!(status, 204);
    assert!(text.contains("X-Influxdb-Version: v2."), "{text}");
    assert_eq!(send("HEAD /ping").0, 204);
    let (status, text) = send("GET /nope");
    assert_eq!(status, 404);
    assert!(text.ends_with(r#"{"code":"not found","message":"path not found"}"#), "{text}");
    let (status, text) = send("GET /api/v2/write");
    assert_eq!(status, 405);
    assert!(text.contains("Allow: POST\r\n"), "{text}");
}

#[test]
fn writes_are_checked_in_the_order_of_influxdb() {
    let server = TestServer::builder().token("t").org("o").bucket("b").start().unwrap();
    let mut stream = connect(&server);
    let mut send = |query: &str, body: &str| {
        let request = post(query, "Authorization: Token t\r\n", body.as_bytes());
        let (status, text) = exchange(&mut stream, &request);
        let body = text.split_once("\r\n\r\n").unwrap().1.to_owned();
        (status, body)
    };
    for (query, body, status, part) in [
        ("org=o&bucket=b&precision=h", "m v=1", 400, "invalid precision; valid precision units are"),
        ("org=o", "m v=1", 404, "bucket not found"),
        ("bucket=b", "m v=1", 400, "Please provide either orgID or org"),
        ("bucket=b&org=p", "m v=1", 404, r#"organization name \"p\" not found"#),
        ("bucket=x&org=o", "m v=1", 404, r#"bucket \"x\" not found"#),
        ("bucket=b&org=o", "", 204, ""),
        ("bucket=b&org=o", "m v=1 1\nm\nm v=1 2\nm v=x 3", 400, r"unable to parse 'm': "),
    ] {
        let (got, text) = send(query, body);
        assert_eq!(got, status, "{query}: {text}");
        assert!(text.contains(part), "{query}: {text}");
    }
    assert!(send("bucket=b&org=o", "m\nm v=x").1.contains(r"\nunable to parse 'm v=x': "));
    assert_eq!(server.count("b"), 0);
    for (header, status) in
        [("", 401), ("Authorization: Token x\r\n", 401), ("Authorization: Bearer t\r\n", 204)]
    {
        let (got, text) = exchange(&mut stream, &post("bucket=b&org=o", header, b"m v=1 1"));
        assert_eq!(got, status, "{text}");
    }
}

#[tokio::test]
async fn counting_counts_and_hashes_in_any_order() {
    let lines: Vec<String> = (0..1_000).map(|n| format!("m,host=h{} v={n} {n}", n % 3)).collect();
    let expected = lines.iter().map(|line| line_hash(line)).fold(0, u64::wrapping_add);
    let mut hashes = Vec::new();
    for backwards in [false, true] {
        let server = TestServer::counting().unwrap();
        let client = Client::builder(server.url()).org("o").build().unwrap();
        let mut chunks: Vec<String> = lines.chunks(77).map(|chunk| chunk.join("\n")).collect();
        if backwards {
            chunks.reverse();
        }
        for chunk in &chunks {
            client.write("b", chunk).await.unwrap();
        }
        hashes.push(server.hash("b"));
        assert_eq!(server.series("b"), ["m,host=h0", "m,host=h1", "m,host=h2"]);
        assert_eq!(server.counts("b").into_values().collect::<Vec<_>>(), [334, 333, 333]);
        assert_eq!((server.count("b"), server.lines_received()), (1_000, 1_000));
        assert!(server.points("b").is_empty());
    }
    assert_eq!(hashes, [expected, expected]);
}

#[tokio::test]
async fn a_body_of_many_megabytes() {
    let server = TestServer::counting().unwrap();
    let client = Client::builder(server.url()).org("o").build().unwrap();
    let text = "m,host=a v=1,text=\"some words to make it long\" 1700000000000000000\n".repeat(100_000);
    let report = client.write("b", &text).await.unwrap();
    assert_eq!((report.lines, report.bytes), (100_000, text.len() as u64));
    assert_eq!(server.count("b"), 100_000);
}

#[tokio::test]
async fn the_client_keeps_its_connection_and_the_server_stops_by_itself() {
    let server = TestServer::start().unwrap();
    let client = Client::builder(server.url()).org("o").build().unwrap();
    for time in 0..5 {
        client.write("b", &format!("m v=1 {time}")).await.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (5, 1));
    let mut open = connect(&server);
    drop(server);
    // another server may have the port by now: what counts is that the open connection has ended
    open.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    match open.read(&mut [0]) {
        Ok(read) => assert_eq!(read, 0),
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
}

#[test]
fn recorded_requests_hold_no_secrets_and_stay_few_in_counting_mode() {
    let server = TestServer::counting().unwrap();
    let mut stream = connect(&server);
    let head = "X-Api-Key: s3cret\r\nAuthorization: Bearer s3cret\r\nCookie: s3cret\r\n";
    for _ in 0..1_003 {
        exchange(&mut stream, &post("org=o&bucket=b&u=me&p=s3cret&token=s3cret&password=s3cret", head, b""));
    }
    let requests = server.requests();
    assert_eq!((requests.len(), server.request_count()), (1_000, 1_003));
    assert!(!format!("{requests:?}").contains("s3cret"));
    assert_eq!(requests[0].header("authorization"), Some("Bearer [redacted]"));
    assert_eq!(requests[0].query("u"), Some("me"));
}

#[test]
fn servers_do_not_share_anything() {
    let (one, two) = (TestServer::start().unwrap(), TestServer::start().unwrap());
    exchange(&mut connect(&one), &post("org=o&bucket=b", "", b"m v=1 1"));
    assert_eq!((one.count("b"), two.count("b")), (1, 0));
    assert_ne!(one.url(), two.url());
}
