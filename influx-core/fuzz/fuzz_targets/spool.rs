//! Any bytes as the files of a spool: reading them ends, twice alike, and what was not damaged is found.
#![no_main]

use influx_tests::generate::{Bytes, Source};
use influx_tests::spool::{check_bytes, check_damage};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut source = Bytes(bytes);
    let checked = match source.once_in(2) {
        true => check_damage(&mut source),
        false => check_bytes(&mut source).map(drop),
    };
    if let Err(why) = checked {
        panic!("{why}");
    }
});
