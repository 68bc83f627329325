//! Tokens, their schemes, and a token that is replaced while the client runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use influx_core::client::AuthScheme;
use influx_core::{Client, ErrorKind};

use super::raw::{NO_CONTENT, Raw, answer};

#[tokio::test]
async fn each_way_is_sent_as_its_header() {
    let raw = Raw::start(|_, _| NO_CONTENT.to_owned()).await;
    let builder = || Client::builder(raw.url());
    for (client, wanted) in [
        (builder(), None),
        (builder().token("s3cret"), Some("Token s3cret")),
        (builder().token("s3cret").auth_scheme(AuthScheme::Bearer), Some("Bearer s3cret")),
        (builder().token("me:pa55"), Some("Token me:pa55")),
        (builder().token("me:pa55").auth_basic(true), Some("Basic bWU6cGE1NQ==")),
        (builder().basic("me", "pa55"), Some("Basic bWU6cGE1NQ==")),
        (builder().token_provider(|| Ok("given".to_owned())), Some("Token given")),
    ] {
        client.build().unwrap().ping().await.unwrap();
        assert_eq!(raw.seen().last().unwrap().header("authorization"), wanted);
    }
}

/// Takes one token and answers 401 to all others.
async fn server(token: Arc<std::sync::Mutex<String>>) -> Raw {
    Raw::start(move |_, request| {
        let wanted = format!("Token {}", token.lock().unwrap());
        match request.header("authorization") {
            Some(sent) if sent == wanted => NO_CONTENT.to_owned(),
            _ => answer("401 Unauthorized", "", r#"{"code":"unauthorized","message":"unauthorized access"}"#),
        }
    })
    .await
}

#[tokio::test]
async fn a_token_that_was_replaced_heals() {
    let token = Arc::new(std::sync::Mutex::new("first".to_owned()));
    let raw = server(Arc::clone(&token)).await;
    let (asked, source) = (Arc::new(AtomicUsize::new(0)), Arc::clone(&token));
    let count = Arc::clone(&asked);
    let client = Client::builder(raw.url())
        .token_provider(move || {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(source.lock().unwrap().clone())
        })
        .build()
        .unwrap();
    for _ in 0..3 {
        client.ping().await.unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1, "asked once while it works");
    "second".clone_into(&mut token.lock().unwrap());
    client.ping().await.unwrap();
    client.clone().ping().await.unwrap();
    assert_eq!((asked.load(Ordering::SeqCst), raw.seen().len()), (2, 6));
}

#[tokio::test]
async fn a_token_that_stays_wrong_is_asked_for_once_more_and_no_loop() {
    let raw = server(Arc::new(std::sync::Mutex::new("right".to_owned()))).await;
    let same = Client::builder(raw.url()).token_provider(|| Ok("wrong".to_owned())).build().unwrap();
    let error = same.ping().await.unwrap_err();
    assert_eq!((error.kind(), raw.seen().len()), (ErrorKind::Unauthorized, 1));

    let number = AtomicUsize::new(0);
    let other = Client::builder(raw.url())
        .token_provider(move || Ok(format!("wrong{}", number.fetch_add(1, Ordering::SeqCst))))
        .build()
        .unwrap();
    let error = other.ping().await.unwrap_err();
    assert_eq!((error.kind(), raw.seen().len()), (ErrorKind::Unauthorized, 3));

    let fixed = Client::builder(raw.url()).token("wrong").build().unwrap();
    assert_eq!(fixed.ping().await.unwrap_err().kind(), ErrorKind::Unauthorized);
    assert_eq!(raw.seen().len(), 4);
}

#[tokio::test]
async fn a_provider_that_fails_is_an_error_and_nothing_is_sent() {
    let raw = Raw::start(|_, _| NO_CONTENT.to_owned()).await;
    let failing = Client::builder(raw.url()).token_provider(|| Err("no such file".into())).build().unwrap();
    let error = failing.ping().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("token provider failed: no such file"), "{error}");
    let bad = Client::builder(raw.url()).token_provider(|| Ok("s3cret-t0ken\n".to_owned())).build().unwrap();
    let error = bad.ping().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!format!("{error} {error:?} {bad:?}").contains("t0ken"), "{error:?}");
    assert!(raw.seen().is_empty());
}

#[tokio::test]
async fn a_provider_that_panics_is_an_error() {
    let raw = Raw::start(|_, _| NO_CONTENT.to_owned()).await;
    let client = Client::builder(raw.url()).token_provider(|| panic!("on purpose")).build().unwrap();
    for _ in 0..2 {
        let error = client.ping().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Config, "the token provider panicked".into())
        );
    }
}

#[tokio::test]
async fn many_requests_with_an_old_token_heal_together() {
    let token = Arc::new(std::sync::Mutex::new("first".to_owned()));
    let raw = server(Arc::clone(&token)).await;
    let source = Arc::clone(&token);
    let client = Client::builder(raw.url())
        .token_provider(move || Ok(source.lock().unwrap().clone()))
        .build()
        .unwrap();
    client.ping().await.unwrap();
    "second".clone_into(&mut token.lock().unwrap());
    let calls: Vec<_> = (0..20).map(|_| tokio::spawn(client.ping().into_future())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
}
