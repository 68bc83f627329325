//! Any bytes as annotated CSV, in any pieces: the same rows and the same end as in one piece; and tables made of them are
//! read as they were written.
#![no_main]

use influx_tests::csv::{Tables, check_bytes};
use influx_tests::generate::{Bytes, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut source = Bytes(bytes);
    let pieces: Vec<_> = (0..=source.below(4)).map(|_| source.below(64)).collect();
    let checked = match source.once_in(2) {
        true => Tables::generate(&mut source).check(&pieces),
        false => check_bytes(source.0, &pieces),
    };
    if let Err(why) = checked {
        panic!("{why}");
    }
});
