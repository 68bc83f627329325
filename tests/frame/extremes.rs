//! Frames at their ends: no rows, very many columns, names and values that are easily got wrong.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::types::{Float16Type, Int8Type};
use arrow_array::{
    ArrayRef, ArrowPrimitiveType, DictionaryArray, Float16Array, Float64Array, Int8Array, Int64Array,
    LargeStringArray, RecordBatch, StringArray, TimestampNanosecondArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Schema};
use influx_core::{LineBuffer, Nanos, NonFinite, Point, Precision};
use influx_frame::{Frame, IntegerKind, Pieces, Plan, Problem, Roles};
use polars::df;
use polars::prelude::{Column, DataFrame, Int128Chunked, IntoSeries, NewChunkedArray};

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .unwrap()
}

/// The lines, and the rows that are refused with the reason.
fn written<F: Frame>(frame: F, roles: &Roles, threads: usize) -> (String, Vec<(u64, String)>) {
    let mut pieces = Pieces::new(frame, roles, LineBuffer::new()).unwrap().threads(threads);
    let (mut text, mut refused) = (String::new(), Vec::new());
    while let Some(piece) = pieces.next().unwrap() {
        text.push_str(piece.lines.as_str());
        refused.extend(piece.refused.iter().map(|refused| (refused.row, refused.error.to_string())));
    }
    (text, refused)
}

const WIDE: usize = 70_000;

fn wide(rows: i64, name: impl Fn(usize) -> String) -> RecordBatch {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
    let fields = (0..WIDE).map(|at| Field::new(name(at), DataType::Int64, true)).collect::<Vec<_>>();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![column; WIDE]).unwrap()
}

#[test]
fn seventy_thousand_columns_are_a_line_of_as_many_fields() {
    let frame = wide(5, |at| format!("c{at}"));
    let row = |row: usize| {
        let fields = (0..WIDE).map(|at| format!("c{at}={row}i")).collect::<Vec<_>>();
        format!("m {}\n", fields.join(","))
    };
    let expected: String = (0..5).map(row).collect();
    for threads in [1, 2] {
        let (text, refused) = written(frame.clone(), &Roles::new("m").stamped(), threads);
        assert!(text == expected && refused.is_empty(), "{threads} threads");
    }
}

