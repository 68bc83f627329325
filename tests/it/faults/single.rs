//! One write of all records, and the account in its answer.

use influx_core::testing::TestServer;
use influx_core::write::DropReason;
use influx_core::{Client, Dialect};

use super::account::{Account, End};
use super::record::{Record, numbers};
use super::run::{destination, no_secret};

/// Writes all records with one call, and checks that what it says of each is true.
pub(super) async fn single(
    server: &TestServer,
    client: &Client,
    dialect: Dialect,
    all: &[Record],
) -> Account {
    let written = client.write(destination(dialect), all).await;
    no_secret("Debug", &format!("{client:?} {written:?}"));
    let offered = all.iter().map(Record::number).collect();
    let mut ends: Vec<_> = all.iter().map(|record| (record.number(), End::Stored)).collect();
    if let Err(error) = &written {
        no_secret("errors", &error.to_string());
        let partial = error.partial_write().unwrap_or_else(|| panic!("{error}"));
        for failed in &partial.rejected {
            ends[failed.index].1 = End::Rejected(failed.reason.to_string());
        }
        for failed in &partial.dropped {
            let (reason, possibly_stored) = (DropReason::RetriesExhausted, failed.possibly_stored);
            ends[failed.index].1 = End::Dropped { reason, possibly_stored };
        }
        for failed in partial.rejected.iter().chain(&partial.dropped) {
            assert_eq!(numbers(failed.line().as_bytes()), [all[failed.index].number()]);
        }
        let stored = ends.iter().filter(|(_, end)| *end == End::Stored).count();
        assert_eq!(partial.stored, stored as u64);
    }
    let account = Account::new(ends, vec![]);
    account.is_true(&offered, server);
    account
}
