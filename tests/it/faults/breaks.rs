//! Connections that break, hang or crawl.

use std::time::Duration;

use influx_core::http::RetryPolicy;
use influx_core::testing::{At, Script, TestServer};
use influx_core::write::{DropReason, WriteOptions};
use influx_core::{Client, Dialect};

use super::account::End;
use super::record::{noise, row};
use super::run::{Run, client, options, server};
use super::single::single;

const MS: Duration = Duration::from_millis(1);

fn broken() -> Vec<(&'static str, Script)> {
    let long = "x".repeat(1_000_000);
    let mut many = Script::answer(204);
    for number in 0..64_000 {
        many = many.header(format!("a{number}"), "b");
    }
    vec![
        ("reset before the body", Script::usual().reset(At::Body)),
        ("reset in the body", Script::usual().reset(At::InBody(40))),
        ("closed in the body", Script::usual().close(At::InBody(40))),
        ("stored, then reset", Script::usual().reset(At::Answer)),
        ("stored, then closed", Script::usual().close(At::Answer)),
        ("cut in the status", Script::usual().close(At::Status)),
        ("reset in the status", Script::usual().reset(At::Status)),
        ("cut in the head", Script::usual().close(At::Head)),
        ("no answer", Script::usual().stall(At::Answer)),
        ("an answer that crawls", Script::usual().paced(1, 500 * MS)),
        ("a header of a megabyte", Script::answer(204).header("a", long)),
        ("64,000 headers", many),
        ("not HTTP", Script::answer(999).header("a b", "\u{1}")),
    ]
}

fn impatient(server: &TestServer) -> Client {
    client(&server.url(), Dialect::V2).write_timeout(400 * MS).read_timeout(150 * MS).build().unwrap()
}

#[tokio::test]
async fn a_broken_attempt_is_made_again_and_stores_each_row_once() {
    for (name, script) in broken() {
        let server = server("2.7.0");
        let playing = server.script(script.times(2));
        let mut run = Run::with(impatient(&server), Dialect::V2, options());
        run.write((0..25).map(row)).await;
        let account = run.finish(&server).await;
        account.all_stored();
        assert_eq!((playing.hits(), server.count("b")), (2, 25), "{name}");
        assert!(account.retries.len() >= 2, "{name}"); // a busy machine may need more
    }
}

#[tokio::test]
async fn a_single_write_is_tried_again_too() {
    for (name, script) in broken() {
        let server = server("2.7.0");
        let playing = server.script(script.times(2));
        let policy = RetryPolicy::new().interval(5 * MS);
        let client = client(&server.url(), Dialect::V2).write_timeout(400 * MS).read_timeout(150 * MS);
        let rows: Vec<_> = (0..25).map(row).collect();
        let client = client.retry(policy).build().unwrap();
        single(&server, &client, Dialect::V2, &rows).await.all_stored();
        assert_eq!((playing.hits(), server.count("b")), (2, 25), "{name}");
    }
}

/// However long an attempt may take, the server must say something meanwhile.
#[tokio::test]
async fn an_answer_that_stops_half_way_frees_the_lane() {
    for script in [
        Script::answer(503).body("half").stall(At::AnswerBody(2)),
        Script::answer(503).body("a crawl").paced(58, 5_000 * MS),
    ] {
        let server = server("2.7.0");
        let playing = server.script(script.times(2));
        let limits = client(&server.url(), Dialect::V2).write_timeout(60_000 * MS).read_timeout(150 * MS);
        let mut run = Run::with(limits.build().unwrap(), Dialect::V2, options());
        run.write((0..10).map(row)).await;
        let account = run.finish(&server).await;
        account.all_stored();
        assert_eq!(playing.hits(), 2);
        assert!(account.retries.len() >= 2); // a busy machine may need more
    }
}

/// What is acknowledged is not sent again.
#[tokio::test]
async fn an_acknowledgement_counts_though_its_answer_is_cut() {
    let length = |script: Script| script.header("Content-Length", "10");
    for script in [
        Script::usual().close(At::AnswerBody(0)),
        Script::usual().reset(At::AnswerBody(0)),
        length(Script::answer(204).stored()).close(At::AnswerBody(0)),
        length(Script::answer(204).stored()).stall(At::AnswerBody(0)),
    ] {
        let server = server("2.7.0");
        let playing = server.script(script);
        let mut run = Run::to(&server);
        run.write((0..10).map(row)).await;
        run.finish(&server).await.all_stored();
        assert_eq!((playing.hits(), server.request_count(), server.lines_received()), (1, 1, 10));
    }
}

