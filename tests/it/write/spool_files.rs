//! Whatever the files of a spool hold, reading them ends well, and damage costs no more than what it hit.
//!
//! The cases are those of fixed seeds; `INFLUX_PROPERTY_CASES` says how many there are.

use influx_tests::generate::Seeded;
use influx_tests::spool::{check_bytes, check_damage};

/// How many directories are tried where nothing else is said.
const CASES: u64 = 500;
/// The most that are tried: each is some files.
const MOST: u64 = 100_000;

fn seeds() -> impl Iterator<Item = u64> {
    let cases = std::env::var("INFLUX_PROPERTY_CASES").map_or(CASES, |text| text.parse().unwrap());
    0..cases.min(MOST)
}

#[test]
fn any_bytes_can_be_read_twice_alike_and_numbers_ascend() {
    let (mut all, mut read) = (0, 0);
    for seed in seeds() {
        match check_bytes(&mut Seeded::new(seed)) {
            Ok(is_read) => (all, read) = (all + 1, read + u64::from(is_read)),
            Err(why) => panic!("seed {seed}: {why}"),
        }
    }
    assert!(read > all / 4, "only {read} of {all} directories were read");
}

#[test]
fn damage_costs_no_more_than_the_frames_it_hit() {
    for seed in seeds() {
        if let Err(why) = check_damage(&mut Seeded::new(seed)) {
            panic!("seed {seed}: {why}");
        }
    }
}
