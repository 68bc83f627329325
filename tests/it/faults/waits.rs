//! How long a server asks to wait, in whatever words.

use std::sync::mpsc;
use std::time::Duration;

use influx_core::Dialect;
use influx_core::testing::Script;

use super::record::row;
use super::run::{client, destination, options, server};

const DATE: &str = "Fri, 31 Dec 1999 23:59:29 GMT";
const HALF_A_MINUTE_LATER: &str = "Fri, 31 Dec 1999 23:59:59 GMT";

/// The delay is told before it begins, so that nobody waits for it here.
#[tokio::test]
async fn what_a_server_asks_for_is_what_the_writer_waits() {
    for (headers, low) in [
        (&[("Retry-After", "2")][..], 2.0),
        (&[("Retry-After", "0.25")], 0.25),
        (&[("Retry-After", "0")], 0.0),
        (&[("Retry-After", "-1")], 0.0),
        (&[("Retry-After", "1e99")], 600.0), // no more than ten minutes, and a tenth
        (&[("Retry-After", "100000")], 600.0),
        (&[("Retry-After", "NaN")], 10.0), // what cannot be read is a usual pause
        (&[("Retry-After", "inf")], 10.0),
        (&[("Retry-After", "soon")], 10.0),
        (&[("Retry-After", HALF_A_MINUTE_LATER), ("Date", DATE)], 30.0),
        (&[("Retry-After", DATE), ("Date", HALF_A_MINUTE_LATER)], 0.0),
        (&[("Retry-After", DATE)], 0.0), // long ago by any clock
        (&[("Retry-After", "3"), ("Retry-After", "2")], 3.0),
        (&[], 0.0),
    ] {
        for status in [429, 503] {
            let server = server("2.7.0");
            let mut script = Script::answer(status);
            for (name, value) in headers {
                script = script.header(*name, *value);
            }
            server.script(script);
            let (tell, told) = mpsc::channel();
            let options = options().max_retry_time(Duration::MAX).on_retry(move |_, _, delay| {
                let _ = tell.send(delay.as_secs_f64());
            });
            let client = client(&server.url(), Dialect::V2).build().unwrap();
            let writer = client.writer_with(destination(Dialect::V2), options).unwrap();
            writer.write(&row(1)).await.unwrap();
            let delay = tokio::task::spawn_blocking(move || told.recv_timeout(Duration::from_secs(20)));
            let delay = delay.await.unwrap().unwrap();
            // the options' own delay comes to 0.04 s at most, and to whatever is asked for comes a tenth
            let high = low * 1.1 + 0.041;
            assert!((low..=high).contains(&delay), "{status} {headers:?}: {delay}");
            let report = writer.close(Duration::ZERO).await;
            assert_eq!((report.stored, report.dropped), (0, 1), "{status} {headers:?}");
        }
    }
}
