//! InfluxQL: what is sent, and what comes of series, chunks and errors, however the bytes arrive.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use http::StatusCode;
use influx_core::query::{InfluxQl, Query, Value};
use influx_core::{Dialect, Epoch, ErrorKind, FromRow, Nanos, Precision, Result};
use influx_tests::canned::Canned;
use influx_tests::generate::{Seeded, Source};
use influx_tests::json_rows::{FORMS, Form, Table, check_bytes, read};

/// What comes of an answer whole, byte by byte, and in pieces, which must be the same.
#[track_caller]
fn rows(body: &str) -> Vec<String> {
    for pieces in [&[2][..], &[3, 7, 1], &[31], &[0, 100, 5]] {
        check_bytes(body.as_bytes(), pieces).unwrap();
    }
    let (rows, error) = read(Form::Series, body.as_bytes(), &[]);
    assert!(error.is_none(), "{error:?}");
    rows
}

const CHUNKS: &str = r#"{"results":[{"statement_id":0,"series":[{"name":"cpu","tags":{"host":"a"},"columns":["time","usage","n"],"values":[[1700000000123456789,1.5,9223372036854775807]],"partial":true}],"partial":true}]}
{"results":[{"statement_id":0,"series":[{"name":"cpu","tags":{"host":"a"},"columns":["time","usage","n"],"values":[[1700000001000000000,null,null]]}],"partial":true}]}
{"results":[{"statement_id":0,"series":[{"name":"cpu","tags":{"host":"b"},"columns":["time","usage","n"],"values":[[1700000002000000000,1,-1]]}]}]}
"#;

/// A query of a server that answers with this body.
fn asked(body: &str) -> Result<(Query<InfluxQl>, Arc<Canned>)> {
    let (client, canned) = Canned::cut(body.as_bytes(), 11).content_type("application/json").client()?;
    Ok((client.influxql("SELECT usage FROM cpu").dialect(Dialect::V1), canned))
}

#[test]
fn chunks_are_one_answer() {
    assert_eq!(
        rows(CHUNKS),
        [
            "iox::measurement=cpu host=a time=1700000000123456789 usage=1.5 n=9223372036854775807 statement_id=0",
            "iox::measurement=cpu host=a time=1700000001000000000 usage=- n=- statement_id=0",
            "iox::measurement=cpu host=b time=1700000002000000000 usage=1 n=-1 statement_id=0",
        ]
    );
}

#[tokio::test]
async fn rows_are_read_into_types_and_into_values() -> Result<()> {
    #[derive(FromRow, Debug, PartialEq)]
    struct Cpu {
        #[measurement]
        measurement: String,
        #[tag]
        host: String,
        #[field]
        usage: Option<f64>,
        #[field]
        n: Option<i64>,
        #[time]
        time: Nanos,
    }
    let read = asked(CHUNKS)?.0.rows::<Cpu>().await?.collect().await?;
    let cpu = |host: &str, usage, n, time| Cpu {
        measurement: "cpu".to_owned(),
        host: host.to_owned(),
        usage,
        n,
        time: Nanos(time),
    };
    assert_eq!(
        read,
        [
            cpu("a", Some(1.5), Some(i64::MAX), 1_700_000_000_123_456_789),
            cpu("a", None, None, 1_700_000_001_000_000_000),
            // a float that the server writes as an integer
            cpu("b", Some(1.0), Some(-1), 1_700_000_002_000_000_000),
        ]
    );
    let records = asked(CHUNKS)?.0.records().await?.collect().await?;
    assert_eq!(records[0].get("n"), Some(&Value::Long(i64::MAX)));
    assert_eq!(records[0].get("usage"), Some(&Value::Double(1.5)));
    assert_eq!(records[1].get("usage"), Some(&Value::Null));
    assert_eq!(records[2].get("usage"), Some(&Value::Long(1)));
    assert_eq!(
        records[2].get("time"),
        Some(&Value::Time(Epoch::from_ticks(1_700_000_002_000_000_000, Precision::Nanoseconds)))
    );
    Ok(())
}

