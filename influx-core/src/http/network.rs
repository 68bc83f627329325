//! How the network is reached: connections, proxy and TLS, checked before the HTTP library sees them.

use std::fmt;
use std::time::Duration;

use ::http::Uri;
use ::http::header::{HeaderMap, HeaderValue};
use secrecy::SecretString;

use super::Pem;
use crate::error::{Error, Result};

/// What a client needs to know of the network; what is `None` has its setter's default.
#[derive(Debug, Clone, Default)]
pub(crate) struct NetworkOptions {
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) pool_size: Option<usize>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) tls: TlsOptions,
}

/// Whom to trust, and who to be.
#[derive(Clone, Default)]
pub(crate) struct TlsOptions {
    pub(crate) ca: Option<Pem>,
    /// Certificate and key.
    pub(crate) client: Option<(Pem, Pem)>,
    pub(crate) key_password: Option<SecretString>,
    pub(crate) verify: Option<bool>,
}

impl TlsOptions {
    /// The name of a setting that was made.
    pub(crate) fn any_set(&self) -> Option<&'static str> {
        [
            ("ca_certificate", self.ca.is_some()),
            ("client_certificate", self.client.is_some()),
            ("key_password", self.key_password.is_some()),
            ("verify_tls", self.verify.is_some()),
        ]
        .into_iter()
        .find_map(|(name, set)| set.then_some(name))
    }
}

/// Prints where keys are, never what they are.
impl fmt::Debug for TlsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsOptions")
            .field("ca", &self.ca)
            .field("client", &self.client)
            .field("key_password", &self.key_password.as_ref().map(|_| "[redacted]"))
            .field("verify", &self.verify.unwrap_or(true))
            .finish()
    }
}

/// A proxy, its credentials apart from its address.
#[derive(Clone)]
pub(crate) struct Proxy {
    /// Scheme, host and port: free of secrets.
    pub(crate) address: String,
    /// User and password.
    pub(crate) login: Option<(String, SecretString)>,
    /// `Basic …` of them.
    pub(crate) authorization: Option<HeaderValue>,
    pub(crate) headers: HeaderMap,
}

impl Proxy {
    /// Takes `http://user:password@host:port` apart; user and password are percent-encoded there.
    ///
    /// # Errors
    ///
    /// It is no such URL. What may be a password is never in the error.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let bad = |why: &str| Err(Error::config(format!("the proxy's URL {why}: write http://host:port")));
        let Some((scheme, rest)) = url.split_once("://") else { return bad("has no scheme") };
        match scheme {
            "http" => {}
            "https" if cfg!(any(feature = "rustls", feature = "native-tls")) => {}
            "https" => return bad("needs TLS (feature `rustls` or `native-tls`)"),
            _ => return bad("has another scheme than http and https"),
        }
        let (login, host) = match rest.rsplit_once('@') {
            Some((login, host)) => (Some(login), host),
            None => (None, rest),
        };
        let host = host.strip_suffix('/').unwrap_or(host);
        if host.contains(['/', '?', '#']) {
            return bad("holds more than scheme, host and port");
        }
        let address = format!("{scheme}://{host}");
        let read: Option<Uri> = address.parse().ok();
        let authority = read.as_ref().and_then(Uri::authority).filter(|a| !a.host().is_empty());
        let Some(authority) = authority else { return bad("has no host that can be read") };
        if authority.as_str().len() > authority.host().len() && authority.port_u16().is_none() {
            return bad("has a port that is no number up to 65535");
        }
        let login = match login {
            None => None,
            Some(login) => {
                let (user, password) = login.split_once(':').unwrap_or((login, ""));
                match (percent_decode(user), percent_decode(password)) {
                    (Some(user), Some(password)) if !user.is_empty() && !user.contains(':') => {
                        Some((user, password.into()))
                    }
                    _ => return bad("holds a user or password that cannot be read: percent-encode it"),
                }
            }
        };
        Ok(Self { address, login, authorization: None, headers: HeaderMap::new() })
    }
}

/// Prints the address, whether there is a password, and the names of the headers.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("address", &self.address)
            .field("login", &self.login.as_ref().map(|_| "[redacted]"))
            .field("headers", &self.headers.keys().map(|name| name.as_str()).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// `None` if a `%` is followed by no two hexadecimal digits, or the bytes are no UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        out.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_proxys_password_leaves_its_address() {
        let proxy = Proxy::parse("http://me:p%40ss%3Aw0rd@proxy.example:3128/").unwrap();
        assert_eq!(proxy.address, "http://proxy.example:3128");
        let (user, password) = proxy.login.clone().unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("me", "p@ss:w0rd"));
        assert!(!format!("{proxy:?}").contains("w0rd"));
        assert!(Proxy::parse("http://[::1]:3128").unwrap().login.is_none());
        assert_eq!(Proxy::parse("http://a:b@c@host").unwrap().login.unwrap().1.expose_secret(), "b@c");
    }

    #[test]
    fn what_is_no_proxy_is_named_without_its_password() {
        for (url, part) in [
            ("proxy:3128", "no scheme"),
            ("socks5://me:w0rd@proxy", "another scheme"),
            ("http://me:w0rd@", "no host"),
            ("http://me:w0rd@proxy:port", "a port"),
            ("http://me:w0rd@proxy/path", "holds more"),
            ("http://me:w0rd%4@proxy", "percent-encode"),
            ("http://me:w0rd%ff@proxy", "percent-encode"),
            ("http://:w0rd@proxy", "percent-encode"),
            ("http://me:w0rd/x@proxy y", "no host"),
        ] {
            let error = Proxy::parse(url).unwrap_err();
            assert!(error.to_string().contains(part), "{url}: {error}");
            assert!(!format!("{error} {error:?}").contains("w0rd"), "{error:?}");
        }
    }
}
