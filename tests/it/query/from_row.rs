//! Rows of an answer into types: pivoted, unpivoted, borrowed, by serde.

#![allow(clippy::unwrap_used)]

use std::error::Error as _;
use std::fmt::Write as _;

use influx_core::query::{Cursor, Record, Tables};
use influx_core::{Client, Dialect, Epoch, ErrorKind, FromRow, Measurement, Precision, TagValue};
use influx_tests::canned::Canned;
use serde::Deserialize;

fn client(answer: &str) -> Client {
    Canned::cut(answer.as_bytes(), 7).client().unwrap().0
}

/// What Flux answers to `from() |> range()`: a table for each series and field.
fn unpivoted() -> String {
    let mut answer = String::new();
    let tables = [
        ("double", "usage", "a", ["0.5", "0.75"]),
        ("long", "cores", "a", ["4", "8"]),
        ("double", "usage", "b", ["0.25", "1"]),
        ("string", "mode", "a", ["full", "idle"]),
    ];
    for (table, (data_type, field, host, values)) in tables.into_iter().enumerate() {
        write!(
            answer,
            "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,{data_type},string,string,string\r\n\
             #group,false,false,true,true,false,false,true,true,true\r\n#default,_result,,,,,,,,\r\n\
             ,result,table,_start,_stop,_time,_value,_field,_measurement,host\r\n"
        )
        .unwrap();
        for (second, value) in values.into_iter().enumerate() {
            write!(
                answer,
                ",,{table},1970-01-01T00:00:00Z,1970-01-01T00:01:00Z,1970-01-01T00:00:0{second}Z,{value},{field},cpu,{host}\r\n"
            )
            .unwrap();
        }
        answer.push_str("\r\n");
    }
    answer
}

/// The same behind `pivot()`.
const PIVOTED: &str = "#datatype,string,long,dateTime:RFC3339,string,long,double,string\r\n\
    #group,false,false,false,true,false,false,false\r\n#default,_result,,,,,,\r\n\
    ,result,table,_time,host,cores,usage,mode\r\n\
    ,,0,1970-01-01T00:00:00Z,a,4,0.5,full\r\n\
    ,,0,1970-01-01T00:00:01Z,a,8,0.75,idle\r\n\
    ,,1,1970-01-01T00:00:00Z,b,,0.25,\r\n\
    ,,1,1970-01-01T00:00:01Z,b,,1,\r\n\r\n";

#[derive(Debug, PartialEq, TagValue)]
#[tag_value(rename_all = "lowercase")]
enum Mode {
    Full,
    Idle,
}

#[derive(Debug, PartialEq, FromRow, Measurement)]
struct Cpu {
    #[tag]
    host: String,
    #[field]
    usage: f64,
    #[field]
    cores: Option<u8>,
    #[field]
    mode: Option<Mode>,
    #[time(unit = "ms")]
    at: i64,
}

fn cpus() -> [Cpu; 4] {
    let cpu = |host: &str, usage, cores, mode, at| Cpu { host: host.to_owned(), usage, cores, mode, at };
    [
        cpu("a", 0.5, Some(4), Some(Mode::Full), 0),
        cpu("a", 0.75, Some(8), Some(Mode::Idle), 1_000),
        cpu("b", 0.25, None, None, 0),
        cpu("b", 1.0, None, None, 1_000),
    ]
}

#[tokio::test]
async fn pivoted_and_unpivoted_rows_are_the_same_values() {
    for answer in [PIVOTED, &unpivoted()] {
        let rows = client(answer).query("x").rows::<Cpu>().await.unwrap();
        assert_eq!(rows.collect().await.unwrap(), cpus());
    }
}

#[derive(Debug, PartialEq, FromRow)]
struct Usage<'r> {
    #[tag]
    host: &'r str,
    #[field]
    usage: f64,
}

#[tokio::test]
async fn one_field_is_read_while_it_arrives_and_may_borrow() {
    let mut cursor = client(&unpivoted()).query("x").cursor().await.unwrap().pivoted_for::<Usage<'_>>();
    let mut found = String::new();
    while let Some(Usage { host, usage }) = cursor.next_as().await.unwrap() {
        write!(found, "{host}={usage} ").unwrap();
    }
    assert_eq!(found, "a=0.5 a=0.75 b=0.25 b=1 ");
    assert!(cursor.next_as::<Usage<'_>>().await.unwrap().is_none());
}

#[tokio::test]
async fn rows_of_fields_are_read_as_they_stand_if_a_type_is_about_them() {
    #[derive(Debug, FromRow)]
    struct Point {
        #[tag("_field")]
        field: String,
        #[field("_value")]
        value: influx_core::query::Value,
    }
    let rows = client(&unpivoted()).query("x").rows::<Point>().await.unwrap().collect().await.unwrap();
    let found: Vec<_> = rows.iter().map(|point| format!("{}={}", point.field, point.value)).collect();
    assert_eq!(
        found.join(" "),
        "usage=0.5 usage=0.75 cores=4 cores=8 usage=0.25 usage=1 mode=full mode=idle"
    );
}

#[tokio::test]
async fn a_default_of_one_table_is_no_value_of_another() {
    let answer = "#datatype,string,string,double\n#default,a,,\n,host,_field,_value\n,,usage,1\n\n\
        #datatype,string,double\n,_field,_value\n,usage,2\n";
    let mut cursor = client(answer).query("x").cursor().await.unwrap().pivoted();
    let mut found = Vec::new();
    while let Some(row) = cursor.next().await.unwrap() {
        found.push((row.get("host").unwrap().text().to_owned(), row.get("usage").unwrap().text().to_owned()));
    }
    assert_eq!(found, [("a".to_owned(), "1".to_owned()), (String::new(), "2".to_owned())]);
}

#[tokio::test]
async fn a_cursor_pivots_all_fields_for_serde_and_for_reading_by_name() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Cpu<'r> {
        #[serde(rename = "_time")]
        time: Epoch,
        host: &'r str,
        cores: Option<i64>,
        mode: Option<&'r str>,
    }
    let mut cursor: Cursor = client(&unpivoted()).query("x").cursor().await.unwrap().pivoted();
    let row = cursor.next().await.unwrap().unwrap();
    assert_eq!(row.get("usage").unwrap().text(), "0.5");
    let cpu = Cpu { time: Epoch::from_parts(0, 0), host: "a", cores: Some(4), mode: Some("full") };
    assert_eq!(row.deserialize(), Ok(cpu));
    let mut rest = 0;
    while cursor.next().await.unwrap().is_some() {
        rest += 1;
    }
    assert_eq!(rest, 3);
}

