//! The headers that every request has: the user agent, and the builder's own.

use ::http::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, Result};

const NAME: &str = concat!("influx-core/", env!("CARGO_PKG_VERSION"));

/// What the client sets itself, and with what to set it.
const OWN: [(&str, &str); 7] = [
    ("authorization", "set token(), basic() or session()"),
    ("proxy-authorization", "put user and password into the proxy's URL"),
    ("user-agent", "set user_agent()"),
    ("host", "it is the URL's"),
    ("accept", "the client asks for what it reads"),
    ("accept-encoding", "the client asks for what it reads"),
    ("cookie", "set session()"),
];
/// What says how bodies and answers are to be read, where these are the caller's.
const OF_CALLERS: [&str; 3] = ["accept", "content-encoding", "content-type"];
/// What belongs to the connection or the body: `Content-*`, and these.
const CONNECTION: [&str; 7] =
    ["connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect"];

/// The headers of every request.
///
/// # Errors
///
/// A name that the client sets itself, or text that no header may hold; the value is never in the error.
pub(super) fn of_requests(user_agent: Option<&str>, extra: &[(String, SecretString)]) -> Result<HeaderMap> {
    let agent = match user_agent {
        None => HeaderValue::from_static(NAME),
        Some(text) => match HeaderValue::from_str(text) {
            Ok(value) if !text.trim().is_empty() => value,
            _ => return Err(Error::config("the user agent is empty or holds what no header may hold")),
        },
    };
    let mut headers = HeaderMap::from_iter([(USER_AGENT, agent)]);
    for (name, value) in extra {
        let (name, value) = header(name, value)?;
        is_free(&name)?;
        headers.insert(name, value);
    }
    Ok(headers)
}

/// # Errors
///
/// The client sets this header itself.
fn is_free(name: &HeaderName) -> Result<()> {
    if let Some((_, instead)) = OWN.iter().find(|(own, _)| name == *own) {
        return Err(Error::config(format!("the header {name} is the client's own: {instead}")));
    }
    if name.as_str().starts_with("content-") || CONNECTION.contains(&name.as_str()) {
        return Err(Error::config(format!("the header {name} is the client's own: leave it out")));
    }
    Ok(())
}

/// A header of one request, whose body and answer are the caller's: these may say what they are.
///
/// # Errors
///
/// As [`of_requests`].
pub(crate) fn of_one(name: &str, value: &SecretString) -> Result<(HeaderName, HeaderValue)> {
    let (name, value) = header(name, value)?;
    if !OF_CALLERS.contains(&name.as_str()) {
        is_free(&name)?;
    }
    Ok((name, value))
}

/// The headers of requests to a proxy.
///
/// # Errors
///
/// As [`of_requests`].
pub(super) fn of_proxy(extra: &[(String, SecretString)]) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in extra {
        let (name, value) = header(name, value)?;
        let taken = ["host", "authorization"].contains(&name.as_str());
        if taken || name.as_str().starts_with("content-") || CONNECTION.contains(&name.as_str()) {
            return Err(Error::config(format!("the proxy header {name} is the client's own: leave it out")));
        }
        headers.insert(name, value);
    }
    Ok(headers)
}

/// Values may be keys, so all are marked as secret.
fn header(name: &str, value: &SecretString) -> Result<(HeaderName, HeaderValue)> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Error::config(format!("{name:?} is no name of a header")))?;
    let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| {
        Error::config(format!(
            "the value of the header {parsed} holds a line break or what no header may hold"
        ))
    })?;
    value.set_sensitive(true);
    Ok((parsed, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extra(name: &str, value: &str) -> [(String, SecretString); 1] {
        [(name.to_owned(), value.into())]
    }

    #[test]
    fn headers_of_ones_own_are_added_and_not_printed() {
        let headers = of_requests(Some("my-app/1"), &extra("X-Api-Key", "k3y-of-mine")).unwrap();
        assert_eq!(headers["user-agent"], "my-app/1");
        assert_eq!(headers["x-api-key"], "k3y-of-mine");
        assert!(!format!("{headers:?}").contains("k3y"));
        assert!(of_requests(None, &[]).unwrap()["user-agent"].to_str().unwrap().starts_with("influx-core/"));
        assert_eq!(of_proxy(&extra("X-Team", "a")).unwrap()["x-team"], "a");
        assert!(of_proxy(&extra("Proxy-Authorization", "Bearer x")).is_ok());
    }

    #[test]
    fn what_is_the_clients_own_is_refused() {
        for name in ["Authorization", "HOST", "Content-Length", "content-type", "Cookie", "Accept", "TE"] {
            let error = of_requests(None, &extra(name, "s3cret")).unwrap_err().to_string();
            assert!(error.contains(&name.to_ascii_lowercase()) && !error.contains("s3cret"), "{error}");
        }
        assert!(of_proxy(&extra("Host", "x")).is_err());
    }

    #[test]
    fn a_header_cannot_bring_another() {
        for (name, value) in [
            ("x", "a\r\ny: b"),
            ("x", "a\nb"),
            ("x y", "a"),
            ("x:", "a"),
            ("", "a"),
            ("x\r\n", "a"),
            ("x", "\0"),
        ] {
            assert!(of_requests(None, &extra(name, value)).is_err(), "{name:?} {value:?}");
            assert!(of_proxy(&extra(name, value)).is_err(), "{name:?} {value:?}");
        }
        for agent in ["", " ", "a\r\nb: c"] {
            assert!(of_requests(Some(agent), &[]).is_err(), "{agent:?}");
        }
    }
}
