//! `Client::exchange` and `execute`: the one place where a request leaves, and where its answer is judged.

use std::time::Duration;

use ::http::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use bytes::{Bytes, BytesMut};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, timeout_at};

use super::response::{End, check, read_capped};
use super::{Answer, Limits, Request, Secrets, TransportError};
use crate::client::Client;
use crate::error::{Error, Result};

const NAME: &str = concat!("influx-core/", env!("CARGO_PKG_VERSION"));

impl Client {
    /// Makes one attempt and returns the answer, whatever its status.
    ///
    /// # Errors
    ///
    /// There is no status: no connection, no answer in time, or the request cannot be sent.
    pub(crate) async fn exchange(&self, request: &Request) -> Result<Answer> {
        Ok(self.attempt(request).await?.0)
    }

    /// Sends the request and returns its answer, if that is a success.
    ///
    /// # Errors
    ///
    /// As [`exchange`](Self::exchange); and whatever a status means that is no success; and an answer that breaks
    /// off.
    pub(crate) async fn execute(&self, request: &Request) -> Result<Answer> {
        let (answer, fault) = self.attempt(request).await?;
        let answer = check(answer, request.idempotent, &self.secrets())?;
        match fault {
            Some(fault) => Err(fault),
            None => Ok(answer),
        }
    }

    /// One attempt: the answer, and how its body broke off, if it did.
    async fn attempt(&self, request: &Request) -> Result<(Answer, Option<Error>)> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::config(
                "a call was awaited outside a tokio runtime: use #[tokio::main] or Runtime::block_on, or wait()",
            ));
        }
        let out = self.head(request)?;
        self.send(out, request).await
    }

    async fn send(&self, out: ::http::Request<Bytes>, request: &Request) -> Result<(Answer, Option<Error>)> {
        let timeout = || Error::timeout(request.label(), request.idempotent);
        let failed = |error: TransportError| Error::transport(request.label(), request.idempotent, error);
        let (limits, upload) = (self.limits(request), upload_time(request.body.len()));
        let begun = Instant::now();
        // as far as `Instant` reaches: longer is as good as no limit
        let total = limits.total.and_then(|total| begun.checked_add(total));
        let first = begun.checked_add(limits.idle.saturating_add(upload));
        let sending = self.transport().send(out);
        let response = match [total, first].into_iter().flatten().min() {
            Some(at) => timeout_at(at, sending).await.map_err(|_| timeout())?,
            None => sending.await,
        };
        let (head, body) = response.map_err(failed)?.into_parts();
        let mut read = BytesMut::new();
        let reading = read_capped(body, limits.idle, &mut read);
        let end = match total {
            Some(at) => timeout_at(at, reading).await.unwrap_or(End::Stalled),
            None => reading.await,
        };
        let mut answer = Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: read.freeze(),
            complete: matches!(end, End::Whole),
            request: request.label(),
        };
        if !answer.is_success() {
            let secrets = self.secrets();
            answer.body = secrets.redact_bytes(answer.body, !answer.complete);
            secrets.redact_headers(&mut answer.headers);
        }
        let fault = match end {
            End::Whole | End::Capped => None,
            End::Stalled => Some(timeout()),
            End::Broken(error) => Some(failed(error)),
        };
        Ok((answer, fault))
    }

    /// The request as it goes out: with the server's address, the token and our name.
    fn head(&self, request: &Request) -> Result<::http::Request<Bytes>> {
        let mut out = ::http::Request::new(request.body.clone());
        *out.method_mut() = request.method.clone();
        *out.uri_mut() = format!("{}{}", self.url(), request.target())
            .parse()
            .map_err(|error| Error::config(format!("the URL of the request cannot be built: {error}")))?;
        *out.headers_mut() = request.headers.clone();
        out.headers_mut().insert(USER_AGENT, HeaderValue::from_static(NAME));
        if let Some(token) = self.token() {
            out.headers_mut().insert(AUTHORIZATION, authorization(token)?);
        }
        Ok(out)
    }

    fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        if let Some(token) = self.token() {
            secrets.add(token.clone());
        }
        secrets
    }

    /// How long an attempt may take: what the request says, or what is meant for a write of its size.
    fn limits(&self, request: &Request) -> Limits {
        request.limits.unwrap_or_else(|| {
            let total = Duration::from_secs(10).saturating_add(upload_time(request.body.len()));
            Limits { total: Some(total), idle: Duration::from_secs(10) }
        })
    }
}

/// The header for a token, marked so that nothing prints it.
///
/// # Errors
///
/// The token is empty, begins or ends with a space, or holds characters that no header may hold.
pub(crate) fn authorization(token: &SecretString) -> Result<HeaderValue> {
    let text = token.expose_secret();
    if text.is_empty() {
        return Err(Error::config("the token is empty: pass one, or do not call token()"));
    }
    if text.trim().len() < text.len() {
        return Err(Error::config("the token begins or ends with a space or a line break: trim it"));
    }
    let mut value = HeaderValue::from_str(&format!("Token {text}")).map_err(|_| {
        Error::config("the token holds a line break or another character that no header may hold")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// How long a body may take to leave: the slowest upload that is waited for has 50 kB a second.
fn upload_time(bytes: usize) -> Duration {
    const SLOWEST: f64 = 50_000.0;
    Duration::try_from_secs_f64(bytes as f64 / SLOWEST).unwrap_or(Duration::MAX) // precise far beyond any body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_limit_grows_with_the_body() {
        let client = Client::builder("http://host").build().unwrap();
        for (bytes, seconds) in [(0, 10), (50_000, 11), (1_000_000, 30)] {
            let request = Request::new(::http::Method::POST, "/x").body(vec![0; bytes]);
            assert_eq!(client.limits(&request).total, Some(Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn a_token_is_sensitive_and_cannot_add_a_header() {
        let value = authorization(&"s3cret".to_owned().into()).unwrap();
        assert!(value.is_sensitive());
        assert!(!format!("{value:?}").contains("s3cret"));
        let error = authorization(&"s3cret\r\nx: y".to_owned().into()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }

    #[test]
    fn an_empty_token_and_one_with_spaces_around_it_are_refused() {
        for (token, part) in [("", "is empty"), (" s3cret", "begins or ends"), ("s3cret\n", "begins or ends")]
        {
            let error = authorization(&token.to_owned().into()).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
            assert!(!format!("{error} {error:?}").contains("s3cret"));
        }
    }
}
