//! What errors say, and what they keep to themselves.

use super::*;

fn refused(message: &str) -> Error {
    let server = ServerError { code: Some("invalid".into()), message: message.into() };
    Error::refused("POST /x".into(), true, 400, Some(server), None)
}

#[test]
fn one_word_wide() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    fn portable<T: Send + Sync + 'static>() {}
    portable::<Error>();
}

#[test]
fn display_is_one_line_and_bounded() {
    let error = refused("bad\nline \u{1b}[31m");
    assert_eq!(error.to_string(), "POST /x: the server answered 400: bad\\nline \\u{1b}[31m");
    assert!(refused(&"é\u{7}".repeat(5_000)).to_string().len() < SHOWN + 64);
    assert!(format!("{:?}", refused(&"x".repeat(50_000))).len() < SHOWN + 256);
}

#[test]
fn debug_is_bounded_too() {
    let mut lines = crate::LineBuffer::new();
    let text = format!("m v={}\n", "x".repeat(1_000)).repeat(1_000);
    let error = Error::text(lines.push_raw(&text).unwrap_err());
    let shown = format!("{error:?}");
    assert!(shown.len() < 4 * SHOWN && shown.contains("sources"), "{shown}");
    let server = ServerError { code: Some("c".repeat(50_000)), message: "\u{7}é".repeat(50_000) };
    assert!(format!("{server:?}").len() < 2 * SHOWN + 100);
}

#[test]
fn kinds_and_retries_follow_the_status() {
    let table = [
        (301, ErrorKind::Redirect, false, false),
        (400, ErrorKind::Rejected, false, false),
        (401, ErrorKind::Unauthorized, false, false),
        (403, ErrorKind::Forbidden, false, false),
        (404, ErrorKind::NotFound, false, false),
        (405, ErrorKind::Unexpected, false, false),
        (408, ErrorKind::Timeout, true, false),
        (413, ErrorKind::TooLarge, false, false),
        (422, ErrorKind::Rejected, false, false),
        (429, ErrorKind::RateLimited, true, true),
        (304, ErrorKind::Unexpected, false, false),
        (425, ErrorKind::Unexpected, false, false),
        (500, ErrorKind::Server, true, false),
        (501, ErrorKind::Unexpected, false, false),
        (502, ErrorKind::Server, true, false),
        (505, ErrorKind::Unexpected, false, false),
        (511, ErrorKind::Unexpected, false, false),
        (503, ErrorKind::Unavailable, true, true),
        (504, ErrorKind::Server, true, false),
    ];
    for (status, kind, idempotent, other) in table {
        assert_eq!(ErrorKind::of_status(status), kind, "{status}");
        assert_eq!(kind.retryable(true), idempotent, "{status}");
        assert_eq!(kind.retryable(false), other, "{status}");
    }
}
