//! The types, with values of each and their texts.

use std::sync::Arc;

use arrow_array::types::*;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, DictionaryArray, FixedSizeBinaryArray,
    LargeBinaryArray, LargeStringArray, PrimitiveArray, StringArray, StringViewArray, make_array,
};
use arrow_buffer::i256;
use arrow_schema::{DataType as ArrowType, TimeUnit as ArrowUnit};
use polars::prelude::{
    CategoricalPhysical, Categories, DataType, FrozenCategories, Int128Chunked, IntoSeries, NamedFrom,
    NewChunkedArray, Series, TimeUnit, TimeZone,
};

/// Three values, of which the one in the middle is null, as the libraries have them, and the texts of the others.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) polars: Vec<Series>,
    pub(super) arrow: Vec<ArrayRef>,
    pub(super) field: [&'static str; 2],
    /// `None`: it can be none.
    pub(super) tag: Option<[&'static str; 2]>,
    /// As a field of text, if that is another.
    pub(super) text: Option<[&'static str; 2]>,
}

impl Case {
    fn tagged(self, first: &'static str, last: &'static str) -> Self {
        Self { tag: Some([first, last]), ..self }
    }

    /// Tags are the same text.
    fn text(self, first: &'static str, last: &'static str) -> Self {
        Self { text: Some([first, last]), ..self }.tagged(first, last)
    }
}

fn case(
    name: &'static str,
    polars: impl Into<Vec<Series>>,
    arrow: impl Into<Vec<ArrayRef>>,
    field: [&'static str; 2],
) -> Case {
    Case { name, polars: polars.into(), arrow: arrow.into(), field, tag: None, text: None }
}

fn series<T, P: ?Sized>(values: T, data_type: DataType) -> Series
where
    Series: NamedFrom<T, P>,
{
    Series::new("v".into(), values).strict_cast(&data_type).unwrap()
}

fn array<T: ArrowPrimitiveType>(first: T::Native, last: T::Native) -> ArrayRef {
    Arc::new([Some(first), None, Some(last)].into_iter().collect::<PrimitiveArray<T>>())
}

/// The same numbers in a type that is stored alike.
fn called(array: ArrayRef, data_type: ArrowType) -> ArrayRef {
    make_array(array.to_data().into_builder().data_type(data_type).build().unwrap())
}

fn dictionary<K: ArrowDictionaryKeyType>(values: ArrayRef) -> ArrayRef
where
    K::Native: From<bool>,
{
    // the last value is null, and so is a key
    let keys = [Some(K::Native::from(false)), None, Some(K::Native::from(true))];
    Arc::new(DictionaryArray::<K>::new(keys.into_iter().collect(), values))
}

pub(super) fn numbers() -> Vec<Case> {
    let int = |value: [i64; 2], data_type| [series(vec![Some(value[0]), None, Some(value[1])], data_type)];
    let small = [Some(1_u64), None, Some(255)];
    let large = || vec![Some(5_u64), None, Some(u64::MAX)];
    type Half = <Float16Type as ArrowPrimitiveType>::Native;
    let half = array::<Float16Type>(Half::from_f32(1.5), Half::from_f32(-0.1));
    let least = "-9223372036854775808";
    vec![
        case(
            "boolean",
            [series(vec![Some(true), None, Some(false)], DataType::Boolean)],
            [Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)])) as ArrayRef],
            ["true", "false"],
        )
        .tagged("true", "false"),
        case("int8", int([7, -128], DataType::Int8), [array::<Int8Type>(7, -128)], ["7i", "-128i"])
            .tagged("7", "-128"),
        case("int16", int([7, -32768], DataType::Int16), [array::<Int16Type>(7, -32768)], ["7i", "-32768i"])
            .tagged("7", "-32768"),
        case("int32", int([0, -1], DataType::Int32), [array::<Int32Type>(0, -1)], ["0i", "-1i"])
            .tagged("0", "-1"),
        case(
            "int64",
            int([7, i64::MIN], DataType::Int64),
            [array::<Int64Type>(7, i64::MIN)],
            ["7i", "-9223372036854775808i"],
        )
        .tagged("7", least),
        case("int128", int([7, i64::MIN], DataType::Int128), [], ["7i", "-9223372036854775808i"])
            .tagged("7", least),
        case(
            "uint8",
            [series(small.to_vec(), DataType::UInt8)],
            [array::<UInt8Type>(1, 255)],
            ["1i", "255i"],
        )
        .tagged("1", "255"),
        case(
            "uint16",
            [series(small.to_vec(), DataType::UInt16)],
            [array::<UInt16Type>(1, 255)],
            ["1i", "255i"],
        )
        .tagged("1", "255"),
        case(
            "uint32",
            [series(small.to_vec(), DataType::UInt32)],
            [array::<UInt32Type>(1, 255)],
            ["1i", "255i"],
        )
        .tagged("1", "255"),
        case(
            "uint64",
            [series(large(), DataType::UInt64), series(large(), DataType::UInt128)],
            [array::<UInt64Type>(5, u64::MAX)],
            ["5u", "18446744073709551615u"],
        )
        .tagged("5", "18446744073709551615"),
        // of 16 bits, so that more digits would say what nobody measured
        case(
            "float16",
            [series(vec![Some(1.5_f32), None, Some(-0.1)], DataType::Float16)],
            [half],
            ["1.5", "-0.099975586"],
        ),
        case(
            "float32",
            [series(vec![Some(0.1_f32), None, Some(1e10)], DataType::Float32)],
            [array::<Float32Type>(0.1, 1e10)],
            ["0.1", "10000000000"],
        ),
        case(
            "float64",
            [series(vec![Some(0.1), None, Some(-1e300)], DataType::Float64)],
            [
                array::<Float64Type>(0.1, -1e300),
                dictionary::<UInt8Type>(Arc::new(PrimitiveArray::<Float64Type>::from(vec![0.1, -1e300]))),
            ],
            ["0.1", "-1e+300"],
        ),
    ]
}

