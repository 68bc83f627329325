//! Writes in which something is wrong: exactly the guilty records are rejected, and all others are stored.

use std::time::Duration;

use influx_core::http::{Gzip, RetryPolicy};
use influx_core::{
    __private as private, Client, Dialect, EncodeOptions, Line, LineBuffer, Measurement, Nanos,
};
use influx_tests::generate::{Seeded, Source as _};

use crate::influxd::{Influxd, Setup};
use crate::proxy::{Harm, Wire};

/// A row of the measurement `m`, good or not.
#[derive(Debug, Clone, Copy)]
struct Row {
    value: Kind,
    time: i64,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Float,
    /// Conflicts with `Float`.
    Integer,
    /// 1.x cannot read it.
    Unsigned,
    /// A string that never ends, which no safe call of this crate writes. Two of them end each other, and what stands
    /// between is then a text for the server.
    Open,
    /// So long.
    Text(usize),
}

impl Measurement for Row {
    fn encode(&self, line: &mut Line<'_>) {
        const OPEN: &[u8; 16] = b",s=\"open,v=\0\0\0\0\0";
        line.measurement("m");
        match self.value {
            Kind::Float => line.field("v").float(1.5),
            Kind::Integer => line.field("v").integer(1),
            Kind::Unsigned => line.field("v").unsigned(1),
            Kind::Open => private::field(line, private::key_of(OPEN, 11)).float(1.5),
            Kind::Text(len) => line.field("s").string(&"x".repeat(len)),
        }
        line.timestamp(&Nanos(self.time));
    }
}

fn row(value: Kind, time: i64) -> Row {
    Row { value, time }
}

fn client(url: impl Into<String>) -> Client {
    // 1.x cannot read them, and that is the point
    Client::builder(url).dialect(Dialect::V1).unsigned(true).build().unwrap()
}

fn line_of(row: &Row) -> String {
    let mut buffer = LineBuffer::with_options(EncodeOptions::new());
    buffer.push(row).unwrap();
    buffer.as_str().trim_end().to_owned()
}

/// Writes rows through the client into one database, and by hand, each alone, into another: the same are rejected,
/// and the same are stored.
async fn same_as_one_by_one(server: &Influxd, database: &str, rows: &[Row]) {
    for name in ["alone", "together"] {
        server.query("", &format!("DROP DATABASE {name}; CREATE DATABASE {name} {database}"));
    }
    let alone = |row: &Row| server.write("alone", &line_of(row)).is_err();
    let refused: Vec<_> = (0..rows.len()).filter(|index| alone(&rows[*index])).collect();

    let written = client(server.url()).write("together", rows).await;
    let (rejected, stored) = match &written {
        Ok(report) => (vec![], report.lines),
        Err(error) => {
            let partial = error.partial_write().unwrap_or_else(|| panic!("{error}"));
            assert!(partial.dropped.is_empty(), "{error}: {partial:?}");
            for failed in &partial.rejected {
                assert_eq!(failed.line(), line_of(&rows[failed.index]));
                assert_eq!(failed.status, Some(400));
                assert!(!failed.reason.is_empty());
            }
            (partial.rejected.iter().map(|failed| failed.index).collect(), partial.stored)
        }
    };
    assert_eq!(rejected, refused, "left: what the client says; right: what is refused alone: {rows:?}");
    assert_eq!(stored as usize, rows.len() - refused.len());
    let table = |name: &str| server.rows(name, "SELECT * FROM m");
    assert_eq!(table("together"), table("alone"), "{rows:?}");
}

#[tokio::test]
async fn exactly_the_bad_records_are_rejected() {
    let Some(server) = Influxd::start() else { return };
    use Kind::{Float, Integer, Open, Unsigned};
    let rows = |kinds: &[Kind]| -> Vec<Row> {
        (1..).zip(kinds).map(|(time, kind)| row(*kind, time * 1_000)).collect()
    };
    for kinds in [
        &[Float, Float, Float][..],
        &[Float, Unsigned, Float, Float],
        &[Unsigned, Unsigned],
        &[Unsigned],
        &[Float, Integer, Float, Integer],
        &[Integer, Float],
        &[Float, Unsigned, Integer, Float, Unsigned],
        &[Float, Open, Float, Float],
        &[Float, Open],
        &[Open, Integer, Float, Unsigned],
    ] {
        same_as_one_by_one(&server, "", &rows(kinds)).await;
    }
    // the retention takes only the last of these; the weeks are shards of their own
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos()).unwrap();
    let week = 7 * 24 * 3_600 * 1_000_000_000;
    let old = [row(Float, 1), row(Float, now), row(Unsigned, now + 1), row(Integer, now + 2), row(Float, 2)];
    same_as_one_by_one(&server, "WITH DURATION 2h", &old).await;
    let shards: Vec<_> =
        (0..40).map(|n| row(if n % 7 == 3 { Integer } else { Float }, week * (n % 5) + n)).collect();
    same_as_one_by_one(&server, "", &shards).await;
}

