//! What was said of each record, compared with what the server holds.

use std::collections::BTreeSet;

use influx_core::testing::{StoredValue, TestServer};
use influx_spool_tests::{Counts, Orders, Report, bucket, text};

use crate::child::{End, Process};
use crate::folder::{Folder, TOKEN};

/// Everything that several processes, one after the other, told of one spool.
#[derive(Debug, Clone, Default)]
pub(crate) struct Course {
    pub(crate) attempted: BTreeSet<u64>,
    pub(crate) durable: BTreeSet<u64>,
}

impl Course {
    pub(crate) fn add(&mut self, end: &End) {
        self.attempted.extend(end.attempted());
        self.durable.extend(end.durable());
    }

    /// A last process sends what is left. What was durable is stored, nothing is stored that nobody wrote, and what is
    /// stored is what was written, once.
    #[track_caller]
    pub(crate) fn ends_well(&self, folder: &Folder, server: &TestServer) -> Counts {
        let counts = drain(folder, server);
        // a frame that was cut in two by the death of its process is told as lost, and was not durable
        assert_eq!((counts.dropped, counts.rejected), (counts.corrupt, 0), "{counts:?}");
        self.is_true(server);
        let never_stored = (self.attempted.len() - stored(server).len()) as u64;
        assert!(counts.corrupt <= never_stored, "more is called lost than there was: {counts:?}");
        counts
    }

    #[track_caller]
    pub(crate) fn is_true(&self, server: &TestServer) {
        let stored = stored(server);
        let lost: Vec<_> = self.durable.difference(&stored).collect();
        assert!(
            lost.is_empty(),
            "{} of {} durable records are lost: {lost:?}",
            lost.len(),
            self.durable.len()
        );
        let invented: Vec<_> = stored.difference(&self.attempted).collect();
        assert!(invented.is_empty(), "nobody wrote {invented:?}");
    }
}

/// Orders with small numbers: two writers, small batches, all of it through the files.
pub(crate) fn orders(server: &TestServer, folder: &Folder) -> Orders {
    Orders {
        url: server.url(),
        token: TOKEN.to_owned(),
        spool: folder.spool.clone(),
        first: 0,
        records: 0,
        writers: 2,
        pause: 1,
        batch: 25,
        group: true,
        when_full: false,
        max_bytes: 64 * 1024 * 1024,
        queue_bytes: 8 * 1024 * 1024,
        bulk: false,
        close: 60_000,
    }
}

/// A server that wants the token.
pub(crate) fn server() -> TestServer {
    TestServer::builder().token(TOKEN).bucket(bucket(0)).bucket(bucket(10)).start().unwrap()
}

/// Sends what is left in a spool to a server that is well, and checks that it all had its verdict.
#[track_caller]
pub(crate) fn drain(folder: &Folder, server: &TestServer) -> Counts {
    server.clear_scripts();
    server.restart().unwrap();
    let end = Process::start(&orders(server, folder)).end();
    let counts = end.counts();
    assert!(adds_up(&counts), "{counts:?}");
    assert_eq!(counts.pending, 0, "the server is there: {counts:?}");
    let told: u64 = failed(&end.reports).iter().map(|(lines, _)| lines).sum();
    assert_eq!(told, counts.rejected + counts.dropped, "on_error was told of others: {end:?}");
    folder.is_empty();
    folder.is_decent();
    counts
}

/// Whether each record is in one count.
pub(crate) fn adds_up(counts: &Counts) -> bool {
    let ended = counts.stored + counts.rejected + counts.dropped + counts.pending;
    counts.balanced && counts.written + counts.recovered == ended
}

/// What `on_error` was told: lines, and what became of them.
pub(crate) fn failed(reports: &[Report]) -> Vec<(u64, &str)> {
    let failed = reports.iter().filter_map(|report| match report {
        Report::Failed { lines, verdict, .. } => Some((*lines, verdict.as_str())),
        _ => None,
    });
    failed.collect()
}

/// The numbers of all records that the server holds.
///
/// # Panics
///
/// If one of them is not what was written, or stands there twice.
#[track_caller]
pub(crate) fn stored(server: &TestServer) -> BTreeSet<u64> {
    let mut numbers = BTreeSet::new();
    for name in [bucket(0), bucket(10)] {
        for point in server.points(name) {
            let number: u64 = point.tags["id"].parse().unwrap();
            assert_eq!(bucket(number), name, "{point:?}");
            assert_eq!(point.fields["half"], StoredValue::Float(number as f64 / 2.0), "{point:?}");
            assert_eq!(point.fields["text"], StoredValue::String(text(number)), "{point:?}");
            let is_its_own = number % 2 == 1 || point.time == number as i64 + 1;
            assert!(is_its_own && point.fields.len() == 2, "{point:?}");
            assert!(numbers.insert(number), "{number} is stored twice, with different times");
        }
    }
    numbers
}
