//! From settings to a client: setters keep what they get, `build` judges it.

use std::fmt;
use std::sync::Arc;

use ::http::Uri;
use secrecy::SecretString;

use super::{Client, Inner};
use crate::error::{Error, Result};
use crate::http::{RetryPolicy, Transport, authorization, network};
use crate::line::EncodeOptions;
use crate::write::{Dialect, WriteOptions};

/// Settings of a [`Client`]; begins with [`Client::builder`], ends with [`build`](Self::build).
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    url: String,
    token: Option<SecretString>,
    org: Option<String>,
    transport: Option<Arc<dyn Transport>>,
}

impl ClientBuilder {
    pub(super) fn new(url: String) -> Self {
        Self { url, token: None, org: None, transport: None }
    }

    /// The API token. Default: none, so that no authorisation is sent.
    ///
    /// The copy that the client keeps is wiped when its last clone is dropped, and printed nowhere.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into().into());
        self
    }

    /// The organisation, by name or id, of destinations that name none. Default: none.
    pub fn org(mut self, org: impl Into<String>) -> Self {
        self.org = Some(org.into());
        self
    }

    /// Carries the requests in another way than over the network. Default: the network, with a connection
    /// timeout of 10 s, without proxies.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), which names the setting: the URL is none, has another
    /// scheme than http and https, holds a user, a query or a fragment, or asks for https in a build without TLS; the
    /// token is empty, begins or ends with a space, or holds a line break; the organisation is empty.
    pub fn build(self) -> Result<Client> {
        let own_transport = self.transport.is_some();
        let url = checked_url(&self.url, own_transport || HAS_TLS)?;
        if let Some(token) = &self.token {
            authorization(token)?;
        }
        if self.org.as_deref().is_some_and(str::is_empty) {
            return Err(Error::config("the organisation is empty: name it, or do not call org()"));
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => network(&url)?,
        };
        Ok(Client(Arc::new(Inner {
            url,
            token: self.token,
            org: self.org,
            dialect: Dialect::default(),
            destination: None,
            encode: EncodeOptions::new(),
            gzip: None,
            retry: RetryPolicy::new(),
            write: WriteOptions::default(),
            transport,
        })))
    }
}

/// Prints neither the token nor the URL, which `build` has not yet found free of passwords.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("org", &self.org)
            .field("token", &self.token.as_ref().map(|_| "[redacted]"))
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// The address without a trailing slash.
fn checked_url(text: &str, tls: bool) -> Result<String> {
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
        (Some("http"), _) => Ok(text.trim_end_matches('/').to_owned()),
        (Some("https"), _) if tls => Ok(text.trim_end_matches('/').to_owned()),
        (Some("https"), _) => bad("needs TLS: enable the feature `rustls` or `native-tls` of influx-core"),
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
            let error = Client::builder(url).build().unwrap_err();
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
