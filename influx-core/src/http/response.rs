//! From an answer to a result: statuses, and what the server says.

use std::fmt;

use ::http::header::{HeaderMap, LOCATION};
use bytes::Bytes;
use serde::Deserialize;

use super::redact::Secrets;
use super::retry_after;
use crate::error::{Error, Result, ServerError};

/// The most of an answer that is kept, in bytes: answers to writes and errors are small.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// An answer with what was read of its body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// At most what the request keeps. Of an answer that is no success, without the client's secrets.
    pub(crate) body: Bytes,
    /// Whether the body was read to its end: else the connection broke or stalled in it, or it is longer than is
    /// kept.
    pub(crate) complete: bool,
    /// How errors name the request it answers.
    pub(crate) request: String,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..=299).contains(&self.status)
    }
}

/// Prints how much there is: headers and body may hold anything.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("request", &self.request)
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("complete", &self.complete)
            .finish_non_exhaustive()
    }
}

/// The answer, if its status is a success, else the error that it means.
pub(crate) fn check(answer: Answer, idempotent: bool, secrets: &Secrets) -> Result<Answer> {
    if answer.is_success() {
        return Ok(answer);
    }
    let Answer { status, headers, body, complete, request } = answer;
    match status {
        301..=303 | 307 | 308 => Err(Error::redirect(request, status, redirect_target(&headers))),
        _ => {
            // once more: what JSON escapes stands here as it is
            let server = said(&headers, &body).map(|server| secrets.redact_said(server, !complete));
            Err(Error::refused(request, idempotent, status, server, retry_after(&headers)))
        }
    }
}

/// Scheme and host only: the rest of a redirect may hold anything.
fn redirect_target(headers: &HeaderMap) -> String {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    match location.and_then(|text| text.parse::<::http::Uri>().ok()) {
        Some(uri) => match (uri.scheme_str(), uri.authority()) {
            (Some(scheme), Some(authority)) => {
                let port = authority.port().map_or(String::new(), |port| format!(":{port}"));
                format!("{scheme}://{}{port}", authority.host())
            }
            _ => "another path of the same server".to_owned(),
        },
        None => "an address that it does not name".to_owned(),
    }
}

/// The shapes in which the servers explain themselves.
#[derive(Deserialize)]
struct ErrorBody {
    code: Option<String>,
    message: Option<String>,
    error: Option<String>,
}

/// What the server says: `{"code","message"}` (2.x), `{"error"}` (1.x, 3.x), a header, or plain text.
pub(crate) fn said(headers: &HeaderMap, body: &[u8]) -> Option<ServerError> {
    let header = |name| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let json = serde_json::from_slice::<ErrorBody>(body).ok();
    let (code, message) = match json {
        Some(json) => (json.code, json.message.or(json.error)),
        None => (None, Some(String::from_utf8_lossy(body).trim().to_owned()).filter(|text| !text.is_empty())),
    };
    let code = code.or_else(|| header("x-platform-error-code"));
    let message = message.or_else(|| header("x-influxdb-error"));
    (code.is_some() || message.is_some()).then(|| ServerError { code, message: message.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use ::http::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (k.parse().unwrap(), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn every_servers_words_are_found() {
        let table: [(&[_], &str, Option<&str>, &str); 7] = [
            (
                &[],
                r#"{"code":"not found","message":"bucket \"x\" not found"}"#,
                Some("not found"),
                "bucket \"x\" not found",
            ),
            (&[], r#"{"error":"database is required"}"#, None, "database is required"),
            (&[], "404 page not found\n", None, "404 page not found"),
            (&[("x-influxdb-error", "no")], "", None, "no"),
            (&[("x-influxdb-error", "no")], r#"{"other":1}"#, None, "no"),
            (&[("x-platform-error-code", "invalid")], "", Some("invalid"), ""),
            (&[], "[1,2]", None, "[1,2]"),
        ];
        for (pairs, body, code, message) in table {
            let said = said(&headers(pairs), body.as_bytes()).unwrap();
            assert_eq!((said.code.as_deref(), said.message.as_str()), (code, message), "{body}");
        }
        assert_eq!(said(&HeaderMap::new(), b""), None);
    }

    #[test]
    fn deep_json_is_text_and_no_stack_overflow() {
        let deep = "[".repeat(100_000);
        assert_eq!(said(&HeaderMap::new(), deep.as_bytes()).unwrap().message, deep);
    }

    #[test]
    fn a_secret_comes_back_neither_plain_nor_escaped() {
        let token = r#"quo"ted-and-long-enough"#;
        let mut secrets = Secrets::default();
        secrets.add(token.to_owned());
        let body = format!(r#"{{"code":{token:?},"message":"x {}"}}"#, token.escape_default());
        let answer = Answer {
            status: 502,
            headers: HeaderMap::new(),
            body: body.into(),
            complete: true,
            request: String::new(),
        };
        assert!(!format!("{answer:?}").contains("ted-and"));
        let error = check(answer, true, &secrets).unwrap_err();
        let server = error.server().unwrap();
        assert_eq!((server.code.as_deref(), server.message.as_str()), (Some("[redacted]"), "x [redacted]"));
    }

    #[test]
    fn a_redirect_names_the_host_only() {
        let to = |text| redirect_target(&headers(&[("location", text)]));
        assert_eq!(to("https://u:p@elsewhere:1/x?token=t"), "https://elsewhere:1");
        assert_eq!(to("/login"), "another path of the same server");
        assert_eq!(redirect_target(&HeaderMap::new()), "an address that it does not name");
    }
}
