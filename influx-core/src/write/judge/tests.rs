//! What each version answers, as recorded, and what it means.

mod numbered;

use ::http::header::HeaderValue;

use super::super::Others;
use super::super::batch::tests::{lines, part};
use super::*;
use crate::http::Secrets;

const THREE: &str = "m v=1 1\nm v=x 2\nm v=3 3\n";

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: impl Into<bytes::Bytes>) -> Answer {
    let headers =
        headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
    Answer {
        status,
        headers: headers.collect(),
        body: body.into(),
        complete: true,
        request: "POST /w".into(),
    }
}

/// An outcome in a few words.
fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Stored => "stored".to_owned(),
        Outcome::Condemned { lines, others, .. } => {
            let lines: Vec<_> = lines.iter().map(|(index, why)| format!("{index} {why}")).collect();
            format!("condemned [{}] others {others:?}", lines.join("; "))
        }
        Outcome::Suspect { runs, .. } => format!("suspect {runs:?}"),
        Outcome::Guess { lines, .. } => format!("guess {lines:?}"),
        Outcome::TooLarge { .. } => "too large".to_owned(),
        Outcome::Damaged { .. } => "damaged".to_owned(),
        Outcome::Blocked { .. } => "blocked".to_owned(),
        Outcome::Again { progress, after, .. } => match after {
            Some(after) => format!("again {progress:?} in {after:?}"),
            None => format!("again {progress:?}"),
        },
    }
}

fn judged(part: &Part, answer: Answer) -> Outcome {
    judge(Ok(Sent { answer, fault: None, secrets: Secrets::default() }), part)
}

fn meant(part: &Part, answer: Answer) -> String {
    words(&judged(part, answer))
}

#[track_caller]
fn means(text: &str, status: u16, body: &str, wanted: &str) {
    assert_eq!(meant(&part(text), answer(status, &[], body.to_owned())), wanted, "{status} {body}");
}

