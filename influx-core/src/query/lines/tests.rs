use super::*;
use crate::query::decode::Decoder;
use crate::query::decode::tests::in_all_pieces;

/// Rows, and how they ended, of an answer in all pieces.
fn read(json: &str) -> (Vec<String>, String) {
    in_all_pieces(|| Decoder::Lines(Box::default()), json.as_bytes())
}

#[test]
fn every_line_is_a_row_with_the_types_of_its_values() {
    let json = concat!(
        r#"{"iox::measurement":"cpu","time":"2023-11-14T22:13:20.123456789","host":"a","i":9223372036854775807,"u":18446744073709551615,"f":1.0,"b":true}"#,
        "\n",
        r#"{"iox::measurement":"cpu","time":"2023-11-14T22:13:21","host":"ü\"\n","i":-1,"u":2,"f":1e-7,"b":false}"#,
        "\n"
    );
    let (rows, end) = read(json);
    assert_eq!(end, "end");
    assert_eq!(
        rows,
        [
            "iox::measurement:string=cpu time:dateTime:RFC3339=2023-11-14T22:13:20.123456789 host:string=a \
             i:long=9223372036854775807 u:unsignedLong=18446744073709551615 f:double=1.0 b:boolean=true",
            "iox::measurement:string=cpu time:dateTime:RFC3339=2023-11-14T22:13:21 host:string=ü\"\n i:long=-1 \
             u:long=2 f:double=1e-7 b:boolean=false",
        ]
    );
}

#[test]
fn a_key_that_is_missing_is_null_and_a_new_one_makes_a_new_header() {
    let json = r#"{"a":1,"c":3}
{"a":1,"b":2,"c":3}
{"c":3}
{}
{"a":1,"b":null,"c":3,"d":4}
{"b":2}"#;
    assert_eq!(
        read(json).0,
        [
            "a:long=1 c:long=3",
            "a:long=1 b:long=2 c:long=3",
            "a=- b=- c:long=3",
            "a=- b=- c=-",
            "a:long=1 b=- c:long=3 d:long=4",
            "a=- b:long=2 c=- d=-",
        ]
    );
}

#[test]
fn keys_in_another_order_and_keys_that_stand_twice_keep_their_values() {
    let json = r#"{"a":1,"b":2,"c":3}
{"c":3,"a":1,"b":2}
{"c":3,"b":2}
{"x":1,"x":2}
{"x":1,"x":2}"#;
    assert_eq!(
        read(json).0,
        [
            "a:long=1 b:long=2 c:long=3",
            "c:long=3 a:long=1 b:long=2",
            "c:long=3 a=- b:long=2",
            "x:long=1 x:long=2 c=- a=- b=-",
            "x:long=1 x:long=2 c=- a=- b=-",
        ]
    );
}

#[test]
fn rows_with_the_same_columns_share_one_header() {
    let json = b"{\"a\":1,\"b\":2}\n{\"b\":2}\n{\"a\":1}\n{\"a\":1,\"z\":2}\n";
    let mut decoder = Lines::default();
    let mut headers = Vec::new();
    let mut rest = &json[..];
    while let (used, Step::Row) = decoder.step(rest, true).unwrap() {
        headers.push(Arc::clone(decoder.row().header()));
        rest = &rest[used..];
    }
    assert!(Arc::ptr_eq(&headers[0], &headers[1]) && Arc::ptr_eq(&headers[0], &headers[2]));
    assert!(!Arc::ptr_eq(&headers[0], &headers[3]));
    assert_eq!(headers[3].columns.len(), 3);
}

#[test]
fn only_what_looks_like_a_time_in_the_column_of_times_is_one() {
    for (json, row) in [
        (r#"{"time":"2023-11-14T22:13:20Z"}"#, "time:dateTime:RFC3339=2023-11-14T22:13:20Z"),
        (r#"{"time":"2023-11-14T22:13:20.5+01:00"}"#, "time:dateTime:RFC3339=2023-11-14T22:13:20.5+01:00"),
        (r#"{"time":"2023-11-14T22:13:20."}"#, "time:string=2023-11-14T22:13:20."),
        (r#"{"time":"2023-11-14"}"#, "time:string=2023-11-14"),
        (r#"{"time":"noon"}"#, "time:string=noon"),
        (r#"{"time":1}"#, "time:long=1"),
        (r#"{"at":"2023-11-14T22:13:20"}"#, "at:string=2023-11-14T22:13:20"),
    ] {
        assert_eq!(read(json).0, [row]);
    }
}

#[test]
fn lists_and_objects_are_json_as_they_are_written() {
    let json = r#"{"l":[1, 2.50, "a\u00e9\\", null],"s":{ "a" : { "b" : [] } },"e":{},"t":"\u00e9\ud83d\ude00\/\b\f\t"}"#;
    assert_eq!(
        read(json).0,
        [r#"l:json=[1,2.50,"a\u00e9\\",null] s:json={"a":{"b":[]}} e:json={} t:string=é😀/"#.to_owned()
            + "\u{8}\u{c}\t"]
    );
}

#[test]
fn nothing_is_no_rows() {
    for empty in ["", "\n", " \r\n\t "] {
        assert_eq!(read(empty), (vec![], "end".to_owned()), "{empty:?}");
    }
}

#[test]
fn what_is_no_line_of_json_is_an_error_behind_the_rows_before_it() {
    for (line, why) in [
        ("[1]", "no object"),
        ("1", "no object"),
        ("null", "no object"),
        ("\"x\"", "no object"),
        ("{\"a\":1", "ends in the middle"),
        ("{\"a\":", "ends in the middle"),
        ("{\"a", "ends in the middle"),
        ("{\"a\":1}}", "no JSON"),
        ("{\"a\" 1}", "no JSON"),
        ("{\"a\":1,}", "no JSON"),
        ("{,}", "no JSON"),
        ("{a:1}", "no JSON"),
        ("{\"a\":01}", "\"01\" is no value"),
        ("{\"a\":1.}", "\"1.\" is no value"),
        ("{\"a\":.5}", "\".5\" is no value"),
        ("{\"a\":1e}", "\"1e\" is no value"),
        ("{\"a\":+1}", "\"+1\" is no value"),
        ("{\"a\":NaN}", "\"NaN\" is no value"),
        ("{\"a\":True}", "\"True\" is no value"),
        ("{\"a\":\"\n\"}", "control character"),
        ("{\"a\":\"\\x\"}", "backslash"),
        ("{\"a\":\"\\u12g4\"}", "four digits"),
        ("{\"a\":\"\\udc00\"}", "half a character"),
        ("{\"a\":\"\\ud800x\"}", "half a character"),
        ("{\"a\":\"\\ud800\\n\"}", "half a character"),
        ("{\"a\":\"\\ud800\\ud800\"}", "half a character"),
        ("{\"a\":\"\\ud800\"}", "half a character"),
        ("internal server error", "no value"),
    ] {
        let (rows, end) = read(&format!("{{\"a\":0}}\n{line}"));
        let expected = 1 + usize::from(line.ends_with("}}"));
        assert!(end.starts_with("row: ") && end.contains(why), "{line}: {end}");
        assert_eq!(rows.len(), expected, "{line}");
    }
}

#[test]
fn columns_without_end_are_refused() {
    let line: String = (0..=WIDEST).map(|i| format!("\"c{i}\":0,")).collect();
    let (rows, end) = crate::query::decode::tests::decode(
        Decoder::Lines(Box::default()),
        format!("{{{line}\"x\":1}}").as_bytes(),
        1 << 20,
    );
    assert!(rows.is_empty() && end.contains("columns"), "{end}");
}