#[test]
fn mistakes_in_seventy_thousand_columns_are_told_soon() {
    let began = Instant::now();
    let missing = Roles::new("m").stamped().tags((0..WIDE).map(|at| format!("d{at}")));
    let error = Plan::of(&wide(1, |at| format!("c{at}")), &missing).unwrap_err();
    assert_eq!(error.problems().len(), WIDE);
    let near = |problem: &&Problem| matches!(problem, Problem::Missing { near: Some(_), .. });
    assert_eq!(error.problems().iter().filter(near).count(), 20);
    assert!(error.to_string().contains("did you mean \"c0\"?"));
    let error = Plan::of(&wide(1, |_| "same".to_owned()), &Roles::new("m").stamped()).unwrap_err();
    assert!(matches!(error.problems(), [Problem::Several { count: WIDE, .. }]));
    // it took minutes when each was compared with each
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn no_rows_are_no_piece_and_roles_are_checked_all_the_same() {
    let frame = df!["host" => Vec::<String>::new(), "v" => Vec::<f64>::new()].unwrap();
    for threads in [1, 2] {
        let roles = Roles::new("m").tag("host").stamped();
        assert_eq!(written(frame.clone(), &roles, threads), (String::new(), vec![]));
    }
    assert!(Pieces::new(frame, &Roles::new("m").tag("hots").stamped(), LineBuffer::new()).is_err());
}

#[test]
fn a_chunk_whose_texts_and_numbers_are_longer_than_two_gib_is_as_a_copy_of_its_rows() {
    const LONG: usize = 1 << 31;
    // Nothing but the last page is touched, and of zeros nothing is kept in memory.
    let mut bytes = vec![0; LONG];
    bytes.extend(b"one,two");
    let (one, two) = (LONG as i64 + 3, LONG as i64 + 7);
    let offsets = OffsetBuffer::new(vec![0, LONG as i64, one, one, two].into());
    let texts = LargeStringArray::new(offsets, bytes.into(), Some(vec![true, true, false, true].into()));
    let mut numbers = vec![0.0; LONG / 8];
    numbers.extend([0.5, 1.5, 2.5]);
    let numbers = Float64Array::from(numbers);
    assert!(numbers.values().inner().len() > LONG);
    let rows =
        batch(vec![("text", Arc::new(texts.slice(1, 3))), ("v", Arc::new(numbers.slice(LONG / 8, 3)))]);
    for threads in [1, 2] {
        let roles = Roles::new("m").stamped();
        let (text, refused) = written(rows.clone(), &roles, threads);
        assert_eq!(text, "m text=\"one\",v=0.5\nm v=1.5\nm text=\",two\",v=2.5\n", "{threads} threads");
        assert!(refused.is_empty());
        let (tagged, _) = written(rows.clone(), &roles.tag("text"), threads);
        assert_eq!(tagged, "m,text=one v=0.5\nm v=1.5\nm,text=\\,two v=2.5\n", "{threads} threads");
    }
}

#[test]
fn a_column_named_time_is_the_time_or_called_otherwise() {
    let frame = df!["time" => [1_i64], "v" => [1.5]].unwrap();
    assert_eq!(
        written(frame.clone(), &Roles::new("m").time_in("time", Precision::Seconds), 1).0,
        "m v=1.5 1000000000\n"
    );
    let renamed = Roles::new("m").rename("time", "at").stamped();
    assert_eq!(written(frame.clone(), &renamed, 1).0, "m at=1i,v=1.5\n");
    assert_eq!(written(frame.clone(), &Roles::new("m").ignore("time").stamped(), 1).0, "m v=1.5\n");
    for roles in
        [Roles::new("m").stamped(), Roles::new("m").tag("time").stamped(), renamed.rename("v", "time")]
    {
        let error = Plan::of(&frame, &roles).unwrap_err();
        assert!(matches!(error.problems(), [Problem::Key { key, .. }] if key == "time"), "{error}");
    }
}

#[test]
fn names_of_all_scripts_are_keys() {
    let names = ["größe in m²", "温度", "🚀", "e\u{301}", "a,b=c d"];
    let columns = names.map(|name| Column::new(name.into(), [name]));
    let frame = DataFrame::new_infer_height(columns.to_vec()).unwrap();
    let mut point = Point::new("местность");
    point = point.tag(names[1], names[1]);
    for name in [names[0], names[2], names[3], names[4]] {
        point = point.field(name, name);
    }
    let mut lines = LineBuffer::new();
    lines.push(&point).unwrap();
    let roles = Roles::new("местность").tag("温度").stamped();
    assert_eq!(written(frame, &roles, 1), (lines.as_str().to_owned(), vec![]));
}

#[test]
fn floats_of_all_sizes_keep_the_sign_of_zero_and_follow_the_policy_of_those_that_are_not_finite() {
    type Half = <Float16Type as ArrowPrimitiveType>::Native;
    let values = [0.0, -0.0, f64::NAN, f64::INFINITY, 0.5];
    let doubles = || Arc::new(Float64Array::from(values.to_vec()));
    let half: Float16Array = values.iter().map(|value| Some(Half::from_f64(*value))).collect();
    let keys = Int8Array::from(vec![0, 1, 2, 3, 4]);
    let arrays: [ArrayRef; 3] =
        [doubles(), Arc::new(half), Arc::new(DictionaryArray::<Int8Type>::new(keys, doubles()))];
    for array in arrays {
        let frame = || batch(vec![("f", array.clone()), ("x", Arc::new(Int8Array::from(vec![1; 5])))]);
        let (text, refused) = written(frame(), &Roles::new("m").stamped(), 1);
        assert_eq!(text, "m f=0,x=1i\nm f=-0,x=1i\nm x=1i\nm x=1i\nm f=0.5,x=1i\n", "{}", array.data_type());
        assert_eq!(refused, []);
        let strict = Roles::new("m").stamped().non_finite_in("f", NonFinite::Error);
        let rows: Vec<_> = written(frame(), &strict, 1).1.into_iter().map(|(row, _)| row).collect();
        assert_eq!(rows, [2, 3], "{}", array.data_type());
    }
}

#[test]
fn a_dictionary_without_values_has_only_nulls() {
    let texts: ArrayRef = Arc::new(StringArray::from(Vec::<&str>::new()));
    let numbers: ArrayRef = Arc::new(Int64Array::from(Vec::<i64>::new()));
    for values in [texts, numbers] {
        let keys = Int8Array::from(vec![None, None]);
        let column: ArrayRef = Arc::new(DictionaryArray::<Int8Type>::new(keys, values));
        let frame = batch(vec![("d", column), ("x", Arc::new(Int8Array::from(vec![1, 2])))]);
        for roles in [Roles::new("m").stamped(), Roles::new("m").tag("d").stamped()] {
            assert_eq!(written(frame.clone(), &roles, 1), ("m x=1i\nm x=2i\n".to_owned(), vec![]));
        }
    }
}

#[test]
fn integers_that_no_server_stores_refuse_their_rows() {
    let values = [1, i128::from(i64::MAX), i128::from(i64::MAX) + 1, i128::MIN, -1];
    let column = Int128Chunked::from_slice("v".into(), &values).into_series();
    let frame = DataFrame::new_infer_height(vec![column.into()]).unwrap();
    let rows = |roles: &Roles| {
        let (text, refused) = written(frame.clone(), roles, 1);
        (text, refused.into_iter().map(|(row, _)| row).collect::<Vec<_>>())
    };
    let roles = Roles::new("m").stamped();
    assert_eq!(rows(&roles), ("m v=1i\nm v=9223372036854775807i\nm v=-1i\n".to_owned(), vec![2, 3]));
    let unsigned = roles.clone().integers(IntegerKind::Unsigned);
    let expected = "m v=1u\nm v=9223372036854775807u\nm v=9223372036854775808u\n";
    assert_eq!(rows(&unsigned), (expected.to_owned(), vec![3, 4]));
    let float = roles.integers(IntegerKind::Float);
    let expected = "m v=1\nm v=9.223372036854776e+18\nm v=-1.7014118346046923e+38\nm v=-1\n";
    assert_eq!(rows(&float), (expected.to_owned(), vec![1]));
}

#[test]
fn times_at_the_ends_are_stored_or_refused_as_those_of_points() {
    let times = [i64::MIN, i64::MIN + 1, i64::MIN + 2, -1, 0, i64::MAX - 1, i64::MAX];
    let mut lines = LineBuffer::new();
    let mut expected = Vec::new();
    for (row, time) in (0..).zip(times) {
        if let Err(error) = lines.push(&Point::new("m").field("x", 1).time(Nanos(time))) {
            expected.push((row, error.to_string()));
        }
    }
    assert!(!expected.is_empty());
    let x: ArrayRef = Arc::new(Int8Array::from(vec![1; times.len()]));
    let stamps =
        batch(vec![("at", Arc::new(TimestampNanosecondArray::from(times.to_vec()))), ("x", x.clone())]);
    let integers = batch(vec![("at", Arc::new(Int64Array::from(times.to_vec()))), ("x", x)]);
    let cases = [
        (stamps.clone(), Roles::new("m").time("at")),
        (integers, Roles::new("m").time_in("at", Precision::Nanoseconds)),
        (stamps, Roles::new("m").time("at").time_zone("UTC")),
    ];
    for (frame, roles) in cases {
        assert_eq!(written(frame, &roles, 1), (lines.as_str().to_owned(), expected.clone()), "{roles:?}");
    }
    // and what no 64 bits hold
    let beyond = Int128Chunked::from_slice("at".into(), &[i128::from(i64::MAX) + 1, i128::MIN]).into_series();
    let frame =
        DataFrame::new_infer_height(vec![beyond.into(), Column::new("x".into(), [1_i64, 2])]).unwrap();
    let roles = Roles::new("m").time_in("at", Precision::Nanoseconds);
    let rows: Vec<_> = written(frame, &roles, 1).1.into_iter().map(|(row, _)| row).collect();
    assert_eq!(rows, [0, 1]);
}
