//! Times that clocks on a wall show, in frames.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Date32Array, Int64Array, RecordBatch, TimestampMicrosecondArray, TimestampSecondArray,
};
use influx_core::LineBuffer;
use influx_frame::{Ambiguous, Frame, Pieces, Roles};
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, Series, TimeUnit};

/// Seconds since 1970 of a day and time, as clocks in UTC show it.
fn shown(days: i64, hours: i64, minutes: i64) -> i64 {
    days * 86_400 + hours * 3600 + minutes * 60
}

/// 2024-03-31, when clocks in Berlin were set forward from 2:00, and 2024-10-27, when they were set back from 3:00.
const FORWARD: i64 = 19_813;
const BACK: i64 = 20_023;

fn roles(zone: &str) -> Roles {
    Roles::new("m").time("at").time_zone(zone)
}

/// The times of the lines, and why rows were refused, with their numbers.
fn written<F: Frame>(frame: &F, roles: &Roles) -> (Vec<i64>, Vec<(u64, String)>) {
    let mut pieces = Pieces::new(frame.clone(), roles, LineBuffer::new()).unwrap();
    let piece = pieces.next().unwrap().unwrap();
    let times = piece.lines.as_str().lines().map(|line| line.rsplit_once(' ').unwrap().1.parse().unwrap());
    let refused = piece.refused.iter().map(|refused| (refused.row, refused.error.to_string()));
    (times.collect(), refused.collect())
}

fn arrow(at: ArrayRef) -> RecordBatch {
    let values: ArrayRef = Arc::new(Int64Array::from((0..at.len() as i64).collect::<Vec<_>>()));
    RecordBatch::try_from_iter([("v", values), ("at", at)]).unwrap()
}

/// The same moments, in milliseconds.
fn polars(seconds: &[i64]) -> DataFrame {
    let millis: Vec<i64> = seconds.iter().map(|seconds| seconds * 1000).collect();
    let at =
        Series::new("at".into(), millis).cast(&DataType::Datetime(TimeUnit::Milliseconds, None)).unwrap();
    let values: Vec<i64> = (0..seconds.len() as i64).collect();
    DataFrame::new_infer_height(vec![Column::new("v".into(), values), at.into()]).unwrap()
}

#[test]
fn times_without_a_zone_are_those_of_the_clocks_there() {
    let noon = shown(FORWARD, 12, 0);
    let cases = [
        ("Europe/Berlin", -2 * 3600),
        ("America/New_York", 4 * 3600),
        ("Asia/Kolkata", -(5 * 3600 + 1800)),
        ("Australia/Lord_Howe", -11 * 3600),
        ("UTC", 0),
        ("+02:00", -2 * 3600),
        ("-03:30", 3 * 3600 + 1800),
    ];
    for (zone, offset) in cases {
        let expected = vec![(noon + offset) * 1_000_000_000];
        let seconds = arrow(Arc::new(TimestampSecondArray::from(vec![noon])));
        assert_eq!(written(&seconds, &roles(zone)), (expected.clone(), vec![]), "{zone}");
        assert_eq!(written(&polars(&[noon]), &roles(zone)), (expected, vec![]), "{zone}");
    }
}

#[test]
fn a_time_that_came_twice_or_never_is_refused_or_one_of_both() {
    let times = [shown(FORWARD, 1, 59), shown(FORWARD, 2, 30), shown(FORWARD, 3, 0), shown(BACK, 2, 30)];
    let (winter, summer) = (3600, 2 * 3600);
    let cases = [
        (Ambiguous::Earliest, vec![winter, summer, summer, summer]),
        (Ambiguous::Latest, vec![winter, winter, summer, winter]),
    ];
    for (ambiguous, offsets) in cases {
        let expected =
            times.iter().zip(offsets).map(|(time, offset)| (time - offset) * 1_000_000_000).collect();
        let roles = roles("Europe/Berlin").ambiguous(ambiguous);
        assert_eq!(written(&polars(&times), &roles), (expected, vec![]), "{ambiguous:?}");
    }
    let (stored, refused) = written(&polars(&times), &roles("Europe/Berlin"));
    assert_eq!(stored, [(times[0] - winter) * 1_000_000_000, (times[2] - summer) * 1_000_000_000]);
    let told = [
        (1, "clocks in Europe/Berlin never showed 2024-03-31T02:30:00, as they were set forward"),
        (3, "clocks in Europe/Berlin showed 2024-10-27T02:30:00 twice, as they were set back"),
    ];
    assert_eq!(refused.len(), told.len());
    for ((row, why), (expected_row, expected)) in refused.iter().zip(told) {
        assert_eq!(*row, expected_row);
        assert!(why.contains("column \"at\"") && why.contains(expected), "{why}");
    }
}

#[test]
fn dates_begin_at_midnight_there() {
    // the last is the day on which clocks are set forward, hours after midnight
    let dates = arrow(Arc::new(Date32Array::from(vec![-1, 0, FORWARD as i32, FORWARD as i32 + 1])));
    let midnight = |day: i64, hours: i64| (day * 86_400 - hours * 3600) * 1_000_000_000;
    let expected = vec![midnight(-1, 1), midnight(0, 1), midnight(FORWARD, 1), midnight(FORWARD + 1, 2)];
    assert_eq!(written(&dates, &roles("Europe/Berlin")), (expected, vec![]));
}

#[test]
fn fractions_are_exact_before_1970_and_behind_the_last_known_change() {
    // in 1900 clocks in Berlin were an hour ahead, and in the summer of 2200 by today's rule two
    let (early, late) = (-2_208_988_800_000_001_i64, 7_274_160_000_000_001);
    let times = arrow(Arc::new(TimestampMicrosecondArray::from(vec![early, late])));
    let expected = vec![(early - 3_600_000_000) * 1000, (late - 7_200_000_000) * 1000];
    assert_eq!(written(&times, &roles("Europe/Berlin")), (expected, vec![]));
}

#[test]
fn a_time_that_is_stored_only_there_is_so_at_either_end() {
    // 2262-04-11 and 1677-09-21, by their hours
    let (last, first) = (9_223_372_036, -9_223_372_036);
    let times = arrow(Arc::new(TimestampSecondArray::from(vec![last, last + 3600, last + 20_000, first])));
    let (stored, refused) = written(&times, &roles("+05:30"));
    assert_eq!(stored, [last, last + 3600].map(|time| (time - 19_800) * 1_000_000_000));
    assert_eq!(refused.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2, 3]);
}
