//! A server that answers every request alike, and what was asked of it.

use std::sync::{Arc, Mutex};

use bytes::Bytes;

use crate::Client;
use crate::http::{Body, RetryPolicy, Transport, TransportFuture};
use crate::write::Destination;

/// Which answer every request gets, and the requests.
#[derive(Debug)]
pub(super) struct Fixture {
    status: u16,
    body: &'static str,
    asked: Mutex<Vec<String>>,
}

impl Fixture {
    pub(super) fn new(status: u16, body: &'static str) -> (Client, Arc<Self>) {
        let fixture = Arc::new(Self { status, body, asked: Mutex::default() });
        let builder = Client::builder("http://host").destination(Destination::bucket("b"));
        let builder = builder.org("o").retry(RetryPolicy::none()).transport(Arc::clone(&fixture));
        (builder.build().unwrap(), fixture)
    }

    /// The last request: method, target and body.
    pub(super) fn asked(&self) -> String {
        self.asked.lock().unwrap().pop().unwrap_or_default()
    }
}

impl Transport for Fixture {
    fn send(&self, request: ::http::Request<Bytes>) -> TransportFuture<'_, ::http::Response<Body>> {
        let target = request.uri().path_and_query().unwrap();
        let body = std::str::from_utf8(request.body()).unwrap();
        let asked = format!("{} {target} {body}", request.method());
        self.asked.lock().unwrap().push(asked.trim_end().to_owned());
        let mut response = ::http::Response::new(Body::from(self.body));
        *response.status_mut() = ::http::StatusCode::from_u16(self.status).unwrap();
        Box::pin(async { Ok(response) })
    }
}
