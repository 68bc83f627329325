//! Sessions: signing in, the cookie, signing in again after 401, signing out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use influx_core::http::{RetryPolicy, TransportErrorKind};
use influx_core::{Client, ErrorKind};

use super::raw::{NO_CONTENT, Raw, Seen, Step, Steps, answer};

const PASSWORD: &str = "pa55word-of-mine";

/// A server whose current session is `s` and a number, which goes up with each sign-in and with each `revoked`.
struct Sessions {
    raw: Raw,
    number: Arc<AtomicUsize>,
}

impl Sessions {
    async fn start() -> Self {
        let number = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&number);
        let basic = "Basic bWU6cGE1NXdvcmQtb2YtbWluZQ==";
        let refused = || answer("401 Unauthorized", "", r#"{"code":"unauthorized","message":"no"}"#);
        let raw = Raw::start(move |_, request: &Seen| {
            let cookie = |number: usize| format!("influxdb-oss-session=s3ss10n-number-{number}");
            if request.line.starts_with("POST /api/v2/signin ") {
                if request.header("authorization") != Some(basic) {
                    return refused();
                }
                let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                let set = format!("Set-Cookie: {}; Path=/api/; HttpOnly\r\n", cookie(number));
                return format!("HTTP/1.1 204 No Content\r\n{set}\r\n");
            }
            let current = cookie(count.load(Ordering::SeqCst));
            if request.header("cookie") == Some(&current) && request.header("authorization").is_none() {
                return NO_CONTENT.to_owned();
            }
            refused()
        })
        .await;
        Self { raw, number }
    }

    fn client(&self, password: &str) -> Client {
        Client::builder(self.raw.url()).session("me", password).build().unwrap()
    }

