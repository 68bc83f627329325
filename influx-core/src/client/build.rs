//! From settings to a client: what `build` refuses, and what it derives.

use std::sync::Arc;

use ::http::Uri;

use super::auth::Auth;
use super::network::not_zero;
use super::url::{HAS_TLS, checked_url};
use super::{Client, ClientBuilder, Inner, headers};
use crate::error::{Error, Result};
use crate::http::{Gzip, Secrets, network};
use crate::line::EncodeOptions;
use crate::query::Profilers;
use crate::write::Dialect;

impl ClientBuilder {
    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), which names the setting:
    /// - the URL is none, has another scheme than http and https, holds a user, a query or a fragment, or asks for
    ///   https in a build without TLS;
    /// - two ways of authorisation are set; the token or user is empty or holds what no header may hold;
    /// - the organisation is empty; a default tag cannot be written in line protocol;
    /// - a time limit is zero; a header is the client's own; a file cannot be read, or holds no certificate or key;
    /// - a setting would have no effect: one of the network with a transport of one's own, one of TLS or compression
    ///   in a build without.
    pub fn build(self) -> Result<Client> {
        if self.transport.is_some()
            && let Some(name) = self.network.any_set()
        {
            return Err(Error::config(format!("{name} has no effect with a transport of one's own")));
        }
        let url = checked_url(&self.url, self.transport.is_some() || HAS_TLS)?;
        let auth = self.login.auth()?;
        if self.org.as_deref().is_some_and(str::is_empty) {
            return Err(Error::config("the organisation is empty: name it, or do not call org()"));
        }
        not_zero("write_timeout", self.pace.write)?;
        not_zero("read_timeout", self.pace.read)?;
        not_zero("timeout", self.pace.total.flatten())?;
        not_zero("query_timeout", self.pace.query)?;
        let encode = self.encode_options()?;
        let gzip = self.compression(&url)?;
        let mut secrets = Secrets::default();
        match &auth {
            Auth::Fixed(credential) => secrets.extend(&credential.secrets),
            Auth::Session(session) => secrets.extend(session.secrets()),
            Auth::None | Auth::Provider(_) => {}
        }
        for (_, value) in &self.headers {
            secrets.add(value.clone());
        }
        let headers = headers::of_requests(self.user_agent.as_deref(), &self.headers)?;
        let network_options = self.network.options(&url, &mut secrets)?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => network(&url, &network_options)?,
        };
        if network_options.tls.verify == Some(false) {
            warn(&url);
        }
        Ok(Client(Arc::new(Inner {
            url,
            auth: Arc::new(auth),
            secrets,
            org: self.org,
            dialect: self.dialect,
            destination: self.destination,
            encode,
            gzip: Some(gzip).filter(|gzip| *gzip != Gzip::off()),
            retry: self.retry,
            write: self.write,
            profilers: Profilers { enabled: self.profilers, callback: None },
            pace: self.pace,
            headers,
            network: network_options,
            transport,
        })))
    }

    fn encode_options(&self) -> Result<EncodeOptions> {
        let mut options = EncodeOptions::new()
            .precision(self.precision)
            .non_finite(self.non_finite)
            .unsigned(self.unsigned.unwrap_or(self.dialect != Dialect::V1))
            .tag_order(&self.tag_order);
        for (key, value) in &self.default_tags {
            options = options.default_tag(key, value).map_err(|error| {
                Error::config(format!("the default tag {key:?} cannot be written: {error}"))
            })?;
        }
        Ok(options)
    }

    fn compression(&self, url: &str) -> Result<Gzip> {
        match self.gzip {
            Some(gzip) if cfg!(not(feature = "gzip")) && gzip != Gzip::off() => Err(Error::config(
                "gzip is set in a build without it: enable the feature `gzip` of influx-core",
            )),
            Some(gzip) => Ok(gzip),
            None => {
                let uri: Option<Uri> = url.parse().ok();
                Ok(Gzip::by_host(uri.as_ref().and_then(Uri::host).unwrap_or_default()))
            }
        }
    }
}

/// Says that the connection is not secure; the address holds no secret.
fn warn(url: &str) {
    const WHAT: &str =
        "TLS certificates are not checked (verify_tls is off): anyone on the way can read and change";
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "influx_core::client", url, "{WHAT} what is sent");
    #[cfg(not(feature = "tracing"))]
    {
        use std::io::Write as _;
        // nothing is lost where stderr is closed
        let _ = writeln!(std::io::stderr(), "influx-core: {WHAT} what is sent to {url}");
    }
}
