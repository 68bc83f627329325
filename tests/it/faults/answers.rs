//! Answers that mean another attempt, and answers that mean something else than they seem to.

use influx_core::Dialect;
use std::time::Duration;

use influx_core::http::RetryPolicy;
use influx_core::testing::{Script, TestServer};
use influx_core::write::DropReason;

use super::account::End;
use super::record::row;
use super::run::{Run, TOKEN, client, options, server};
use super::single::single;

/// Writes 25 rows while the first `faults` requests have such an answer.
async fn retried(server: &TestServer, script: Script, faults: u64) -> Vec<String> {
    let playing = server.script(script.times(faults));
    let mut run = Run::to(server);
    run.write((0..25).map(row)).await;
    let account = run.finish(server).await;
    account.all_stored();
    assert_eq!((playing.hits(), account.retries.len() as u64), (faults, faults));
    account.retries
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for status in [408, 425, 429, 500, 502, 503, 504, 520, 599] {
        let server = server("2.7.0");
        retried(&server, Script::answer(status).body("busy"), 3).await;
        let statuses: Vec<_> = server.requests().iter().map(|request| request.status).collect();
        assert_eq!(statuses, [status, status, status, 204, 204, 204]);
    }
}

#[tokio::test]
async fn the_same_bytes_are_sent_again() {
    let server = server("2.7.0");
    retried(&server, Script::answer(503), 2).await;
    let bodies: Vec<_> = server.requests().into_iter().map(|request| request.body).collect();
    assert!(!bodies[0].is_empty());
    assert_eq!((&bodies[0], &bodies[0]), (&bodies[1], &bodies[2]));
    assert_ne!(bodies[2], bodies[3]);
}

/// The page of a network that wants a login first, or of a proxy.
#[tokio::test]
async fn only_what_an_influxdb_says_is_an_acknowledgement() {
    for script in [
        Script::answer(200).header("Content-Type", "text/html").body("<html>Welcome! Please log in</html>"),
        Script::answer(200).body(r#"{"results":[{"error":"timeout"}]}"#),
        Script::answer(200).body(r#"{"error":"not stored"}"#),
        Script::answer(202),
        Script::answer(206).body("part"),
    ] {
        let server = server("2.7.0");
        retried(&server, script, 2).await;
    }
}

/// A mebibyte of it is enough, however long an attempt may take.
#[tokio::test]
async fn an_endless_answer_is_left() {
    let server = server("2.7.0");
    let (piece, minute) = (Duration::from_millis(10), Duration::from_secs(60));
    let script = Script::answer(500).body("on and on ").endless().paced(1 << 16, piece);
    let playing = server.script(script.times(2));
    let client = client(&server.url(), Dialect::V2).write_timeout(minute).build().unwrap();
    let mut run = Run::with(client, Dialect::V2, options());
    run.write((0..10).map(row)).await;
    let account = run.finish(&server).await;
    account.all_stored();
    assert_eq!(playing.hits(), 2);
    assert!(account.retries.iter().all(|error| error.len() < 4_000), "{}", account.retries[0].len());
}

/// What a server says may hold what the client told it; [`Run::finish`] and [`single`] look for it.
#[tokio::test]
async fn a_server_that_repeats_the_token_gives_it_to_nobody() {
    for status in [200, 302, 400, 401, 403, 404, 413, 422, 429, 500, 503] {
        let server = server("2.7.0");
        let text = format!("{{\"code\":\"{TOKEN}\",\"message\":\"Token {TOKEN} has no business here\"}}");
        let location = format!("http://{TOKEN}.example/?token={TOKEN}");
        server.script(
            Script::answer(status)
                .header("Content-Type", "application/json")
                .header("Location", location)
                .header("X-Influxdb-Error", TOKEN)
                .body(text),
        );
        let client = client(&server.url(), Dialect::V2).retry(RetryPolicy::none()).build().unwrap();
        let records: Vec<_> = (0..4).map(row).collect();
        single(&server, &client, Dialect::V2, &records).await;
        let options = options().max_retries(1).max_age(Duration::from_millis(200));
        let mut run = Run::with(client, Dialect::V2, options);
        run.write(records).await;
        let account = run.finish(&server).await;
        assert_eq!((account.ends.len(), account.stored().len()), (4, 0), "{status}");
    }
}

/// The client asks for no compressed answers; one that comes all the same stays as it is.
#[tokio::test]
async fn an_answer_is_never_inflated() {
    let bomb = {
        use std::io::Write as _;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&vec![b'A'; 10_000_000]).unwrap();
        gzip.finish().unwrap()
    };
    for status in [503, 500] {
        let server = server("2.7.0");
        let script = Script::answer(status).header("Content-Encoding", "gzip").body(bomb.clone());
        let retries = retried(&server, script, 2).await;
        assert!(retries.iter().all(|error| !error.contains("AAAA") && error.len() < 4_000), "{retries:?}");
    }
}

/// A batch that always fails is handed back after the retries, and the next go on.
#[tokio::test]
async fn a_poisoned_batch_ends_and_the_next_go_on() {
    let server = server("2.7.0");
    let playing = server.script(Script::answer(500).containing("id=13 "));
    let client = client(&server.url(), Dialect::V2).build().unwrap();
    let mut run = Run::with(client, Dialect::V2, options().max_retries(3));
    run.write((0..40).map(row)).await;
    let account = run.finish(&server).await;
    let stored: Vec<_> = (0..10).chain(20..40).collect();
    assert_eq!(account.stored(), stored);
    let dropped = End::Dropped { reason: DropReason::RetriesExhausted, possibly_stored: true };
    assert!((10..20).all(|number| account.ends[&number] == dropped), "{account:?}");
    assert_eq!(playing.hits(), 4);
}
