//! Answers as frames while they arrive.

use std::fmt::Write as _;

use arrow_array::RecordBatch;
use influx_core::ErrorKind;
use influx_core::query::DataType;
use influx_frame::{Concat, FrameStream, QueryFrames, ReadFrame};
use influx_tests::canned::Canned;
use polars::prelude::DataFrame;

/// Tables, each with so many rows, of two schemas in turn.
fn tables(rows: &[usize]) -> String {
    let mut csv = String::new();
    for (table, rows) in rows.iter().enumerate() {
        let ty = if table % 2 == 0 { "double" } else { "long" };
        write!(csv, "#datatype,string,long,{ty}\r\n#group,false,false,false\r\n#default,_result,,\r\n")
            .unwrap();
        csv.push_str(",result,table,_value\r\n");
        for row in 0..*rows {
            write!(csv, ",,{table},{row}\r\n").unwrap();
        }
        csv.push_str("\r\n");
    }
    csv
}

async fn heights<F: ReadFrame>(mut stream: FrameStream<F>) -> Vec<usize> {
    let mut heights = Vec::new();
    while let Some(frame) = stream.next().await.unwrap() {
        heights.push(frame.frame.frame_rows());
    }
    heights
}

#[tokio::test]
async fn frames_have_so_many_rows_and_one_schema() {
    let csv = tables(&[5, 3, 4]);
    for (concat, rows, expected) in [
        (Concat::SameSchema, 4, vec![4, 1, 3, 4]),
        (Concat::SameSchema, 1, vec![1; 12]),
        (Concat::SameSchema, 0, vec![1; 12]),
        (Concat::SameSchema, 100, vec![5, 3, 4]),
        (Concat::Never, 3, vec![3, 2, 3, 3, 1]),
        (Concat::Union, 5, vec![5, 5, 2]),
    ] {
        let (client, _) = Canned::cut(csv.as_bytes(), 50).client().unwrap();
        let query = client.query("x");
        let stream = query.clone().frames::<RecordBatch>().concat(concat).stream().rows(rows);
        assert_eq!(heights(stream).await, expected, "{concat:?} {rows}");
        let stream = query.frames::<DataFrame>().concat(concat).stream().rows(rows);
        assert_eq!(heights(stream).await, expected, "{concat:?} {rows}");
    }
}

#[tokio::test]
async fn a_frame_of_many_columns_has_fewer_rows_though_all_of_them_are_null() {
    let of = |text: &str| format!(",{text}").repeat(8_000);
    let names: String = (0..8_000).map(|at| format!(",c{at}")).collect();
    let (types, groups, defaults, values) = (of("double"), of("false"), of(""), of("1"));
    let wide =
        format!("#datatype{types}\r\n#group{groups}\r\n#default{defaults}\r\n{names}\r\n{values}\r\n\r\n");
    let (client, _) = Canned::whole(wide + &tables(&[2_000])).client().unwrap();
    let stream = client.query("x").frames::<RecordBatch>().concat(Concat::Union).stream();
    // 64 MiB are 8,388,608 values, of 8,003 columns
    assert_eq!(heights(stream).await, [1_049, 952]);
}

#[tokio::test]
async fn rows_before_an_error_are_lost_and_no_frames_follow() {
    let csv = tables(&[5]).replace(",,0,3", ",,0,x");
    let (client, _) = Canned::whole(csv).client().unwrap();
    let mut stream = client.query("x").frames::<DataFrame>().stream().rows(2);
    assert_eq!(stream.next().await.unwrap().unwrap().frame.height(), 2);
    let error = stream.next().await.unwrap_err();
    assert_eq!((error.kind(), error.row_number()), (ErrorKind::Decode, Some(4)));
    assert!(stream.next().await.unwrap().is_none());

    let (client, _) = Canned::whole(tables(&[5])).breaks().client().unwrap();
    let mut stream = client.query("x").frames::<DataFrame>().stream().rows(5);
    assert_eq!(stream.next().await.unwrap().unwrap().frame.height(), 5);
    assert!(stream.next().await.unwrap_err().is_retryable());
}

#[tokio::test]
async fn an_error_of_the_server_behind_rows_is_an_error_and_no_short_frame() {
    let failed = "#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n\
                  ,out of memory,897\r\n\r\n";
    let flux = || {
        let (client, _) = Canned::cut((tables(&[5]) + failed).as_bytes(), 50).client().unwrap();
        client.query("x")
    };
    let influxql = || {
        let json = r#"{"results":[{"series":[{"name":"m","columns":["time","v"],"values":[[1,1],[2,2]]}],"error":"out of memory"}]}"#;
        let (client, _) = Canned::cut(json.as_bytes(), 50).content_type("application/json").client().unwrap();
        client.influxql("SELECT v FROM m").database("d")
    };
    let errors = [
        flux().frame::<DataFrame>().await.unwrap_err(),
        flux().frames::<RecordBatch>().await.unwrap_err(),
        influxql().frame::<DataFrame>().await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Query);
        assert!(error.to_string().contains("out of memory"), "{error}");
    }
    let mut stream = flux().frames::<DataFrame>().stream().rows(5);
    assert_eq!(stream.next().await.unwrap().unwrap().frame.height(), 5);
    assert_eq!(stream.next().await.unwrap_err().kind(), ErrorKind::Query);
    assert!(stream.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_column_keeps_its_type_over_frames_once_it_has_one() {
    let json = r#"{"results":[{"series":[{"name":"m","columns":["time","v"],"values":[[1,null],[2,1],[3,1.5],[4,2]]}]}]}"#;
    let query = || {
        let (client, _) = Canned::whole(json).content_type("application/json").client().unwrap();
        client.influxql("SELECT v FROM m").database("d").frames::<DataFrame>()
    };
    let types = async |mut stream: FrameStream<DataFrame>| {
        let mut types = Vec::new();
        while let Some(frame) = stream.next().await.unwrap() {
            types.push(frame.frame.column("v").unwrap().dtype().to_string());
        }
        types
    };
    assert_eq!(types(query().stream().rows(1)).await, ["null", "i64", "f64", "f64"]);
    let said = query().column_type("v", DataType::Double);
    assert_eq!(types(said.stream().rows(1)).await, ["f64"; 4]);
}

#[tokio::test]
async fn nothing_is_sent_until_a_frame_is_asked_for() {
    let (client, canned) = Canned::whole(tables(&[1])).client().unwrap();
    let mut stream = client.query("x").frames::<DataFrame>().stream();
    assert!(canned.requests().is_empty());
    assert!(stream.next().await.unwrap().is_some());
    assert_eq!(canned.requests().len(), 1);
}

#[tokio::test]
async fn a_cursor_goes_on_where_it_stands() {
    let (client, _) = Canned::whole(tables(&[3])).client().unwrap();
    let mut cursor = client.query("x").cursor().await.unwrap();
    assert!(cursor.next().await.unwrap().is_some());
    let frame: DataFrame = cursor.frame().await.unwrap();
    assert_eq!(frame.height(), 2);
}
