//! Records of derived types as frames, and back.

use ::polars::prelude::{Column, DataFrame, DataType, TimeUnit};
use influx_core::line::read;
use influx_core::query::Cell;
use influx_core::{FieldSlot, FromRow, LineBuffer, Measurement, Micros, Nanos, TagValue};
use influx_frame::{Pieces, RecordsError, Roles, arrow, polars};

#[derive(Debug, Clone, Copy, PartialEq, TagValue)]
enum Mode {
    Full,
    Asleep,
}

#[derive(Debug, Clone, PartialEq, TagValue)]
struct Celsius(f64);

#[derive(Debug, Clone, PartialEq)]
struct Colour(u32);

fn write_colour(colour: &Colour, slot: FieldSlot<'_, '_>) {
    slot.string(&format!("#{:x}", colour.0));
}

fn read_colour(cell: Cell<'_>) -> Result<Colour, String> {
    let digits = cell.text().strip_prefix('#').ok_or("a colour begins with #")?;
    u32::from_str_radix(digits, 16).map(Colour).map_err(|why| why.to_string())
}

#[derive(Debug, Clone, PartialEq, Measurement, FromRow)]
#[measurement(group)]
struct Place {
    #[tag(default)]
    room: String,
    #[field]
    floor: i8,
}

/// A member of every kind.
#[derive(Debug, Clone, PartialEq, Measurement, FromRow)]
#[measurement(rename_all = "camelCase", tags(env = "test"))]
struct Everything {
    #[tag(default)]
    host_name: String,
    #[tag("a tag, and more")]
    mode: Mode,
    #[tag]
    number: u16,
    #[field]
    double: f64,
    #[field]
    single: f32,
    #[field]
    signed: i64,
    #[field]
    unsigned: u64,
    #[field]
    flag: bool,
    #[field("a text=\"x\"")]
    text: String,
    #[field]
    letter: char,
    #[field]
    inside: Celsius,
    #[field]
    maybe: Option<f64>,
    #[field(as = "float")]
    integer_as_float: i32,
    #[field(as = "integer")]
    float_as_integer: f64,
    #[field(as = "string")]
    integer_as_text: i64,
    #[field(as = "integer")]
    flag_as_integer: bool,
    #[field(with = "write_colour", read_with = "read_colour", as = "string")]
    colour: Colour,
    #[flatten(prefix = "in_")]
    place: Place,
    #[flatten(prefix = "out_")]
    other: Option<Place>,
    #[time]
    at: Nanos,
    #[skip]
    skipped: u8,
}

fn records() -> Vec<Everything> {
    let one = Everything {
        host_name: "a b,c=d".to_owned(),
        mode: Mode::Full,
        number: 65_535,
        double: f64::MAX,
        single: 0.1,
        signed: i64::MIN,
        unsigned: u64::MAX,
        flag: true,
        text: "two\n\"lines\"".to_owned(),
        letter: 'é',
        inside: Celsius(-0.5),
        maybe: Some(1e-7),
        integer_as_float: i32::MIN,
        float_as_integer: -3.0,
        integer_as_text: 9_007_199_254_740_993,
        flag_as_integer: true,
        colour: Colour(0xff_00_7f),
        place: Place { room: "hall".to_owned(), floor: -1 },
        other: Some(Place { room: "roof".to_owned(), floor: 9 }),
        at: Nanos(1_700_000_000_123_456_789),
        skipped: 0,
    };
    let other = Everything {
        host_name: String::new(),
        mode: Mode::Asleep,
        maybe: None,
        text: String::new(),
        other: None,
        at: Nanos(-1),
        ..one.clone()
    };
    vec![one, other]
}

#[test]
fn records_become_frames_and_frames_the_same_records() {
    let frame = polars::from_records(&records()).unwrap();
    assert_eq!(polars::to_records::<Everything>(&frame).unwrap(), records());
    let batch = arrow::from_records(&records()).unwrap();
    assert_eq!(arrow::to_records::<Everything>(&batch).unwrap(), records());
    // in several chunks, of which one begins in its middle
    let mut twice = frame.tail(Some(1));
    twice.vstack_mut(&frame).unwrap();
    let [first, second] = &records()[..] else { panic!() };
    assert_eq!(polars::to_records::<Everything>(&twice).unwrap(), [second, first, second].map(Clone::clone));
}

#[test]
fn a_frame_of_records_has_the_types_of_their_schema() {
    let frame = polars::from_records(&records()).unwrap();
    for (column, ty) in [
        ("env", DataType::String),
        ("hostName", DataType::String),
        ("number", DataType::String),
        ("double", DataType::Float64),
        ("signed", DataType::Int64),
        ("unsigned", DataType::UInt64),
        ("flag", DataType::Boolean),
        ("integerAsText", DataType::String),
        ("flagAsInteger", DataType::Int64),
        ("in_floor", DataType::Int64),
        ("at", DataType::Datetime(TimeUnit::Nanoseconds, Some(::polars::prelude::TimeZone::UTC))),
    ] {
        assert_eq!(frame.column(column).unwrap().dtype(), &ty, "{column}");
    }
    let none = polars::from_records::<Everything>(&[]).unwrap();
    assert_eq!((none.height(), none.schema()), (0, frame.schema()), "without records, too");
    assert_eq!(arrow::from_records::<Everything>(&[]).unwrap().num_columns(), frame.width());
}

