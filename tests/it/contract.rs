//! Every method that sends something, against InfluxData's own contracts: what is sent keeps them, what they answer is
//! read, and every error that they document becomes the right one of ours.

#![allow(clippy::unwrap_used, clippy::panic)]

mod admin;
mod client;
mod cookies;
mod drive;
mod operations;
mod query;
mod related;
mod resources;
mod server;
mod sources;
mod table;
mod v1;
mod v3;
mod write;

use std::collections::BTreeSet;
use std::io::{self, Write};

use server::{Contract, Spec};
use table::{METHODS, UNDRIVEN};

/// Drives all rows of a contract, one after the other, and prints the operations that they are.
async fn keep(spec: Spec) {
    let Some(mut contract) = Contract::start(spec) else { return };
    let (mut hit, mut wrong) = (BTreeSet::new(), Vec::new());
    let (mut rows, mut refusals) = (0, 0);
    for row in METHODS.iter().copied().flatten().filter(|row| row.specs.contains(&spec)) {
        rows += 1;
        let driven = match drive::row(row, &mut contract).await {
            Ok(operations) => {
                drive::refusals(row, &operations, &mut contract).await.map(|count| (operations, count))
            }
            Err(why) => Err(why),
        };
        match driven {
            Ok((operations, count)) => {
                hit.extend(operations);
                refusals += count;
            }
            Err(why) => {
                wrong.push(format!("{} {:?}: {why}", row.name, row.operations));
                contract.verdicts(); // what is left of it is not the next row's
            }
        }
    }
    // not captured: the list is what the gate shows
    let list = hit.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let _ = writeln!(
        io::stderr(),
        "contract {spec:?}: {rows} rows, {} of {} operations hit, {refusals} refusals: {list}",
        hit.len(),
        contract.operations.len()
    );
    assert!(wrong.is_empty(), "{spec:?}: {} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(
        hit.iter().map(String::as_str).eq(operations::of(spec)),
        "{spec:?}: other operations were hit than stand in operations.rs"
    );
    assert!(refusals > 0, "{spec:?}: no refusal was seen");
}

#[tokio::test]
async fn v1_takes_what_is_sent() {
    keep(Spec::V1).await;
}

#[tokio::test]
async fn oss_takes_what_is_sent() {
    keep(Spec::Oss).await;
}

#[tokio::test]
async fn cloud_takes_what_is_sent() {
    keep(Spec::Cloud).await;
}

#[tokio::test]
async fn core_takes_what_is_sent() {
    keep(Spec::Core).await;
}

#[test]
fn the_table_has_every_method_that_sends_something() {
    let rows = METHODS.iter().copied().flatten().map(|row| {
        assert!(!row.specs.is_empty(), "{} is driven nowhere: if it cannot be, it is UNDRIVEN", row.name);
        row.name
    });
    let undriven = UNDRIVEN.iter().map(|(name, _)| *name);
    let rows: BTreeSet<_> = rows.chain(undriven).map(str::to_owned).collect();
    let sources = sources::methods();
    let (lacks, knows): (Vec<_>, Vec<_>) =
        (sources.difference(&rows).collect(), rows.difference(&sources).collect());
    assert!(lacks.is_empty(), "tests/it/contract/ has no row for {lacks:#?}");
    assert!(knows.is_empty(), "tests/it/contract/ has rows of what the sources lack: {knows:#?}");
}
