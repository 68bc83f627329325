//! Values that come beside the script: parameters, and names in a syntax tree.

use serde_json::{Value, json};

use super::{ask, server};

const SCRIPT: &str = "from(bucket: params.bucket) |> range(start: time(v: params.from), stop: params.to)
    |> filter(fn: (r) => r._value == params.value and r.host == params.host) |> keep(columns: [\"host\"])";

#[test]
fn parameters_stand_in_the_place_of_values() {
    let params =
        json!({ "bucket": "b", "from": "1970-01-01T00:00:00Z", "to": 10, "value": 1.5, "host": "a" });
    let (status, text) = ask(&server(), &json!({ "query": SCRIPT, "params": params }));
    assert_eq!((status, text.as_str()), (200, ",result,table,host\r\n,_result,0,a\r\n\r\n"));
    // what a parameter holds is never part of the script
    let mut params = params;
    params["host"] = "a\" or r.host != \"".into();
    assert_eq!(ask(&server(), &json!({ "query": SCRIPT, "params": params })), (200, "\r\n".to_owned()));
    let (status, text) = ask(&server(), &json!({ "query": SCRIPT, "params": { "bucket": "b" } }));
    assert_eq!((status, text.contains("params has no member from")), (400, true), "{text}");
}

/// An option as the official clients send it.
fn option(name: &str, value: Value) -> Value {
    let id = json!({ "type": "Identifier", "name": name });
    json!({ "type": "OptionStatement", "assignment": { "type": "VariableAssignment", "id": id, "init": value } })
}

fn file(body: &[Value]) -> Value {
    json!({ "type": "File", "package": null, "imports": null, "body": body })
}

#[test]
fn names_of_a_syntax_tree_stand_in_the_place_of_values() {
    let text = |text: &str| json!({ "type": "StringLiteral", "value": text });
    let day = json!({ "type": "DurationLiteral", "values": [{ "magnitude": 200, "unit": "y" }] });
    let options = [
        option("_bucket", text("b")),
        option("_start", json!({ "type": "UnaryExpression", "operator": "-", "argument": day })),
        option("_stop", json!({ "type": "DateTimeLiteral", "value": "1970-01-01T00:00:02Z" })),
        option("_min", json!({ "type": "FloatLiteral", "value": 1.0 })),
        option("_columns", json!({ "type": "ArrayExpression", "elements": [text("_value"), text("host")] })),
        option("_n", json!({ "type": "IntegerLiteral", "value": "1" })),
        option("_yes", json!({ "type": "BooleanLiteral", "value": true })),
    ];
    let script = "from(bucket: _bucket) |> range(start: _start, stop: _stop)
        |> filter(fn: (r) => r._field == \"f\" and r._value > _min and _yes)
        |> keep(columns: _columns) |> limit(n: _n)";
    let (status, answer) = ask(&server(), &json!({ "query": script, "extern": file(&options) }));
    let expected = ",result,table,_value,host\r\n,_result,0,1.5,a\r\n,_result,1,3,b\r\n\r\n";
    assert_eq!((status, answer.as_str()), (200, expected));
}

#[test]
fn a_record_of_a_syntax_tree_has_members() {
    let property = |name: &str, value: &str| {
        let key = json!({ "type": "Identifier", "name": name });
        json!({ "type": "Property", "key": key, "value": { "type": "StringLiteral", "value": value } })
    };
    let record =
        json!({ "type": "ObjectExpression", "properties": [property("bucket", "b"), property("host", "b")] });
    let script = "from(bucket: v.bucket) |> range(start: 0) |> filter(fn: (r) => r.host == v.host) |> keep(columns: [\"host\"])";
    let (status, answer) =
        ask(&server(), &json!({ "query": script, "extern": file(&[option("v", record)]) }));
    assert_eq!((status, answer.as_str()), (200, ",result,table,host\r\n,_result,0,b\r\n\r\n"));
}

#[test]
fn trees_that_are_not_known_are_refused() {
    let deep = (0..40).fold(
        json!({ "type": "BooleanLiteral", "value": true }),
        |inner, _| json!({ "type": "UnaryExpression", "operator": "-", "argument": inner }),
    );
    for (body, message) in [
        (
            file(&[json!({ "type": "ExpressionStatement" })]),
            "does not know a statement \\\"ExpressionStatement\\\"",
        ),
        (file(&[option("x", json!({ "type": "PipeExpression" }))]), "does not know \\\"PipeExpression\\\""),
        (
            file(&[option("x", json!({ "type": "IntegerLiteral", "value": "1x" }))]),
            "invalid IntegerLiteral 1x",
        ),
        (file(&[option("x", json!({ "type": "StringLiteral" }))]), "invalid StringLiteral"),
        (file(&[json!({ "type": "OptionStatement" })]), "a name is missing"),
        (file(&[option("x", deep)]), "nested too deeply"),
    ] {
        let (status, text) = ask(&server(), &json!({ "query": "buckets()", "extern": body }));
        assert_eq!(status, 400, "{text}");
        assert!(text.contains("failed to decode request body: extern: ") && text.contains(message), "{text}");
    }
}