    fn lines(&self) -> Vec<String> {
        self.raw.seen().iter().map(|seen| seen.line.split(' ').nth(1).unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn the_first_request_signs_in_for_all() {
    let server = Sessions::start().await;
    let client = server.client(PASSWORD);
    assert!(server.lines().is_empty());
    client.ping().await.unwrap();
    client.clone().ping().await.unwrap();
    assert_eq!(server.lines(), ["/api/v2/signin", "/ping", "/ping"]);
}

#[tokio::test]
async fn many_at_once_sign_in_once() {
    let server = Sessions::start().await;
    let client = server.client(PASSWORD);
    let calls: Vec<_> = (0..20).map(|_| tokio::spawn(client.ping().into_future())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(server.lines().iter().filter(|line| *line == "/api/v2/signin").count(), 1);
}

#[tokio::test]
async fn a_session_that_ended_is_begun_anew() {
    let server = Sessions::start().await;
    let client = server.client(PASSWORD);
    client.ping().await.unwrap();
    server.number.fetch_add(1, Ordering::SeqCst); // revoked
    client.ping().await.unwrap();
    assert_eq!(server.lines(), ["/api/v2/signin", "/ping", "/ping", "/api/v2/signin", "/ping"]);
}

#[tokio::test]
async fn signing_out_ends_it_and_the_next_call_begins_another() {
    let server = Sessions::start().await;
    let client = server.client(PASSWORD);
    client.sign_out().await.unwrap(); // nothing to end
    client.ping().await.unwrap();
    client.sign_out().await.unwrap();
    client.sign_out().await.unwrap(); // nothing to end any more
    client.ping().await.unwrap();
    let wanted = ["/api/v2/signin", "/ping", "/api/v2/signout", "/api/v2/signin", "/ping"];
    assert_eq!(server.lines(), wanted);
    server.number.fetch_add(1, Ordering::SeqCst);
    client.sign_out().await.unwrap(); // the server has ended it already
    let error = Client::builder(server.raw.url()).build().unwrap().sign_out().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_wrong_password_is_the_servers_refusal() {
    let server = Sessions::start().await;
    let client = server.client("wr0ng-pa55word");
    let error = client.ping().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.to_string().starts_with("POST /api/v2/signin: the server answered 401"), "{error}");
    assert_eq!(server.lines(), ["/api/v2/signin"]);
}

#[tokio::test]
async fn a_sign_in_that_fails_for_a_while_is_tried_again() {
    let down = Arc::new(AtomicBool::new(true));
    let state = Arc::clone(&down);
    let raw = Raw::start(move |_, request| {
        if request.line.contains("signin") && state.swap(false, Ordering::SeqCst) {
            return answer("503 Service Unavailable", "Retry-After: 0\r\n", "");
        }
        "HTTP/1.1 204 No Content\r\nSet-Cookie: session=s3ss10n\r\n\r\n".to_owned()
    })
    .await;
    let client = Client::builder(raw.url()).session("me", PASSWORD).build().unwrap();
    client.ping().await.unwrap();
    assert_eq!(raw.seen().len(), 3);
    down.store(true, Ordering::SeqCst);
    let once = Client::builder(raw.url()).session("me", PASSWORD).retry(RetryPolicy::none());
    assert_eq!(once.build().unwrap().ping().await.unwrap_err().kind(), ErrorKind::Unavailable);
}

/// What the sign-in lacked says nothing of the request, which was not sent.
#[tokio::test(start_paused = true)]
async fn a_sign_in_that_breaks_off_is_tried_again_and_no_data_was_sent() {
    let cookie = || Step::Answer(204, "Set-Cookie: session=s3ss10n", "");
    for fault in [
        Step::Silent,
        Step::Fault(TransportErrorKind::Interrupted),
        Step::Fault(TransportErrorKind::Timeout),
        Step::Fault(TransportErrorKind::Connect),
    ] {
        let steps = Steps::new([fault.clone(), cookie(), Step::Answer(204, "", "")]);
        let builder = || Client::builder("http://host").org("o").session("me", PASSWORD);
        let client = builder().transport(steps.clone()).build().unwrap();
        client.ping().await.unwrap();
        assert_eq!(steps.count(), 3, "{fault:?}");

        let steps = Steps::new([fault.clone()]);
        let client = builder().transport(steps).retry(RetryPolicy::none()).build().unwrap();
        let error = client.write("b", "m v=1 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
        assert!(error.to_string().starts_with("POST /api/v2/signin: "), "{error}");
        assert!(error.partial_write().unwrap().dropped.iter().all(|record| !record.possibly_stored));
    }
}

#[tokio::test]
async fn an_answer_to_the_sign_in_is_never_taken_for_that_of_the_data() {
    for (reply, part) in [
        (NO_CONTENT.to_owned(), "no cookie"),
        (answer("200 OK", "", "<html>log in</html>"), "no cookie"),
        (answer("400 Bad Request", "", r#"{"code":"invalid","message":"x"}"#), "answered 400"),
        (answer("413 Too Large", "", ""), "answered 413"),
    ] {
        let raw = Raw::start(move |_, _| reply.clone()).await;
        let client = Client::builder(raw.url()).org("o").session("me", PASSWORD).build().unwrap();
        let error = client.write("b", "m v=1 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert_eq!(raw.seen().len(), 1);
    }
}

#[tokio::test]
async fn neither_password_nor_cookie_comes_back() {
    let raw = Raw::start(|number, request| {
        if number == 0 {
            return "HTTP/1.1 204 No Content\r\nSet-Cookie: session=s3ss10n-of-mine\r\n\r\n".to_owned();
        }
        let all: Vec<_> = request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        answer("403 Forbidden", "X-Influxdb-Error: s3ss10n-of-mine\r\n", &all.join("\n"))
    })
    .await;
    let client = Client::builder(raw.url()).session("me", PASSWORD).build().unwrap();
    let error = client.ping().await.unwrap_err();
    assert!(error.to_string().contains("[redacted]"), "{error}");
    let shown = format!("{error} {error:?} {:?} {client:?} {:?}", error.server(), client.sign_out());
    for secret in ["s3ss10n", PASSWORD, "bWU6cGE1NXdvcmQtb2YtbWluZQ"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn a_session_can_be_opened_ahead() {
    let server = Sessions::start().await;
    let client = server.client(PASSWORD);
    client.sign_in().await.unwrap();
    client.sign_in().await.unwrap();
    client.ping().await.unwrap();
    assert_eq!(server.lines(), ["/api/v2/signin", "/ping"]);
    let error = server.client("wrong").sign_in().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let nobodys = Client::builder(server.raw.url()).build().unwrap();
    for call in [nobodys.sign_in(), nobodys.sign_out(), nobodys.update_my_password("x")] {
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("built without session()"), "{error}");
    }
}

#[tokio::test]
async fn a_password_is_changed_with_cookie_and_password() {
    let raw = Raw::start(|_, request: &Seen| {
        if request.line.starts_with("POST /api/v2/signin ") {
            return "HTTP/1.1 204 No Content\r\nSet-Cookie: influxdb-oss-session=s\r\n\r\n".to_owned();
        }
        let has_both = request.header("cookie").is_some() && request.header("authorization").is_some();
        let (status, body) =
            if has_both { ("400 Bad Request", "no: a-new-pa55word") } else { ("500 No", "") };
        answer(status, "", body)
    })
    .await;
    let client =
        Client::builder(raw.url()).session("me", PASSWORD).retry(RetryPolicy::none()).build().unwrap();
    let error = client.update_my_password("a-new-pa55word").await.unwrap_err();
    assert_eq!(error.to_string(), "PUT /api/v2/me/password: the server answered 400: no: [redacted]");
    assert!(raw.seen()[1].line.starts_with("PUT /api/v2/me/password "));
}

/// Whether it is changed is not known: if it is, the old one is refused.
#[tokio::test]
async fn a_password_whose_change_broke_off_is_not_changed_again() {
    let raw = Raw::start(|_, request: &Seen| {
        if request.line.starts_with("POST /api/v2/signin ") {
            return "HTTP/1.1 204 No Content\r\nSet-Cookie: influxdb-oss-session=s\r\n\r\n".to_owned();
        }
        answer("500 No", "", "")
    })
    .await;
    let client = Client::builder(raw.url()).session("me", PASSWORD).build().unwrap();
    let error = client.update_my_password("a-new-pa55word").await.unwrap_err();
    assert_eq!((error.status(), error.is_retryable()), (Some(500), false));
    assert_eq!(raw.seen().len(), 2);
}