pub(super) fn texts() -> Vec<Case> {
    let values = || vec![Some("a b"), None, Some("a,b=\"c\"")];
    let two = || vec!["a b", "a,b=\"c\""];
    let bytes = || [Some(&b"\x00\xff"[..]), None, Some(&b"ok"[..])];
    let names = FrozenCategories::new(["other", "a b", "a,b=\"c\""]).unwrap();
    let small = Categories::new("small".into(), "types".into(), CategoricalPhysical::U8);
    let fixed = FixedSizeBinaryArray::try_from_sparse_iter_with_size(bytes().into_iter(), 2).unwrap();
    let escaped = ["a\\ b", "a\\,b\\=\"c\""];
    vec![
        case(
            "string",
            [series(values(), DataType::String)],
            [
                Arc::new(StringArray::from(values())) as ArrayRef,
                Arc::new(LargeStringArray::from(values())),
                Arc::new(StringViewArray::from(values())),
            ],
            ["\"a b\"", "\"a,b=\\\"c\\\"\""],
        )
        .tagged(escaped[0], escaped[1]),
        case(
            "category",
            [
                series(values(), DataType::from_categories(Categories::global())),
                series(values(), DataType::from_categories(small)),
                series(values(), DataType::from_frozen_categories(names)),
            ],
            [
                dictionary::<Int8Type>(Arc::new(StringArray::from(two()))),
                dictionary::<Int16Type>(Arc::new(StringViewArray::from(two()))),
                dictionary::<Int32Type>(Arc::new(LargeStringArray::from(two()))),
                dictionary::<Int64Type>(Arc::new(StringArray::from(two()))),
                dictionary::<UInt8Type>(Arc::new(StringArray::from(two()))),
                dictionary::<UInt16Type>(Arc::new(StringArray::from(two()))),
                dictionary::<UInt32Type>(Arc::new(StringArray::from(two()))),
                dictionary::<UInt64Type>(Arc::new(StringArray::from(two()))),
            ],
            ["\"a b\"", "\"a,b=\\\"c\\\"\""],
        )
        .tagged(escaped[0], escaped[1]),
        case(
            "binary",
            [series(bytes().to_vec(), DataType::Binary)],
            [
                Arc::new(BinaryArray::from_iter(bytes())) as ArrayRef,
                Arc::new(LargeBinaryArray::from_iter(bytes())),
                Arc::new(BinaryViewArray::from_iter(bytes())),
                Arc::new(fixed),
            ],
            ["\"AP8=\"", "\"b2s=\""],
        )
        .tagged("AP8\\=", "b2s\\="),
    ]
}

pub(super) fn decimals() -> Vec<Case> {
    fn of<T: DecimalType>(values: [T::Native; 2], precision: u8, scale: i8) -> ArrayRef {
        let array = [Some(values[0]), None, Some(values[1])].into_iter().collect::<PrimitiveArray<T>>();
        Arc::new(array.with_precision_and_scale(precision, scale).unwrap())
    }
    let wide = |values: [i128; 2]| values.map(i256::from_i128);
    let most = "99999999999999999999999999999999999.999";
    let polars = |values: [i128; 2], scale| {
        let values = [Some(values[0]), None, Some(values[1])];
        let values = Int128Chunked::from_iter_options("v".into(), values.into_iter());
        [values.into_decimal(38, scale).unwrap().into_series()]
    };
    vec![
        case(
            "decimal",
            polars([1_250, -5], 3),
            [
                of::<Decimal32Type>([1_250, -5], 9, 3),
                of::<Decimal64Type>([1_250, -5], 18, 3),
                of::<Decimal128Type>([1_250, -5], 38, 3),
                of::<Decimal256Type>(wide([1_250, -5]), 76, 3),
            ],
            ["1.25", "-0.005"],
        )
        .text("1.25", "-0.005"),
        case(
            "decimal of all digits",
            polars([10_i128.pow(38) - 1, 2_000], 3),
            [of::<Decimal256Type>(wide([10_i128.pow(38) - 1, 2_000]), 76, 3)],
            [most, "2"],
        )
        .text(most, "2"),
        case("decimal of hundreds", [], [of::<Decimal128Type>([123, -1], 5, -2)], ["12300", "-100"])
            .text("12300", "-100"),
    ]
}

