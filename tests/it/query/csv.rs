//! Annotated CSV: each corner of the format, however the bytes arrive.

use influx_core::query::{DataType, Value};
use influx_core::{Epoch, Error, FromRow, Nanos, Result};
use influx_tests::canned::Canned;
use influx_tests::csv::{Tables, check_bytes, read};
use influx_tests::generate::{Seeded, Source};

/// What comes of an answer whole, byte by byte, and in pieces, which must be the same.
#[track_caller]
#[expect(clippy::unwrap_used, reason = "test helper")]
pub(super) fn outcome(body: &str) -> (Vec<String>, Option<Error>) {
    for pieces in [&[2][..], &[3, 7, 1], &[31], &[0, 100, 5]] {
        check_bytes(body.as_bytes(), pieces).unwrap();
    }
    read(body.as_bytes(), &[])
}

/// The rows of an answer without an error.
#[track_caller]
pub(super) fn rows(body: &str) -> Vec<String> {
    let (rows, error) = outcome(body);
    assert!(error.is_none(), "{error:?}");
    rows
}

pub(super) const TWO: &str = "\
#datatype,string,long,dateTime:RFC3339,double,string\r\n\
#group,false,false,false,false,true\r\n\
#default,_result,,,,\r\n\
,result,table,_time,_value,host\r\n\
,,0,2023-11-14T22:13:20Z,1.5,a\r\n\
,,1,2023-11-14T22:13:21Z,2.5,b\r\n";

#[test]
fn tables_of_one_schema_follow_each_other() {
    assert_eq!(
        rows(TWO),
        [
            "result=_result table=0 _time=2023-11-14T22:13:20Z _value=1.5 host=a",
            "result=_result table=1 _time=2023-11-14T22:13:21Z _value=2.5 host=b",
        ]
    );
}

#[test]
fn the_schema_may_change() {
    let other = "#datatype,string,long,string\r\n#group,false,false,true\r\n#default,other,,\r\n,result,table,x\r\n,,0,y\r\n";
    let expected = "result=other table=0 x=y";
    // with the empty line that servers write, with more of them, and without
    for between in ["\r\n", "\r\n\r\n\n", ""] {
        assert_eq!(rows(&format!("{TWO}{between}{other}\r\n"))[2..], [expected]);
    }
}

#[test]
fn columns_have_types_groups_and_defaults_and_equal_headers_are_one() -> Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
        let (client, _) = Canned::whole(format!("{TWO}\r\n{TWO}")).client()?;
        let mut cursor = client.query("x").cursor().await?;
        let first = std::sync::Arc::clone(cursor.next().await?.unwrap().header());
        let columns: Vec<_> = first.columns.iter().map(|c| (c.data_type, c.group, &*c.default)).collect();
        assert_eq!(
            columns,
            [
                (DataType::String, false, "_result"),
                (DataType::Long, false, ""),
                (DataType::Time, false, ""),
                (DataType::Double, false, ""),
                (DataType::String, true, ""),
            ]
        );
        assert_eq!(first.group_key().map(|column| &*column.name).collect::<Vec<_>>(), ["host"]);
        let mut numbers = Vec::new();
        while let Some(row) = cursor.next().await? {
            assert!(std::sync::Arc::ptr_eq(&first, row.header()));
            numbers.push(row.number());
        }
        assert_eq!(numbers, [2, 3, 4]);
        Ok(())
    })
}

#[test]
fn annotations_come_in_any_order_and_number() {
    for annotations in [
        "#default,d,\n#datatype,string,long\n#group,true,false\n",
        "#group,true,false\n#default,d,\n",
        "#default,d,\n",
        // those that nobody knows mean nothing
        "#null,x,y\n#default,d,\n#comment\n",
    ] {
        assert_eq!(rows(&format!("{annotations},a,b\n,,1\n,x,\n")), ["a=d b=1", "a=x b=-"], "{annotations}");
    }
}

#[test]
fn without_annotations_values_have_no_type() {
    let untyped = ",result,table,_value\r\n,r,0,1.5\r\n,r,0,\r\n";
    assert_eq!(rows(untyped), ["result=r table=0 _value=1.5", "result=r table=0 _value=-"]);
    // an empty line is all that ends a block then
    assert_eq!(rows(&format!("{untyped}\r\n,result,x\r\n,s,y\r\n"))[2..], ["result=s x=y"]);
}

#[test]
fn without_a_column_of_annotations_all_columns_are_values() {
    assert_eq!(
        rows("result,table,_value\nr,0,1.5\n,,\n"),
        ["result=r table=0 _value=1.5", "result=- table=- _value=-"]
    );
    assert_eq!(rows("a,b\n#1,2\n\nc,d\n3,4\n"), ["a=#1 b=2", "c=3 d=4"]);
    assert_eq!(rows("a\n1\n2\n"), ["a=1", "a=2"]);
}

#[test]
fn an_empty_table_has_no_rows() {
    let empty = "#datatype,string,long,string\r\n#group,false,false,true\r\n#default,_result,0,a\r\n,result,table,host\r\n";
    assert_eq!(rows(empty), [""; 0]);
    assert_eq!(rows(&format!("{empty}\r\n{empty}\r\n{TWO}")).len(), 2);
    assert_eq!(rows(&format!("{TWO}\r\n{empty}")).len(), 2);
    assert_eq!(rows("result,table\n"), [""; 0]);
}

#[test]
fn an_answer_of_nothing_has_no_rows() {
    for body in ["", "\r\n", "\r\n\r\n", "\n", "\r"] {
        assert_eq!(rows(body), [""; 0], "{body:?}");
    }
}

