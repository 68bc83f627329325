//! Any text: the reader ends, covers all of it, and `push_raw` takes what both readers
//! read alike.
#![no_main]

use influx_tests::property::check_text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(why) = check_text(text) {
        panic!("{why}");
    }
});
