//! A writer's spool, looked at when the writer is gone, and moved into another one.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use influx_core::testing::{StoredPoint, TestServer};
use influx_core::write::Spool;
use influx_core::{Client, Destination, ErrorKind, Precision, WriteOptions};

/// A path at which nothing is; what is made there is removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("influx-inspect-{name}-{}", std::process::id()));
        // of a process of this number that was killed
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn client(server: &TestServer) -> Client {
    Client::builder(server.url()).org("o").build().unwrap()
}

#[tokio::test]
async fn a_spool_is_for_one_at_a_time() {
    let (server, place) = (TestServer::start().unwrap(), Place::new("one"));
    let options = WriteOptions::new().spool(&place.0);
    let writer = client(&server).writer_with("b", options.clone()).unwrap();
    let error = Spool::open(&place.0).unwrap_err();
    let process = format!("is used by process {}", std::process::id());
    assert!(error.kind() == ErrorKind::Spool && error.to_string().contains(&process), "{error}");
    writer.close(None).await;

    let spool = Spool::open(&place.0).unwrap();
    let error = client(&server).writer_with("b", options.clone()).unwrap_err();
    assert!(error.kind() == ErrorKind::Spool && error.to_string().contains(&process), "{error}");
    drop(spool);
    client(&server).writer_with("b", options).unwrap();
}

#[test]
fn what_is_no_spool_is_refused_and_nothing_is_made() {
    let place = Place::new("none");
    assert_eq!(Spool::open(&place.0).unwrap_err().kind(), ErrorKind::Spool);
    assert!(!place.0.exists());
    std::fs::create_dir(&place.0).unwrap();
    assert!(Spool::open(&place.0).unwrap_err().to_string().contains("is no spool"));
    assert_eq!(std::fs::read_dir(&place.0).unwrap().count(), 0);
}

#[tokio::test]
async fn a_spool_moves_into_another_writer_with_all_of_its_destinations() {
    let (server, place) = (TestServer::start().unwrap(), Place::new("moves"));
    let client = client(&server);
    server.stop();
    let before = SystemTime::now() - Duration::from_millis(1);
    let nanos = client.writer_with("a", WriteOptions::new().spool(&place.0)).unwrap();
    let seconds =
        nanos.to(Destination::database("d").retention_policy("week").precision(Precision::Seconds)).unwrap();
    for number in 1..=3 {
        nanos.write(&format!("m v={number}i {number}")).await.unwrap();
        seconds.write(&format!("m v={number}i {number}")).await.unwrap();
    }
    let report = nanos.close(Duration::ZERO).await;
    assert_eq!((report.pending, report.dropped), (6, 0), "{report:?}");

    let spool = Spool::open(&place.0).unwrap();
    let counts = spool.counts().unwrap();
    assert_eq!((counts.records, counts.lost, counts.destinations.len()), (6, 0, 2));
    let oldest = spool.oldest().unwrap().unwrap();
    assert!(oldest >= before && oldest <= SystemTime::now(), "{oldest:?} after {before:?}");
    assert!(spool.verify().unwrap().is_sound());

    server.restart().unwrap();
    let writer = client.writer("other").unwrap();
    for frame in spool.frames() {
        let frame = frame.unwrap();
        let to = frame.destination().clone().precision(frame.precision());
        writer.to(to).unwrap().append(&frame.lines().unwrap()).await.unwrap();
    }
    let report = writer.close(None).await;
    assert_eq!((report.stored, report.is_stored()), (6, true));
    let points =
        |unit: i64| (1..=3).map(move |v| StoredPoint::new("m", v * unit).field("v", v)).collect::<Vec<_>>();
    assert_eq!((server.points("a"), server.points("d/week")), (points(1), points(1_000_000_000)));
}
