//! Records made of the fuzzer's bytes: each reads back as what it says, or is refused by a rule that applies.
#![no_main]

use influx_tests::generate::Bytes;
use influx_tests::property::Batch;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(why) = Batch::generate(&mut Bytes(bytes)).check() {
        panic!("{why}");
    }
});
