//! Flux: the forms of an answer, profilers, and what goes wrong before the first row.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use influx_core::http::RetryPolicy;
use influx_core::query::{CsvDialect, Profiler, Value};
use influx_core::testing::{Script, TestServer};
use influx_core::{Client, ErrorKind};
use influx_tests::canned::Canned;

const ANSWER: &str = "#datatype,string,long,string,double\r\n#group,false,false,true,false\r\n#default,_result,,,\r\n\
    ,result,table,room,_value\r\n,,0,hall,21.5\r\n,,0,\"the \"\"attic\"\"\nabove\",18\r\n\r\n";

const PROFILED: &str = "#datatype,string,long,double\r\n#group,false,false,false\r\n#default,_result,,\r\n\
    ,result,table,_value\r\n,,0,1\r\n\r\n\
    #datatype,string,long,string,long\r\n#group,false,false,true,false\r\n#default,_profiler,,,\r\n\
    ,result,table,_measurement,TotalDuration\r\n,,0,profiler/query,8924700\r\n\r\n\
    #datatype,string,long,double\r\n#group,false,false,false\r\n#default,_result,,\r\n\
    ,result,table,_value\r\n,,1,2\r\n\r\n";

fn client(answer: &'static str) -> Client {
    Canned::cut(answer.as_bytes(), 7).client().unwrap().0
}

#[tokio::test]
async fn csv_has_every_line_and_raw_every_byte() {
    let rows = client(ANSWER).query("x").csv().await.unwrap().collect().await.unwrap();
    assert_eq!(rows.len(), 6);
    assert_eq!(rows[0], ["#datatype", "string", "long", "string", "double"]);
    assert_eq!(rows[5], ["", "", "0", "the \"attic\"\nabove", "18"]);
    assert_eq!(client(ANSWER).query("x").raw().await.unwrap().text().await.unwrap(), ANSWER);
    let mut bytes = client(ANSWER).query("x").raw().await.unwrap();
    assert_eq!(bytes.next().await.unwrap().unwrap(), &ANSWER.as_bytes()[..7]);
    assert_eq!(bytes.bytes().await.unwrap(), &ANSWER.as_bytes()[7..]);
}

#[tokio::test]
async fn text_that_is_none_is_an_error() {
    let client = Canned::whole(&b"a\xff"[..]).client().unwrap().0;
    let error = client.query("x").raw().await.unwrap().text().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("not UTF-8 from its byte 1 on"), "{error}");
}

#[tokio::test]
async fn csv_is_read_by_the_delimiter_of_its_dialect() {
    let client = Canned::whole("a;b,c\r\n").client().unwrap().0;
    let query = client.query("x").dialect(CsvDialect::new().delimiter(';'));
    assert_eq!(query.csv().await.unwrap().collect().await.unwrap(), [["a", "b,c"]]);
}

#[tokio::test]
async fn results_of_profilers_are_told_and_are_no_rows() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let query = client(PROFILED)
        .query("x")
        .profilers([Profiler::Query])
        .on_profile(move |record| heard.lock().unwrap().push(record.get("TotalDuration").cloned()));
    let records = query.records().await.unwrap().collect().await.unwrap();
    let values: Vec<_> = records.iter().map(|record| record.get("_value").cloned()).collect();
    assert_eq!(values, [Some(Value::Double(1.0)), Some(Value::Double(2.0))]);
    assert_eq!(*told.lock().unwrap(), [Some(Value::Long(8_924_700))]);
}

#[tokio::test]
async fn results_of_profilers_are_no_rows_either_if_nobody_asks_for_them() {
    let query = client(PROFILED).query("x").profilers([Profiler::Query]);
    assert_eq!(query.records().await.unwrap().collect().await.unwrap().len(), 2);
}

#[tokio::test]
async fn version_1_8_is_asked_without_an_organisation_and_by_user_and_password() {
    let canned = Arc::new(Canned::whole(ANSWER));
    let client = Client::builder("http://host").token("ann:pa55word").transport(Arc::clone(&canned));
    let query = client.build().unwrap().query("from(bucket: db)").param("db", "telegraf/autogen");
    assert_eq!(query.records().await.unwrap().collect().await.unwrap().len(), 2);
    let requests = canned.requests();
    assert_eq!(requests[0].uri(), "http://host/api/v2/query");
    assert_eq!(requests[0].headers()["authorization"], "Token ann:pa55word");
    assert_eq!(requests[0].headers()["accept"], "application/csv");
}

#[tokio::test]
async fn measurements_that_only_look_like_profiles_stay_rows() {
    for query in [client(PROFILED).query("x"), client(PROFILED).query("x").profilers([Profiler::Operator])] {
        assert_eq!(query.records().await.unwrap().collect().await.unwrap().len(), 3);
    }
}

#[test]
fn rows_come_without_a_runtime_too() {
    let rows = client(ANSWER).query("x").records().wait().unwrap().blocking();
    let rooms: Vec<_> = rows.map(|record| record.unwrap().get("room").cloned()).collect();
    let text = |text: &str| Some(Value::String(text.to_owned()));
    assert_eq!(rooms, [text("hall"), text("the \"attic\"\nabove")]);
    let pieces = client(ANSWER).query("x").raw().wait().unwrap().blocking();
    assert_eq!(pieces.map(Result::unwrap).collect::<Vec<_>>().concat(), ANSWER.as_bytes());
}

#[tokio::test]
async fn refusals_have_the_servers_words() {
    let body = r#"{"code":"invalid","message":"error @1:1-1:2: undefined identifier x"}"#;
    for (status, kind) in [
        (400, ErrorKind::Rejected),
        (401, ErrorKind::Unauthorized),
        (404, ErrorKind::NotFound),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Server),
    ] {
        let canned = Canned::whole(body).content_type("application/json");
        let (client, _) = canned.status(StatusCode::from_u16(status).unwrap()).client().unwrap();
        let error = client.query("x").records().await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, Some(status)));
        assert_eq!(error.server().unwrap().message, "error @1:1-1:2: undefined identifier x");
    }
}

#[tokio::test]
async fn an_error_among_the_rows_holds_no_secret() {
    let token = "TOK_9f3c71d2a8-in-an-error-table";
    let body = format!("#datatype,string,string\n,error,reference\n,the token {token} is late,897\n");
    let canned = Arc::new(Canned::whole(body));
    let client = Client::builder("http://host").org("o").token(token).transport(canned).build().unwrap();
    let error = client.query("x").records().await.unwrap().next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Query);
    assert_eq!(error.server().unwrap().message, "the token [redacted] is late");
    assert!(!format!("{error} {error:?}").contains(token));
}

#[tokio::test]
async fn what_time_heals_is_asked_again() {
    let server = TestServer::start().unwrap();
    let busy = server.script(Script::answer(503).header("Retry-After", "0").times(2));
    let csv = ANSWER.replace("\r\n", "\n");
    server.script(Script::answer(200).body(csv));
    let client = Client::builder(server.url()).org("o");
    let client = client.retry(RetryPolicy::new().interval(Duration::from_millis(1))).build().unwrap();
    assert_eq!(client.query("x").records().await.unwrap().collect().await.unwrap().len(), 2);
    assert_eq!(busy.hits(), 2);
}

#[tokio::test]
async fn a_query_ends_at_its_time_limit_and_no_sooner_limit_is_set() {
    let server = TestServer::start().unwrap();
    server.script(Script::usual().delay(Duration::from_secs(30)));
    let client = Client::builder(server.url()).org("o").retry(RetryPolicy::none());
    let client = client.query_timeout(Some(Duration::from_millis(50))).build().unwrap();
    let error = client.query("x").records().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}
