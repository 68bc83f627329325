//! Values as a file or the environment states them, before anybody has asked what they should be.

use std::fmt;

use ::serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// One value. TOML and JSON have all of these, INI and the environment only text.
#[derive(Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Value>),
    Table(Table),
}

/// Keys and values in the order of the source; no key stands twice.
pub(super) type Table = Vec<(String, Value)>;

impl Value {
    /// What it is, for messages.
    pub(super) fn what(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number with decimals",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// Puts variables in the places of `${env.NAME}`, in all texts.
    ///
    /// # Errors
    ///
    /// A variable is not set, or a place has no end: as the end of a sentence that begins with the key.
    pub(super) fn expand(&mut self, variable: &dyn Fn(&str) -> Option<String>) -> Result<(), String> {
        match self {
            Value::Text(text) => {
                if let Some(expanded) = expanded(text, variable)? {
                    *text = expanded;
                }
                Ok(())
            }
            Value::List(values) => values.iter_mut().try_for_each(|value| value.expand(variable)),
            Value::Table(table) => table.iter_mut().try_for_each(|(_, value)| value.expand(variable)),
            _ => Ok(()),
        }
    }
}

/// Prints no value: it may be a token, or become one.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what())
    }
}

/// The text with its variables in place, or `None` if it names none. What a variable holds is not looked at again.
fn expanded(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<String>, String> {
    const START: &str = "${env.";
    let mut out: Option<String> = None;
    let mut rest = text;
    while let Some((before, place)) = rest.split_once(START) {
        let Some((name, after)) = place.split_once('}') else {
            return Err("has `${env.` without the `}` that ends it".to_owned());
        };
        let Some(value) = variable(name) else {
            return Err(format!("wants the environment variable {name:?}, which is not set, or is no UTF-8"));
        };
        let out = out.get_or_insert_default();
        out.push_str(before);
        out.push_str(&value);
        rest = after;
    }
    Ok(out.map(|out| out + rest))
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        // No setting is that large: as a float it is refused by its range.
        Ok(i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut table = Table::new();
        while let Some((key, value)) = members.next_entry::<String, Value>()? {
            if table.iter().any(|(other, _)| *other == key) {
                return Err(A::Error::custom(format_args!("the key {key:?} stands twice")));
            }
            table.push((key, value));
        }
        Ok(Value::Table(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(text: &str) -> Result<String, String> {
        let variable = |name: &str| match name {
            "HOST" => Some("web-1".to_owned()),
            "EMPTY" => Some(String::new()),
            "AGAIN" => Some("${env.HOST}".to_owned()),
            _ => None,
        };
        let mut value = Value::List(vec![Value::Text(text.to_owned())]);
        value.expand(&variable)?;
        let Value::List(values) = value else { unreachable!() };
        let [Value::Text(text)] = &*values else { unreachable!() };
        Ok(text.clone())
    }

    #[test]
    fn variables_stand_alone_or_inside() {
        for (text, expected) in [
            ("plain", "plain"),
            ("${env.HOST}", "web-1"),
            ("http://${env.HOST}:8086/${env.HOST}", "http://web-1:8086/web-1"),
            ("<${env.EMPTY}>", "<>"),
            ("${env.AGAIN}", "${env.HOST}"),
            ("${HOST} $env.HOST {env.HOST}", "${HOST} $env.HOST {env.HOST}"),
        ] {
            assert_eq!(expand(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        assert!(expand("a${env.HOST}b${env.NONE}").unwrap_err().contains("\"NONE\", which is not set"));
        assert!(expand("${env.}").unwrap_err().contains("\"\""));
        assert!(expand("${env.HOST").unwrap_err().contains("without the `}`"));
    }

    #[test]
    fn keys_that_stand_twice_are_refused() {
        let error = serde_json::from_str::<Value>(r#"{"a": 1, "b": {"c": 1, "c": 2}}"#).unwrap_err();
        assert!(error.to_string().contains("\"c\" stands twice"), "{error}");
    }
}
