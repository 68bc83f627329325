//! Against real servers, where they are installed: what was encoded is written over HTTP and queried back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test binary")]

mod auth;
mod bad_input;
mod clock;
mod embedded;
mod influxd;
mod influxql;
mod injection;
mod outage;
mod process;
mod proxy;
mod spool;
mod victoria;
mod writes;

use influx_core::{EncodeErrorKind, Precision};
use influx_tests::generate::{self, Seeded};
use influx_tests::oracle::{Class, Oracle};
use influx_tests::reader::Reading;
use influx_tests::record::{Record, Settings, Value};
use influx_tests::rule;

use crate::influxd::Influxd;

/// 1.x has no unsigned integers.
fn settings() -> Settings {
    Settings { unsigned: false, ..Settings::default() }
}

/// Writes a record into a database of its own, reads it back, and says what differs.
fn round_trip(server: &Influxd, record: &Record, settings: &Settings) -> Result<(), String> {
    let mut buffer = settings.buffer();
    buffer.push(&record.point()).map_err(|error| error.to_string())?;
    server.query("", "CREATE DATABASE d");
    let written = server.write("d", buffer.as_str());
    let read = server.read("d");
    server.query("", "DROP DATABASE d");
    written.map_err(|why| format!("{:?}: {why}", buffer.as_str()))?;
    // Columns come sorted, and fields of the expectation in their order.
    let mut expected = rule::meaning(record, settings);
    expected.fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    // What has no time gets the server's.
    expected.ticks = expected.ticks.or_else(|| read.first()?.ticks);
    if read == [expected] { Ok(()) } else { Err(format!("{:?} reads back as {read:?}", buffer.as_str())) }
}

#[test]
fn what_influxd_reads_of_the_corpus_comes_back_from_it() {
    let (Some(oracle), Some(server)) = (Oracle::load(), Influxd::start()) else { return };

    let mut wrong = Vec::new();
    let mut count = 0;
    for case in &oracle.decode {
        let accepted = matches!(case.class, Class::AgreeAccept | Class::AcceptMost);
        for point in case.points.iter().filter(|_| accepted && case.read_by_influxd) {
            count += 1;
            let record = Record::from(point).replaced();
            if let Err(why) = round_trip(&server, &record, &settings()) {
                wrong.push(format!("{}: {why}", case.key));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(count, 343);
}

#[test]
fn arbitrary_records_come_back_from_influxd() {
    let Some(server) = Influxd::start() else { return };

    let mut source = Seeded::new(1);
    let mut count = 0;
    while count < 250 {
        let mut record = generate::record(&mut source).replaced();
        record.time = record.time.or(Some((count, Precision::Seconds)));
        let is_field = |key: &String| record.fields.iter().any(|(field, _)| field == key);
        // A query cannot tell a tag from a field of the same key.
        let ambiguous = record.tags.iter().any(|(key, _)| is_field(key));
        if ambiguous || !rule::refusals(&record, &settings()).is_empty() {
            continue;
        }
        round_trip(&server, &record, &settings()).unwrap();
        count += 1;
    }
}

/// One point, at a time of its own.
fn record(tags: &[(&str, &str)], fields: &[(&str, Value)], time: i64) -> Record {
    Record {
        name: "m".into(),
        tags: tags.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
        fields: fields.iter().map(|(key, value)| ((*key).into(), value.clone())).collect(),
        time: Some((time, Precision::Nanoseconds)),
    }
}

#[test]
fn what_the_rules_promise_of_1x_holds() {
    let Some(server) = Influxd::start() else { return };
    let one = || Value::Float(1.0);
    let string = |text: &str| Value::String(text.into());

    for record in [
        record(&[("t", "a\tb"), ("k\tk", "\tfirst")], &[("f\tf", one())], 1),
        record(&[], &[("s", string("two\nlines\r\n\t\0end"))], 2),
        record(&[("path", r"C:\Windows\system32")], &[("path", string(r"C:\dir\"))], 3),
        record(&[], &[("count", Value::Unsigned(42)), ("most", Value::Unsigned(i64::MAX as u64))], 4),
        record(&[], &[("v", one())], 9_223_372_036_854_775_806),
        record(&[], &[("v", one())], -9_223_372_036_854_775_806),
        record(
            &[],
            &[("v", Value::Integer(i64::MIN)), ("w", Value::Float(-0.0)), ("x", Value::Float(5e-324))],
            5,
        ),
        record(&[("#", "=,= ,")], &[("\"", string("\\\"\\")), ("a\"b", string("\""))], 6),
    ] {
        round_trip(&server, &record, &settings()).unwrap();
    }
}

/// Why some things are refused: what 1.x makes of them.
#[test]
fn what_is_refused_would_be_stored_as_something_else() {
    let Some(server) = Influxd::start() else { return };
    let stored = |text: &str| -> Result<Vec<Reading>, String> {
        server.query("", "CREATE DATABASE d");
        let written = server.write("d", text);
        let read = server.read("d");
        server.query("", "DROP DATABASE d");
        written.map(|()| read)
    };
    let names = |text: &str| -> Vec<(String, String)> {
        stored(text).unwrap().into_iter().map(|read| (read.name, read.fields[0].0.clone())).collect()
    };

    // A first tab is skipped.
    assert_eq!(names("\tm v=1 1"), [("m".to_owned(), "v".to_owned())]);
    assert_eq!(names("m \tv=1 1"), [("m".to_owned(), "v".to_owned())]);
    // A backslash before a quote is dropped.
    assert_eq!(names("a\\\"b v=1 1"), [("a\"b".to_owned(), "v".to_owned())]);
    assert_eq!(names("m v\\\"w=1 1"), [("m".to_owned(), "v\"w".to_owned())]);
    // A comment.
    assert_eq!(names("#m v=1 1"), []);
    // Beyond the last nanosecond.
    for ticks in [i64::MAX, i64::MIN, i64::MIN + 1] {
        assert!(stored(&format!("m v=1 {ticks}")).is_err(), "{ticks}");
    }
    assert!(stored("m v=1u 1").is_err());
    assert!(stored("m,t=a\\ v=1 1").is_err());
    assert!(stored("m,time=a v=1 1").is_err());
    assert!(stored("m v=NaN 1").is_err());

    let mut buffer = settings().buffer();
    let above = record(&[], &[("v", Value::Unsigned(i64::MAX as u64 + 1))], 1);
    let kind = buffer.push(&above.point()).unwrap_err().kind().clone();
    assert_eq!(kind, EncodeErrorKind::UnsignedTooLarge(i64::MAX as u64 + 1));
}
