//! A transport that answers as a test says, and keeps what was sent.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use influx_core::http::{Body, Gzip, Transport, TransportError, TransportErrorKind, TransportFuture};
use influx_core::{Client, ClientBuilder};

/// What becomes of a request.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Answer(u16, Vec<(&'static str, &'static str)>, String),
    Fault(TransportErrorKind),
    /// No answer, ever.
    Silence,
}

pub(super) const STORED: Step = Step::Answer(204, Vec::new(), String::new());

pub(super) fn status(status: u16) -> Step {
    Step::Answer(status, Vec::new(), String::new())
}

pub(super) fn says(status: u16, body: impl Into<String>) -> Step {
    Step::Answer(status, Vec::new(), body.into())
}

type Answers = dyn Fn(usize, &Request<Bytes>) -> Step + Send + Sync;

#[derive(Clone)]
pub(super) struct Scripted {
    answers: Arc<Answers>,
    seen: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scripted").finish_non_exhaustive()
    }
}

impl Scripted {
    /// Answers by the request and its number, from 0.
    pub(super) fn new(answers: impl Fn(usize, &Request<Bytes>) -> Step + Send + Sync + 'static) -> Self {
        Self { answers: Arc::new(answers), seen: Arc::default() }
    }

    /// Answers one after the other, then with the last for ever.
    pub(super) fn steps(steps: impl IntoIterator<Item = Step>) -> Self {
        let steps: Vec<_> = steps.into_iter().collect();
        Self::new(move |number, _| steps[number.min(steps.len() - 1)].clone())
    }

    /// Stores everything but what holds this word; `refusal` is the answer to that.
    pub(super) fn refusing(word: &'static str, refusal: Step) -> Self {
        Self::new(move |_, request| match text(request).contains(word) {
            true => refusal.clone(),
            false => STORED,
        })
    }

    pub(super) fn builder(&self) -> ClientBuilder {
        Client::builder("http://host").org("o").gzip(Gzip::off()).transport(self.clone())
    }

    pub(super) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    pub(super) fn requests(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// What each request carried.
    pub(super) fn bodies(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(text).collect()
    }

    pub(super) fn targets(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|request| request.uri().to_string()).collect()
    }

    /// The value of a header in each request.
    pub(super) fn headers(&self, name: &str) -> Vec<Option<String>> {
        let value =
            |request: &Request<Bytes>| Some(request.headers().get(name)?.to_str().unwrap().to_owned());
        self.seen.lock().unwrap().iter().map(value).collect()
    }
}

pub(super) fn text(request: &Request<Bytes>) -> String {
    String::from_utf8_lossy(request.body()).into_owned()
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_, Response<Body>> {
        let mut seen = self.seen.lock().unwrap();
        let step = (self.answers)(seen.len(), &request);
        seen.push(request);
        Box::pin(async move {
            match step {
                Step::Answer(status, headers, body) => {
                    let mut answer = Response::new(Body::from(body));
                    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
                    for (name, value) in headers {
                        answer.headers_mut().insert(name, value.parse().unwrap());
                    }
                    Ok(answer)
                }
                Step::Fault(kind) => Err(TransportError::new(kind, "as scripted")),
                Step::Silence => std::future::pending().await,
            }
        })
    }
}
