//! Rows of the calls about the server itself, and of sessions.

use influx_core::ErrorKind;

use super::cookies::Cookies;
use super::table::{Exception, OSS, Row, V1, V2, V3, run};
use super::v1::basic;

const NO_HEADERS: &str = "the mock sends none of the headers that it documents";

const UNWELL: &[Exception] =
    &[Exception { status: 503, ends: None, why: "a server that is not well says so, which is an answer" }];

pub(super) const ROWS: &[Row] = &[
    Row::new("Client::ping", V2, &["GetPing"], |client| run(client.ping())),
    Row::new("Client::ping", V1, &["GetPing"], |client| run(client.ping())).with(basic),
    Row::new("Client::ping", V3, &["GetPing"], |client| run(client.ping())),
    Row::new("Client::version", V2, &["GetPing"], |client| run(client.version()))
        .undecodable(NO_HEADERS, "has no header"),
    Row::new("Client::version", V3, &["GetPing"], |client| run(client.version())),
    Row::new("Client::build", V2, &["GetPing"], |client| run(client.build()))
        .undecodable(NO_HEADERS, "has no header"),
    Row::new("Client::build", V3, &["GetPing"], |client| run(client.build()))
        .undecodable(NO_HEADERS, "has no header"),
    Row::new("Client::health", OSS, &["GetHealth"], |client| run(client.health())).except(UNWELL),
    Row::new("Client::health", V1, &["GetHealth"], |client| run(client.health())).with(basic).except(UNWELL),
    Row::new("Client::health", V3, &["GetHealth"], |client| run(client.health())),
    Row::new("Client::ready", OSS, &["GetReady"], |client| run(client.ready())),
    Row::new("Client::detect", OSS, &["GetPing", "GetHealth"], |client| run(client.detect())).undecodable(
        "the example of /health has no version that tells which server it is",
        "it cannot be told which server this is",
    ),
    Row::new("Client::detect", V1, &["GetPing", "GetHealth"], |client| run(client.detect())).with(basic),
    Row::new("Client::detect", V3, &["GetPing"], |client| run(client.detect())).except(&[Exception {
        status: 404,
        ends: Some(ErrorKind::Unexpected),
        why: "there may still be a /health; that of InfluxDB 3 does not tell what it is",
    }]),
    Row::new("Client::sign_in", V2, &["PostSignin"], |client| run(client.sign_in()))
        .with(|builder| builder.session("me", "pa55word").transport(Cookies)),
    // without a session there is nothing to end
    Row::new("Client::sign_out", V2, &["PostSignin", "GetPing", "PostSignout"], |client| {
        Box::pin(async move {
            client.ping().await?;
            client.sign_out().await?;
            Ok(())
        })
    })
    .with(|builder| builder.session("me", "pa55word").transport(Cookies)),
];
