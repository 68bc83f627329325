//! Arguments of types and of members.

use std::borrow::Cow;

use influx_core::{
    EncodeOptions, FieldSlot, LineBuffer, Measurement, Millis, Nanos, NonFinite, Point, TagSlot,
};

use super::{line, line_with, refusal, refusal_with};

#[test]
fn names_are_escaped() {
    #[derive(Measurement)]
    #[measurement(name = "a b,c=d")]
    struct Odd {
        #[tag("e f,g=h")]
        tag: &'static str,
        #[field(name = "i j,k=l\"m\"")]
        field: &'static str,
    }

    assert_eq!(
        line(&Odd { tag: "x y,z=ä", field: "\"q\" \\ a=b,c\nd" }),
        "a\\ b\\,c=d,e\\ f\\,g\\=h=x\\ y\\,z\\=ä i\\ j\\,k\\=l\"m\"=\"\\\"q\\\" \\\\ a=b,c\nd\""
    );
}

#[test]
fn rename_all_knows_eight_cases() {
    macro_rules! renamed {
        ($case:literal) => {{
            #[derive(Measurement)]
            #[measurement(name = "m", rename_all = $case)]
            struct Renamed {
                #[tag]
                data_center: u8,
                #[field]
                load1_min: bool,
                #[field("own_name")]
                other: bool,
            }
            line(&Renamed { data_center: 1, load1_min: true, other: true })
        }};
    }

    let expected = |tag: &str, field: &str| format!("m,{tag}=1 {field}=true,own_name=true");
    assert_eq!(renamed!("lowercase"), expected("data_center", "load1_min"));
    assert_eq!(renamed!("UPPERCASE"), expected("DATA_CENTER", "LOAD1_MIN"));
    assert_eq!(renamed!("PascalCase"), expected("DataCenter", "Load1Min"));
    assert_eq!(renamed!("camelCase"), expected("dataCenter", "load1Min"));
    assert_eq!(renamed!("snake_case"), expected("data_center", "load1_min"));
    assert_eq!(renamed!("SCREAMING_SNAKE_CASE"), expected("DATA_CENTER", "LOAD1_MIN"));
    assert_eq!(renamed!("kebab-case"), expected("data-center", "load1-min"));
    assert_eq!(renamed!("SCREAMING-KEBAB-CASE"), expected("DATA-CENTER", "LOAD1-MIN"));
}

#[test]
fn constant_tags_and_members_are_sorted_by_key() {
    #[derive(Measurement)]
    #[measurement(tags(zone = "z", "data center" = "x=1", A = "1"))]
    struct Cpu {
        #[tag]
        host: &'static str,
        #[tag("b")]
        last_in_code: &'static str,
        #[field]
        usage: f64,
    }

    assert_eq!(
        line(&Cpu { host: "h", last_in_code: "b", usage: 0.5 }),
        "cpu,A=1,b=b,data\\ center=x\\=1,host=h,zone=z usage=0.5"
    );
}

mod vendored {
    pub(super) use influx_core as line_protocol;
}

#[test]
fn the_library_may_stand_elsewhere() {
    #[derive(Measurement)]
    #[measurement(crate = "super::attributes::vendored::line_protocol")]
    struct Cpu {
        #[field]
        usage: f64,
    }

    assert_eq!(line(&Cpu { usage: 0.5 }), "cpu usage=0.5");
}

// === Values that are not finite ===

#[derive(Measurement)]
struct Plain {
    #[field]
    a: f64,
    #[field]
    b: f32,
}

#[derive(Measurement)]
#[measurement(non_finite = "skip")]
struct Skipping {
    #[field]
    a: f64,
    #[field]
    b: f32,
}

#[derive(Measurement)]
#[measurement(non_finite = "error")]
struct Strict {
    #[field]
    a: f64,
    #[field]
    b: f32,
}

#[test]
fn the_type_says_what_becomes_of_nan_and_infinities() {
    let strict = || EncodeOptions::new().non_finite(NonFinite::Error);
    assert_eq!(line(&Plain { a: 0.5, b: f32::NAN }), "plain a=0.5");
    assert_eq!(
        refusal_with(strict(), &Plain { a: f64::NAN, b: 0.5 }),
        "field \"a\": the value is not finite"
    );
    assert_eq!(line_with(strict(), &Skipping { a: f64::INFINITY, b: 0.5 }), "skipping b=0.5");
    assert_eq!(refusal(&Strict { a: 0.5, b: f32::NEG_INFINITY }), "field \"b\": the value is not finite");
    assert_eq!(
        refusal(&Plain { a: f64::NAN, b: f32::NAN }),
        "no field has a value, and a line needs at least one"
    );
}

#[test]
fn what_a_type_says_ends_with_its_fields() {
    #[derive(Measurement)]
    struct Outer {
        #[flatten(prefix = "s_")]
        strict: Strict,
        #[field]
        after: f64,
    }

    let mut buffer = LineBuffer::new();
    let strict = |a| Strict { a, b: 0.5 };
    buffer.push(&Outer { strict: strict(1.5), after: f64::NAN }).unwrap();
    let error = buffer.push(&Outer { strict: strict(f64::NAN), after: 1.5 }).unwrap_err();
    assert_eq!(error.to_string(), "field \"s_a\": the value is not finite");
    buffer.push(&Point::new("p").field("a", f64::NAN).field("b", 1)).unwrap();
    assert_eq!(buffer.as_str(), "outer s_a=1.5,s_b=0.5\np b=1i\n");
    assert_eq!(buffer.skipped_non_finite(), 2);
}

