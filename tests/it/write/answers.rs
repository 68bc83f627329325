//! Any answers to one write: each record has one verdict.
//!
//! The cases are those of fixed seeds; `INFLUX_PROPERTY_CASES` says how many there are.

use influx_tests::answers::check_answers;
use influx_tests::generate::Seeded;

/// How many writes are tried where nothing else is said.
const CASES: u64 = 5_000;
/// The most that are tried: one write is some requests.
const MOST: u64 = 100_000;

#[test]
fn whatever_a_server_says_each_record_has_one_verdict() {
    let cases = std::env::var("INFLUX_PROPERTY_CASES").map_or(CASES, |text| text.parse().unwrap());
    for seed in 0..cases.min(MOST) {
        if let Err(why) = check_answers(&mut Seeded::new(seed)) {
            panic!("seed {seed}: {why}");
        }
    }
}
