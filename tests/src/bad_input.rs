//! Bad input by class, and what becomes of it: for the tests of one process, and for those against real servers.

use influx_core::{EncodeErrorKind as Kind, Flaw, NonFinite, Part, Precision};

use crate::record::{Record, Settings, Value};

/// What somebody tries to write.
#[derive(Debug)]
pub struct Case {
    /// Its class, in the words of `tests/README.md`.
    pub class: &'static str,
    /// The record.
    pub record: Record,
    /// How it is encoded: for a 1.x without unsigned integers, unless they say otherwise.
    pub settings: Settings,
    /// Why it is refused. `None` if a server gets it, as [`rule::meaning`](crate::rule::meaning) says.
    pub refused: Option<(Part, Kind)>,
}

/// The places of a name.
const PLACES: [Place; 4] = [Place::Measurement, Place::TagKey, Place::TagValue, Place::FieldKey];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Measurement,
    TagKey,
    TagValue,
    FieldKey,
}

impl Place {
    /// A record that has the text in this place.
    fn record(self, text: &str) -> Record {
        let mut record = good();
        match self {
            Self::Measurement => record.name = text.to_owned(),
            Self::TagKey => record.tags[0].0 = text.to_owned(),
            Self::TagValue => record.tags[0].1 = text.to_owned(),
            Self::FieldKey => record.fields[0].0 = text.to_owned(),
        }
        record
    }

    fn refusal(self, flaw: Flaw) -> (Part, Kind) {
        match self {
            Self::Measurement => (Part::Measurement, Kind::Name(flaw)),
            Self::TagKey => (Part::Tag, Kind::Name(flaw)),
            Self::TagValue => (Part::Tag, Kind::Value(flaw)),
            Self::FieldKey => (Part::Field, Kind::Name(flaw)),
        }
    }
}

/// All cases, class by class.
pub fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    floats(&mut all);
    integers_and_booleans(&mut all);
    times(&mut all);
    what_is_missing(&mut all);
    names(&mut all);
    control_characters(&mut all);
    reserved_names(&mut all);
    duplicates(&mut all);
    long_texts(&mut all);
    wide_records(&mut all);
    all
}

fn good() -> Record {
    Record {
        name: "m".to_owned(),
        tags: vec![("t".to_owned(), "x".to_owned())],
        fields: vec![("f".to_owned(), Value::Float(1.5))],
        time: Some((1, Precision::Nanoseconds)),
    }
}

fn for_1x() -> Settings {
    Settings { unsigned: false, ..Settings::default() }
}

fn taken(class: &'static str, record: Record) -> Case {
    Case { class, record, settings: for_1x(), refused: None }
}

fn refused(class: &'static str, record: Record, refusal: (Part, Kind)) -> Case {
    Case { class, record, settings: for_1x(), refused: Some(refusal) }
}

fn of_fields(fields: &[(&str, Value)]) -> Record {
    let fields = fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    Record { fields, ..good() }
}

fn floats(all: &mut Vec<Case>) {
    const CLASS: &str = "floats";
    let doubles = [-0.0, 5e-324, f64::MIN_POSITIVE / 2.0, 1e308, f64::MAX, f64::MIN, 0.1 + 0.2];
    let singles = [0.1, -0.0, 1e-45, f32::MIN_POSITIVE, f32::MAX, f32::MIN];
    let values = doubles.map(Value::Float).into_iter().chain(singles.map(Value::Single));
    all.extend(values.map(|value| taken(CLASS, of_fields(&[("f", value)]))));
    let doubles = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(Value::Float);
    let singles = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY].map(Value::Single);
    for value in doubles.into_iter().chain(singles) {
        let beside =
            of_fields(&[("a", Value::Integer(1)), ("f", value.clone()), ("z", Value::Boolean(true))]);
        all.push(taken(CLASS, beside.clone()));
        all.push(refused(CLASS, of_fields(&[("f", value)]), (Part::Record, Kind::NoFields)));
        let strict = Settings { non_finite: NonFinite::Error, ..for_1x() };
        all.push(Case { settings: strict, ..refused(CLASS, beside, (Part::Field, Kind::NonFinite)) });
    }
}

