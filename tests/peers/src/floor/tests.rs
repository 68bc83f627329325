//! What the benchmark's own data does not reach, read back with the parser.

use super::{Floor, Refused};
use crate::data::{Cpu, Narrow};
use crate::verify::Row;
use influxdb_line_protocol::parse_lines;

fn cpu() -> Cpu {
    Cpu {
        core: 0,
        host: "a".to_owned(),
        region: "b".to_owned(),
        usage_user: 0.0,
        usage_system: 0.0,
        temp: 0.0,
        ctx_switches: 0,
        throttled: false,
        governor: String::new(),
        time: 0,
    }
}

fn narrow(value: f64) -> Narrow {
    Narrow { host: "a".to_owned(), value, time: 1 }
}

/// All rows pass, one line each, and the recorded ends are where the lines end.
fn holds<R: Row, const TABLES: bool>(
    rows: &[R],
    push: impl Fn(&mut Floor<TABLES>, &R) -> Result<(), Refused>,
) {
    let mut floor = Floor::new();
    for row in rows {
        push(&mut floor, row).unwrap();
    }
    assert_eq!(floor.line_ends().len(), rows.len());
    let all = std::str::from_utf8(floor.as_bytes()).unwrap();
    let mut start = 0;
    for (row, &end) in rows.iter().zip(floor.line_ends()) {
        let text = &all[start..end as usize];
        let lines: Vec<_> = parse_lines(text).collect();
        assert!(text.ends_with('\n') && lines.len() == 1, "{text:?}");
        let line = lines[0].as_ref().unwrap_or_else(|error| panic!("{text:?}: {error}"));
        row.check(line, true).unwrap_or_else(|what| panic!("{text:?}: {what}"));
        start = end as usize;
    }
}

#[test]
fn every_double_reads_back() {
    let mut values =
        vec![0.0, -0.0, 1.0, -1.0, 0.1, -0.01, 0.29, 1.15, 999_999.99, 1e6, 1e15, 1e16, 1e17, 5e-324];
    values.extend([
        f64::MAX,
        f64::MIN,
        f64::EPSILON,
        0.1 + 0.2,
        1e-5,
        123_456_789.5,
        17_592_186_044_416.0,
        0.1f32.into(),
    ]);
    values.extend((0..20_000).map(|n| f64::from(n - 10_000) / 100.0));
    values.extend((0..300_000).step_by(7).map(|n| f64::from(n) / 100.0));
    let mut random = fastrand::Rng::with_seed(7);
    values.extend((0..200_000).map(|_| f64::from_bits(random.u64(..))).filter(|value| value.is_finite()));
    values.extend((0..20_000).map(|_| (random.f64() * 1e17).trunc()));
    // One batch a value, so that the short path is never switched off, then all in one, where it is.
    for chunk in values.chunks(4) {
        holds(&chunk.iter().copied().map(narrow).collect::<Vec<_>>(), Floor::<false>::push_narrow);
        holds(&chunk.iter().copied().map(narrow).collect::<Vec<_>>(), Floor::<true>::push_narrow);
    }
    holds(&values.iter().copied().map(narrow).collect::<Vec<_>>(), Floor::<false>::push_narrow);
    holds(&values.into_iter().map(narrow).collect::<Vec<_>>(), Floor::<true>::push_narrow);
}

#[test]
fn whole_doubles_have_no_point() {
    for (value, text) in
        [(0.0, "0"), (-0.0, "-0"), (5.0, "5"), (-120.0, "-120"), (1e15, "1000000000000000"), (2.5, "2.5")]
    {
        for misses in [0, 255] {
            let mut floor = Floor::<true>::new();
            floor.doubles = super::Doubles::missed(misses);
            floor.push_narrow(&narrow(value)).unwrap();
            assert_eq!(floor.as_bytes(), format!("cpu,host=a value={text} 1\n").as_bytes());
        }
    }
}

#[test]
fn what_is_not_finite_is_refused() {
    let mut floor = Floor::<false>::new();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(floor.push_narrow(&narrow(value)), Err(Refused));
    }
    assert!(floor.as_bytes().is_empty());
}

#[test]
fn every_integer_and_time_reads_back() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut rows = Vec::new();
    for shift in 0..64 {
        for _ in 0..100 {
            let (ctx_switches, time) = (random.u64(..) >> shift, random.i64(..) >> shift);
            rows.push(Cpu { core: random.u8(..), ctx_switches, time, throttled: random.bool(), ..cpu() });
        }
    }
    for time in [
        0,
        -1,
        i64::MIN,
        i64::MAX,
        999_999_999_999_999_999,
        1_000_000_000_000_000_000,
        4_294_967_296_000_000_000,
    ] {
        rows.push(Cpu { time, ctx_switches: u64::MAX, ..cpu() });
    }
    for power in 0..20 {
        rows.push(Cpu { ctx_switches: 10u64.pow(power), ..cpu() });
        rows.push(Cpu { ctx_switches: 10u64.pow(power) - 1, ..cpu() });
    }
    holds(&rows, Floor::<false>::push_cpu);
    holds(&rows, Floor::<true>::push_cpu);
}

#[test]
fn every_place_of_every_length_is_escaped() {
    let mut rows = Vec::new();
    for length in 1..70 {
        for at in 0..length {
            for special in [' ', ',', '=', '"', '\\', '\r', 'é'] {
                let mut text: Vec<char> = vec!['x'; length];
                text[at] = special;
                let governor: String = text.iter().collect();
                text.push('x'); // a tag cannot end in a backslash
                rows.push(Cpu { region: text.into_iter().collect(), governor, ..cpu() });
            }
        }
    }
    holds(&rows, Floor::<false>::push_cpu);
    holds(&rows, Floor::<true>::push_cpu);
}

#[test]
fn tags_without_a_valid_text_are_refused() {
    let mut floor = Floor::<false>::new();
    for text in ["", "\\", "a\\", "a\nb", "a\tb", "a\\\\b", "a\\ b", "0123456789abcdef0123456789\\"] {
        assert_eq!(floor.push_cpu(&Cpu { region: text.to_owned(), ..cpu() }), Err(Refused), "{text:?}");
    }
    assert!(floor.as_bytes().is_empty() && floor.line_ends().is_empty());
}
