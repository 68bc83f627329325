//! What the embedded server keeps: points, or only their counts.

use std::collections::{BTreeMap, HashMap};

use super::line_hash;
use crate::line::read::{self, ParsedLine, Value};

/// A point as stored: one series, one time.
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
    /// Some points contradict the type of a stored field; the others are stored.
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
            Content::Points { .. } => self.write_points(text, unit, now),
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
        match first {
            Some(conflict) => (Stored::Partly(format!("partial write: {conflict} dropped={dropped}")), lines),
            None => (Stored::All, lines),
        }
    }

    /// Adds one point, or says which field has another type than it is stored with.
    fn insert(&mut self, row: Row<'_>) -> Result<(), String> {
        let Content::Points { series, types } = &mut self.content else { return Ok(()) };
        let measurement = row.parsed.measurement.into_owned();
        let fields: Vec<(String, StoredValue)> =
            row.parsed.fields.into_iter().map(|(key, value)| (key.into_owned(), value.into())).collect();
        for (key, value) in &fields {
            let is = value.type_name();
            let was = *types.entry((measurement.clone(), key.clone())).or_insert(is);
            if was != is {
                return Err(format!(
                    "field type conflict: input field {key:?} on measurement {measurement:?} is type {is}, \
                     already exists as type {was}"
                ));
            }
        }
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

fn write_counts(counts: &mut HashMap<String, u64>, hash: &mut u64, text: &str, unit: i64) -> (Stored, u64) {
    let (mut rows, mut bad, mut lines) = (Vec::new(), Vec::new(), 0);
    for line in read::lines(text) {
        lines += 1;
        match checked(line.text, unit) {
            Ok((parsed, _)) => rows.push((line.text.get(..parsed.series_len).unwrap_or_default(), line.text)),
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
    (Stored::All, lines)
}

/// The line's parts and its time in nanoseconds, or why InfluxDB refuses it.
fn checked(line: &str, unit: i64) -> Result<(ParsedLine<'_>, Option<i64>), String> {
    /// The first and last time that InfluxDB stores.
    const RANGE: std::ops::RangeInclusive<i64> = -9_223_372_036_854_775_806..=9_223_372_036_854_775_806;
    let refused = |why: String| format!("unable to parse '{line}': {why}");
    let parsed = read::parse(line).map_err(|error| refused(error.kind().to_string()))?;
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
mod tests {
    use super::*;

    #[test]
    fn the_same_series_and_time_merge_their_fields() {
        let mut bucket = Bucket::new(false);
        bucket.write("m,a=1,b=2 x=1,y=1 7\nm,b=2,a=1 y=2,z=3i 7", 1, 0);
        let points = bucket.points();
        assert_eq!(points.len(), 1);
        let fields: Vec<_> = points[0].fields.values().cloned().collect();
        assert_eq!(fields, [StoredValue::Float(1.0), StoredValue::Float(2.0), StoredValue::Integer(3)]);
        assert_eq!(bucket.counts(), BTreeMap::from([("m,a=1,b=2".to_owned(), 1)]));
    }

    #[test]
    fn one_bad_line_stores_nothing_and_all_bad_lines_are_named() {
        for counting in [false, true] {
            let mut bucket = Bucket::new(counting);
            let (stored, lines) = bucket.write("bad\nm v=1 1\nm v=\nm v=1 9223372036854775807", 1, 0);
            let Stored::Nothing(reasons) = stored else { panic!("{stored:?}") };
            assert_eq!((reasons.len(), lines), (3, 4));
            assert!(reasons[0].starts_with("unable to parse 'bad': "), "{reasons:?}");
            assert!(bucket.counts().is_empty());
            assert_eq!(bucket.hash(), 0);
        }
    }

    #[test]
    fn a_type_conflict_drops_its_point_only() {
        let mut bucket = Bucket::new(false);
        let (stored, _) = bucket.write("m v=1 1\nm v=1i 2\nm v=2 3\nm v=t 4", 1, 0);
        let expected = "partial write: field type conflict: input field \"v\" on measurement \"m\" is type integer, \
                        already exists as type float dropped=2";
        assert_eq!(stored, Stored::Partly(expected.to_owned()));
        assert_eq!(bucket.points().iter().map(|point| point.time).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn times_are_kept_in_nanoseconds() {
        let mut bucket = Bucket::new(false);
        bucket.write("m v=1 5\nm v=1", 1_000, 42);
        assert_eq!(bucket.points().iter().map(|point| point.time).collect::<Vec<_>>(), [42, 5_000]);
    }
}
