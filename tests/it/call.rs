//! Calls and their errors: what an answer or a fault means, and what never shows.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::error::Error as _;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use influx_core::http::{
    Body, Chunks, RetryPolicy, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use influx_core::testing::TestServer;
use influx_core::{Client, ClientBuilder, Destination, ErrorKind, LineBuffer, Nanos, Point};

const TOKEN: &str = "s3cr3t-t0k3n";

fn client(server: &TestServer) -> Client {
    Client::builder(server.url()).token(TOKEN).org("o").build().unwrap()
}

/// Without retries.
fn one_attempt(url: &str) -> ClientBuilder {
    Client::builder(url).org("o").retry(RetryPolicy::none())
}

/// Answers every request with the same and keeps what came.
#[derive(Debug, Clone)]
struct Canned {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    seen: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Canned {
    fn new(status: u16, headers: &[(&'static str, &str)], body: impl Into<String>) -> Self {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { status, headers, body: body.into(), seen: Arc::default() }
    }

    fn client(&self) -> Client {
        Client::builder("http://host:1/prefix/")
            .token(TOKEN)
            .org("o")
            .retry(RetryPolicy::none())
            .transport(self.clone())
            .build()
            .unwrap()
    }
}

impl Transport for Canned {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_, Response<Body>> {
        self.seen.lock().unwrap().push(request);
        let mut answer = Response::new(Body::from(self.body.clone()));
        *answer.status_mut() = StatusCode::from_u16(self.status).unwrap();
        for (name, value) in &self.headers {
            answer.headers_mut().insert(*name, value.parse().unwrap());
        }
        Box::pin(async { Ok(answer) })
    }
}

#[tokio::test]
async fn the_servers_refusals_have_kinds_and_its_words() {
    let server = TestServer::builder().token(TOKEN).org("o").bucket("b").max_body(1_000).start().unwrap();
    let good = client(&server);
    let wrong = Client::builder(server.url()).token("wrong").org("o").build().unwrap();

    let error = wrong.write("b", "m v=1 1").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(401)));
    assert_eq!(error.server().unwrap().message, "unauthorized access");
    assert!(!error.is_retryable());

    let error = good.write("x", "m v=1 1").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::NotFound, Some(404)));
    assert_eq!(error.server().unwrap().code.as_deref(), Some("not found"));
    assert_eq!(error.to_string(), "POST /api/v2/write: the server answered 404: bucket \"x\" not found");
    let error = good.write(Destination::bucket("b").org("p"), "m v=1 1").await.unwrap_err();
    assert_eq!(error.server().unwrap().message, "organization name \"p\" not found");

    good.write("b", "m v=1 1").await.unwrap();
    let error = good.write("b", "m v=1i 2\nm v=2 3").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Rejected, Some(422)));
    assert!(error.server().unwrap().message.contains("field type conflict"));
    assert_eq!(server.count("b"), 2);

    let error = good.write("b", &format!("m v=\"{}\" 1", "x".repeat(1_000))).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::TooLarge, Some(413)));
}

#[tokio::test]
async fn bad_lines_are_told_in_the_servers_words() {
    let body = r#"{"code":"invalid","message":"unable to parse 'm': missing fields\nunable to parse 'n': missing fields"}"#;
    let error = Canned::new(400, &[], body).client().write("b", "m v=1 1").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Rejected, Some(400)));
    let server = error.server().unwrap();
    assert_eq!(server.code.as_deref(), Some("invalid"));
    assert_eq!(server.message.lines().count(), 2);
    assert!(!error.to_string().contains('\n'), "{error}");
}

#[tokio::test]
async fn waiting_times_and_retries() {
    let error =
        Canned::new(429, &[("retry-after", "2.5")], "").client().write("b", "m v=1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after().unwrap().as_millis(), 2_500);
    assert!(error.is_retryable());
    let error = Canned::new(503, &[], "starting").client().write("b", "m v=1").await.unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Unavailable, None));
    assert_eq!(error.server().unwrap().message, "starting");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let canned = Canned::new(307, &[("location", "https://login.example:8443/x?t=1")], "");
    let error = canned.client().write("b", "m v=1 1").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Redirect, Some(307)));
    assert!(error.to_string().contains("https://login.example:8443,"), "{error}");
    assert!(!error.to_string().contains("t=1"));
    assert_eq!(canned.seen.lock().unwrap().len(), 1);
    let error = Canned::new(304, &[], "").client().write("b", "m v=1 1").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unexpected, Some(304)));
}

