//! Answers that condemn a destination: the data wait, and nothing is sent elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use influx_core::testing::{At, Script, TestServer};
use influx_core::write::DropReason;
use influx_core::{Client, Dialect};

use super::account::End;
use super::record::row;
use super::run::{Run, TOKEN, client, options, server};

const MS: Duration = Duration::from_millis(1);

#[tokio::test]
async fn a_token_that_is_renewed_heals() {
    let server = server("2.7.0");
    server.set_token(Some("TOK_9f3c71d2a8-renewed"));
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    // the new token comes late
    let provider = move || match count.fetch_add(1, Ordering::SeqCst) {
        0..4 => Ok(TOKEN.to_owned()),
        _ => Ok(format!("{TOKEN}-renewed")),
    };
    let client = Client::builder(server.url()).token_provider(provider).build().unwrap();
    let mut run = Run::with(client, Dialect::V2, options());
    run.write((0..25).map(row)).await;
    let report = run.flush().await;
    assert!(report.blocked.is_some() || report.is_stored(), "{report:?}");
    let account = run.finish(&server).await;
    account.all_stored();
    assert!(server.requests().iter().any(|request| request.status == 401));
    assert!(asked.load(Ordering::SeqCst) >= 5);
}

#[tokio::test]
async fn a_missing_bucket_keeps_the_data_until_it_is_there() {
    let server = TestServer::builder().token(TOKEN).start().unwrap();
    let mut run = Run::to(&server);
    run.write((0..25).map(row)).await;
    let report = run.flush().await;
    let blocked = report.blocked.expect("the flush says that the destination is blocked");
    assert_eq!((report.pending, blocked.reason.status()), (25, Some(404)));
    server.create_bucket("b");
    run.finish(&server).await.all_stored();
}

/// Not one byte goes to where a redirect leads.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = TestServer::start().unwrap();
    for status in [301, 302, 307, 308] {
        let server = server("2.7.0");
        server.script(Script::answer(status).header("Location", format!("{}/api/v2/write", other.url())));
        let client = client(&server.url(), Dialect::V2).build().unwrap();
        let mut run = Run::with(client, Dialect::V2, options().max_age(300 * MS));
        run.write((0..10).map(row)).await;
        let account = run.finish(&server).await;
        let dropped = End::Dropped { reason: DropReason::BlockedTooLong, possibly_stored: false };
        assert!(account.ends.values().all(|end| *end == dropped), "{account:?}");
    }
    assert_eq!((other.connections(), other.request_count()), (0, 0));
}

/// For ever forbidden: the data wait as long as they may, and are handed back.
#[tokio::test]
async fn a_closed_destination_ends_by_age() {
    for status in [401, 403, 404, 405, 407, 415, 431] {
        let server = server("2.7.0");
        server.script(Script::answer(status).bucket("b"));
        let client = client(&server.url(), Dialect::V2).build().unwrap();
        let mut run = Run::with(client, Dialect::V2, options().max_age(300 * MS).max_retries(1));
        run.write((0..10).map(row)).await;
        let account = run.finish(&server).await;
        let dropped = End::Dropped { reason: DropReason::BlockedTooLong, possibly_stored: false };
        assert!(account.ends.values().all(|end| *end == dropped), "{status}: {account:?}");
        assert!(account.retries.len() <= 2, "{status}: told once a change: {:?}", account.retries);
    }
}

/// One destination that is closed holds up no other.
#[tokio::test]
async fn a_closed_destination_is_alone_with_it() {
    let server = TestServer::builder().token(TOKEN).bucket("b").bucket("closed").start().unwrap();
    server.script(Script::answer(403).bucket("closed"));
    let mut run = Run::to(&server);
    let closed = run.writer.to(influx_core::Destination::bucket("closed").org("o")).unwrap();
    run.offer_to(&closed, 1_000).await;
    run.write((0..25).map(row)).await;
    let mut stored = 0;
    while stored < 25 {
        tokio::time::sleep(10 * MS).await;
        stored = server.count("b");
    }
    server.clear_scripts();
    let report = run.flush().await;
    assert!(report.is_stored() || report.blocked.is_some());
    tokio::time::timeout(Duration::from_secs(10), async {
        while server.count("closed") == 0 {
            tokio::time::sleep(10 * MS).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_blocks() {
    let proxy = TestServer::start().unwrap();
    proxy.script(Script::answer(407).header("Proxy-Authenticate", "Basic realm=\"p\""));
    let server = server("2.7.0");
    let client = client(&server.url(), Dialect::V2).proxy(proxy.url()).build().unwrap();
    let mut run = Run::with(client, Dialect::V2, options().max_age(300 * MS));
    run.write((0..10).map(row)).await;
    let account = run.finish(&server).await;
    let dropped = End::Dropped { reason: DropReason::BlockedTooLong, possibly_stored: false };
    assert!(account.ends.values().all(|end| *end == dropped), "{account:?}");
    assert!(proxy.request_count() > 0);
    assert_eq!(server.connections(), 0);
}

/// The way to https through a proxy begins with CONNECT; where that breaks, nothing was sent.
#[tokio::test]
async fn a_proxy_that_drops_the_tunnel_has_got_nothing() {
    let proxy = TestServer::start().unwrap();
    proxy.script(Script::usual().reset(At::Body));
    let server = server("2.7.0");
    let https = server.url().replace("http:", "https:");
    let client = client(&https, Dialect::V2).proxy(proxy.url()).build().unwrap();
    let mut run = Run::with(client, Dialect::V2, options().max_retries(2));
    run.write((0..10).map(row)).await;
    let account = run.finish(&server).await;
    let dropped = End::Dropped { reason: DropReason::RetriesExhausted, possibly_stored: false };
    assert!(account.ends.values().all(|end| *end == dropped), "{account:?}");
    assert_eq!(proxy.request_count(), 3);
    assert!(proxy.requests().iter().all(|request| request.method == "CONNECT" && request.body_len == 0));
}
