//! Answers of queries as frames of Polars and Arrow.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType as ArrowType, TimeUnit};
use influx_core::query::{DataType, Flux, Query};
use influx_core::{ErrorKind, Precision};
use influx_frame::{Concat, QueryFrames};
use influx_tests::canned::Canned;
use polars::prelude::{AnyValue, DataFrame};

/// Of every type, with nulls in the second row.
const TYPES: &str = "\
#datatype,string,long,dateTime:RFC3339,string,double,long,unsignedLong,boolean,dateTime:RFC3339Nano,duration,base64Binary\r
#group,false,false,true,true,false,false,false,false,false,false,false\r
#default,_result,,,,,,,,,,\r
,result,table,_start,host,d,l,u,b,t,span,bytes\r
,,0,1970-01-01T00:00:00Z,\"a, b\",1.5,-1,18446744073709551615,true,1970-01-01T00:00:01.000000001Z,1h30m,aGk=\r
,,0,1970-01-01T00:00:00Z,\"a, b\",,,,,,,\r
\r
";

/// Two tables of one schema, one of another between them.
const TABLES: &str = "\
#datatype,string,long,string,double\r
#group,false,false,true,false\r
#default,_result,,,\r
,result,table,host,_value\r
,,0,a,1.5\r
,,0,a,2.5\r
\r
#datatype,string,long,string,long\r
#group,false,false,true,false\r
#default,_result,,,\r
,result,table,room,_value\r
,,1,hall,7\r
\r
#datatype,string,long,string,double\r
#group,false,false,true,false\r
#default,_result,,,\r
,result,table,host,_value\r
,,2,b,3.5\r
\r
";

fn query(csv: &str) -> Query<Flux> {
    let (client, _) = Canned::cut(csv.as_bytes(), 7).client().unwrap();
    client.query("buckets()")
}

/// The columns of a frame, `name:type`, and its rows as text.
fn shown(frame: &DataFrame) -> (String, Vec<String>) {
    let columns: Vec<_> =
        frame.columns().iter().map(|column| format!("{}:{}", column.name(), column.dtype())).collect();
    let row = |at: usize| {
        let cells = frame.columns().iter().map(|column| match column.get(at).unwrap() {
            AnyValue::Null => "-".to_owned(),
            value => value.get_str().map_or_else(|| value.to_string(), str::to_owned),
        });
        cells.collect::<Vec<_>>().join(" ")
    };
    (columns.join(" "), (0..frame.height()).map(row).collect())
}

#[tokio::test]
async fn every_type_of_annotated_csv_has_its_column_in_polars() {
    let frame: DataFrame = query(TYPES).frame().await.unwrap();
    let (columns, rows) = shown(&frame);
    assert_eq!(
        columns,
        "result:str table:i64 _start:datetime[ns, UTC] host:str d:f64 l:i64 u:u64 b:bool t:datetime[ns, UTC] \
         span:duration[ns] bytes:binary"
    );
    assert_eq!(frame.column("t").unwrap().datetime().unwrap().phys.get(0), Some(1_000_000_001));
    assert_eq!(frame.column("span").unwrap().duration().unwrap().phys.get(0), Some(5_400_000_000_000));
    assert_eq!(frame.column("bytes").unwrap().binary().unwrap().get(0), Some(&b"hi"[..]));
    assert!(rows[0].starts_with("_result 0 1970-01-01 00:00:00 UTC a, b 1.5 -1 18446744073709551615 true"));
    assert!(rows[1].ends_with("a, b - - - - - - -"), "{rows:?}");
}

