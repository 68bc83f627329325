//! Checks that read a line again after it was written: only for lines that need them.

use std::collections::HashSet;

use super::error::{EncodeError, EncodeErrorKind, Flaw, Part};
use super::key;
use super::options::EncodeOptions;
use super::read::{Fields, Tags};

/// What servers add to measurement, tag set and field key for the length of a series key (`seriesKeySize` of
/// InfluxDB's `models/points.go`).
pub(super) const SERIES_KEY_EXTRA: usize = 4;

/// Checks a finished line for its keys and for the length of its series key. `series_len` is the
/// length of measurement and tag set.
#[cold]
#[inline(never)]
pub(super) fn line(line: &str, series_len: usize, limit: usize) -> Result<(), EncodeError> {
    let (series, fields) = line.split_at(series_len);
    keys(Part::Tag, Tags::of_series(series).map(|(key, _)| key))?;
    // Behind the space.
    let fields = Fields::of(&fields[1..]);
    keys(Part::Field, fields.clone().map(|(key, _)| key))?;
    let longest = fields.map(|(key, _)| key.len()).max().unwrap_or_default();
    let len = series_len + SERIES_KEY_EXTRA + longest;
    if len > limit {
        return Err(EncodeError::record(EncodeErrorKind::SeriesKeyTooLong { len, limit }));
    }
    Ok(())
}

/// Checks that no key stands twice, and none is `time`: a prefix can make that of a key that is not.
fn keys<'a>(part: Part, keys: impl Iterator<Item = &'a str> + Clone) -> Result<(), EncodeError> {
    let refused = |key, kind| Err(EncodeError::new(kind, part, Some(key::unescaped(key))));
    if let Some(time) = keys.clone().find(|&key| key == "time") {
        return refused(time, EncodeErrorKind::Name(Flaw::Reserved));
    }
    match first_double(keys) {
        Some(key) => refused(key, EncodeErrorKind::DuplicateKey),
        None => Ok(()),
    }
}

/// The first key that stood before. The encoder escapes a name in one way only, so that equal text is an equal
/// key.
fn first_double<'a>(mut keys: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let mut few = [""; 32];
    for (i, key) in keys.clone().take(few.len()).enumerate() {
        if few[..i].contains(&key) {
            return Some(key);
        }
        few[i] = key;
    }
    keys.clone().nth(few.len())?;
    let mut seen = HashSet::new();
    keys.find(|&key| !seen.insert(key))
}

/// Writes into `out` the tags that change a series: the default tags that it lacks, or, where an order is wanted, all
/// of them. Returns how much of the series stays; `out` takes the place of the rest.
#[inline(never)]
pub(super) fn edit_tags(series: &str, options: &EncodeOptions, out: &mut String) -> usize {
    out.clear();
    let own = || Tags::of_series(series);
    let missing = options.default_tags.iter().filter(|tag| !own().any(|(key, _)| key == tag.key));
    if options.tag_order.is_empty() {
        missing.for_each(|tag| out.push_str(&tag.literal));
        return series.len();
    }
    let mut put = |is_next: &dyn Fn(&str) -> bool| {
        for (key, value) in own().filter(|(key, _)| is_next(key)) {
            [",", key, "=", value].iter().for_each(|part| out.push_str(part));
        }
        for tag in missing.clone().filter(|tag| is_next(&tag.key)) {
            out.push_str(&tag.literal);
        }
    };
    for first in &options.tag_order {
        put(&|key| key == first);
    }
    put(&|key| options.tag_order.iter().all(|first| first != key));
    // the comma before the first
    own().next().map_or(series.len(), |(key, _)| key.as_ptr().addr() - series.as_ptr().addr() - 1)
}
