//! What the embedded server keeps: points, or only their counts.

use std::collections::{BTreeMap, HashMap};

use super::line_hash;
use crate::line::read::{self, ParsedLine, Value};

/// A point as stored: one series, one time.
///
/// ```
/// use influx_core::testing::StoredPoint;
///
/// let point = StoredPoint::new("climate", 5).tag("room", "hall").field("temperature", 21.5);
/// assert_eq!(point.fields["temperature"], 21.5.into());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StoredPoint {
    /// The measurement's name.
    pub measurement: String,
    /// The tags by key.
    pub tags: BTreeMap<String, String>,
    /// The fields by key, of all writes to this series and time.
    pub fields: BTreeMap<String, StoredValue>,
    /// Nanoseconds since 1970.
    pub time: i64,
}

/// The value of a stored field.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StoredValue {
    /// A double.
    Float(f64),
    /// A signed integer.
    Integer(i64),
    /// An unsigned integer.
    Unsigned(u64),
    /// True or false.
    Boolean(bool),
    /// A text.
    String(String),
}

impl StoredPoint {
    /// A point without tags and fields, to compare with what a server stored; `time` is in nanoseconds.
    #[must_use]
    pub fn new(measurement: impl Into<String>, time: i64) -> Self {
        Self { measurement: measurement.into(), tags: BTreeMap::new(), fields: BTreeMap::new(), time }
    }

    /// Adds a tag.
    #[must_use]
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, key: impl Into<String>, value: impl Into<StoredValue>) -> Self {
        self.fields.insert(key.into(), value.into());
        self
    }
}

macro_rules! stored_value_from {
    ($($type:ty => $variant:ident),+ $(,)?) => {$(
        impl From<$type> for StoredValue {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )+};
}

stored_value_from! { f64 => Float, i64 => Integer, u64 => Unsigned, bool => Boolean, &str => String, String => String }

impl StoredValue {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Float(_) => "float",
            Self::Integer(_) => "integer",
            Self::Unsigned(_) => "unsigned",
            Self::Boolean(_) => "boolean",
            Self::String(_) => "string",
        }
    }
}

impl From<Value<'_>> for StoredValue {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Float(value) => Self::Float(value),
            Value::Integer(value) => Self::Integer(value),
            Value::Unsigned(value) => Self::Unsigned(value),
            Value::Boolean(value) => Self::Boolean(value),
            Value::String(value) => Self::String(value.into_owned()),
        }
    }
}

/// How a write ended.
#[derive(Debug, PartialEq)]
pub(super) enum Stored {
    All,
    /// Nothing is stored; why, one reason a bad line.
    Nothing(Vec<String>),
    /// Some points are dropped for what they are or hold; the others are stored.
    Partly(String),
}

/// A bucket.
#[derive(Debug)]
pub(super) struct Bucket {
    hash: u64,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Points { series: BTreeMap<SeriesKey, Series>, types: HashMap<(String, String), &'static str> },
    Counts(HashMap<String, u64>),
}

type SeriesKey = (String, BTreeMap<String, String>);

#[derive(Debug)]
struct Series {
    /// Measurement and tags as the first line of the series has them.
    written: String,
    points: BTreeMap<i64, BTreeMap<String, StoredValue>>,
}

/// One good line.
struct Row<'a> {
    text: &'a str,
    parsed: ParsedLine<'a>,
    time: i64,
}

impl Bucket {
    pub(super) fn new(counting: bool) -> Self {
        let content = if counting {
            Content::Counts(HashMap::new())
        } else {
            Content::Points { series: BTreeMap::new(), types: HashMap::new() }
        };
        Self { hash: 0, content }
    }

    /// Stores the lines of `text`, whose times count `unit` nanoseconds, and says how many lines there were.
    pub(super) fn write(&mut self, text: &str, unit: i64, now: i64) -> (Stored, u64) {
        match &mut self.content {
            Content::Counts(counts) => write_counts(counts, &mut self.hash, text, unit),
            // what the server stamps is as coarse as the request
            Content::Points { .. } => self.write_points(text, unit, now - now.rem_euclid(unit)),
        }
    }

    fn write_points(&mut self, text: &str, unit: i64, now: i64) -> (Stored, u64) {
        let (mut rows, mut bad, mut lines) = (Vec::new(), Vec::new(), 0);
        for line in read::lines(text) {
            lines += 1;
            match checked(line.text, unit) {
                Ok((parsed, time)) => rows.push(Row { text: line.text, parsed, time: time.unwrap_or(now) }),
                Err(reason) => bad.push(reason),
            }
        }
        if !bad.is_empty() {
            return (Stored::Nothing(bad), lines);
        }
        let (mut dropped, mut first) = (0_usize, None);
        for row in rows {
            if let Err(conflict) = self.insert(row) {
                dropped += 1;
                first.get_or_insert(conflict);
            }
        }
        (ended(first, dropped), lines)
    }

