use influx_core::__private::ready::{ReadyKey, ReadyName};
use influx_core::{LineBuffer, NonFinite, Part, Precision};

use super::row::{Cells, Row, Scratch};
use crate::column::{Bits, Column, Keys, Values};
use crate::frame::Block;
use crate::plan::{FieldPlan, Lines, MeasurementPlan, TagPlan, TimePlan};
use crate::policy::{Ambiguous, DecimalAs, IntegerKind, OnEmpty, OnNull, OnNullTime, TemporalAs};
use crate::schema::{ColumnType, FrameSchema};
use crate::zone::Zone;

fn lines() -> Lines {
    Lines {
        schema: FrameSchema::default(),
        sources: Vec::new(),
        measurement: MeasurementPlan::Constant(ReadyName::new("m").unwrap()),
        tags: Vec::new(),
        fields: Vec::new(),
        time: None,
    }
}

fn field_plan(source: usize, ty: ColumnType) -> FieldPlan {
    FieldPlan {
        source,
        ty,
        key: ReadyKey::new(Part::Field, "f").unwrap(),
        null: OnNull::Skip,
        non_finite: None,
        empty: OnEmpty::Keep,
        integer: None,
        decimal: DecimalAs::Float,
        temporal: TemporalAs::Integer,
    }
}

fn tag_plan(source: usize, ty: ColumnType) -> TagPlan {
    let key = ReadyKey::new(Part::Tag, "t").unwrap();
    TagPlan { source, ty, name: "t".to_owned(), key, null: OnNull::Skip, empty: OnEmpty::Keep }
}

fn time_plan(source: usize, ty: ColumnType, unit: Precision) -> TimePlan {
    TimePlan { source, ty, column: "at".to_owned(), unit, null: OnNullTime::Refuse, zone: None }
}

