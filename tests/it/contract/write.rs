//! Rows of writes.

use std::time::Duration;

use influx_core::http::Gzip;
use influx_core::write::Verdict;
use influx_core::{Consistency, Destination, Dialect, Precision, Result, WriteOptions, Writer};

use super::table::{Row, Running, TOKEN, V1, V2, V3, run, usual};
use super::v1::basic;

const LINE: &str = "cpu,host=a usage=1.5 1700000000000000000";

pub(super) const ROWS: &[Row] = &[
    Row::new("Client::write", V2, &["PostWrite"], |client| run(client.write("b", LINE))),
    Row::new("Client::write", V2, &["PostWrite"], |client| {
        let seconds = Destination::bucket("b/größe &x").org("other").precision(Precision::Seconds);
        run(client.write(seconds, "cpu usage=1.5 1700000000"))
    }),
    Row::new("Client::write", V2, &["PostLegacyWrite"], |client| {
        run(client.write(Destination::database("d").retention_policy("rp"), LINE))
    })
    .with(|builder| builder.token(TOKEN).dialect(Dialect::V1)),
    Row::new("Client::write", V1, &["PostWrite"], |client| {
        let seconds = Destination::database("d").retention_policy("rp").precision(Precision::Seconds);
        run(client.write(seconds, "cpu usage=1.5 1700000000"))
    })
    .with(basic),
    Row::new("Client::write", V2, &["PostWrite"], |client| run(client.write("b", LINE)))
        .with(|builder| usual(builder).gzip(Gzip::threshold(0))),
    Row::new("Client::write", V3, &["PostWriteLP"], |client| {
        run(client.write(Destination::database("d").no_sync(true).accept_partial(false), LINE))
    })
    .with(|builder| builder.token(TOKEN).dialect(Dialect::V3).gzip(Gzip::threshold(0))),
    // there are no organisations
    Row::new("Client::write", V3, &["PostV2Write"], |client| {
        run(client.write(Destination::database("d"), LINE))
    })
    .with(|builder| builder.token(TOKEN)),
    Row::new("Client::write", V3, &["PostWriteLP"], |client| run(client.write("d", LINE)))
        .with(|builder| builder.token(TOKEN).dialect(Dialect::V3)),
    Row::new("Client::write", V3, &["PostV1Write"], |client| {
        run(client.write(Destination::database("d").consistency(Consistency::One), LINE))
    })
    .with(|builder| builder.token(TOKEN).dialect(Dialect::V1)),
    Row::new("Client::writer", V2, &["PostWrite"], |client| through(client.writer("b")))
        .with(|builder| builder.token(TOKEN).org("my-org").write_options(WriteOptions::synchronous())),
    Row::new("Client::writer_with", V3, &["PostWriteLP"], |client| {
        through(client.writer_with("d", WriteOptions::synchronous()))
    })
    .with(|builder| builder.token(TOKEN).dialect(Dialect::V3)),
];

/// Writes one line, and fails as it did.
fn through(writer: Result<Writer>) -> Running {
    Box::pin(async {
        let writer = writer?;
        let receipt = writer.write_receipt(LINE).await?;
        let blocked = writer.flush(None).await.blocked;
        writer.close(Duration::ZERO).await;
        let error = match (blocked, receipt.acked().await.failed.pop()) {
            (Some(blocked), _) => blocked.reason,
            (None, None) => return Ok(()),
            (None, Some((_, Verdict::Rejected(rejected)))) => rejected.error,
            (None, Some((_, Verdict::Dropped(dropped)))) => dropped.error.unwrap(),
            (None, Some(end)) => panic!("{end:?}"),
        };
        Err((&*error).into())
    })
}
