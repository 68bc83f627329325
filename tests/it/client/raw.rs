//! A server of a few lines that answers with the bytes it is told, and a transport that does the same without one.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use influx_core::http::{Body, Chunks, Transport, TransportError, TransportErrorKind, TransportFuture};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// `POST /path HTTP/1.1`
    pub(super) line: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

type Answer = dyn Fn(usize, &Seen) -> String + Send + Sync;

/// Serves connections until it is dropped with its runtime.
pub(super) struct Raw {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Raw {
    /// Answers each request by its number, from 0, and itself.
    pub(super) async fn start(answer: impl Fn(usize, &Seen) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Arc::default());
        let answer: Arc<Answer> = Arc::new(answer);
        let raw = Self { address, seen: Arc::clone(&seen) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                tokio::spawn(async move { serve(stream, &*answer, &seen).await });
            }
        });
        raw
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Answers the requests of one connection.
pub(super) async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: &Answer,
    seen: &Mutex<Vec<Seen>>,
) {
    while let Some(request) = read(&mut stream).await {
        let answer = {
            let mut seen = seen.lock().unwrap();
            let answer = answer(seen.len(), &request);
            seen.push(request);
            answer
        };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Reads one request with its body; `None` at the end.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Seen> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8(head).unwrap();
    let mut lines = text.lines();
    let line = lines.next()?.to_owned();
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers: Vec<_> = pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let seen = Seen { line, headers };
    let length = seen.header("content-length").map_or(0, |text| text.parse().unwrap());
    stream.read_exact(&mut vec![0; length]).await.ok()?;
    Some(seen)
}

/// An answer with a body and headers, each with its line break.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

pub(super) const NO_CONTENT: &str = "HTTP/1.1 204 No Content\r\n\r\n";

/// What a scripted transport does with one request.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Answer(u16, &'static str, &'static str),
    Fault(TransportErrorKind),
    /// Never answers.
    Silent,
    /// The status and some of the body, then nothing more; or then a break.
    Stalls(u16, &'static str),
    Breaks(u16, &'static str),
    /// A byte in each interval, without end.
    Drips(Duration),
}

/// Does one step for each request, then the last one again.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    steps: Arc<Mutex<VecDeque<Step>>>,
    pub(super) seen: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Steps {
    pub(super) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: Arc::new(Mutex::new(steps.into_iter().collect())), seen: Arc::default() }
    }

    pub(super) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

impl Transport for Steps {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_, Response<Body>> {
        self.seen.lock().unwrap().push(request);
        let mut steps = self.steps.lock().unwrap();
        let step = if steps.len() > 1 { steps.pop_front().unwrap() } else { steps[0].clone() };
        let respond = |status: u16, body: Body| {
            let mut response = Response::new(body);
            *response.status_mut() = status.try_into().unwrap();
            response
        };
        let response = match step {
            Step::Silent => return Box::pin(std::future::pending()),
            Step::Fault(kind) => return Box::pin(async move { Err(TransportError::new(kind, "gone")) }),
            Step::Answer(status, header, body) => {
                let mut response = respond(status, Body::from(body));
                if let Some((name, value)) = header.split_once(": ") {
                    let name: http::HeaderName = name.parse().unwrap();
                    response.headers_mut().insert(name, value.parse().unwrap());
                }
                response
            }
            Step::Stalls(status, body) => {
                respond(status, Body::chunks(Piece { first: Some(body), then: None }))
            }
            Step::Breaks(status, body) => {
                let then = Some(TransportErrorKind::Interrupted);
                respond(status, Body::chunks(Piece { first: Some(body), then }))
            }
            Step::Drips(interval) => respond(200, Body::chunks(Drip(interval))),
        };
        Box::pin(async { Ok(response) })
    }
}

struct Piece {
    first: Option<&'static str>,
    then: Option<TransportErrorKind>,
}

impl Chunks for Piece {
    fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
        if let Some(first) = self.first.take() {
            return Box::pin(async move { Ok(Some(first.into())) });
        }
        match self.then {
            Some(kind) => Box::pin(async move { Err(TransportError::new(kind, "gone")) }),
            None => Box::pin(std::future::pending()),
        }
    }
}

struct Drip(Duration);

impl Chunks for Drip {
    fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
        Box::pin(async {
            tokio::time::sleep(self.0).await;
            Ok(Some("x".into()))
        })
    }
}
