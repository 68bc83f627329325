//! What the documentation of the encoder promises, written a second time: which records it refuses and why,
//! and what those it takes say.

use influx_core::line::read::{self, ParsedLine};
use influx_core::{EncodeErrorKind as Kind, Flaw, NonFinite, Part};

use crate::reader::Reading;
use crate::record::{Record, Settings, Value};

/// All reasons to refuse a record; the encoder names the first it meets.
pub fn refusals(record: &Record, settings: &Settings) -> Vec<(Part, Kind)> {
    let mut all: Vec<_> = measurement_flaws(&record.name).map(|flaw| (Part::Measurement, flaw)).collect();

    let tags: Vec<_> = record.tags.iter().filter(|(_, value)| !value.is_empty()).collect();
    for (key, value) in &tags {
        all.extend(key_flaws(key).map(|flaw| (Part::Tag, flaw)));
        all.extend(flaws(value).map(|flaw| (Part::Tag, Kind::Value(flaw))));
    }
    if twice(tags.iter().map(|(key, _)| key)) {
        all.push((Part::Tag, Kind::DuplicateKey));
    }

    let fields: Vec<_> = record.fields.iter().filter(|(_, value)| is_finite(value)).collect();
    if settings.non_finite == NonFinite::Error && fields.len() < record.fields.len() {
        all.push((Part::Field, Kind::NonFinite));
    }
    for (key, value) in &fields {
        all.extend(key_flaws(key).map(|flaw| (Part::Field, flaw)));
        match value {
            Value::Unsigned(value) if !settings.unsigned && *value > i64::MAX as u64 => {
                all.push((Part::Field, Kind::UnsignedTooLarge(*value)));
            }
            Value::String(value) if escaped(value, "\"\\") > settings.max_string => {
                let limit = settings.max_string;
                all.push((Part::Field, Kind::StringTooLong { len: escaped(value, "\"\\"), limit }));
            }
            _ => {}
        }
    }
    if twice(fields.iter().map(|(key, _)| key)) {
        all.push((Part::Field, Kind::DuplicateKey));
    }
    if fields.is_empty() {
        all.push((Part::Record, Kind::NoFields));
    }

    if record.time.is_some() && ticks(record, settings).is_none() {
        all.push((Part::Timestamp, Kind::TimeOutOfRange));
    }

    let series: usize = (tags.iter().copied().chain(missing(record, settings)))
        .map(|(key, value)| ",=".len() + escaped(key, ", =") + escaped(value, ", ="))
        .sum();
    let longest = fields.iter().map(|(key, _)| escaped(key, ", =")).max().unwrap_or_default();
    // What servers put between series and field key.
    let len = escaped(&record.name, ", ") + series + 4 + longest;
    if len > settings.max_series_key {
        all.push((Part::Record, Kind::SeriesKeyTooLong { len, limit: settings.max_series_key }));
    }
    all
}

/// All reasons to refuse a row with the names of a record, whether its values are written or not.
pub fn row_refusals(record: &Record) -> Vec<(Part, Kind)> {
    let mut all: Vec<_> = measurement_flaws(&record.name).map(|flaw| (Part::Measurement, flaw)).collect();
    all.extend(record.tags.iter().flat_map(|(key, _)| key_flaws(key).map(|flaw| (Part::Tag, flaw))));
    all.extend(record.fields.iter().flat_map(|(key, _)| key_flaws(key).map(|flaw| (Part::Field, flaw))));
    if twice(record.tags.iter().map(|(key, _)| key)) {
        all.push((Part::Tag, Kind::DuplicateKey));
    }
    if twice(record.fields.iter().map(|(key, _)| key)) {
        all.push((Part::Field, Kind::DuplicateKey));
    }
    all
}

/// Whether a line of text, which the reader reads, gives this reason to refuse it.
pub fn refuses_text(kind: &Kind, line: &ParsedLine<'_>, settings: &Settings) -> bool {
    let mut keys = line.tags.iter().map(|(key, _)| key).chain(line.fields.iter().map(|(key, _)| key));
    let mut values = line.fields.iter().map(|(_, value)| value);
    match *kind {
        Kind::Name(Flaw::Reserved) => keys.any(|key| key == "time"),
        Kind::DuplicateKey => {
            let fields: Vec<_> = line.fields.iter().map(|(key, _)| key.to_string()).collect();
            twice(fields.iter())
        }
        Kind::TimeOutOfRange => line.timestamp.is_some_and(|ticks| {
            nanos_in_range(i128::from(ticks) * i128::from(settings.precision.nanos())).is_none()
        }),
        Kind::NoUnsigned => {
            !settings.unsigned && values.any(|value| matches!(value, read::Value::Unsigned(_)))
        }
        // As they stand, escapes and all.
        Kind::StringTooLong { len, limit } => {
            len > limit
                && values.any(|value| {
                    matches!(value, read::Value::String(text) if (text.len()..=2 * text.len()).contains(&len))
                })
        }
        Kind::SeriesKeyTooLong { len, limit } => len > limit && len > line.series_len,
        _ => false,
    }
}

