//! What became of all records, compared with what the server holds.

use std::collections::{BTreeMap, BTreeSet};

use influx_core::testing::TestServer;
use influx_core::write::DropReason;

/// How a row ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Stored,
    Rejected(String),
    Dropped { reason: DropReason, possibly_stored: bool },
}

/// What became of all rows.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) ends: BTreeMap<i64, End>,
    pub(super) retries: Vec<String>,
}

impl Account {
    /// Each record has one end.
    pub(super) fn new(all: impl IntoIterator<Item = (i64, End)>, retries: Vec<String>) -> Self {
        let mut ends = BTreeMap::new();
        for (number, end) in all {
            let twice = ends.insert(number, end);
            assert_eq!(twice, None, "two verdicts for record {number}");
        }
        Self { ends, retries }
    }

    /// Every record that was offered has its end, and the server holds what is called stored, and nothing else but what
    /// is called possibly stored.
    #[track_caller]
    pub(super) fn is_true(&self, offered: &BTreeSet<i64>, server: &TestServer) {
        let reported: BTreeSet<_> = self.ends.keys().copied().collect();
        assert_eq!(
            &reported, offered,
            "left: the records that were reported; right: those that were offered"
        );
        let points = server.points("b");
        let held: BTreeSet<i64> = points.iter().map(|point| point.tags["id"].parse().unwrap()).collect();
        for (number, end) in &self.ends {
            match end {
                End::Stored => {
                    assert!(held.contains(number), "{number} is acknowledged, but not stored: {self:?}");
                }
                End::Rejected(_) | End::Dropped { possibly_stored: false, .. } => {
                    assert!(!held.contains(number), "{number} is stored: {self:?}");
                }
                End::Dropped { .. } => {}
            }
        }
    }

    /// The numbers of the records that were stored.
    pub(super) fn stored(&self) -> Vec<i64> {
        let stored = self.ends.iter().filter(|(_, end)| **end == End::Stored);
        stored.map(|(number, _)| *number).collect()
    }

    /// The records that the server refused, with its reasons.
    pub(super) fn rejected(&self) -> Vec<(i64, &str)> {
        let reason = |(number, end): (&i64, &'_ End)| match end {
            End::Rejected(_) => Some(*number),
            _ => None,
        };
        let numbers: Vec<_> = self.ends.iter().filter_map(reason).collect();
        numbers.into_iter().map(|number| (number, self.reason(number))).collect()
    }

    fn reason(&self, number: i64) -> &str {
        match &self.ends[&number] {
            End::Rejected(reason) => reason,
            other => panic!("row {number} was not rejected: {other:?}"),
        }
    }

    /// Nothing but stored records.
    #[track_caller]
    pub(super) fn all_stored(&self) {
        let others: Vec<_> = self.ends.iter().filter(|(_, end)| **end != End::Stored).collect();
        assert!(others.is_empty(), "{others:?}");
    }
}
