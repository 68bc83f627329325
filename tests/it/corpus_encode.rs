//! The encoder against InfluxData's corpus: what five decoders read is written so that both readers read it
//! again, or is refused by a rule that is listed here with the case.

use std::collections::BTreeMap;

use influx_core::EncodeErrorKind::{self, Name, Value};
use influx_core::Flaw::AmbiguousBackslash;
use influx_core::Precision;
use influx_tests::oracle::{Class, Oracle, Point};
use influx_tests::reader::{by_project, check_one};
use influx_tests::record::{Handwritten, Record, Settings};
use influx_tests::rule;

/// Decoded points that are refused, by the name of their case: none, where all decoders agree.
const REFUSED: &[(&str, EncodeErrorKind)] = &[];

/// Points to encode that are refused, by the name of their case. In all of them a backslash stands before a
/// comma, space or equals sign, which the official parser reads as something else than the reference encoder meant,
/// or not at all.
const REFUSED_TO_ENCODE: &[(&str, EncodeErrorKind)] = &[
    ("20f288a995174bed597f0b405df7756b", Value(AmbiguousBackslash)),
    ("7c0c4a665d3581854019e2c01c485f56", Value(AmbiguousBackslash)),
    ("9ce4e716b8ba198c7a6a16cf12c8c1e3", Value(AmbiguousBackslash)),
    ("b3db57d81f6283cd8ffdc25df4ef66d1", Value(AmbiguousBackslash)),
    ("f84fa178c83d4c4fdeb903e337af0c88", Name(AmbiguousBackslash)),
];

#[test]
fn what_five_decoders_read_is_written_and_read_again() {
    let Some(oracle) = Oracle::load() else { return };

    let mut counts = [0; 3];
    let mut results = Results::default();
    for case in &oracle.decode {
        match case.class {
            Class::AgreeAccept => counts[0] += 1,
            Class::AcceptMost => counts[1] += 1,
            Class::AgreeReject | Class::Disputed => continue,
        }
        for point in &case.points {
            counts[2] += 1;
            // What became of it is asserted for all together.
            let _ = results.add(&case.key, point, &Settings::default());
        }
    }

    results.are(REFUSED);
    assert_eq!(counts, [335, 20, 359]);
}

#[test]
fn what_the_reference_encoder_writes_is_written_with_the_same_meaning() {
    let Some(oracle) = Oracle::load() else { return };

    let mut results = Results::default();
    let mut left_out = Vec::new();
    for case in &oracle.encode {
        let precision = match case.precision_ns {
            1 => Precision::Nanoseconds,
            1_000 => Precision::Microseconds,
            1_000_000 => Precision::Milliseconds,
            _ => Precision::Seconds,
        };
        assert_eq!(precision.nanos(), case.precision_ns);
        let line = results.add(&case.key, &case.point, &Settings { precision, ..Settings::default() });
        match (line, &case.expect) {
            (Ok(line), Ok(reference)) => assert_eq!(by_project(&line), by_project(reference), "{}", case.key),
            (Ok(line), Err(why)) => left_out.push((line, why.as_str())),
            (Err(_), _) => {} // is listed
        }
    }

    results.are(REFUSED_TO_ENCODE);
    // The only point that the reference refuses: its empty tag is left out here.
    assert_eq!(left_out, [("cpu value=42 0\n".to_owned(), "invalid tag value something=\"\"")]);
    assert_eq!(oracle.encode.len(), 115);
}

#[derive(Default)]
struct Results<'o> {
    refused: BTreeMap<&'o str, EncodeErrorKind>,
    wrong: Vec<String>,
}

impl<'o> Results<'o> {
    /// Encodes a point in both forms, and reads it with both readers.
    fn add(&mut self, key: &'o str, point: &Point, settings: &Settings) -> Result<String, EncodeErrorKind> {
        let record = Record::from(point);
        let by_point = self.push(key, &record.replaced(), settings, |buffer| buffer.push(&record.point()));
        let by_hand = self.push(key, &record, settings, |buffer| buffer.push(&Handwritten(&record)));
        // Keys that stand twice are replaced by the builder, and refused of a hand-written record.
        if record.is_settled() && by_hand != by_point {
            self.wrong.push(format!("{key}: {by_hand:?} by hand, {by_point:?} by point"));
        }
        if let Err(kind) = &by_hand {
            self.refused.insert(key, kind.clone());
        }
        by_hand
    }

    fn push(
        &mut self,
        key: &str,
        record: &Record,
        settings: &Settings,
        push: impl FnOnce(&mut influx_core::LineBuffer) -> Result<(), influx_core::EncodeError>,
    ) -> Result<String, EncodeErrorKind> {
        let mut buffer = settings.buffer();
        let result = push(&mut buffer);
        let read = match &result {
            Ok(()) => check_one(buffer.as_str(), &rule::meaning(record, settings)),
            Err(_) if buffer.as_bytes().is_empty() => Ok(()),
            Err(_) => Err(format!("left behind {buffer:?}")),
        };
        if let Err(why) = read {
            self.wrong.push(format!("{key}: {why}"));
        }
        result.map(|()| buffer.as_str().to_owned()).map_err(|error| error.kind().clone())
    }

    fn are(self, listed: &[(&'o str, EncodeErrorKind)]) {
        assert!(self.wrong.is_empty(), "{} are wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
        let listed: BTreeMap<_, _> = listed.iter().cloned().collect();
        assert_eq!(self.refused, listed, "left: refused, right: listed");
    }
}
