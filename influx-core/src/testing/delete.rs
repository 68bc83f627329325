//! `POST /api/v2/delete`: points of a time range and a predicate.

use super::admin::{Answer, Call};
use super::answer::Outgoing;
use super::store::Tags;
use super::time;
use super::words::{Word, words};

/// One comparison of a predicate; all must hold.
#[derive(Debug, PartialEq)]
struct Condition {
    key: String,
    value: String,
    equal: bool,
}

pub(super) fn answer(call: &mut Call<'_>) -> Answer {
    let body = call.body()?;
    let time = |key: &str| {
        let message = format!(
            "invalid RFC3339Nano for field {key}, please format your time with RFC3339Nano format, \
             example: 2009-01-02T23:00:00Z"
        );
        time::parse(body.text(key)?.unwrap_or_default()).ok_or_else(|| Outgoing::invalid(&message))
    };
    let (start, stop) = (time("start")?, time("stop")?);
    let conditions = conditions(body.text("predicate")?.unwrap_or_default())
        .map_err(|why| Outgoing::invalid(&format!("invalid request; error parsing predicate: {why}")))?;
    let org = call.state.org(call.config, call.target)?;
    let Some(bucket) = call.query("bucketID").or_else(|| call.query("bucket")) else {
        return Err(Outgoing::invalid("Please provide either bucketID or bucket"));
    };
    let unknown = Outgoing::unknown(&format!("bucket {bucket:?} not found"));
    let bucket = bucket.to_owned();
    let entry = call.state.buckets.find_mut(org.as_deref(), &bucket).ok_or(unknown)?;
    entry.content.erase(start..=stop, |measurement, tags| {
        conditions.iter().all(|condition| condition.holds(measurement, tags))
    });
    Ok(Outgoing::empty(204))
}

impl Condition {
    /// Whether a series is meant. A tag that it does not have is empty.
    fn holds(&self, measurement: &str, tags: &Tags) -> bool {
        let is = match self.key.as_str() {
            "_measurement" => measurement,
            key => tags.get(key).map(String::as_str).unwrap_or_default(),
        };
        (is == self.value) == self.equal
    }
}

/// Reads `_measurement="m" AND tag!="v" AND …`: all that the embedded server knows.
fn conditions(predicate: &str) -> Result<Vec<Condition>, String> {
    let words = words(predicate).map_err(|at| format!("a quote is never closed, at position {at}"))?;
    let mut conditions = Vec::new();
    let mut rest = words.iter();
    while let Some((at, word)) = rest.next() {
        let bad = |what: &str, at: usize| {
            format!("{what} at position {at}; the embedded server knows =, != and AND")
        };
        let end = predicate.len();
        let word = match (conditions.is_empty(), word.is("and")) {
            (true, _) => Some((at, word)),
            (false, true) => rest.next().map(|(at, word)| (at, word)),
            (false, false) => return Err(bad("bad logical expression", *at)),
        };
        let (at, key) = word.ok_or_else(|| bad("missing tag key", end))?;
        let key = key.name().ok_or_else(|| bad("bad tag key", *at))?;
        if key == "_field" || key == "_value" {
            return Err(format!("{key} cannot be deleted by, at position {at}"));
        }
        let equal = match rest.next() {
            Some((_, Word::Symbol(symbol))) if symbol == "=" => true,
            Some((_, Word::Symbol(symbol))) if symbol == "!=" => false,
            other => return Err(bad("invalid operator", other.map_or(end, |(at, _)| *at))),
        };
        let value = rest.next();
        let at = value.map_or(end, |(at, _)| *at);
        let value = value.and_then(|(_, word)| word.name()).ok_or_else(|| bad("bad tag value", at))?;
        conditions.push(Condition { key: key.to_owned(), value: value.to_owned(), equal });
    }
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates_are_read() {
        let read = conditions(r#"_measurement="a b" and host != h1 AND "k y"="v\"""#).unwrap();
        let read: Vec<_> = read.iter().map(|c| (c.key.as_str(), c.equal, c.value.as_str())).collect();
        assert_eq!(read, [("_measurement", true, "a b"), ("host", false, "h1"), ("k y", true, "v\"")]);
        assert_eq!(conditions(""), Ok(vec![]));
    }

    #[test]
    fn predicates_that_are_not_known_are_refused_by_position() {
        for (predicate, why) in [
            (r#"a="b" OR c="d""#, "bad logical expression at position 6"),
            (r#"(a="b")"#, "bad tag key at position 0"),
            (r#"a=~"b""#, "bad tag value at position 2"),
            (r#"a>"b""#, "invalid operator at position 1"),
            ("a='b'", "bad tag value at position 2"),
            (r#"a="b" AND"#, "missing tag key at position 9"),
            ("a=", "bad tag value at position 2"),
            ("a", "invalid operator at position 1"),
            (r#"a="b"#, "a quote is never closed, at position 2"),
            (r#"_field="f""#, "_field cannot be deleted by, at position 0"),
        ] {
            let error = conditions(predicate).unwrap_err();
            assert!(error.starts_with(why), "{predicate}: {error}");
        }
    }
}