#[test]
fn names_may_stand_twice() {
    assert_eq!(rows(",a,a,b\n,1,2,3\n"), ["a=1 a=2 b=3"]);
}

#[test]
fn quotes_hold_delimiters_newlines_and_quotes() {
    let body = ",\"a,1\",\"b\"\"q\"\n,\"x,y\",\"say \"\"hi\"\"\"\n,\"two\nlines\",\"\"\n,\"\n\",z\"z\n";
    assert_eq!(rows(body), ["a,1=x,y b\"q=say \"hi\"", "a,1=two\nlines b\"q=-", "a,1=\n b\"q=z\"z"]);
}

/// Servers write a newline in a value as they end lines.
#[test]
fn a_newline_in_quotes_has_no_carriage_return() {
    assert_eq!(rows(",a,b\r\n,\"x\r\ny\",\"\r\n\"\r\n"), ["a=x\ny b=\n"]);
    assert_eq!(rows(",a,b\r\n,\"x\r\",\"\ny\"\r\n"), ["a=x\r b=\ny"]);
}

#[test]
fn the_last_newline_may_be_missing() {
    for body in [",a,b\n,1,2", ",a,b\r\n,1,2\r", ",a,b\n,\"1\",\"2\"", ",a,b\n,1,2\n\n"] {
        assert_eq!(rows(body), ["a=1 b=2"], "{body:?}");
    }
    assert_eq!(rows(",a,b\n,1,"), ["a=1 b=-"]);
    assert_eq!(rows(",a,b\n,\"\",\"\""), ["a=- b=-"]);
}

#[test]
fn a_byte_order_mark_is_no_text() {
    assert_eq!(rows(&format!("\u{feff}{TWO}")).len(), 2);
    assert_eq!(rows("\u{feff}a,b\n1,2\n\u{feff}3,4\n"), ["a=1 b=2", "a=\u{feff}3 b=4"]);
    assert_eq!(rows(",a,b\n\n\u{feff}a,\"b\"\n1,2\n"), ["\u{feff}a=1 b=2"]);
}

#[test]
fn times_numbers_and_truths_are_read_exactly() {
    #[derive(FromRow)]
    struct All {
        #[time]
        time: Nanos,
        #[field]
        double: f64,
        #[field]
        long: i64,
        #[field]
        unsigned: u64,
        #[field]
        boolean: bool,
        #[field]
        none: Option<f64>,
    }
    let body = "#datatype,double,dateTime:RFC3339Nano,long,unsignedLong,boolean,double\n\
        #default,,,-9223372036854775808,,,\n\
        ,double,_time,long,unsigned,boolean,none\n\
        ,0.30000000000000004,2023-11-14T22:13:20.123456789Z,,18446744073709551615,true,\n";
    let all: Vec<All> = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(async {
            Canned::cut(body.as_bytes(), 1).client()?.0.query("x").rows().await?.collect().await
        })
        .unwrap();
    let [all] = &all[..] else { panic!("{}", all.len()) };
    assert_eq!(all.time, Nanos(1_700_000_000_123_456_789));
    assert_eq!((all.double, all.long, all.unsigned), (0.1 + 0.2, i64::MIN, u64::MAX));
    assert_eq!((all.boolean, all.none), (true, None));
}

#[tokio::test]
async fn durations_bytes_and_what_is_no_number_are_values() -> Result<()> {
    let body = "#datatype,duration,duration,base64Binary,double,double,double,dateTime,tag\n\
        ,a,b,c,d,e,f,g,h\n,1h30m,-5000000000,aGk=,+Inf,-Inf,NaN,1970-01-01T00:00:00.000000001Z,x\n";
    let records = Canned::cut(body.as_bytes(), 1).client()?.0.query("x").records().await?.collect().await?;
    let record = &records[0];
    assert_eq!(record["a"], Value::Duration(5_400_000_000_000));
    assert_eq!(record["b"], Value::Duration(-5_000_000_000));
    assert_eq!(record["c"], Value::Binary(b"hi".to_vec()));
    assert_eq!(record["d"], Value::Double(f64::INFINITY));
    assert_eq!(record["e"], Value::Double(f64::NEG_INFINITY));
    assert!(record["f"].as_f64().is_some_and(f64::is_nan));
    assert_eq!(record["g"], Value::Time(Epoch::from_parts(0, 1)));
    assert_eq!(record["h"], Value::from("x"));
    Ok(())
}

#[test]
fn what_is_written_is_read() {
    for seed in 0..500 {
        let mut source = Seeded::new(seed);
        let tables = Tables::generate(&mut source);
        let pieces: Vec<_> = (0..=source.below(4)).map(|_| source.below(60)).collect();
        for pieces in [&[][..], &[1], &pieces] {
            if let Err(why) = tables.check(pieces) {
                panic!("seed {seed}, pieces of {pieces:?}: {why}");
            }
        }
    }
}

#[test]
fn any_bytes_are_read_alike_in_any_pieces() {
    const WORDS: [&[u8]; 16] = [
        b"#datatype,",
        b"#",
        b",",
        b",",
        b",",
        b"\"",
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
        b"a",
        b"string,long",
        b"error,reference",
        b"\xef\xbb\xbf",
        b"\xff",
        b"{<",
    ];
    for seed in 0..1_000 {
        let mut source = Seeded::new(seed);
        let bytes: Vec<u8> =
            (0..source.below(60)).flat_map(|_| source.pick(&WORDS).iter().copied()).collect();
        let pieces: Vec<_> = (0..=source.below(4)).map(|_| source.below(30)).collect();
        check_bytes(&bytes, &pieces).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    }
}
