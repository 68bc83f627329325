//! Tokens and passwords: where they show, which is where the caller asks for them.

use influx_core::api::{Authorization, NewAuthorization, Setup, Token};
use influx_core::{Error, Result};

use super::scripted::{Scripted, sent};

const PASSWORD: &str = "pa55word-of-mine";
const NEW: &str = "the-new-t0ken";

#[test]
fn nothing_prints_a_token_or_a_password() {
    let json = format!(r#"{{"id":"1","token":"{NEW}","permissions":[]}}"#);
    let authorization: Authorization = serde_json::from_str(&json).unwrap();
    assert_eq!(authorization.token.as_ref().map(Token::expose), Some(NEW));
    let setup = Setup::new("ada", "o", "b").password(PASSWORD).token(NEW);
    let client = Scripted::always(200, "").client();
    let calls = [
        format!("{:?}", client.setup(setup.clone())),
        format!("{:?}", client.users().set_password("1", PASSWORD)),
    ];
    let shown = format!("{authorization:?} {setup:?} {calls:?}");
    assert!(shown.contains("ada") && !shown.contains(NEW) && !shown.contains(PASSWORD), "{shown}");
}

/// A server, or what stands before it, that prints the request into its error.
#[tokio::test]
async fn an_echo_of_a_request_holds_none() {
    async fn check<T: std::fmt::Debug>(call: impl AsyncFnOnce() -> Result<T>) {
        let error: Error = call().await.unwrap_err();
        let server = error.server().unwrap();
        let shown = format!("{error} {error:?} {server:?} {}", server.message);
        assert!(shown.contains("cannot take"), "{shown}");
        assert!(!shown.contains(NEW) && !shown.contains(PASSWORD), "{shown}");
    }
    let echo = || format!(r#"{{"code":"invalid","message":"cannot take {PASSWORD} and {NEW}"}}"#);
    check(async || {
        sent(400, echo(), |client| client.setup(Setup::new("ada", "o", "b").password(PASSWORD).token(NEW)))
            .await
            .1
    })
    .await;
    let echo = format!(r#"{{"code":"invalid","message":"cannot take {PASSWORD}"}}"#);
    check(async || sent(400, &echo, |client| client.users().set_password("1", PASSWORD)).await.1).await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_printed() {
    // the token where an object should be
    let body = format!(r#"{{"id":"1","permissions":"{NEW}","token":"{NEW}"}}"#);
    let (_, made) = sent(201, body, |client| {
        client.authorizations().org("00000000000000bb").create(NewAuthorization::new([]))
    })
    .await;
    let error = made.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("another type than it should be") && !shown.contains(NEW), "{shown}");
}
