//! Tests of the writer with a spool, over a scripted delivery and a disk in memory, in real time.

mod disk;
mod ends;
#[cfg(feature = "metrics")]
mod halfway;
mod outage;

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::*;
use crate::write::spool::{Call, Fault, Log, MemoryDisk, contents};
use crate::write::{Fsync, SpoolOptions, SpoolUse, Verdict};

/// What anything here may take on a machine with much else to do.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// A server that can be taken down, a disk that stays, and what was told of failures.
#[derive(Clone)]
pub(super) struct Rig {
    pub(super) disk: MemoryDisk,
    pub(super) server: Arc<Memory>,
    /// How long a first retry waits at least.
    pub(super) retry: Duration,
    down: Arc<AtomicBool>,
    blocked: Arc<Mutex<Vec<String>>>,
    /// Why and how many, as `on_error` is told.
    pub(super) told: Arc<Mutex<Vec<(DropReason, u64)>>>,
}

impl Rig {
    pub(super) fn new() -> Self {
        let (down, blocked) = (Arc::<AtomicBool>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (is_down, is_blocked) = (Arc::clone(&down), Arc::clone(&blocked));
        let server = Memory::new(move |part, _| {
            let bad: Vec<_> =
                (0..part.lines()).filter(|line| part.line(*line).unwrap().contains("bad")).collect();
            if is_down.load(Ordering::SeqCst) {
                return again(Progress::Unreachable, None);
            }
            if is_blocked.lock().unwrap().iter().any(|name| name == part.destination().name()) {
                return super::blocked();
            }
            match bad.is_empty() {
                true => Outcome::Stored,
                false => Outcome::Condemned {
                    lines: bad.into_iter().map(|line| (line, "bad".to_owned())).collect(),
                    others: Others::Stored,
                    reason: reason(),
                },
            }
        });
        let retry = Duration::from_millis(5);
        Self { disk: MemoryDisk::new(), server, retry, down, blocked, told: Arc::default() }
    }

    pub(super) fn down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    pub(super) fn block(&self, names: &[&str]) {
        *self.blocked.lock().unwrap() = names.iter().map(|&name| name.to_owned()).collect();
    }

    pub(super) fn open(&self, settings: SpoolOptions, options: WriteOptions) -> Writer {
        self.open_on(&self.disk, settings, options)
    }

    pub(super) fn open_on(&self, disk: &MemoryDisk, settings: SpoolOptions, options: WriteOptions) -> Writer {
        let log = Log::open(Arc::new(disk.clone()), settings.max_bytes).unwrap();
        self.open_log(log, settings, options)
    }

    pub(super) fn open_log(&self, log: Log, settings: SpoolOptions, options: WriteOptions) -> Writer {
        let told = Arc::clone(&self.told);
        let options = options
            .retry_interval(self.retry)
            .max_retry_delay(4 * self.retry)
            .on_error(move |report, verdict| {
                if let Verdict::Dropped(dropped) = verdict {
                    told.lock().unwrap().push((dropped.reason, report.lines));
                }
            })
            .spool(settings.clone());
        let spool = Spooling::new(log, &settings, options.queue_bytes).unwrap();
        let server = Arc::clone(&self.server) as Arc<dyn Deliver>;
        Writer::over(server, "b".into(), EncodeOptions::new(), options, Some(spool)).unwrap()
    }

    /// The numbers of the records that the server has, in the order in which they came.
    pub(super) fn stored(&self) -> Vec<usize> {
        self.server.stored().iter().map(|line| number(line)).collect()
    }
}

fn number(line: &str) -> usize {
    line.trim_start_matches("m v=").split([' ', ',']).next().unwrap().parse().unwrap()
}

pub(super) fn settings() -> SpoolOptions {
    SpoolOptions::new("in memory")
}

/// Each record is a batch.
pub(super) fn single() -> WriteOptions {
    WriteOptions::new().batch_size(1)
}

pub(super) async fn write(writer: &Writer, numbers: std::ops::Range<usize>) {
    for number in numbers {
        writer.write(&line(number)).await.unwrap();
    }
}

/// Waits until something is so.
#[track_caller]
pub(super) fn until(what: &str, condition: impl Fn() -> bool) -> impl Future<Output = ()> {
    let what = format!("{what} ({})", std::panic::Location::caller());
    async move {
        let began = Instant::now();
        while !condition() {
            assert!(began.elapsed() < PATIENCE, "it never came: {what}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// What power cuts of all kinds leave of a disk as it is now.
pub(super) fn crashes(disk: &MemoryDisk) -> impl Iterator<Item = MemoryDisk> {
    (0..200).map(|seed| disk.crash(&mut fastrand::Rng::with_seed(seed)))
}

/// What a spool on this disk holds: the lines of its frames, one behind the other, with commas between.
pub(super) fn held(disk: &MemoryDisk) -> Vec<String> {
    contents(&Log::open(Arc::new(disk.clone()), u64::MAX).unwrap())
}

pub(super) fn all_balanced(stats: &Stats) {
    assert!(stats.is_balanced(), "{stats:?}");
}
