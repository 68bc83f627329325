//! Times for serde: text, as RFC 3339 writes it.

use std::fmt;

use ::serde::de::{Deserialize, Deserializer, Error, Visitor};
use ::serde::ser::{Serialize, Serializer};

use crate::Epoch;
use crate::line::rfc3339;

/// As text: `2023-11-14T22:13:20.5Z`.
impl Serialize for Epoch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From text as RFC 3339 writes it, with any offset.
impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Epoch;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time as RFC 3339 writes it")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Epoch, E> {
        rfc3339::parse(text).map_err(|why| E::custom(format_args!("{text:?} {why}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Precision;

    #[test]
    fn times_are_text_both_ways() {
        let time = Epoch::from_ticks(1_700_000_000_500, Precision::Milliseconds);
        let text = serde_json::to_string(&time).unwrap();
        assert_eq!(text, r#""2023-11-14T22:13:20.5Z""#);
        let read: Epoch = serde_json::from_str(&text).unwrap();
        assert_eq!(read.parts(), time.parts());
        let read: Epoch = serde_json::from_str(r#""1970-01-01T01:00:00+01:00""#).unwrap();
        assert_eq!(read.parts(), (0, 0));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for (json, part) in [("\"now\"", "is no time as RFC 3339"), ("7", "expected a time as RFC 3339")] {
            let error = serde_json::from_str::<Epoch>(json).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
