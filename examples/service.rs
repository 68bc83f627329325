//! A small web service that records how long each of its requests took, through one writer that all handlers share.
//!
//! `cargo run --release --example service` sends it a burst of requests and, half-way, lets the embedded InfluxDB
//! fail: it answers 503 for a while, then is gone altogether, then comes back. In the end every record must have
//! its verdict, and be stored; if not, the program fails.
//!
//! Set `INFLUXDB_V2_URL`, `INFLUXDB_V2_TOKEN`, `INFLUXDB_V2_ORG` and, if it is not `service`, `INFLUXDB_V2_BUCKET` to
//! write to a real server, which is left alone.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};
use std::{env, thread};

use axum::extract::{Path, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use axum::{Router, serve};
use influx_core::testing::{Script, TestServer};
use influx_core::{Client, Measurement, Nanos, WriteOptions, Writer};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// One request to this service.
#[derive(Measurement)]
#[measurement(name = "http")]
struct Served<'a> {
    #[tag]
    method: &'a str,
    #[tag]
    route: &'a str,
    #[tag]
    status: u16,
    #[field]
    micros: u64,
    #[time]
    at: Nanos,
}

const CONNECTIONS: u64 = 16;
const REQUESTS: u64 = 4_000; // by each of them
const OUTAGE: Duration = Duration::from_millis(1_500); // with answers of 503, and again without any

type Failure = Box<dyn Error + Send + Sync>;

// === The service ===

/// What the handlers share.
struct Recorder {
    writer: Writer,
    offered: AtomicU64,
    last: AtomicI64,
}

impl Recorder {
    /// The time, later than any before: InfluxDB keeps one point for one series and time.
    fn now(&self) -> Result<Nanos, Failure> {
        let now: i64 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos().try_into()?;
        let later = |last: i64| now.max(last + 1);
        let update = |last| Some(later(last));
        let (Ok(last) | Err(last)) = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, update);
        Ok(Nanos(later(last)))
    }
}

async fn record(State(recorder): State<Arc<Recorder>>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = Instant::now();
    let response = next.run(request).await;
    let route = path.split('/').nth(1).unwrap_or_default(); // a tag of few values: the first part of the path
    if let Ok(at) = recorder.now() {
        let micros = started.elapsed().as_micros() as u64;
        let served =
            Served { method: method.as_str(), route, status: response.status().as_u16(), micros, at };
        recorder.offered.fetch_add(1, Ordering::Relaxed);
        // taken at once as long as there is room; a record that is not taken is in the writer's statistics
        let _ = recorder.writer.write(&served).await;
    }
    response
}

async fn squares(Path(number): Path<u64>) -> String {
    (1..=number % 100).map(|n| n * n).sum::<u64>().to_string()
}

fn service(recorder: Arc<Recorder>) -> Router {
    Router::new()
        .route("/squares/{number}", get(squares))
        .route("/health", get(|| async { "well" }))
        .layer(middleware::from_fn_with_state(recorder, record))
}

// === The burst, and what goes wrong meanwhile ===

