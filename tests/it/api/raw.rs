//! Requests to any path.

use http::Method;
use influx_core::ErrorKind;
use serde_json::{Value, json};

use super::scripted::{Scripted, TOKEN};

#[tokio::test]
async fn a_request_is_sent_as_it_is_built() {
    let server = Scripted::always(201, r#"{"id":"1"}"#);
    let client = server.client();
    let made: Value = client
        .request(Method::POST, "/api/v2/variables")
        .segment("a/b")
        .query("org", "x&y")
        .header("X-Trace", "1")
        .json(&json!({"name": "v"}))
        .fetch()
        .await
        .unwrap();
    assert_eq!(made["id"], "1");
    assert_eq!(server.lines(), [r#"POST /api/v2/variables/a%2Fb?org=x%26y {"name":"v"}"#]);
    let headers = server.requests()[0].headers().clone();
    assert_eq!(headers["authorization"], format!("Token {TOKEN}"));
    assert_eq!(
        (&headers["x-trace"], &headers["accept"]),
        (&"1".parse().unwrap(), &"application/json".parse().unwrap())
    );

    let answer = client
        .request(Method::POST, "/api/v2/restore/kv")
        .header("Content-Encoding", "gzip")
        .header("Accept", "text/plain")
        .body("bytes", "application/octet-stream")
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status, &answer.body[..]), (201, &br#"{"id":"1"}"#[..]));
    let headers = server.requests()[1].headers().clone();
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(
        (&headers["content-encoding"], &headers["accept"]),
        (&"gzip".parse().unwrap(), &"text/plain".parse().unwrap())
    );
}

#[tokio::test]
async fn an_answer_can_be_had_while_it_arrives() {
    let server = Scripted::always(200, "a long backup");
    let client = server.client();
    let request = || client.request(Method::GET, "/api/v2/backup/kv").limit(6);
    let mut stream = request().stream().await.unwrap();
    assert_eq!(stream.status(), 200);
    let mut bytes = Vec::new();
    while let Some(piece) = stream.next().await.unwrap() {
        bytes.extend_from_slice(&piece);
    }
    assert_eq!(bytes, b"a long backup");
    let error = request().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("longer than the 6 bytes"), "{error}");
    let error = Scripted::always(404, "").client().request(Method::GET, "/x").stream().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn what_would_change_another_part_of_the_request_is_refused() {
    let server = Scripted::always(200, "");
    let client = server.client();
    let request = |path: &str| client.request(Method::GET, path);
    for (request, part) in [
        (request("/a?b=c"), "use query()"),
        (request("//host/a"), "leads elsewhere"),
        (request("/a").segment(""), "is empty"),
        (request("/a").header("Authorization", "Token x"), "the client's own"),
        (request("/a").header("Host", "x"), "the client's own"),
        (request("/a").header("Transfer-Encoding", "chunked"), "the client's own"),
        (request("/a").header("x", "s3cret\r\ny: z"), "no header may hold"),
        (request("/a").body("", "text\n"), "no header may hold"),
        (request("a").segment("b").query("c", "d"), "does not begin with a slash"),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(part) && !error.to_string().contains("s3cret"), "{error}");
    }
    assert!(server.lines().is_empty());
}

#[tokio::test]
async fn a_post_is_tried_again_only_if_it_may_be() {
    for (repeatable, method, idempotent) in [
        (false, Method::POST, None),
        (true, Method::POST, Some(true)),
        (true, Method::GET, None),
        (false, Method::GET, Some(false)),
    ] {
        let request = Scripted::always(500, "").client().request(method, "/a");
        let request = match idempotent {
            Some(idempotent) => request.idempotent(idempotent),
            None => request,
        };
        assert_eq!(request.send().await.unwrap_err().is_retryable(), repeatable);
    }
}