/// What the line of a record that is not refused says.
pub fn meaning(record: &Record, settings: &Settings) -> Reading {
    let value = |value: &Value| match value {
        Value::Unsigned(value) if !settings.unsigned => Value::Integer(*value as i64),
        value => value.clone(),
    };
    let tags = record.tags.iter().filter(|(_, value)| !value.is_empty());
    let fields = record.fields.iter().filter(|(_, value)| is_finite(value));
    Reading {
        name: record.name.clone(),
        tags: tags.chain(missing(record, settings)).cloned().collect(),
        fields: fields.map(|(key, field)| (key.clone(), value(field))).collect(),
        ticks: ticks(record, settings),
    }
}

/// How many fields of a record are left out because they are not finite.
pub fn non_finite(record: &Record) -> u64 {
    record.fields.iter().filter(|(_, value)| !is_finite(value)).count() as u64
}

fn is_finite(value: &Value) -> bool {
    match value {
        Value::Float(value) => value.is_finite(),
        Value::Single(value) => value.is_finite(),
        _ => true,
    }
}

/// The default tags that a record lacks.
fn missing<'a>(record: &Record, settings: &'a Settings) -> impl Iterator<Item = &'a (String, String)> {
    let has = |key: &String| record.tags.iter().any(|(other, value)| other == key && !value.is_empty());
    settings.default_tags.iter().filter(move |(key, _)| !has(key))
}

fn ticks(record: &Record, settings: &Settings) -> Option<i64> {
    let (ticks, unit) = record.time?;
    let nanos = nanos_in_range(i128::from(ticks) * i128::from(unit.nanos()))?;
    let precision = i128::from(settings.precision.nanos());
    let written = nanos.div_euclid(precision);
    // Servers scale back what they read.
    nanos_in_range(written * precision)?;
    Some(written as i64)
}

/// The nanoseconds that servers store.
fn nanos_in_range(nanos: i128) -> Option<i128> {
    const LIMIT: i128 = 9_223_372_036_854_775_806;
    (-LIMIT..=LIMIT).contains(&nanos).then_some(nanos)
}

fn twice<'a>(keys: impl Iterator<Item = &'a String> + Clone) -> bool {
    keys.clone().enumerate().any(|(i, key)| keys.clone().take(i).any(|other| other == key))
}

fn escaped(text: &str, specials: &str) -> usize {
    text.len() + text.chars().filter(|&c| specials.contains(c)).count()
}

fn measurement_flaws(name: &str) -> impl Iterator<Item = Kind> {
    let comment = name.starts_with('#').then_some(Flaw::Comment);
    flaws(name).chain(name_flaws(name)).chain(comment).map(Kind::Name)
}

fn key_flaws(key: &str) -> impl Iterator<Item = Kind> {
    let reserved = (key == "time").then_some(Flaw::Reserved);
    flaws(key).chain(name_flaws(key)).chain(reserved).map(Kind::Name)
}

/// What is wrong with a measurement or a key only, and not with a tag value.
fn name_flaws(name: &str) -> impl Iterator<Item = Flaw> {
    let leading_tab = name.starts_with('\t').then_some(Flaw::LeadingTab);
    leading_tab.into_iter().chain(name.contains("\\\"").then_some(Flaw::AmbiguousBackslash))
}

fn flaws(text: &str) -> impl Iterator<Item = Flaw> {
    let ambiguous = ["\\,", "\\ ", "\\=", "\\\\"].iter().any(|pair| text.contains(pair));
    [
        (text.is_empty(), Flaw::Empty),
        (text.contains('\n'), Flaw::Newline),
        (text.contains('\r'), Flaw::CarriageReturn),
        (text.contains('\0'), Flaw::Nul),
        (text.ends_with('\\'), Flaw::TrailingBackslash),
        (ambiguous, Flaw::AmbiguousBackslash),
    ]
    .into_iter()
    .filter_map(|(applies, flaw)| applies.then_some(flaw))
}
