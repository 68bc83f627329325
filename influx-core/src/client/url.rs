//! The server's address: what it may hold, and what it may not.

use ::http::Uri;

use crate::error::{Error, Result};

pub(super) const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// The address without a trailing slash.
///
/// # Errors
///
/// It is none, has another scheme than http and https, holds a user, a query or a fragment, or wants TLS where there
/// is none.
pub(super) fn checked_url(text: &str, tls: bool) -> Result<String> {
    if text.contains('@') {
        // not printed: what stands before the sign may be a password
        return Err(Error::config("the URL holds a user or password: pass a token with token() instead"));
    }
    let bad = |what: &str| {
        let shown: String = text.chars().take(200).collect();
        Err(Error::config(format!("the URL {shown:?} {what}")))
    };
    if text.contains(['?', '#']) {
        return Err(Error::config(
            "the URL holds a query or fragment: give scheme, host, port and path only",
        ));
    }
    let uri: Uri = match text.parse() {
        Ok(uri) => uri,
        Err(error) => return bad(&format!("cannot be read: {error}")),
    };
    if uri.authority().is_some_and(|authority| {
        authority.as_str().len() > authority.host().len() && uri.port_u16().is_none()
    }) {
        return bad("has a port that is no number up to 65535");
    }
    match (uri.scheme_str(), uri.host()) {
        (None, _) => bad("has no scheme: write http://host:port"),
        (_, None | Some("")) => bad("has no host: write http://host:port"),
        (Some("https"), _) if !tls => {
            bad("needs TLS: enable the feature `rustls` or `native-tls` of influx-core")
        }
        // in small letters, by which others tell whether there is TLS
        (Some(scheme @ ("http" | "https")), _) => {
            Ok(format!("{scheme}{}", text[scheme.len()..].trim_end_matches('/')))
        }
        _ => bad("has another scheme than http and https"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_accepted_without_their_last_slash() {
        for url in ["http://localhost:8086", "https://a.example/influx", "http://[::1]:8086"] {
            assert_eq!(checked_url(url, true).unwrap(), url);
            assert_eq!(checked_url(&format!("{url}/"), true).unwrap(), url);
        }
    }

    #[test]
    fn a_scheme_in_capitals_is_the_same() {
        assert_eq!(checked_url("HTTPS://Host/Path", true).unwrap(), "https://Host/Path");
        assert_eq!(checked_url("Http://host", true).unwrap(), "http://host");
    }

    #[test]
    fn bad_urls_are_named_with_advice() {
        let table = [
            ("localhost", "has no scheme"),
            ("localhost:8086", "has no scheme"),
            ("", "cannot be read"),
            ("http://", "cannot be read"),
            ("ftp://host", "another scheme"),
            ("http://host:port", "has a port"),
            ("http://host:65536", "has a port"),
            ("http://host:", "has a port"),
            ("http://a b", "cannot be read"),
            ("http://host/?org=o", "query"),
        ];
        for (url, part) in table {
            let message = checked_url(url, true).unwrap_err().to_string();
            assert!(message.contains(part), "{url}: {message}");
        }
    }

    #[test]
    fn hosts_that_cannot_exist_fail_in_build() {
        for url in ["http://a%zz", "http://[::1", "http://999.1.1.1"] {
            let error = crate::Client::builder(url).build().unwrap_err();
            assert!(error.to_string().contains("cannot be read"), "{url}: {error}");
        }
    }

    #[test]
    fn a_password_in_the_url_is_refused_and_not_printed() {
        for url in ["http://user:pa55@host", "http://user:pa55@", "pa55@"] {
            let error = checked_url(url, true).unwrap_err();
            assert!(error.to_string().contains("token()"));
            assert!(!format!("{error} {error:?}").contains("pa55"));
        }
    }

    #[test]
    fn https_without_tls_names_both_features() {
        let message = checked_url("https://host", false).unwrap_err().to_string();
        assert!(message.contains("`rustls` or `native-tls`"), "{message}");
    }
}
