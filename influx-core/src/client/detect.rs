//! Which server is this, and how does it want to be written to.

use std::sync::Arc;

use ::http::Method;

use super::health::{Ping, ping_of, unknown};
use super::{Client, Inner};
use crate::error::Result;
use crate::http::{Call, Request};
use crate::write::Dialect;

/// What [`Client::detect`] found out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// How it wants to be written to.
    pub dialect: Dialect,
    /// Whether it has unsigned integers.
    pub unsigned: bool,
    /// Its version, if it tells.
    pub version: Option<String>,
    /// Its build, if it tells.
    pub build: Option<String>,
}

impl Client {
    /// Finds out how the server wants to be written to, by `GET /ping` and, if that does not tell, `GET /health`.
    ///
    /// | server | dialect | unsigned integers |
    /// | --- | --- | --- |
    /// | 1.x before 1.8 | [`V1`](Dialect::V1) | no |
    /// | 1.8 and later 1.x, VictoriaMetrics | [`V2`](Dialect::V2) | no |
    /// | 2.x, Cloud | [`V2`](Dialect::V2) | yes |
    /// | 3.x | [`V3`](Dialect::V3) | yes |
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::{Client, Dialect, testing::TestServer};
    ///
    /// let server = TestServer::start()?;
    /// let client = Client::builder(server.url()).org("my-org").build()?;
    /// let found = client.detect().await?;
    /// assert_eq!(found.dialect, Dialect::V2);
    /// let client = client.adapted_to(&found);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; [`Unexpected`](crate::ErrorKind::Unexpected) if the
    /// server does not tell, or tells what is not known: set [`dialect`](crate::ClientBuilder::dialect) yourself.
    pub fn detect(&self) -> Call<Server> {
        let client = self.clone();
        Call::future("GET /ping", move || Box::pin(async move { client.look().await }))
    }

    async fn look(&self) -> Result<Server> {
        let mut request = Request::new(Method::GET, "/ping");
        request.accepted = Some(404); // there may still be a /health
        let answer = Call::new(self.clone(), request, Ok).await?;
        let mut ping = ping_of(&answer);
        if let Some(server) = server_of(&ping) {
            return Ok(server);
        }
        let request = Request::new(Method::GET, "/health");
        let answer = Call::new(self.clone(), request, Ok).await?;
        let said = ping_of(&answer);
        ping.build = ping.build.or(said.build);
        ping.version = ping.version.or(said.version);
        server_of(&ping).map_or_else(|| unknown(&answer.request, answer.status), Ok)
    }

    /// The same client for a server that [`detect`](Self::detect) found: with its dialect, and with unsigned integers
    /// if it has them, whatever the builder said of both. Connections, sessions and tokens are shared.
    #[must_use]
    pub fn adapted_to(&self, server: &Server) -> Self {
        let inner = Inner::clone(&self.0);
        let encode = inner.encode.clone().unsigned(server.unsigned);
        Self(Arc::new(Inner { dialect: server.dialect, encode, ..inner }))
    }
}

/// What version and build mean; `None` if they are not known.
fn server_of(ping: &Ping) -> Option<Server> {
    let build = ping.build.as_deref().unwrap_or_default().to_ascii_lowercase();
    let (dialect, unsigned) = match ping.version.as_deref().and_then(numbers) {
        // Cloud numbers its versions otherwise, and has the v2 path in all its products
        _ if build.contains("cloud") => (Dialect::V2, true),
        Some((1, minor)) => (if minor < 8 { Dialect::V1 } else { Dialect::V2 }, false),
        Some((2, _)) => (Dialect::V2, true),
        Some((3, _)) => (Dialect::V3, true),
        _ => return None,
    };
    Some(Server { dialect, unsigned, version: ping.version.clone(), build: ping.build.clone() })
}

/// The first two numbers of a version: of `v2.7.0-beta`, 2 and 7.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim_start_matches(['v', 'V']).split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?;
    let digits = minor.find(|c: char| !c.is_ascii_digit()).unwrap_or(minor.len());
    Some((major, minor[..digits].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_build_tell_the_dialect() {
        let table = [
            ("1.6.7~rc0", "OSS", Some((Dialect::V1, false))),
            ("1.7.11-c1.7.11", "ENT", Some((Dialect::V1, false))),
            ("1.8.10", "OSS", Some((Dialect::V2, false))),
            ("1.8.0", "", Some((Dialect::V2, false))), // VictoriaMetrics
            ("1.11.8", "OSS", Some((Dialect::V2, false))),
            ("v2.7.12", "OSS", Some((Dialect::V2, true))),
            ("2.0-beta", "OSS", Some((Dialect::V2, true))),
            ("3.4.0", "Core", Some((Dialect::V3, true))),
            ("3.4.0-nightly", "Enterprise", Some((Dialect::V3, true))),
            ("", "Cloud", Some((Dialect::V2, true))),
            ("3.0.0", "cloud2", Some((Dialect::V2, true))),
            ("", "", None),
            ("dev", "OSS", None),
            ("4.0.0", "OSS", None),
            ("0.13.0", "", None),
            ("1", "", None),
            ("99999999999.1", "", None),
        ];
        for (version, build, wanted) in table {
            let told = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let server = server_of(&Ping { version: told(version), build: told(build) });
            assert_eq!(server.map(|s| (s.dialect, s.unsigned)), wanted, "{version} {build}");
        }
    }
}
