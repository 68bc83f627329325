use super::*;

/// The values of a column that begins as one of the first type, or what is wrong with them.
fn column(begins: DataType, said: bool, cells: &[(DataType, &str)]) -> Result<Stored, String> {
    let unit = Precision::Nanoseconds;
    let mut column = Growing::new(stored(begins, unit));
    for (data_type, text) in cells {
        let cell = Cell::new(text, *data_type);
        let push = if said { push_as } else { push };
        push(&mut column, cell, unit).map_err(|error| error.to_string())?;
    }
    Ok(column.take().0)
}

use DataType::{
    Binary, Boolean, Double, Duration, Json, Long, String as Text, Ticks, Time, UnsignedLong, Untyped,
};

/// As `Debug` shows it, which is enough to tell what it is.
fn shown(begins: DataType, said: bool, cells: &[(DataType, &str)]) -> String {
    match column(begins, said, cells) {
        Ok(Stored::Text(texts) | Stored::Binary(texts)) => {
            let (offsets, bytes) = texts.into_parts();
            format!("{offsets:?} {:?}", String::from_utf8_lossy(&bytes))
        }
        Ok(Stored::Boolean(bits)) => format!("{:?}", bits.into_parts()),
        Ok(stored) => format!("{stored:?}"),
        Err(error) => error,
    }
}

#[test]
fn every_type_of_an_answer_is_kept_as_it_is() {
    let ticks = Ticks(Precision::Seconds);
    for (data_type, text, kept) in [
        (Double, "-1.5e3", "Float([-1500.0])"),
        (Double, "+Inf", "Float([inf])"),
        (Long, "-9223372036854775808", "Integer([-9223372036854775808])"),
        (UnsignedLong, "18446744073709551615", "Unsigned([18446744073709551615])"),
        (Boolean, "true", "([1], 1)"),
        (Time, "1970-01-01T00:00:01.5Z", "Time([1500000000], Nanoseconds)"),
        (ticks, "-2", "Time([-2000000000], Nanoseconds)"),
        (Duration, "-1h", "Duration([-3600000000000])"),
        (Binary, "aGk=", "[0, 2] \"hi\""),
        (Text, "hi", "[0, 2] \"hi\""),
        (Json, "[1]", "[0, 3] \"[1]\""),
        (Untyped, "1", "[0, 1] \"1\""),
    ] {
        for begins in [data_type, Untyped] {
            assert_eq!(shown(begins, false, &[(data_type, text)]), kept, "{begins} {data_type} {text}");
        }
    }
}

#[test]
fn numbers_widen_where_no_digit_is_lost() {
    let large = "9007199254740993"; // 2^53 + 1
    for (cells, kept) in [
        (&[(Long, "1"), (Double, "1.5")][..], "Float([1.0, 1.5])"),
        (&[(Double, "1.5"), (Long, "1")], "Float([1.5, 1.0])"),
        (&[(Long, "1"), (UnsignedLong, "9223372036854775808")], "Unsigned([1, 9223372036854775808])"),
        (&[(UnsignedLong, "9223372036854775808"), (Long, "1")], "Unsigned([9223372036854775808, 1])"),
        (&[(UnsignedLong, "9223372036854775808"), (Long, "-1")], "Float([9.223372036854776e18, -1.0])"),
        (&[(Long, "-1"), (UnsignedLong, "9223372036854775808")], "Float([-1.0, 9.223372036854776e18])"),
    ] {
        assert_eq!(shown(Untyped, false, cells), kept, "{cells:?}");
    }
    for cells in [[(Long, large), (Double, "0.5")], [(Double, "0.5"), (Long, large)]] {
        let error = shown(Untyped, false, &cells);
        assert!(error.contains(large), "{error}");
    }
}

#[test]
fn values_that_do_not_go_together_are_an_error_with_both_types_and_advice() {
    for (cells, says) in [
        ([(Long, "1"), (Text, "x")], "\"x\" is string, and long before"),
        ([(Text, "x"), (Long, "1")], "\"1\" is long, and string before"),
        ([(Boolean, "true"), (Double, "1.5")], "\"1.5\" is double, and boolean before"),
        ([(Time, "1970-01-01T00:00:00Z"), (Text, "x")], "\"x\" is string, and dateTime:RFC3339 before"),
    ] {
        let error = shown(Untyped, false, &cells);
        assert!(error.starts_with(says) && error.contains("column_type()"), "{error}");
    }
}

#[test]
fn a_value_that_is_not_of_its_type_is_an_error() {
    for (data_type, text) in [
        (Double, "x"),
        (Long, "1.5"),
        (UnsignedLong, "-1"),
        (Boolean, "maybe"),
        (Time, "noon"),
        (Time, "3000-01-01T00:00:00Z"),
        (Duration, "1y"),
        (Binary, "*"),
    ] {
        let error = shown(data_type, false, &[(data_type, text)]);
        assert!(error.contains(text), "{data_type}: {error}");
    }
}

#[test]
fn a_type_that_is_said_reads_whatever_is_written_as_one() {
    for (said, cell, kept) in [
        (Double, (Long, "5"), "Float([5.0])"),
        (Long, (Double, "5.0"), "Integer([5])"),
        (Long, (Double, "5.5"), "\"5.5\" is not an integer of 64 bits"),
        (Time, (Text, "1970-01-01T00:00:01Z"), "Time([1000000000], Nanoseconds)"),
        (Time, (Long, "7"), "Time([7], Nanoseconds)"),
        (Time, (Ticks(Precision::Seconds), "7"), "Time([7000000000], Nanoseconds)"),
        (Duration, (Text, "1s"), "Duration([1000000000])"),
        (Boolean, (Long, "1"), "([1], 1)"),
        (Text, (Double, "1.50"), "[0, 4] \"1.50\""),
        (Binary, (Text, "aGk="), "[0, 2] \"hi\""),
    ] {
        assert_eq!(shown(said, true, &[cell]), kept, "{said} {cell:?}");
    }
}

#[test]
fn columns_of_tables_unite_if_they_are_of_one_type_or_numbers() {
    let unit = Precision::Nanoseconds;
    for (first, second, kept) in [
        (Long, Double, "Float([])"),
        (Double, Long, "Float([])"),
        (Long, UnsignedLong, "Integer([])"),
        (Untyped, Boolean, "Boolean(Bitset { bytes: [], len: 0 })"),
        (Text, Untyped, "Text(Texts { offsets: [0], bytes: [] })"),
        (Ticks(Precision::Seconds), Time, "Time([], Nanoseconds)"),
    ] {
        let mut column = Growing::new(stored(first, unit));
        unite(&mut column, second, unit).unwrap();
        assert_eq!(format!("{:?}", column.values), kept);
    }
    let mut column = Growing::new(stored(Text, unit));
    let error = unite(&mut column, Double, unit).unwrap_err().to_string();
    assert!(error.starts_with("it is double in this table, and string before"), "{error}");
}
