//! What the embedded server answers: InfluxDB 2's paths, statuses and words.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::io::Read as _;
use std::time::SystemTime;

use serde_json::json;

use super::store::{Bucket, Stored};

const VERSION: &str = concat!("v2.7.0-test-server-", env!("CARGO_PKG_VERSION"));

/// How many requests are kept in counting mode: a load of tens of millions makes very many.
const KEPT: usize = 1_000;

/// What the server was told to be.
#[derive(Debug, Clone)]
pub(super) struct Config {
    pub(super) token: Option<String>,
    pub(super) org: Option<String>,
    pub(super) create_buckets: bool,
    pub(super) counting: bool,
    /// The largest body, inflated, in bytes.
    pub(super) max_body: usize,
}

/// What the server holds.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) buckets: BTreeMap<String, Bucket>,
    pub(super) requests: VecDeque<RecordedRequest>,
    /// All there were: more than are kept, perhaps.
    pub(super) answered: u64,
    pub(super) lines: u64,
    pub(super) connections: u64,
}

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub(super) struct Incoming {
    pub(super) method: String,
    /// Path and query as sent.
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// An answer on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outgoing {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

/// A request that the server has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// The status of the answer.
    pub status: u16,
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
}

fn find<'a>(pairs: &'a [(String, String)], key: &str) -> Option<&'a str> {
    pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

impl Outgoing {
    fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    fn json(status: u16, body: &serde_json::Value) -> Self {
        let headers = vec![("Content-Type", "application/json; charset=utf-8".to_owned())];
        Self { status, headers, body: body.to_string() }
    }

    /// InfluxDB 2's form of an error.
    pub(super) fn error(status: u16, code: &str, message: &str) -> Self {
        let mut answer = Self::json(status, &json!({ "code": code, "message": message }));
        answer.headers.push(("X-Platform-Error-Code", code.to_owned()));
        answer
    }
}

/// Answers one request, unless that is done already, and records it.
pub(super) fn handle(
    config: &Config,
    state: &mut State,
    request: Incoming,
    refused: Option<Outgoing>,
) -> Outgoing {
    let target = origin_form(&request.target);
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect();
    let answer = refused.unwrap_or_else(|| match (path, request.method.as_str()) {
        ("/api/v2/write", "POST") => write(config, state, &request, &query).unwrap_or_else(|refusal| refusal),
        ("/api/v2/write", _) => not_allowed("POST"),
        ("/health", "GET" | "HEAD") => health(),
        ("/health", _) => not_allowed("GET, HEAD"),
        ("/ping", "GET" | "HEAD") => ping(),
        ("/ping", _) => not_allowed("GET, HEAD"),
        _ => Outgoing::error(404, "not found", "path not found"),
    });
    let (path, body_len, status) = (path.to_owned(), request.body.len(), answer.status);
    let headers = request.headers.into_iter().map(without_secret).collect();
    let query = query.into_iter().map(without_password).collect();
    state.answered += 1;
    if config.counting && state.requests.len() >= KEPT {
        state.requests.pop_front();
    }
    state.requests.push_back(RecordedRequest {
        method: request.method,
        path,
        query,
        headers,
        body_len,
        status,
    });
    answer
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

/// Clients of 1.x may put their password or token into the query.
fn without_password((name, value): (String, String)) -> (String, String) {
    match name.as_str() {
        "p" | "password" | "token" => (name, "[redacted]".to_owned()),
        _ => (name, value),
    }
}

/// `POST /api/v2/write`, checked in InfluxDB's order.
fn write(
    config: &Config,
    state: &mut State,
    request: &Incoming,
    query: &[(String, String)],
) -> Result<Outgoing, Outgoing> {
    let header = |name| find(&request.headers, name);
    if let Some(token) = &config.token {
        let sent = header("authorization").and_then(|value| value.split_once(' '));
        if !matches!(sent, Some(("Token" | "Bearer", sent)) if sent == token) {
            return Err(Outgoing::error(401, "unauthorized", "unauthorized access"));
        }
    }
    let unit = match find(query, "precision").unwrap_or("ns") {
        "ns" | "" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        _ => {
            let message = "invalid precision; valid precision units are ns, us, ms, and s";
            return Err(Outgoing::error(400, "invalid", message));
        }
    };
    let Some(bucket) = find(query, "bucket").filter(|name| !name.is_empty()) else {
        return Err(Outgoing::error(404, "not found", "bucket not found"));
    };
    let Some(org) = find(query, "org").or_else(|| find(query, "orgID")).filter(|name| !name.is_empty())
    else {
        return Err(Outgoing::error(400, "invalid", "Please provide either orgID or org"));
    };
    if config.org.as_ref().is_some_and(|known| known != org) {
        let message = format!("organization name {org:?} not found");
        return Err(Outgoing::error(404, "not found", &message));
    }
    if !state.buckets.contains_key(bucket) {
        if !config.create_buckets {
            return Err(Outgoing::error(404, "not found", &format!("bucket {bucket:?} not found")));
        }
        state.buckets.insert(bucket.to_owned(), Bucket::new(config.counting));
    }
    let inflated;
    let body = match header("content-encoding") {
        Some("gzip") => {
            inflated = inflate(&request.body, config.max_body)?;
            &inflated
        }
        _ => &request.body,
    };
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(Outgoing::error(400, "invalid", "unable to parse: the body is not UTF-8"));
    };
    let Some(bucket) = state.buckets.get_mut(bucket) else { return Ok(Outgoing::empty(204)) };
    let (stored, lines) = bucket.write(text, unit, now());
    state.lines += lines;
    match stored {
        Stored::All => Ok(Outgoing::empty(204)),
        Stored::Nothing(reasons) => Err(Outgoing::error(400, "invalid", &reasons.join("\n"))),
        Stored::Partly(reason) => {
            let message = format!("failure writing points to database: {reason}");
            Err(Outgoing::error(422, "unprocessable entity", &message))
        }
    }
}

/// InfluxDB calls a broken or cut gzip stream its own fault (500), a wrong checksum the client's (400).
fn inflate(body: &[u8], limit: usize) -> Result<Vec<u8>, Outgoing> {
    let mut text = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    match flate2::read::MultiGzDecoder::new(body).take(most).read_to_end(&mut text) {
        Ok(_) if text.len() > limit => Err(too_large()),
        Ok(_) => Ok(text),
        Err(error) if error.to_string().contains("checksum") => {
            Err(Outgoing::error(400, "invalid", "gzip: invalid checksum"))
        }
        Err(_) => {
            let message = "An internal error has occurred - check server logs";
            Err(Outgoing::error(500, "internal error", message))
        }
    }
}

pub(super) fn too_large() -> Outgoing {
    Outgoing::error(413, "request too large", "unable to read data: points batch is too large")
}

fn not_allowed(methods: &str) -> Outgoing {
    let mut answer = Outgoing::error(405, "method not allowed", &format!("allow: {methods}"));
    answer.headers.push(("Allow", methods.to_owned()));
    answer
}

fn health() -> Outgoing {
    let body = json!({
        "name": "influxdb", "message": "ready for queries and writes", "status": "pass", "checks": [],
        "version": VERSION, "commit": "test-server",
    });
    Outgoing::json(200, &body)
}

fn ping() -> Outgoing {
    let mut answer = Outgoing::empty(204);
    answer.headers.push(("X-Influxdb-Build", "OSS".to_owned()));
    answer.headers.push(("X-Influxdb-Version", VERSION.to_owned()));
    answer
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
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
}
