//! `#[derive(TagValue)]`: enums without data, and newtypes.

use influx_core::{FieldValue, Measurement, Point, TagValue, ValueType};

use super::line;

#[derive(Measurement)]
struct Both<T, F> {
    #[tag]
    t: T,
    #[field]
    f: F,
}

#[derive(TagValue, Clone, Copy)]
enum Plain {
    FullPower,
    r#Idle,
}

#[derive(TagValue)]
#[tag_value(rename_all = "kebab-case")]
enum Kebab {
    FullPower,
    #[tag_value(rename = "a sleep, \"deep\"")]
    DeepSleep,
}

#[derive(TagValue)]
#[repr(u8)]
#[tag_value(rename_all = "SCREAMING_SNAKE_CASE")]
enum Numbered {
    HTTPError = 7,
}

#[test]
fn variants_are_texts() {
    assert_eq!(line(&Both { t: Plain::FullPower, f: Plain::r#Idle }), "both,t=FullPower f=\"Idle\"");
    assert_eq!(
        line(&Both { t: Kebab::FullPower, f: Kebab::FullPower }),
        "both,t=full-power f=\"full-power\""
    );
    assert_eq!(
        line(&Both { t: Kebab::DeepSleep, f: Kebab::DeepSleep }),
        "both,t=a\\ sleep\\,\\ \"deep\" f=\"a sleep, \\\"deep\\\"\""
    );
    assert_eq!(
        line(&Both { t: Numbered::HTTPError, f: &Numbered::HTTPError }),
        "both,t=HTTP_ERROR f=\"HTTP_ERROR\""
    );
    assert_eq!(line(&Both { t: None::<Plain>, f: Some(Plain::FullPower) }), "both f=\"FullPower\"");
    assert_eq!(Kebab::TYPE, ValueType::String);
}

#[derive(TagValue)]
struct Host<'a>(&'a str);

#[derive(TagValue)]
struct Id<T>(T);

/// A field and no tag.
#[derive(TagValue)]
struct Celsius(f64);

#[test]
fn newtypes_are_what_they_hold() {
    assert_eq!(line(&Both { t: Host("a b"), f: Celsius(20.5) }), "both,t=a\\ b f=20.5");
    assert_eq!(line(&Both { t: Host(""), f: Id(7u64) }), "both f=7u");
    assert_eq!(line(&Both { t: Id(Id(7u8)), f: Id(Some(Plain::FullPower)) }), "both,t=7 f=\"FullPower\"");
    assert_eq!((Celsius::TYPE, Id::<u64>::TYPE), (ValueType::Float, ValueType::Unsigned));
}

#[test]
fn newtypes_are_coerced_like_what_they_hold() {
    #[derive(Measurement)]
    struct Climate {
        #[field(as = "integer")]
        inside: Celsius,
    }
    assert_eq!(line(&Climate { inside: Celsius(20.0) }), "climate inside=20i");
}

#[derive(TagValue)]
struct Name(String);

#[test]
fn points_take_them_by_value_and_by_reference() {
    let point = Point::new("m")
        .tag("enum", Kebab::DeepSleep)
        .tag("host", Host("a b"))
        .tag("id", Id(7u64))
        .tag("name", Name("n".into()))
        .tag("none", None::<Plain>)
        .field("celsius", Celsius(20.5))
        .field("enum", Kebab::FullPower)
        .field("id", Id(Some(7u64)))
        .field("name", Name("n".into()));
    let (kebab, celsius, name) = (Kebab::FullPower, Celsius(20.5), Name("n".into()));
    let borrowed = Point::new("m")
        .tag("enum", &Kebab::DeepSleep)
        .tag("host", &Host("a b"))
        .tag("id", Some(&Id(7u64)))
        .tag("name", &name)
        .field("celsius", &celsius)
        .field("enum", &kebab)
        .field("id", &Id(Some(7u64)))
        .field("name", Some(&name));
    assert_eq!(
        line(&point),
        "m,enum=a\\ sleep\\,\\ \"deep\",host=a\\ b,id=7,name=n celsius=20.5,enum=\"full-power\",id=7u,name=\"n\""
    );
    assert_eq!(point, borrowed);
}
