//! A request as it arrived, and what is recorded of it.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read as _};

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub(super) struct Incoming {
    pub(super) method: String,
    /// Path and query as sent.
    pub(super) target: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// Where a request goes: its path and the parameters of its query.
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
}

/// A request that the server has had.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `POST`, `GET`, …
    pub method: String,
    /// The path, as sent.
    pub path: String,
    /// The query's parameters in order, decoded; secrets are replaced by `[redacted]`.
    pub query: Vec<(String, String)>,
    /// The headers in order, names in lower case; secrets are replaced by `[redacted]`, behind their scheme.
    pub headers: Vec<(String, String)>,
    /// The size of the body as sent, in bytes.
    pub body_len: usize,
    /// The body as sent; empty in counting mode, and where a password is in it. Never in `Debug`.
    pub body: Vec<u8>,
    /// The status of the answer; 0 if a [`Script`](super::Script) let there be none.
    pub status: u16,
}

impl Incoming {
    /// The first header of this name, which is given in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    pub(super) fn target(&self) -> Target {
        let target = origin_form(&self.target);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        Target { path: path.to_owned(), query: pairs(query) }
    }

    /// The body, inflated if it is compressed; one byte more than `limit` at most.
    pub(super) fn inflated(&self, limit: usize) -> io::Result<Cow<'_, [u8]>> {
        match self.header("content-encoding") {
            Some("gzip") => inflated(&self.body, limit).map(Cow::Owned),
            _ => Ok(Cow::Borrowed(&self.body)),
        }
    }

    pub(super) fn recorded(self, target: Target, status: u16, with_body: bool) -> RecordedRequest {
        let with_body = with_body && !has_password(&target.path, &self.body);
        RecordedRequest {
            method: self.method,
            path: target.path,
            query: target.query.into_iter().map(without_password).collect(),
            headers: self.headers.into_iter().map(without_secret).collect(),
            body_len: self.body.len(),
            body: if with_body { self.body } else { Vec::new() },
            status,
        }
    }
}

impl Target {
    /// The first parameter of this name.
    pub(super) fn query(&self, key: &str) -> Option<&str> {
        find(&self.query, key)
    }

    /// The bucket that a write names, in any version's way; 1.x's default retention policy is not named.
    pub(super) fn bucket(&self) -> Option<String> {
        let named = match (self.query("bucket"), self.query("db"), self.query("rp")) {
            (Some(bucket), _, _) => bucket.to_owned(),
            (None, Some(db), Some(rp)) if !rp.is_empty() => format!("{db}/{rp}"),
            (None, Some(db), _) => db.to_owned(),
            (None, None, _) => return None,
        };
        let short = named.strip_suffix("/autogen").or_else(|| named.strip_suffix('/'));
        Some(short.map_or_else(|| named.clone(), str::to_owned))
    }
}

impl RecordedRequest {
    /// The first query parameter of this name.
    #[must_use]
    pub fn query(&self, key: &str) -> Option<&str> {
        find(&self.query, key)
    }

    /// The first header of this name, which is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The body as text, inflated if it is compressed; `None` if it is damaged or no text.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let body = match self.header("content-encoding") {
            Some("gzip") => inflated(&self.body, usize::MAX).ok()?,
            _ => self.body.clone(),
        };
        String::from_utf8(body).ok()
    }
}

/// Prints how much there was, never the data.
impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("headers", &self.headers)
            .field("body_len", &self.body_len)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

fn find<'a>(pairs: &'a [(String, String)], key: &str) -> Option<&'a str> {
    pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

fn inflated(body: &[u8], limit: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    flate2::read::MultiGzDecoder::new(body).take(most).read_to_end(&mut text)?;
    Ok(text)
}

/// A target's path and query: clients that go through a proxy put scheme and host before them.
fn origin_form(target: &str) -> Cow<'_, str> {
    match target.split_once("://") {
        Some((scheme, rest)) if ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            let path = rest.find(['/', '?']).map_or("", |at| &rest[at..]);
            if path.starts_with('/') { path.into() } else { format!("/{path}").into() }
        }
        _ => target.into(),
    }
}

fn without_secret((name, value): (String, String)) -> (String, String) {
    match (name.as_str(), value.split_once(' ')) {
        ("authorization" | "proxy-authorization", Some((scheme, _))) => {
            (name, format!("{scheme} [redacted]"))
        }
        ("authorization" | "proxy-authorization" | "cookie" | "x-api-key", _) => {
            (name, "[redacted]".to_owned())
        }
        _ => (name, value),
    }
}

/// Whether a body holds a password: that of a new user or server, or of a user in InfluxQL.
fn has_password(path: &str, body: &[u8]) -> bool {
    match path.trim_end_matches('/') {
        "/api/v2/setup" => true,
        "/query" => names_password(&decoded(&String::from_utf8_lossy(body))),
        path => path.ends_with("/password"),
    }
}

/// Whether a text is InfluxQL that sets a password.
fn names_password(text: &str) -> bool {
    text.to_ascii_lowercase().contains("password")
}

/// Clients of 1.x may put their password or token into the query.
fn without_password((name, value): (String, String)) -> (String, String) {
    match name.as_str() {
        "p" | "password" | "token" => (name, "[redacted]".to_owned()),
        "q" if names_password(&value) => (name, "[redacted]".to_owned()),
        _ => (name, value),
    }
}

/// The parameters of a query, or of a form.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect()
}

/// A query's text without `+` and `%XX`; what is no escape stays as it is.
fn decoded(text: &str) -> String {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, tail @ ..] = rest {
        rest = tail;
        let hex = |byte: &u8| char::from(*byte).to_digit(16);
        match (first, tail) {
            (b'+', _) => out.push(b' '),
            (b'%', [high, low, after @ ..]) if hex(high).is_some() && hex(low).is_some() => {
                let byte = hex(high).unwrap_or(0) * 16 + hex(low).unwrap_or(0);
                out.push(u8::try_from(byte).unwrap_or(b'?'));
                rest = after;
            }
            _ => out.push(*first),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_targets_are_paths_too() {
        assert_eq!(origin_form("http://h:1/health?a=b"), "/health?a=b");
        assert_eq!(origin_form("HTTPS://h"), "/");
        assert_eq!(origin_form("http://h?x"), "/?x");
        assert_eq!(origin_form("/a?b=http://c"), "/a?b=http://c");
    }

    #[test]
    fn queries_are_decoded() {
        assert_eq!(decoded("a%26b+c%2B%C3%A9"), "a&b c+é");
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%4"), "%zz%4");
    }

    #[test]
    fn passwords_are_known_however_they_are_escaped() {
        assert!(has_password("/query", b"q=CREATE+USER+ann+WITH+PASSWORD+%27s3cret%27"));
        assert!(has_password("/query", b"q=create%20user%20ann%20with%20p%61ssword%20's3cret'"));
        assert!(!has_password("/query", b"q=SHOW+DATABASES"));
        assert!(has_password("/api/v2/me/password/", b"{}"), "of a path that is none");
    }

    #[test]
    fn the_default_retention_policy_has_no_name() {
        for (query, bucket) in [
            ("db=d", Some("d")),
            ("db=d&rp=", Some("d")),
            ("db=d&rp=autogen", Some("d")),
            ("db=d&rp=week", Some("d/week")),
            ("bucket=d/", Some("d")),
            ("bucket=d/week", Some("d/week")),
            ("org=o", None),
        ] {
            let request = Incoming { target: format!("/write?{query}"), ..Incoming::default() };
            assert_eq!(request.target().bucket().as_deref(), bucket, "{query}");
        }
    }
}
