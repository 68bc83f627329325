//! Faults in any order, with bad records among the good ones: the bad ones are rejected, all others are stored.

use std::time::Duration;

use influx_core::Dialect;
use influx_core::testing::{At, Script};
use influx_tests::generate::{Seeded, Source};

use super::record::{Record, row};
use super::run::{Run, client, options, server};

const MS: Duration = Duration::from_millis(1);

/// Something that passes.
fn fault(source: &mut impl Source) -> Script {
    let at = source.pick(&[At::Body, At::InBody(1), At::InBody(300), At::Answer, At::Status, At::Head]);
    let status = source.pick(&[408, 425, 429, 500, 502, 503, 504, 520]);
    let script = match source.below(8) {
        0 => Script::usual().reset(at),
        1 => Script::usual().close(at),
        2 => Script::usual().stall(at),
        3 => Script::answer(status).header("Retry-After", source.pick(&["0", "-1", "0.01"])),
        4 => Script::answer(status).stored().body("<html>busy</html>"),
        5 => Script::answer(200).body("<html>log in</html>"),
        6 => Script::usual().delay(source.below(30) as u32 * MS).close(At::AnswerBody(0)),
        _ => Script::answer(status).body("half a word").close(At::AnswerBody(4)),
    };
    script.skipping(source.below(4) as u64).times(1 + source.below(3) as u64)
}

/// Good records, and bad ones among them; two that do not end would end each other.
fn records(source: &mut impl Source, dialect: Dialect) -> Vec<Record> {
    let (mut all, mut open) = (Vec::new(), dialect == Dialect::V3);
    for number in 0..120 {
        all.push(match source.below(30) {
            0 => Record::Integer(number),
            1 if !std::mem::replace(&mut open, true) => Record::Open(number),
            _ => row(number),
        });
    }
    all
}

#[tokio::test]
async fn whatever_goes_wrong_the_account_is_true() {
    let cases = std::env::var("INFLUX_FAULT_CASES").map_or(12, |cases| cases.parse().unwrap());
    for seed in 0..cases {
        let mut source = Seeded::new(seed);
        let (version, dialect) =
            source.pick(&[("1.6.7", Dialect::V1), ("v2.7.0", Dialect::V2), ("3.1.0", Dialect::V3)]);
        let server = server(version);
        let client = client(&server.url(), dialect).write_timeout(300 * MS).read_timeout(100 * MS);
        let options = options().batch_size(1 + source.below(60)).in_flight(1 + source.below(4));
        let mut run = Run::with(client.build().unwrap(), dialect, options);
        run.write([row(1_000)]).await; // its type is the first
        run.flush().await;
        for _ in 0..source.below(8) {
            server.script(fault(&mut source));
        }
        let all = records(&mut source, dialect);
        run.write(all.iter().cloned()).await;
        let account = run.finish(&server).await;
        let bad = all.iter().filter(|record| !matches!(record, Record::Text(..))).map(Record::number);
        let rejected: Vec<_> = account.rejected().iter().map(|(number, _)| *number).collect();
        assert_eq!(rejected, bad.collect::<Vec<_>>(), "seed {seed}, {version}");
        assert_eq!(account.stored().len(), 121 - rejected.len(), "seed {seed}, {version}: {account:?}");
    }
}
