//! The builder's settings of the network, until `build` reads them.

use std::fmt;
use std::time::Duration;

use ::http::header::PROXY_AUTHORIZATION;
use secrecy::{ExposeSecret, SecretString};

use super::auth::basic_header;
use super::headers;
use crate::error::{Error, Result};
use crate::http::{NetworkOptions, Proxy, Secrets, TlsOptions};

/// What was set, as it was set.
#[derive(Clone, Default)]
pub(super) struct NetworkSettings {
    /// Without proxy and TLS, which [`options`](Self::options) puts there.
    pub(super) options: NetworkOptions,
    pub(super) proxy: Option<SecretString>,
    pub(super) proxy_headers: Vec<(String, SecretString)>,
    pub(super) tls: TlsOptions,
}

impl NetworkSettings {
    /// The name of a setting that was made.
    pub(super) fn any_set(&self) -> Option<&'static str> {
        [
            ("connect_timeout", self.options.connect_timeout.is_some()),
            ("pool_size", self.options.pool_size.is_some()),
            ("idle_timeout", self.options.idle_timeout.is_some()),
            ("proxy", self.proxy.is_some()),
            ("proxy_header", !self.proxy_headers.is_empty()),
        ]
        .into_iter()
        .find_map(|(name, set)| set.then_some(name))
        .or_else(|| self.tls.any_set())
    }

    /// What the transport needs to know, for a server at `url`.
    ///
    /// # Errors
    ///
    /// A time of zero, a proxy that cannot be read or used, or a key's password without a key.
    pub(super) fn options(self, url: &str, secrets: &mut Secrets) -> Result<NetworkOptions> {
        let Self { mut options, proxy, proxy_headers, tls } = self;
        not_zero("connect_timeout", options.connect_timeout)?;
        not_zero("idle_timeout", options.idle_timeout)?;
        if tls.key_password.is_some() && tls.client.is_none() {
            return Err(Error::config("key_password is set without a key: set client_certificate"));
        }
        options.tls = tls;
        match proxy {
            Some(address) => {
                options.proxy = Some(through(&address, &proxy_headers, url, secrets)?);
            }
            None if !proxy_headers.is_empty() => {
                return Err(Error::config("proxy_header is set without a proxy: set proxy"));
            }
            None => {}
        }
        Ok(options)
    }
}

fn through(
    address: &SecretString,
    headers: &[(String, SecretString)],
    url: &str,
    secrets: &mut Secrets,
) -> Result<Proxy> {
    let mut proxy = Proxy::parse(address.expose_secret())?;
    proxy.headers = headers::of_proxy(headers)?;
    for (_, value) in headers {
        secrets.add(value.clone());
    }
    if let Some((user, password)) = &proxy.login {
        if proxy.headers.contains_key(PROXY_AUTHORIZATION) {
            let both = "a password in its URL and the header Proxy-Authorization: choose one of them";
            return Err(Error::config(format!("the proxy has {both}")));
        }
        let pair: SecretString = format!("{user}:{}", password.expose_secret()).into();
        let (_, value, encoded) = basic_header(PROXY_AUTHORIZATION, pair.expose_secret());
        secrets.add(password.clone());
        secrets.add(encoded);
        proxy.authorization = Some(value);
    }
    let says = proxy.authorization.is_some() || !proxy.headers.is_empty();
    if says && proxy.address.starts_with("https:") && url.starts_with("http:") {
        // the HTTP library leaves both out there
        let advice = "use a http:// proxy, or a https:// server";
        return Err(Error::config(format!(
            "a https:// proxy gets neither password nor headers for a http:// server: {advice}"
        )));
    }
    Ok(proxy)
}

/// # Errors
///
/// The time is zero, which nothing can keep.
pub(super) fn not_zero(name: &str, time: Option<Duration>) -> Result<()> {
    match time {
        Some(Duration::ZERO) => Err(Error::config(format!("{name} is zero: give it time, or do not set it"))),
        _ => Ok(()),
    }
}

/// Prints neither the proxy, which may hold a password, nor the values of its headers.
impl fmt::Debug for NetworkSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetworkSettings")
            .field("connect_timeout", &self.options.connect_timeout)
            .field("pool_size", &self.options.pool_size)
            .field("idle_timeout", &self.options.idle_timeout)
            .field("proxy", &self.proxy.as_ref().map(|_| "[redacted]"))
            .field("proxy_headers", &self.proxy_headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("tls", &self.tls)
            .finish()
    }
}