pub(super) fn times() -> Vec<Case> {
    let polars = |first: i64, last: i64, types: &[DataType]| {
        let values = || Series::new("v".into(), [Some(first), None, Some(last)]);
        types.iter().map(|data_type| values().strict_cast(data_type).unwrap()).collect::<Vec<_>>()
    };
    let arrow = |first: i64, last: i64, types: &[ArrowType]| {
        types.iter().map(|ty| called(array::<Int64Type>(first, last), ty.clone())).collect::<Vec<_>>()
    };
    let days = Series::new("v".into(), [Some(19_844_i32), None, Some(-1)]);
    let berlin = || TimeZone::opt_try_new(Some("Europe/Berlin")).unwrap();
    let zones = |unit| {
        [None, Some("UTC"), Some("+02:00"), Some("Europe/Berlin")]
            .map(|zone| ArrowType::Timestamp(unit, zone.map(Into::into)))
    };
    let at = 1_714_564_800; // 2024-05-01, 12:00:00
    let (ms, us, ns) = (at * 1_000 + 500, at * 1_000_000 + 1, at * 1_000_000_000);
    use TimeUnit::{Microseconds, Milliseconds, Nanoseconds};
    vec![
        case(
            "date",
            [days.strict_cast(&DataType::Date).unwrap()],
            [array::<Date32Type>(19_844, -1)],
            ["19844i", "-1i"],
        )
        .text("2024-05-01", "1969-12-31"),
        case("date of 64 bits", [], [array::<Date64Type>(86_400_000, -1)], ["86400000i", "-1i"])
            .text("1970-01-02T00:00:00Z", "1969-12-31T23:59:59.999Z"),
        case("seconds", [], arrow(at, -1, &zones(ArrowUnit::Second)), ["1714564800i", "-1i"])
            .text("2024-05-01T12:00:00Z", "1969-12-31T23:59:59Z"),
        case(
            "milliseconds",
            polars(
                ms,
                -1,
                &[DataType::Datetime(Milliseconds, None), DataType::Datetime(Milliseconds, berlin())],
            ),
            arrow(ms, -1, &zones(ArrowUnit::Millisecond)),
            ["1714564800500i", "-1i"],
        )
        .text("2024-05-01T12:00:00.5Z", "1969-12-31T23:59:59.999Z"),
        case(
            "microseconds",
            polars(
                us,
                -1,
                &[DataType::Datetime(Microseconds, None), DataType::Datetime(Microseconds, berlin())],
            ),
            arrow(us, -1, &zones(ArrowUnit::Microsecond)),
            ["1714564800000001i", "-1i"],
        )
        .text("2024-05-01T12:00:00.000001Z", "1969-12-31T23:59:59.999999Z"),
        case(
            "nanoseconds",
            polars(
                ns,
                -1,
                &[DataType::Datetime(Nanoseconds, None), DataType::Datetime(Nanoseconds, berlin())],
            ),
            arrow(ns, -1, &zones(ArrowUnit::Nanosecond)),
            ["1714564800000000000i", "-1i"],
        )
        .text("2024-05-01T12:00:00Z", "1969-12-31T23:59:59.999999999Z"),
        case(
            "time of day",
            polars(0, 43_200_500_000_000, &[DataType::Time]),
            [array::<Time64NanosecondType>(0, 43_200_500_000_000)],
            ["0i", "43200500000000i"],
        )
        .text("00:00:00", "12:00:00.5"),
        case("time in us", [], [array::<Time64MicrosecondType>(1, 2_000_000)], ["1i", "2000000i"])
            .text("00:00:00.000001", "00:00:02"),
        case("time in ms", [], [array::<Time32MillisecondType>(1, 2_000)], ["1i", "2000i"])
            .text("00:00:00.001", "00:00:02"),
        case("time in s", [], [array::<Time32SecondType>(1, 86_399)], ["1i", "86399i"])
            .text("00:00:01", "23:59:59"),
        case("duration in s", [], [array::<DurationSecondType>(90, -1)], ["90i", "-1i"])
            .text("90s", "-1s")
            .tagged("90", "-1"),
        case(
            "duration in ms",
            polars(90, -1, &[DataType::Duration(Milliseconds)]),
            [array::<DurationMillisecondType>(90, -1)],
            ["90i", "-1i"],
        )
        .text("90ms", "-1ms")
        .tagged("90", "-1"),
        case(
            "duration in us",
            polars(90, -1, &[DataType::Duration(Microseconds)]),
            [array::<DurationMicrosecondType>(90, -1)],
            ["90i", "-1i"],
        )
        .text("90us", "-1us")
        .tagged("90", "-1"),
        case(
            "duration in ns",
            polars(90, -1, &[DataType::Duration(Nanoseconds)]),
            [array::<DurationNanosecondType>(90, -1)],
            ["90i", "-1i"],
        )
        .text("90ns", "-1ns")
        .tagged("90", "-1"),
    ]
}