#[tokio::test]
async fn an_error_of_a_statement_comes_behind_the_rows_before_it() -> Result<()> {
    let body = r#"{"results":[{"statement_id":0,"series":[{"name":"m","columns":["v"],"values":[[1],[2]]}]},{"statement_id":1,"error":"database not found: x"}]}"#;
    let (query, _) = asked(body)?;
    let mut rows = query.records().await?;
    assert_eq!(rows.next().await?.unwrap().get("v"), Some(&Value::Long(1)));
    assert!(rows.next().await?.is_some());
    let error = rows.next().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Query, Some(200)));
    assert_eq!(error.server().unwrap().message, "database not found: x");
    assert!(rows.next().await?.is_none());
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_the_error_of_its_status() -> Result<()> {
    let body = r#"{"error":"error parsing query: found SELEC"}"#;
    let (client, _) = Canned::whole(body).status(StatusCode::BAD_REQUEST).client()?;
    let error = client.influxql("SELEC").dialect(Dialect::V1).cursor().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(error.server().unwrap().message, "error parsing query: found SELEC");
    Ok(())
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_stays_partial_is_no_answer() -> Result<()> {
    let partial = CHUNKS.lines().next().unwrap();
    for (canned, kind) in [
        (Canned::whole(partial), ErrorKind::Query),
        (Canned::whole(&CHUNKS.as_bytes()[..300]), ErrorKind::Decode),
        (Canned::whole(partial).breaks(), ErrorKind::Transport),
        (Canned::whole("<html>sign in</html>"), ErrorKind::Decode),
        (Canned::whole(""), ErrorKind::Decode),
    ] {
        let (client, _) = canned.client()?;
        let rows = client.influxql("SELECT v FROM m").dialect(Dialect::V1).records().await?;
        let error = rows.collect().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
    }
    Ok(())
}

#[tokio::test]
async fn messages_are_told() -> Result<()> {
    let body =
        r#"{"results":[{"statement_id":0,"messages":[{"level":"warning","text":"deprecated use of 'x'"}]}]}"#;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&heard);
    let query = asked(body)?.0.on_message(move |message| sink.lock().unwrap().push(message.text.clone()));
    assert!(query.records().await?.collect().await?.is_empty());
    assert_eq!(*heard.lock().unwrap(), ["deprecated use of 'x'"]);
    Ok(())
}

#[tokio::test]
async fn the_query_and_its_values_go_in_the_body() -> Result<()> {
    let (query, canned) = asked(CHUNKS)?;
    let query = query.database("d").param("p", "pa55").epoch(Precision::Seconds);
    query.clone().chunked(NonZeroU32::new(7).unwrap()).cursor().await?;
    let requests = canned.requests();
    let request = &requests[0];
    assert_eq!(request.uri().to_string(), "http://host/query?db=d&epoch=s");
    assert_eq!(request.headers()["accept"], "application/json");
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(
        request.body(),
        "q=SELECT%20usage%20FROM%20cpu&params=%7B%22p%22%3A%22pa55%22%7D&chunked=true&chunk_size=7"
    );
    assert!(!format!("{query:?}").contains("pa55"));
    Ok(())
}

#[tokio::test]
async fn csv_is_asked_for_as_such_and_read_line_by_line() -> Result<()> {
    let body = "name,tags,time,v\nm,host=a,1700000000123456789,\"x\"\"y\nz\"\n\nname,tags,time,w\nm,,2,3\n";
    let (client, canned) = Canned::cut(body.as_bytes(), 3).client()?;
    let lines = client.influxql("SELECT v FROM m").dialect(Dialect::V1).csv().await?.collect().await?;
    assert_eq!(
        lines,
        [
            ["name", "tags", "time", "v"],
            ["m", "host=a", "1700000000123456789", "x\"y\nz"],
            ["name", "tags", "time", "w"],
            ["m", "", "2", "3"],
        ]
    );
    assert_eq!(canned.requests()[0].headers()["accept"], "application/csv");
    Ok(())
}

#[tokio::test]
async fn influxdb_3_answers_in_lines() -> Result<()> {
    let body = "{\"iox::measurement\":\"cpu\",\"time\":\"2023-11-14T22:13:20.123456789\",\"usage\":1.0}\n";
    let (client, canned) = Canned::cut(body.as_bytes(), 5).client()?;
    let query = client.influxql("SELECT usage FROM cpu WHERE host = $h").dialect(Dialect::V3);
    let records = query.database("d").param("h", "a").records().await?.collect().await?;
    assert_eq!(records[0].get("iox::measurement"), Some(&Value::String("cpu".to_owned())));
    assert_eq!(
        records[0].get("time"),
        Some(&Value::Time(Epoch::from_ticks(1_700_000_000_123_456_789, Precision::Nanoseconds)))
    );
    let requests = canned.requests();
    assert_eq!(requests[0].uri().path(), "/api/v3/query_influxql");
    assert_eq!(
        requests[0].body(),
        r#"{"db":"d","q":"SELECT usage FROM cpu WHERE host = $h","params":{"h":"a"},"format":"jsonl"}"#
    );
    Ok(())
}

#[test]
fn what_is_written_is_read() {
    for seed in 0..1_000 {
        let mut source = Seeded::new(seed);
        let table = Table::generate(&mut source);
        let pieces: Vec<_> = (0..=source.below(4)).map(|_| source.below(60)).collect();
        for (form, pieces) in FORMS.into_iter().flat_map(|form| [&[][..], &[1], &pieces].map(|p| (form, p))) {
            if let Err(why) = table.check(form, &mut source, pieces) {
                panic!("seed {seed}, {form:?}, pieces of {pieces:?}: {why}");
            }
        }
    }
}

#[test]
fn any_bytes_are_read_alike_in_any_pieces() {
    const WORDS: [&[u8]; 24] = [
        b"{\"results\":[",
        b"{\"statement_id\":0,\"series\":[",
        b"{\"name\":\"m\",\"tags\":{\"t\":\"x\"},",
        b"\"columns\":[\"time\",\"v\"],\"values\":[",
        b"[1,2]",
        b"[1,\"x\"],",
        b"[",
        b"]",
        b"{",
        b"}",
        b"]}]}]}\n",
        b",",
        b":",
        b"\"a\":",
        b"\"time\":\"2023-11-14T22:13:20\"",
        b"\"partial\":true",
        b"\"error\":",
        b"\"x\\u00e9\\ud83d\\ude00\"",
        b"\\",
        b"null",
        b"-1.5e3",
        b"18446744073709551616",
        b"\xff",
        b" \n",
    ];
    for seed in 0..3_000 {
        let mut source = Seeded::new(seed);
        let mut bytes = Vec::new();
        // most begin well
        for word in WORDS.iter().take(source.below(6)) {
            bytes.extend_from_slice(word);
        }
        bytes.extend((0..source.below(40)).flat_map(|_| source.pick(&WORDS).iter().copied()));
        let pieces: Vec<_> = (0..=source.below(4)).map(|_| source.below(30)).collect();
        check_bytes(&bytes, &pieces).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    }
}