#[tokio::test]
async fn arbitrary_bad_records_are_rejected() {
    let Some(server) = Influxd::start() else { return };
    let mut source = Seeded::new(3);
    for _ in 0..8 {
        let (mut rows, mut open) = (Vec::new(), false);
        for n in 0..120 {
            let kind = match source.below(40) {
                0 => Kind::Integer,
                1 => Kind::Unsigned,
                2 if !std::mem::replace(&mut open, true) => Kind::Open,
                _ => Kind::Float,
            };
            rows.push(row(kind, n));
        }
        same_as_one_by_one(&server, "", &rows).await;
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_cut_until_it_fits() {
    let Some(server) = Influxd::with(Setup { max_body: Some(2_000), ..Setup::default() }) else { return };
    let mut rows: Vec<_> = (0..100).map(|n| row(Kind::Text(100), n)).collect();
    rows[40] = row(Kind::Text(3_000), 40);
    server.query("", "CREATE DATABASE d");
    let client = Client::builder(server.url()).dialect(Dialect::V1).gzip(Gzip::off()).build().unwrap();
    let error = client.write("d", &rows).await.unwrap_err();
    let partial = error.partial_write().unwrap();
    let rejected: Vec<_> = partial.rejected.iter().map(|failed| (failed.index, failed.status)).collect();
    assert_eq!((rejected, partial.stored, partial.dropped.len()), (vec![(40, Some(413))], 99, 0));
    assert_eq!(server.rows("d", "SELECT s FROM m").len(), 99);
}

#[tokio::test]
async fn a_missing_database_returns_at_once() {
    let Some(server) = Influxd::start() else { return };
    let rows = [row(Kind::Float, 1)];
    let error = client(server.url()).write("nowhere", &rows).await.unwrap_err();
    assert_eq!(error.status(), Some(404));
    assert!(error.to_string().contains("database not found"), "{error}");
}

/// A body that was damaged on the way is no bad record.
#[tokio::test]
async fn a_compressed_body_damaged_on_the_way_goes_plain() {
    let Some(server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d");
    let rows: Vec<_> = (0..500).map(|n| row(Kind::Text(20), n)).collect();
    let wire = Wire::to(server.address(), Harm::Flip, 1);
    let gzip = Gzip::threshold(0);
    let client = Client::builder(wire.url()).dialect(Dialect::V1).gzip(gzip).build().unwrap();
    let report = client.write("d", &rows).await.unwrap();
    assert_eq!((report.lines, wire.left()), (500, 0));
    assert_eq!(server.rows("d", "SELECT s FROM m").len(), 500);
    client.write("d", &[row(Kind::Text(20), 1_000)]).await.unwrap();
}

/// The server acts on whole bodies only, so that what broke off can be sent again.
#[tokio::test]
async fn a_body_that_is_cut_on_the_way_stores_nothing_and_goes_again() {
    let Some(server) = Influxd::start() else { return };
    server.query("", "CREATE DATABASE d");
    let rows: Vec<_> = (0..500).map(|n| row(Kind::Text(20), n)).collect();
    let wire = Wire::to(server.address(), Harm::Cut, 3);
    let client = |policy| Client::builder(wire.url()).dialect(Dialect::V1).gzip(Gzip::off()).retry(policy);
    let error = client(RetryPolicy::none()).build().unwrap().write("d", &rows).await.unwrap_err();
    assert_eq!(error.partial_write().unwrap().dropped.len(), 500, "{error}");
    tokio::time::sleep(Duration::from_millis(200)).await; // should the server do anything with it, it has by then
    assert_eq!((server.rows("d", "SELECT s FROM m").len(), wire.left()), (0, 2));
    let policy = RetryPolicy::new().interval(Duration::from_millis(10));
    let report = client(policy).build().unwrap().write("d", &rows).await.unwrap();
    assert_eq!((report.lines, wire.left()), (500, 0));
    assert_eq!(server.rows("d", "SELECT s FROM m").len(), 500);
}
