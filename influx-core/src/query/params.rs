//! The parameters of a query in InfluxQL or SQL: they travel beside its text, never in it.

use std::fmt;

use serde_json::{Map, Value as Json, json};

use super::Param;
use super::param::{Inner, moment};
use crate::error::{Error, Result};

/// The parameters of a query, each name once.
#[derive(Clone, Default)]
pub(super) struct Params(Vec<(String, Param)>);

impl Params {
    pub(super) fn set(&mut self, name: String, value: Param) {
        match self.0.iter_mut().find(|(other, _)| *other == name) {
            Some((_, other)) => *other = value,
            None => self.0.push((name, value)),
        }
    }

    /// As `/query` of InfluxDB 1 and 2 takes them; `None` if there are none.
    ///
    /// # Errors
    ///
    /// It has no words for one of them.
    pub(super) fn influxql(&self) -> Result<Option<String>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let mut out = String::from("{");
        for (name, value) in &self.0 {
            if out.len() > 1 {
                out.push(',');
            }
            out.extend([&*Json::from(name.as_str()).to_string(), ":", &value.influxql().map_err(no(name))?]);
        }
        out.push('}');
        Ok(Some(out))
    }

    /// As InfluxDB 3 takes them.
    ///
    /// # Errors
    ///
    /// It has no words for one of them.
    pub(super) fn v3(&self) -> Result<Map<String, Json>> {
        self.0.iter().map(|(name, value)| Ok((name.clone(), value.v3().map_err(no(name))?))).collect()
    }
}

fn no(name: &str) -> impl Fn(&'static str) -> Error {
    move |why| Error::config(format!("the parameter {name:?} {why}"))
}

const NOT_FINITE: &str = "is not a finite number, for which JSON has no words";
const TOO_LARGE: &str = "is larger than InfluxQL's integers, which have 63 bits and a sign";
const TOO_LONG: &str = "is longer than InfluxQL's durations, which end at 292 years";
const LIST: &str = "is a list, which cannot be bound: bind its members";

impl Param {
    /// As a member of `params` of `/query`. Numbers with a point are floats there, all others integers.
    fn influxql(&self) -> Result<String, &'static str> {
        Ok(match &self.0 {
            Inner::Float(value) => with_point(*value)?,
            Inner::TooLarge(_) => return Err(TOO_LARGE),
            Inner::Duration(nanos) => {
                json!({ "duration": format!("{}ns", nanos.ok_or(TOO_LONG)?) }).to_string()
            }
            _ => self.v3()?.to_string(),
        })
    }

    /// As a member of `params` of InfluxDB 3.
    fn v3(&self) -> Result<Json, &'static str> {
        Ok(match &self.0 {
            Inner::Boolean(value) => json!(value),
            Inner::Integer(value) => json!(value),
            Inner::TooLarge(value) => json!(value),
            Inner::Float(value) if !value.is_finite() => return Err(NOT_FINITE),
            Inner::Float(value) => json!(value),
            Inner::String(value) => json!(value),
            Inner::Time(time) => json!(moment(*time)?),
            Inner::Duration(_) => return Err("is a length of time, which InfluxDB 3 does not bind"),
            Inner::List(_) => return Err(LIST),
        })
    }
}

/// A double as JSON, always with a point.
fn with_point(float: f64) -> Result<String, &'static str> {
    if !float.is_finite() {
        return Err(NOT_FINITE);
    }
    let text = format!("{float:?}");
    Ok(match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => text,
    })
}

/// Prints the names: values may be secret.
impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Nanos;

    fn params<const N: usize>(pairs: [(&str, Param); N]) -> Params {
        let mut params = Params::default();
        pairs.into_iter().for_each(|(name, value)| params.set(name.to_owned(), value));
        params
    }

    #[test]
    fn every_number_keeps_its_type_and_its_digits() {
        let table: [(Param, &str); 13] = [
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
            (Nanos(1).into(), r#""1970-01-01T00:00:00.000000001Z""#),
        ];
        for (value, text) in table {
            let params = params([("p", value)]);
            let influxql = params.influxql().unwrap().unwrap();
            assert_eq!(influxql, format!(r#"{{"p":{text}}}"#));
            assert_eq!(Json::from(params.v3().unwrap()), serde_json::from_str::<Json>(&influxql).unwrap());
        }
        let duration = params([("p", Duration::from_secs(1).into())]);
        assert_eq!(duration.influxql().unwrap().unwrap(), r#"{"p":{"duration":"1000000000ns"}}"#);
        assert_eq!(Json::from(params([("p", u64::MAX.into())]).v3().unwrap()), json!({ "p": u64::MAX }));
    }

    #[test]
    fn names_cannot_leave_their_place_and_the_last_value_counts() {
        let params = params([("a", 1.into()), (r#"b":2,"c"#, "x".into()), ("a", 2.into())]);
        assert_eq!(params.influxql().unwrap().unwrap(), r#"{"a":2,"b\":2,\"c":"x"}"#);
        assert_eq!(Params::default().influxql().unwrap(), None);
    }

    #[test]
    fn what_has_no_words_is_an_error_that_names_it() {
        let table: [(Param, bool, bool, &str); 6] = [
            (f64::NAN.into(), true, true, "not a finite number"),
            (f64::INFINITY.into(), true, true, "not a finite number"),
            (u64::MAX.into(), true, false, "larger than"),
            (Duration::MAX.into(), true, true, "length of time"),
            (Duration::from_secs(1).into(), false, true, "length of time"),
            (vec![1].into(), true, true, "a list"),
        ];
        for (value, influxql, v3, why) in table {
            let params = params([("p", value)]);
            let errors = [params.influxql().err(), params.v3().err()];
            assert_eq!(errors.each_ref().map(Option::is_some), [influxql, v3], "{errors:?}");
            let text = errors.into_iter().flatten().next_back().unwrap().to_string();
            assert!(text.contains("\"p\"") && text.contains(why), "{text}");
        }
    }

    #[test]
    fn values_are_not_printed() {
        assert_eq!(format!("{:?}", params([("p", "pa55word".into())])), r#"["p"]"#);
    }
}
