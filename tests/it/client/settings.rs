//! Settings: what reaches the server, and what `build` refuses.

use std::time::Duration;

use influx_core::http::Gzip;
use influx_core::{Client, ClientBuilder, Destination, Dialect, ErrorKind, NonFinite, Precision};

use super::raw::{NO_CONTENT, Raw, Step, Steps};

#[tokio::test]
async fn user_agent_and_headers_reach_the_server() {
    let raw = Raw::start(|_, _| NO_CONTENT.to_owned()).await;
    let client = Client::builder(raw.url())
        .user_agent("my-app/1")
        .header("X-Tenant", "first")
        .header("x-tenant", "blue")
        .build()
        .unwrap();
    client.ping().await.unwrap();
    let seen = raw.seen();
    assert_eq!(seen[0].header("user-agent"), Some("my-app/1"));
    let values: Vec<_> = seen[0].headers.iter().filter(|(name, _)| name == "x-tenant").collect();
    assert_eq!(values.len(), 1, "replaced, not repeated");
    assert_eq!(values[0].1, "blue");
}

#[tokio::test]
async fn a_pool_of_none_opens_a_connection_for_each_request() {
    for (size, connections) in [(0, 3), (1, 1)] {
        let server = influx_core::testing::TestServer::start().unwrap();
        let client = Client::builder(server.url()).pool_size(size).build().unwrap();
        for _ in 0..3 {
            client.ping().await.unwrap();
        }
        assert_eq!(server.connections(), connections, "{size}");
    }
}

#[test]
fn what_would_have_no_effect_or_cannot_be_is_refused_by_name() {
    let transport = || Steps::new([Step::Silent]);
    let http = || Client::builder("http://host");
    let table: Vec<(ClientBuilder, &str)> = vec![
        (http().connect_timeout(Duration::ZERO), "connect_timeout"),
        (http().write_timeout(Duration::ZERO), "write_timeout"),
        (http().read_timeout(Duration::ZERO), "read_timeout"),
        (http().timeout(Some(Duration::ZERO)), "timeout is zero"),
        (http().query_timeout(Some(Duration::ZERO)), "query_timeout"),
        (http().idle_timeout(Duration::ZERO), "idle_timeout"),
        (http().default_tag("a\n", "b"), "a\\n"),
        (http().default_tag("time", "b"), "time"),
        (http().proxy_header("x", "y"), "proxy_header is set without a proxy"),
        (http().proxy("socks5://host"), "proxy"),
        (http().proxy("http://u:p@host").proxy_header("Proxy-Authorization", "x"), "Proxy-Authorization"),
        (http().key_password("x"), "key_password"),
        (http().ca_certificate("/nonexistent/ca.pem"), "/nonexistent/ca.pem"),
        (http().org(""), "organisation"),
        (http().token("a").session("b", "c"), "token and session"),
        (http().proxy("http://p").transport(transport()), "proxy has no effect"),
        (http().pool_size(1).transport(transport()), "pool_size has no effect"),
        (http().verify_tls(false).transport(transport()), "verify_tls has no effect"),
        (http().connect_timeout(Duration::from_secs(1)).transport(transport()), "connect_timeout has no"),
    ];
    for (builder, part) in table {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
}

#[test]
fn a_client_shows_what_it_was_told() {
    let client = Client::builder("http://host")
        .dialect(Dialect::V3)
        .destination(Destination::database("d"))
        .default_tag("site", "berlin")
        .tag_order(["site"])
        .unsigned(false)
        .non_finite(NonFinite::Error)
        .precision(Precision::Seconds)
        .gzip(Gzip::off())
        .build()
        .unwrap();
    assert_eq!(client.destination(), Some(&Destination::database("d")));
    let shown = format!("{client:?}");
    for part in ["V3", "berlin", "unsigned: false", "non_finite: Error", "Seconds", "gzip: None"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn the_first_dialect_has_no_unsigned_integers_unless_told() {
    let shown = |builder: ClientBuilder| format!("{:?}", builder.build().unwrap());
    let http = || Client::builder("http://host");
    assert!(shown(http().dialect(Dialect::V1)).contains("unsigned: false"));
    assert!(shown(http().dialect(Dialect::V1).unsigned(true)).contains("unsigned: true"));
    assert!(shown(http()).contains("unsigned: true"));
}

#[test]
fn this_machine_is_not_compressed_to_unless_told() {
    let shown = |builder: ClientBuilder| format!("{:?}", builder.build().unwrap());
    for url in ["http://localhost:8086", "http://127.0.0.1", "http://[::1]:8086"] {
        assert!(shown(Client::builder(url)).contains("gzip: None"), "{url}");
        assert!(shown(Client::builder(url).gzip(Gzip::new())).contains("gzip: Some"), "{url}");
    }
    assert!(shown(Client::builder("http://influx.example")).contains("gzip: Some"));
}
