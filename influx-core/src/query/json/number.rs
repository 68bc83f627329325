//! Numbers of JSON: their form, and the type that holds them.

use crate::query::DataType;

/// Whether a word is a number, as JSON writes them.
pub(super) fn is_number(word: &[u8]) -> bool {
    let digits = |text: &mut &[u8]| {
        let len = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        *text = text.get(len..).unwrap_or_default();
        len
    };
    let mut rest = word.strip_prefix(b"-").unwrap_or(word);
    let zero = rest.first() == Some(&b'0');
    match digits(&mut rest) {
        0 => return false,
        1 => {}
        _ if zero => return false,
        _ => {}
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        rest = fraction;
        if digits(&mut rest) == 0 {
            return false;
        }
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        rest = exponent.strip_prefix(b"-").or_else(|| exponent.strip_prefix(b"+")).unwrap_or(exponent);
        return digits(&mut rest) > 0 && rest.is_empty();
    }
    rest.is_empty()
}

/// The type of a number: an integer, if it has neither point nor exponent and fits in one.
pub(in crate::query) fn type_of_number(text: &[u8]) -> DataType {
    if text.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return DataType::Double;
    }
    if text.len() <= 18 {
        return DataType::Long; // fits, whatever the digits are
    }
    match std::str::from_utf8(text) {
        Ok(text) if text.parse::<i64>().is_ok() => DataType::Long,
        Ok(text) if text.parse::<u64>().is_ok() => DataType::UnsignedLong,
        _ => DataType::Double,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_json_calls_a_number_is_one() {
        for number in
            ["0", "-0", "7", "-12", "0.5", "1e3", "1E+3", "1.25e-300", "123456789012345678901234567890"]
        {
            assert!(is_number(number.as_bytes()), "{number}");
        }
        for other in [
            "", "-", "+1", "01", "-01", ".5", "1.", "1e", "1e+", "1.e3", "0x1", "1-2", "NaN", "Infinity",
            "1.5.5", "1e3.5",
        ] {
            assert!(!is_number(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn the_type_is_the_smallest_that_keeps_every_digit() {
        for (number, data_type) in [
            ("0", DataType::Long),
            ("-9223372036854775808", DataType::Long),
            ("9223372036854775807", DataType::Long),
            ("9223372036854775808", DataType::UnsignedLong),
            ("18446744073709551615", DataType::UnsignedLong),
            ("18446744073709551616", DataType::Double),
            ("-9223372036854775809", DataType::Double),
            ("1.0", DataType::Double),
            ("1e3", DataType::Double),
        ] {
            assert_eq!(type_of_number(number.as_bytes()), data_type, "{number}");
        }
    }
}