fn column(values: Values<'_>) -> Column<'_> {
    Column { values, valid: None, keys: None, known: None, start: 0 }
}

/// The lines of rows: the text, or why there is none.
fn encode(lines: &Lines, columns: Vec<Column<'_>>, rows: usize) -> Vec<String> {
    let block = Block { rows: 0..rows, columns };
    let (dictionaries, scratch) = (lines.tags.iter().map(|_| None).collect::<Vec<_>>(), Scratch::default());
    let cells = Cells::new(lines, &block, &dictionaries, &scratch);
    let mut buffer = LineBuffer::new();
    let line = |row| {
        buffer.clear();
        match buffer.push(&Row { cells: &cells, row }) {
            Ok(()) => buffer.as_str().trim_end().to_owned(),
            Err(error) => {
                assert!(buffer.is_empty() && buffer.as_str().is_empty(), "a refused row left a trace");
                error.to_string()
            }
        }
    };
    (0..rows).map(line).collect()
}

/// A field of these values, one a row; its text alone, without `m f=`.
fn field(ty: ColumnType, values: Values<'_>, rows: usize, set: impl FnOnce(&mut FieldPlan)) -> Vec<String> {
    let mut plan = field_plan(0, ty);
    set(&mut plan);
    let lines = Lines { fields: vec![plan], ..lines() };
    let lines = encode(&lines, vec![column(values)], rows);
    lines.iter().map(|line| line.strip_prefix("m f=").unwrap_or(line).to_owned()).collect()
}

/// A tag of these values, beside a field `v=1i`; the tag's text alone.
fn tag(ty: ColumnType, values: Values<'_>, rows: usize, set: impl FnOnce(&mut TagPlan)) -> Vec<String> {
    let mut plan = tag_plan(0, ty);
    set(&mut plan);
    let lines = Lines { tags: vec![plan], fields: vec![field_plan(1, ColumnType::Integer(64))], ..lines() };
    let ones = vec![1; rows];
    let lines = encode(&lines, vec![column(values), column(Values::I64(&ones))], rows);
    let text = |line: &String| match line.strip_suffix(" f=1i") {
        Some(series) => series.strip_prefix("m,t=").unwrap_or_default().to_owned(),
        None => line.clone(),
    };
    lines.iter().map(text).collect()
}

/// A time of these values; the timestamp alone.
fn time(ty: ColumnType, values: Values<'_>, rows: usize, set: impl FnOnce(&mut TimePlan)) -> Vec<String> {
    let unit = match &ty {
        ColumnType::Timestamp(unit, _) => *unit,
        _ => Precision::Seconds,
    };
    let mut plan = time_plan(0, ty, unit);
    set(&mut plan);
    let lines = Lines { fields: vec![field_plan(1, ColumnType::Integer(64))], time: Some(plan), ..lines() };
    let ones = vec![1; rows];
    let lines = encode(&lines, vec![column(values), column(Values::I64(&ones))], rows);
    lines.iter().map(|line| line.strip_prefix("m f=1i").unwrap_or(line).trim_start().to_owned()).collect()
}

const WIDE: i128 = i64::MAX as i128 + 1;

#[test]
fn integers_of_every_width_are_integers_and_unsigned_ones_of_64_bits_unsigned() {
    use ColumnType::{Integer, Unsigned};
    let too_large =
        "field \"f\": 9223372036854775808 is no integer of 64 bits: store the column as float or string";
    let table: Vec<(ColumnType, Values<'_>, Vec<&str>)> = vec![
        (Integer(8), Values::I8(&[-128, 127]), vec!["-128i", "127i"]),
        (Integer(16), Values::I16(&[-5, 300]), vec!["-5i", "300i"]),
        (Integer(32), Values::I32(&[i32::MIN, 0]), vec!["-2147483648i", "0i"]),
        (Integer(64), Values::I64(&[i64::MIN, 7]), vec!["-9223372036854775808i", "7i"]),
        (Integer(128), Values::I128(&[-1, WIDE]), vec!["-1i", too_large]),
        (Unsigned(8), Values::U8(&[255, 0]), vec!["255i", "0i"]),
        (Unsigned(16), Values::U16(&[65_535, 1]), vec!["65535i", "1i"]),
        (Unsigned(32), Values::U32(&[u32::MAX, 1]), vec!["4294967295i", "1i"]),
        (Unsigned(64), Values::U64(&[u64::MAX, 1]), vec!["18446744073709551615u", "1u"]),
        (Unsigned(128), Values::U128(&[u64::MAX as u128, 1]), vec!["18446744073709551615u", "1u"]),
    ];
    for (ty, values, expected) in table {
        assert_eq!(field(ty.clone(), values, 2, |_| {}), expected, "{ty}");
    }
    let found = field(Unsigned(128), Values::U128(&[u128::MAX]), 1, |_| {});
    assert!(found[0].contains("is no unsigned integer of 64 bits: store"), "{found:?}");
}

#[test]
fn integers_become_the_kind_that_was_asked_for_or_refuse_their_row() {
    use ColumnType::{Integer, Unsigned};
    let odd = (1i64 << 53) + 1;
    let table: Vec<(IntegerKind, ColumnType, Values<'_>, Vec<&str>)> = vec![
        (IntegerKind::Integer, Unsigned(64), Values::U64(&[1]), vec!["1i"]),
        (
            IntegerKind::Integer,
            Unsigned(64),
            Values::U64(&[WIDE as u64]),
            vec![
                "field \"f\": 9223372036854775808 is no integer of 64 bits: store the column as float or string",
            ],
        ),
        (IntegerKind::Unsigned, Integer(8), Values::I8(&[1]), vec!["1u"]),
        (
            IntegerKind::Unsigned,
            Integer(64),
            Values::I64(&[-1]),
            vec!["field \"f\": -1 is no unsigned integer of 64 bits: store the column as float or string"],
        ),
        (IntegerKind::Float, Integer(64), Values::I64(&[-42]), vec!["-42"]),
        (IntegerKind::Float, Unsigned(8), Values::U8(&[7]), vec!["7"]),
        (IntegerKind::Float, Integer(128), Values::I128(&[1 << 100]), vec!["1.2676506002282294e+30"]),
        (
            IntegerKind::Float,
            Integer(64),
            Values::I64(std::slice::from_ref(&odd)),
            vec!["field \"f\": no double is exactly 9007199254740993: store the column as integer or string"],
        ),
    ];
    for (kind, ty, values, expected) in table {
        assert_eq!(field(ty.clone(), values, 1, |plan| plan.integer = Some(kind)), expected, "{kind:?} {ty}");
    }
    // a kind is of integers only
    let timestamp = ColumnType::Timestamp(Precision::Seconds, None);
    let found = field(timestamp, Values::I64(&[5]), 1, |plan| plan.integer = Some(IntegerKind::Float));
    assert_eq!(found, ["5i"]);
}

#[test]
fn floats_are_the_shortest_that_read_back_equal_and_not_finite_ones_follow_their_policy() {
    let values = [0.1, 1e300, f64::NAN];
    let left_out = "no field has a value, and a line needs at least one";
    let found =
        |policy| field(ColumnType::Float(64), Values::F64(&values), 3, |plan| plan.non_finite = Some(policy));
    assert_eq!(found(NonFinite::Skip), ["0.1", "1e+300", left_out]);
    assert_eq!(found(NonFinite::Error), ["0.1", "1e+300", "field \"f\": the value is not finite"]);
    let singles = Values::F32(vec![0.1, f32::INFINITY].into());
    assert_eq!(field(ColumnType::Float(32), singles, 2, |_| {}), ["0.1", left_out]);
}

#[test]
fn a_policy_of_one_field_is_not_that_of_the_next() {
    let mut strict = field_plan(0, ColumnType::Float(64));
    strict.non_finite = Some(NonFinite::Error);
    let mut other = field_plan(1, ColumnType::Float(64));
    other.key = ReadyKey::new(Part::Field, "g").unwrap();
    let lines = Lines { fields: vec![strict, other], ..lines() };
    let columns = vec![column(Values::F64(&[1.0, f64::NAN])), column(Values::F64(&[f64::NAN, 1.0]))];
    assert_eq!(encode(&lines, columns, 2), ["m f=1", "field \"f\": the value is not finite"]);
}

#[test]
fn decimals_are_exact() {
    let found = |of, scale, values: Values<'_>| {
        field(ColumnType::Decimal { scale }, values, 1, |plan| plan.decimal = of).remove(0)
    };
    let table = [(DecimalAs::Float, "-12.5", "7000"), (DecimalAs::String, "\"-12.5\"", "\"7000\"")];
    for (of, fraction, whole) in table {
        assert_eq!(found(of, 2, Values::I32(&[-1_250])), fraction);
        assert_eq!(found(of, 2, Values::I64(&[-1_250])), fraction);
        assert_eq!(found(of, 2, Values::I128(&[-1_250])), fraction);
        assert_eq!(found(of, 2, Values::Digits(vec!["-1250".into()])), fraction);
        assert_eq!(found(of, -3, Values::I64(&[7])), whole);
    }
    assert_eq!(
        found(DecimalAs::Float, 38, Values::I128(&[i128::MAX])),
        "1.70141183460469231731687303715884105727"
    );
}

