//! Proxies: with and without TLS behind them, with a password, with headers.

use std::sync::{Arc, Mutex};

use influx_core::{Client, ErrorKind};
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::raw::{NO_CONTENT, Raw, Seen, answer, read};
use super::tls::{Tls, server_of};

const LOGIN: &str = "Basic bWU6cGE1NSB3b3Jk"; // me:pa55 word

#[tokio::test]
async fn a_request_without_tls_goes_to_the_proxy_as_it_is() {
    let proxy = Raw::start(|_, _| NO_CONTENT.to_owned()).await;
    let url = proxy.url().replace("http://", "http://me:pa55%20word@");
    let client = Client::builder("http://influx.invalid:8086/prefix")
        .token("s3cret")
        .proxy(url)
        .proxy_header("X-Team", "blue")
        .build()
        .unwrap();
    client.ping().await.unwrap();
    let seen = &proxy.seen()[0];
    assert_eq!(seen.line, "GET http://influx.invalid:8086/prefix/ping HTTP/1.1");
    assert_eq!(seen.header("host"), Some("influx.invalid:8086"));
    assert_eq!(seen.header("proxy-authorization"), Some(LOGIN));
    assert_eq!(seen.header("x-team"), Some("blue"));
    assert_eq!(seen.header("authorization"), Some("Token s3cret"));
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_says_407() {
    let proxy = Raw::start(|_, request| {
        let sent = request.header("proxy-authorization").unwrap_or("none").to_owned();
        answer("407 Proxy Authentication Required", "", &format!("no: {sent}"))
    })
    .await;
    let url = proxy.url().replace("http://", "http://me:wr0ng-pa55word@");
    let client = Client::builder("http://influx.invalid").proxy(url).build().unwrap();
    let error = client.ping().await.unwrap_err();
    assert_eq!((error.status(), error.is_retryable(), proxy.seen().len()), (Some(407), false, 1));
    let shown = format!("{error} {error:?} {:?} {client:?}", error.server());
    assert!(!shown.contains("wr0ng") && !shown.contains("bWU6"), "{shown}");
}

/// A proxy that opens tunnels for those who have the password.
async fn tunnels(seen: Arc<Mutex<Vec<Seen>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let Some(request) = read(&mut stream).await else { continue };
            let allowed = request.header("proxy-authorization") == Some(LOGIN);
            let target = request.line.split(' ').nth(1).unwrap().to_owned();
            seen.lock().unwrap().push(request);
            if !allowed {
                let no = answer("407 Proxy Authentication Required", "", "");
                stream.write_all(no.as_bytes()).await.unwrap();
                continue;
            }
            stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(target).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut server).await;
            });
        }
    });
    url
}

#[tokio::test]
async fn tls_goes_through_a_tunnel_and_the_proxy_sees_no_token() {
    let tls = Tls::new();
    let server = server_of(&tls, false).await;
    let seen = Arc::default();
    let url = tunnels(Arc::clone(&seen)).await;
    let builder = |login: &str| {
        Client::builder(server.url())
            .token("s3cret")
            .ca_certificate(tls.ca())
            .proxy(url.replace("http://", &format!("http://{login}@")))
            .proxy_header("X-Team", "blue")
    };
    builder("me:pa55%20word").build().unwrap().ping().await.unwrap();
    {
        let seen = seen.lock().unwrap();
        assert!(seen[0].line.starts_with(&format!("CONNECT localhost:{} ", server.port)), "{}", seen[0].line);
        assert_eq!(seen[0].header("x-team"), Some("blue"));
        assert_eq!(seen[0].header("authorization"), None);
    }
    assert_eq!(server.seen()[0].header("authorization"), Some("Token s3cret"));
    assert_eq!(server.seen()[0].header("proxy-authorization"), None);

    let error = builder("me:wr0ng").build().unwrap().ping().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Config, false), "{error:?}");
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_no_connection() {
    // the listener is dropped at once, and its port free again
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = Client::builder("http://influx.invalid")
        .proxy(format!("http://me:pa55word@{gone}"))
        .retry(influx_core::http::RetryPolicy::none())
        .build()
        .unwrap();
    let error = client.ping().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(!format!("{error:?}").contains("pa55word"));
}

#[test]
fn the_proxies_of_the_environment_are_not_used() {
    const CHILD: &str = "INFLUX_TEST_PROXY_OF_ENVIRONMENT";
    if std::env::var_os(CHILD).is_some() {
        let server = influx_core::testing::TestServer::start().unwrap();
        let client = Client::builder(server.url()).retry(influx_core::http::RetryPolicy::none());
        client.build().unwrap().ping().wait().unwrap();
        return;
    }
    let nobody = "http://127.0.0.1:1";
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "client::proxy::the_proxies_of_the_environment_are_not_used"])
        .envs([(CHILD, "1"), ("HTTP_PROXY", nobody), ("http_proxy", nobody), ("ALL_PROXY", nobody)])
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}