// === Members ===

#[test]
fn a_member_may_be_the_name() {
    struct Kind(&'static str);
    impl AsRef<str> for Kind {
        fn as_ref(&self) -> &str {
            self.0
        }
    }

    #[derive(Measurement)]
    struct Any<N> {
        #[field]
        v: bool,
        #[measurement]
        name: N,
    }

    assert_eq!(line(&Any { v: true, name: "a b" }), "a\\ b v=true");
    assert_eq!(line(&Any { v: true, name: String::from("x") }), "x v=true");
    assert_eq!(line(&Any { v: true, name: Cow::Borrowed("x") }), "x v=true");
    assert_eq!(line(&Any { v: true, name: Kind("k") }), "k v=true");
    assert_eq!(
        refusal(&Any { v: true, name: "a\nb" }),
        "measurement \"a\\nb\": the name contains a newline, which would end the line"
    );
    assert!(refusal(&Any { v: true, name: "" }).ends_with("the name is empty"));
}

mod write {
    use super::{FieldSlot, Millis, TagSlot};

    pub(super) fn rounded(value: &f64, slot: TagSlot<'_, '_>) {
        slot.text(&format!("{value:.0}"));
    }

    pub(super) fn joined(values: &Vec<u8>, slot: FieldSlot<'_, '_>) {
        match values.as_slice() {
            [] => {}
            [0, ..] => slot.fail("begins with 0"),
            values => slot.string(&values.iter().map(u8::to_string).collect::<Vec<_>>().join("+")),
        }
    }

    pub(super) fn minutes(value: &i64) -> Millis {
        Millis(value * 60_000)
    }

    pub(super) fn hours(value: &Option<i64>) -> Option<i64> {
        value.map(|hours| hours * 3600)
    }
}

#[derive(Measurement)]
struct With {
    #[tag(with = "write::rounded")]
    class: f64,
    #[field(with = "write::joined", as = "string")]
    parts: Vec<u8>,
    #[field]
    v: bool,
    #[time(with = "write::minutes")]
    at: i64,
}

#[test]
fn functions_write_what_has_no_trait() {
    let with = |parts: &[u8]| With { class: 2.6, parts: parts.to_vec(), v: true, at: 1 };
    assert_eq!(line(&with(&[1, 2])), "with,class=3 parts=\"1+2\",v=true 60000000000");
    assert_eq!(line(&with(&[])), "with,class=3 v=true 60000000000");
    assert_eq!(refusal(&with(&[0])), "field \"parts\": begins with 0");

    #[derive(Measurement)]
    struct Unit {
        #[field]
        v: bool,
        #[time(with = "write::hours", unit = "s")]
        at: Option<i64>,
    }
    assert_eq!(line(&Unit { v: true, at: Some(1) }), "unit v=true 3600000000000");
    assert_eq!(line(&Unit { v: true, at: None }), "unit v=true");
}

#[test]
fn skip_if_leaves_out_what_the_function_says() {
    fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
        *value == T::default()
    }

    fn is_nan(value: &f64) -> bool {
        value.is_nan()
    }

    #[derive(Measurement)]
    struct Cpu {
        #[tag(skip_if = "is_zero")]
        core: u8,
        #[field(skip_if = "is_nan")]
        usage: f64,
        #[field(skip_if = "is_zero::<String>", name = "note")]
        comment: String,
        #[time(skip_if = "is_zero")]
        at: Nanos,
        #[skip]
        _cache: Vec<u8>,
    }

    let cpu = |n: u8, comment: &str| Cpu {
        core: n,
        usage: if n == 0 { f64::NAN } else { 0.5 },
        comment: comment.into(),
        at: Nanos(n.into()),
        _cache: Vec::new(),
    };
    assert_eq!(line(&cpu(1, "c")), "cpu,core=1 usage=0.5,note=\"c\" 1");
    assert_eq!(line(&cpu(0, "c")), "cpu note=\"c\"");
    assert_eq!(line(&cpu(1, "")), "cpu,core=1 usage=0.5 1");
    assert_eq!(refusal(&cpu(0, "")), "no field has a value, and a line needs at least one");
}

#[test]
fn default_is_for_reading_and_changes_nothing() {
    #[derive(Measurement)]
    struct Cpu {
        #[tag(default)]
        host: &'static str,
        #[field(default = "f64::default")]
        usage: f64,
        #[time(unit = "ns", default)]
        at: i64,
        #[skip(default)]
        _cache: u8,
    }

    assert_eq!(line(&Cpu { host: "a", usage: 0.5, at: 1, _cache: 0 }), "cpu,host=a usage=0.5 1");
}

#[test]
fn a_tag_that_cannot_be_written_is_named() {
    #[derive(Measurement)]
    struct Cpu {
        #[tag("the host")]
        host: &'static str,
        #[field]
        usage: f64,
    }

    for (host, reason) in [
        ("a\nb", "contains a newline, which would end the line"),
        ("a\\", "ends with a backslash, which line protocol cannot express"),
        (
            "a\\\\b",
            "has a backslash before a comma, space, `=`, quote or backslash, which servers read differently",
        ),
    ] {
        assert_eq!(refusal(&Cpu { host, usage: 0.5 }), format!("tag \"the host\": the value {reason}"));
    }
}
