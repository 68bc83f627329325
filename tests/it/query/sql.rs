//! SQL: what is sent, and what comes of JSON lines, however the bytes arrive.

use http::StatusCode;
use influx_core::query::{Sql, Value};
use influx_core::{Client, Destination, Dialect, Epoch, ErrorKind, Precision, Result};
use influx_tests::canned::Canned;
use influx_tests::json_rows::{Form, check_bytes, read};

const LINES: &str = r#"{"time":"2023-11-14T22:13:20.123456789","host":"a","n":9223372036854775807,"u":18446744073709551615,"v":1.0}
{"time":"2023-11-14T22:13:21","host":"b"}
{"time":"2023-11-14T22:13:22","host":"b","list":[1,2],"n":1}
"#;

#[test]
fn what_is_missing_is_null_and_what_is_new_is_there() {
    for pieces in [&[2][..], &[3, 7, 1], &[31]] {
        check_bytes(LINES.as_bytes(), pieces).unwrap();
    }
    let (rows, error) = read(Form::Lines, LINES.as_bytes(), &[]);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(
        rows,
        [
            "time=2023-11-14T22:13:20.123456789 host=a n=9223372036854775807 u=18446744073709551615 v=1.0",
            "time=2023-11-14T22:13:21 host=b n=- u=- v=-",
            "time=2023-11-14T22:13:22 host=b list=[1,2] n=1 u=- v=-",
        ]
    );
}

#[tokio::test]
async fn values_are_exact() -> Result<()> {
    let (client, _) = Canned::cut(LINES.as_bytes(), 9).client()?;
    let records = client.sql("SELECT * FROM cpu").database("d").records().await?.collect().await?;
    let at = Epoch::from_ticks(1_700_000_000_123_456_789, Precision::Nanoseconds);
    assert_eq!(records[0].get("time"), Some(&Value::Time(at)));
    assert_eq!(records[0].get("n"), Some(&Value::Long(i64::MAX)));
    assert_eq!(records[0].get("u"), Some(&Value::UnsignedLong(u64::MAX)));
    assert_eq!(records[0].get("v"), Some(&Value::Double(1.0)));
    assert_eq!(records[2].get("list"), Some(&Value::Json(serde_json::json!([1, 2]))));
    Ok(())
}

#[tokio::test]
async fn the_query_goes_in_the_body_with_its_values_beside_it() -> Result<()> {
    let (client, canned) = Canned::whole("").client()?;
    let query = client.sql("SELECT * FROM cpu WHERE host = $host AND n > $n").database("d");
    let query = query.param("host", "a'b").param("n", u64::MAX).param("host", "it's");
    assert!(query.clone().records().await?.collect().await?.is_empty());
    drop(query.csv().await?);
    let requests = canned.requests();
    for (request, format, accept) in
        [(&requests[0], "jsonl", "application/json"), (&requests[1], "csv", "text/csv")]
    {
        assert_eq!(request.uri().to_string(), "http://host/api/v3/query_sql");
        assert_eq!(request.headers()["content-type"], "application/json");
        assert_eq!(request.headers()["accept"], accept);
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        let expected = serde_json::json!({
            "db": "d",
            "q": "SELECT * FROM cpu WHERE host = $host AND n > $n",
            "params": { "host": "it's", "n": u64::MAX },
            "format": format,
        });
        assert_eq!(body, expected);
    }
    Ok(())
}

#[tokio::test]
async fn a_query_needs_a_text_a_database_and_finite_numbers() -> Result<()> {
    let (client, canned) = Canned::whole("").client()?;
    for query in [
        client.sql(" ").database("d"),
        client.sql("SELECT 1"),
        client.sql("SELECT $p").database("d").param("p", f64::NAN),
    ] {
        assert_eq!(query.cursor().await.unwrap_err().kind(), ErrorKind::Config);
    }
    assert!(canned.requests().is_empty());
    let builder = Client::builder("http://host").destination(Destination::database("mine"));
    let client = builder.dialect(Dialect::V3).transport(std::sync::Arc::clone(&canned)).build()?;
    client.sql("SELECT 1").cursor().await?;
    assert_eq!(canned.requests()[0].body(), r#"{"db":"mine","q":"SELECT 1","format":"jsonl"}"#);
    Ok(())
}

#[tokio::test]
async fn what_ends_in_the_middle_is_an_error_behind_its_rows() -> Result<()> {
    let cut = &LINES.as_bytes()[..LINES.len() - 10];
    for (canned, kind) in [
        (Canned::whole(cut), ErrorKind::Decode),
        (Canned::whole(cut).breaks(), ErrorKind::Transport),
        (Canned::whole(LINES).breaks(), ErrorKind::Transport),
    ] {
        let (client, _) = canned.client()?;
        let mut rows = client.sql("SELECT 1").database("d").records().await?;
        assert!(rows.next().await?.is_some() && rows.next().await?.is_some());
        let error = match rows.next().await {
            Ok(_) => rows.next().await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.kind(), kind);
        assert!(rows.next().await?.is_none());
    }
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_the_error_of_its_status() -> Result<()> {
    let (client, _) =
        Canned::whole(r#"{"error":"database not found"}"#).status(StatusCode::NOT_FOUND).client()?;
    let error = client.sql("SELECT 1").database("d").cursor().await.unwrap_err();
    assert_eq!(
        (error.kind(), &*error.server().unwrap().message),
        (ErrorKind::NotFound, "database not found")
    );
    Ok(())
}

#[test]
fn names_and_texts_cannot_end_early() {
    assert_eq!(Sql::identifier(r#"x"; DROP TABLE "y"#), r#""x""; DROP TABLE ""y""#);
    assert_eq!(Sql::string("x'; DROP TABLE y --"), "'x''; DROP TABLE y --'");
}
