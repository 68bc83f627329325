//! Values that are bound to the parameters of a query: they travel beside its text, never in it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::{Error, Result};
use crate::line::Epoch;

/// A value for a parameter, `$name`, of a query in InfluxQL or SQL.
///
/// Numbers, booleans and texts become one by `into()`, and so does an [`Epoch`](crate::Epoch), as the text that servers
/// compare with times.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Param {
    /// Null, which InfluxDB 3 alone knows.
    Null,
    /// True or false.
    Boolean(bool),
    /// A signed integer.
    Integer(i64),
    /// An unsigned integer.
    Unsigned(u64),
    /// A double, which must be finite.
    Float(f64),
    /// Text.
    String(String),
}

macro_rules! params {
    ($($variant:ident: $($type:ty)*;)*) => {$($(
        impl From<$type> for Param {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*)*};
}

params! {
    Boolean: bool;
    Integer: i8 i16 i32 i64;
    Unsigned: u8 u16 u32 u64;
    Float: f64;
    String: &str &String String;
}

impl From<Epoch> for Param {
    fn from(time: Epoch) -> Self {
        Self::String(time.to_string())
    }
}

impl<T: Into<Self>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Serialize for Param {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::String(value) => serializer.serialize_str(value),
        }
    }
}

/// Prints of which type it is: the value may be secret.
impl fmt::Debug for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Boolean(_) => "Boolean",
            Self::Integer(_) => "Integer",
            Self::Unsigned(_) => "Unsigned",
            Self::Float(_) => "Float",
            Self::String(_) => "String",
        })
    }
}

/// The parameters of a query.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Params(BTreeMap<String, Param>);

impl Params {
    pub(super) fn set(&mut self, name: String, value: Param) {
        self.0.insert(name, value);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// # Errors
    ///
    /// A double is not finite, which JSON has no words for.
    pub(super) fn check(&self) -> Result<()> {
        match self.0.iter().find(|(_, value)| matches!(value, Param::Float(float) if !float.is_finite())) {
            Some((name, _)) => Err(Error::config(format!("the parameter {name:?} is not finite"))),
            None => Ok(()),
        }
    }

    /// As `/query` takes them: numbers with a point are floats there, all others integers of 64 bits.
    ///
    /// # Errors
    ///
    /// It has no words for one of them.
    pub(super) fn for_influxql(&self) -> Result<String> {
        self.check()?;
        let mut out = String::from("{");
        for (name, value) in &self.0 {
            let no = |what| {
                Err(Error::config(format!("the parameter {name:?} is {what}, which /query does not take")))
            };
            let value = match value {
                Param::Null => return no("null"),
                Param::Unsigned(large) if i64::try_from(*large).is_err() => {
                    return no("larger than a signed integer of 64 bits");
                }
                Param::Float(float) => with_point(*float),
                other => json(other)?,
            };
            let separator = if out.len() > 1 { "," } else { "" };
            out.extend([separator, &json(name)?, ":", &value]);
        }
        out.push('}');
        Ok(out)
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::config(format!("a parameter is no JSON: {error}")))
}

/// A double as JSON, always with a point.
fn with_point(float: f64) -> String {
    let text = format!("{float:?}");
    match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params<const N: usize>(pairs: [(&str, Param); N]) -> Params {
        Params(pairs.map(|(name, value)| (name.to_owned(), value)).into())
    }

    #[test]
    fn every_number_keeps_its_type_and_its_digits() {
        let table = [
            (1.into(), "1"),
            (i64::MAX.into(), "9223372036854775807"),
            (i64::MIN.into(), "-9223372036854775808"),
            (7_u64.into(), "7"),
            (1.0.into(), "1.0"),
            (0.1.into(), "0.1"),
            (1e300.into(), "1.0e300"),
            (1.5e-300.into(), "1.5e-300"),
            (1e16.into(), "1.0e16"),
            ((-0.0).into(), "-0.0"),
            (true.into(), "true"),
            (r#"a"b\ c"#.into(), r#""a\"b\\ c""#),
            (
                Epoch::from_ticks(1, crate::Precision::Nanoseconds).into(),
                r#""1970-01-01T00:00:00.000000001Z""#,
            ),
        ];
        for (value, text) in table {
            let value: Param = value;
            let params = params([("p", value)]);
            assert_eq!(params.for_influxql().unwrap(), format!(r#"{{"p":{text}}}"#));
            let again: serde_json::Value = serde_json::from_str(&params.for_influxql().unwrap()).unwrap();
            assert_eq!(serde_json::to_value(&params).unwrap(), again);
        }
    }

    #[test]
    fn several_are_separated_and_names_cannot_leave_their_place() {
        let params = params([("a", 1.into()), (r#"b":2,"c"#, "x".into())]);
        assert_eq!(params.for_influxql().unwrap(), r#"{"a":1,"b\":2,\"c":"x"}"#);
    }

    #[test]
    fn what_has_no_words_is_an_error_that_names_it() {
        for (value, word) in [
            (Param::from(f64::NAN), "not finite"),
            (f64::INFINITY.into(), "not finite"),
            (u64::MAX.into(), "larger"),
            (None::<i64>.into(), "null"),
        ] {
            let error = params([("p", value)]).for_influxql().unwrap_err().to_string();
            assert!(error.contains("\"p\"") && error.contains(word), "{error}");
        }
        assert_eq!(
            serde_json::to_string(&params([("p", u64::MAX.into()), ("q", Param::Null)])).unwrap(),
            r#"{"p":18446744073709551615,"q":null}"#
        );
    }

    #[test]
    fn values_are_not_printed() {
        assert_eq!(format!("{:?}", params([("p", "pa55word".into())])), r#"Params({"p": String})"#);
    }
}
