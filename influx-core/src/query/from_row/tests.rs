//! What `#[derive(FromRow)]` reads: each shape and attribute by a row.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use crate::line::{EncodeOptions, Epoch, LineBuffer, Precision};
use crate::query::DataType::{Boolean, Double, Long, String as Text, Time};
use crate::query::fixture::{Fixture, read};
use crate::query::{Cell, FromValue, Value};
use crate::{FieldSlot, FromRow, Measurement, TagValue};

#[derive(Debug, PartialEq, FromRow, Measurement)]
#[measurement(crate = "crate", rename_all = "camelCase")]
struct Cpu<'a> {
    #[tag]
    host_name: &'a str,
    #[tag("r")]
    region: Option<Cow<'a, str>>,
    #[field]
    usage: f64,
    #[field(name = "cores in use")]
    cores: Option<u8>,
    #[time(unit = "ms")]
    at: i64,
    #[skip]
    cache: Vec<u8>,
}

#[test]
fn members_are_read_by_their_names_and_types() {
    let row = Fixture::new(&[
        ("_time", Time, "1970-01-01T00:00:01.5Z"),
        ("cores in use", Long, "4"),
        ("hostName", Text, "a"),
        ("usage", Double, "0.5"),
    ]);
    let cpu = Cpu { host_name: "a", region: None, usage: 0.5, cores: Some(4), at: 1_500, cache: Vec::new() };
    assert_eq!(read(row.row()), Ok(cpu));
}

#[test]
fn a_missing_column_and_a_value_that_does_not_fit_are_errors() {
    let row = Fixture::new(&[("hostName", Text, "a"), ("time", Time, "1970-01-01T00:00:01Z")]);
    assert_eq!(
        read::<Cpu<'_>>(row.row()).unwrap_err(),
        "column \"usage\": the answer has no such column, only [\"hostName\", \"time\"]"
    );
    let row = Fixture::new(&[("hostName", Text, "a"), ("usage", Double, "1"), ("cores in use", Double, "4")]);
    assert!(
        read::<Cpu<'_>>(row.row()).unwrap_err().starts_with("column \"cores in use\": \"4\" of type double")
    );
}

