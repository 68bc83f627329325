//! `Roles`: every shape that serde has, and what is refused of it.

use std::collections::{BTreeMap, HashMap};

use influx_core::serde::Roles;
use influx_core::testing::TestServer;
use influx_core::{
    Client, EncodeErrorKind, EncodeOptions, LineBuffer, Nanos, NonFinite, Part, Point, Precision, ValueType,
    lines,
};
use proptest::prelude::*;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, Serializer};
use serde_json::json;

use super::{line, refused};

#[derive(Serialize)]
struct Newtype(u32);

#[derive(Serialize)]
enum State {
    Up,
    #[serde(rename = "going down")]
    Down,
}

#[derive(Serialize)]
struct All<'a> {
    name: &'a str,
    zone: char,
    up: bool,
    state: State,
    small: i8,
    count: u64,
    new: Newtype,
    ratio: f32,
    share: f64,
    none: Option<f64>,
    some: Option<&'a str>,
    unit: (),
    text: String,
    at: i64,
}

fn all() -> All<'static> {
    All {
        name: "all of, it",
        zone: 'b',
        up: true,
        state: State::Down,
        small: -8,
        count: u64::MAX,
        new: Newtype(7),
        ratio: 0.1,
        share: 1e300,
        none: None,
        some: Some("x=y"),
        unit: (),
        text: "say \"hi\"\\\n".to_owned(),
        at: 1_700_000_000_123,
    }
}

#[test]
fn a_struct_is_the_same_line_as_a_point() {
    let roles = Roles::new()
        .measurement_key("name")
        .tag_keys(["zone", "some"])
        .tag_keys(["new", "state", "absent"])
        .time_key("at")
        .time_unit(Precision::Milliseconds);
    let point = Point::new("all of, it")
        .tag("zone", 'b')
        .tag("some", "x=y")
        .tag("new", 7)
        .tag("state", "going down")
        .field("up", true)
        .field("small", -8_i8)
        .field("count", u64::MAX)
        .field("ratio", 0.1_f32)
        .field("share", 1e300)
        .field("text", "say \"hi\"\\\n")
        .time(Nanos(1_700_000_000_123_000_000));
    assert_eq!(line(&roles.of(&all())).unwrap(), line(&point).unwrap());
    assert_eq!(line(&roles.of(&&Some(Box::new(all())))).unwrap(), line(&point).unwrap());
    let _ = State::Up;
}

#[test]
fn maps_know_no_types_and_roles_give_them() {
    let value = json!({ "b": 5, "a": -5, "f": 2.0, "w": 3, "u": u64::MAX, "t": "x", "n": null });
    let roles = Roles::new().measurement("m").tag_keys(["t"]);
    let typed = roles.clone().field_type("w", ValueType::Float).field_type("u", ValueType::Unsigned);
    assert_eq!(line(&typed.of(&value)).unwrap(), "m,t=x a=-5i,b=5i,f=2,u=18446744073709551615u,w=3");
    let (key, message) = refused(&roles.of(&value));
    assert_eq!(key.as_deref(), Some("u"));
    assert!(message.contains("above the largest integer"), "{message}");

    assert_eq!(line(&roles.of(&HashMap::from([("v", 1_u64)]))).unwrap(), "m v=1i");
    assert_eq!(line(&roles.of(&BTreeMap::from([(7, true), (8, false)]))).unwrap(), "m 7=true,8=false");
}

#[test]
fn flattened_structs_and_tagged_enums_are_records() {
    #[derive(Serialize)]
    struct Inner {
        host: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        rack: Option<u8>,
    }
    #[derive(Serialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Event {
        Start {
            #[serde(flatten)]
            at: Inner,
            pid: u64,
        },
        Stop {
            code: i32,
        },
    }
    let roles = Roles::new().measurement_key("kind").tag_keys(["host", "rack"]);
    let start = Event::Start { at: Inner { host: "a", rack: None }, pid: 9 };
    assert_eq!(line(&roles.of(&start)).unwrap(), "start,host=a pid=9i");
    assert_eq!(line(&roles.of(&Event::Stop { code: -1 })).unwrap(), "stop code=-1i");
}

