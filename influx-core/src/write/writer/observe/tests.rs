//! Those who listen panic.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};

use super::*;
use crate::write::batch::tests::part;
use crate::write::{DropReason, Dropped, Rejected};

/// Panics whenever it is told something, and counts that.
#[derive(Clone, Default)]
struct Panics(Arc<AtomicUsize>);

impl Panics {
    fn panic(&self) -> ! {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("on purpose");
    }
}

impl Subscriber for Panics {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        self.panic()
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        self.panic()
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Recorder for Panics {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        self.panic()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        self.panic()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        self.panic()
    }
}

/// What happens, and how many are told of it: a subscriber, a recorder or both.
type Happens<'a> = (&'a str, Box<dyn Fn() + 'a>, usize);

#[test]
fn nothing_comes_of_it_where_those_who_listen_panic() {
    let part = &part("m v=1");
    let error = Arc::new(Error::config("no"));
    let rejected = Rejected { reason: "no".to_owned(), error: Arc::clone(&error) };
    let dropped = Dropped { reason: DropReason::Expired, possibly_stored: false, error: None };
    let told = |to: Verdict| move || verdict(part.destination(), 1, &to);
    let path = Path::new("spool");
    let happens: [Happens<'_>; 7] = [
        ("attempt", Box::new(|| drop(attempt(part, Attempt::new(1), async {}))), 2),
        ("retry", Box::new(|| retry(part, &error, Duration::ZERO)), 1),
        ("stored", Box::new(told(Verdict::Stored)), 2),
        ("rejected", Box::new(told(Verdict::Rejected(rejected))), 2),
        ("dropped", Box::new(told(Verdict::Dropped(dropped))), 2),
        ("spool_fails", Box::new(|| spool_fails(path, "full")), 1),
        ("spool_works", Box::new(|| spool_works(path)), 1),
    ];
    let panics = Panics::default();
    metrics::with_local_recorder(&panics, || {
        tracing::subscriber::with_default(panics.clone(), || {
            for (what, happen, times) in &happens {
                // Another test may have come first, when nobody listened: that is remembered.
                happen();
                tracing::callsite::rebuild_interest_cache();
                let before = panics.0.load(Ordering::Relaxed);
                happen();
                assert_eq!(panics.0.load(Ordering::Relaxed) - before, *times, "{what}");
            }
        });
    });
}