#[tokio::test]
async fn a_redirect_is_not_followed_over_the_network_either() {
    let elsewhere = TestServer::start().unwrap();
    let target = elsewhere.url();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        let head = format!("HTTP/1.1 307 T\r\nLocation: {target}/api/v2/write\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
    });
    let client = Client::builder(format!("http://{address}")).org("o").build().unwrap();
    let error = client.write("b", "m v=1 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_page_that_says_200_is_no_acknowledgement() {
    let error = Canned::new(200, &[], "<html>log in").client().write("b", "m v=1 1").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unexpected, Some(200)));
    Canned::new(200, &[], "").client().write("b", "m v=1 1").await.unwrap();
}

#[tokio::test]
async fn a_prefix_of_the_url_is_kept_and_the_token_is_sensitive() {
    let canned = Canned::new(204, &[], "");
    canned.client().write("b", "m v=1 1").await.unwrap();
    let seen = canned.seen.lock().unwrap();
    assert_eq!(seen[0].uri(), "http://host:1/prefix/api/v2/write?org=o&bucket=b&precision=ns");
    let authorization = &seen[0].headers()["authorization"];
    assert_eq!(authorization, &format!("Token {TOKEN}"));
    assert!(authorization.is_sensitive());
    assert!(!format!("{:?}", seen[0]).contains(TOKEN));
}

#[tokio::test]
async fn the_token_shows_nowhere() {
    let builder = Client::builder("http://user:pass@host").token(TOKEN);
    let mut shown = vec![format!("{builder:?}"), format!("{:?}", builder.build().unwrap_err())];
    let broken = Client::builder("http://host").token(format!("{TOKEN}\r\nx: y")).build().unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::Config);
    shown.push(format!("{broken} {broken:?}"));
    let canned = Canned::new(502, &[], format!("GET / Authorization: Token {TOKEN}"));
    let client = canned.client();
    let call = client.write("b", "m v=1 1");
    shown.push(format!("{client:?} {client:#?} {call:?}"));
    let error = call.await.unwrap_err();
    assert!(error.to_string().contains("Token [redacted]"), "{error}");
    shown.push(format!("{error} {error:?} {error:#?} {:?}", error.server()));
    let server = TestServer::builder().token(TOKEN).start().unwrap();
    let error = self::client(&server).write("b", "m v=1 1").await.unwrap_err();
    shown.push(format!("{error} {error:?} {server:?} {:?}", server.requests()));
    for text in shown {
        assert!(!text.contains(TOKEN) && !text.contains("pass@"), "{text}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_retryable_and_names_no_url() {
    let address = TestServer::start().unwrap().url(); // stopped at once
    let client = one_attempt(&address).token(TOKEN).build().unwrap();
    let error = client.write("bucket-name", "m v=1 1").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Connect, None));
    assert!(error.is_retryable());
    assert_eq!(error.to_string(), "POST /api/v2/write: cannot connect");
    let mut chain = format!("{error:?}");
    let mut next: Option<&dyn std::error::Error> = error.source();
    while let Some(cause) = next {
        chain.push_str(&cause.to_string());
        next = cause.source();
    }
    assert!(!chain.contains("bucket-name") && !chain.contains(TOKEN), "{chain}");
}

#[derive(Debug)]
struct Silent;

impl Transport for Silent {
    fn send(&self, _: Request<Bytes>) -> TransportFuture<'_, Response<Body>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_a_time_limit() {
    let client = one_attempt("http://host").transport(Silent).build().unwrap();
    let started = tokio::time::Instant::now();
    let error = client.write("b", "m v=1 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_retryable());
    assert_eq!(started.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_line_without_a_time_is_not_written_twice() {
    let client = one_attempt("http://host").transport(Silent).build().unwrap();
    for (text, retryable) in [("m v=1", false), ("m v=1 1", true), ("m v=1 1\nm v=2", false)] {
        let error = client.write("b", text).await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Timeout, retryable), "{text}");
        let mut lines = LineBuffer::new();
        lines.push_raw(text).unwrap();
        assert_eq!(client.write("b", &lines).await.unwrap_err().is_retryable(), retryable, "{text}");
    }
    let untimed = Point::new("m").field("v", 1);
    assert!(!client.write("b", &untimed).await.unwrap_err().is_retryable());
    assert!(client.write("b", &untimed.time(Nanos(1))).await.unwrap_err().is_retryable());
}

#[derive(Debug)]
struct Stalled;

impl Chunks for Stalled {
    fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
        Box::pin(std::future::pending())
    }
}

