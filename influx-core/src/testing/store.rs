//! What the embedded server keeps: points, or only their counts.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::RangeInclusive;

use super::line_hash;
use super::listener::Listener;
use crate::line::read::{self, ParsedLine, Value};

mod explicit;
mod point;

pub(super) use explicit::Explicit;
pub use point::{StoredPoint, StoredValue};

fn type_name(value: &Value<'_>) -> &'static str {
    match value {
        Value::Float(_) => "float",
        Value::Integer(_) => "integer",
        Value::Unsigned(_) => "unsigned",
        Value::Boolean(_) => "boolean",
        Value::String(_) => "string",
    }
}

/// What is stored of a write in which something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// InfluxDB 1: every good line; but nothing if a field that is new has two types.
    V1,
    /// InfluxDB 2: nothing if a line cannot be read, else every point that fits.
    V2,
    /// InfluxDB 3: every good line.
    V3,
    /// InfluxDB 3 where it is told so: nothing.
    V3Whole,
}

/// How a write ended.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Written {
    pub(super) lines: u64,
    /// Lines that are no points.
    pub(super) unreadable: Vec<Bad>,
    /// Points that do not fit what is stored.
    pub(super) misfits: Vec<Bad>,
    /// Whether a field that was new has two types in the write.
    pub(super) torn: bool,
}

/// A line that is not stored for what it is.
#[derive(Debug, PartialEq)]
pub(super) struct Bad {
    /// Its number among all lines of the write that are neither blank nor comments, from 1.
    pub(super) number: usize,
    pub(super) line: String,
    pub(super) reason: Reason,
}

/// Why a line is not stored.
#[derive(Debug, PartialEq)]
pub(super) enum Reason {
    Text(String),
    /// The schema of an explicit bucket has no place for it.
    Schema(String),
    /// A field has another type than stored, or, if it is new, than before in the same write.
    Conflict {
        measurement: String,
        field: String,
        is: &'static str,
        was: &'static str,
        new: bool,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Schema(text) => f.write_str(text),
            Self::Conflict { measurement, field, is, was, .. } => write!(
                f,
                "field type conflict: input field {field:?} on measurement {measurement:?} is type {is}, \
                 already exists as type {was}"
            ),
        }
    }
}

/// A bucket.
#[derive(Debug)]
pub(super) struct Bucket {
    hash: u64,
    content: Content,
    on_stored: Option<Listener>,
    /// What may be written, if that is said.
    pub(super) schema: Option<Explicit>,
}

#[derive(Debug)]
enum Content {
    Points { series: BTreeMap<SeriesKey, Series>, types: Types },
    Counts(HashMap<String, u64>),
}

/// The types of fields by measurement and key.
type Types = HashMap<(String, String), &'static str>;

pub(super) type Tags = BTreeMap<String, String>;

/// The fields of points by time.
pub(super) type Points = BTreeMap<i64, BTreeMap<String, StoredValue>>;

type SeriesKey = (String, Tags);

#[derive(Debug)]
struct Series {
    /// Measurement and tags as the first line of the series has them.
    written: String,
    points: Points,
}

