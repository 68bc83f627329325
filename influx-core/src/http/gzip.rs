//! Whether and how bodies are sent compressed.

use bytes::Bytes;

/// Whether, from which size on, and how hard the bodies of writes are compressed.
///
/// A client compresses by default ([`Gzip::new`]), but not towards this machine (`localhost`, 127.0.0.0/8, `::1`), where
/// it costs more time than it saves. Large bodies are compressed on threads of their own, not on those of the runtime.
///
/// ```
/// use influx_core::{Client, http::Gzip};
///
/// let client = Client::builder("http://localhost:8086").gzip(Gzip::threshold(10_000).level(6)).build()?;
/// let plain = Client::builder("https://influx.example").gzip(Gzip::off()).build()?;
/// # Ok::<(), influx_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Gzip {
    /// `None`: never.
    threshold: Option<usize>,
    level: u32,
}

/// The smallest body that is compressed by default, in bytes: below, the headers weigh as much as what is saved.
const THRESHOLD: usize = 1024;
/// The best ratio of time and size for line protocol.
const LEVEL: u32 = 2;
/// The largest body that is compressed in place, in bytes: about a millisecond.
#[cfg(feature = "gzip")]
const IN_PLACE: usize = 64 * 1024;

impl Gzip {
    /// The defaults: from 1,024 bytes on, at level 2.
    pub fn new() -> Self {
        Self::threshold(THRESHOLD)
    }

    /// Compresses bodies of this many bytes and more, at level 2. Default: 1,024.
    pub fn threshold(bytes: usize) -> Self {
        Self { threshold: Some(bytes), level: LEVEL }
    }

    /// How hard, from 1, the fastest, to 9, the smallest; what lies outside counts as the nearest. Default: 2.
    pub fn level(mut self, level: u32) -> Self {
        self.level = level.clamp(1, 9);
        self
    }

    /// Never compresses.
    pub fn off() -> Self {
        Self { threshold: None, level: LEVEL }
    }

    /// What a client does that says nothing, by the host of its server.
    pub(crate) fn by_host(host: &str) -> Self {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let here = match host.parse::<std::net::IpAddr>() {
            Ok(address) => address.to_canonical().is_loopback(),
            Err(_) => {
                let name = host.strip_suffix('.').unwrap_or(host);
                name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
            }
        };
        if here || cfg!(not(feature = "gzip")) { Self::off() } else { Self::new() }
    }

    /// The body compressed; `None` if it is to go as it is.
    #[cfg(feature = "gzip")]
    pub(crate) async fn compress(self, body: &Bytes) -> Option<Bytes> {
        if body.len() < self.threshold? {
            return None;
        }
        if body.len() <= IN_PLACE {
            return deflate(body, self.level);
        }
        let body = body.clone();
        // there is no runtime, or it ends: then it goes as it is
        let runtime = tokio::runtime::Handle::try_current().ok()?;
        runtime.spawn_blocking(move || deflate(&body, self.level)).await.ok()?
    }

    #[cfg(not(feature = "gzip"))]
    pub(crate) async fn compress(self, _body: &Bytes) -> Option<Bytes> {
        None
    }
}

impl Default for Gzip {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "gzip")]
fn deflate(body: &[u8], level: u32) -> Option<Bytes> {
    use std::io::Write;

    let out = Vec::with_capacity(body.len() / 4 + 64);
    let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::new(level));
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(all(test, feature = "gzip"))]
mod tests {
    use std::future::Future;
    use std::io::Read;

    use super::*;

    #[test]
    fn this_machine_is_not_compressed_to() {
        for host in [
            "localhost",
            "LOCALHOST",
            "localhost.",
            "db.localhost",
            "127.0.0.1",
            "127.9.8.7",
            "::1",
            "[::1]",
            "::ffff:127.0.0.1",
        ] {
            assert_eq!(Gzip::by_host(host), Gzip::off(), "{host}");
        }
        for host in ["influx.example", "localhost.example", "10.0.0.1", "128.0.0.1", "[::2]", "notlocalhost"]
        {
            assert_eq!(Gzip::by_host(host), Gzip::new(), "{host}");
        }
    }

    #[tokio::test]
    async fn only_bodies_from_the_threshold_on() {
        let body = |len| Bytes::from(vec![b'x'; len]);
        assert!(Gzip::new().compress(&body(1_023)).await.is_none());
        assert!(Gzip::off().compress(&body(1 << 20)).await.is_none());
        for len in [1_024, IN_PLACE, IN_PLACE + 1, 1 << 20] {
            let packed = Gzip::new().compress(&body(len)).await.unwrap();
            assert!(packed.len() < len / 4);
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut plain).unwrap();
            assert_eq!(plain, body(len));
        }
    }

    #[test]
    fn outside_a_runtime_it_goes_as_it_is() {
        use std::task::{Context, Poll, Waker};
        let body = Bytes::from(vec![b'x'; IN_PLACE + 1]);
        let packed =
            std::pin::pin!(Gzip::new().compress(&body)).poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(packed, Poll::Ready(None)));
    }

    #[tokio::test]
    async fn levels_differ_and_none_is_out_of_range() {
        let body: String =
            (0..5_000).map(|i| format!("cpu,host=h{} v={} {i}\n", i % 7, i * 37 % 101)).collect();
        let body = Bytes::from(body);
        let size = async |level| Gzip::threshold(0).level(level).compress(&body).await.unwrap().len();
        assert!(size(9).await < size(1).await);
        assert_eq!((size(0).await, size(99).await), (size(1).await, size(9).await));
    }
}
