//! What the parser reads, and how it refuses the rest.

use super::node::{Comparison, Expr, Node, Span, Value};
use super::parse::script;
use super::scan::{Token, tokens};
use crate::testing::time;

const GOOD: &str = r#"
// all that there is
bucket = "b"
option params = {tags: ["_start", "_stop"], from: 2024-01-31T00:00:00Z, back: -1h30m}
data = from(bucket: bucket) |> range(start: params.from, stop: now())
data
    |> filter(fn: (r) => r._measurement == "m" and (r["tag k"] != "\"\n" or not exists r.x) and r._value >= -1.5)
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
    |> limit(n: 10,)
    |> drop(columns: params.tags)
    |> yield(name: "späť")
"#;

/// The words in which a script is refused.
fn refused(text: &str) -> String {
    script(text).unwrap_err().located(text)
}

#[test]
fn a_script_is_read_whole() {
    let script = script(GOOD).unwrap();
    let names: Vec<_> = script.names.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names, script.queries.len()), (vec!["bucket", "params", "data"], 1));
}

#[test]
fn no_piece_of_a_script_is_too_much_for_the_parser() {
    for (at, _) in GOOD.char_indices() {
        let _ = script(&GOOD[..at]).map_err(|failure| failure.located(&GOOD[..at]));
        let _ = script(&GOOD[at..]).map_err(|failure| failure.located(&GOOD[at..]));
        for piece in ["(", "\"", "|>", "é", "${", "1e", "//", "{a:"] {
            let text = format!("{}{piece}{}", &GOOD[..at], &GOOD[at..]);
            let _ = script(&text).map_err(|failure| failure.located(&text));
        }
    }
}

#[test]
fn deep_and_long_scripts_end() {
    for (piece, count) in [("(", 10_000), ("-", 10_000), ("not ", 10_000), ("[", 10_000), ("(r) => ", 10_000)]
    {
        assert!(refused(&piece.repeat(count)).contains("nested too deeply"), "{piece}");
    }
    assert!(refused(&format!("a{}", " |> b()".repeat(10_000))).contains("nested too deeply"));
    assert!(refused(&format!("a{}", ".b".repeat(10_000))).contains("nested too deeply"));
    assert!(script(&format!("a{}", " and a".repeat(100_000))).is_ok(), "long, but not deep");
}

#[test]
fn what_is_not_known_is_named_with_its_place() {
    for (text, error) in [
        ("import \"math\"", "error @1:1: the embedded server does not know import"),
        ("from(bucket: \"a\" + \"b\")", "error @1:18: the embedded server does not know the operator +"),
        ("\n  x =~ /a/", "error @2:5: the embedded server does not know the operator =~"),
        ("from(bucket \"b\")", "error @1:13: unexpected value, where : should be"),
        ("from(bucket: \"b\"", "error @1:17: unexpected end, where ) should be"),
        ("é = \"a\" b(c: )", "error @1:14: unexpected \")\""),
        ("a(b: \"${c}\")", "error @1:6: the embedded server does not put values into strings"),
        ("a(b: \"c", "error @1:6: a string without an end"),
        ("a(b: \"\\q\")", "error @1:6: a string with an unknown escape"),
        ("a(b: 1x)", "error @1:6: an invalid duration"),
        ("a(b: 2024-02-30)", "error @1:6: an invalid time"),
        ("a(b: 99999999999999999999)", "error @1:6: an integer that is too large"),
        ("a(b: 1, b: 2)", "error @1:9: b stands twice"),
        ("a[1]", "error @1:3: unexpected value, where a column's name should be"),
    ] {
        assert_eq!(refused(text), error, "{text}");
    }
}

#[test]
fn literals() {
    let hour = 3_600 * time::SECOND;
    for (text, token) in [
        ("1h30m", Token::Span(Span { months: 0, nanos: hour + hour / 2 })),
        ("1y2mo", Token::Span(Span { months: 14, nanos: 0 })),
        ("5µs", Token::Span(Span { months: 0, nanos: 5_000 })),
        ("1970-01-01", Token::Time(0)),
        ("1970-01-01T01:00:00+01:00", Token::Time(0)),
        ("1970-01-01T00:00:00.5Z", Token::Time(time::SECOND / 2)),
        ("2024", Token::Integer(2024)),
        ("1.50", Token::Float(1.5)),
        (r#""a\t\\\"\$""#, Token::Text("a\t\\\"$".to_owned())),
        ("r_1", Token::Name("r_1")),
    ] {
        let read: Vec<_> = tokens(text).into_iter().map(|(_, token)| token).collect();
        assert_eq!(read, [token], "{text}");
    }
}

#[test]
fn or_binds_less_than_and_and_that_less_than_comparisons() {
    let name = |name: &str, at| Node { at: Some(at), expr: Expr::Name(name.to_owned()) };
    let query = script("a or b and c == 1").unwrap().queries.remove(0);
    let one = Node { at: Some(16), expr: Expr::Value(Value::Integer(1)) };
    let compared = Expr::Compare(Comparison::Equal, name("c", 11).into(), one.into());
    let and = Expr::All(vec![name("b", 5), Node { at: Some(11), expr: compared }]);
    assert_eq!(query.expr, Expr::Any(vec![name("a", 0), Node { at: Some(5), expr: and }]));
}
