//! What a client is told in confidence appears nowhere.

use std::error::Error as _;

use influx_core::{Client, Error};

use super::raw::{Raw, answer};

/// Everything that an error and what lies below it print.
fn all_of(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {:?}", error.server());
    let mut source = error.source();
    while let Some(below) = source {
        text.push_str(&format!(" {below} {below:?}"));
        source = below.source();
    }
    text
}

#[tokio::test]
async fn an_echo_of_the_request_holds_no_secret() {
    // as text, as JSON, as HTML, and as a header
    let raw = Raw::start(|number, request| {
        let all: Vec<_> = request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let text = all.join("\n");
        match number % 4 {
            0 => answer("400 Bad Request", "", &text),
            1 => {
                answer("403 Forbidden", "", &serde_json::json!({ "code": text, "message": text }).to_string())
            }
            2 => answer("404 Not Found", "", &format!("<pre>{}</pre>", text.replace('=', "&#61;"))),
            _ => {
                let header = request.header("authorization").unwrap_or_default();
                answer("405 Not Allowed", &format!("X-Influxdb-Error: {header}\r\n"), "")
            }
        }
    })
    .await;
    let builder = || Client::builder(raw.url()).header("X-Api-Key", "k3y-\"of\\mine");
    let secrets = ["k3y-", "t0k3n", "pa55w", "cGE1NXdvcmQ"];
    for builder in [
        builder().token("t0k3n-that-is-long-enough-to-tell=="),
        builder().token("t0k3n\"with\\quotes"),
        builder().token("me:pa55word"),
        builder().token("me:pa55word").auth_basic(true),
        builder().basic("me", "pa55word"),
        builder().token_provider(|| Ok("t0k3n-that-was-given".to_owned())),
    ] {
        let mut shown = format!("{builder:?} {builder:#?}");
        let client = builder.build().unwrap();
        for _ in 0..4 {
            let call = client.ping();
            shown.push_str(&format!("{call:?} {client:?}"));
            shown.push_str(&all_of(&call.await.unwrap_err()));
        }
        assert!(shown.contains("[redacted]"), "{shown}");
        for secret in secrets {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
    }
}

#[test]
fn settings_and_their_errors_hold_no_secret() {
    let secret = "pa55word";
    let builders = [
        Client::builder("http://me:pa55word@host"),
        Client::builder("http://host").proxy("http://me:pa55word@proxy:x"),
        Client::builder("http://host").proxy("http://me:pa55word@"),
        Client::builder("http://host").proxy_header("x", "pa55word"),
        Client::builder("http://host").header("x", "pa55word\n"),
        Client::builder("http://host").header("authorization", "pa55word"),
        Client::builder("http://host").key_password(secret),
        Client::builder("http://host").token("pa55word\r\n"),
        Client::builder("http://host").session("a:b", secret),
        Client::builder("http://host").basic("", secret),
        Client::builder("http://host").token(secret).basic("a", secret),
    ];
    for builder in builders {
        let shown = format!("{builder:?} {builder:#?}");
        let shown = shown + &all_of(&builder.build().unwrap_err());
        assert!(!shown.contains(secret), "{shown}");
    }
    let good = Client::builder("http://host")
        .token(secret)
        .proxy("http://me:pa55word@proxy:1")
        .header("x", secret)
        .proxy_header("y", secret);
    let shown = format!("{good:?}");
    let shown = format!("{shown} {:?}", good.build().unwrap());
    assert!(!shown.contains(secret) && shown.contains("http://proxy:1"), "{shown}");
}
