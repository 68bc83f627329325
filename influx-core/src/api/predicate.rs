//! Which series a delete means.

use crate::error::{Error, Result};

/// Which series a [`Delete`](super::Delete) means: those of a measurement, or with a tag, or with all of several of
/// these. Servers know nothing but `=` and `AND` here, and cannot delete by field.
///
/// ```
/// use influx_core::api::Predicate;
///
/// let one_disk = Predicate::measurement("disk").and_tag("host", "a").and_tag("path", "/");
/// # let _ = one_disk;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Predicate(Vec<Condition>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    /// `None` for the measurement.
    tag: Option<String>,
    value: String,
}

impl Predicate {
    /// The series of a measurement.
    pub fn measurement(name: impl Into<String>) -> Self {
        Self(vec![Condition { tag: None, value: name.into() }])
    }

    /// The series with a tag of this value.
    pub fn tag(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self(vec![Condition { tag: Some(key.into()), value: value.into() }])
    }

    /// Of these, the ones with a tag of this value.
    pub fn and_tag(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(Self::tag(key, value))
    }

    /// Of these, the ones that another predicate means, too.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// As servers read it.
    ///
    /// # Errors
    ///
    /// A name or value is empty or cannot be written.
    pub(super) fn text(&self) -> Result<String> {
        let conditions = self.0.iter().map(|Condition { tag, value }| {
            let (key, what) = match tag.as_deref() {
                None => ("_measurement".to_owned(), "the measurement".to_owned()),
                Some("_measurement") => {
                    let why = "to servers it is the measurement: use Predicate::measurement";
                    return Err(Error::config(format!("no predicate can name a tag _measurement: {why}")));
                }
                Some(key) => (quoted("the key of a tag", key)?, format!("the value of the tag {key:?}")),
            };
            Ok(format!("{key}={}", quoted(&what, value)?))
        });
        Ok(conditions.collect::<Result<Vec<_>>>()?.join(" AND "))
    }
}

/// A name between quotes.
///
/// # Errors
///
/// It is empty, or holds what servers read as the end of all text, or as another character.
fn quoted(what: &str, name: &str) -> Result<String> {
    if name.is_empty() {
        return Err(Error::config(format!("{what} is empty, which no predicate can say")));
    }
    let mut out = String::from('"');
    for c in name.chars() {
        match c {
            '\0' | '\r' => {
                return Err(Error::config(format!("{what} holds {c:?}, which no predicate can say")));
            }
            '"' => out.push_str(r#"\""#),
            '\\' => out.push_str(r"\\"),
            '\n' => out.push_str(r"\n"),
            _ => out.push(c),
        }
    }
    out.push('"');
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_joined_and_quoted() {
        for (predicate, text) in [
            (Predicate::measurement("cpu"), r#"_measurement="cpu""#),
            (Predicate::measurement("cpu").and_tag("host", "a"), r#"_measurement="cpu" AND "host"="a""#),
            (Predicate::tag("größe m", "a b=c"), r#""größe m"="a b=c""#),
            (Predicate::tag("k\"", "a\" OR \"b\"=\"c\\"), r#""k\""="a\" OR \"b\"=\"c\\""#),
            (Predicate::tag("and", "a\nb"), r#""and"="a\nb""#),
            (Predicate::tag("a", "1").and(Predicate::tag("b", "2")), r#""a"="1" AND "b"="2""#),
        ] {
            assert_eq!(predicate.text().unwrap(), text);
        }
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        for (predicate, part) in [
            (Predicate::measurement(""), "the measurement is empty"),
            (Predicate::tag("", "a"), "the key of a tag is empty"),
            (Predicate::tag("host", ""), "the value of the tag \"host\" is empty"),
            (Predicate::tag("host", "a\rb"), r"holds '\r'"),
            (Predicate::measurement("a\0"), r"the measurement holds '\0'"),
            (Predicate::tag("_measurement", "a"), "use Predicate::measurement"),
        ] {
            let error = predicate.text().unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
