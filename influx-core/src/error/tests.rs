//! What errors say, and what they keep to themselves.

use super::server::SHOWN;
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
fn a_partial_write_says_how_much_and_shows_no_line() {
    let line = |index| {
        FailedRecord::new(index, "m,t=private v=1".into(), "out of retention".into(), Some(422), false)
    };
    let rejected = (0..9).map(line).collect();
    let partial = PartialWrite { stored: 7, rejected, ..PartialWrite::default() };
    let error = Error::partial(Arc::new(refused("no")), partial, true);
    assert_eq!(
        error.to_string(),
        "POST /x: the server answered 400: no; of 16 records 7 are stored, 9 rejected, 0 dropped"
    );
    assert_eq!((error.kind(), error.status(), error.is_retryable()), (ErrorKind::Rejected, Some(400), false));
    let shown = format!("{error:?}");
    assert!(!shown.contains("private") && shown.contains("out of retention"), "{shown}");
    assert!(shown.contains("9 in all") && shown.len() < 1_000, "{shown}");
    assert_eq!(error.partial_write().unwrap().rejected[8].line(), "m,t=private v=1");
}

#[test]
fn a_write_of_which_nothing_was_refused_can_be_repeated_as_its_error_can() {
    let postponed = || Arc::new(Error::refused("POST /x".into(), true, 503, None, None));
    let failed = FailedRecord::new(0, "m v=1".into(), "no".into(), Some(503), true);
    let dropped = PartialWrite { dropped: vec![failed.clone()], ..PartialWrite::default() };
    let error = Error::partial(postponed(), dropped.clone(), false);
    assert!(error.is_retryable());
    assert_eq!(error.to_string(), postponed().to_string());
    let rejected = PartialWrite { rejected: vec![failed], ..PartialWrite::default() };
    assert!(!Error::partial(postponed(), rejected, true).is_retryable());
    // what is stored would be stored twice, with another time
    let stored = PartialWrite { stored: 1, ..dropped };
    assert!(Error::partial(postponed(), stored.clone(), true).is_retryable());
    assert!(!Error::partial(postponed(), stored, false).is_retryable());
}

#[test]
fn what_is_wrong_with_an_answer_is_named_and_where() {
    let server = ServerError { code: Some("897".into()), message: "bad\nthing".into() };
    let error = Error::query("POST /q".into(), 200, server);
    assert_eq!(error.to_string(), "POST /q: the query failed: bad\\nthing");
    assert_eq!((error.kind(), error.status(), error.is_retryable()), (ErrorKind::Query, Some(200), false));
    assert_eq!(error.server().unwrap().code.as_deref(), Some("897"));

    let error = Error::row("POST /q".into(), 17, RowError::new("it is null").in_column("v"));
    assert_eq!(error.to_string(), "POST /q: row 17 of the answer cannot be read");
    assert_eq!((error.kind(), error.status(), error.row_number()), (ErrorKind::Decode, None, Some(17)));
    assert_eq!(error.source().unwrap().to_string(), "column \"v\": it is null");
}
