//! Parameters of a query: values that the server binds, never text of the query.

use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use crate::line::{Epoch, Micros, Millis, Nanos, Precision, Seconds, Timestamp};

/// The value of a query's parameter.
///
/// ```
/// use influx_core::query::Param;
///
/// let list: Param = vec!["a", "b"].into();
/// let since = Param::time(std::time::SystemTime::now());
/// let negative = Param::duration_nanos(-3_600_000_000_000);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Param(pub(super) Inner);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Inner {
    Boolean(bool),
    Integer(i64),
    /// More than an integer holds; only InfluxDB 3 has words for it.
    TooLarge(u64),
    Float(f64),
    String(String),
    /// `None`: there was no moment.
    Time(Option<Epoch>),
    /// In nanoseconds; `None`: too long for 64 bits.
    Duration(Option<i64>),
    List(Vec<Param>),
}

impl Param {
    /// A moment.
    pub fn time(moment: impl Timestamp) -> Self {
        Self(Inner::Time(moment.to_epoch()))
    }

    /// A length of time in nanoseconds, negative to lead back.
    #[must_use]
    pub fn duration_nanos(nanos: i64) -> Self {
        Self(Inner::Duration(Some(nanos)))
    }

    /// As an expression of Flux's syntax tree.
    ///
    /// # Errors
    ///
    /// Why there is no such expression, as the end of a sentence that begins with the parameter.
    pub(super) fn expression(&self) -> Result<Json, &'static str> {
        Ok(match &self.0 {
            Inner::Boolean(value) => json!({ "type": "BooleanLiteral", "value": value }),
            Inner::Integer(value) => {
                let digits = magnitude(*value).ok_or(TOO_LARGE)?.to_string();
                signed(*value, json!({ "type": "IntegerLiteral", "value": digits }))
            }
            Inner::Float(value) if value.is_sign_negative() => minus(float(-value)?),
            Inner::Float(value) => float(*value)?,
            Inner::String(value) => json!({ "type": "StringLiteral", "value": value }),
            Inner::Time(time) => json!({ "type": "DateTimeLiteral", "value": moment(*time)? }),
            Inner::Duration(nanos) => {
                let (nanos, magnitude) =
                    nanos.and_then(|nanos| Some((nanos, magnitude(nanos)?))).ok_or(TOO_LONG)?;
                let values = [json!({ "type": "Duration", "magnitude": magnitude, "unit": "ns" })];
                signed(nanos, json!({ "type": "DurationLiteral", "values": values }))
            }
            Inner::List(list) => {
                let elements = list.iter().map(Self::expression).collect::<Result<Vec<_>, _>>()?;
                json!({ "type": "ArrayExpression", "elements": elements })
            }
            Inner::TooLarge(_) => return Err(TOO_LARGE),
        })
    }

    /// As a member of `params`, of InfluxDB Cloud: moments and lengths of time as text, for `time(v:)` and
    /// `duration(v:)`.
    ///
    /// # Errors
    ///
    /// Why there is no such member, as the end of a sentence that begins with the parameter.
    pub(super) fn json(&self) -> Result<Json, &'static str> {
        Ok(match &self.0 {
            Inner::Boolean(value) => json!(value),
            Inner::Integer(value) => json!(value),
            Inner::Float(value) if !value.is_finite() => return Err(NOT_FINITE),
            Inner::Float(value) => json!(value),
            Inner::String(value) => json!(value),
            Inner::Time(time) => json!(moment(*time)?),
            Inner::Duration(nanos) => json!(format!("{}ns", nanos.ok_or(TOO_LONG)?)),
            Inner::List(list) => Json::Array(list.iter().map(Self::json).collect::<Result<_, _>>()?),
            Inner::TooLarge(_) => return Err(TOO_LARGE),
        })
    }
}

const NOT_FINITE: &str = "is not a finite number, for which Flux has no literal";
const TOO_LARGE: &str = "is larger than Flux's integers, which have 63 bits and a sign";
const TOO_LONG: &str = "is longer than Flux's durations, which end at 292 years";

pub(super) fn moment(time: Option<Epoch>) -> Result<String, &'static str> {
    let time = time.ok_or("is a time that says no moment")?;
    time.to_precision(Precision::Nanoseconds)
        .ok_or("is a time outside of what servers know, 1677 to 2262")?;
    Ok(time.to_string())
}

fn float(value: f64) -> Result<Json, &'static str> {
    if !value.is_finite() {
        return Err(NOT_FINITE);
    }
    Ok(json!({ "type": "FloatLiteral", "value": value }))
}

/// Literals have no sign: a negative number is an expression of two nodes.
fn minus(argument: Json) -> Json {
    json!({ "type": "UnaryExpression", "operator": "-", "argument": argument })
}

fn signed(value: i64, literal: Json) -> Json {
    if value < 0 { minus(literal) } else { literal }
}

