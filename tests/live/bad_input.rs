//! Bad input by class: what the client lets through means the same to the server, and nothing else is taken.

use influx_tests::bad_input::cases;

use crate::influxd::Influxd;
use crate::round_trip;

#[test]
fn no_class_is_taken_and_stored_as_something_else() {
    let Some(server) = Influxd::start() else { return };
    let (mut wrong, mut count) = (Vec::new(), 0);
    // 1.x has no unsigned integers
    for case in cases().iter().filter(|case| case.refused.is_none() && !case.settings.unsigned) {
        count += 1;
        if let Err(why) = round_trip(&server, &case.record, &case.settings) {
            wrong.push(format!("{}: {why:.300}", case.class));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 150, "{count}");
}
