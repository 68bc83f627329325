//! Delivers parts of batches over HTTP.

use std::sync::Arc;

use ::http::header::CONTENT_ENCODING;

use super::judge::judge;
use super::{Attempt, Deliver, Delivery, Outcome, Part};
use crate::client::Client;
use crate::error::Result;
use crate::http::Request;

/// Sends parts to the client's server, one request each.
#[derive(Debug, Clone)]
pub(crate) struct HttpDeliver {
    client: Client,
}

impl HttpDeliver {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    async fn attempt(&self, part: &Part, attempt: Attempt) -> Outcome {
        let request = match self.request(part) {
            Ok(request) => self.body(request, part, attempt).await,
            Err(error) => return Outcome::Blocked { reason: Arc::new(error) },
        };
        let answer = self.client.exchange(&request).await;
        judge(answer, &self.client.secrets(), part)
    }

    fn request(&self, part: &Part) -> Result<Request> {
        let to = part.destination();
        let request = to.dialect_or(self.client.dialect()).write(to, self.client.org(), part.precision())?;
        Ok(request.idempotent(part.is_repeatable()))
    }

    async fn body(&self, request: Request, part: &Part, attempt: Attempt) -> Request {
        let body = part.body();
        let packed = match self.client.gzip() {
            Some(gzip) if !attempt.plain => gzip.compress(&body).await,
            _ => None,
        };
        match packed {
            Some(packed) => request.header(CONTENT_ENCODING, "gzip").body(packed),
            None => request.body(body),
        }
    }
}

impl Deliver for HttpDeliver {
    fn send<'a>(&'a self, part: &'a Part, attempt: Attempt) -> Delivery<'a> {
        Box::pin(self.attempt(part, attempt))
    }
}