#[test]
fn dates_and_times_are_counts_or_text() {
    let table: Vec<(ColumnType, Values<'_>, &str, &str)> = vec![
        (ColumnType::Date, Values::I32(&[19_844]), "19844i", "\"2024-05-01\""),
        (
            ColumnType::Timestamp(Precision::Microseconds, None),
            Values::I64(&[1_500_000]),
            "1500000i",
            "\"1970-01-01T00:00:01.5Z\"",
        ),
        (ColumnType::Time(Precision::Milliseconds), Values::I32(&[1_500]), "1500i", "\"00:00:01.5\""),
        (ColumnType::Duration(Precision::Seconds), Values::I64(&[-3]), "-3i", "\"-3s\""),
    ];
    for (ty, values, count, text) in table {
        assert_eq!(field(ty.clone(), values.clone(), 1, |_| {}), [count], "{ty}");
        let found = field(ty.clone(), values, 1, |plan| plan.temporal = TemporalAs::String);
        assert_eq!(found, [text], "{ty}");
    }
    let late = |plan: &mut FieldPlan| plan.temporal = TemporalAs::String;
    let found = field(ColumnType::Time(Precision::Seconds), Values::I64(&[86_400]), 1, late);
    assert!(found[0].starts_with("field \"f\": the value is no time of day"), "{found:?}");
}

#[test]
fn nulls_are_left_out_or_refuse_their_row() {
    let values = || {
        let valid = Some(Bits { bytes: vec![0b01].into(), start: 0 });
        Column { valid, ..column(Values::I64(&[5, 6])) }
    };
    for (null, expected) in [
        (OnNull::Skip, "no field has a value, and a line needs at least one"),
        (OnNull::Refuse, "field \"f\": the value is null: fill it, or let nulls be left out by OnNull::Skip"),
    ] {
        let plan = FieldPlan { null, ..field_plan(0, ColumnType::Integer(64)) };
        let lines = Lines { fields: vec![plan], ..lines() };
        assert_eq!(encode(&lines, vec![values()], 2), ["m f=5i", expected]);
        // a column of type null has no bits
        assert_eq!(encode(&lines, vec![column(Values::Null)], 1), [expected]);
    }
    for (null, expected) in [
        (OnNull::Skip, "m f=5i"),
        (OnNull::Refuse, "tag \"t\": the value is null: fill it, or let nulls be left out by OnNull::Skip"),
    ] {
        let tag = TagPlan { null, ..tag_plan(0, ColumnType::Integer(64)) };
        let lines =
            Lines { tags: vec![tag], fields: vec![field_plan(1, ColumnType::Integer(64))], ..lines() };
        assert_eq!(encode(&lines, vec![column(Values::Null), values()], 1), [expected]);
    }
}