#[test]
fn the_lines_of_a_frame_of_records_are_those_of_the_records() {
    let mut lines = LineBuffer::new();
    records().iter().for_each(|record| lines.push(record).unwrap());
    let frame = polars::from_records(&records()).unwrap();
    let mut pieces = Pieces::new(frame, &Roles::of::<Everything>(), LineBuffer::new()).unwrap();
    // but for the order of the tags, which stand group by group where types are flattened
    let sorted = |line: &str| {
        let parsed = read::parse(line).unwrap();
        let mut tags: Vec<_> = parsed.tags.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        tags.sort();
        (tags, format!("{} {:?} {:?}", parsed.measurement, parsed.fields, parsed.timestamp))
    };
    let piece = &pieces.next().unwrap().unwrap().lines;
    let of =
        |lines: &LineBuffer| read::lines(lines.as_str()).map(|line| sorted(line.text)).collect::<Vec<_>>();
    assert_eq!(of(piece), of(&lines));
}

#[derive(Debug, PartialEq, Measurement, FromRow)]
struct Named {
    #[measurement]
    name: String,
    #[field]
    value: f64,
    #[time]
    at: Option<Micros>,
}

#[test]
fn a_measurement_of_the_record_is_a_column_and_a_time_that_is_left_out_null() {
    let named = |name: &str, at| Named { name: name.to_owned(), value: 1.0, at };
    let records = [named("a b", Some(Micros(7))), named("c", None)];
    let frame = polars::from_records(&records).unwrap();
    assert_eq!(frame.get_column_names(), ["_measurement", "value", "at"]);
    assert_eq!(frame.column("at").unwrap().null_count(), 1);
    assert_eq!(polars::to_records::<Named>(&frame).unwrap(), records);
}

#[test]
fn records_that_are_no_lines_are_refused_by_their_number() {
    let value = |value| Named { name: "a".to_owned(), value, at: None };
    let error = polars::from_records(&[value(1.0), value(f64::NAN)]).unwrap_err();
    assert!(matches!(error, RecordsError::Record { record: 1, .. }), "{error}");
    assert!(error.to_string().starts_with("record 1: ") && error.to_string().contains("value"), "{error}");
}

#[derive(Debug, PartialEq, FromRow)]
struct Reading {
    #[tag]
    room: String,
    #[field]
    value: f64,
}

#[test]
fn rows_that_do_not_fit_are_refused_by_row_and_column() {
    let frame = |column: Column| {
        DataFrame::new_infer_height(vec![Column::new("room".into(), ["a", "b"]), column]).unwrap()
    };
    for (column, row, says) in [
        (Column::new("value".into(), [Some(1.0), None]), 1, "column \"value\": it is null"),
        (Column::new("value".into(), ["1", "2"]), 0, "column \"value\": \"1\" of type string is not an f64"),
        (Column::new("other".into(), [1, 2]), 0, "column \"value\": the answer has no such column"),
    ] {
        let error = polars::to_records::<Reading>(&frame(column)).unwrap_err();
        assert!(error.to_string().starts_with(&format!("row {row}: {says}")), "{error}");
        assert!(matches!(error, RecordsError::Row { row: at, .. } if at == row), "{error:?}");
    }
    let time_of_day = frame(Column::new("value".into(), [1_i64, 2]).cast(&DataType::Time).unwrap());
    let error = polars::to_records::<Reading>(&time_of_day).unwrap_err().to_string();
    assert!(
        error.starts_with("row 0: column \"value\": it is time of day") && error.contains("cast"),
        "{error}"
    );
}

#[test]
fn columns_of_one_name_are_refused_where_the_type_reads_them() {
    use ::arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
    use ::arrow_schema::{DataType, Field, Schema};
    let field = |name: &str, ty| Field::new(name, ty, true);
    let batch = |name: &str| {
        let float = || std::sync::Arc::new(Float64Array::from(vec![1.0])) as ArrayRef;
        let fields = vec![
            field("room", DataType::Utf8),
            field("value", DataType::Float64),
            field(name, DataType::Float64),
            field("other", DataType::Float64),
        ];
        let room = std::sync::Arc::new(StringArray::from(vec!["a"])) as ArrayRef;
        let schema = std::sync::Arc::new(Schema::new(fields));
        RecordBatch::try_new(schema, vec![room, float(), float(), float()]).unwrap()
    };
    let error = arrow::to_records::<Reading>(&batch("value")).unwrap_err();
    assert!(matches!(&error, RecordsError::Twice { column, .. } if column == "value"), "{error}");
    let read = arrow::to_records::<Reading>(&batch("other")).unwrap();
    assert_eq!(read, [Reading { room: "a".to_owned(), value: 1.0 }]);
}
