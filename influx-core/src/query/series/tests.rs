use std::sync::{Arc, Mutex};

use super::*;
use crate::query::decode::Decoder;
use crate::query::decode::tests::{decode, in_all_pieces};

fn series() -> Decoder {
    Decoder::Series(Box::new(Series::new(Precision::Nanoseconds, Notify::default())))
}

/// Rows, and how they ended, of an answer in all pieces.
fn read(json: &str) -> (Vec<String>, String) {
    in_all_pieces(series, json.as_bytes())
}

#[test]
fn a_row_has_its_series_its_tags_its_values_and_its_statement() {
    let json = r#"{"results":[{"statement_id":0,"series":[
        {"name":"cpu","tags":{"host":"a","zone":""},"columns":["time","i","f","s","b"],"values":[
            [1700000000123456789, 9223372036854775807, 1.5e3, "x\"y\nz", true],
            [-1, null, null, "", false]]}]}]}"#;
    let (rows, end) = read(json);
    assert_eq!(end, "end");
    assert_eq!(
        rows,
        [
            "iox::measurement:string=cpu host:string=a zone=- time:dateTime=1700000000123456789 \
             i:long=9223372036854775807 f:double=1.5e3 s:string=x\"y\nz b:boolean=true statement_id:long=0",
            "iox::measurement:string=cpu host:string=a zone=- time:dateTime=-1 i=- f=- s:string= \
             b:boolean=false statement_id:long=0",
        ]
    );
}

#[test]
fn numbers_keep_every_digit_and_are_of_the_type_that_holds_them() {
    let json = r#"{"results":[{"series":[{"columns":["v"],"values":[[1],[-9223372036854775808],
        [18446744073709551615],[18446744073709551616],[100000000000000000000],[-9223372036854775809],[1.0],[1e3],[0],[-0]]}]}]}"#;
    let types: Vec<_> = read(json).0.iter().map(|row| row.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(
        types,
        [
            "v:long=1",
            "v:long=-9223372036854775808",
            "v:unsignedLong=18446744073709551615",
            "v:double=18446744073709551616",
            "v:double=100000000000000000000",
            "v:double=-9223372036854775809",
            "v:double=1.0",
            "v:double=1e3",
            "v:long=0",
            "v:long=-0",
        ]
    );
}

#[test]
fn chunks_of_a_series_share_one_header() {
    let chunk = |time: u8, more: &str| {
        format!(
            r#"{{"results":[{{"statement_id":0,"series":[{{"name":"m","columns":["time","v"],"values":[[{time},1]]{more}}}]{more}}}]}}"#
        )
    };
    let json =
        [chunk(1, r#","partial":true"#), chunk(2, r#","partial":true"#), chunk(3, "")].join("\n") + "\n";
    let (rows, end) = read(&json);
    assert_eq!((rows.len(), &*end), (3, "end"));
    let mut decoder = Series::new(Precision::Seconds, Notify::default());
    let mut headers = Vec::new();
    let mut rest = json.as_bytes();
    while let (used, Step::Row) = decoder.step(rest, true).unwrap() {
        headers.push(Arc::clone(decoder.row().header()));
        rest = &rest[used..];
    }
    assert!(headers.iter().all(|header| Arc::ptr_eq(header, &headers[0])));
    assert_eq!(headers[0].columns[1].data_type, DataType::Ticks(Precision::Seconds));
    assert_eq!(
        headers[0].group_key().map(|column| &*column.name).collect::<Vec<_>>(),
        ["iox::measurement", "statement_id"]
    );
}

#[test]
fn statements_follow_each_other_and_an_error_comes_behind_the_rows_before_it() {
    let json = r#"{"results":[
        {"statement_id":0,"series":[{"name":"a","columns":["v"],"values":[[1]]},{"name":"b","columns":["v"],"values":[[2]]}]},
        {"statement_id":1},
        {"statement_id":2,"series":[{"columns":["user","admin"]}]},
        {"statement_id":3,"series":[{"name":"c","columns":["w"],"values":[[3]]}]},
        {"statement_id":4,"error":"database not found: nodb"}]}"#;
    let (rows, end) = read(json);
    assert_eq!(
        rows,
        [
            "iox::measurement:string=a v:long=1 statement_id:long=0",
            "iox::measurement:string=b v:long=2 statement_id:long=0",
            "iox::measurement:string=c w:long=3 statement_id:long=3",
        ]
    );
    assert_eq!(end, "server: database not found: nodb");
    let behind =
        r#"{"results":[{"statement_id":0,"series":[{"columns":["v"],"values":[[1]]}],"error":"timeout"}]}"#;
    let (rows, end) = read(behind);
    assert_eq!((rows.len(), &*end), (1, "server: timeout"));
}

