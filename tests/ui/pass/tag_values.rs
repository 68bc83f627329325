//! Unit enums and newtypes: tags, fields, or both if the inner type is.

use influx_core::{FieldValue, LineBuffer, Measurement, TagValue, ValueType};

#[derive(TagValue)]
#[tag_value(rename_all = "kebab-case")]
enum Mode {
    FullPower,
    #[tag_value(rename = "sleep")]
    DeepSleep,
}

/// No tag, since a float is none.
#[derive(TagValue)]
struct Celsius(f64);

#[derive(TagValue)]
struct Host<'a>(&'a str);

#[derive(TagValue)]
struct Id<T: Clone>(T)
where
    T: PartialEq;

#[derive(Measurement)]
struct Sensor<'a> {
    #[tag]
    host: Host<'a>,
    #[tag]
    id: Id<u32>,
    #[tag]
    mode: Mode,
    #[field]
    before: Option<Mode>,
    #[field]
    inside: Celsius,
}

fn main() {
    let mut buffer = LineBuffer::new();
    let sensor = Sensor {
        host: Host("a"),
        id: Id(7),
        mode: Mode::FullPower,
        before: Some(Mode::DeepSleep),
        inside: Celsius(20.5),
    };
    buffer.push(&sensor).unwrap();
    assert_eq!(buffer.as_str(), "sensor,host=a,id=7,mode=full-power before=\"sleep\",inside=20.5\n");
    assert_eq!(Celsius::TYPE, ValueType::Float);
    assert_eq!(Mode::TYPE, ValueType::String);
}