#[derive(Debug, PartialEq, FromRow)]
#[measurement(crate = "crate")]
struct Pair<T, U>(#[measurement] String, #[field("a")] T, #[field("b", default)] U, #[time] Option<Epoch>);

#[test]
fn tuples_and_generic_types_are_read() {
    let row = Fixture::new(&[("iox::measurement", Text, "m"), ("a", Boolean, "true"), ("b", Double, "")]);
    assert_eq!(read(row.row()), Ok(Pair("m".to_owned(), true, 0.0_f64, None)));
}

#[derive(Debug, PartialEq, FromRow)]
#[measurement(crate = "crate")]
struct Core {
    #[tag]
    number: u16,
    #[tag]
    busy: Option<bool>,
}

#[test]
fn tags_are_text_that_is_read_as_what_the_member_is() {
    let row = Fixture::new(&[("number", Text, "7"), ("busy", Text, "true")]);
    assert_eq!(read(row.row()), Ok(Core { number: 7, busy: Some(true) }));
    let row = Fixture::new(&[("number", Long, "7")]);
    assert_eq!(read(row.row()), Ok(Core { number: 7, busy: None }));
    let row = Fixture::new(&[("number", Double, "7")]);
    assert!(read::<Core>(row.row()).unwrap_err().contains("\"7\" of type double is not an unsigned integer"));
}

fn half() -> f64 {
    0.5
}

fn no_colour() -> Colour {
    Colour(0)
}

#[derive(Debug, PartialEq)]
struct Colour(u32);

fn write_colour(colour: &Colour, slot: FieldSlot<'_, '_>) {
    slot.string(&format!("#{:06x}", colour.0));
}

fn read_colour(cell: Cell<'_>) -> Result<Colour, String> {
    let digits = cell.text().strip_prefix('#').ok_or_else(|| format!("{:?} is no colour", cell.text()))?;
    u32::from_str_radix(digits, 16).map(Colour).map_err(|why| why.to_string())
}

fn read_time(cell: Cell<'_>) -> Result<SystemTime, crate::query::RowError> {
    SystemTime::from_value(cell).map(|time| time + Duration::from_secs(1))
}

#[derive(Debug, PartialEq, FromRow, Measurement)]
#[measurement(crate = "crate")]
struct Lamp {
    #[tag(default)]
    room: String,
    #[field(default = "half")]
    brightness: f64,
    #[field(with = "write_colour", read_with = "read_colour", as = "string", default = "no_colour")]
    colour: Colour,
    #[time(read_with = "read_time")]
    at: SystemTime,
    #[skip(default = "half")]
    factor: f64,
}

#[test]
fn functions_read_and_fill_members() {
    let time = ("time", Time, "1970-01-01T00:00:01Z");
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(2);
    let row = Fixture::new(&[time, ("colour", Text, "#0000ff"), ("brightness", Double, "1")]);
    let lamp = Lamp { room: String::new(), brightness: 1.0, colour: Colour(255), at, factor: 0.5 };
    assert_eq!(read(row.row()), Ok(lamp));
    let row = Fixture::new(&[time, ("room", Text, ""), ("brightness", Double, "")]);
    let lamp = Lamp { room: String::new(), brightness: 0.5, colour: Colour(0), at, factor: 0.5 };
    assert_eq!(read(row.row()), Ok(lamp));
    let row = Fixture::new(&[time, ("colour", Text, "red")]);
    assert_eq!(read::<Lamp>(row.row()).unwrap_err(), "column \"colour\": \"red\" is no colour");
}

#[derive(Debug, PartialEq, Default, FromRow, Measurement)]
#[measurement(crate = "crate")]
struct Coerced {
    #[field(as = "float")]
    integer: i64,
    #[field(as = "integer")]
    float: f64,
    #[field(as = "integer")]
    flag: bool,
    #[field(as = "string")]
    text: Option<u16>,
}

#[test]
fn what_was_coerced_is_read_back() {
    let row = Fixture::new(&[
        ("integer", Double, "5"),
        ("float", Long, "12"),
        ("flag", Long, "1"),
        ("text", Text, "7"),
    ]);
    assert_eq!(read(row.row()), Ok(Coerced { integer: 5, float: 12.0, flag: true, text: Some(7) }));
    let row = Fixture::new(&[("integer", Double, "5.5"), ("float", Long, "1"), ("flag", Long, "1")]);
    assert!(read::<Coerced>(row.row()).unwrap_err().contains("\"5.5\" is not an integer of 64 bits"));
}

#[derive(Debug, PartialEq, Default, Clone, FromRow, Measurement)]
#[measurement(crate = "crate", group)]
struct Place {
    #[tag]
    room: String,
    #[field]
    floor: Option<i8>,
}

#[derive(Debug, PartialEq, FromRow)]
#[measurement(crate = "crate")]
struct Climate<'a, G> {
    #[flatten(prefix = "in_")]
    inside: Option<G>,
    #[flatten(prefix = "out_", default)]
    outside: Place,
    #[flatten]
    boxed: Box<Place>,
    #[tag]
    sensor: &'a str,
}

