//! A request as a plain value: built and tested without a client.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use ::http::Method;
use ::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use secrecy::SecretString;
use serde::Serialize;

use super::redact::Secrets;
use super::response::MAX_BODY;
use crate::error::{Error, Result};
use crate::percent::percent_encode;

/// What one API call sends, but for what the client adds: the server's address, the token, the user agent.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    path: Cow<'static, str>,
    query: Vec<(Cow<'static, str>, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether doing it twice is the same as doing it once.
    pub(crate) idempotent: bool,
    /// `None`: the client's, as for a write.
    pub(crate) limits: Option<Limits>,
    /// A status that is an answer here, though it is no success elsewhere.
    pub(crate) accepted: Option<u16>,
    /// The most of an answer that is kept, in bytes.
    pub(crate) most: usize,
    /// What of the body must not come back.
    pub(crate) secrets: Secrets,
}

/// How long one attempt may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// From the begin of the connection to the last byte of the answer.
    pub(crate) total: Option<Duration>,
    /// Without a byte of the answer, once the request is sent.
    pub(crate) idle: Duration,
}

impl Request {
    /// A request without query, headers and body, idempotent if its method is.
    pub(crate) fn new(method: Method, path: impl Into<Cow<'static, str>>) -> Self {
        let idempotent = method.is_idempotent();
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            idempotent,
            limits: None,
            accepted: None,
            most: MAX_BODY,
            secrets: Secrets::default(),
        }
    }

    /// Adds a segment to the path, behind a slash; it may be any text.
    pub(crate) fn segment(mut self, text: &str) -> Self {
        let path = self.path.to_mut();
        path.push('/');
        // these two would be taken for steps of the path, however they are written
        match text {
            "." => path.push_str("%2E"),
            ".." => path.push_str("%2E%2E"),
            _ => percent_encode(text, path),
        }
        self
    }

    /// Adds a query parameter; the value may be any text.
    pub(crate) fn query(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.query.push((key.into(), value.into()));
        self
    }

    /// As [`query`](Self::query), if there is a value.
    pub(crate) fn query_opt(self, key: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(key, value.to_string()),
            None => self,
        }
    }

    /// Adds a header that is known at compile time.
    pub(crate) fn header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// A JSON body, and its content type.
    ///
    /// # Errors
    ///
    /// A map whose keys are no text, or a serializer of the caller's own that fails.
    pub(crate) fn json(self, body: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_vec(body)
            .map_err(|error| Error::config(format!("the body of {} is no JSON: {error}", self.label())))?;
        Ok(self.header(CONTENT_TYPE, "application/json").body(body))
    }

    /// Says of a part of the body that it must not come back.
    pub(crate) fn secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.secrets.add(secret);
        self
    }

    /// A form as the body, and its content type.
    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let mut body = String::new();
        for (key, value) in fields {
            if !body.is_empty() {
                body.push('&');
            }
            percent_encode(key, &mut body);
            body.push('=');
            percent_encode(value, &mut body);
        }
        self.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)
    }

    pub(crate) fn idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = idempotent;
        self
    }

    /// Path and encoded query, as they follow the server's address.
    pub(crate) fn target(&self) -> String {
        let mut target = self.path.clone().into_owned();
        for (i, (key, value)) in self.query.iter().enumerate() {
            target.push(if i == 0 { '?' } else { '&' });
            percent_encode(key, &mut target);
            target.push('=');
            percent_encode(value, &mut target);
        }
        target
    }

    /// How errors name this request: without its query.
    pub(crate) fn label(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Prints neither names nor data.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("label", &self.label())
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_parameter() {
        let request = Request::new(Method::POST, "/api/v2/write")
            .query("bucket", "a&org=evil#x y\r\nHost: z")
            .query("org", "größe/%2F+?");
        assert_eq!(
            request.target(),
            "/api/v2/write?bucket=a%26org%3Devil%23x%20y%0D%0AHost%3A%20z&org=gr%C3%B6%C3%9Fe%2F%252F%2B%3F"
        );
        assert_eq!(request.label(), "POST /api/v2/write");
    }

    #[test]
    fn values_cannot_leave_their_field_of_a_form() {
        let request = Request::new(Method::POST, "/query").form(&[("q", "DROP x&db=y\n+ %"), ("db", "é")]);
        assert_eq!(request.body, "q=DROP%20x%26db%3Dy%0A%2B%20%25&db=%C3%A9");
        assert_eq!(request.headers[CONTENT_TYPE], "application/x-www-form-urlencoded");
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        let request = |text| Request::new(Method::GET, "/api/v2/buckets").segment(text).target();
        for (text, target) in [
            ("0000000000000001", "/api/v2/buckets/0000000000000001"),
            ("../orgs?x=y#z", "/api/v2/buckets/..%2Forgs%3Fx%3Dy%23z"),
            ("..", "/api/v2/buckets/%2E%2E"),
            (".", "/api/v2/buckets/%2E"),
            ("a/b %", "/api/v2/buckets/a%2Fb%20%25"),
        ] {
            assert_eq!(request(text), target);
        }
    }

    #[test]
    fn a_method_says_whether_it_may_be_repeated() {
        assert!(Request::new(Method::GET, "/health").idempotent);
        assert!(!Request::new(Method::POST, "/x").idempotent);
        assert!(Request::new(Method::POST, "/x").idempotent(true).idempotent);
    }
}
