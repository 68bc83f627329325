//! The lines of frames are those of points with the same data.

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, RecordBatch, StringArray};
use influx_core::{LineBuffer, Nanos, Point};
use influx_frame::{Frame, Pieces, Roles};
use polars::prelude::{Column, DataFrame};

fn lines_of<F: Frame>(frame: &F, roles: &Roles) -> String {
    let mut pieces = Pieces::new(frame.clone(), roles, LineBuffer::new()).unwrap().rows(2);
    let mut text = String::new();
    while let Some(piece) = pieces.next().unwrap() {
        text.push_str(piece.lines.as_str());
    }
    text
}

#[test]
fn polars_arrow_and_points_give_the_same_lines() {
    let (hosts, values, times) = (["a", "b c", "d"], [Some(1.5), None, Some(-2.0)], [1, 2, 3]);
    let batch = RecordBatch::try_from_iter([
        ("host", Arc::new(StringArray::from(hosts.to_vec())) as _),
        ("value", Arc::new(Float64Array::from(values.to_vec())) as _),
        ("count", Arc::new(Int64Array::from(times.to_vec())) as _),
        ("at", Arc::new(Int64Array::from(times.to_vec())) as _),
    ])
    .unwrap();
    let frame = DataFrame::new_infer_height(vec![
        Column::new("host".into(), hosts),
        Column::new("value".into(), values),
        Column::new("count".into(), times.map(i64::from)),
        Column::new("at".into(), times.map(i64::from)),
    ])
    .unwrap();
    let roles = Roles::new("m").tag("host").time_in("at", influx_core::Precision::Nanoseconds);
    let mut lines = LineBuffer::new();
    for row in 0..3 {
        let point = Point::new("m").tag("host", hosts[row]).field("value", values[row]);
        let point = point.field("count", times[row]).time(Nanos(times[row].into()));
        lines.push(&point).unwrap();
    }
    assert_eq!(lines_of(&frame, &roles), lines.as_str());
    assert_eq!(lines_of(&batch, &roles), lines.as_str());
}
