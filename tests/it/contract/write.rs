//! Rows of writes.

use influx_core::{Consistency, Destination, Dialect, Precision};

use super::table::{Row, TOKEN, V2, V3, run};

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
];
