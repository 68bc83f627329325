//! Roles against frames: what is told before the first line, and the lines where all fits.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampNanosecondArray};
use arrow_schema::{DataType, Field, Schema};
use influx_core::{LineBuffer, Measurement, Precision};
use influx_frame::{ColumnRole, Frame, IntegerKind, OnNull, Pieces, Plan, Problem, Roles};
use polars::df;

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn lines_of<F: Frame>(frame: &F, roles: &Roles) -> String {
    let mut pieces = Pieces::new(frame.clone(), roles, LineBuffer::new()).unwrap();
    pieces.next().unwrap().map(|piece| piece.lines.as_str().to_owned()).unwrap_or_default()
}

#[test]
fn polars_and_arrow_are_told_the_same_before_the_first_line() {
    let polars = df!["host" => ["a"], "value" => [1.5], "time" => [1_i64]].unwrap();
    let arrow = batch(vec![
        ("host", Arc::new(StringArray::from(vec!["a"]))),
        ("value", Arc::new(Float64Array::from(vec![1.5]))),
        ("time", Arc::new(Int64Array::from(vec![1]))),
    ]);
    let roles = Roles::new("m").tags(["hsot", "value"]).integers_in("value", IntegerKind::Float);
    let problems = Plan::of(&polars, &roles).unwrap_err().problems().to_vec();
    assert_eq!(Plan::of(&arrow, &roles).unwrap_err().problems(), problems);
    assert_eq!(Pieces::new(polars, &roles, LineBuffer::new()).unwrap_err().problems(), problems);
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        "column \"hsot\": the frame has none of this name: did you mean \"host\"?",
        "column \"value\": float64 cannot be a tag: cast it to String",
        "column \"time\": the key \"time\" is reserved: servers keep `time` for the timestamp: make it the time with \
         .time(..), or .rename(..) or .ignore(..) it",
        ".integers_in(\"value\", ..) changes nothing: column \"value\" is a tag of type float64",
        "no time was said: name its column with .time(..), or have the lines .stamped()",
    ];
    assert_eq!(told, expected);
}

#[test]
fn problems_can_be_matched() {
    let frame = df!["host" => ["a"], "value" => [1.5]].unwrap();
    let error = Plan::of(&frame, &Roles::new("m").tag("value").stamped()).unwrap_err();
    match error.problems() {
        [Problem::Type { column, role: ColumnRole::Tag, .. }] => assert_eq!(column, "value"),
        problems => panic!("{problems:?}"),
    }
}

#[test]
fn columns_of_one_name_are_told_as_arrow_allows_them() {
    let field = |name: &str| Field::new(name, DataType::Int64, true);
    let schema = Arc::new(Schema::new(vec![field("a"), field("b"), field("a")]));
    let column = || Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef;
    let frame = RecordBatch::try_new(schema, vec![column(), column(), column()]).unwrap();
    let told = Plan::of(&frame, &Roles::new("m").stamped()).unwrap_err().to_string();
    assert!(told.starts_with("column \"a\": the frame has 2 of this name"), "{told}");
    assert_eq!(lines_of(&frame, &Roles::new("m").stamped().ignore("a")), "m b=1i\nm b=2i\n");
}

#[test]
fn tags_are_sorted_by_their_new_keys_and_fields_stay_in_order() {
    let frame =
        df!["a" => ["1"], "b" => ["2"], "y" => [1.5], "x" => [2_i64], "z" => ["3"], "no" => [0.5]].unwrap();
    let roles = Roles::new("m").tags(["a", "b"]).rename("a", "c d").field("x").rename("y", "Y").ignore("no");
    assert_eq!(lines_of(&frame, &roles.stamped()), "m,b=2,c\\ d=1 x=2i,Y=1.5,z=\"3\"\n");
}

#[test]
fn the_measurement_of_a_row_stands_in_a_column() {
    let frame = df!["name" => ["cpu", "my disk"], "value" => [1.5, 2.5]].unwrap();
    let roles = Roles::measurement_column("name").field("value").ignore_rest().stamped();
    assert_eq!(lines_of(&frame, &roles), "cpu value=1.5\nmy\\ disk value=2.5\n");
}

#[derive(Measurement)]
#[measurement(group)]
struct Place {
    #[tag]
    room: String,
    #[field]
    floor: f64,
}

#[derive(Measurement)]
#[measurement(tags(area = "eu"))]
struct Climate {
    #[flatten(prefix = "in_")]
    place: Place,
    #[field]
    degrees: Option<f64>,
    #[time(unit = "s")]
    at: i64,
}

#[test]
fn frames_of_a_derived_type_give_the_lines_of_its_records() {
    let times = vec![1_000_000_000, 2_000_000_000];
    let frame = batch(vec![
        ("at", Arc::new(TimestampNanosecondArray::from(times))),
        ("unknown", Arc::new(Int64Array::from(vec![7, 8]))),
        ("degrees", Arc::new(Float64Array::from(vec![Some(20.5), None]))),
        ("in_room", Arc::new(StringArray::from(vec!["hall", "attic"]))),
        ("in_floor", Arc::new(Float64Array::from(vec![0.0, 2.0]))),
        ("area", Arc::new(StringArray::from(vec!["eu", "eu"]))),
    ]);
    let record = |room: &str, floor, degrees, at| {
        let place = Place { room: room.to_owned(), floor };
        Climate { place, degrees, at }
    };
    let mut lines = LineBuffer::new();
    lines.push(&record("hall", 0.0, Some(20.5), 1)).unwrap();
    lines.push(&record("attic", 2.0, None, 2)).unwrap();
    assert_eq!(lines_of(&frame, &Roles::of::<Climate>()), lines.as_str());
}

#[test]
fn a_constant_tag_of_a_derived_type_needs_a_column_or_is_left_out() {
    let frame = df![
        "in_room" => ["hall"], "in_floor" => [1.0], "degrees" => [20.5], "at" => [1_i64],
    ]
    .unwrap();
    let roles = Roles::of::<Climate>().time_in("at", Precision::Seconds);
    let told = Plan::of(&frame, &roles).unwrap_err().to_string();
    assert!(told.starts_with("column \"area\": the frame has none of this name: add it"), "{told}");
    let lines = lines_of(&frame, &roles.ignore("area").on_null(OnNull::Refuse));
    assert_eq!(lines, "climate,in_room=hall in_floor=1,degrees=20.5 1000000000\n");
}
