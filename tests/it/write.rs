//! `Client::write`: what is taken, what leaves, and what is stored.

#![allow(clippy::unwrap_used, clippy::panic)]

mod answers;
mod once;
mod script;
mod spool_files;

use std::error::Error as _;

use influx_core::testing::{StoredValue, TestServer};
use influx_core::{Client, Destination, ErrorKind, Line, LineBuffer, Measurement, Nanos, Precision, lines};

const TOKEN: &str = "s3cr3t-t0k3n";

struct Cpu {
    host: &'static str,
    usage: f64,
    time: i64,
}

impl Measurement for Cpu {
    fn encode(&self, line: &mut Line<'_>) {
        line.measurement("cpu");
        line.tag("host").text(self.host);
        if self.usage < 0.0 {
            line.fail("usage is negative");
        }
        line.field("usage").float(self.usage);
        line.timestamp(&Nanos(self.time));
    }
}

fn cpu(host: &'static str, usage: f64) -> Cpu {
    Cpu { host, usage, time: 1_700_000_000_123_456_789 }
}

fn client(server: &TestServer) -> Client {
    Client::builder(server.url()).token(TOKEN).org("o").build().unwrap()
}

#[tokio::test]
async fn one_request_a_call_with_the_right_head() {
    let server = TestServer::builder().token(TOKEN).bucket("b").start().unwrap();
    let report = client(&server).write("b", &[cpu("a", 1.5), cpu("b", 2.5)]).await.unwrap();
    assert_eq!((report.lines, report.skipped_non_finite), (2, 0));

    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str(), request.status),
        ("POST", "/api/v2/write", 204)
    );
    let pairs: Vec<_> = request.query.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(pairs, [("org", "o"), ("bucket", "b"), ("precision", "ns")]);
    assert_eq!(request.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("authorization"), Some("Token [redacted]"));
    assert!(request.header("user-agent").unwrap().starts_with("influx-core/"));
    assert_eq!(request.header("accept-encoding"), None);
    assert_eq!(request.body_len as u64, report.bytes);

    let points = server.points("b");
    assert_eq!(points.len(), 2);
    assert_eq!(points[0].tags["host"], "a");
    assert_eq!(points[0].fields["usage"], StoredValue::Float(1.5));
    assert_eq!(points[0].time, 1_700_000_000_123_456_789);
}

#[tokio::test]
async fn every_kind_of_records_is_taken() {
    let server = TestServer::start().unwrap();
    let client = client(&server);
    let vec = vec![cpu("a", 1.0), cpu("b", 1.0)];
    let slice = vec.as_slice();
    let dynamic: [&dyn Measurement; 2] = [&vec[0], &vec[1]];
    let mut buffer = LineBuffer::new();
    buffer.push(&vec[0]).unwrap();

    assert_eq!(client.write("one", &vec[0]).await.unwrap().lines, 1);
    assert_eq!(client.write("dyn", dynamic[0]).await.unwrap().lines, 1);
    assert_eq!(client.write("array", &[cpu("a", 1.0)]).await.unwrap().lines, 1);
    assert_eq!(client.write("vec", &vec).await.unwrap().lines, 2);
    assert_eq!(client.write("slice", slice).await.unwrap().lines, 2);
    assert_eq!(client.write("slice-ref", &slice).await.unwrap().lines, 2);
    assert_eq!(client.write("references", &[&vec[0], &vec[1]]).await.unwrap().lines, 2);
    assert_eq!(client.write("dynamic", &dynamic).await.unwrap().lines, 2);
    assert_eq!(client.write("text", "m v=1 1\n\n# comment\nm v=2 2").await.unwrap().lines, 2);
    assert_eq!(client.write("string", &"m v=1 1".to_owned()).await.unwrap().lines, 1);
    assert_eq!(client.write("buffer", &buffer).await.unwrap().lines, 1);
    assert_eq!(server.points("text")[1].time, 2);
    assert_eq!(server.points("one"), server.points("buffer"));
    assert_eq!(server.points("vec"), server.points("dynamic"));
}

