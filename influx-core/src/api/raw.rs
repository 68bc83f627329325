//! Requests to endpoints that have no method of their own.

use std::fmt;

use ::http::Method;
use ::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use bytes::Bytes;
use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::{MOST, call, json, whole};
use crate::client::{Client, header};
use crate::error::{Error, Result};
use crate::http::{ByteStream, Call, Request};

/// A request to any path of the server, made by [`Client::request`].
#[derive(Debug)]
#[must_use = "a request does nothing until a form of its answer is awaited"]
pub struct RawRequest {
    client: Client,
    request: Result<Request>,
}

impl Client {
    /// A request to any path of the server, with the client's token, retries, limits and errors: the way to every
    /// endpoint that has no method of its own.
    ///
    /// | endpoint | path |
    /// | --- | --- |
    /// | variables | `/api/v2/variables` |
    /// | Telegraf configurations | `/api/v2/telegrafs`, `/api/v2/telegraf/plugins` |
    /// | checks | `/api/v2/checks` |
    /// | notification rules and endpoints | `/api/v2/notificationRules`, `/api/v2/notificationEndpoints` |
    /// | scrapers, sources | `/api/v2/scrapers`, `/api/v2/sources` |
    /// | dashboards, their cells and views | `/api/v2/dashboards`, `/api/v2/dashboards/{id}/cells` |
    /// | stacks and templates | `/api/v2/stacks`, `/api/v2/templates/apply`, `/api/v2/templates/export` |
    /// | backup and restore | `/api/v2/backup/kv`, `/api/v2/backup/metadata`, `/api/v2/backup/shards/{id}`, `/api/v2/restore/…` |
    /// | remote connections and replications | `/api/v2/remotes`, `/api/v2/replications` |
    /// | secrets of an organisation | `/api/v2/orgs/{id}/secrets` |
    /// | limits and usage of an organisation (Cloud) | `/api/v2/orgs/{id}/limits`, `/api/v2/orgs/{id}/usage` |
    /// | configuration, flags, kinds of resources | `/api/v2/config`, `/api/v2/flags`, `/api/v2/resources` |
    /// | tokens of 1.x | `/private/legacy/authorizations` |
    /// | analysis of Flux | `/api/v2/query/ast`, `/api/v2/query/analyze`, `/api/v2/query/suggestions` |
    /// | metrics, profiles | `/metrics`, `/debug/pprof/all` |
    ///
    /// The path is sent as it stands, so that it may not be of what others choose: their text goes into
    /// [`segment`](RawRequest::segment) and [`query`](RawRequest::query), which encode it.
    ///
    /// ```no_run
    /// # async fn run() -> influx_core::Result<()> {
    /// use influx_core::Client;
    /// use influx_core::http::http::Method;
    ///
    /// let client = Client::builder("http://localhost:8086").token("…").build()?;
    /// let variables: serde_json::Value =
    ///     client.request(Method::GET, "/api/v2/variables").query("org", "my-org").fetch().await?;
    /// println!("{variables}");
    ///
    /// let mut backup = client.request(Method::GET, "/api/v2/backup/kv").stream().await?;
    /// while let Some(piece) = backup.next().await? {
    ///     println!("{} bytes", piece.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest {
        let path = path.into();
        let request = check(&path).map(|()| {
            let mut request = Request::new(method, path);
            request.most = MOST;
            request
        });
        RawRequest { client: self.clone(), request }
    }
}

impl RawRequest {
    /// Adds a segment to the path, behind a slash; it may be any text but none.
    pub fn segment(self, text: &str) -> Self {
        self.and(|request| match text {
            "" => Err(Error::config(format!("a segment of the path of {} is empty", request.label()))),
            text => Ok(request.segment(text)),
        })
    }

    /// Adds a query parameter; both may be any text. No secret should stand in a URL.
    pub fn query(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(|request| Ok(request.query(key.into(), value)))
    }

    /// Sets a header, but for those that the client sets itself. What it holds is not printed.
    pub fn header(self, name: &str, value: impl Into<String>) -> Self {
        self.and(|mut request| {
            let (name, value) = header(name, &SecretString::from(value.into()))?;
            request.headers.insert(name, value);
            Ok(request)
        })
    }

