//! The rules of storing, one by one.

use super::*;

/// Writes as to InfluxDB 2, where nothing is too old.
fn write(bucket: &mut Bucket, text: &str, unit: i64, now: i64) -> Written {
    bucket.write(text, unit, now, Rule::V2, i64::MIN)
}

fn reasons(bad: &[Bad]) -> Vec<(usize, String)> {
    bad.iter().map(|bad| (bad.number, bad.reason.to_string())).collect()
}

#[test]
fn the_same_series_and_time_merge_their_fields() {
    let mut bucket = Bucket::new(false);
    write(&mut bucket, "m,a=1,b=2 x=1,y=1 7\nm,b=2,a=1 y=2,z=3i 7", 1, 0);
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
        let written = write(&mut bucket, "bad\nm v=1 1\nm v=\nm v=1 9223372036854775807", 1, 0);
        let bad: Vec<_> = written.unreadable.iter().map(|bad| (bad.number, bad.line.as_str())).collect();
        assert_eq!(bad, [(1, "bad"), (3, "m v="), (4, "m v=1 9223372036854775807")]);
        assert_eq!((written.lines, written.misfits), (4, vec![]));
        assert!(bucket.counts().is_empty());
        assert_eq!(bucket.hash(), 0);
    }
}

#[test]
fn a_type_conflict_drops_its_point_only() {
    let mut bucket = Bucket::new(false);
    let written = write(&mut bucket, "m v=1 1\nm v=1i 2\nm v=2 3\nm v=t 4", 1, 0);
    let reasons = reasons(&written.misfits);
    let expected = "field type conflict: input field \"v\" on measurement \"m\" is type integer, already exists as \
                    type float";
    assert_eq!((reasons[0].0, reasons[0].1.as_str(), reasons[1].0), (2, expected, 4));
    assert_eq!(bucket.points().iter().map(|point| point.time).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn times_are_kept_in_nanoseconds() {
    let mut bucket = Bucket::new(false);
    write(&mut bucket, "m v=1 5\nm v=1", 1_000, 2_042);
    assert_eq!(bucket.points().iter().map(|point| point.time).collect::<Vec<_>>(), [2_000, 5_000]);
}

#[test]
fn a_dropped_point_fixes_no_types() {
    let mut bucket = Bucket::new(false);
    write(&mut bucket, "m v=1 1", 1, 0);
    let written = write(&mut bucket, "m new=1,v=1i 2\nm new=t 3", 1, 0);
    assert_eq!(written.misfits.len(), 1, "{written:?}");
    let expected = StoredPoint::new("m", 3).field("new", true);
    assert_eq!(bucket.points(), [StoredPoint::new("m", 1).field("v", 1.0), expected]);
    assert_eq!(write(&mut bucket, "m twice=1,twice=2i 4", 1, 0).misfits.len(), 1);
}

#[test]
fn time_is_no_tag_and_no_field() {
    let text = "m,time=x v=1 1\nm time=5 2\nm time=5,v=1 3";
    let tag = "invalid tag key: input tag \"time\" on measurement \"m\" is invalid".to_owned();
    let field = "invalid field name: input field \"time\" on measurement \"m\" is invalid".to_owned();
    for counting in [false, true] {
        let mut bucket = Bucket::new(counting);
        let written = write(&mut bucket, text, 1, 0);
        assert_eq!(reasons(&written.misfits), [(1, tag.clone()), (2, field.clone())]);
        assert_eq!(bucket.counts(), BTreeMap::from([("m".to_owned(), 1)]));
        assert!(counting || bucket.points() == [StoredPoint::new("m", 3).field("v", 1.0)]);
    }
}

#[test]
fn a_series_key_has_a_longest_length() {
    for (tag, stored) in [(65_525, true), (65_526, true), (65_527, false)] {
        let mut bucket = Bucket::new(false);
        let written = write(&mut bucket, &format!("m,t={} v=1 1", "x".repeat(tag)), 1, 0);
        assert_eq!(written.unreadable.is_empty(), stored, "{tag}");
    }
}

#[test]
fn the_servers_time_is_as_coarse_as_the_request() {
    for (unit, time) in [(1, 1_700_000_000_123_456_789), (1_000_000_000, 1_700_000_000_000_000_000)] {
        let mut bucket = Bucket::new(false);
        write(&mut bucket, "m v=1", unit, 1_700_000_000_123_456_789);
        assert_eq!(bucket.points()[0].time, time);
    }
}

#[test]
fn the_rule_says_what_is_stored_beside_bad_lines() {
    for (text, rule, stored) in [
        ("m v=1 1\nbad\nm v=t 2\nm v=2 3", Rule::V3, 2),
        ("m v=1 1\nbad\nm v=t 2\nm v=2 3", Rule::V2, 0),
        ("m v=1 1\nm v=t 2\nm v=2 3", Rule::V2, 2),
        ("m v=1 1\nm v=t 2\nm v=2 3", Rule::V3Whole, 0),
    ] {
        let mut bucket = Bucket::new(false);
        bucket.write(text, 1, 0, rule, i64::MIN);
        assert_eq!(bucket.points().len(), stored, "{rule:?}");
    }
    let mut bucket = Bucket::new(false);
    bucket.write("m v=t 1\nm v=1 x", 1, 0, Rule::V3Whole, i64::MIN);
    assert_eq!(write(&mut bucket, "m v=1 1", 1, 0).misfits, [], "nothing stored fixes no types");
}

#[test]
fn influxdb_1_has_no_unsigned_integers_and_stores_nothing_where_a_new_field_has_two_types() {
    let mut bucket = Bucket::new(false);
    let mut write = |text: &str| {
        let written = bucket.write(text, 1, 0, Rule::V1, i64::MIN);
        (written.unreadable.len(), written.misfits.len(), written.torn, bucket.points().len())
    };
    assert_eq!(write("m v=1u 1"), (1, 0, false, 0));
    assert_eq!(write("m v=1 1\nm v=t 2\nm v=2 3"), (0, 1, true, 0));
    assert_eq!(write("m v=1 1\nm v=t 2\nm v=2 3"), (0, 1, false, 2));
}

#[test]
fn points_before_the_oldest_do_not_fit() {
    let mut bucket = Bucket::new(false);
    let written = bucket.write("m v=1 99\nm v=1 100", 1, 0, Rule::V3, 100);
    assert_eq!(reasons(&written.misfits), [(1, "points beyond retention policy".to_owned())]);
    assert_eq!(bucket.points().len(), 1);
}
