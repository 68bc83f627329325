//! Time limits and answers that break off, on a clock that stands still.

use std::time::Duration;

use influx_core::http::RetryPolicy;
use influx_core::{Client, ClientBuilder, ErrorKind};
use tokio::time::Instant;

use super::raw::{Step, Steps};

fn builder(steps: &Steps) -> ClientBuilder {
    Client::builder("http://host").org("o").transport(steps.clone()).retry(RetryPolicy::none())
}

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// How long a call takes to fail by its time limit.
async fn time_of(client: Client) -> Duration {
    let begun = Instant::now();
    let ended = tokio::time::timeout(s(10_000), client.ready().into_future()).await;
    let error = ended.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    begun.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_waited_for_as_long_as_is_set() {
    type Set = fn(ClientBuilder) -> ClientBuilder;
    let table: [(Set, Duration); 8] = [
        (|b| b, s(10)),
        (|b| b.write_timeout(s(3)), s(3)),
        (|b| b.write_timeout(s(30)), s(30)),
        (|b| b.timeout(Some(s(60))), s(60)),
        (|b| b.timeout(Some(s(60))).write_timeout(s(5)), s(5)),
        (|b| b.timeout(None), s(30)),
        (|b| b.timeout(None).read_timeout(s(300)), s(300)),
        (|b| b.read_timeout(s(2)), s(2)),
    ];
    for (set, wanted) in table {
        assert_eq!(time_of(set(builder(&Steps::new([Step::Silent]))).build().unwrap()).await, wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_be_slow_but_not_stop() {
    // a byte each 9 s: no pause is too long, but the whole
    let steps = Steps::new([Step::Drips(s(9))]);
    assert_eq!(time_of(builder(&steps).write_timeout(s(100)).build().unwrap()).await, s(100));
    // without a total limit only a pause ends it
    let steps = Steps::new([Step::Drips(s(31))]);
    assert_eq!(time_of(builder(&steps).timeout(None).build().unwrap()).await, s(30));
    let steps = Steps::new([Step::Stalls(200, "{\"sta")]);
    assert_eq!(time_of(builder(&steps).read_timeout(s(4)).build().unwrap()).await, s(4));
}

#[tokio::test(start_paused = true)]
async fn a_status_counts_even_if_its_body_breaks_off() {
    for step in [Step::Stalls(403, "{\"code\""), Step::Breaks(403, "{\"code\"")] {
        let error = builder(&Steps::new([step])).build().unwrap().ready().await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Forbidden, Some(403)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_that_breaks_off_is_none_where_the_body_matters() {
    let error = builder(&Steps::new([Step::Breaks(200, "{")])).build().unwrap().ready().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Transport, true));
    let error = builder(&Steps::new([Step::Stalls(200, "{")])).build().unwrap().ready().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Timeout, true));
}

/// The connection opens, but its TLS does not: that counts as opening, too.
#[tokio::test]
async fn a_connection_that_does_not_open_is_given_up_before_the_attempt_is() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let client = Client::builder(url)
        .connect_timeout(Duration::from_millis(20))
        .timeout(None)
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let error = client.ready().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Connect, true), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_time_that_has_no_end_is_no_overflow() {
    let client = builder(&Steps::new([Step::Answer(204, "", "")]))
        .write_timeout(Duration::MAX)
        .read_timeout(Duration::MAX)
        .timeout(Some(Duration::MAX))
        .build()
        .unwrap();
    client.ping().await.unwrap();
}
