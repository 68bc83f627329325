//! Tags of Polars' categories and enums.

use std::sync::Arc;

use polars::prelude::{
    CategoricalPhysical, Categories, Column, DataFrame, DataType, FrozenCategories, NamedFrom, Series,
};

use super::super::dictionary::Dictionary;
use super::super::{Encoder, Piece};
use crate::roles::Roles;

fn encoder() -> Encoder {
    Encoder::new(Roles::new("m").tag("t").stamped())
}

fn tags(values: &[Option<&str>], data_type: &DataType) -> Series {
    Series::new("t".into(), values).strict_cast(data_type).unwrap()
}

fn categories(name: &str, physical: CategoricalPhysical) -> (Arc<Categories>, DataType) {
    let categories = Categories::new(name.into(), "encode".into(), physical);
    (categories.clone(), DataType::from_categories(categories))
}

/// The tags of the lines, one behind the other, and how many the encoder has made so far.
fn encode(encoder: &mut Encoder, tags: Series) -> (String, usize) {
    let values = Column::new("v".into(), vec![1_i64; tags.len()]);
    let frame = DataFrame::new_infer_height(vec![tags.into(), values]).unwrap();
    let mut piece = Piece::default();
    encoder.encode(&frame, 0..frame.height(), 0, &mut piece).unwrap();
    let tag =
        |line: &str| line.strip_prefix("m").and_then(|line| line.strip_suffix(" v=1i")).unwrap().to_owned();
    let made = encoder.rows.dictionaries[0].as_ref().map_or(0, Dictionary::made);
    (piece.lines.iter().map(tag).collect(), made)
}

#[test]
fn a_category_is_rendered_once_whatever_chunks_it_stands_in() {
    for physical in [CategoricalPhysical::U8, CategoricalPhysical::U16, CategoricalPhysical::U32] {
        let (_kept, data_type) = categories(&format!("chunks {physical:?}"), physical);
        // one that no row has is not rendered
        let unused = tags(&[Some("unused\n")], &data_type);
        let mut all = tags(&[Some("a b"), None, Some("c")], &data_type);
        all.append(&tags(&[Some("c"), Some("a b")], &data_type)).unwrap();
        all.append(&tags(&[None, Some("")], &data_type)).unwrap();
        let expected = ",t=a\\ b,t=c,t=c,t=a\\ b";
        assert_eq!(encode(&mut encoder(), all), (expected.to_owned(), 3), "{physical:?}");
        drop(unused);
    }
}

#[test]
fn categories_that_are_added_between_frames_leave_those_before() {
    let (_kept, data_type) = categories("grows", CategoricalPhysical::U32);
    let mut encoder = encoder();
    assert_eq!(encode(&mut encoder, tags(&[Some("a"), Some("a")], &data_type)), (",t=a,t=a".to_owned(), 1));
    assert_eq!(encode(&mut encoder, tags(&[Some("b"), None], &data_type)), (",t=b".to_owned(), 2));
    let many: Vec<_> = (0..1_500).map(|at| format!("x{}", at % 1_200)).collect();
    let more: Vec<_> = many.iter().map(|text| Some(text.as_str())).collect();
    let (found, made) = encode(&mut encoder, tags(&more, &data_type));
    assert_eq!((found, made), (many.iter().map(|text| format!(",t={text}")).collect(), 1_202));
    // also those of a frame that is far shorter than the dictionary
    let few = tags(&[Some("a"), Some("x7")], &data_type);
    assert_eq!(encode(&mut encoder, few), (",t=a,t=x7".to_owned(), 1_202));
}

#[test]
fn other_categories_of_the_same_numbers_are_other_tags() {
    let of = |names: [&str; 2]| DataType::from_frozen_categories(FrozenCategories::new(names).unwrap());
    let (_kept, category) = categories("others", CategoricalPhysical::U8);
    let mut encoder = encoder();
    let cases = [
        (of(["a", "b"]), "b", ",t=b"),
        (of(["c", "d"]), "d", ",t=d"),
        (category, "e", ",t=e"),
        (of(["a", "b"]), "a", ",t=a"),
    ];
    for (data_type, value, expected) in cases {
        assert_eq!(encode(&mut encoder, tags(&[Some(value)], &data_type)).0, expected, "{data_type}");
    }
}

#[test]
fn a_category_that_cannot_be_a_tag_refuses_each_of_its_rows() {
    let (_kept, data_type) = categories("refused", CategoricalPhysical::U32);
    let values = Column::new("v".into(), vec![1_i64; 3]);
    let texts = tags(&[Some("a\nb"), Some("a"), Some("a\nb")], &data_type);
    let frame = DataFrame::new_infer_height(vec![texts.into(), values]).unwrap();
    let mut piece = Piece::default();
    encoder().encode(&frame, 0..3, 7, &mut piece).unwrap();
    let refused: Vec<_> =
        piece.refused.iter().map(|refused| (refused.row, refused.error.to_string())).collect();
    let why = "tag \"t\": the value contains a newline, which would end the line".to_owned();
    assert_eq!(refused, [(7, why.clone()), (9, why)]);
    assert_eq!((piece.lines.as_str(), piece.row_of(0)), ("m,t=a v=1i\n", 8));
}
