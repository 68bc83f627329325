//! How a query wants its answer.

use std::io::{Read, Write};

use serde_json::{Value, json};

use super::super::raw;
use super::{all, ask, server};

/// Two columns of one table.
fn script() -> String {
    all(
        "|> filter(fn: (r) => r._field == \"f\" and r.host == \"a\") |> keep(columns: [\"_time\", \"_value\", \"host\"])",
    )
}

#[test]
fn annotations_headers_and_delimiters_are_as_they_are_asked_for() {
    let server = server();
    let rows = "1970-01-01T00:00:01Z,1.5,a\r\n,,0,1970-01-01T00:00:02Z,2,a\r\n\r\n";
    for (dialect, text) in [
        (
            json!({ "annotations": ["datatype", "group", "default"] }),
            format!(
                "#datatype,string,long,dateTime:RFC3339,double,string\r\n#group,false,false,false,false,true\r\n\
                 #default,_result,,,,\r\n,result,table,_time,_value,host\r\n,,0,{rows}"
            ),
        ),
        (
            json!({ "annotations": ["group"], "header": false, "delimiter": ";", "commentPrefix": "" }),
            "group;false;false;false;false;true\r\n;_result;0;1970-01-01T00:00:01Z;1.5;a\r\n\
             ;_result;0;1970-01-01T00:00:02Z;2;a\r\n\r\n"
                .to_owned(),
        ),
        (
            json!({ "dateTimeFormat": "RFC3339Nano" }),
            format!(",result,table,_time,_value,host\r\n,_result,0,{}", rows.replace(",,0", ",_result,0")),
        ),
    ] {
        let (status, answer) =
            ask(&server, &json!({ "query": script(), "type": "flux", "dialect": dialect }));
        assert_eq!((status, answer), (200, text), "{dialect}");
    }
}

#[test]
fn bodies_that_are_none_are_refused() {
    let server = server();
    for (body, message) in [
        (json!({}), "request body requires either query or AST"),
        (json!({ "query": "x", "type": "influxql" }), "unknown query type \"influxql\""),
        (json!({ "query": "x", "dialect": { "delimiter": ";;" } }), "invalid dialect delimeter: must be 1"),
        (
            json!({ "query": "x", "dialect": { "commentPrefix": "##" } }),
            "invalid dialect comment prefix: must be length 0 or 1",
        ),
        (
            json!({ "query": "x", "dialect": { "annotations": ["x"] } }),
            "unknown dialect annotation type: \"x\"",
        ),
        (
            json!({ "query": "x", "dialect": { "dateTimeFormat": "x" } }),
            "unknown dialect date time format: x",
        ),
        (json!({ "query": "x", "params": [] }), "params is no object"),
        (json!({ "query": "x", "params": { "a": [] } }), "parameter \"a\" is no string, number or boolean"),
    ] {
        let (status, text) = ask(&server, &body);
        let answer: Value = serde_json::from_str(&text).unwrap();
        let message = format!("failed to decode request body: {message}");
        assert_eq!((status, answer), (400, json!({ "code": "invalid", "message": message })));
    }
    assert_eq!(ask(&server, &json!([])).0, 400);
}

#[test]
fn answers_are_compressed_for_who_takes_that() {
    let server = server();
    let body = json!({ "query": script() }).to_string();
    let plain = ask(&server, &json!({ "query": script() })).1;
    for (accepted, is_packed) in
        [("gzip", true), ("deflate, gzip;q=0.5", true), ("gzip;q=0, identity", false)]
    {
        let headers = format!("Accept-Encoding: {accepted}\r\nConnection: close\r\n");
        let mut stream = raw::connect(&server);
        stream.write_all(&raw::request("/api/v2/query?org=o", &headers, body.as_bytes())).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let (head, body) = (String::from_utf8_lossy(&bytes[..end]).into_owned(), &bytes[end + 4..]);
        assert_eq!(head.contains("Content-Encoding: gzip"), is_packed, "{accepted}: {head}");
        let mut text = String::new();
        match is_packed {
            true => flate2::read::GzDecoder::new(body).read_to_string(&mut text).unwrap(),
            false => (&body[..]).read_to_string(&mut text).unwrap(),
        };
        assert_eq!(text, plain, "{accepted}");
    }
}
