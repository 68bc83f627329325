//! What types become as tags and fields, and what `as` makes of them.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use influx_core::{EncodeOptions, FieldValue, Measurement, TagValue};

use super::{line, line_with, refusal, refusal_with};

#[derive(Measurement)]
#[measurement(name = "m")]
struct Field<T> {
    #[field]
    v: T,
}

#[track_caller]
fn field(v: impl FieldValue, text: &str) {
    assert_eq!(line(&Field { v }), format!("m v={text}"));
}

#[test]
fn numbers_and_booleans_as_fields() {
    field(i8::MIN, "-128i");
    field(i16::MAX, "32767i");
    field(-7i32, "-7i");
    field(i64::MIN, "-9223372036854775808i");
    field(-1isize, "-1i");
    field(u8::MAX, "255i");
    field(u16::MAX, "65535i");
    field(u32::MAX, "4294967295i");
    field(u64::MAX, "18446744073709551615u");
    field(7usize, "7u");
    field(1.0f64, "1");
    field(0.1f32, "0.1");
    field(0.1f64 + 0.2, "0.30000000000000004");
    field(-1.5f64, "-1.5");
    field(true, "true");
    field(false, "false");
}

#[test]
fn texts_as_fields() {
    field("a \"b\" \\ c", "\"a \\\"b\\\" \\\\ c\"");
    field(String::from("a\nb"), "\"a\nb\"");
    field(Cow::Borrowed("é"), "\"é\"");
    field(Box::<str>::from("b"), "\"b\"");
    field(Arc::<str>::from("b"), "\"b\"");
    field(Rc::<str>::from("b"), "\"b\"");
    field('"', "\"\\\"\"");
    field("", "\"\"");
}

#[test]
fn references_and_options_as_fields() {
    field(&&5u8, "5i");
    field(&mut 0.5f64, "0.5");
    field(Some(Box::new(true)), "true");

    #[derive(Measurement)]
    struct Two {
        #[field]
        v: Option<f64>,
        #[field]
        w: bool,
    }
    assert_eq!(line(&Two { v: None, w: true }), "two w=true");
    assert_eq!(line(&Two { v: Some(2.5), w: true }), "two v=2.5,w=true");
}

#[test]
fn unsigned_integers_where_the_server_has_none() {
    let options = || EncodeOptions::new().unsigned(false);
    let most = i64::MAX as u64;
    assert_eq!(line_with(options(), &Field { v: most }), "m v=9223372036854775807i");
    assert_eq!(
        refusal_with(options(), &Field { v: most + 1 }),
        "field \"v\": 9223372036854775808 is above the largest integer, 9223372036854775807, and the server has \
         no unsigned integers"
    );
}

#[derive(Measurement)]
struct Tagged<T> {
    #[tag]
    t: T,
    #[field]
    v: bool,
}

#[track_caller]
fn tag(t: impl TagValue, text: &str) {
    assert_eq!(line(&Tagged { t, v: true }), format!("tagged{text} v=true"));
}

#[test]
fn values_of_tags() {
    tag("a b,c=d\"e\"", ",t=a\\ b\\,c\\=d\"e\"");
    tag(String::from("größe"), ",t=größe");
    tag(Cow::Borrowed("x"), ",t=x");
    tag(Arc::<str>::from("x"), ",t=x");
    tag('=', ",t=\\=");
    tag(i64::MIN, ",t=-9223372036854775808");
    tag(u64::MAX, ",t=18446744073709551615");
    tag(-1i8, ",t=-1");
    tag(true, ",t=true");
    tag(Some(&7u16), ",t=7");
    tag("C:\\dir", ",t=C:\\dir");
}

#[test]
fn empty_and_missing_tags_are_left_out() {
    tag("", "");
    tag(Some(String::new()), "");
    tag(None::<u8>, "");
}

macro_rules! coerced {
    ($ty:literal, $value:expr) => {{
        #[derive(Measurement)]
        #[measurement(name = "m")]
        struct Coerced<T> {
            #[field(as = $ty)]
            v: T,
        }
        Coerced { v: $value }
    }};
}

#[test]
fn as_integer() {
    assert_eq!(line(&coerced!("integer", 2.0f64)), "m v=2i");
    assert_eq!(line(&coerced!("integer", -3f32)), "m v=-3i");
    assert_eq!(line(&coerced!("integer", 7u64)), "m v=7i");
    assert_eq!(line(&coerced!("integer", true)), "m v=1i");
    assert_eq!(line(&coerced!("integer", Some(7u8))), "m v=7i");
    assert_eq!(refusal(&coerced!("integer", 1.5f64)), "field \"v\": 1.5 is no integer");
    assert_eq!(refusal(&coerced!("integer", u64::MAX)), "field \"v\": 18446744073709551615 is no integer");
    assert!(refusal(&coerced!("integer", 2f64.powi(63))).ends_with(" is no integer"));
    assert_eq!(line(&coerced!("integer", -(2f64.powi(63)))), "m v=-9223372036854775808i");
}

#[test]
fn as_unsigned() {
    assert_eq!(line(&coerced!("unsigned", 7i64)), "m v=7u");
    assert_eq!(line(&coerced!("unsigned", 7.0f64)), "m v=7u");
    assert_eq!(line(&coerced!("unsigned", false)), "m v=0u");
    assert_eq!(refusal(&coerced!("unsigned", -1i8)), "field \"v\": -1 is no unsigned integer");
    assert_eq!(refusal(&coerced!("unsigned", -0.5f64)), "field \"v\": -0.5 is no unsigned integer");
    let options = EncodeOptions::new().unsigned(false);
    assert_eq!(line_with(options, &coerced!("unsigned", 7i64)), "m v=7i");
}

#[test]
fn as_float() {
    assert_eq!(line(&coerced!("float", 7i64)), "m v=7");
    assert_eq!(line(&coerced!("float", u64::MAX)), line(&Field { v: u64::MAX as f64 }));
    assert_eq!(line(&coerced!("float", true)), "m v=1");
    assert_eq!(line(&coerced!("float", 0.5f32)), "m v=0.5");
}

#[test]
fn as_string_and_boolean() {
    assert_eq!(line(&coerced!("string", -7i64)), "m v=\"-7\"");
    assert_eq!(line(&coerced!("string", u64::MAX)), "m v=\"18446744073709551615\"");
    assert_eq!(line(&coerced!("string", 0.1f32)), "m v=\"0.1\"");
    assert_eq!(line(&coerced!("string", 10.0f64)), "m v=\"10\"");
    assert_eq!(line(&coerced!("string", true)), "m v=\"true\"");
    assert_eq!(line(&coerced!("string", 'x')), "m v=\"x\"");
    assert_eq!(line(&coerced!("boolean", true)), "m v=true");
}

#[test]
fn a_coerced_value_that_is_not_finite_is_left_out() {
    for value in [f64::NAN, f64::INFINITY] {
        let expected = "no field has a value, and a line needs at least one";
        assert_eq!(refusal(&coerced!("integer", value)), expected);
        assert_eq!(refusal(&coerced!("string", value)), expected);
    }
}
