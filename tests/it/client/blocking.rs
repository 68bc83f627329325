//! Calls without a runtime.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use influx_core::http::Gzip;
use influx_core::testing::TestServer;
use influx_core::{Client, ErrorKind};

use super::raw::{Step, Steps};

#[test]
fn calls_are_waited_for_without_a_runtime() {
    let server = TestServer::builder().token("s3cret").bucket("b").start().unwrap();
    let client = Client::builder(server.url()).token("s3cret").org("o").build().unwrap();
    assert_eq!(client.write("b", "m v=1 1").wait().unwrap().lines, 1);
    client.ping().wait().unwrap();
    assert_eq!(client.write("none", "m v=1 1").wait().unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(client.write("b", "").wait().unwrap().lines, 0);
}

#[test]
fn many_threads_wait_at_once_and_share_connections() {
    let server = TestServer::builder().bucket("b").start().unwrap();
    let client = Client::builder(server.url()).org("o").build().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let client = &client;
            scope.spawn(move || {
                for i in 0..20 {
                    client.write("b", &format!("m,t={thread} v={i} {i}")).wait().unwrap();
                }
            });
        }
    });
    assert_eq!(server.count("b"), 160);
}

#[tokio::test]
async fn waiting_inside_a_runtime_is_an_error_with_advice() {
    let server = TestServer::start().unwrap();
    let client = Client::builder(server.url()).org("o").build().unwrap();
    let error = client.write("b", "m v=1 1").wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("use .await"), "{error}");
    let error = tokio::task::spawn_blocking(move || client.ping().wait().unwrap_err()).await.unwrap();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(server.requests().is_empty());
}

/// Polled by another executor than tokio's.
#[track_caller]
fn outside<T: std::fmt::Debug>(call: impl IntoFuture<Output = influx_core::Result<T>>) {
    match pin!(call.into_future()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Err(error)) => {
            assert!(error.to_string().contains("outside a tokio runtime"), "{error:?}");
        }
        other => panic!("no error: {other:?}"),
    }
}

#[test]
fn awaiting_outside_a_runtime_is_an_error_and_no_panic() {
    let steps = Steps::new([Step::Answer(204, "Set-Cookie: session=s3ss10n", "")]);
    let builder = Client::builder("http://host").org("o").gzip(Gzip::new()).transport(steps.clone());
    let client = builder.session("me", "pa55word").build().unwrap();
    outside(client.ping());
    client.ping().wait().unwrap();
    outside(client.sign_out());
    outside(client.health());
    outside(client.detect());
    outside(client.write("b", "m v=1 1"));
    // large enough to be compressed elsewhere
    outside(client.write("b", &"m v=1 1\n".repeat(20_000)));
    assert_eq!(steps.count(), 2, "nothing but the sign-in and the ping");
}
