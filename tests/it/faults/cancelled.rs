//! Futures over real connections, polled so many times and then dropped: whatever was on its way, the next write goes
//! through, and no row stands there twice or in part.

use std::future::{IntoFuture, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use influx_core::Dialect;
use influx_core::http::RetryPolicy;
use influx_core::testing::{At, Script, TestServer};

use super::record::{Record, row};
use super::run::{Run, client, destination, options, server};
use super::single::single;

const MS: Duration = Duration::from_millis(1);

/// Polls a future up to so many times, and drops it; whether it was ready.
async fn poll_and_drop(future: impl IntoFuture, times: usize) -> bool {
    let mut future = pin!(future.into_future());
    let patience = Instant::now() + Duration::from_secs(20);
    for _ in 0..times {
        if poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await.is_ready() {
            return true;
        }
        assert!(Instant::now() < patience, "it is never ready");
        // the connection's task and the server have their turn
        tokio::time::sleep(MS).await;
    }
    false
}

/// How often it is polled: never, once, some times, and in the last round until it is ready.
fn rounds(step: usize) -> impl Iterator<Item = usize> {
    [0, 1].into_iter().chain((step..60).step_by(step)).chain([usize::MAX])
}

/// Else it shows nothing. That it is not ready without a poll says nothing either.
#[track_caller]
fn both_ways(ready: &[bool]) {
    let polled = &ready[1..];
    assert!(polled.contains(&true) && polled.contains(&false), "ready before they were dropped: {ready:?}");
}

/// It fails once, and answers late.
fn slow(server: &TestServer) {
    server.script(Script::usual().reset(At::Answer).times(1));
    server.script(Script::usual().delay(5 * MS));
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_a_client_that_writes_on() {
    let rows: Vec<Record> = (0..25).map(row).collect();
    let mut ready = Vec::new();
    for times in rounds(2) {
        let server = server("2.7.0");
        slow(&server);
        let policy = RetryPolicy::new().interval(3 * MS);
        let client = client(&server.url(), Dialect::V2).retry(policy).build().unwrap();
        ready.push(poll_and_drop(client.write(destination(Dialect::V2), &rows), times).await);
        assert!([0, 25].contains(&server.count("b")), "{times} polls: {} rows", server.count("b"));
        single(&server, &client, Dialect::V2, &rows).await.all_stored();
        assert_eq!(server.count("b"), 25, "{times} polls");
    }
    both_ways(&ready);
}

#[tokio::test]
async fn a_flush_that_is_dropped_takes_no_batch_with_it() {
    let mut ready = Vec::new();
    for times in rounds(4) {
        let server = server("2.7.0");
        slow(&server);
        let client = client(&server.url(), Dialect::V2).build().unwrap();
        let mut run = Run::with(client, Dialect::V2, options().flush_interval(Duration::from_secs(60)));
        run.write((0..25).map(row)).await;
        ready.push(poll_and_drop(run.writer.flush(None), times).await);
        run.finish(&server).await.all_stored();
        assert_eq!(server.count("b"), 25, "{times} polls");
    }
    both_ways(&ready);
}