    /// A body of JSON.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.and(|request| request.json(&body))
    }

    /// A body of bytes, and what they are, such as `application/octet-stream`.
    pub fn body(self, body: impl Into<Bytes>, content_type: &str) -> Self {
        self.header(CONTENT_TYPE.as_str(), content_type).and(|request| Ok(request.body(body)))
    }

    /// Whether sending it twice is the same as sending it once, so that it may be tried again after any fault. Default:
    /// what HTTP says of the method: yes, but for `POST` and `PATCH`.
    pub fn idempotent(self, idempotent: bool) -> Self {
        self.and(|request| Ok(request.idempotent(idempotent)))
    }

    /// The most bytes of an answer that [`send`](Self::send) and [`fetch`](Self::fetch) take. Default: 64 MiB.
    pub fn limit(self, bytes: usize) -> Self {
        self.and(|mut request| {
            request.most = bytes;
            Ok(request)
        })
    }

    /// The answer as it is.
    ///
    /// # Errors
    ///
    /// - [`Config`](crate::ErrorKind::Config): the path, a segment, a header or the body is none. Nothing was sent.
    /// - Every kind of the network and of the server's refusals.
    /// - [`Decode`](crate::ErrorKind::Decode): the answer is longer than the limit.
    pub fn send(self) -> Call<RawAnswer> {
        call(&self.client, self.request, |answer| {
            whole(&answer)?;
            Ok(RawAnswer { status: answer.status, headers: answer.headers, body: answer.body })
        })
    }

    /// The answer as the value that its JSON is.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send); and [`Decode`](crate::ErrorKind::Decode) for an answer that is not this JSON.
    pub fn fetch<T: DeserializeOwned + Send + 'static>(self) -> Call<T> {
        let request = self.request.map(|mut request| {
            request.headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
            request
        });
        call(&self.client, request, json)
    }

    /// The answer while it arrives, however long it is. What the server compressed is inflated.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), but that there is no limit; what breaks off behind the first byte, the [`ByteStream`]
    /// tells.
    pub fn stream(self) -> Call<ByteStream> {
        let Self { client, request } = self;
        let mut request = match request {
            Ok(request) => request,
            Err(error) => return Call::settled(Err(error)),
        };
        // as long as bytes come
        request.limits = Some(client.query_limits());
        Call::future(request.label(), move || {
            Box::pin(async move { Ok(ByteStream::new(client.open(&request).await?)) })
        })
    }

    fn and(mut self, then: impl FnOnce(Request) -> Result<Request>) -> Self {
        self.request = self.request.and_then(then);
        self
    }
}

/// # Errors
///
/// What is no path, or might be taken for more than one.
fn check(path: &str) -> Result<()> {
    let refuse = |why: &str| Err(Error::config(format!("the path {path:?} {why}")));
    let Some(segments) = path.strip_prefix('/') else {
        return refuse("does not begin with a slash");
    };
    if path.contains(['?', '#']) {
        return refuse("holds a query or fragment: use query()");
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/%".contains(c);
    if !path.chars().all(is_allowed) {
        return refuse("holds what must be encoded: use segment()");
    }
    for segment in segments.split('/') {
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        if segment.is_empty() || plain == "." || plain == ".." {
            return refuse("holds a segment that is empty or leads elsewhere");
        }
    }
    Ok(())
}

/// The answer to a [`RawRequest`]. `Debug` prints how much there is.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawAnswer {
    /// The status: one of success.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAnswer")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_path() {
        for path in ["/metrics", "/api/v2/orgs/04c8a7e7e5b52000/secrets", "/a/b%20c", "/a:b@c"] {
            assert!(check(path).is_ok(), "{path}");
        }
        for (path, part) in [
            ("", "does not begin with a slash"),
            ("api", "does not begin with a slash"),
            ("http://host/x", "does not begin with a slash"),
            ("@host/x", "does not begin with a slash"),
            ("/", "leads elsewhere"),
            ("//host/x", "leads elsewhere"),
            ("/a//b", "leads elsewhere"),
            ("/a/", "leads elsewhere"),
            ("/a/../b", "leads elsewhere"),
            ("/a/%2e%2E/b", "leads elsewhere"),
            ("/a/.", "leads elsewhere"),
            ("/a?b=c", "use query()"),
            ("/a#b", "use query()"),
            ("/a b", "use segment()"),
            ("/a\r\nx: y", "use segment()"),
            ("/a\\b", "use segment()"),
            ("/größe", "use segment()"),
        ] {
            let error = check(path).unwrap_err().to_string();
            assert!(error.contains(part), "{path}: {error}");
        }
    }
}
