//! One test per rule of the format, named after it.

use ReadErrorKind as Kind;

use super::*;

fn ok(line: &str) -> ParsedLine<'_> {
    parse(line).unwrap_or_else(|error| panic!("{line:?}: {error}"))
}

fn error(line: &str) -> (Kind, usize) {
    let error = parse(line).expect_err(line);
    (error.kind(), error.offset())
}

fn value(text: &str) -> Result<Value<'static>, Kind> {
    match parse(&format!("m v={text}")) {
        Ok(line) => Ok(match line.fields[0].1.clone() {
            Value::String(string) => Value::String(string.into_owned().into()),
            Value::Float(float) => Value::Float(float),
            Value::Integer(integer) => Value::Integer(integer),
            Value::Unsigned(unsigned) => Value::Unsigned(unsigned),
            Value::Boolean(boolean) => Value::Boolean(boolean),
        }),
        Err(error) => Err(error.kind()),
    }
}

fn tags<'a>(line: &'a ParsedLine<'_>) -> Vec<(&'a str, &'a str)> {
    line.tags.iter().map(|(key, value)| (&**key, &**value)).collect()
}

fn keys<'a>(line: &'a ParsedLine<'_>) -> Vec<&'a str> {
    line.fields.iter().map(|(key, _)| &**key).collect()
}

// === Lines ===

#[test]
fn blank_lines_and_comments_are_skipped_but_counted() {
    let text = "\n# a\n \t\n  m v=1\n\nn v=2";
    let lines: Vec<_> = lines(text).collect();
    assert_eq!(
        lines,
        [RawLine { number: 4, start: 10, text: "m v=1" }, RawLine { number: 6, start: 17, text: "n v=2" },]
    );
}

#[test]
fn a_newline_in_a_string_ends_no_line_but_counts() {
    let text = "m v=\"a\n\nb\",w=\"c\n\" 1\nn v=2\n";
    let lines: Vec<_> = lines(text).map(|line| (line.number, line.text)).collect();
    assert_eq!(lines, [(1, "m v=\"a\n\nb\",w=\"c\n\" 1"), (5, "n v=2")]);
}

#[test]
fn a_quote_outside_of_a_field_value_hides_no_newline() {
    for line in
        ["\"m v=1", "m,a=\" v=1", "m,\"=a v=1", "m \"=1", "m v=\"a\\\"b\"", "m v=\"\\\\\"", "m v=1,\"=2"]
    {
        assert_eq!(
            lines(&format!("{line}\nn v=2\n")).map(|line| line.text).collect::<Vec<_>>(),
            [line, "n v=2"]
        );
    }
}

#[test]
fn a_comment_ends_with_its_line_whatever_it_holds() {
    let text = "# say = \"hi\nm v=1\n#\\\nn v=2";
    assert_eq!(lines(text).map(|line| line.text).collect::<Vec<_>>(), ["m v=1", "n v=2"]);
}

#[test]
fn a_backslash_before_a_newline_ends_no_line() {
    let text = "m,a=b\\\nc v=1\nn v=2";
    let read: Vec<_> = lines(text).map(|line| line.text).collect();
    assert_eq!(read, ["m,a=b\\\nc v=1", "n v=2"]);
    assert_eq!(tags(&ok(read[0])), [("a", "b\\\nc")]);
}

#[test]
fn a_line_given_to_parse_is_one_line() {
    assert_eq!(error("m\nn v=1"), (Kind::Newline, 1));
    assert_eq!(error("m,a=b\nc v=1"), (Kind::Newline, 5));
    assert_eq!(error("m,a\n=b v=1"), (Kind::Newline, 3));
    assert_eq!(error("m a\n=1"), (Kind::Newline, 3));
    assert_eq!(error("m v=1\nn v=2"), (Kind::InvalidNumber, 5));
    assert_eq!(error("m v=1 1\nn v=2"), (Kind::BadTimestamp, 7));
}

// === Measurement and tags ===