#[tokio::test]
async fn the_precision_is_sent_and_the_times_fit_it() {
    let server = TestServer::start().unwrap();
    let client = client(&server);
    for precision in
        [Precision::Nanoseconds, Precision::Microseconds, Precision::Milliseconds, Precision::Seconds]
    {
        let to = Destination::bucket(precision.as_str()).precision(precision);
        client.write(&to, &cpu("a", 1.0)).await.unwrap();
        assert_eq!(server.requests().last().unwrap().query("precision"), Some(precision.as_str()));
    }
    assert_eq!(server.points("ns")[0].time, 1_700_000_000_123_456_789);
    assert_eq!(server.points("us")[0].time, 1_700_000_000_123_456_000);
    assert_eq!(server.points("ms")[0].time, 1_700_000_000_123_000_000);
    assert_eq!(server.points("s")[0].time, 1_700_000_000_000_000_000);

    let mut nanos = LineBuffer::new();
    nanos.push(&cpu("a", 1.0)).unwrap();
    let seconds = Destination::bucket("b").precision(Precision::Seconds);
    let error = client.write(seconds, &nanos).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(server.count("b"), 0);
}

#[tokio::test]
async fn a_record_that_cannot_be_encoded_is_named_and_nothing_is_sent() {
    let server = TestServer::start().unwrap();
    let client = client(&server);
    let error = client.write("b", &[cpu("a", 1.0), cpu("b", 1.0), cpu("c", -1.0)]).await.unwrap_err();
    assert_eq!((error.kind(), error.record()), (ErrorKind::Encode, Some(2)));
    assert_eq!(error.to_string(), "record 2 cannot be encoded");
    assert!(error.source().unwrap().to_string().contains("usage is negative"));

    let error = client.write("b", "m v=1 1\n\nm v=\nm").await.unwrap_err();
    assert_eq!((error.kind(), error.record()), (ErrorKind::Encode, Some(2)));
    assert_eq!(error.to_string(), "line 3 of the text cannot be written, nor can 1 more");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn nothing_to_write_sends_nothing() {
    let server = TestServer::start().unwrap();
    let client = client(&server);
    assert_eq!(client.write("b", &[] as &[Cpu]).await.unwrap().lines, 0);
    assert_eq!(client.write("b", "\n# only a comment\n").await.unwrap().lines, 0);
    let _ = client.write("b", &cpu("a", 1.0)); // never awaited
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_organisation_is_needed_from_somewhere() {
    let server = TestServer::start().unwrap();
    let client = Client::builder(server.url()).build().unwrap();
    let error = client.write("b", "m v=1 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("ClientBuilder::org or Destination::org"), "{error}");
    client.write(Destination::bucket("b").org("o"), "m v=1 1").await.unwrap();
    assert_eq!(server.count("b"), 1);
}

#[tokio::test]
async fn a_missing_organisation_or_bucket_is_told_before_records_are_encoded() {
    let client = Client::builder("http://host").build().unwrap();
    assert_eq!(client.write("b", &cpu("a", -1.0)).await.unwrap_err().kind(), ErrorKind::Config);
    let error = client.write(Destination::bucket("b").org(""), "m v=1 1").await.unwrap_err();
    assert!(error.to_string().contains("organisation is empty"), "{error}");
}

#[tokio::test]
async fn names_stay_within_their_parameters() {
    let server = TestServer::start().unwrap();
    let bucket = "a&org=evil b\r\nHost: x#?/%41é";
    client(&server).write(Destination::bucket(bucket).org("o&p"), "m v=1 1").await.unwrap();
    let request = &server.requests()[0];
    assert_eq!((request.query("bucket"), request.query("org")), (Some(bucket), Some("o&p")));
    assert_eq!(request.query.len(), 3);
    assert_eq!(server.count(bucket), 1);
}

#[tokio::test]
async fn a_call_moves_to_another_task() {
    let server = TestServer::start().unwrap();
    let call = {
        let client = client(&server);
        client.write("b", &cpu("a", 1.0))
    };
    let report = tokio::spawn(async move { call.await }).await.unwrap().unwrap();
    assert_eq!(report.lines, 1);
}

#[tokio::test]
async fn an_iterator_is_written_once_and_its_bad_record_named() {
    let server = TestServer::builder().token(TOKEN).bucket("b").start().unwrap();
    let client = client(&server);

    let three = lines::iter(["a", "b", "c"].into_iter().map(|host| cpu(host, 1.0)));
    assert_eq!(client.write("b", &three).await.unwrap().lines, 3);
    assert_eq!(server.series("b"), ["cpu,host=a", "cpu,host=b", "cpu,host=c"]);

    let error = client.write("b", &three).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("lines::iter"), "{error}");

    let bad = lines::iter((0..5).map(|i| cpu("d", if i == 3 { -1.0 } else { 1.0 })));
    let error = client.write("b", &bad).await.unwrap_err();
    assert_eq!((error.kind(), error.record()), (ErrorKind::Encode, Some(3)));
    assert_eq!(client.write("b", &lines::iter(Vec::<Cpu>::new())).await.unwrap().lines, 0);
    assert_eq!(server.requests().len(), 1);
}
