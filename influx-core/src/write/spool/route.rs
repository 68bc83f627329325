//! A destination as JSON in a frame: what the caller said of it, never an address, a token or a header.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::format::FormatError;
use crate::line::Precision;
use crate::write::batch::Batch;
use crate::write::{Consistency, Destination, Dialect};

/// The members of a [`Destination`], and the unit of the lines' times; what is not said is absent.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Route {
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retention_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    precision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consistency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_sync: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accept_partial: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dialect: Option<String>,
    unit: String,
}

/// The routes that were written lately, so that it is not done for each frame.
#[derive(Default)]
pub(super) struct Written {
    /// By the address of the destination, which is kept so that no other one gets its address.
    routes: HashMap<(usize, Precision), (Arc<Destination>, Vec<u8>)>,
    bytes: usize,
}

/// The routes that were read lately, so that frames share their destinations.
#[derive(Default)]
pub(super) struct Known {
    routes: HashMap<Vec<u8>, (Arc<Destination>, Precision)>,
    bytes: usize,
}

/// How many bytes of JSON are kept.
const KEPT_BYTES: usize = 256 * 1024;

impl Written {
    /// The JSON of where a batch goes.
    pub(super) fn encode(&mut self, batch: &Batch) -> &[u8] {
        let key = (Arc::as_ptr(&batch.destination) as usize, batch.precision);
        if self.bytes > KEPT_BYTES {
            *self = Self::default();
        }
        let bytes = &mut self.bytes;
        let (_, json) = self.routes.entry(key).or_insert_with(|| {
            let json = encode(&batch.destination, batch.precision);
            *bytes += json.len() + ENTRY_BYTES;
            (Arc::clone(&batch.destination), json)
        });
        json
    }
}

impl Known {
    /// The destination and the unit of the lines' times; `None` if that is no route.
    pub(super) fn parse(&mut self, json: &[u8]) -> Option<(Arc<Destination>, Precision)> {
        if let Some((to, unit)) = self.routes.get(json) {
            return Some((Arc::clone(to), *unit));
        }
        let (to, unit) = parse(json)?;
        let to = Arc::new(to);
        if self.bytes > KEPT_BYTES {
            *self = Self::default();
        }
        self.bytes += json.len() + ENTRY_BYTES;
        self.routes.insert(json.to_vec(), (Arc::clone(&to), unit));
        Some((to, unit))
    }
}

/// What an entry takes besides its JSON, roughly.
const ENTRY_BYTES: usize = 100;

/// Prints how much is kept, never a name.
impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Written").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Prints how much is kept, never a name.
impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Whether frames have room for the names of a destination.
///
/// # Errors
///
/// They have not.
pub(crate) fn check(to: &Destination) -> Result<(), FormatError> {
    // every unit has as many letters, or fewer
    let len = encode(to, Precision::Nanoseconds).len();
    u16::try_from(len).map(drop).map_err(|_| FormatError::Route(len))
}

fn encode(to: &Destination, unit: Precision) -> Vec<u8> {
    let name = Some(to.name.clone());
    let (bucket, database) = if to.database { (None, name) } else { (name, None) };
    let route = Route {
        bucket,
        database,
        retention_policy: to.retention_policy.clone(),
        org: to.org.clone(),
        precision: to.precision.map(|precision| precision.as_str().to_owned()),
        consistency: to.consistency.map(|consistency| consistency.as_str().to_owned()),
        no_sync: to.no_sync,
        accept_partial: to.accept_partial,
        dialect: to.dialect.map(|dialect| dialect.to_string()),
        unit: unit.as_str().to_owned(),
    };
    // a struct of texts and flags always has its JSON
    serde_json::to_vec(&route).unwrap_or_default()
}

