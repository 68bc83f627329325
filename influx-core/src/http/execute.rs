//! `Client::execute`: the one place where a request leaves and an answer is judged.

use std::time::Duration;

use ::http::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use secrecy::{ExposeSecret, SecretString};

use super::response::{check, read_capped};
use super::{Answer, Request, TransportError};
use crate::client::Client;
use crate::error::{Error, Result};

/// The part of an attempt's time limit that does not depend on its size.
const ATTEMPT: Duration = Duration::from_secs(10);
/// The slowest upload that is waited for, in bytes per second.
const SLOWEST_UPLOAD: u32 = 50_000;
const NAME: &str = concat!("influx-core/", env!("CARGO_PKG_VERSION"));

impl Client {
    /// Sends the request once and returns its answer, if that is a success.
    pub(crate) async fn execute(&self, request: Request) -> Result<Answer> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::config(
                "a call was awaited outside a tokio runtime: use #[tokio::main] or Runtime::block_on",
            ));
        }
        let label = request.label();
        let head = self.head(&request)?;
        let attempt = tokio::time::timeout(time_limit(request.body.len()), self.attempt(head, label.clone()));
        match attempt.await {
            Ok(Ok(answer)) => check(answer, &request, self.token()),
            Ok(Err(error)) => Err(Error::transport(label, request.idempotent, error)),
            Err(_) => Err(Error::timeout(label, request.idempotent)),
        }
    }

    async fn attempt(
        &self,
        request: ::http::Request<bytes::Bytes>,
        label: String,
    ) -> Result<Answer, TransportError> {
        let (head, body) = self.transport().send(request).await?.into_parts();
        let body = read_capped(body).await?;
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body, request: label })
    }

    /// The request as it goes out: with the server's address, the token and our name.
    fn head(&self, request: &Request) -> Result<::http::Request<bytes::Bytes>> {
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

fn time_limit(body: usize) -> Duration {
    let seconds = body as f64 / f64::from(SLOWEST_UPLOAD); // precise far beyond any body
    ATTEMPT + Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX - ATTEMPT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_limit_grows_with_the_body() {
        assert_eq!(time_limit(0), Duration::from_secs(10));
        assert_eq!(time_limit(50_000), Duration::from_secs(11));
        assert_eq!(time_limit(1_000_000), Duration::from_secs(30));
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
