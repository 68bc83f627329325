//! Every type of Polars and of Arrow, side by side, and its text in a line.
#![allow(clippy::unwrap_used)]

mod cases;

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, NullArray, RecordBatch, new_empty_array};
use arrow_schema::{DataType as ArrowType, Field, IntervalUnit, UnionFields, UnionMode};
use influx_core::LineBuffer;
use influx_frame::{BinaryAs, DecimalAs, Frame, Pieces, Plan, Roles, TemporalAs};
use polars::prelude::*;

use self::cases::{decimals, numbers, texts, times};

fn lines_of<F: Frame>(frame: F, roles: &Roles) -> String {
    let mut pieces = Pieces::new(frame, roles, LineBuffer::new()).unwrap();
    let mut text = String::new();
    while let Some(piece) = pieces.next().unwrap() {
        assert!(piece.refused.is_empty(), "{:?}", piece.refused);
        text.push_str(piece.lines.as_str());
    }
    text
}

fn frame(series: &Series) -> DataFrame {
    let more = Column::new_scalar("x".into(), Scalar::from(true), series.len());
    DataFrame::new_infer_height(vec![series.clone().into(), more]).unwrap()
}

fn batch(array: &ArrayRef) -> RecordBatch {
    let more: ArrayRef = Arc::new(BooleanArray::from(vec![true; array.len()]));
    RecordBatch::try_from_iter_with_nullable([("v", array.clone(), true), ("x", more, true)]).unwrap()
}

#[test]
fn every_type_has_its_text_in_both_libraries() {
    for case in [numbers(), texts(), decimals(), times()].into_iter().flatten() {
        let field = |text: &str| format!("m v={text},x=true\n");
        let quoted = |text: &str| format!("m v=\"{text}\",x=true\n");
        let tag = |text: &str| format!("m,v={text} x=true\n");
        let lines = |line: &dyn Fn(&str) -> String, [first, last]: [&str; 2]| {
            format!("{}m x=true\n{}", line(first), line(last))
        };
        let roles = || Roles::new("m").stamped().binary(BinaryAs::Base64);
        let mut expected = vec![(roles(), lines(&field, case.field))];
        if let Some(tags) = case.tag {
            expected.push((roles().tag("v"), lines(&tag, tags)));
        }
        if let Some(text) = case.text {
            let roles = roles().decimals(DecimalAs::String).temporal(TemporalAs::String);
            expected.push((roles, lines(&quoted, text)));
        }
        for (roles, expected) in &expected {
            for series in &case.polars {
                assert_eq!(lines_of(frame(series), roles), *expected, "{}: {}", case.name, series.dtype());
            }
            for array in &case.arrow {
                assert_eq!(lines_of(batch(array), roles), *expected, "{}: {}", case.name, array.data_type());
            }
        }
        if case.tag.is_none() {
            let roles = roles().tag("v");
            assert!(
                case.polars.iter().all(|series| Plan::of(&frame(series), &roles).is_err()),
                "{}",
                case.name
            );
            assert!(case.arrow.iter().all(|array| Plan::of(&batch(array), &roles).is_err()), "{}", case.name);
        }
    }
}

#[test]
fn columns_of_nulls_have_neither_tags_nor_fields() {
    let array: ArrayRef = Arc::new(NullArray::new(2));
    for roles in [Roles::new("m").stamped(), Roles::new("m").stamped().tag("v")] {
        assert_eq!(lines_of(frame(&Series::new_null("v".into(), 2)), &roles), "m x=true\nm x=true\n");
        assert_eq!(lines_of(batch(&array), &roles), "m x=true\nm x=true\n");
    }
}

#[test]
fn types_that_no_line_can_hold_are_refused_with_their_column() {
    fn refused<F: Frame>(frame: &F, called: &str) {
        let error = Plan::of(frame, &Roles::new("m").stamped()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("column \"v\": {called} cannot be a field")), "{error}");
        assert!(error.contains(".ignore("), "{error}");
    }
    let item = Arc::new(Field::new_list_field(ArrowType::Int32, true));
    let entry =
        vec![Field::new("keys", ArrowType::Utf8, false), Field::new("values", ArrowType::Int32, true)];
    let entries = Arc::new(Field::new("entries", ArrowType::Struct(entry.into()), false));
    let ends = Arc::new(Field::new("run_ends", ArrowType::Int32, false));
    let types = [
        ArrowType::List(item.clone()),
        ArrowType::LargeList(item.clone()),
        ArrowType::ListView(item.clone()),
        ArrowType::LargeListView(item.clone()),
        ArrowType::FixedSizeList(item.clone(), 2),
        ArrowType::Map(entries, false),
        ArrowType::Union(UnionFields::empty(), UnionMode::Sparse),
        ArrowType::RunEndEncoded(ends, item),
        ArrowType::Interval(IntervalUnit::MonthDayNano),
    ];
    for ty in types {
        refused(&batch(&new_empty_array(&ty)), &ty.to_string());
    }
    let list = DataType::List(Box::new(DataType::Int32));
    for ty in [list, DataType::Array(Box::new(DataType::Int32), 2)] {
        refused(&frame(&Series::new_empty("v".into(), &ty)), &ty.to_string());
    }
}
