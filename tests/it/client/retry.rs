//! Which calls are tried again, after what, and for how long, on a clock that stands still.

use std::time::Duration;

use influx_core::http::{RetryPolicy, TransportErrorKind};
use influx_core::{Client, ErrorKind};
use tokio::time::Instant;

use super::raw::{Step, Steps};

fn client(steps: &Steps) -> Client {
    Client::builder("http://host").transport(steps.clone()).build().unwrap()
}

fn faults() -> Vec<Step> {
    let kinds = [TransportErrorKind::Connect, TransportErrorKind::Timeout, TransportErrorKind::Interrupted];
    let statuses = [408, 429, 500, 502, 503, 504];
    let statuses = statuses.into_iter().map(|status| Step::Answer(status, "", ""));
    kinds.into_iter().map(Step::Fault).chain(statuses).chain([Step::Breaks(200, "")]).collect()
}

#[tokio::test(start_paused = true)]
async fn reading_calls_are_tried_again_after_what_time_may_heal() {
    for fault in faults() {
        let steps = Steps::new([fault.clone(), fault.clone(), Step::Answer(204, "", "")]);
        client(&steps).ping().await.unwrap();
        assert_eq!(steps.count(), 3, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_time_does_not_heal_returns_at_once() {
    let statuses = [301, 302, 307, 400, 401, 403, 404, 405, 413, 422, 501];
    let steps = statuses.into_iter().map(|status| Step::Answer(status, "", ""));
    let faults = [TransportErrorKind::Tls, TransportErrorKind::Invalid].map(Step::Fault);
    for fault in steps.chain(faults) {
        let steps = Steps::new([fault.clone()]);
        let begun = Instant::now();
        client(&steps).ping().await.unwrap_err();
        assert_eq!((steps.count(), begun.elapsed()), (1, Duration::ZERO), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_retries_end_with_the_last_error() {
    let steps = Steps::new([Step::Answer(503, "", ""), Step::Answer(500, "", "")]);
    let error = client(&steps).ping().await.unwrap_err();
    assert_eq!((error.kind(), steps.count()), (ErrorKind::Server, 4));
    let steps = Steps::new([Step::Answer(503, "", "")]);
    let never = Client::builder("http://host").transport(steps.clone()).retry(RetryPolicy::none());
    never.build().unwrap().ping().await.unwrap_err();
    assert_eq!(steps.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_server_says_how_long_to_wait() {
    let steps = Steps::new([Step::Answer(429, "Retry-After: 20", ""), Step::Answer(204, "", "")]);
    let begun = Instant::now();
    client(&steps).ping().await.unwrap();
    assert!((20..=21).contains(&begun.elapsed().as_secs()));
    // longer than the policy's time: given up at once
    let steps = Steps::new([Step::Answer(503, "Retry-After: 61", ""), Step::Answer(204, "", "")]);
    let begun = Instant::now();
    let error = client(&steps).ping().await.unwrap_err();
    assert_eq!((error.retry_after().unwrap().as_secs(), begun.elapsed()), (61, Duration::ZERO));
}

/// A POST that is no write: the end of a session.
#[tokio::test(start_paused = true)]
async fn calls_that_change_something_are_done_again_only_where_they_did_nothing() {
    let cookie = || Step::Answer(204, "Set-Cookie: a=b", "");
    for fault in faults() {
        let steps = Steps::new([cookie(), Step::Answer(204, "", ""), fault.clone()]);
        let client =
            Client::builder("http://host").transport(steps.clone()).session("u", "p").build().unwrap();
        client.ping().await.unwrap();
        if matches!(fault, Step::Breaks(..)) {
            continue; // the server has ended it: the rest of its answer says nothing
        }
        client.sign_out().await.unwrap_err();
        let postponed =
            matches!(fault, Step::Fault(TransportErrorKind::Connect) | Step::Answer(429 | 503, ..));
        assert_eq!(steps.count(), if postponed { 6 } else { 3 }, "{fault:?}");
    }
}