#[test]
fn groups_are_read_with_their_prefixes() {
    let place = |room: &str, floor| Place { room: room.to_owned(), floor };
    let row = Fixture::new(&[
        ("sensor", Text, "s"),
        ("room", Text, "attic"),
        ("in_floor", Long, "2"),
        ("in_room", Text, "hall"),
        ("out_room", Text, ""),
    ]);
    let climate = Climate {
        inside: Some(place("hall", Some(2))),
        outside: Place::default(),
        boxed: Box::new(place("attic", None)),
        sensor: "s",
    };
    assert_eq!(read(row.row()), Ok(climate));
    let row = Fixture::new(&[("sensor", Text, "s"), ("room", Text, "attic")]);
    assert_eq!(read::<Climate<'_, Place>>(row.row()).unwrap().inside, None);
}

#[derive(Debug, PartialEq, FromRow)]
#[measurement(crate = "crate")]
enum Metric {
    CpuLoad(#[flatten] Coerced),
    #[measurement(name = "doors")]
    Door {
        #[tag]
        room: String,
        #[field]
        open: bool,
    },
    Other {
        #[measurement]
        name: String,
        #[field]
        value: Value,
    },
}

#[test]
fn the_measurement_chooses_the_variant() {
    let row = |name| {
        Fixture::new(&[
            ("_measurement", Text, name),
            ("room", Text, "hall"),
            ("open", Boolean, "true"),
            ("value", Long, "3"),
        ])
    };
    assert_eq!(read(row("doors").row()), Ok(Metric::Door { room: "hall".to_owned(), open: true }));
    let other = Metric::Other { name: "x".to_owned(), value: Value::Long(3) };
    assert_eq!(read(row("x").row()), Ok(other));
    let error = read::<Metric>(row("cpu_load").row()).unwrap_err();
    assert!(error.starts_with("column \"integer\": the answer has no such column"), "{error}");
}

#[derive(Debug, PartialEq, FromRow)]
#[measurement(crate = "crate")]
enum Named {
    A {
        #[field]
        x: i64,
    },
    B {
        #[skip]
        nothing: u8,
    },
}

#[test]
fn an_unknown_measurement_is_an_error_that_lists_the_known_ones() {
    let row = Fixture::new(&[("_measurement", Text, "b")]);
    assert_eq!(read(row.row()), Ok(Named::B { nothing: 0 }));
    let row = Fixture::new(&[("_measurement", Text, "c")]);
    assert_eq!(
        read::<Named>(row.row()).unwrap_err(),
        "column \"_measurement\": \"c\" is none of the measurements [\"a\", \"b\"]"
    );
}

#[derive(Debug, PartialEq, TagValue)]
#[tag_value(crate = "crate", rename_all = "kebab-case")]
enum Mode {
    FullPower,
    #[tag_value(rename = "sleep")]
    DeepSleep,
}

#[derive(Debug, PartialEq, TagValue)]
#[tag_value(crate = "crate")]
struct Host<T>(T);

#[test]
fn what_tags_and_fields_can_hold_is_read_back() {
    let mode = |text| Mode::from_value(Cell::new(text, Text)).map_err(|error| error.to_string());
    assert_eq!(mode("full-power"), Ok(Mode::FullPower));
    assert_eq!(mode("sleep"), Ok(Mode::DeepSleep));
    assert_eq!(mode("Off").unwrap_err(), "\"Off\" of type string is not one of \"full-power\", \"sleep\"");
    assert_eq!(Host::from_value(Cell::new("a", Text)), Ok(Host("a")));
    assert_eq!(Host::<Option<f64>>::missing(), Some(Host(None)));
    assert_eq!(Host::<f64>::missing(), None);
}

#[test]
fn one_type_writes_and_reads() {
    let mut buffer = LineBuffer::with_options(EncodeOptions::new().precision(Precision::Milliseconds));
    let cpu = Cpu {
        host_name: "a",
        region: Some("eu".into()),
        usage: 0.5,
        cores: Some(4),
        at: 1_500,
        cache: Vec::new(),
    };
    buffer.push(&cpu).unwrap();
    assert_eq!(buffer.as_str(), "cpu,hostName=a,r=eu usage=0.5,cores\\ in\\ use=4i 1500\n");
    let row = Fixture::new(&[
        ("hostName", Text, "a"),
        ("r", Text, "eu"),
        ("usage", Double, "0.5"),
        ("cores in use", Long, "4"),
        ("_time", Time, "1970-01-01T00:00:01.5Z"),
    ]);
    assert_eq!(read(row.row()), Ok(cpu));
}
