//! Delivers parts of batches over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::http::header::CONTENT_ENCODING;

use super::judge::judge;
use super::{Attempt, Deliver, Delivery, Destination, Outcome, Part};
use crate::client::Client;
use crate::error::Result;
use crate::http::Request;
use crate::line::Precision;

/// Sends parts to the client's server, one request each.
#[derive(Debug)]
pub(crate) struct HttpDeliver {
    client: Client,
    /// Bytes of bodies, as they went out.
    sent: AtomicU64,
}

impl HttpDeliver {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, sent: AtomicU64::new(0) }
    }

    async fn attempt(&self, part: &Part, attempt: Attempt) -> Outcome {
        let request = match self.request(part) {
            Ok(request) => self.body(request, part, attempt).await,
            Err(error) => return Outcome::Blocked { reason: Arc::new(error) },
        };
        judge(self.client.exchange(&request).await, part)
    }

    fn request(&self, part: &Part) -> Result<Request> {
        let request = self.address(part.destination(), part.precision())?;
        Ok(request.idempotent(part.is_repeatable()))
    }

    fn address(&self, to: &Destination, precision: Precision) -> Result<Request> {
        to.dialect_or(self.client.dialect()).write(to, self.client.org(), precision)
    }

    async fn body(&self, request: Request, part: &Part, attempt: Attempt) -> Request {
        let body = part.body();
        let packed = match self.client.gzip() {
            Some(gzip) if !attempt.plain => gzip.compress(&body).await,
            _ => None,
        };
        let request = match packed {
            Some(packed) => request.header(CONTENT_ENCODING, "gzip").body(packed),
            None => request.body(body),
        };
        self.sent.fetch_add(request.body.len() as u64, Ordering::Relaxed);
        request
    }
}

impl Deliver for HttpDeliver {
    fn send<'a>(&'a self, part: &'a Part, attempt: Attempt) -> Delivery<'a> {
        Box::pin(self.attempt(part, attempt))
    }

    fn check(&self, destination: &Destination) -> Result<()> {
        self.address(destination, destination.precision.unwrap_or_default()).map(drop)
    }

    fn bytes_sent(&self) -> Option<u64> {
        Some(self.sent.load(Ordering::Relaxed))
    }
}