#[test]
fn times_are_integers_or_text() {
    let roles = Roles::new().measurement("m").time_key("t").time_unit(Precision::Seconds);
    let at = |time: serde_json::Value| line(&roles.of(&json!({ "v": 1, "t": time })));
    assert_eq!(at(json!(7)).unwrap(), "m v=1i 7000000000");
    assert_eq!(at(json!(-7)).unwrap(), "m v=1i -7000000000");
    assert_eq!(at(json!("1969-12-31T23:59:59.999999999Z")).unwrap(), "m v=1i -1");
    assert_eq!(at(json!(null)).unwrap(), "m v=1i");

    for (time, part) in [
        (json!(1.5), "a time is an integer or text by RFC 3339, this is a float"),
        (json!(true), "this is a boolean"),
        (json!([1]), "this is a sequence"),
        (json!("yesterday"), "\"yesterday\" is no time"),
        (json!("2023-11-14T22:13:20"), "has no offset"),
        (json!(i64::MAX), "outside the years"),
        (json!(u64::MAX), "outside the years"),
        (json!("9999-01-01T00:00:00Z"), "outside the years"),
    ] {
        let error = at(time.clone()).unwrap_err();
        assert_eq!(error.part(), Part::Timestamp, "{time}");
        assert!(error.to_string().contains(part), "{time}: {error}");
    }
    let (key, message) = refused(&roles.of(&json!({ "v": 1 })));
    assert_eq!(key.as_deref(), Some("t"));
    assert!(message.contains("no such member"), "{message}");

    // floor, in the unit of the buffer
    let mut seconds = LineBuffer::with_options(EncodeOptions::new().precision(Precision::Seconds));
    seconds.push(&roles.of(&json!({ "v": 1, "t": "1969-12-31T23:59:59.5Z" }))).unwrap();
    assert_eq!(seconds.as_str(), "m v=1i -1\n");
}

#[test]
fn wrong_types_are_named_with_their_key() {
    let roles = Roles::new().measurement("m").tag_keys(["tag"]);
    let nested = json!({ "v": 1, "tag": { "a": 1 } });
    for (value, key, part) in [
        (json!({ "v": 1, "tag": 1.5 }), "tag", "a tag is text, an integer or a boolean, this is a float"),
        (nested, "tag", "this is a map"),
        (json!({ "v": [1, 2] }), "v", "a field is a number, text or a boolean, this is a sequence"),
        (json!({ "v": { "a": 1 } }), "v", "#[serde(flatten)]"),
        (json!({ "time": 1 }), "time", "reserved"),
        (json!({ "v": 1, "tag": "a\nb" }), "tag", "newline"),
        (json!({ "a\nb": 1 }), "a\nb", "newline"),
    ] {
        let (found, message) = refused(&roles.of(&value));
        assert_eq!(found.as_deref(), Some(key), "{message}");
        assert!(message.contains(part), "{message}");
    }
    for (value, what) in [(json!([1]), "a sequence"), (json!(1), "an integer"), (json!(null), "nothing")] {
        let (_, message) = refused(&roles.of(&value));
        assert!(message.contains(&format!("a struct or a map, this is {what}")), "{message}");
    }
    let wide = HashMap::from([("v", 1_i128)]);
    assert!(refused(&roles.of(&wide)).1.contains("128 bits"));
    let (key, message) = refused(&Roles::new().measurement_key("v").of(&json!({ "v": 1 })));
    assert_eq!((key.as_deref(), message.contains("must be text, and is an integer")), (Some("v"), true));
    assert!(refused(&Roles::new().measurement_key("v").of(&json!({ "w": 1 }))).1.contains("not there"));
    assert!(refused(&Roles::new().of(&json!({ "w": 1 }))).1.contains("Roles::measurement"));
    assert!(refused(&roles.of(&json!({ "tag": "only" }))).1.contains("no field has a value"));
    assert!(matches!(
        line(&roles.clone().field_type("v", ValueType::Integer).of(&json!({ "v": 1.5 }))).unwrap_err().kind(),
        EncodeErrorKind::Coercion { .. }
    ));
}

#[test]
fn a_member_without_a_role_is_named_once_fields_are_listed() {
    let roles = Roles::new().measurement("m").field_keys(["v"]);
    let value = json!({ "v": 1, "w": [1] });
    let (key, message) = refused(&roles.of(&value));
    assert_eq!(key.as_deref(), Some("w"));
    assert!(message.contains("Roles::ignore_keys"), "{message}");
    assert_eq!(line(&roles.ignore_keys(["w"]).of(&value)).unwrap(), "m v=1i");
}

#[test]
fn roles_that_contradict_are_told_by_every_record() {
    let value = json!({ "v": 1, "a": 1 });
    let base = || Roles::new().measurement("m");
    for (roles, part) in [
        (base().tag_keys(["a"]).field_keys(["a"]), "\"a\" is a tag and a field"),
        (base().measurement_key("a"), "set one of them"),
        (Roles::new().measurement_key("a").measurement_key("v"), "both \"a\" and \"v\" are the measurement"),
        (base().time_key("a").time_key("v"), "both \"a\" and \"v\" are the time"),
        (base().tag_keys(["a"]).field_type("a", ValueType::Float), "\"a\" is no field"),
    ] {
        assert!(refused(&roles.of(&value)).1.contains(part), "{part}");
    }
    // saying a thing twice is no contradiction
    assert!(line(&base().tag_keys(["a", "a"]).tag_keys(["a"]).of(&value)).is_ok());
}