fn parse(json: &[u8]) -> Option<(Destination, Precision)> {
    let route: Route = serde_json::from_slice(json).ok()?;
    let mut to = match (route.bucket, route.database) {
        (Some(bucket), None) => Destination::bucket(bucket),
        (None, Some(database)) => Destination::database(database),
        _ => return None,
    };
    to.retention_policy = route.retention_policy;
    to.org = route.org;
    to.precision = named(route.precision, precision)?;
    to.consistency = named(route.consistency, consistency)?;
    to.no_sync = route.no_sync;
    to.accept_partial = route.accept_partial;
    to.dialect = named(route.dialect, dialect)?;
    Some((to, precision(&route.unit)?))
}

/// What a text names, if there is one; `None` if there is one and it names nothing.
fn named<T>(text: Option<String>, by: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match text {
        Some(text) => by(&text).map(Some),
        None => Some(None),
    }
}

fn precision(text: &str) -> Option<Precision> {
    use Precision::{Microseconds, Milliseconds, Nanoseconds, Seconds};
    [Nanoseconds, Microseconds, Milliseconds, Seconds]
        .into_iter()
        .find(|precision| precision.as_str() == text)
}

fn consistency(text: &str) -> Option<Consistency> {
    use Consistency::{All, Any, One, Quorum};
    [Any, One, Quorum, All].into_iter().find(|consistency| consistency.as_str() == text)
}

fn dialect(text: &str) -> Option<Dialect> {
    [Dialect::V1, Dialect::V2, Dialect::V3].into_iter().find(|dialect| dialect.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::spool::sample::batch;

    #[test]
    fn a_destination_comes_back_as_it_was() {
        let bucket = Destination::bucket("a \"b\"\n\u{1F600}");
        let full = Destination::database("telegraf")
            .retention_policy("autogen")
            .org("my-org")
            .precision(Precision::Seconds)
            .consistency(Consistency::Quorum)
            .no_sync(true)
            .accept_partial(false)
            .dialect(Dialect::V3);
        for (to, unit) in [(bucket, Precision::Nanoseconds), (full, Precision::Milliseconds)] {
            let json = encode(&to, unit);
            assert_eq!(parse(&json), Some((to, unit)), "{}", String::from_utf8_lossy(&json));
        }
    }

    #[test]
    fn what_is_not_said_is_absent() {
        let json = encode(&"home".into(), Precision::Nanoseconds);
        assert_eq!(String::from_utf8(json).unwrap(), r#"{"bucket":"home","unit":"ns"}"#);
    }

    #[test]
    fn what_is_no_route_is_none() {
        let cases = [
            "",
            "{}",
            r#"{"bucket":"b"}"#,
            r#"{"bucket":"b","unit":"h"}"#,
            r#"{"unit":"ns"}"#,
            r#"{"bucket":"b","database":"d","unit":"ns"}"#,
            r#"{"bucket":"b","unit":"ns","url":"http://localhost"}"#,
            r#"{"bucket":"b","unit":"ns","dialect":"v9"}"#,
            r#"{"bucket":"b","unit":"ns","consistency":"none"}"#,
            r#"{"bucket":"b","unit":"ns","precision":""}"#,
        ];
        for json in cases {
            assert_eq!(parse(json.as_bytes()), None, "{json}");
        }
    }

    #[test]
    fn a_route_is_encoded_and_read_once_and_memory_stays_bounded() {
        let (mut written, mut known) = (Written::default(), Known::default());
        let one = batch("b", &["a f=1"]);
        let json = written.encode(&one).to_vec();
        let (to, _) = known.parse(&json).unwrap();
        let bytes = written.bytes;
        assert_eq!((written.encode(&one), &to), (&json[..], &one.destination));
        assert!(Arc::ptr_eq(&to, &known.parse(&json).unwrap().0));
        assert_eq!((written.bytes, known.bytes, known.parse(b"{}")), (bytes, bytes, None));
        for number in 0..2 * KEPT_BYTES / bytes {
            let json = written.encode(&batch(&format!("{number:04}"), &["a f=1"])).to_vec();
            assert_eq!(known.parse(&json).unwrap().0.name(), format!("{number:04}"));
            assert!(written.bytes.max(known.bytes) <= KEPT_BYTES + 2 * bytes);
        }
    }
}
