//! Text that tries to be more than it is: the server holds the rows that were written, and no other.

use influx_core::http::RetryPolicy;
use influx_core::{Client, Destination, Dialect, Line, LineBuffer, Measurement, Nanos, Precision};

use crate::influxd::Influxd;

/// What would start a row, a field, a tag, a parameter or a header of its own, if it got out of its place.
const ATTEMPTS: [&str; 14] = [
    "a\nevil v=666 1",
    "a\r\nevil v=666 1",
    "a v=1 1\nevil v=666",
    "a,evil=1",
    "a evil=666",
    "a=1,evil",
    "a\" evil=666",
    "\",evil=\"",
    "a\\",
    "a\\\nevil v=666",
    "#evil",
    "a\0evil",
    "a&db=evil&precision=s",
    "a HTTP/1.1\r\nX-Evil: 1\r\n\r\n",
];

struct Row<'a> {
    measurement: &'a str,
    tag: (&'a str, &'a str),
    field: &'a str,
    text: &'a str,
    time: i64,
}

impl Measurement for Row<'_> {
    fn encode(&self, line: &mut Line<'_>) {
        line.measurement(self.measurement);
        line.tag(self.tag.0).text(self.tag.1);
        line.field(self.field).string(self.text);
        line.timestamp(&Nanos(self.time));
    }
}

#[tokio::test]
async fn no_text_leaves_its_place() {
    let Some(server) = Influxd::start() else { return };
    let client = Client::builder(server.url()).dialect(Dialect::V1).build().unwrap();
    let plain = || Row { measurement: "m", tag: ("t", "x"), field: "s", text: "text", time: 1 };
    let mut refused = 0;
    for attempt in ATTEMPTS {
        for row in [
            Row { measurement: attempt, ..plain() },
            Row { tag: (attempt, "x"), ..plain() },
            Row { tag: ("t", attempt), ..plain() },
            Row { field: attempt, ..plain() },
            Row { text: attempt, ..plain() },
        ] {
            server.query("", "CREATE DATABASE d");
            let accepted = LineBuffer::new().push(&row).is_ok();
            let written = client.write("d", &[row, Row { time: 2, ..plain() }]).await;
            assert_eq!(written.is_ok(), accepted, "{attempt:?}: {written:?}");
            refused += usize::from(!accepted);
            let readings = server.query("d", "SHOW MEASUREMENTS; SELECT * FROM /.*/ GROUP BY *");
            let rows: usize = readings[1]["series"].as_array().map_or(0, |series| {
                series.iter().map(|series| series["values"].as_array().unwrap().len()).sum()
            });
            assert_eq!(rows, if accepted { 2 } else { 0 }, "{attempt:?}: {readings:?}");
            let names = readings[0].to_string();
            assert!(!names.contains("[\"evil\"]"), "{attempt:?}: {names}");
            assert!(!readings[1].to_string().contains("666,"), "{attempt:?}: {readings:?}");
            server.query("", "DROP DATABASE d");
        }
    }
    assert!((10..40).contains(&refused), "{refused} attempts were refused before they were sent");
}

#[tokio::test]
async fn no_name_leaves_its_parameter() {
    let Some(server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d; CREATE DATABASE evil");
    // a retention policy that is not there is a 500, as if it might pass
    let policy = RetryPolicy::none();
    let client = Client::builder(server.url()).dialect(Dialect::V1).retry(policy).build().unwrap();
    for attempt in ATTEMPTS {
        let to = Destination::database(attempt).precision(Precision::Seconds);
        let error = client.write(to, "m v=1 1").await.unwrap_err();
        assert_ne!(error.status(), Some(204), "{attempt:?}");
        let to = Destination::database("d").retention_policy(attempt);
        assert!(client.write(to, "m v=1 1").await.is_err(), "{attempt:?}");
    }
    for database in ["d", "evil"] {
        assert_eq!(server.query(database, "SHOW MEASUREMENTS")[0]["series"], serde_json::Value::Null);
    }
}