/// A value whose own code misbehaves.
enum Odd {
    Twice,
    Fails,
    MemberFails,
    ValueFirst,
    KeyIsList,
}

struct Failing;

impl Serialize for Failing {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("out of order today"))
    }
}

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Odd::Twice => {
                let mut record = serializer.serialize_struct("Odd", 2)?;
                record.serialize_field("v", &1)?;
                record.serialize_field("v", &2)?;
                record.end()
            }
            Odd::Fails => Failing.serialize(serializer),
            Odd::MemberFails => {
                let mut record = serializer.serialize_struct("Odd", 1)?;
                record.serialize_field("v", &Failing)?;
                record.end()
            }
            Odd::ValueFirst => {
                let mut record = serializer.serialize_map(None)?;
                record.serialize_value(&1)?;
                record.end()
            }
            Odd::KeyIsList => {
                let mut record = serializer.serialize_map(None)?;
                record.serialize_entry(&[1, 2], &1)?;
                record.end()
            }
        }
    }
}

#[test]
fn what_serialises_badly_is_refused() {
    let roles = Roles::new().measurement("m");
    let table = [
        (Odd::Twice, Some("v"), "stands twice"),
        (Odd::Fails, None, "out of order today"),
        (Odd::MemberFails, Some("v"), "out of order today"),
        (Odd::ValueFirst, None, "without its key"),
        (Odd::KeyIsList, None, "a tuple"),
    ];
    for (odd, key, part) in table {
        let (found, message) = refused(&roles.of(&odd));
        assert_eq!(found.as_deref(), key, "{message}");
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn options_of_the_buffer_hold_as_for_every_record() {
    let options = EncodeOptions::new().non_finite(NonFinite::Error).unsigned(false).default_tag("a", "d");
    let mut buffer = LineBuffer::with_options(options.unwrap().tag_order(["z"]));
    let roles = Roles::new().measurement("m").tag_keys(["a", "z"]);
    #[derive(Serialize)]
    struct Row {
        z: u8,
        v: f64,
        u: u64,
    }
    buffer.push(&roles.of(&Row { z: 1, v: 1.0, u: 2 })).unwrap();
    assert_eq!(buffer.as_str(), "m,z=1,a=d v=1,u=2i\n");
    assert!(buffer.push(&roles.of(&Row { z: 1, v: f64::NAN, u: 2 })).is_err());
}

#[tokio::test]
async fn the_client_takes_them_like_other_records() {
    let server = TestServer::builder().bucket("b").start().unwrap();
    let client = Client::builder(server.url()).org("o").build().unwrap();
    let roles = Roles::new().measurement("m").tag_keys(["host"]);
    let values = [json!({ "host": "a", "v": 1 }), json!({ "host": "b", "v": 2 })];
    client.write("b", &roles.of(&values[0])).await.unwrap();
    client.write("b", &lines::iter(values.iter().map(|value| roles.of(value)))).await.unwrap();
    assert_eq!(server.series("b"), ["m,host=a", "m,host=b"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn dictionaries_are_the_lines_of_points(
        tags in prop::collection::btree_map("[a-m =,é]{1,6}", "\\PC{0,8}", 0..5),
        floats in prop::collection::btree_map("[n-z][ \"=]{0,5}", any::<f64>(), 0..4),
        integers in prop::collection::btree_map("[N-Z][ =\\\\]{0,5}", any::<i64>(), 0..4),
        time in any::<i64>(),
    ) {
        let mut dictionary = BTreeMap::new();
        let mut point = Point::new("m");
        for (key, value) in &tags {
            dictionary.insert(key.clone(), json!(value));
            point = point.tag(key.clone(), value);
        }
        // the order of a map is that of its keys
        for (key, value) in &integers {
            dictionary.insert(key.clone(), json!(value));
            point = point.field(key.clone(), value);
        }
        for (key, value) in floats.iter().filter(|(_, value)| value.is_finite()) {
            dictionary.insert(key.clone(), json!(value));
            point = point.field(key.clone(), value);
        }
        dictionary.insert("~t".to_owned(), json!(time));
        let roles = Roles::new().measurement("m").tag_keys(tags.keys()).time_key("~t");
        let sorted = |record: Result<String, influx_core::EncodeError>| record.map_err(|e| e.to_string());
        prop_assert_eq!(sorted(line(&roles.of(&dictionary))), sorted(line(&point.time(Nanos(time)))));
    }
}