    /// Adds one point, or says why it is dropped; then nothing of it is kept.
    fn insert(&mut self, row: Row<'_>) -> Result<(), String> {
        let Content::Points { series, types } = &mut self.content else { return Ok(()) };
        if let Some(reason) = misnamed(&row.parsed) {
            return Err(reason);
        }
        let measurement = row.parsed.measurement.into_owned();
        let fields = row.parsed.fields.into_iter().filter(|(key, _)| key != TIME);
        let fields: Vec<(String, StoredValue)> =
            fields.map(|(key, value)| (key.into_owned(), value.into())).collect();
        let mut new = HashMap::new();
        for (key, value) in &fields {
            let (of, is) = ((measurement.clone(), key.clone()), value.type_name());
            let was = match types.get(&of) {
                Some(was) => *was,
                None => *new.entry(of).or_insert(is),
            };
            if was != is {
                return Err(format!(
                    "field type conflict: input field {key:?} on measurement {measurement:?} is type {is}, \
                     already exists as type {was}"
                ));
            }
        }
        types.extend(new);
        let tags =
            row.parsed.tags.into_iter().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
        let written = || row.text.get(..row.parsed.series_len).unwrap_or_default().to_owned();
        let series = series
            .entry((measurement, tags))
            .or_insert_with(|| Series { written: written(), points: BTreeMap::new() });
        series.points.entry(row.time).or_default().extend(fields);
        self.hash = self.hash.wrapping_add(line_hash(row.text));
        Ok(())
    }

    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    /// All points by measurement, tags and time; none if only counts are kept.
    pub(super) fn points(&self) -> Vec<StoredPoint> {
        let Content::Points { series, .. } = &self.content else { return Vec::new() };
        let mut points = Vec::new();
        for ((measurement, tags), series) in series {
            for (time, fields) in &series.points {
                let (measurement, tags, fields) = (measurement.clone(), tags.clone(), fields.clone());
                points.push(StoredPoint { measurement, tags, fields, time: *time });
            }
        }
        points
    }

    /// Points (or lines, if only counts are kept) of each series.
    pub(super) fn counts(&self) -> BTreeMap<String, u64> {
        match &self.content {
            Content::Counts(counts) => counts.iter().map(|(key, count)| (key.clone(), *count)).collect(),
            Content::Points { series, .. } => {
                series.values().map(|series| (series.written.clone(), series.points.len() as u64)).collect()
            }
        }
    }
}

/// The key that InfluxDB keeps for times.
const TIME: &str = "time";

/// Why a point is dropped for its keys: a tag `time`, or no other field than `time`, which is ignored.
fn misnamed(parsed: &ParsedLine<'_>) -> Option<String> {
    let what = if parsed.tags.iter().any(|(key, _)| key == TIME) {
        "invalid tag key: input tag"
    } else if parsed.fields.iter().all(|(key, _)| key == TIME) {
        "invalid field name: input field"
    } else {
        return None;
    };
    Some(format!("{what} {TIME:?} on measurement {:?} is invalid", parsed.measurement))
}

fn ended(first: Option<String>, dropped: usize) -> Stored {
    match first {
        Some(reason) => Stored::Partly(format!("partial write: {reason} dropped={dropped}")),
        None => Stored::All,
    }
}

fn write_counts(counts: &mut HashMap<String, u64>, hash: &mut u64, text: &str, unit: i64) -> (Stored, u64) {
    let (mut rows, mut bad, mut lines) = (Vec::new(), Vec::new(), 0);
    let (mut dropped, mut first) = (0_usize, None);
    for line in read::lines(text) {
        lines += 1;
        match checked(line.text, unit) {
            Ok((parsed, _)) => match misnamed(&parsed) {
                Some(reason) => {
                    dropped += 1;
                    first.get_or_insert(reason);
                }
                None => rows.push((line.text.get(..parsed.series_len).unwrap_or_default(), line.text)),
            },
            Err(reason) => bad.push(reason),
        }
    }
    if !bad.is_empty() {
        return (Stored::Nothing(bad), lines);
    }
    for (series, line) in rows {
        *hash = hash.wrapping_add(line_hash(line));
        match counts.get_mut(series) {
            Some(count) => *count += 1,
            None => drop(counts.insert(series.to_owned(), 1)),
        }
    }
    (ended(first, dropped), lines)
}

/// The line's parts and its time in nanoseconds, or why InfluxDB refuses it.
fn checked(line: &str, unit: i64) -> Result<(ParsedLine<'_>, Option<i64>), String> {
    /// The first and last time that InfluxDB stores.
    const RANGE: std::ops::RangeInclusive<i64> = -9_223_372_036_854_775_806..=9_223_372_036_854_775_806;
    /// The longest series key with a field's key behind it, in bytes.
    const MAX_KEY: usize = 65_535;
    /// What InfluxDB puts between the two.
    const BETWEEN: usize = 4;
    let refused = |why: String| format!("unable to parse '{line}': {why}");
    let parsed = read::parse(line).map_err(|error| refused(error.kind().to_string()))?;
    let longest = parsed.fields.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    let len = parsed.series_len + BETWEEN + longest;
    if len > MAX_KEY {
        return Err(refused(format!("max key length exceeded: {len} > {MAX_KEY}")));
    }
    let time = match parsed.timestamp {
        None => None,
        Some(ticks) => match ticks.checked_mul(unit).filter(|time| RANGE.contains(time)) {
            None => return Err(refused(format!("time outside range {} - {}", RANGE.start(), RANGE.end()))),
            time => time,
        },
    };
    Ok((parsed, time))
}

#[cfg(test)]
mod tests;