#[tokio::test]
async fn a_field_that_never_comes_is_an_error_that_lists_what_there_is() {
    #[derive(Debug, FromRow)]
    #[allow(dead_code)]
    struct Fan {
        #[field]
        usage: f64,
        #[field]
        rpm: i64,
    }
    let error = client(&unpivoted()).query("x").rows::<Fan>().await.unwrap().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("row 1"), "{error}");
    let text = error.source().unwrap().to_string();
    assert!(text.starts_with("column \"rpm\": the answer has no such column, only [\"result\","), "{text}");
}

#[tokio::test]
async fn rows_that_wait_for_the_end_are_lost_with_an_error_of_the_server() {
    let answer = unpivoted()
        + "#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,broken,897\r\n";
    let mut rows = client(&answer).query("x").rows::<Cpu>().await.unwrap();
    let error = rows.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Query);
    assert_eq!(rows.next().await.unwrap(), None);
}

#[tokio::test]
async fn records_are_never_pivoted_and_become_tables_and_types() {
    let records = client(&unpivoted()).query("x").records().await.unwrap().collect().await.unwrap();
    assert_eq!(records.len(), 8);
    let first: &Record = &records[0];
    assert_eq!((first.field(), first["host"].as_str()), (Some("usage"), Some("a")));
    let (host, usage): (String, f64) = {
        #[derive(Deserialize)]
        struct Point {
            host: String,
            _value: f64,
        }
        let point: Point = first.deserialize().unwrap();
        (point.host, point._value)
    };
    assert_eq!((host.as_str(), usage), ("a", 0.5));

    let tables: Tables = records.into_iter().collect();
    let sizes: Vec<_> = tables.iter().map(|table| table.records().len()).collect();
    assert_eq!(sizes, [2, 2, 2, 2]);
    let key: Vec<_> = tables[1].group_key().map(|column| column.name.as_str()).collect();
    assert_eq!(key, ["_start", "_stop", "_field", "_measurement", "host"]);
    assert_eq!(tables.to_values(&["_value"])[2], [influx_core::query::Value::Long(4)]);
}

/// The same four rows from InfluxDB 1 and 3.
const SERIES: &str = r#"{"results":[{"statement_id":0,"series":[
    {"name":"cpu","tags":{"host":"a"},"columns":["time","usage","cores","mode"],"values":[[0,0.5,4,"full"],[1000,0.75,8,"idle"]]},
    {"name":"cpu","tags":{"host":"b"},"columns":["time","usage","cores","mode"],"values":[[0,0.25,null,null],[1000,1,null,null]]}]}]}"#;
const LINES: &str = r#"{"time":"1970-01-01T00:00:00","host":"a","usage":0.5,"cores":4,"mode":"full"}
{"time":"1970-01-01T00:00:01","host":"a","usage":0.75,"cores":8,"mode":"idle"}
{"time":"1970-01-01T00:00:00","host":"b","usage":0.25}
{"time":"1970-01-01T00:00:01","host":"b","usage":1.0}
"#;

#[tokio::test]
async fn every_language_gives_the_same_values() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct ByName {
        #[serde(alias = "_time")]
        time: Epoch,
        host: String,
        usage: f64,
        cores: Option<u8>,
        mode: Option<String>,
    }
    let expected: Vec<_> = cpus()
        .into_iter()
        .map(|cpu| ByName {
            time: Epoch::from_ticks(cpu.at, Precision::Milliseconds),
            host: cpu.host,
            usage: cpu.usage,
            cores: cpu.cores,
            mode: cpu.mode.map(|mode| if mode == Mode::Full { "full" } else { "idle" }.to_owned()),
        })
        .collect();
    macro_rules! gives {
        ($query:expr) => {
            assert_eq!($query.rows::<Cpu>().await.unwrap().collect().await.unwrap(), cpus());
            let read = $query.deserialize::<ByName>().await.unwrap().collect().await.unwrap();
            assert_eq!(read, expected);
            let records = $query.records().await.unwrap().collect().await.unwrap();
            let read: Vec<ByName> = records.iter().map(|record| record.deserialize().unwrap()).collect();
            assert_eq!(read, expected);
            assert_eq!(records[1].time(), Some(Epoch::from_parts(1, 0)));
        };
    }
    let json = |body: &'static str| {
        Canned::cut(body.as_bytes(), 11).content_type("application/json").client().unwrap().0
    };
    gives!(client(PIVOTED).query("x"));
    gives!(json(SERIES).influxql("x").dialect(Dialect::V1).epoch(Precision::Milliseconds));
    gives!(json(LINES).sql("x").database("d"));
}
