//! The rules of storing, one by one.

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
    bucket.write("m v=1 5\nm v=1", 1_000, 2_042);
    assert_eq!(bucket.points().iter().map(|point| point.time).collect::<Vec<_>>(), [2_000, 5_000]);
}

#[test]
fn a_dropped_point_fixes_no_types() {
    let mut bucket = Bucket::new(false);
    bucket.write("m v=1 1", 1, 0);
    let (stored, _) = bucket.write("m new=1,v=1i 2\nm new=t 3", 1, 0);
    assert!(matches!(&stored, Stored::Partly(reason) if reason.ends_with("dropped=1")), "{stored:?}");
    let expected = StoredPoint::new("m", 3).field("new", true);
    assert_eq!(bucket.points(), [StoredPoint::new("m", 1).field("v", 1.0), expected]);
    let (stored, _) = bucket.write("m twice=1,twice=2i 4", 1, 0);
    assert!(matches!(stored, Stored::Partly(_)), "{stored:?}");
}

#[test]
fn time_is_no_tag_and_no_field() {
    let text = "m,time=x v=1 1\nm time=5 2\nm time=5,v=1 3";
    let expected =
        "partial write: invalid tag key: input tag \"time\" on measurement \"m\" is invalid dropped=2";
    for counting in [false, true] {
        let mut bucket = Bucket::new(counting);
        assert_eq!(bucket.write(text, 1, 0), (Stored::Partly(expected.to_owned()), 3));
        assert_eq!(bucket.counts(), BTreeMap::from([("m".to_owned(), 1)]));
        assert!(counting || bucket.points() == [StoredPoint::new("m", 3).field("v", 1.0)]);
    }
}

#[test]
fn a_series_key_has_a_longest_length() {
    for (tag, stored) in [(65_525, true), (65_526, true), (65_527, false)] {
        let mut bucket = Bucket::new(false);
        let (end, _) = bucket.write(&format!("m,t={} v=1 1", "x".repeat(tag)), 1, 0);
        assert_eq!(end == Stored::All, stored, "{tag}");
    }
}

#[test]
fn the_servers_time_is_as_coarse_as_the_request() {
    for (unit, time) in [(1, 1_700_000_000_123_456_789), (1_000_000_000, 1_700_000_000_000_000_000)] {
        let mut bucket = Bucket::new(false);
        bucket.write("m v=1", unit, 1_700_000_000_123_456_789);
        assert_eq!(bucket.points()[0].time, time);
    }
}