#[tokio::test]
async fn every_type_of_annotated_csv_has_its_column_in_arrow() {
    let batch: RecordBatch = query(TYPES).frame().await.unwrap();
    let utc = || ArrowType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()));
    let types = [
        ("result", ArrowType::Utf8),
        ("table", ArrowType::Int64),
        ("_start", utc()),
        ("host", ArrowType::Utf8),
        ("d", ArrowType::Float64),
        ("l", ArrowType::Int64),
        ("u", ArrowType::UInt64),
        ("b", ArrowType::Boolean),
        ("t", utc()),
        ("span", ArrowType::Duration(TimeUnit::Nanosecond)),
        ("bytes", ArrowType::Binary),
    ];
    let schema = batch.schema();
    let fields: Vec<_> =
        schema.fields().iter().map(|field| (field.name().as_str(), field.data_type().clone())).collect();
    assert_eq!(fields, types);
    let grouped: Vec<_> = schema
        .fields()
        .iter()
        .filter(|field| field.metadata().get(influx_frame::arrow::GROUP).is_some_and(|said| said == "true"))
        .map(|field| field.name().as_str())
        .collect();
    assert_eq!(grouped, ["_start", "host"]);
    assert_eq!(batch["host"].as_string::<i32>().value(1), "a, b");
    assert_eq!(batch["bytes"].as_binary::<i32>().value(0), b"hi");
    for name in ["d", "l", "u", "b", "t", "span", "bytes"] {
        assert_eq!((batch[name].is_null(0), batch[name].is_null(1)), (false, true), "{name}");
    }
}

#[tokio::test]
async fn tables_of_one_schema_become_a_frame_with_their_group_key() {
    let frames = query(TABLES).frames::<DataFrame>().await.unwrap();
    let all: Vec<_> = frames.iter().map(|frame| (shown(&frame.frame), frame.group_key.join(" "))).collect();
    let columns = "result:str table:i64 host:str _value:f64".to_owned();
    let rows = ["_result 0 a 1.5", "_result 0 a 2.5", "_result 2 b 3.5"].map(str::to_owned).to_vec();
    assert_eq!(all[0], ((columns, rows), "host".to_owned()));
    let columns = "result:str table:i64 room:str _value:i64".to_owned();
    assert_eq!(all[1], ((columns, vec!["_result 1 hall 7".to_owned()]), "room".to_owned()));
    assert_eq!(all.len(), 2);
}

#[tokio::test]
async fn each_table_becomes_a_frame_if_that_is_asked_for() {
    let frames = query(TABLES).frames::<DataFrame>().concat(Concat::Never).await.unwrap();
    let rows: Vec<_> = frames.iter().map(|frame| shown(&frame.frame).1).collect();
    assert_eq!(
        rows,
        [vec!["_result 0 a 1.5", "_result 0 a 2.5"], vec!["_result 1 hall 7"], vec!["_result 2 b 3.5"]]
    );
    // of one header, and told apart by their number alone
    let csv = TABLES.replace(",,0,a,2.5", ",,9,a,2.5");
    let frames = query(&csv).frames::<DataFrame>().concat(Concat::Never).await.unwrap();
    assert_eq!(frames.iter().map(|frame| frame.frame.height()).collect::<Vec<_>>(), [1, 1, 1, 1]);
}

#[tokio::test]
async fn all_tables_become_one_frame_with_nulls_where_they_lack_a_column() {
    let frames = query(TABLES).frames::<DataFrame>().concat(Concat::Union).await.unwrap();
    let [frame] = &frames[..] else { panic!("{frames:?}") };
    let rows = ["_result 0 a 1.5 -", "_result 0 a 2.5 -", "_result 1 - 7.0 hall", "_result 2 b 3.5 -"];
    let columns = "result:str table:i64 host:str _value:f64 room:str".to_owned();
    assert_eq!(shown(&frame.frame), (columns, rows.map(str::to_owned).to_vec()));
    assert_eq!(frame.group_key, ["host", "room"]);
    let one: DataFrame = query(TABLES).frame().await.unwrap();
    assert!(one.equals_missing(&frame.frame), "frame() is the same");
    let batch: RecordBatch = query(TABLES).frame().await.unwrap();
    let values: &Arc<dyn Array> = &batch["_value"];
    assert_eq!(values.as_primitive::<Float64Type>().values()[..], [1.5, 2.5, 7.0, 3.5]);
    assert_eq!(batch["room"].null_count(), 3);
}