#[test]
fn numeric_dictionaries_are_read_through_their_keys() {
    let known = Some(Bits { bytes: vec![0b101].into(), start: 0 });
    let keys = Some(Keys::I8(&[2, 1, 0]));
    let numbers = || Column { keys, known: known.clone(), ..column(Values::F64(&[0.5, 9.0, 2.5])) };
    let lines = Lines { fields: vec![field_plan(0, ColumnType::Float(64))], ..lines() };
    let null = "no field has a value, and a line needs at least one";
    assert_eq!(encode(&lines, vec![numbers()], 3), ["m f=2.5", null, "m f=0.5"]);
}

#[test]
fn tags_are_text_integers_booleans_decimals_and_times() {
    let bits = Bits { bytes: vec![0b10].into(), start: 0 };
    let table: Vec<(ColumnType, Values<'_>, Vec<&str>)> = vec![
        (ColumnType::Integer(64), Values::I64(&[-1, 2]), vec!["-1", "2"]),
        (ColumnType::Integer(8), Values::I8(&[-1, 2]), vec!["-1", "2"]),
        (ColumnType::Unsigned(64), Values::U64(&[u64::MAX, 2]), vec!["18446744073709551615", "2"]),
        (
            ColumnType::Integer(128),
            Values::I128(&[WIDE, -WIDE]),
            vec!["9223372036854775808", "-9223372036854775808"],
        ),
        (ColumnType::Boolean, Values::Boolean(bits), vec!["false", "true"]),
        (ColumnType::Decimal { scale: 2 }, Values::I64(&[1_250, 300]), vec!["12.5", "3"]),
        (ColumnType::Date, Values::I32(&[0, 1]), vec!["1970-01-01", "1970-01-02"]),
        (
            ColumnType::Timestamp(Precision::Seconds, None),
            Values::I64(&[0, 1]),
            vec!["1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z"],
        ),
        (ColumnType::Time(Precision::Seconds), Values::I32(&[0, 61]), vec!["00:00:00", "00:01:01"]),
        (ColumnType::Duration(Precision::Seconds), Values::I64(&[-3, 4]), vec!["-3", "4"]),
    ];
    for (ty, values, expected) in table {
        assert_eq!(tag(ty.clone(), values, 2, |_| {}), expected, "{ty}");
    }
}

#[test]
fn times_are_moments_whatever_counts_them() {
    let out_of_range = "timestamp: the time is outside the years 1677 to 2262 that servers store";
    let table: Vec<(ColumnType, Values<'_>, &str)> = vec![
        (ColumnType::Timestamp(Precision::Milliseconds, Some("UTC".into())), Values::I64(&[-1]), "-1000000"),
        (
            ColumnType::Timestamp(Precision::Nanoseconds, None),
            Values::I64(&[1_700_000_000_000_000_001]),
            "1700000000000000001",
        ),
        (ColumnType::Date, Values::I32(&[1]), "86400000000000"),
        (ColumnType::Date, Values::I32(&[i32::MAX]), out_of_range),
        (ColumnType::Integer(8), Values::I8(&[-2]), "-2000000000"),
        (ColumnType::Unsigned(64), Values::U64(&[2]), "2000000000"),
        (ColumnType::Unsigned(64), Values::U64(&[u64::MAX]), out_of_range),
        (ColumnType::Integer(128), Values::I128(&[3]), "3000000000"),
        (ColumnType::Integer(128), Values::I128(&[WIDE]), out_of_range),
        (ColumnType::Integer(128), Values::I128(&[i128::MIN]), out_of_range),
    ];
    for (ty, values, expected) in table {
        assert_eq!(time(ty.clone(), values, 1, |_| {}), [expected], "{ty}");
    }
}

#[test]
fn a_null_time_refuses_its_row_or_is_the_servers() {
    let table = [
        (
            OnNullTime::Refuse,
            "column \"at\": the time is null: fill it, or let such rows be stamped by OnNullTime::Stamp",
        ),
        (OnNullTime::Stamp, ""),
    ];
    for (null, expected) in table {
        assert_eq!(time(ColumnType::Date, Values::Null, 1, |plan| plan.null = null), [expected]);
    }
}

#[test]
fn times_without_a_zone_are_those_of_the_clocks_there() {
    let berlin = |plan: &mut TimePlan| plan.zone = Zone::new("Europe/Berlin", Ambiguous::Refuse);
    let timestamp = ColumnType::Timestamp(Precision::Seconds, None);
    // noon, and a time that came twice
    let found = time(timestamp, Values::I64(&[1_714_564_800, 1_729_996_200]), 2, berlin);
    assert_eq!(found[0], "1714557600000000000");
    assert!(found[1].starts_with("column \"at\": clocks in Europe/Berlin showed "), "{found:?}");
    // midnight of 2024-05-01
    assert_eq!(time(ColumnType::Date, Values::I32(&[19_844]), 1, berlin), ["1714514400000000000"]);
}

#[cfg(feature = "polars")]
mod categories;
#[cfg(feature = "arrow")]
mod texts;
