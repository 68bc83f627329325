//! Certificates: the right ones, the wrong ones, the client's own, and none that is checked.

use std::sync::{Arc, Mutex};

use influx_core::client::ClientBuilder;
use influx_core::http::{Pem, RetryPolicy};
use influx_core::{Client, ErrorKind};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd,
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::raw::{NO_CONTENT, Seen, serve};

/// An authority and what it signed.
pub(super) struct Tls {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Tls {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "tests");
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    pub(super) fn ca(&self) -> Pem {
        Pem::text(self.issuer.pem())
    }

    /// A certificate for a name, and its key.
    fn sign(&self, name: &str, expired: bool) -> (Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if expired {
            params.not_before = date_time_ymd(2000, 1, 1);
            params.not_after = date_time_ymd(2001, 1, 1);
        }
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

pub(super) struct TlsServer {
    pub(super) port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl TlsServer {
    pub(super) fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// A server that its authority vouches for; it asks for a certificate of the same if that is wanted.
pub(super) async fn server_of(tls: &Tls, asks: bool) -> TlsServer {
    serve_as(tls, tls.sign("localhost", false), asks).await
}

async fn serve_as(tls: &Tls, (certificate, key): (Certificate, KeyPair), asks: bool) -> TlsServer {
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = if asks {
        let mut roots = RootCertStore::empty();
        roots.add(tls.issuer.der().clone()).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = builder.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, seen) = (listener.local_addr().unwrap().port(), Arc::default());
    let server = TlsServer { port, seen: Arc::clone(&seen) };
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    serve(stream, &|_, _| NO_CONTENT.to_owned(), &seen).await;
                }
            });
        }
    });
    server
}

fn client(server: &TlsServer) -> ClientBuilder {
    Client::builder(server.url()).token("s3cret").retry(RetryPolicy::none())
}

/// What is no connection to trust; nothing of the request leaves.
async fn refused(builder: ClientBuilder, server: &TlsServer) {
    let error = builder.build().unwrap().ping().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Tls, false), "{error:?}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted() {
    let tls = Tls::new();
    let server = server_of(&tls, false).await;
    client(&server).ca_certificate(tls.ca()).build().unwrap().ping().await.unwrap();
    let folder = Folder::new("ca");
    let path = folder.file("ca.pem", &tls.issuer.pem());
    client(&server).ca_certificate(path.as_str()).build().unwrap().ping().await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn what_nobody_vouches_for_is_not_trusted() {
    let (tls, other) = (Tls::new(), Tls::new());
    let server = server_of(&tls, false).await;
    refused(client(&server), &server).await;
    refused(client(&server).ca_certificate(other.ca()), &server).await;
}

#[tokio::test]
async fn another_name_and_an_old_certificate_are_not_trusted() {
    let tls = Tls::new();
    for (name, expired) in [("other.example", false), ("localhost", true)] {
        let server = serve_as(&tls, tls.sign(name, expired), false).await;
        refused(client(&server).ca_certificate(tls.ca()), &server).await;
    }
}

#[tokio::test]
async fn nothing_is_checked_if_that_is_what_is_wanted() {
    let tls = Tls::new();
    for (name, expired) in [("other.example", true), ("localhost", false)] {
        let server = serve_as(&tls, tls.sign(name, expired), false).await;
        let client = client(&server).verify_tls(false).build().unwrap();
        client.ping().await.unwrap();
        assert!(format!("{client:?}").contains("verify: false"));
    }
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_is_not_checked_is_said_loudly() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, || {
        Client::builder("https://checked.example").token("s3cret").verify_tls(true).build().unwrap();
        Client::builder("https://open.example").token("s3cret").verify_tls(false).build().unwrap();
    });
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("WARN") && text.contains("https://open.example"), "{text}");
    assert!(text.contains("not checked") && !text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn the_client_shows_its_own_certificate() {
    let tls = Tls::new();
    let server = server_of(&tls, true).await;
    let (certificate, key) = tls.sign("me", false);
    let (certificate, key) = (certificate.pem(), key.serialize_pem());
    let builder = || client(&server).ca_certificate(tls.ca());
    let good = builder().client_certificate(Pem::text(&*certificate), Pem::text(&*key));
    good.build().unwrap().ping().await.unwrap();
    assert_eq!(server.seen().len(), 1);

    let folder = Folder::new("client");
    let (path, key_path) = (folder.file("c.pem", &certificate), folder.file("k.pem", &key));
    builder().client_certificate(path, key_path).build().unwrap().ping().await.unwrap();
    assert_eq!(server.seen().len(), 2);

    // none, and one of somebody else
    let other = Tls::new().sign("me", false);
    let stranger = (Pem::text(other.0.pem()), Pem::text(other.1.serialize_pem()));
    for builder in [builder(), builder().client_certificate(stranger.0, stranger.1)] {
        let error = builder.build().unwrap().ping().await.unwrap_err();
        assert!([ErrorKind::Tls, ErrorKind::Transport].contains(&error.kind()), "{error:?}");
        assert_eq!(server.seen().len(), 2);
    }
}

/// A key of its own, encrypted by `openssl pkcs8 -topk8 -v2 aes-256-cbc`, made for this test and used nowhere else.
const ENCRYPTED: &str = include_str!("tls/encrypted.pem");
/// The same by the form of old, `openssl ec -aes256`.
const OLD_FORM: &str = include_str!("tls/old_form.pem");
/// What belongs to both, signed by itself.
const CERTIFICATE: &str = include_str!("tls/certificate.pem");

#[test]
fn an_encrypted_key_needs_its_password() {
    let builder = |key: &str| {
        Client::builder("https://localhost").client_certificate(Pem::text(CERTIFICATE), Pem::text(key))
    };
    builder(ENCRYPTED).key_password("s3same").build().unwrap();
    for (builder, part) in [
        (builder(ENCRYPTED), "set key_password"),
        (builder(ENCRYPTED).key_password("wr0ng"), "key_password is wrong"),
        (builder(OLD_FORM).key_password("s3same"), "openssl pkcs8 -topk8"),
        (builder(&KeyPair::generate().unwrap().serialize_pem()).key_password("s3same"), "is not encrypted"),
        (builder(CERTIFICATE), "cannot be used"),
        (builder("s3same"), "no -----BEGIN line"),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(part), "{part}: {error}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("s3same") && !shown.contains("wr0ng"), "{shown}");
    }
}

/// A folder that is gone after the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("influx-tests-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
