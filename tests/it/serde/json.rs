//! JSON records: what they become, and what is named in those that are refused.

use influx_core::serde::json::{self, Record};
use influx_core::{LineBuffer, Nanos, Point, Precision};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{line, refused};

#[test]
fn a_dictionary_is_the_same_line_as_a_point() {
    let value = json!({
        "measurement": "h2o, feet",
        "tags": { "location": "coyote creek", "gauge": 7, "dry": false, "none": null, "empty": "" },
        "fields": { "level": 0.1, "count": -3, "note": "say \"hi\"", "ok": true, "gone": null, "zero": 1.0 },
        "time": 1_566_086_400_000_000_123_i64,
    });
    let point = Point::new("h2o, feet")
        .tag("location", "coyote creek")
        .tag("gauge", 7)
        .tag("dry", false)
        .field("count", -3)
        .field("level", 0.1)
        .field("note", "say \"hi\"")
        .field("ok", true)
        .field("zero", 1.0)
        .time(Nanos(1_566_086_400_000_000_123));
    let expected = line(&point).unwrap();
    assert_eq!(line(&json::record(&value)).unwrap(), expected);
    assert_eq!(line(&Record::from(value.clone())).unwrap(), expected);
    assert_eq!(line(&serde_json::from_value::<Record<'static>>(value.clone()).unwrap()).unwrap(), expected);
    assert_eq!(line(&json::parse(&value.to_string()).unwrap()[0]).unwrap(), expected);
}

#[test]
fn times_and_types_are_as_stated() {
    let record = |rest: Value| {
        let mut value = json!({ "measurement": "m", "fields": { "v": 2 } });
        value.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        Record::from(value)
    };
    assert_eq!(
        line(&record(json!({ "time": 5 })).time_unit(Precision::Seconds)).unwrap(),
        "m v=2i 5000000000"
    );
    assert_eq!(line(&record(json!({ "time": "1970-01-01T00:00:01.5Z" }))).unwrap(), "m v=2i 1500000000");
    assert_eq!(line(&record(json!({ "time": null, "tags": null }))).unwrap(), "m v=2i");
    for (name, expected) in [("int", "m v=2i"), ("uint", "m v=2u"), ("float", "m v=2")] {
        assert_eq!(line(&record(json!({ "field_types": { "v": name, "w": "int" } }))).unwrap(), expected);
    }
    // no digit changes on the way: a reader that is not exact is one off here
    let exact = json::parse(r#"{"measurement": "m", "fields": {"v": 1.0715660391465826e308}}"#).unwrap();
    assert_eq!(line(&exact[0]).unwrap(), "m v=1.0715660391465826e+308");
}

#[test]
fn texts_hold_one_record_or_many() {
    let one = r#"{"measurement": "m", "fields": {"v": 1}}"#;
    for (text, records) in [
        (String::new(), 0),
        (" \n".to_owned(), 0),
        (one.to_owned(), 1),
        (format!("{one}\n{one}\n"), 2),
        (format!("[{one}, {one}]"), 2),
        (format!("[{one}]{one}"), 2),
    ] {
        let parsed = json::parse(&text).unwrap();
        assert_eq!(parsed.len(), records, "{text}");
        assert!(parsed.iter().all(|record| line(record).unwrap() == "m v=1i"));
    }
    for text in ["{", "[1", "{\"measurement\": }", "nul", &"[".repeat(100_000)] {
        assert!(json::parse(text).is_err(), "{text:.20}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let table = [
        (json!([]), None, "a record is a JSON object, this is a list"),
        (json!(null), None, "this is null"),
        (json!({}), Some("measurement"), "must be text, and is not there"),
        (json!({ "measurement": 1 }), Some("measurement"), "must be text, and is a number"),
        (json!({ "measurement": "m", "field": {} }), Some("field"), "unknown key \"field\""),
        (json!({ "measurement": "m" }), Some("fields"), "must be an object, and is not there"),
        (json!({ "measurement": "m", "fields": null }), Some("fields"), "is null"),
        (json!({ "measurement": "m", "fields": {} }), None, "no field has a value"),
        (json!({ "measurement": "m", "fields": { "v": null } }), None, "no field has a value"),
        (json!({ "measurement": "m", "tags": [], "fields": {} }), Some("tags"), "an object, and is a list"),
        (json!({ "measurement": "m", "tags": { "t": 1.5 }, "fields": {} }), Some("t"), "a float"),
        (json!({ "measurement": "m", "tags": { "t": {} }, "fields": {} }), Some("t"), "an object"),
        (json!({ "measurement": "m", "fields": { "v": [] } }), Some("v"), "this is a list"),
        (json!({ "measurement": "m", "fields": { "v": u64::MAX } }), Some("v"), "above the largest"),
        (json!({ "measurement": "m", "fields": { "time": 1 } }), Some("time"), "reserved"),
        (json!({ "measurement": "m", "fields": { "v": 1 }, "time": 1.5 }), Some("time"), "RFC 3339"),
        (json!({ "measurement": "m", "fields": { "v": 1 }, "time": "now" }), Some("time"), "RFC 3339"),
        (json!({ "measurement": "m", "fields": {}, "field_types": 1 }), Some("field_types"), "an object"),
        (
            json!({ "measurement": "m", "fields": { "v": 1 }, "field_types": { "v": "str" } }),
            Some("v"),
            "\"int\", \"uint\" or \"float\", not \"str\"",
        ),
        (
            json!({ "measurement": "m", "fields": { "v": "1" }, "field_types": { "v": "int" } }),
            Some("v"),
            "is no integer",
        ),
    ];
    for (value, key, part) in table {
        let (found, message) = refused(&json::record(&value));
        assert_eq!(found.as_deref(), key, "{value}: {message}");
        assert!(message.contains(part), "{value}: {message}");
    }
}

/// Any JSON, with the keys that records have among others.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("2023-11-14T22:13:20.5Z")),
        Just(json!("uint")),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        let key = prop_oneof![
            Just("measurement".to_owned()),
            Just("tags".to_owned()),
            Just("fields".to_owned()),
            Just("time".to_owned()),
            Just("field_types".to_owned()),
            ".{0,4}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A record whose parts are such as they should be, more often than not.
fn any_record() -> impl Strategy<Value = Value> {
    let name = || prop_oneof![4 => "[a-z ,=\\\\é]{1,5}", 1 => ".{0,5}"];
    let value =
        || prop_oneof![Just(json!(1)), any::<f64>().prop_map(Value::from), ".{0,6}".prop_map(Value::from)];
    let object = move || prop::collection::vec((name(), value()), 0..5);
    (name(), object(), object(), any_json()).prop_map(|(measurement, tags, fields, time)| {
        let object = |members: Vec<_>| Value::Object(members.into_iter().collect());
        json!({ "measurement": measurement, "tags": object(tags), "fields": object(fields), "time": time })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_one_line_or_none(value in prop_oneof![any_json(), any_record()]) {
        let mut lines = LineBuffer::new();
        match lines.push(&json::record(&value)) {
            Ok(()) => {
                prop_assert_eq!(lines.lines(), 1);
                prop_assert_eq!(influx_core::line::read::lines(lines.as_str()).count(), 1);
                let line = lines.line(0).unwrap();
                let read = influx_core::line::read::parse(line);
                prop_assert!(read.is_ok(), "{line}: {read:?}");
            }
            Err(error) => {
                prop_assert!(lines.is_empty());
                prop_assert!(!error.to_string().is_empty());
            }
        }
        // and from its text
        let parsed = json::parse(&value.to_string()).unwrap();
        for record in &parsed {
            let _ = lines.push(record);
        }
    }
}