#[test]
fn an_error_of_the_whole_answer_is_told() {
    assert_eq!(read(r#"{"error":"authorization failed"}"#).1, "server: authorization failed");
    assert_eq!(read(r#"{"code":"internal error","message":"no backend"}"#).1, "server: no backend");
    let chunk =
        r#"{"results":[{"series":[{"columns":["v"],"values":[[1]],"partial":true}],"partial":true}]}"#;
    let (rows, end) = read(&format!("{chunk}\n{{\"error\":\"engine: closed\"}}\n"));
    assert_eq!((rows.len(), &*end), (1, "server: engine: closed"));
}

#[test]
fn an_answer_that_stays_partial_is_an_error_behind_its_rows() {
    let cut = r#"{"results":[{"statement_id":0,"series":[{"name":"m","columns":["v"],"values":[[1],[2]],"partial":true}]}]}"#;
    let (rows, end) = read(cut);
    assert_eq!(rows.len(), 2);
    assert!(end.contains("rows are missing"), "{end}");
    // between the series of a statement, only the statement says so
    let first = r#"{"results":[{"series":[{"name":"m","columns":["v"],"values":[[1]]}],"partial":true}]}"#;
    assert!(read(first).1.contains("rows are missing"));
    let last = r#"{"results":[{"series":[{"name":"n","columns":["v"],"values":[[1]],"partial":false}]}]}"#;
    assert_eq!(read(&format!("{first}\n{last}")).1, "end");
}

#[test]
fn messages_are_heard_and_rows_go_on() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&heard);
    let notify = Notify::new(move |message| sink.lock().unwrap().push(message.clone()));
    let json =
        br#"{"results":[{"statement_id":0,"messages":[{"level":"warning","text":"deprecated use of 'x'"},
        {"text":"two","more":{"a":[1]}}],"series":[{"columns":["v"],"values":[[1]]}]}]}"#;
    let (rows, end) = decode(Decoder::Series(Box::new(Series::new(Precision::Seconds, notify))), json, 7);
    assert_eq!((rows.len(), &*end), (1, "end"));
    let message = |level: &str, text: &str| ServerMessage { level: level.to_owned(), text: text.to_owned() };
    assert_eq!(*heard.lock().unwrap(), [message("warning", "deprecated use of 'x'"), message("", "two")]);
}

#[test]
fn what_is_not_known_is_passed_over_and_nulls_are_nothing() {
    let json = r#"{"took":1,"x":{"results":[1]},"y":[[{}]],"z":"s","results":[{"statement_id":0,"error":null,"other":[1,{"a":"b"}],
        "series":[{"name":null,"tags":null,"more":true,"columns":["v"],"values":null,"partial":null}],"messages":null}]}"#;
    assert_eq!(read(json), (vec![], "end".to_owned()));
    for empty in
        [r#"{"results":[]}"#, r#"{"results":null}"#, "{}", " {} \n", r#"{"results":[{"statement_id":0}]}"#]
    {
        assert_eq!(read(empty), (vec![], "end".to_owned()), "{empty}");
    }
}

#[test]
fn a_column_of_the_series_goes_before_the_number_of_the_statement() {
    let json =
        br#"{"results":[{"statement_id":5,"series":[{"columns":["statement_id"],"values":[["mine"]]}]}]}"#;
    let mut decoder = Series::new(Precision::Seconds, Notify::default());
    decoder.step(json, true).unwrap();
    assert_eq!(decoder.row().get("statement_id").unwrap().text(), "mine");
}