/// 50 kB a second are always waited for, whatever the limit is.
#[tokio::test]
async fn the_limit_of_an_attempt_grows_with_its_body() {
    let server = server("2.7.0");
    server.script(Script::usual().read_paced(8_000, 100 * MS));
    let client = client(&server.url(), Dialect::V2).write_timeout(50 * MS).build().unwrap();
    let mut run = Run::with(client, Dialect::V2, options());
    run.write((0..10).map(|number| noise(number, 20_000))).await;
    let account = run.finish(&server).await;
    account.all_stored();
    assert_eq!((account.retries, server.request_count()), (vec![], 1));
}

/// A server that takes far less than that is given up, and meets the body again.
#[tokio::test]
async fn a_server_that_reads_byte_by_byte_is_given_up() {
    let server = server("2.7.0");
    let playing = server.script(Script::usual().read_paced(1, 1_000 * MS).times(2));
    let mut run = Run::with(impatient(&server), Dialect::V2, options());
    run.write((0..10).map(row)).await;
    let account = run.finish(&server).await;
    account.all_stored();
    assert_eq!((playing.hits(), server.lines_received()), (2, 10), "what was read of it is not stored");
    assert!(account.retries.len() >= 2, "{:?}", account.retries); // a busy machine may need more
}

#[tokio::test]
async fn an_outage_loses_nothing() {
    let server = server("2.7.0");
    let mut run = Run::to(&server);
    run.write((0..10).map(row)).await;
    run.flush().await;
    server.stop();
    run.write((10..200).map(row)).await;
    tokio::time::sleep(200 * MS).await;
    server.restart().unwrap();
    run.write((200..210).map(row)).await;
    let account = run.finish(&server).await;
    account.all_stored();
    assert_eq!(server.count("b"), 210);
    assert!(!account.retries.is_empty());
    assert_eq!(server.lines_received(), 210, "nothing was sent twice: nothing had been sent");
}

/// Options that give up soon.
fn few() -> WriteOptions {
    options().max_retries(2)
}

/// A listener whose queue is full: what connects waits. Other systems refuse it, or take no such queue.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_does_not_open_has_sent_nothing() {
    let server = server("2.7.0"); // nobody writes to it
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(tokio::spawn(tokio::net::TcpStream::connect(address)));
    }
    tokio::time::sleep(50 * MS).await;
    let url = format!("http://{address}");
    let client = client(&url, Dialect::V2).connect_timeout(100 * MS).build().unwrap();
    let mut run = Run::with(client, Dialect::V2, few());
    run.write((0..3).map(row)).await;
    let account = run.finish(&server).await;
    let expected = End::Dropped { reason: DropReason::RetriesExhausted, possibly_stored: false };
    assert_eq!(account.ends.values().collect::<Vec<_>>(), [&expected; 3]);
}

#[tokio::test]
async fn a_host_that_is_not_there_has_got_nothing() {
    let server = server("2.7.0"); // nobody writes to it
    let client = client("http://no-such-host.invalid:8086", Dialect::V2).build().unwrap();
    let mut run = Run::with(client, Dialect::V2, few());
    run.write((0..3).map(row)).await;
    let account = run.finish(&server).await;
    let expected = End::Dropped { reason: DropReason::RetriesExhausted, possibly_stored: false };
    assert_eq!(account.ends.values().collect::<Vec<_>>(), [&expected; 3]);
    assert!(!account.retries.is_empty());
}

/// Where it broke after the body was sent, nobody knows.
#[tokio::test]
async fn what_was_given_up_after_it_was_sent_is_possibly_stored() {
    let server = server("2.7.0");
    server.script(Script::usual().reset(At::Answer));
    let mut run = Run::with(impatient(&server), Dialect::V2, few());
    run.write((0..3).map(row)).await;
    let account = run.finish(&server).await;
    let expected = End::Dropped { reason: DropReason::RetriesExhausted, possibly_stored: true };
    assert_eq!(account.ends.values().collect::<Vec<_>>(), [&expected; 3]);
    assert_eq!(server.count("b"), 3);
}