/// What the literal of a number holds; `None` for the one that its sign alone makes fit.
fn magnitude(value: i64) -> Option<i64> {
    value.checked_abs()
}

macro_rules! param_from {
    ($($type:ty => $variant:ident,)*) => {$(
        impl From<$type> for Param {
            fn from(value: $type) -> Self {
                Self(Inner::$variant(value.into()))
            }
        }
    )*};
}

param_from! {
    bool => Boolean,
    i8 => Integer, i16 => Integer, i32 => Integer, i64 => Integer, u8 => Integer, u16 => Integer, u32 => Integer,
    f32 => Float, f64 => Float,
    &str => String, String => String, &String => String,
}

impl From<u64> for Param {
    fn from(value: u64) -> Self {
        Self(i64::try_from(value).map_or(Inner::TooLarge(value), Inner::Integer))
    }
}

impl From<usize> for Param {
    fn from(value: usize) -> Self {
        (value as u64).into() // no platform has more bits
    }
}

macro_rules! param_from_time {
    ($($type:ty)*) => {$(
        impl From<$type> for Param {
            fn from(value: $type) -> Self {
                Self::time(value)
            }
        }
    )*};
}

param_from_time! { Epoch Nanos Micros Millis Seconds SystemTime }

impl From<Duration> for Param {
    fn from(value: Duration) -> Self {
        Self(Inner::Duration(i64::try_from(value.as_nanos()).ok()))
    }
}

impl<T: Into<Param>> From<Vec<T>> for Param {
    fn from(list: Vec<T>) -> Self {
        list.into_iter().collect()
    }
}

impl<T: Into<Param>, const N: usize> From<[T; N]> for Param {
    fn from(list: [T; N]) -> Self {
        list.into_iter().collect()
    }
}

impl<T: Into<Param>> FromIterator<T> for Param {
    fn from_iter<I: IntoIterator<Item = T>>(list: I) -> Self {
        Self(Inner::List(list.into_iter().map(Into::into).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_literal_and_its_json() {
        let literal = |kind: &str, value: Json| json!({ "type": kind, "value": value });
        let minus =
            |argument: Json| json!({ "type": "UnaryExpression", "operator": "-", "argument": argument });
        let duration = |nanos: i64| json!({ "type": "DurationLiteral", "values": [{ "type": "Duration", "magnitude": nanos, "unit": "ns" }] });
        let table: [(Param, Json, Json); 12] = [
            (true.into(), literal("BooleanLiteral", json!(true)), json!(true)),
            (7_u8.into(), literal("IntegerLiteral", json!("7")), json!(7)),
            ((-7_i64).into(), minus(literal("IntegerLiteral", json!("7"))), json!(-7)),
            (i64::MAX.into(), literal("IntegerLiteral", json!("9223372036854775807")), json!(i64::MAX)),
            (7_usize.into(), literal("IntegerLiteral", json!("7")), json!(7)),
            (1.5.into(), literal("FloatLiteral", json!(1.5)), json!(1.5)),
            ((-1.5_f32).into(), minus(literal("FloatLiteral", json!(1.5))), json!(-1.5)),
            ("a\") //".into(), literal("StringLiteral", json!("a\") //")), json!("a\") //")),
            (
                Nanos(1).into(),
                literal("DateTimeLiteral", json!("1970-01-01T00:00:00.000000001Z")),
                json!("1970-01-01T00:00:00.000000001Z"),
            ),
            (Duration::from_secs(1).into(), duration(1_000_000_000), json!("1000000000ns")),
            (Param::duration_nanos(-5), minus(duration(5)), json!("-5ns")),
            (
                ["a", "b"].into(),
                json!({ "type": "ArrayExpression", "elements": [
                    literal("StringLiteral", json!("a")), literal("StringLiteral", json!("b")),
                ] }),
                json!(["a", "b"]),
            ),
        ];
        for (param, expression, json) in table {
            assert_eq!(param.expression(), Ok(expression), "{param:?}");
            assert_eq!(param.json(), Ok(json), "{param:?}");
        }
    }

    #[test]
    fn what_flux_cannot_say_is_refused() {
        let table: [(Param, &str); 6] = [
            (f64::NAN.into(), "not a finite number"),
            (f64::NEG_INFINITY.into(), "not a finite number"),
            (u64::MAX.into(), "larger than Flux's integers"),
            (Duration::MAX.into(), "longer than Flux's durations"),
            (Seconds(i64::MAX).into(), "outside of what servers know"),
            (vec![Param::time(None::<Nanos>)].into(), "no moment"),
        ];
        for (param, why) in table {
            assert!(param.expression().unwrap_err().contains(why), "{param:?}");
            assert!(param.json().unwrap_err().contains(why), "{param:?}");
        }
        assert!(Param::from(i64::MIN).expression().is_err());
    }
}