#[test]
fn a_line_has_a_measurement() {
    for line in ["", " ", ",a=b v=1", "# v=1"] {
        assert_eq!(error(line).0, Kind::MissingMeasurement, "{line:?}");
    }
    assert_eq!(error("m"), (Kind::MissingFields, 1));
    assert_eq!(error("m,a=b"), (Kind::MissingFields, 5));
}

#[test]
fn in_a_measurement_a_backslash_escapes_comma_and_space_only() {
    let names = [(r"a\,b", "a,b"), (r"a\ b", "a b"), (r"a\=b", r"a\=b"), ("a=b", "a=b"), (r"\#a", r"\#a")];
    for (written, name) in names {
        assert_eq!(ok(&format!("{written},t=u v=1")).measurement, name);
    }
    assert!(matches!(ok("plain v=1").measurement, Cow::Borrowed("plain")));
}

#[test]
fn in_a_tag_a_backslash_escapes_comma_space_and_equals_only() {
    assert_eq!(tags(&ok(r"m,a\,b\ c\=d=e\,f\ g\=h v=1")), [("a,b c=d", "e,f g=h")]);
    assert_eq!(tags(&ok(r#"m,a\b=C:\dir\" v=1"#)), [(r"a\b", r#"C:\dir\""#)]);
}

#[test]
fn in_a_tag_a_backslash_escapes_no_backslash() {
    assert_eq!(tags(&ok(r"m,a=x\\y v=1")), [("a", r"x\\y")]);
    assert_eq!(tags(&ok(r"m,a=two\\ words v=1")), [("a", r"two\ words")]);
    assert_eq!(tags(&ok(r"m,a=two\\\ words v=1")), [("a", r"two\\ words")]);
}

#[test]
fn a_tag_value_ends_with_no_backslash() {
    assert_eq!(error(r"m,a=b\ v=1"), (Kind::InvalidTag, 8));
    assert_eq!(error(r"m,a=b\\ v=1"), (Kind::InvalidTag, 9));
}

#[test]
fn a_tag_has_a_key_and_a_value() {
    for line in ["m, v=1", "m,=b v=1", "m,,a=b v=1", "m,a=b, v=1", "m,"] {
        assert_eq!(error(line).0, Kind::MissingTagKey, "{line:?}");
    }
    for line in ["m,a v=1", "m,a", "m,a= v=1", "m,a=", "m,a=,b=c v=1", "m,a,b=c v=1"] {
        assert_eq!(error(line).0, Kind::MissingTagValue, "{line:?}");
    }
}

#[test]
fn an_equals_sign_stands_in_a_tag_value_escaped_or_first() {
    assert_eq!(error("m,a=b=c v=1"), (Kind::InvalidTag, 5));
    assert_eq!(tags(&ok("m,a==b,c== v=1")), [("a", "=b"), ("c", "=")]);
}

#[test]
fn quotes_in_names_are_ordinary() {
    let line = ok(r#""m","a"="b" "v"=1"#);
    assert_eq!(
        (&*line.measurement, tags(&line), keys(&line)),
        ("\"m\"", vec![("\"a\"", "\"b\"")], vec!["\"v\""])
    );
}

#[test]
fn a_tag_key_stands_once() {
    assert_eq!(error("m,a=1,b=2,a=3 v=1"), (Kind::DuplicateTag, 10));
    let many: String = (0..100).rev().map(|at| format!(",k{at}=x")).collect();
    assert_eq!(ok(&format!("m{many} v=1")).tags.len(), 100);
    assert_eq!(error(&format!("m{many},k50=y v=1")), (Kind::DuplicateTag, 2 + many.len()));
}

#[test]
fn the_series_length_counts_escapes_but_no_space_before() {
    assert_eq!(ok(r"  a\ b,c=\,d  v=1").series_len, r"a\ b,c=\,d".len());
    assert_eq!(ok("m v=1").series_len, 1);
}

// === Fields ===

#[test]
fn a_field_has_a_key_and_a_value() {
    for line in ["m =1", "m v=1,=2", "m  =1"] {
        assert_eq!(error(line).0, Kind::MissingFieldKey, "{line:?}");
    }
    for line in ["m v=", "m v= ", "m v=,w=1", "m v=1,w="] {
        assert_eq!(error(line).0, Kind::MissingFieldValue, "{line:?}");
    }
    for line in ["m ", "m v", "m v w=1", "m v=1,", "m v=1, w=2", "m v=1,,w=2", "m a,b=1"] {
        assert_eq!(error(line).0, Kind::InvalidField, "{line:?}");
    }
}

#[test]
fn in_a_field_key_a_backslash_escapes_comma_space_and_equals() {
    assert_eq!(keys(&ok(r"m a\,b\ c\=d=1,\a=2,e\\f=3,\ =4")), ["a,b c=d", r"\a", r"e\\f", " "]);
    assert_eq!(error(r"m a\\=1"), (Kind::TrailingBackslash, 5));
    assert_eq!(error(r"m a\"), (Kind::InvalidField, 4));
}

#[test]
fn a_field_key_may_stand_twice() {
    assert_eq!(keys(&ok("m v=1,v=2")), ["v", "v"]);
}

#[test]
fn booleans_have_ten_forms() {
    for (text, expected) in [("t", true), ("T", true), ("true", true), ("True", true), ("TRUE", true)] {
        assert_eq!(value(text), Ok(Value::Boolean(expected)));
    }
    for (text, expected) in [("f", false), ("F", false), ("false", false), ("False", false), ("FALSE", false)]
    {
        assert_eq!(value(text), Ok(Value::Boolean(expected)));
    }
    for text in ["tRUE", "yes", "falsee", "tr", "inf", "Inf", "+1", "'a'", "é"] {
        assert_eq!(value(text), Err(Kind::InvalidBoolean), "{text}");
    }
}

#[test]
fn floats_need_one_digit_and_may_have_an_exponent() {
    let floats = [("1", 1.0), ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("-.5", -0.5), ("007", 7.0)];
    let exponents = [("1e3", 1e3), ("1.5E-3", 1.5e-3), ("1.e+5", 1e5), ("-2e-400", -0.0)];
    for (text, float) in floats.into_iter().chain(exponents) {
        assert_eq!(value(text), Ok(Value::Float(float)), "{text}");
    }
    for text in
        ["-", ".", "-.", "1.1.1", "--1", "1-5", "NaN", "nan", "-inf", "1e5i", "1.0i", "1x", "1\r", "1\t"]
    {
        assert_eq!(value(text), Err(Kind::InvalidNumber), "{text}");
    }
}

#[test]
fn floats_are_finite() {
    let digits = "9".repeat(308);
    assert_eq!(value(&format!("{digits}.0")), Ok(Value::Float(1e308)));
    for text in ["1e400", "-1e400", "1e", "1e-", &format!("{digits}9")] {
        assert_eq!(value(text), Err(Kind::InvalidFloat), "{text}");
    }
}

#[test]
fn integers_fit_64_bits() {
    assert_eq!(value("1i"), Ok(Value::Integer(1)));
    assert_eq!(value("-0009223372036854775808i"), Ok(Value::Integer(i64::MIN)));
    assert_eq!(value("9223372036854775807i"), Ok(Value::Integer(i64::MAX)));
    assert_eq!(value("9223372036854775808i"), Err(Kind::IntegerRange));
    assert_eq!(value("18446744073709551615u"), Ok(Value::Unsigned(u64::MAX)));
    assert_eq!(value("18446744073709551616u"), Err(Kind::UnsignedRange));
    for text in ["-1u", "-i", "1ii", "1i0", "1iu", "0x1i"] {
        assert_eq!(value(text), Err(Kind::InvalidNumber), "{text}");
    }
}

#[test]
fn in_a_string_a_backslash_escapes_quote_and_backslash_only() {
    for (text, string) in [
        (r#""""#, ""),
        (r#""a,b=c d""#, "a,b=c d"),
        (r#""\"\\""#, r#""\"#),
        (r#""\n\t\,é\é""#, r"\n\t\,é\é"),
        ("\"a\nb\r\0\"", "a\nb\r\0"),
    ] {
        assert_eq!(value(text), Ok(Value::String(string.into())), "{text}");
    }
    assert_eq!(error(r#"m v="a\""#), (Kind::UnbalancedQuotes, 4));
    assert_eq!(error(r#"m v="a\"#), (Kind::UnbalancedQuotes, 4));
    assert_eq!(error(r#"m v="a"b,w=1"#), (Kind::InvalidField, 7));
}

// === Timestamp and spaces ===

#[test]
fn a_timestamp_is_an_integer_but_for_the_edges_of_64_bits() {
    assert_eq!(ok("m v=1").timestamp, None);
    for ticks in [0, -1, 9_223_372_036_854_775_806, -9_223_372_036_854_775_806] {
        assert_eq!(ok(&format!("m v=1 {ticks}")).timestamp, Some(ticks));
    }
    assert_eq!(ok("m v=1 -007").timestamp, Some(-7));
    for text in
        ["9223372036854775807", "-9223372036854775807", "-9223372036854775808", "99999999999999999999"]
    {
        assert_eq!(error(&format!("m v=1 {text}")), (Kind::TimestampRange, 6));
    }
    for (text, offset) in
        [("-", 7), ("1.5", 7), ("1i", 7), ("a", 6), ("+1", 6), ("1\r", 7), ("1\t", 7), ("\"1\"", 6)]
    {
        assert_eq!(error(&format!("m v=1 {text}")), (Kind::BadTimestamp, offset), "{text}");
    }
    assert_eq!(error("m v=1 1 2"), (Kind::TrailingText, 8));
}

#[test]
fn spaces_separate_and_may_stand_at_both_ends() {
    let line = ok(" \t\0m,a=b   v=1   2   ");
    assert_eq!((&*line.measurement, tags(&line), line.timestamp), ("m", vec![("a", "b")], Some(2)));
    assert_eq!(ok("m v=1  ").timestamp, None);
    assert_eq!(error("m\tv=1"), (Kind::MissingFields, 5));
}

// === Robustness ===

#[test]
fn any_text_is_read_without_panic_and_without_gap() {
    const PIECES: [&str; 24] = [
        "m",
        "cpu,host=a",
        " ",
        " ",
        ",",
        ",",
        "=",
        "=",
        "\\",
        "\\",
        "\"",
        "\"",
        "\n",
        "\n",
        "\t",
        "#",
        "1",
        "1i",
        "-",
        "e9",
        "true",
        " v=\"x",
        "é\u{1F600}",
        "\0",
    ];
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let (mut good, mut bad) = (0, 0);
    for _ in 0..50_000 {
        let text: String = (0..random(40)).map(|_| PIECES[random(PIECES.len())]).collect();
        let mut end = 0;
        for line in lines(&text) {
            assert_eq!(&text[line.start..line.start + line.text.len()], line.text);
            assert_eq!(line.number, 1 + text[..line.start].matches('\n').count(), "{text:?}");
            assert_skippable(&text[end..line.start]);
            end = line.start + line.text.len();
            match parse(line.text) {
                Ok(_) => good += 1,
                Err(error) => {
                    assert!(error.offset() <= line.text.len(), "{:?}: {error}", line.text);
                    bad += 1;
                }
            }
        }
        assert_skippable(&text[end..]);
    }
    assert!(good > 100 && bad > 100, "{good} good and {bad} bad lines test little");
}

fn assert_skippable(text: &str) {
    for line in text.split('\n') {
        let line = line.trim_start_matches([' ', '\t', '\0']);
        assert!(line.is_empty() || line.starts_with('#'), "{line:?} is passed over");
    }
}