/// One good line.
struct Row<'a> {
    number: usize,
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
        Self { hash: 0, content, on_stored: None, schema: None }
    }

    /// The same with somebody who is told of each line that is stored.
    pub(super) fn listened(self, on_stored: Option<Listener>) -> Self {
        Self { on_stored, ..self }
    }

    /// Stores the lines of `text`, whose times count `unit` nanoseconds, as far as `rule` has it. Points before
    /// `oldest` do not fit.
    pub(super) fn write(&mut self, text: &str, unit: i64, now: i64, rule: Rule, oldest: i64) -> Written {
        let mut written = Written::default();
        // what the server stamps is as coarse as the request
        let (now, mut rows) = (now - now.rem_euclid(unit), Vec::new());
        for (number, line) in (1..).zip(read::lines(text)) {
            written.lines += 1;
            match checked(line.text, unit, rule) {
                Ok((parsed, time)) => {
                    rows.push(Row { number, text: line.text, parsed, time: time.unwrap_or(now) });
                }
                Err(why) => written.unreadable.push(Bad::new(number, line.text, Reason::Text(why))),
            }
        }
        if matches!(rule, Rule::V2 | Rule::V3Whole) && !written.unreadable.is_empty() {
            return written;
        }
        let mut types = HashMap::new();
        rows.retain(|row| match self.fits(row, &mut types, oldest) {
            Ok(()) => true,
            Err(reason) => {
                written.misfits.push(Bad::new(row.number, row.text, reason));
                false
            }
        });
        if rule == Rule::V3Whole && !written.misfits.is_empty() {
            return written;
        }
        if let Content::Points { types: known, .. } = &mut self.content {
            known.extend(types);
        }
        let is_torn = |bad: &Bad| matches!(bad.reason, Reason::Conflict { new: true, .. });
        written.torn = rule == Rule::V1 && written.misfits.iter().any(is_torn);
        if written.torn {
            return written;
        }
        for row in rows {
            self.insert(row);
        }
        written
    }

    /// Whether a point may be stored, and if so, what types it fixes.
    fn fits(&self, row: &Row<'_>, types: &mut Types, oldest: i64) -> Result<(), Reason> {
        if let Some(reason) = misnamed(&row.parsed) {
            return Err(Reason::Text(reason));
        }
        if row.time < oldest {
            return Err(Reason::Text("points beyond retention policy".to_owned()));
        }
        if let Some(schema) = &self.schema {
            schema.check(&row.parsed).map_err(Reason::Schema)?;
        }
        let Content::Points { types: known, .. } = &self.content else { return Ok(()) };
        let mut new = HashMap::new();
        for (key, value) in row.parsed.fields.iter().filter(|(key, _)| key != TIME) {
            let (of, is) = ((row.parsed.measurement.to_string(), key.to_string()), type_name(value));
            let was = match known.get(&of).or_else(|| types.get(&of)) {
                Some(was) => *was,
                None => *new.entry(of).or_insert(is),
            };
            if was != is {
                let (measurement, field) = (row.parsed.measurement.to_string(), key.to_string());
                let new = !known.contains_key(&(measurement.clone(), field.clone()));
                return Err(Reason::Conflict { measurement, field, is, was, new });
            }
        }
        types.extend(new);
        Ok(())
    }

    /// Adds a point that fits.
    fn insert(&mut self, row: Row<'_>) {
        self.hash = self.hash.wrapping_add(line_hash(row.text));
        if let Some(listener) = &self.on_stored {
            listener.tell(row.text);
        }
        let written = row.text.get(..row.parsed.series_len).unwrap_or_default();
        match &mut self.content {
            Content::Counts(counts) => match counts.get_mut(written) {
                Some(count) => *count += 1,
                None => drop(counts.insert(written.to_owned(), 1)),
            },
            Content::Points { series, .. } => {
                let owned =
                    |(key, value): (Cow<'_, str>, Cow<'_, str>)| (key.into_owned(), value.into_owned());
                let tags = row.parsed.tags.into_iter().map(owned).collect();
                let fields = row.parsed.fields.into_iter().filter(|(key, _)| key != TIME);
                let series = series
                    .entry((row.parsed.measurement.into_owned(), tags))
                    .or_insert_with(|| Series { written: written.to_owned(), points: BTreeMap::new() });
                let point = series.points.entry(row.time).or_default();
                point.extend(fields.map(|(key, value)| (key.into_owned(), value.into())));
            }
        }
    }

    pub(super) fn hash(&self) -> u64 {
        self.hash
    }

    /// All points by measurement, tags and time; none if only counts are kept.
    pub(super) fn points(&self) -> Vec<StoredPoint> {
        let points = self.series().flat_map(|(measurement, tags, points)| {
            points.iter().map(move |(time, fields)| {
                let (measurement, tags, fields) = (measurement.to_owned(), tags.clone(), fields.clone());
                StoredPoint { measurement, tags, fields, time: *time }
            })
        });
        points.collect()
    }

    /// The series with their points; none if only counts are kept.
    pub(super) fn series(&self) -> impl Iterator<Item = (&str, &Tags, &Points)> {
        let series = match &self.content {
            Content::Points { series, .. } => Some(series),
            Content::Counts(_) => None,
        };
        series
            .into_iter()
            .flatten()
            .map(|((measurement, tags), series)| (measurement.as_str(), tags, &series.points))
    }

    /// Deletes the points of some series at some times. The types of their fields stay.
    pub(super) fn erase(&mut self, times: RangeInclusive<i64>, which: impl Fn(&str, &Tags) -> bool) {
        let Content::Points { series, .. } = &mut self.content else { return };
        series.retain(|(measurement, tags), series| {
            if which(measurement, tags) {
                series.points.retain(|time, _| !times.contains(time));
            }
            !series.points.is_empty()
        });
    }

    /// Fixes the types of a new measurement's fields; whether it was new.
    pub(super) fn declare(&mut self, measurement: &str, fields: Vec<(String, &'static str)>) -> bool {
        let Content::Points { types, .. } = &mut self.content else { return true };
        if types.keys().any(|(known, _)| known == measurement) {
            return false;
        }
        types.extend(fields.into_iter().map(|(field, kind)| ((measurement.to_owned(), field), kind)));
        true
    }

    /// Deletes a measurement with the types of its fields; whether there was one.
    pub(super) fn drop_measurement(&mut self, measurement: &str) -> bool {
        let Content::Points { series, types } = &mut self.content else { return false };
        let count = types.len();
        types.retain(|(known, _), _| known != measurement);
        series.retain(|(known, _), _| known != measurement);
        types.len() < count
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

impl Bad {
    fn new(number: usize, line: &str, reason: Reason) -> Self {
        // a string that does not end swallows the last newline, too; the server does not quote that
        let line = line.strip_suffix('\n').unwrap_or(line).to_owned();
        Self { number, line, reason }
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

/// The line's parts and its time in nanoseconds, or why InfluxDB refuses it.
fn checked(line: &str, unit: i64, rule: Rule) -> Result<(ParsedLine<'_>, Option<i64>), String> {
    /// The first and last time that InfluxDB stores.
    const RANGE: RangeInclusive<i64> = -9_223_372_036_854_775_806..=9_223_372_036_854_775_806;
    /// The longest series key with a field's key behind it, in bytes.
    const MAX_KEY: usize = 65_535;
    /// What InfluxDB puts between the two.
    const BETWEEN: usize = 4;
    let parsed = read::parse(line).map_err(|error| error.kind().to_string())?;
    if rule == Rule::V1 && parsed.fields.iter().any(|(_, value)| matches!(value, Value::Unsigned(_))) {
        return Err("invalid number".to_owned());
    }
    let longest = parsed.fields.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    let len = parsed.series_len + BETWEEN + longest;
    if len > MAX_KEY {
        return Err(format!("max key length exceeded: {len} > {MAX_KEY}"));
    }
    let time = match parsed.timestamp {
        None => None,
        Some(ticks) => match ticks.checked_mul(unit).filter(|time| RANGE.contains(time)) {
            None => return Err(format!("time outside range {} - {}", RANGE.start(), RANGE.end())),
            time => time,
        },
    };
    Ok((parsed, time))
}

#[cfg(test)]
mod tests;