fn integers_and_booleans(all: &mut Vec<Case>) {
    const LARGEST: u64 = i64::MAX as u64;
    let integers = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX].map(Value::Integer);
    let values = integers.into_iter().chain([true, false].map(Value::Boolean));
    all.extend(values.map(|value| taken("integers and booleans", of_fields(&[("f", value)]))));

    const CLASS: &str = "unsigned integers";
    for value in [0, 1, LARGEST] {
        all.push(taken(CLASS, of_fields(&[("f", Value::Unsigned(value))])));
    }
    for value in [LARGEST + 1, u64::MAX] {
        let record = of_fields(&[("f", Value::Unsigned(value))]);
        let above = (Part::Field, Kind::UnsignedTooLarge(value));
        all.push(refused(CLASS, record.clone(), above));
        all.push(Case { settings: Settings::default(), ..taken(CLASS, record) });
    }
}

fn times(all: &mut Vec<Case>) {
    const CLASS: &str = "timestamps";
    use Precision::{Microseconds, Milliseconds, Nanoseconds, Seconds};
    const LAST: i64 = i64::MAX - 1;
    let at = |time| Record { time, ..good() };
    for time in [
        (LAST, Nanoseconds),
        (-LAST, Nanoseconds),
        (0, Nanoseconds),
        (9_223_372_036_854_775, Microseconds),
        (-9_223_372_036_854, Milliseconds),
        (9_223_372_036, Seconds),
        (-9_223_372_036, Seconds),
    ] {
        all.push(taken(CLASS, at(Some(time))));
    }
    all.push(taken(CLASS, at(None)));
    for time in [
        (i64::MAX, Nanoseconds),
        (i64::MIN, Nanoseconds),
        (i64::MIN + 1, Nanoseconds),
        (9_223_372_036_854_776, Microseconds),
        (-9_223_372_036_855, Milliseconds),
        (9_223_372_037, Seconds),
        (-9_223_372_037, Seconds),
        (i64::MAX, Seconds),
        (i64::MIN, Milliseconds),
    ] {
        all.push(refused(CLASS, at(Some(time)), (Part::Timestamp, Kind::TimeOutOfRange)));
    }
}

fn what_is_missing(all: &mut Vec<Case>) {
    const CLASS: &str = "empty names, values and records";
    for place in [Place::Measurement, Place::TagKey, Place::FieldKey] {
        all.push(refused(CLASS, place.record(""), place.refusal(Flaw::Empty)));
    }
    all.push(taken(CLASS, Place::TagValue.record("")));
    all.push(taken(CLASS, of_fields(&[("f", Value::String(String::new()))])));
    all.push(refused(CLASS, of_fields(&[]), (Part::Record, Kind::NoFields)));
}

fn names(all: &mut Vec<Case>) {
    const CLASS: &str = "names";
    for text in [
        "a b",
        "a,b",
        "a=b",
        "a\"b",
        "\"a\"",
        "a\\b",
        ", =",
        "größe",
        "温度",
        "🚀",
        "שלום",
        "\u{202e}abc",
        "a\u{fffd}",
        "\u{feff}a",
        "e\u{301}",
        "a\u{200d}b",
    ] {
        all.extend(PLACES.map(|place| taken(CLASS, place.record(text))));
        all.push(taken(CLASS, of_fields(&[("f", Value::String(text.to_owned()))])));
    }
    for (text, flaw) in [
        ("a\\", Flaw::TrailingBackslash),
        ("\\", Flaw::TrailingBackslash),
        ("a\\,b", Flaw::AmbiguousBackslash),
        ("a\\ b", Flaw::AmbiguousBackslash),
        ("a\\=b", Flaw::AmbiguousBackslash),
        ("a\\\\b", Flaw::AmbiguousBackslash),
    ] {
        all.extend(PLACES.map(|place| refused(CLASS, place.record(text), place.refusal(flaw))));
        all.push(taken(CLASS, of_fields(&[("f", Value::String(text.to_owned()))])));
    }
}

