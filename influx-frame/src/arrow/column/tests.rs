use std::sync::Arc;

use arrow_array::builder::{Decimal256Builder, StringDictionaryBuilder};
use arrow_array::types::*;
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float16Array, Float64Array, Int32Array, NullArray,
    PrimitiveArray, RecordBatch, StringArray, StringViewArray, StructArray,
};
use arrow_buffer::{NullBuffer, i256};
use arrow_schema::{DataType, Field, Fields};

use crate::column::shown::shown;
use crate::frame::sealed::Frame as _;

fn batch(array: ArrayRef) -> RecordBatch {
    RecordBatch::try_from_iter([("c", array)]).unwrap()
}

fn texts(texts: &[Option<&str>]) -> Vec<Option<String>> {
    texts.iter().map(|text| text.map(str::to_owned)).collect()
}

#[test]
fn dictionaries_of_every_key_have_nulls_in_keys_and_in_values() {
    fn check<K: ArrowDictionaryKeyType>()
    where
        K::Native: TryFrom<u8>,
    {
        let native = |key: u8| K::Native::try_from(key).ok();
        let keys =
            PrimitiveArray::<K>::from_iter([native(0), native(2), None, native(1), native(2), native(0)]);
        let values = StringArray::from(vec![Some("zero"), None, Some("two"), Some("never")]);
        let array = DictionaryArray::new(keys, Arc::new(values));
        let expected = texts(&[Some("zero"), Some("two"), None, None, Some("two"), Some("zero")]);
        let batch = batch(Arc::new(array));
        assert_eq!(shown(&batch.blocks(&[vec![0]], 0..6), 0), expected, "{}", K::DATA_TYPE);
        let sliced = batch.slice(1, 5);
        assert_eq!(shown(&sliced.blocks(&[vec![0]], 1..4), 0), expected[2..5], "{}", K::DATA_TYPE);
    }
    check::<Int8Type>();
    check::<Int16Type>();
    check::<Int32Type>();
    check::<Int64Type>();
    check::<UInt8Type>();
    check::<UInt16Type>();
    check::<UInt32Type>();
    check::<UInt64Type>();
}

#[test]
fn dictionaries_hold_any_values() {
    let keys = || Int32Array::from(vec![Some(1), None, Some(0), Some(1)]);
    let half = Float16Array::from_iter_values([1.5, -2.0].map(Float16Native::from_f32));
    let digits = [i256::MAX, i256::MINUS_ONE].into_iter().collect::<arrow_array::Decimal256Array>();
    let most = i256::MAX.to_string();
    let cases: [(ArrayRef, [Option<&str>; 4]); 6] = [
        (
            Arc::new(StringViewArray::from(vec!["a", "a text of more than 12 bytes"])),
            [Some("a text of more than 12 bytes"), None, Some("a"), Some("a text of more than 12 bytes")],
        ),
        (Arc::new(BooleanArray::from(vec![None, Some(true)])), [Some("true"), None, None, Some("true")]),
        (
            Arc::new(Float64Array::from(vec![0.5, 7.25]).slice(0, 2)),
            [Some("7.25"), None, Some("0.5"), Some("7.25")],
        ),
        (Arc::new(half), [Some("-2"), None, Some("1.5"), Some("-2")]),
        (Arc::new(digits), [Some("-1"), None, Some(&most), Some("-1")]),
        (Arc::new(NullArray::new(2)), [None; 4]),
    ];
    for (values, expected) in cases {
        let data_type = values.data_type().clone();
        let batch = batch(Arc::new(DictionaryArray::new(keys(), values)));
        assert_eq!(shown(&batch.blocks(&[vec![0]], 0..4), 0), texts(&expected), "{data_type}");
        assert_eq!(shown(&batch.blocks(&[vec![0]], 1..3), 0), texts(&expected[1..3]), "{data_type}");
    }
}

type Float16Native = <Float16Type as ArrowPrimitiveType>::Native;

#[test]
fn a_member_is_null_where_any_struct_around_it_is() {
    let values: ArrayRef =
        Arc::new((0..12).map(|value| (value % 4 != 3).then_some(value)).collect::<Int32Array>());
    let none = |rows: &[usize], of: ArrayRef| -> ArrayRef {
        let field = Field::new("m", of.data_type().clone(), true);
        let nulls = (0..12).map(|row| !rows.contains(&row)).collect::<NullBuffer>();
        Arc::new(StructArray::new(Fields::from(vec![field]), vec![of], Some(nulls)))
    };
    let batch = batch(none(&[1, 8], none(&[2, 8, 9], values))).slice(1, 11);
    let expected: Vec<_> =
        (1..12).map(|row| (![1, 2, 3, 7, 8, 9, 11].contains(&row)).then(|| row.to_string())).collect();
    assert_eq!(shown(&batch.blocks(&[vec![0, 0, 0]], 0..11), 0), expected);
    assert_eq!(shown(&batch.blocks(&[vec![0, 0, 0]], 4..9), 0), expected[4..9]);
}

#[test]
fn what_is_copied_is_copied_for_the_rows_alone() {
    let half = Float16Array::from_iter_values([1.5, -2.0, 0.25].map(Float16Native::from_f32));
    let mut large = Decimal256Builder::new();
    [1, -20, 300].into_iter().for_each(|value| large.append_value(i256::from_i128(value)));
    let cases: [(ArrayRef, [&str; 2]); 2] =
        [(Arc::new(half), ["-2", "0.25"]), (Arc::new(large.finish()), ["-20", "300"])];
    for (array, [one, other]) in cases {
        let blocks = batch(array.clone()).slice(1, 2);
        let blocks = blocks.blocks(&[vec![0]], 1..2);
        assert_eq!(shown(&blocks, 0), texts(&[Some(other)]));
        assert_eq!(shown(&batch(array).blocks(&[vec![0]], 1..3), 0), texts(&[Some(one), Some(other)]));
    }
}

#[test]
fn extension_types_are_what_their_storage_is() {
    let metadata = [("ARROW:extension:name".to_owned(), "arrow.uuid".to_owned())];
    let field = Field::new("id", DataType::FixedSizeBinary(2), true)
        .with_metadata(std::collections::HashMap::from(metadata));
    let array = arrow_array::FixedSizeBinaryArray::try_from_iter([[1, 2], [3, 4]].into_iter()).unwrap();
    let schema = Arc::new(arrow_schema::Schema::new(vec![field]));
    let batch = RecordBatch::try_new(schema, vec![Arc::new(array)]).unwrap();
    assert_eq!(crate::Frame::frame_schema(&batch).columns[0].ty, crate::ColumnType::Binary);
    assert_eq!(shown(&batch.blocks(&[vec![0]], 1..2), 0), texts(&[Some("[3, 4]")]));
}

#[test]
fn keys_outside_of_their_dictionary_are_refused_by_arrow() {
    let values: ArrayRef = Arc::new(StringArray::from(vec!["only"]));
    for key in [1, -1] {
        assert!(DictionaryArray::try_new(Int32Array::from(vec![key]), values.clone()).is_err(), "{key}");
    }
    let mut unused = StringDictionaryBuilder::<Int8Type>::new();
    unused.append_nulls(3);
    let batch = batch(Arc::new(unused.finish()));
    assert_eq!(shown(&batch.blocks(&[vec![0]], 0..3), 0), vec![None; 3]);
}