#[tokio::test]
async fn columns_of_two_types_in_one_frame_are_an_error_that_names_both() {
    let csv = TABLES.replacen("string,long,string,long", "string,long,string,string", 1);
    let error = query(&csv).frame::<DataFrame>().await.unwrap_err();
    assert_eq!((error.kind(), error.row_number()), (ErrorKind::Decode, Some(3)));
    let text = std::error::Error::source(&error).unwrap().to_string();
    assert!(text.starts_with("column \"_value\": it is string in this table, and double before"), "{text}");
    assert_eq!(query(&csv).frames::<RecordBatch>().await.unwrap().len(), 2, "apart they are none");
}

#[tokio::test]
async fn a_value_that_is_not_of_its_type_is_an_error_with_row_and_column() {
    let error = query(&TABLES.replace("3.5", "warm")).frames::<RecordBatch>().await.unwrap_err();
    assert_eq!((error.kind(), error.row_number()), (ErrorKind::Decode, Some(4)));
    let text = std::error::Error::source(&error).unwrap().to_string();
    assert!(text.contains("\"_value\"") && text.contains("warm"), "{text}");
}

#[tokio::test]
async fn an_answer_without_rows_is_no_frames_or_one_without_columns() {
    assert_eq!(query("\r\n").frames::<DataFrame>().await.unwrap(), []);
    let frame: DataFrame = query("\r\n").frame().await.unwrap();
    assert_eq!((frame.height(), frame.width()), (0, 0));
    let batch: RecordBatch = query("\r\n").frame().await.unwrap();
    assert_eq!((batch.num_rows(), batch.num_columns()), (0, 0));
}

#[tokio::test]
async fn options_drop_columns_and_say_types_and_units() {
    let query = || query(TYPES).frame::<DataFrame>().drop_columns(["result", "table", "_start"]);
    let frame = query()
        .drop_columns(["bytes", "nothing"])
        .column_type("l", DataType::Double)
        .column_type("b", DataType::String)
        .time_unit(Precision::Seconds)
        .await
        .unwrap();
    let columns = "host:str d:f64 l:f64 u:u64 b:str t:datetime[ms, UTC] span:duration[ns]";
    assert_eq!(shown(&frame).0, columns, "Polars has no seconds");
    let batch: RecordBatch = self::query(TYPES).frame().time_unit(Precision::Seconds).await.unwrap();
    let unit = ArrowType::Timestamp(TimeUnit::Second, Some("UTC".into()));
    assert_eq!(batch["t"].data_type(), &unit);

    let error = query().column_type("l", DataType::Boolean).await.unwrap_err();
    let text = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(text, "column \"l\": \"-1\" is not a boolean");
}

#[tokio::test]
async fn a_time_beyond_nanoseconds_is_an_error_and_none_in_microseconds() {
    let csv = TYPES.replace("1970-01-01T00:00:01.000000001Z", "3000-01-01T00:00:00Z");
    let error = query(&csv).frame::<DataFrame>().await.unwrap_err();
    let text = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(
        text,
        "column \"t\": \"3000-01-01T00:00:00Z\" is beyond 64 bits of ns: ask for a coarser time_unit()"
    );
    let frame: DataFrame = query(&csv).frame().time_unit(Precision::Microseconds).await.unwrap();
    let times = frame.column("t").unwrap().datetime().unwrap();
    assert_eq!(times.phys.get(0), Some(32_503_680_000_000_000));
}

#[tokio::test]
async fn columns_of_one_name_are_told_apart() {
    let csv = ",a,a,a_1\r\n,1,2,3\r\n\r\n";
    let frame: DataFrame = query(csv).frame().await.unwrap();
    let columns = "a:str a_2:str a_1:str".to_owned();
    assert_eq!(shown(&frame), (columns, vec!["1 2 3".to_owned()]), "without annotations all is text");
}

#[tokio::test]
async fn rows_of_flux_are_made_wide_if_that_is_asked_for() {
    let csv = "\
#datatype,string,long,dateTime:RFC3339,double,string,string\r
#group,false,false,false,false,true,true\r
#default,_result,,,,,\r
,result,table,_time,_value,_field,host\r
,,0,1970-01-01T00:00:01Z,1.5,x,a\r
\r
#datatype,string,long,dateTime:RFC3339,long,string,string\r
#group,false,false,false,false,true,true\r
#default,_result,,,,,\r
,result,table,_time,_value,_field,host\r
,,1,1970-01-01T00:00:01Z,7,y,a\r
\r
";
    let frame: DataFrame = query(csv).frame().pivoted().drop_columns(["result", "table"]).await.unwrap();
    let (columns, rows) = shown(&frame);
    assert_eq!((frame.height(), columns.contains("x:f64"), columns.contains("y:i64")), (1, true, true));
    assert!(rows[0].contains("1.5") && rows[0].contains('7'), "{rows:?}");
}

