//! A transport that answers by the request, from memory, and keeps what came.

use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use influx_core::http::{Body, Call, RetryPolicy, Transport, TransportFuture};
use influx_core::{Client, ClientBuilder, Result};

pub(super) const TOKEN: &str = "t0ken-of-the-admin-tests";

type Answer = dyn Fn(&str) -> (u16, String) + Send + Sync;

/// Answers by method and target: `GET /api/v2/buckets?name=b`.
#[derive(Clone)]
pub(super) struct Scripted {
    answer: Arc<Answer>,
    seen: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Scripted {
    pub(super) fn new(answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), seen: Arc::default() }
    }

    /// Answers everything with the same.
    pub(super) fn always(status: u16, body: impl fmt::Display) -> Self {
        let body = body.to_string();
        Self::new(move |_| (status, body.clone()))
    }

    /// A client of an organisation called `my-org`.
    pub(super) fn client(&self) -> Client {
        self.builder().org("my-org").build().unwrap()
    }

    pub(super) fn builder(&self) -> ClientBuilder {
        Client::builder("http://host").token(TOKEN).retry(RetryPolicy::none()).transport(self.clone())
    }

    pub(super) fn requests(&self) -> Vec<Request<Bytes>> {
        self.seen.lock().unwrap().clone()
    }

    /// What came, each as method, target and body.
    pub(super) fn lines(&self) -> Vec<String> {
        self.requests().iter().map(line).collect()
    }
}

fn line(request: &Request<Bytes>) -> String {
    let target = request.uri().path_and_query().unwrap();
    let body = std::str::from_utf8(request.body()).unwrap();
    format!("{} {target} {body}", request.method()).trim_end().to_owned()
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_, Response<Body>> {
        let target = request.uri().path_and_query().unwrap();
        let (status, body) = (self.answer)(&format!("{} {target}", request.method()));
        self.seen.lock().unwrap().push(request);
        let mut answer = Response::new(Body::from(body));
        *answer.status_mut() = StatusCode::from_u16(status).unwrap();
        Box::pin(async { Ok(answer) })
    }
}

/// Makes a call that is answered with this, and returns what it sent and how it ended.
pub(super) async fn sent<T: Send + 'static>(
    status: u16,
    body: impl fmt::Display,
    call: impl FnOnce(Client) -> Call<T>,
) -> (Vec<String>, Result<T>) {
    let server = Scripted::always(status, body);
    let result = call(server.client()).await;
    (server.lines(), result)
}
