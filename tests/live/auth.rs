//! An `influxd` that asks who writes.

use std::time::Duration;

use influx_core::{Client, ClientBuilder, Dialect, ErrorKind};

use crate::influxd::{Influxd, Setup};

#[tokio::test]
async fn wrong_credentials_are_told_at_once_and_right_ones_write() {
    let Some(server) = Influxd::with(Setup { auth: true, ..Setup::default() }) else { return };
    server.query("", "CREATE DATABASE d; CREATE USER ann WITH PASSWORD 'ann-pw'; GRANT WRITE ON d TO ann");
    server.query("", "CREATE USER bob WITH PASSWORD 'bob-pw'; GRANT READ ON d TO bob");
    let with = |set: fn(ClientBuilder) -> ClientBuilder| {
        set(Client::builder(server.url()).dialect(Dialect::V1)).build().unwrap()
    };
    for (client, kind, words) in [
        (with(|client| client), ErrorKind::Unauthorized, "unable to parse authentication credentials"),
        (with(|client| client.basic("ann", "wrong-pw")), ErrorKind::Unauthorized, "authorization failed"),
        (with(|client| client.basic("eve", "ann-pw")), ErrorKind::Unauthorized, "authorization failed"),
        (with(|client| client.basic("bob", "bob-pw")), ErrorKind::Forbidden, "not authorized to write"),
    ] {
        let error = client.write("d", "m v=1 1").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(words), "{error}");
        let shown = format!("{error} {error:?} {client:?}");
        assert!(!shown.contains("-pw"), "{shown}");
    }
    assert!(server.rows("d", "SELECT v FROM m").is_empty());
    with(|client| client.basic("ann", "ann-pw")).write("d", "m v=1 1").await.unwrap();
    assert_eq!(server.rows("d", "SELECT v FROM m").len(), 1);
}

/// A destination that is closed keeps the data; once it opens, they go in.
#[tokio::test]
async fn a_writer_waits_for_its_privilege() {
    let Some(server) = Influxd::with(Setup { auth: true, ..Setup::default() }) else { return };
    server.query("", "CREATE DATABASE d; CREATE USER ann WITH PASSWORD 'ann-pw'");
    let client = Client::builder(server.url()).dialect(Dialect::V1).basic("ann", "ann-pw").build().unwrap();
    let writer = client.writer("d").unwrap();
    for time in 1..=100 {
        writer.write(&format!("m v=1 {time}")).await.unwrap();
    }
    let report = writer.flush(Some(Duration::from_secs(30))).await;
    let blocked = report.blocked.unwrap_or_else(|| panic!("nothing blocks: {:?}", writer.stats()));
    assert_eq!((report.pending, blocked.reason.status()), (100, Some(403)));
    server.query("", "GRANT WRITE ON d TO ann");
    let closed = writer.close(Some(Duration::from_secs(30))).await;
    assert_eq!(server.rows("d", "SELECT v FROM m").len(), 100, "{closed:?}");
}
