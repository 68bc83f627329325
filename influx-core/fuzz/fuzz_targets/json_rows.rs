//! Any bytes as InfluxQL's series and as JSON lines, in any pieces: the same rows and the same end as in one piece; and
//! rows made of them are read as they were written.
#![no_main]

use influx_tests::generate::{Bytes, Source};
use influx_tests::json_rows::{FORMS, Table, check_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut source = Bytes(bytes);
    let pieces: Vec<_> = (0..=source.below(4)).map(|_| source.below(64)).collect();
    let checked = match source.once_in(2) {
        true => {
            let (table, form) = (Table::generate(&mut source), source.pick(&FORMS));
            table.check(form, &mut source, &pieces)
        }
        false => check_bytes(source.0, &pieces),
    };
    if let Err(why) = checked {
        panic!("{why}");
    }
});
