//! Calls without a runtime.

use influx_core::testing::TestServer;
use influx_core::{Client, ErrorKind};

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
