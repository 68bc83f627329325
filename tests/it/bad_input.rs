//! Bad input by class: it is refused with its reason, or written as the documentation says.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use influx_core::testing::TestServer;
use influx_core::{Client, Dialect, ErrorKind, NonFinite, WriteOptions};
use influx_tests::bad_input::{Case, cases};
use influx_tests::reader::check_one;
use influx_tests::record::{Handwritten, Settings};
use influx_tests::rule;

/// What a failure shows: not the bytes of a megabyte.
fn shown(case: &Case) -> String {
    format!("{}: {:.300}", case.class, format!("{:?}", case.record))
}

#[test]
fn each_class_is_refused_with_its_reason_or_written_as_documented() {
    for case in cases() {
        let mut buffer = case.settings.buffer();
        let pushed = buffer.push(&Handwritten(&case.record));
        match &case.refused {
            Some((part, kind)) => {
                let error = pushed.expect_err(&shown(&case));
                assert_eq!((error.part(), error.kind()), (*part, kind), "{}", shown(&case));
                assert!(buffer.is_empty(), "{}", shown(&case));
            }
            None => {
                pushed.unwrap_or_else(|error| panic!("{}: {error}", shown(&case)));
                let expected = rule::meaning(&case.record, &case.settings);
                check_one(buffer.as_str(), &expected).unwrap_or_else(|why| panic!("{why:.600}"));
                assert_eq!(buffer.skipped_non_finite(), rule::non_finite(&case.record), "{}", shown(&case));
            }
        }
    }
}

/// A call refuses before it sends anything; a writer refuses the record alone, and counts it.
#[tokio::test]
async fn what_is_refused_reaches_no_server_and_holds_up_nothing() {
    // it only counts: in one measurement, the types of these would contradict each other
    let server = TestServer::counting().unwrap();
    let client = Client::builder(server.url()).dialect(Dialect::V1).build().unwrap();
    let writer = client.writer_with("b", WriteOptions::new()).unwrap();
    let (mut refused, mut taken) = (0, 0);
    let as_the_client_encodes = |case: &Case| {
        let Settings { unsigned, non_finite, .. } = case.settings;
        !unsigned && non_finite == NonFinite::Skip
    };
    for case in cases().iter().filter(|case| as_the_client_encodes(case)) {
        let record = Handwritten(&case.record);
        let written = writer.write(&record).await;
        if case.refused.is_none() {
            written.unwrap_or_else(|error| panic!("{}: {error}", shown(case)));
            taken += 1;
            continue;
        }
        assert_eq!(written.unwrap_err().kind(), ErrorKind::Encode, "{}", shown(case));
        let called = client.write("b", &record).await.expect_err(&shown(case));
        assert_eq!(called.kind(), ErrorKind::Encode, "{}: {called}", shown(case));
        refused += 1;
    }
    let stats = writer.close(None).await.stats;
    assert!(refused > 50 && taken > 150, "{refused} and {taken}");
    assert_eq!((stats.refused, stats.refused_invalid, stats.stored), (refused, refused, taken), "{stats:?}");
    assert!(stats.is_balanced(), "{stats:?}");
    assert_eq!(server.lines_received(), taken, "only what the writer took was sent");
}
