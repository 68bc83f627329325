//! TLS that fails: a certificate that nobody vouches for, a handshake that breaks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use influx_core::Dialect;
use influx_core::http::Pem;
use influx_core::testing::TestServer;
use influx_core::write::DropReason;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::account::End;
use super::record::row;
use super::run::{Run, client, options, server};

/// An authority that tests trust, or not.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // OpenSSL takes a certificate for its own issuer if both have one name, as they have by default
        params.distinguished_name.push(DnType::CommonName, "an authority");
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn acceptor(&self, name: &str, expired: bool) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if expired {
            params.not_before = date_time_ymd(2000, 1, 1);
            params.not_after = date_time_ymd(2001, 1, 1);
        }
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider);
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate.der().clone()], key).unwrap()))
    }
}

/// What stands before the server.
struct Front {
    url: String,
    /// The first byte of each connection.
    first: Arc<Mutex<Vec<u8>>>,
}

/// Takes TLS connections and carries what is inside to the server; the first `cut` end in the handshake.
async fn front(server: &TestServer, acceptor: TlsAcceptor, cut: usize) -> Front {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let server = server.url().replace("http://", "");
    let first = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&first);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, server, seen) = (acceptor.clone(), server.clone(), Arc::clone(&seen));
            tokio::spawn(async move {
                let mut byte = [0];
                let _ = stream.peek(&mut byte).await;
                let before = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(byte[0]);
                    seen.len() - 1
                };
                if before < cut {
                    return;
                }
                let Ok(mut inside) = acceptor.accept(stream).await else { return };
                let mut outside = TcpStream::connect(server).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut inside, &mut outside).await;
            });
        }
    });
    Front { url, first }
}

impl Front {
    /// No connection began with anything but a handshake of TLS.
    #[track_caller]
    fn saw_no_plain_text(&self) {
        const HANDSHAKE: u8 = 22;
        let first = self.first.lock().unwrap();
        assert!(!first.is_empty() && first.iter().all(|byte| *byte == HANDSHAKE), "{first:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_wrong_blocks_and_gets_nothing() {
    let (known, unknown) = (Authority::new(), Authority::new());
    for (what, acceptor) in [
        ("unknown", unknown.acceptor("localhost", false)),
        ("wrong name", known.acceptor("elsewhere.example", false)),
        ("expired", known.acceptor("localhost", true)),
    ] {
        let server = server("2.7.0");
        let front = front(&server, acceptor, 0).await;
        let client = client(&front.url, Dialect::V2).ca_certificate(Pem::text(known.0.pem()));
        let options = options().max_age(Duration::from_millis(300)).max_retries(1);
        let mut run = Run::with(client.build().unwrap(), Dialect::V2, options);
        run.write((0..10).map(row)).await;
        let account = run.finish(&server).await;
        let dropped = End::Dropped { reason: DropReason::BlockedTooLong, possibly_stored: false };
        assert!(account.ends.values().all(|end| *end == dropped), "{what}: {account:?}");
        assert_eq!(server.connections(), 0, "{what}");
        front.saw_no_plain_text();
    }
}

#[tokio::test]
async fn a_handshake_that_breaks_is_tried_again() {
    let known = Authority::new();
    let server = server("2.7.0");
    let front = front(&server, known.acceptor("localhost", false), 2).await;
    let client = client(&front.url, Dialect::V2).ca_certificate(Pem::text(known.0.pem())).build().unwrap();
    let mut run = Run::with(client, Dialect::V2, options());
    run.write((0..10).map(row)).await;
    let account = run.finish(&server).await;
    account.all_stored();
    assert_eq!((account.retries.len(), server.request_count()), (2, 1));
    front.saw_no_plain_text();
}