impl Transport for Stalled {
    fn send(&self, _: Request<Bytes>) -> TransportFuture<'_, Response<Body>> {
        Box::pin(async { Ok(Response::new(Body::chunks(Stalled))) })
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_stalls_in_its_body_has_the_same_time_limit() {
    let client = one_attempt("http://host").transport(Stalled).build().unwrap();
    let started = tokio::time::Instant::now();
    let error = client.write("b", "m v=1 1").await.unwrap_err();
    assert_eq!((error.kind(), started.elapsed().as_secs()), (ErrorKind::Timeout, 10));
}

#[derive(Debug)]
struct Broken(TransportErrorKind);

impl Transport for Broken {
    fn send(&self, _: Request<Bytes>) -> TransportFuture<'_, Response<Body>> {
        let error = TransportError::new(self.0, "reset by peer");
        Box::pin(async { Err(error) })
    }
}

#[tokio::test]
async fn faults_of_the_transport_have_kinds() {
    for (fault, kind) in [
        (TransportErrorKind::Connect, ErrorKind::Connect),
        (TransportErrorKind::Timeout, ErrorKind::Timeout),
        (TransportErrorKind::Interrupted, ErrorKind::Transport),
        (TransportErrorKind::Tls, ErrorKind::Tls),
        (TransportErrorKind::Invalid, ErrorKind::Config),
    ] {
        // shared or boxed, it is a transport, too
        let transport: Arc<dyn Transport> = Arc::new(Broken(fault));
        let transport: Box<dyn Transport> = Box::new(transport);
        let client = one_attempt("http://host").transport(transport).build().unwrap();
        let error = client.write("b", "m v=1 1").await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.is_retryable(), !matches!(kind, ErrorKind::Tls | ErrorKind::Config));
        assert_eq!(error.source().unwrap().to_string(), "reset by peer");
    }
}

#[test]
fn a_call_outside_a_runtime_is_an_error_with_advice() {
    use std::future::IntoFuture;
    let client = Client::builder("http://host").org("o").build().unwrap();
    let mut call = std::pin::pin!(client.write("b", "m v=1 1").into_future());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(result) = call.as_mut().poll(&mut context) else { panic!("pending") };
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("tokio"), "{error}");
}

#[test]
#[should_panic(expected = "timers are disabled")]
fn a_call_in_a_runtime_without_timers_panics_as_documented() {
    use std::future::IntoFuture;
    let client = one_attempt("http://host").transport(Silent).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _ = runtime.block_on(client.write("b", "m v=1 1").into_future());
}

/// A server that reads one request and answers with these bytes, then closes.
async fn raw_server(answer: &'static [u8]) -> std::net::SocketAddr {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        stream.write_all(answer).await.unwrap();
    });
    address
}

#[tokio::test]
async fn answers_that_break_off_are_faults_of_the_transport() {
    for answer in [
        b"".as_slice(),
        b"HTTP/1.1 204 No Con",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\"",
        b"SSH-2.0-OpenSSH\r\n",
    ] {
        let url = format!("http://{}", raw_server(answer).await);
        let client = one_attempt(&url).build().unwrap();
        let error = client.write("b", "m v=1 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{}: {error:?}", answer.escape_ascii());
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn https_to_a_server_without_it_is_no_secure_connection() {
    let server = TestServer::start().unwrap();
    let url = server.url().replace("http:", "https:");
    let client = Client::builder(url).token(TOKEN).org("o").build().unwrap();
    let error = client.write("b", "m v=1 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
    assert!(!error.is_retryable());
    assert!(server.requests().is_empty());
}

#[test]
fn an_http_address_needs_no_certificates_of_the_system() {
    const CHILD: &str = "INFLUX_TEST_WITHOUT_CERTIFICATES";
    if std::env::var_os(CHILD).is_some() {
        Client::builder("http://host").build().unwrap();
        return;
    }
    let name = "call::an_http_address_needs_no_certificates_of_the_system";
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(CHILD, "1")
        .env("SSL_CERT_FILE", "/nonexistent")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn a_body_that_is_sent_compressed_stays_as_it_is() {
    // InfluxDB answers writes plainly; a proxy that inflates or deflates is not our business
    let url = format!(
        "http://{}",
        raw_server(b"HTTP/1.1 400 B\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc").await
    );
    let client = Client::builder(url).org("o").build().unwrap();
    let error = client.write("b", "m v=1 1").await.unwrap_err();
    assert_eq!(error.server().unwrap().message, "abc");
}
