use polars::prelude::*;

use super::Member;
use crate::column::shown::shown;
use crate::frame::Frame;
use crate::frame::sealed::Frame as _;

/// A series in chunks of these lengths, with a null in each fourth row.
fn chunked(name: &str, lens: &[usize]) -> Series {
    let mut next = 0;
    let mut chunk = |len: usize| {
        let values = (next..next + len as i64).map(|value| (value % 4 != 3).then_some(value));
        next += len as i64;
        Series::new(name.into(), values.collect::<Vec<_>>())
    };
    let mut series = chunk(lens[0]);
    lens[1..].iter().for_each(|len| drop(series.append(&chunk(*len))));
    series
}

fn expected(rows: std::ops::Range<usize>) -> Vec<Option<String>> {
    rows.map(|value| (value % 4 != 3).then(|| value.to_string())).collect()
}

#[test]
fn blocks_end_where_a_chunk_of_any_column_ends() {
    let frame = DataFrame::new_infer_height(vec![
        chunked("a", &[5, 0, 7]).into(),
        chunked("b", &[12]).into(),
        chunked("c", &[1, 4, 1, 6]).into(),
    ]);
    let frame = frame.unwrap();
    let cases: [(std::ops::Range<usize>, &[usize], &[usize]); 6] = [
        (0..12, &[0, 1, 2], &[1, 5, 6, 12]),
        (0..12, &[1], &[12]),
        (0..12, &[], &[12]),
        (5..6, &[0, 1, 2], &[6]),
        (2..11, &[2, 0], &[5, 6, 11]),
        (4..4, &[0], &[]),
    ];
    for (rows, columns, ends) in cases {
        let paths: Vec<_> = columns.iter().map(|at| vec![*at]).collect();
        let blocks = frame.blocks(&paths, rows.clone());
        assert_eq!(blocks.iter().map(|block| block.rows.end).collect::<Vec<_>>(), ends, "{rows:?}");
        for column in 0..columns.len() {
            assert_eq!(shown(&blocks, column), expected(rows.clone()), "{rows:?} of {columns:?}");
        }
    }
}

#[test]
fn slices_begin_where_they_say() {
    let frame = DataFrame::new_infer_height(vec![chunked("a", &[9, 9]).into()]).unwrap();
    let frame = frame.slice(7, 8).slice(1, 6);
    assert_eq!(shown(&frame.blocks(&[vec![0]], 1..6), 0), expected(9..14));
}

#[test]
fn a_member_is_null_where_any_struct_around_it_is() {
    let inner = chunked("n", &[12]);
    let none = |name: &str, rows: &[usize], of: &Series| {
        let valid = (0..12).map(|row| !rows.contains(&row)).collect();
        let of = StructChunked::from_series(name.into(), 12, [of].into_iter()).unwrap();
        of.with_outer_validity(Some(valid)).into_series()
    };
    let outer = none("outer", &[1, 8], &none("middle", &[2, 8, 9], &inner));
    let frame = DataFrame::new_infer_height(vec![outer.clone().into()]).unwrap().slice(1, 11);
    let expected: Vec<_> =
        (1..12).map(|row| (![1, 2, 3, 7, 8, 9, 11].contains(&row)).then(|| row.to_string())).collect();
    assert_eq!(shown(&frame.blocks(&[vec![0, 0, 0]], 0..11), 0), expected);

    let series = outer.slice(1, 11);
    assert_eq!(series.frame_schema().columns[0].name, "middle");
    assert_eq!(series.frame_rows(), 11);
    assert_eq!(shown(&series.blocks(&[vec![0, 0]], 0..11), 0), expected);
    assert_eq!(shown(&series.blocks(&[vec![0, 0]], 4..9), 0), expected[4..9]);
}

#[test]
fn a_series_of_anything_else_is_one_column() {
    let series = chunked("n", &[3, 5]);
    assert_eq!(series.frame_schema().columns.len(), 1);
    assert_eq!(series.frame_schema().columns[0].name, "n");
    assert_eq!(shown(&series.blocks(&[vec![0]], 2..7), 0), expected(2..7));
}

#[test]
fn categories_stand_behind_keys_of_every_width() {
    let texts = [Some("b"), None, Some("a"), Some("b")];
    let small = Categories::new("small".into(), "columns".into(), CategoricalPhysical::U8);
    let middle = Categories::new("middle".into(), "columns".into(), CategoricalPhysical::U16);
    let types = [
        DataType::from_categories(Categories::global()),
        DataType::from_categories(middle),
        DataType::from_categories(small),
        DataType::from_frozen_categories(FrozenCategories::new(["a", "b", "c"]).unwrap()),
    ];
    for data_type in types {
        let series = Series::new("c".into(), texts).cast(&data_type).unwrap();
        let members = vec![Member::new(&series, &[])];
        let blocks = super::blocks(members, 1..4);
        assert!(blocks[0].columns[0].keys.is_some());
        let expected: Vec<_> = texts[1..].iter().map(|text| text.map(str::to_owned)).collect();
        assert_eq!(shown(&blocks, 0), expected, "{data_type}");
    }
}

#[test]
fn scalar_columns_and_columns_of_nulls_have_their_rows() {
    let scalar = Column::new_scalar("s".into(), Scalar::from(7_i64), 5);
    let nulls = Column::full_null("n".into(), 5, &DataType::Null);
    let frame = DataFrame::new_infer_height(vec![scalar, nulls]).unwrap();
    let blocks = frame.blocks(&[vec![0], vec![1]], 1..4);
    assert_eq!(shown(&blocks, 0), vec![Some("7".to_owned()); 3]);
    assert_eq!(shown(&blocks, 1), vec![None; 3]);
}

#[test]
fn frames_without_rows_have_no_block() {
    for frame in [DataFrame::empty(), DataFrame::new_infer_height(vec![chunked("a", &[0]).into()]).unwrap()] {
        assert!(frame.blocks(&[], 0..frame.frame_rows()).is_empty());
    }
    assert_eq!(DataFrame::empty_with_height(3).blocks(&[], 0..3).len(), 1);
}