#[test]
fn statuses() {
    let table: [(u16, &str, &str); 38] = [
        (204, "", "stored"),
        (204, "whatever", "stored"),
        (200, "", "stored"),
        (200, r#"{"results":[{"statement_id":0}]}"#, "stored"),
        (200, r#"{"results":[{"error":"x"}]}"#, "again Unknown"),
        (200, r#"{"error":"x"}"#, "again Unknown"),
        (200, r#"{"ok":true}"#, "again Unknown"),
        (200, "<html>Accept the terms of this network</html>", "again Unknown"),
        (201, "", "again Unknown"),
        (202, "", "again Unknown"),
        (206, "", "again Unknown"),
        (207, "", "again Unknown"),
        (301, "", "blocked"),
        (304, "", "blocked"),
        (307, "", "blocked"),
        (308, "", "blocked"),
        (401, "", "blocked"),
        (402, "", "blocked"),
        (403, "", "blocked"),
        (404, r#"{"code":"not found","message":"bucket \"b\" not found"}"#, "blocked"),
        (405, "", "blocked"),
        (407, "", "blocked"),
        (408, "", "again Unknown"),
        (411, "", "blocked"),
        (413, r#"{"error":"Request Entity Too Large"}"#, "too large"),
        (415, "", "blocked"),
        (425, "", "again Postponed"),
        (426, "", "blocked"),
        (429, "", "again Postponed"),
        (431, "", "blocked"),
        (500, r#"{"error":"timeout"}"#, "again Unknown"),
        (500, r#"{"error":"engine: unable to parse 'm v=x 2': no"}"#, "again Unknown"),
        (501, "", "again Unknown"),
        (502, "<html></html>", "again Unknown"),
        (503, "request throttled", "again Unknown"),
        (504, "", "again Unknown"),
        (521, "", "again Unknown"),
        (600, "", "blocked"),
    ];
    for (status, body, wanted) in table {
        means(THREE, status, body, wanted);
    }
}

#[test]
fn an_answer_that_was_cut_is_judged_by_its_status() {
    for (status, body, wanted) in [
        (204, "", "stored"),
        (200, "", "again Unknown"),
        (200, r#"{"results":[]}"#, "again Unknown"),
        (500, "x", "again Unknown"),
        (401, "", "blocked"),
    ] {
        let answer = Answer { complete: false, ..answer(status, &[], body) };
        assert_eq!(meant(&part(THREE), answer), wanted, "{status}");
    }
    for cut in [
        r#"{"error":"partial write: unable to parse 'm v=x 2': inva"#,
        "partial write: unable to parse 'm v=x 2': invalid number",
        r#"{"error":"partial write: unable to parse 'm v=x 2': no dropped=0"}"#,
    ] {
        let answer = Answer { complete: false, ..answer(400, &[], cut) };
        assert_eq!(meant(&part(THREE), answer), "suspect []", "{cut}");
    }
}

#[test]
fn what_the_server_asks_to_wait_is_taken_over() {
    for (status, wanted) in [(429, "again Postponed in 7.5s"), (503, "again Unknown in 7.5s")] {
        assert_eq!(meant(&part(THREE), answer(status, &[("retry-after", "7.5")], "")), wanted);
    }
}

#[test]
fn no_answer_at_all() {
    use crate::http::{TransportError, TransportErrorKind};
    let failed = |kind| Error::transport("POST /w".into(), true, TransportError::new(kind, "no"));
    let table = [
        (failed(TransportErrorKind::Connect), "again Unreachable"),
        (failed(TransportErrorKind::Tls), "blocked"),
        (failed(TransportErrorKind::Timeout), "again Unknown"),
        (failed(TransportErrorKind::Interrupted), "again Unknown"),
        (Error::timeout("POST /w".into(), true), "again Unknown"),
        (Error::config("the token cannot be had"), "blocked"),
    ];
    for (error, wanted) in table {
        let shown = error.to_string();
        assert_eq!(words(&judge(Err(error), &part(THREE))), wanted, "{shown}");
    }
}

#[test]
fn v1_partial_writes() {
    let one = r#"{"error":"partial write: unable to parse 'm v=x 2': invalid number dropped=0"}"#;
    means(THREE, 400, one, "condemned [1 invalid number] others Stored");
    let two = r#"{"error":"partial write: unable to parse 'bad line here': invalid field format\nunable to parse 'm v=x 2': invalid number dropped=0"}"#;
    let text = "bad line here\nm v=1\nm v=x 2\nbad line here\n";
    let wanted = "condemned [0 invalid field format; 2 invalid number; 3 invalid field format] others Stored";
    means(text, 400, two, wanted);
    // the same in plain text, and by a header
    means(
        THREE,
        400,
        "partial write: unable to parse 'm v=x 2': invalid number dropped=0\n",
        "condemned [1 invalid number] others Stored",
    );
    let header =
        answer(400, &[("x-influxdb-error", "partial write: unable to parse 'm v=x 2': no dropped=0")], "");
    assert_eq!(meant(&part(THREE), header), "condemned [1 no] others Stored");
}

#[test]
fn v1_reasons_that_name_no_line_are_found_by_halving() {
    for body in [
        r#"{"error":"partial write: field type conflict: input field \"v\" on measurement \"m\" is type integer, already exists as type float dropped=2"}"#,
        r#"{"error":"partial write: points beyond retention policy dropped=4"}"#,
        r#"{"error":"partial write: points beyond retention policy dropped=1"}"#,
        r#"{"error":"partial write: unable to parse 'm v=x 2': invalid number dropped=3"}"#,
        r#"{"error":"partial write: points beyond retention policy\nunable to parse 'm v=x 2': no dropped=0"}"#,
        r#"{"error":"partial write: unable to parse 'm v=x 2': no\npoints beyond retention policy dropped=0"}"#,
        r#"{"error":"partial write: unable to parse 'm v=x 2': no\nunable to parse 'other': no dropped=0"}"#,
        r#"{"error":"partial write: unable to parse 'm v=x': no dropped=0"}"#,
        r#"{"error":"partial write: unable to parse 'm v=x 2"}"#,
        r#"{"error":"partial write: unable to parse 'm v=x 2': no\nunable to parse 'm v=3 3': no dropped=0"#, // no JSON
    ] {
        means(THREE, 400, body, "suspect []");
    }
    let conflict = r#"{"error":"partial write: field type conflict: input field \"v\" on measurement \"m\" is type integer, already exists as type float dropped=1"}"#;
    means("m v=1 1\nm v=1i 2\nm v=3 3\n", 400, conflict, "guess [1]");
}

#[test]
fn v1_and_v2_refusals_that_store_nothing() {
    let body = r#"{"code":"invalid","message":"unable to parse 'm v=x 2': invalid number"}"#;
    means(THREE, 400, body, "condemned [1 invalid number] others NotStored");
    let body = r#"{"error":"unable to parse 'm v=x 2': invalid number\nunable to parse 'gone': no"}"#;
    means(THREE, 400, body, "condemned [1 invalid number] others NotStored");
    means(THREE, 400, r#"{"error":"unable to parse 'gone': no"}"#, "suspect []");
    let body = r#"{"code":"unprocessable entity","message":"failure writing points to database: partial write: field type conflict dropped=1"}"#;
    means(THREE, 422, body, "suspect []");
    // all that were sent: each of them
    means("m v=1 1\n", 422, body, &format!("condemned [0 {}] others NotStored", &body[42..body.len() - 2]));
    means(THREE, 400, r#"{"error":"line protocol parse failed: invalid field value"}"#, "suspect []");
}

#[test]
fn a_quote_that_swallowed_its_neighbours_is_a_run() {
    let text = "m v=1 1\nm s=\"open 2\nm v=3 3\nm s=\"x\" 4\nm v=5 5\n";
    let body =
        "partial write: unable to parse 'm s=\"open 2\nm v=3 3\nm s=\"x\" 4': unbalanced quotes dropped=0";
    means(text, 400, body, "suspect [1..4]");
    let two = format!("{}\nunable to parse 'm v=5 5': no dropped=0", body.trim_end_matches(" dropped=0"));
    means(text, 400, &two, "suspect [1..4, 4..5]");
    means(text, 400, &body[..60], "suspect []");
    let nothing = "unable to parse 'm s=\"open 2\nm v=3 3\nm s=\"x\" 4': unbalanced quotes";
    means(text, 400, nothing, "suspect []"); // nothing is stored: no use in knowing that much
}

#[test]
fn quotes_may_hold_anything() {
    let strange = lines(&[
        "m s=\"it's': so\" 1",
        "m s=\"two\nlines\" 2",
        "m s=\"\nunable to parse 'a': b\" 3",
        "m v=1 4",
    ]);
    let quote = |lines: &[usize]| {
        let all: Vec<_> =
            lines.iter().map(|i| format!("unable to parse '{}': no", strange.line(*i).unwrap())).collect();
        meant(&strange, answer(400, &[], format!("partial write: {} dropped=0", all.join("\n"))))
    };
    assert_eq!(quote(&[0]), "condemned [0 no] others Stored");
    assert_eq!(quote(&[1]), "condemned [1 no] others Stored");
    assert_eq!(quote(&[2]), "condemned [2 no] others Stored");
    assert_eq!(quote(&[0, 1, 2]), "condemned [0 no; 1 no; 2 no] others Stored");
    // what could be the one or the other is neither
    let two = lines(&["m v=1", "m v=1': x"]);
    let body = "partial write: unable to parse 'm v=1': x': no dropped=0";
    assert_eq!(meant(&two, answer(400, &[], body)), "suspect []");
}

#[test]
fn damage_and_requests_are_not_the_datas_fault() {
    for body in [
        r#"{"error":"unexpected EOF"}"#,
        r#"{"error":"gzip: invalid checksum"}"#,
        "error decoding gzip stream: corrupt deflate stream",
        r#"{"code":"invalid","message":"gzipped HTTP body contains an invalid header"}"#,
        r#"{"error":"database is required"}"#,
        r#"{"error":"invalid precision \"us\" (use n, u, ms, s, m or h)"}"#,
        r#"{"code":"invalid","message":"invalid precision; valid precision units are ns, us, ms, and s"}"#,
        r#"{"error":"invalid consistency level"}"#,
        r#"{"code":"invalid","message":"Please provide either orgID or org"}"#,
        "Client sent an HTTP request to an HTTPS server.\n",
        "<center>The plain HTTP request was sent to HTTPS port</center>",
    ] {
        means(THREE, 400, body, "damaged");
    }
    // data that holds the same words
    let text = "m s=\"unexpected EOF\" x\n";
    let body = "unable to parse 'm s=\"unexpected EOF\" x': bad timestamp";
    means(text, 400, body, "condemned [0 bad timestamp] others NotStored");
}

#[test]
fn bodies_that_are_no_words() {
    let mut table: Vec<bytes::Bytes> = vec!["".into(), "<html><body>Bad Request</body></html>".into()];
    table.push(vec![0xff; 3_000_000].into());
    table.push("[".repeat(500_000).into());
    table.push("unable to parse '".repeat(60_000).into());
    table.push("\nunable to parse '".repeat(60_000).into());
    table.push("unable to parse 'm v=1 1': \n".repeat(40_000).into());
    table.push("partial write: unable to parse 'm v=1 1\n': ".repeat(40_000).into());
    for body in table {
        let begin = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let outcome = judged(&part(THREE), answer(400, &[], body));
        let (Outcome::Suspect { reason, .. } | Outcome::Condemned { reason, .. }) = &outcome else {
            panic!("{begin}: {outcome:?}")
        };
        assert!(reason.to_string().len() < 1_200 && !reason.to_string().contains('\n'), "{begin}");
    }
}

#[test]
fn reasons_are_short_safe_and_without_secrets() {
    let mut secrets = Secrets::default();
    secrets.add("s3cr3t-t0k3n-0123456789".to_owned());
    let why = format!("s3cr3t-t0k3n-0123456789 \\u001b[31m {}", "é".repeat(5_000));
    let bodies = [
        format!(r#"{{"error":"unable to parse 'm v=x 2': {why}"}}"#),
        format!(r#"{{"code":"invalid","line":2,"message":"error parsing line 2 (1-based): {why}"}}"#),
        format!(r#"{{"error":"partial write","data":[{{"error_message":"{why}","line_number":2}}]}}"#),
    ];
    for body in bodies {
        let sent = Sent { answer: answer(400, &[], body.clone()), fault: None, secrets: secrets.clone() };
        let outcome = judge(Ok(sent), &part(THREE));
        let Outcome::Condemned { lines, reason, .. } = outcome else { panic!("{body}") };
        let text = &lines[0].1;
        assert!(text.starts_with("[redacted] \\u{1b}[31m é") && text.len() <= 1_024 + 3, "{text}");
        assert!(!format!("{reason} {reason:?}").contains("s3cr3t"));
    }
}

#[test]
fn ten_thousand_bad_lines_are_all_found() {
    let text: String = (0..10_000).map(|i| format!("m,t=a{i:0120} v=x{i} {i}\n")).collect();
    let quotes: Vec<_> = text.lines().map(|line| format!("unable to parse '{line}': no")).collect();
    let body = format!("partial write: {} dropped=0", quotes.join("\n"));
    match judged(&part(&text), answer(400, &[], body)) {
        Outcome::Condemned { lines, others: Others::Stored, .. } => assert_eq!(lines.len(), 10_000),
        outcome => panic!("{}", words(&outcome)),
    }
}

#[test]
fn equal_lines_that_are_each_quoted_are_named_once() {
    let text = "m v=x 1\n".repeat(3_000);
    let body = vec!["unable to parse 'm v=x 1': no"; 3_000].join("\n") + &"!".repeat(900_000);
    match judged(&part(&text), answer(400, &[], body)) {
        Outcome::Condemned { lines, others: Others::NotStored, .. } => {
            assert_eq!(lines.len(), 3_000);
            assert!(lines.iter().enumerate().all(|(i, (index, why))| i == *index && why == "no"));
        }
        outcome => panic!("{}", words(&outcome)),
    }
}
