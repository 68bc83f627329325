//! Cells of text, of bytes and of dictionaries, in the arrays of a library.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray,
};

use super::super::dictionary::Dictionary;
use super::super::{Encoder, Piece};
use super::*;
use crate::column::{Bytes, Text};
use crate::roles::Roles;

#[test]
fn empty_text_is_kept_left_out_or_refused() {
    let texts = StringArray::from(vec!["", "a \"b\""]);
    let refused = "the value is empty: fill it, or let such values be left out by OnEmpty::Skip";
    let left_out = "no field has a value, and a line needs at least one".to_owned();
    let table = [
        (OnEmpty::Keep, "\"\"".to_owned(), String::new()),
        (OnEmpty::Skip, left_out, String::new()),
        (OnEmpty::Refuse, format!("field \"f\": {refused}"), format!("tag \"t\": {refused}")),
    ];
    for (empty, of_field, of_tag) in table {
        let values = || Values::Text(Text::Utf8(&texts));
        let found = field(ColumnType::String, values(), 2, |plan| plan.empty = empty);
        assert_eq!(found, [of_field.as_str(), "\"a \\\"b\\\"\""]);
        let found = tag(ColumnType::String, values(), 2, |plan| plan.empty = empty);
        assert_eq!(found, [of_tag.as_str(), "a\\ \"b\""]);
    }
}

#[test]
fn bytes_are_base64_with_padding() {
    let bytes = BinaryArray::from(vec![&b""[..], &[0xfb, 0xff], b"abc"]);
    let values = || Values::Bytes(Bytes::Binary(&bytes));
    assert_eq!(field(ColumnType::Binary, values(), 3, |_| {}), ["\"\"", "\"+/8=\"", "\"YWJj\""]);
    assert_eq!(tag(ColumnType::Binary, values(), 3, |_| {}), ["", "+/8\\=", "YWJj"]);
    let skipped = field(ColumnType::Binary, values(), 1, |plan| plan.empty = OnEmpty::Skip);
    assert_eq!(skipped, ["no field has a value, and a line needs at least one"]);
}

#[test]
fn a_measurement_of_a_column_is_its_text_or_refuses_the_row() {
    let texts = StringArray::from(vec!["a b", "", "#c"]);
    let lines = Lines {
        measurement: MeasurementPlan::Column(0),
        fields: vec![field_plan(1, ColumnType::Integer(64))],
        ..lines()
    };
    let found =
        encode(&lines, vec![column(Values::Text(Text::Utf8(&texts))), column(Values::I64(&[1, 2, 3]))], 3);
    let expected = [
        "a\\ b f=1i",
        "measurement \"\": the name is empty",
        "measurement \"#c\": the name begins with `#`, which would make the line a comment",
    ];
    assert_eq!(found, expected);
    let null = encode(&lines, vec![column(Values::Null), column(Values::I64(&[1]))], 1);
    assert_eq!(null, ["the measurement is null: fill its column, or name a measurement for all rows"]);
}

fn dictionary(texts: &StringArray, keys: Vec<Option<i32>>) -> RecordBatch {
    let rows = keys.len();
    let hosts = DictionaryArray::<Int32Type>::new(Int32Array::from(keys), Arc::new(texts.clone()));
    let values: ArrayRef = Arc::new(Float64Array::from(vec![1.5; rows]));
    RecordBatch::try_from_iter([("host", Arc::new(hosts) as _), ("v", values)]).unwrap()
}

fn text_of(encoder: &mut Encoder, batch: &RecordBatch) -> (String, Vec<u64>) {
    let mut piece = Piece::default();
    encoder.encode(batch, 0..batch.num_rows(), 0, &mut piece).unwrap();
    (piece.lines.as_str().to_owned(), piece.refused.iter().map(|refused| refused.row).collect())
}

#[test]
fn tags_of_a_dictionary_are_those_of_its_texts_and_unused_ones_refuse_nothing() {
    let texts = StringArray::from(vec!["a b", "", "bad\n", "c"]);
    let mut encoder = Encoder::new(Roles::new("m").tag("host").stamped());
    let batch = dictionary(&texts, vec![Some(3), Some(0), None, Some(1), Some(0)]);
    let expected = "m,host=c v=1.5\nm,host=a\\ b v=1.5\nm v=1.5\nm v=1.5\nm,host=a\\ b v=1.5\n";
    assert_eq!(text_of(&mut encoder, &batch), (expected.to_owned(), vec![]));
    let batch = dictionary(&texts, vec![Some(2), Some(3), Some(2)]);
    assert_eq!(text_of(&mut encoder, &batch), ("m,host=c v=1.5\n".to_owned(), vec![0, 2]));
    // another of the same length
    let batch = dictionary(&StringArray::from(vec!["w", "x", "y", "z"]), vec![Some(2), Some(0)]);
    assert_eq!(text_of(&mut encoder, &batch).0, "m,host=y v=1.5\nm,host=w v=1.5\n");
}

#[test]
fn a_dictionary_is_kept_as_long_as_it_stands_in_the_same_memory() {
    let of = |texts: &StringArray, rows, before| {
        let column = Column { keys: Some(Keys::I8(&[0])), ..column(Values::Text(Text::Utf8(texts))) };
        Dictionary::of(&column, rows, before)
    };
    let made = Dictionary::made;
    let texts = StringArray::from(vec!["a", "b"]);
    let first = of(&texts, 10, None).unwrap();
    assert_eq!(made(&first), 0);
    first.tag(1, "t", Text::Utf8(&texts)).unwrap();
    let same = of(&texts.clone(), 10, Some(first)).unwrap();
    assert_eq!(made(&same), 1);
    let other = of(&StringArray::from(vec!["a", "b"]), 10, Some(same)).unwrap();
    assert_eq!(made(&other), 0);
    let first = of(&texts, 10, None).unwrap();
    first.tag(0, "t", Text::Utf8(&texts)).unwrap();
    assert_eq!(made(&of(&texts.slice(1, 1), 10, Some(first)).unwrap()), 0);
}

#[test]
fn dictionaries_far_longer_than_their_frame_are_read_row_by_row() {
    let texts = StringArray::from_iter_values((0..2_000).map(|at| format!("host {at}")));
    let column = Column { keys: Some(Keys::I8(&[0])), ..column(Values::Text(Text::Utf8(&texts))) };
    assert!(Dictionary::of(&column, 1_999, None).is_none());
    assert!(Dictionary::of(&column, 2_000, None).is_some());
    let mut encoder = Encoder::new(Roles::new("m").tag("host").stamped());
    let batch = dictionary(&texts, vec![Some(1_999), None]);
    assert_eq!(text_of(&mut encoder, &batch).0, "m,host=host\\ 1999 v=1.5\nm v=1.5\n");
}