/// Sends requests on one connection, one after the other; every tenth goes to a page that does not exist.
async fn requests(address: SocketAddr, done: Arc<AtomicU64>) -> Result<(), Failure> {
    let mut connection = BufReader::new(TcpStream::connect(address).await?);
    let mut body = Vec::new();
    for number in 0..REQUESTS {
        let path = if number % 10 == 9 { "/nowhere".to_owned() } else { format!("/squares/{number}") };
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        connection.write_all(request.as_bytes()).await?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            if connection.read_line(&mut line).await? == 0 {
                return Err("the service closed the connection".into());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse()?;
            } else if line.is_empty() {
                break;
            }
        }
        body.resize(length, 0);
        connection.read_exact(&mut body).await?;
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Once half of the burst is through: answers of 503 for a while, then no server at all, then all is well again.
fn fail(server: &TestServer, done: &AtomicU64) -> Result<(), Failure> {
    while done.load(Ordering::Relaxed) < CONNECTIONS * REQUESTS / 2 {
        thread::sleep(Duration::from_millis(5));
    }
    println!("half-way: InfluxDB answers 503");
    let failing = server.script(Script::answer(503).body("{\"code\":\"unavailable\",\"message\":\"busy\"}"));
    thread::sleep(OUTAGE);
    println!("InfluxDB is gone, after {} answers of 503", failing.hits());
    server.stop();
    thread::sleep(OUTAGE);
    failing.end();
    server.restart()?;
    println!("InfluxDB is back");
    Ok(())
}

// === All together ===

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (client, bucket, embedded) = connect()?;
    let writer = client.writer_with(&bucket, WriteOptions::throughput())?;
    let recorder =
        Arc::new(Recorder { writer: writer.clone(), offered: AtomicU64::new(0), last: AtomicI64::new(0) });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(serve(listener, service(Arc::clone(&recorder))).into_future());
    println!("the service is at http://{address}, its records go to {}", client.url());

    let done = Arc::new(AtomicU64::new(0));
    let failing = embedded.as_ref().map(|server| {
        let (server, done) = (Arc::clone(server), Arc::clone(&done));
        thread::spawn(move || fail(&server, &done))
    });
    let started = Instant::now();
    let mut burst = JoinSet::new();
    for _ in 0..CONNECTIONS {
        burst.spawn(requests(address, Arc::clone(&done)));
    }
    while let Some(outcome) = burst.join_next().await {
        outcome??;
    }
    println!(
        "{} requests answered in {:.1} s",
        done.load(Ordering::Relaxed),
        started.elapsed().as_secs_f64()
    );
    if let Some(failing) = failing {
        tokio::task::spawn_blocking(|| failing.join()).await?.map_err(|_| "the outage panicked")??;
    }

    writer.close(Some(Duration::from_secs(60))).await;
    verdict(&writer, &recorder, embedded.as_deref(), &bucket)
}

/// Prints the account, and fails unless everything is stored.
fn verdict(
    writer: &Writer,
    recorder: &Recorder,
    embedded: Option<&TestServer>,
    bucket: &str,
) -> Result<(), Failure> {
    let (stats, counted) = (writer.stats(), recorder.offered.load(Ordering::Relaxed));
    println!("offered {} = refused {} + written {}", stats.offered, stats.refused, stats.written);
    println!(
        "written {} = stored {} + rejected {} + dropped {} + pending {}",
        stats.written, stats.stored, stats.rejected, stats.dropped, stats.pending,
    );
    println!("{} requests to InfluxDB, {} of them retries", stats.requests, stats.retries);
    let mut wrong = Vec::new();
    let mut equal = |what: &str, left: u64, right: u64| {
        if left != right {
            wrong.push(format!("{what}: {left} is not {right}"));
        }
    };
    equal("what the service counted, and what the writer was offered", counted, stats.offered);
    equal("requests, and records", CONNECTIONS * REQUESTS, counted);
    equal("offered, and refused + written", stats.offered, stats.refused + stats.written);
    equal(
        "written, and its verdicts",
        stats.written,
        stats.stored + stats.rejected + stats.dropped + stats.pending,
    );
    equal("stored, and counted", stats.stored, counted);
    if let Some(server) = embedded {
        println!("the embedded server has {} points", server.count(bucket));
        equal("points in the embedded server, and records", server.count(bucket), counted);
    }
    if wrong.is_empty() {
        println!("nothing is lost");
        return Ok(());
    }
    Err(wrong.join("; ").into())
}

/// The real server that the environment names, else an embedded one.
fn connect() -> Result<(Client, String, Option<Arc<TestServer>>), Failure> {
    let bucket = env::var("INFLUXDB_V2_BUCKET").unwrap_or_else(|_| "service".to_owned());
    if env::var_os("INFLUXDB_V2_URL").is_some() {
        return Ok((Client::from_env()?, bucket, None));
    }
    let server = TestServer::builder().token("service").bucket(&bucket).start()?;
    let client = Client::builder(server.url()).token("service").org("service").build()?;
    Ok((client, bucket, Some(Arc::new(server))))
}