#[tokio::test]
async fn influxql_has_names_and_tags_of_series_as_columns_and_types_by_value() {
    let json = r#"{"results":[{"statement_id":0,"series":[
        {"name":"cpu","tags":{"host":"a"},"columns":["time","value","text"],"values":[[1,1,null],[2,1.5,"x"]]},
        {"name":"cpu","tags":{"host":""},"columns":["time","value","text"],"values":[[3,null,"y"]]}]}]}"#;
    let query = |json: &str| {
        let (client, _) = Canned::cut(json.as_bytes(), 7).content_type("application/json").client().unwrap();
        client.influxql("SELECT * FROM cpu").database("d")
    };
    let frames = query(json).frames::<DataFrame>().await.unwrap();
    let [frame] = &frames[..] else { panic!("{frames:?}") };
    assert_eq!(frame.group_key, ["iox::measurement", "host", "statement_id"]);
    let columns = "iox::measurement:str host:str time:datetime[ns, UTC] value:f64 text:str statement_id:i64";
    let rows = [
        "cpu a 1970-01-01 00:00:00.000000001 UTC 1.0 - 0",
        "cpu a 1970-01-01 00:00:00.000000002 UTC 1.5 x 0",
        "cpu - 1970-01-01 00:00:00.000000003 UTC - y 0",
    ];
    assert_eq!(shown(&frame.frame), (columns.to_owned(), rows.map(str::to_owned).to_vec()));
    let each = query(json).frames::<DataFrame>().concat(Concat::Never).await.unwrap();
    assert_eq!(each.iter().map(|frame| frame.frame.height()).collect::<Vec<_>>(), [2, 1]);

    let error = query(&json.replace("1.5", "true")).frames::<RecordBatch>().await.unwrap_err();
    let text = std::error::Error::source(&error).unwrap().to_string();
    assert!(text.starts_with("column \"value\": \"true\" is boolean, and long before"), "{text}");
    assert_eq!(error.row_number(), Some(2));
}

#[tokio::test]
async fn sql_is_one_table_with_the_columns_of_all_rows() {
    let lines = "{\"time\":\"1970-01-01T00:00:01\",\"a\":1}\n{\"b\":\"x\",\"a\":2}\n{\"a\":3,\"c\":true}\n";
    let (client, _) = Canned::cut(lines.as_bytes(), 7).content_type("application/json").client().unwrap();
    let query = client.sql("SELECT * FROM t").database("d");
    let frames = query.clone().frames::<RecordBatch>().await.unwrap();
    let [batch] = &frames[..] else { panic!("{frames:?}") };
    let batch = &batch.frame;
    assert_eq!(batch["a"].as_primitive::<Int64Type>().values()[..], [1, 2, 3]);
    let nulls = ["time", "a", "b", "c"].map(|name| batch[name].null_count());
    assert_eq!((batch.num_columns(), nulls), (4, [2, 0, 2, 2]));
    let mut stream = query.frames::<DataFrame>().stream().rows(1);
    let mut shapes = Vec::new();
    while let Some(frame) = stream.next().await.unwrap() {
        shapes.push(frame.frame.shape());
    }
    assert_eq!(shapes, [(1, 2), (1, 3), (1, 4)]);
}

#[test]
fn code_without_a_runtime_waits() {
    let frame: DataFrame = query(TABLES).frame().wait().unwrap();
    assert_eq!(frame.height(), 4);
    let mut stream = query(TABLES).frames::<RecordBatch>().stream();
    let mut rows = 0;
    while let Some(batch) = stream.wait_next().unwrap() {
        rows += batch.frame.num_rows();
    }
    assert_eq!(rows, 4);
}
