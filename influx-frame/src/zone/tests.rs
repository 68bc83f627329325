//! Zones against jiff's own way from civil times to moments.

use jiff::tz::Disambiguation;

use super::*;

const ZONES: [&str; 9] = [
    "Europe/Berlin",
    "America/New_York",
    // by half an hour
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    // skipped a day
    "Pacific/Apia",
    // its winter is the time that is set
    "Europe/Dublin",
    // by seconds, until 1972
    "Africa/Monrovia",
    "UTC",
    "-03:30",
];

/// What jiff says, by its plain way; `None`: the time came twice or never.
fn expected(zone: &TimeZone, seconds: i64, ambiguous: Ambiguous) -> Option<i64> {
    let shown = Offset::UTC.to_datetime(Timestamp::from_second(seconds).unwrap());
    let found = zone.to_ambiguous_timestamp(shown);
    let found = match ambiguous {
        Ambiguous::Refuse => found.disambiguate(Disambiguation::Reject),
        Ambiguous::Earliest => found.disambiguate(Disambiguation::Earlier),
        Ambiguous::Latest => found.disambiguate(Disambiguation::Later),
    };
    found.ok().map(Timestamp::as_second)
}

/// All that clocks show around the moments at which they are set, for as long as servers store times.
fn around_transitions(zone: &TimeZone) -> Vec<i64> {
    let (first, last) = (-(i64::MAX / 1_000_000_000), i64::MAX / 1_000_000_000);
    let mut seconds = vec![first, first + 1, 0, -1, 1_700_000_000, last - 1, last];
    for set in zone.following(Timestamp::from_second(first).unwrap()) {
        let at = set.timestamp().as_second();
        if at > last {
            break;
        }
        let offsets = [at - 1, at].map(|at| zone.to_offset(Timestamp::from_second(at).unwrap()).seconds());
        for offset in offsets {
            let shown = at + i64::from(offset);
            let steps =
                [-86_400, -7200, -3600, -1800, -61, -2, -1, 0, 1, 2, 61, 1800, 3599, 3600, 7200, 86_400];
            seconds.extend(steps.map(|step| shown + step));
        }
    }
    seconds.sort_unstable();
    seconds
}

#[test]
fn moments_are_those_of_jiff_in_any_order_of_times() {
    for name in ZONES {
        for ambiguous in [Ambiguous::Refuse, Ambiguous::Earliest, Ambiguous::Latest] {
            let zone = Zone::new(name, ambiguous).unwrap();
            let sorted = around_transitions(&zone.zone);
            let expected: Vec<_> = sorted.iter().map(|at| expected(&zone.zone, *at, ambiguous)).collect();
            let len = sorted.len();
            // by steps that meet every one once, far apart
            let step = (len / 3..).find(|step| gcd(*step, len) == 1).unwrap();
            let orders: [&dyn Fn(usize) -> usize; 3] = [&|i| i, &|i| len - 1 - i, &|i| i * step % len];
            // what an order finds does not depend on the policy
            let orders = if ambiguous == Ambiguous::Refuse { &orders[..] } else { &orders[..1] };
            for order in orders {
                let mut cache = ZoneCache::default();
                for at in (0..len).map(order) {
                    let found = zone.moment(Epoch::from_parts(sorted[at], 999_999_999), &mut cache).ok();
                    let found = found.map(|moment| moment.parts());
                    let expected = expected[at].map(|seconds| (seconds, 999_999_999));
                    assert_eq!(found, expected, "{name} {ambiguous:?} {}", sorted[at]);
                }
            }
        }
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn years_of_summers_are_looked_up_twice_a_year() {
    let zone = Zone::new("Europe/Berlin", Ambiguous::Latest).unwrap();
    let mut cache = ZoneCache::default();
    let mut stretches = 0;
    // 2000 to 2009, by hours
    for hour in 0..10 * 365 * 24 {
        let before = cache.from;
        zone.moment(Epoch::from_ticks(946_684_800 + hour * 3600, Precision::Seconds), &mut cache).unwrap();
        stretches += usize::from(cache.from != before);
    }
    assert_eq!(stretches, 21);
}

#[test]
fn a_time_that_came_twice_or_never_is_refused_with_its_zone() {
    let zone = Zone::new("Europe/Berlin", Ambiguous::Refuse).unwrap();
    let refused = |seconds: i64| {
        zone.moment(Epoch::from_ticks(seconds, Precision::Seconds), &mut ZoneCache::default()).unwrap_err()
    };
    assert_eq!(
        refused(1_711_852_200),
        "clocks in Europe/Berlin never showed 2024-03-31T02:30:00, as they were set forward: say with .ambiguous(..) \
         which moment it is"
    );
    assert_eq!(
        refused(1_729_996_200),
        "clocks in Europe/Berlin showed 2024-10-27T02:30:00 twice, as they were set back: say with .ambiguous(..) \
         which moment it is"
    );
}

#[test]
fn times_that_no_server_stores_stay_so() {
    let zone = Zone::new("Asia/Kolkata", Ambiguous::Refuse).unwrap();
    for seconds in [i64::MIN, i64::MIN + 1, -FARTHEST - 1, FARTHEST + 1, 253_402_300_800, i64::MAX] {
        let moment = zone.moment(Epoch::from_parts(seconds, 5), &mut ZoneCache::default()).unwrap();
        assert_eq!(moment.to_precision(Precision::Nanoseconds), None, "{seconds}");
    }
    // the last moment of all, which the clocks there show hours later
    let shown = Epoch::from_parts(9_223_372_036 + 19_800, 854_775_806);
    let moment = zone.moment(shown, &mut ZoneCache::default()).unwrap();
    assert_eq!(moment.to_precision(Precision::Nanoseconds), Some(i64::MAX - 1));
}

#[test]
fn zones_have_names_or_distances() {
    for (name, offset) in [("UTC", 0), ("+02:00", 7200), ("-0330", -12_600), ("europe/berlin", 3600)] {
        let zone = Zone::new(name, Ambiguous::Refuse).unwrap();
        let moment =
            zone.moment(Epoch::from_ticks(0, Precision::Seconds), &mut ZoneCache::default()).unwrap();
        assert_eq!(moment.parts(), (-offset, 0), "{name}");
    }
    for name in ["", "Europe/Berlinn", "CEST+", "+25:61:99", "local"] {
        assert!(Zone::new(name, Ambiguous::Refuse).is_none(), "{name}");
    }
}
