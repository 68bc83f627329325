//! Any answers to a write: each line gets one verdict, what is printed is safe, and the write ends.
#![no_main]

use influx_tests::answers::check_answers;
use influx_tests::generate::Bytes;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = check_answers(&mut Bytes(bytes)) {
        panic!("{why}");
    }
});