fn control_characters(all: &mut Vec<Case>) {
    const CLASS: &str = "control characters";
    for (text, flaw) in
        [("a\nb", Flaw::Newline), ("a\rb", Flaw::CarriageReturn), ("a\0b", Flaw::Nul), ("a\n", Flaw::Newline)]
    {
        all.extend(PLACES.map(|place| refused(CLASS, place.record(text), place.refusal(flaw))));
        all.push(taken(CLASS, of_fields(&[("f", Value::String(text.to_owned()))])));
    }
    for text in ["a\tb", "a\u{7f}b", "a\u{2028}b", "a\u{85}b", "a\u{1}b", "a\u{b}b", "a\u{1b}[31mb"] {
        all.extend(PLACES.map(|place| taken(CLASS, place.record(text))));
        all.push(taken(CLASS, of_fields(&[("f", Value::String(text.to_owned()))])));
    }
    for place in [Place::Measurement, Place::TagKey, Place::FieldKey] {
        all.push(refused(CLASS, place.record("\ta"), place.refusal(Flaw::LeadingTab)));
    }
    all.push(taken(CLASS, Place::TagValue.record("\ta")));
}

fn reserved_names(all: &mut Vec<Case>) {
    const CLASS: &str = "reserved names";
    for place in [Place::TagKey, Place::FieldKey] {
        all.push(refused(CLASS, place.record("time"), place.refusal(Flaw::Reserved)));
        for name in ["Time", "times", "_time", "#a"] {
            all.push(taken(CLASS, place.record(name)));
        }
    }
    let comment = Place::Measurement.refusal(Flaw::Comment);
    all.push(refused(CLASS, Place::Measurement.record("#m"), comment));
    for name in ["time", "_m", "m#"] {
        all.push(taken(CLASS, Place::Measurement.record(name)));
    }
}

fn duplicates(all: &mut Vec<Case>) {
    const CLASS: &str = "duplicate names";
    let fields = of_fields(&[("f", Value::Float(1.0)), ("g", Value::Float(1.0)), ("f", Value::Float(2.0))]);
    all.push(refused(CLASS, fields, (Part::Field, Kind::DuplicateKey)));
    let mut tags = good();
    tags.tags = ["t", "u", "t"].map(|key| (key.to_owned(), "x".to_owned())).to_vec();
    all.push(refused(CLASS, tags, (Part::Tag, Kind::DuplicateKey)));
}

fn long_texts(all: &mut Vec<Case>) {
    const CLASS: &str = "long texts";
    // What a server puts together for `m,t=x` and `f`: each byte of the text comes to its length.
    const OTHERS: usize = "m,t=x".len() + 4 + "f".len() - 1;
    let Settings { max_series_key: limit, max_string, .. } = for_1x();
    for place in PLACES {
        let longest = "x".repeat(limit - OTHERS);
        let too_long = (Part::Record, Kind::SeriesKeyTooLong { len: limit + 1, limit });
        all.push(refused(CLASS, place.record(&format!("{longest}x")), too_long));
        all.push(taken(CLASS, place.record(&longest)));
    }
    for len in [70_000, max_string] {
        all.push(taken(CLASS, of_fields(&[("f", Value::String("x".repeat(len)))])));
    }
    let len = max_string + 1;
    let too_long = (Part::Field, Kind::StringTooLong { len, limit: max_string });
    all.push(refused(CLASS, of_fields(&[("f", Value::String("x".repeat(len)))]), too_long));
}

fn wide_records(all: &mut Vec<Case>) {
    const CLASS: &str = "wide records";
    let fields = (0..10_000).map(|number| (format!("f{number:05}"), Value::Integer(number))).collect();
    all.push(taken(CLASS, Record { fields, ..good() }));
    let tags = (0..5_000).map(|number| (format!("t{number:04}"), "x".to_owned())).collect();
    all.push(taken(CLASS, Record { tags, ..good() }));
}
