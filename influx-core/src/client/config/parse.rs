//! From a value to what a setting wants: units, words, lists.

use std::time::Duration;

use super::value::Value;

/// What is wrong with a value, as the end of a sentence that begins with its key.
pub(super) type Wrong = String;

/// So much of a value is shown.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("{:?}", text.chars().take(40).collect::<String>()),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        other => other.what().to_owned(),
    }
}

pub(super) fn wanted<T>(what: &str, value: &Value) -> Result<T, Wrong> {
    Err(format!("must be {what}, and is {}", shown(value)))
}

/// Text that is not empty. A number is taken as it is written, as INI and the environment have nothing else. The value
/// is in no message: it may be a secret.
pub(super) fn text(value: &Value) -> Result<String, Wrong> {
    match value {
        Value::Text(text) if text.is_empty() => Err("is empty: leave it out instead".to_owned()),
        Value::Text(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        other => Err(format!("must be text, and is {}", other.what())),
    }
}

/// `true`, `yes`, `on`, `1` and their opposites, in any case.
pub(super) fn boolean(value: &Value) -> Result<bool, Wrong> {
    let word = match value {
        Value::Boolean(value) => return Ok(*value),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.trim().to_ascii_lowercase(),
        _ => String::new(),
    };
    match word.as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => wanted("true, yes, on, 1 or false, no, off, 0", value),
    }
}

/// A whole number that is not negative.
pub(super) fn number(value: &Value) -> Result<u64, Wrong> {
    let number = match value {
        Value::Integer(number) => u64::try_from(*number).ok(),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.map_or_else(|| wanted("a whole number", value), Ok)
}

/// A number for a count of things in memory.
pub(super) fn count(value: &Value) -> Result<usize, Wrong> {
    number(value).and_then(|number| fitting(number, value))
}

/// A number of 32 bits.
pub(super) fn small(value: &Value) -> Result<u32, Wrong> {
    number(value).and_then(|number| fitting(number, value))
}

fn fitting<T: TryFrom<u64>>(number: u64, value: &Value) -> Result<T, Wrong> {
    T::try_from(number).or_else(|_| wanted("a smaller number", value))
}

/// Bytes, plain or in KiB, MiB or GiB.
pub(super) fn bytes(value: &Value) -> Result<usize, Wrong> {
    const WHAT: &str = "a number of bytes, or text such as \"64 KiB\" or \"1 MiB\"";
    let Value::Text(text) = value else { return count(value).or_else(|_| wanted(WHAT, value)) };
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let factor = match text[end..].trim_start() {
        "" | "B" => Some(1),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let number = text[..end].parse::<usize>().ok();
    let bytes = factor.zip(number).and_then(|(factor, number)| number.checked_mul(factor));
    bytes.map_or_else(|| wanted(WHAT, value), Ok)
}

/// A length of time: a number of milliseconds, or text with units.
pub(super) fn duration(value: &Value) -> Result<Duration, Wrong> {
    const WHAT: &str = "milliseconds as a whole number, or text such as \"500ms\", \"10s\" or \"1m30s\"";
    let found = match value {
        Value::Integer(_) => number(value).ok().map(Duration::from_millis),
        Value::Text(text) => parts(text.trim()),
        _ => None,
    };
    found.map_or_else(|| wanted(WHAT, value), Ok)
}

/// The same, or `none`.
pub(super) fn limit(value: &Value) -> Result<Option<Duration>, Wrong> {
    match value {
        Value::Text(text) if text.trim().eq_ignore_ascii_case("none") => Ok(None),
        _ => duration(value).map(Some).map_err(|wrong| wrong.replacen("must be ", "must be \"none\", ", 1)),
    }
}

/// Adds up `1m30s`; a number without a unit stands alone and counts milliseconds.
fn parts(text: &str) -> Option<Duration> {
    if let Ok(millis) = text.parse() {
        return Some(Duration::from_millis(millis));
    }
    let mut sum = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let seconds = match unit.trim() {
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3_600.0,
            _ => return None,
        };
        let part = number.parse::<f64>().ok()? * seconds;
        // to the nanosecond: 0.1 has no exact double
        sum = sum.checked_add(Duration::try_from_secs_f64(part).ok()?)?;
        rest = after;
    }
    (!text.is_empty()).then_some(sum)
}

/// One of some words, in any case.
pub(super) fn word<T: Copy>(value: &Value, words: &[(&str, T)]) -> Result<T, Wrong> {
    if let Value::Text(text) = value
        && let Some((_, found)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim()))
    {
        return Ok(*found);
    }
    let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
    wanted(&format!("one of {}", words.join(", ")), value)
}

