//! From an answer to a result: bounded bodies, statuses, and what the server says.

use std::time::Duration;

use ::http::header::{HeaderMap, LOCATION, RETRY_AFTER};
use bytes::{Bytes, BytesMut};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Body, Request, TransportError};
use crate::error::{Error, Result, ServerError};

/// The most of an answer that is kept, in bytes: answers to writes and errors are small.
const MAX_BODY: usize = 1024 * 1024;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How errors name the request it answers.
    pub(crate) request: String,
}

/// Reads a body up to [`MAX_BODY`] and leaves the rest unread.
///
/// # Errors
///
/// The connection broke before the body was complete.
pub(crate) async fn read_capped(mut body: Body) -> Result<Bytes, TransportError> {
    let mut whole = BytesMut::new();
    while whole.len() < MAX_BODY
        && let Some(chunk) = body.next().await?
    {
        whole.extend_from_slice(&chunk);
    }
    whole.truncate(MAX_BODY);
    Ok(whole.freeze())
}

/// The answer, if its status is a success, else the error that it means.
pub(crate) fn check(answer: Answer, request: &Request, token: Option<&SecretString>) -> Result<Answer> {
    let Answer { status, headers, body, request: label } = answer;
    match status {
        200..=299 => Ok(Answer { status, headers, body, request: label }),
        301..=303 | 307 | 308 => Err(Error::redirect(label, status, redirect_target(&headers))),
        _ => {
            let cut = body.len() >= MAX_BODY;
            let server = said(&headers, &body).map(|server| without_token(server, token, cut));
            Err(Error::refused(label, request.idempotent, status, server, retry_after(&headers)))
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
fn said(headers: &HeaderMap, body: &[u8]) -> Option<ServerError> {
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

/// What stands in the token's place.
const REDACTED: &str = "[redacted]";
/// The shortest part of a token that gives it away, in bytes: InfluxDB's tokens have 86 of these characters, then
/// `==`, which an echo may hold as `%3D%3D` or `&#61;&#61;`.
const TELLING: usize = 16;
/// Shorter tokens are words, which stand in messages for other reasons.
const WORD: usize = 8;

/// A proxy may print the request into its error page: the token must not come back through it. `cut` says whether
/// more followed that was not read.
fn without_token(mut server: ServerError, token: Option<&SecretString>, cut: bool) -> ServerError {
    if let Some(token) = token.map(ExposeSecret::expose_secret).filter(|token| !token.is_empty()) {
        for text in [Some(&mut server.message), server.code.as_mut()].into_iter().flatten() {
            redact(text, token, cut);
        }
    }
    server
}

fn redact(text: &mut String, token: &str, cut: bool) {
    if token.len() < WORD {
        for scheme in ["Token ", "Bearer "] {
            *text = text.replace(&format!("{scheme}{token}"), &format!("{scheme}{REDACTED}"));
        }
        return;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let longest = token.split(|c| !plain(c)).max_by_key(|run| run.len());
    let telling = longest.filter(|run| run.len() >= TELLING).unwrap_or(token);
    *text = text.replace(token, REDACTED).replace(telling, REDACTED);
    if !cut {
        return;
    }
    // the end may be the start of a token that goes on behind it
    let begun = |start: &str| {
        (1..start.len()).rev().find(|&len| text.as_bytes().ends_with(&start.as_bytes()[..len])).unwrap_or(0)
    };
    let len = begun(token).max(begun(telling));
    if len > 0 {
        text.truncate(text.len() - len);
        text.push_str(REDACTED);
    }
}

/// `Retry-After` in seconds, whole or with a fraction, at most a day. Dates are not read yet.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    const MOST: Duration = Duration::from_secs(24 * 60 * 60);
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    let valid = seconds.is_finite() && seconds >= 0.0;
    valid.then(|| Duration::try_from_secs_f64(seconds).unwrap_or(MOST).min(MOST))
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

    #[tokio::test]
    async fn an_endless_body_is_cut() {
        struct Endless;
        impl crate::http::Chunks for Endless {
            fn next(&mut self) -> crate::http::TransportFuture<'_, Option<Bytes>> {
                Box::pin(async { Ok(Some(Bytes::from_static(&[b'x'; 3_000]))) })
            }
        }
        assert_eq!(read_capped(Body::chunks(Endless)).await.unwrap().len(), MAX_BODY);
        assert_eq!(read_capped(Body::from("ok")).await.unwrap(), "ok");
        assert_eq!(read_capped(Body::from("")).await.unwrap(), "");
    }

    #[test]
    fn deep_json_is_text_and_no_stack_overflow() {
        let deep = "[".repeat(100_000);
        assert_eq!(said(&HeaderMap::new(), deep.as_bytes()).unwrap().message, deep);
    }

    #[test]
    fn retry_after_in_seconds_and_fractions() {
        let table = [
            ("3", Some(3.0)),
            ("0.25", Some(0.25)),
            ("0", Some(0.0)),
            ("100000", Some(86_400.0)),
            ("1e300", Some(86_400.0)),
            ("-5", None),
            ("soon", None),
            ("inf", None),
            ("-inf", None),
            ("nan", None),
            ("Fri, 31 Dec 1999 23:59:59 GMT", None),
        ];
        for (text, seconds) in table {
            let found = retry_after(&headers(&[("retry-after", text)]));
            assert_eq!(found, seconds.map(Duration::from_secs_f64), "{text}");
        }
    }

    fn redacted(text: &str, token: &str, cut: bool) -> String {
        let mut text = text.to_owned();
        redact(&mut text, token, cut);
        text
    }

    #[test]
    fn a_token_with_its_end_escaped_is_found() {
        let token = "Zm9vYmFy-Zm9vYmFy_Zm9vYmFyZm9vYmFy==";
        for end in ["==", "%3D%3D", "&#61;&#61;", r"\u003d\u003d", "="] {
            let text = redacted(&format!("Token {}{end}", &token[..token.len() - 2]), token, false);
            assert!(text.starts_with("Token [redacted]") && !text.contains("Zm9v"), "{text}");
        }
    }

    #[test]
    fn a_token_that_the_end_cuts_is_found() {
        let token = "Zm9vYmFy-Zm9vYmFy_Zm9vYmFyZm9vYmFy==";
        for len in 1..token.len() {
            let text = redacted(&format!("é {}", &token[..len]), token, true);
            assert_eq!(text.trim_end_matches('='), "é [redacted]");
        }
        assert_eq!(redacted("page", token, true), "page");
        let two = redacted("a%2Ebcdefghijklmnopqa", "a.bcdefghijklmnopqastuvwxyz", true);
        assert_eq!(two, "a%2E[redacted]");
        let body = "x".repeat(MAX_BODY - 20) + &token[..20];
        let answer =
            Answer { status: 502, headers: HeaderMap::new(), body: body.into(), request: String::new() };
        let request = Request::new(::http::Method::GET, "/");
        let error = check(answer, &request, Some(&token.to_owned().into())).unwrap_err();
        assert!(error.server().unwrap().message.ends_with("x[redacted]"));
    }

    #[test]
    fn a_short_token_leaves_other_words_alone() {
        let text = redacted("no bucket \"my\" for Token my, Bearer my", "my", true);
        assert_eq!(text, "no bucket \"my\" for Token [redacted], Bearer [redacted]");
    }

    #[test]
    fn a_redirect_names_the_host_only() {
        let to = |text| redirect_target(&headers(&[("location", text)]));
        assert_eq!(to("https://u:p@elsewhere:1/x?token=t"), "https://elsewhere:1");
        assert_eq!(to("/login"), "another path of the same server");
        assert_eq!(redirect_target(&HeaderMap::new()), "an address that it does not name");
    }
}