#[test]
fn times_as_text_are_times_and_lists_are_json() {
    let json = r#"{"results":[{"series":[{"columns":["time","v"],"values":[["2023-11-14T22:13:20Z",[1, "a\"}",{"b":null}]]]}]}]}"#;
    assert_eq!(
        read(json).0,
        [r#"time:dateTime:RFC3339=2023-11-14T22:13:20Z v:json=[1,"a\"}",{"b":null}] statement_id:long=0"#]
    );
}

#[test]
fn what_is_no_answer_of_influxql_is_an_error_that_says_why() {
    let rows = |values: &str| {
        format!(r#"{{"results":[{{"series":[{{"columns":["v","w"],"values":[{values}]}}]}}]}}"#)
    };
    for (json, why) in [
        ("", "empty"),
        ("  \n", "empty"),
        ("<html>", "no JSON"),
        ("[]", "not what InfluxQL's is"),
        ("1", "not what InfluxQL's is"),
        (r#"{"results":{}}"#, "not what InfluxQL's is"),
        (r#"{"results":"x"}"#, "not what InfluxQL's is"),
        (r#"{"error":{"message":"x"}}"#, "not what InfluxQL's is"),
        (r#"{"results":[1]}"#, "not what InfluxQL's is"),
        (r#"{"results":[{"series":[{"values":[[1]]}]}]}"#, "before its columns"),
        (
            r#"{"results":[{"series":[{"columns":["a"],"values":[[1]],"tags":{"t":"x"}}]}]}"#,
            "\"t\" comes behind",
        ),
        (r#"{"results":[{"series":[{"columns":["a"],"values":[[1]],"name":"m"}]}]}"#, "\"m\" comes behind"),
        (
            r#"{"results":[{"series":[{"columns":["a"],"values":[[1]]}],"statement_id":1}]}"#,
            "number of a statement comes behind",
        ),
        (r#"{"results":[{"series":[{"columns":[1],"values":[]}]}]}"#, "not what InfluxQL's is"),
        (&rows("[1]"), "1 values, but its series has 2"),
        (&rows("[1,2,3]"), "more values than its series has columns: 2"),
        (&rows("{}"), "not what InfluxQL's is"),
        (&rows("1"), "not what InfluxQL's is"),
        (&rows("[1,2"), "no JSON"),
        (r#"{"results":["#, "ends in the middle"),
        (r#"{"results":[]}x"#, "no value"),
        (r#"{"results":[]} ]"#, "no JSON"),
        (&rows("[nan,2]"), "\"nan\" is no value"),
        (&rows(r#"["\ud800",2]"#), "half a character"),
        (&format!(r#"{{"x":{}"#, "[".repeat(100)), "deeper than 64"),
        (&rows(&format!("[{},1]", "[".repeat(100))), "deeper than 64"),
    ] {
        let (_, end) = read(json);
        assert!(end.starts_with("row: ") && end.contains(why), "{json}: {end}");
    }
}

#[test]
fn text_that_is_not_utf_8_is_an_error() {
    let around = |bad: &[u8]| {
        let json =
            [br#"{"results":[{"series":[{"columns":["v","w"],"values":[[""#.as_slice(), bad, br#""]]}]}]}"#]
                .concat();
        in_all_pieces(series, &json).1
    };
    for bad in [&b"\xff\",\""[..], b"\xc3\",\"\xa9"] {
        assert!(around(bad).contains("not UTF-8"), "{}", around(bad));
    }
    assert!(in_all_pieces(series, b"{\"error\":\"\xff\"}").1.contains("not UTF-8"));
}

#[test]
fn a_row_without_end_is_refused_before_it_fills_the_memory() {
    let mut decoder = series();
    decoder.step(br#"{"results":[{"series":[{"columns":["v"],"values":[[""#, false).unwrap();
    let piece = vec![b'x'; 1 << 20];
    let refused = (0..100).find_map(|_| decoder.step(&piece, false).err());
    assert!(format!("{refused:?}").contains("longer than"), "{refused:?}");
}