/// A list, or text with commas between its parts.
pub(super) fn list(value: &Value) -> Result<Vec<String>, Wrong> {
    match value {
        Value::List(values) => values.iter().map(text).collect(),
        Value::Text(text) => {
            let parts = text.split(',').map(str::trim);
            let parts: Vec<_> = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
            Ok(parts)
        }
        _ => wanted("a list, or text with commas", value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn durations_have_units_or_are_milliseconds() {
        let ms = Duration::from_millis;
        for (value, expected) in [
            (Value::Integer(10_000), ms(10_000)),
            (of("10000"), ms(10_000)),
            (of(" 10s "), ms(10_000)),
            (of("500ms"), ms(500)),
            (of("1.5 s"), ms(1_500)),
            (of("0.1s"), ms(100)),
            (of("1m30s"), ms(90_000)),
            (of("2h"), ms(7_200_000)),
            (of("250us"), Duration::from_micros(250)),
            (of("0"), ms(0)),
        ] {
            assert_eq!(duration(&value), Ok(expected), "{}", shown(&value));
            assert_eq!(limit(&value), Ok(Some(expected)));
        }
        for value in
            [of(""), of("s"), of("10 d"), of("-1"), of("-1s"), of("1e3s"), of("1.2.3s"), of("9e999s")]
        {
            assert!(duration(&value).is_err(), "{}", shown(&value));
        }
        for value in
            [Value::Integer(-1), Value::Float(1.5), Value::Boolean(true), of("99999999999999999999h")]
        {
            assert!(duration(&value).unwrap_err().contains("milliseconds"), "{}", shown(&value));
        }
        assert_eq!(limit(&of("None")), Ok(None));
        assert!(duration(&of("none")).is_err());
    }

    #[test]
    fn booleans_are_said_in_many_words_and_nothing_else() {
        for word in ["yes", "true", "1", "on", "YES", "True"] {
            assert_eq!(boolean(&of(word)), Ok(true), "{word}");
        }
        for word in ["no", "false", "0", "off", "No", "FALSE"] {
            assert_eq!(boolean(&of(word)), Ok(false), "{word}");
        }
        assert_eq!(boolean(&Value::Integer(1)), Ok(true));
        for value in [of(""), of("ja"), of("2"), Value::Integer(2), Value::Null, Value::Float(1.0)] {
            assert!(boolean(&value).is_err(), "{}", shown(&value));
        }
    }

    #[test]
    fn sizes_numbers_words_and_lists() {
        for (value, expected) in
            [(Value::Integer(5), 5), (of("5"), 5), (of("64KiB"), 65_536), (of("1 MiB"), 1_048_576)]
        {
            assert_eq!(bytes(&value), Ok(expected));
        }
        for value in
            [of("-1"), of("1 MB"), of("KiB"), of("99999999999 GiB"), Value::Integer(-1), Value::Float(2.0)]
        {
            assert!(bytes(&value).is_err(), "{}", shown(&value));
        }
        assert_eq!(
            small(&Value::Integer(i64::MAX)).unwrap_err(),
            "must be a smaller number, and is 9223372036854775807"
        );
        assert_eq!(word(&of("Bearer"), &[("token", 1), ("bearer", 2)]), Ok(2));
        let wrong = word(&of("x"), &[("token", 1), ("bearer", 2)]).unwrap_err();
        assert_eq!(wrong, "must be one of token, bearer, and is \"x\"");
        assert_eq!(list(&of("a, b,")), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(list(&Value::List(vec![of("a,b")])), Ok(vec!["a,b".to_owned()]));
        assert_eq!(text(&of("")).unwrap_err(), "is empty: leave it out instead");
    }
}
