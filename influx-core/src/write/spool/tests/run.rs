//! Random histories of a log, in lockstep with the model.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use fastrand::Rng;

use super::compare::{End, Item, Met, drain, opened};
use super::damage::is_readable;
use super::model::Model;
use crate::write::spool::cursor::Cursor;
use crate::write::spool::log::{AppendError, Log};
use crate::write::spool::memory_disk::{Call, Fault, Made, MemoryDisk};

/// One history.
struct Run {
    rng: Rng,
    disk: MemoryDisk,
    /// Taken while it is opened again.
    log: Option<Log>,
    model: Model,
    /// Reads on as long as the log is open.
    cursor: Cursor,
    /// What it has read ends here.
    read: u64,
    /// Readers see only what is synced, and a failed sync is followed by appending again.
    group: bool,
    max_bytes: u64,
    met: Met,
    /// Where segments started.
    starts: BTreeSet<u64>,
    /// And what was called in each.
    steps: Vec<(&'static str, Vec<Made>)>,
    seed: u64,
}

/// Histories of random steps, until so many crash images were compared.
#[test]
fn no_durable_record_is_lost_and_none_is_invented_however_it_ends() {
    let number = |name, default| std::env::var(name).map_or(default, |text| text.parse::<u64>().expect(name));
    let wanted = number("INFLUX_SPOOL_CASES", 500);
    let first_seed = number("INFLUX_SPOOL_SEED", 0);
    let (all, seeds) = (Mutex::new(Met::default()), AtomicU64::new(0));
    let histories = || {
        while all.lock().unwrap().images < wanted {
            let seed = first_seed + seeds.fetch_add(1, Ordering::Relaxed);
            let met = Run::new(seed).steps();
            all.lock().unwrap().add(met);
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(histories)).collect();
        for thread in threads {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    let (met, seeds) = (all.into_inner().unwrap(), seeds.into_inner());
    // the macro would be captured: nobody reads the output of a test that passes
    let _ = writeln!(
        std::io::stderr(),
        "spool: {} crash images of {seeds} histories compared: {met:?}",
        met.images
    );
    // far fewer than there are: some of each in a hundred images
    let enough = [met.durable, met.lost, met.removed].map(|count| count >= met.images / 10);
    assert!(met.images >= wanted && enough == [true; 3], "{met:?}");
}

impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.note("failed");
            let mut text = String::new();
            for (step, made) in &self.steps {
                text.push_str(&format!("\n{step}"));
                for made in made {
                    text.push_str(&format!(", {made:?}"));
                }
            }
            eprintln!("INFLUX_SPOOL_SEED={} INFLUX_SPOOL_CASES=1 does:{text}", self.seed);
        }
    }
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let disk = MemoryDisk::new();
        let max_bytes = if rng.u8(0..4) == 0 { rng.u64(65_536..400_000) } else { 1 << 30 };
        let log = Log::open(Arc::new(disk.clone()), max_bytes).unwrap();
        Self {
            group: rng.bool(),
            cursor: Cursor::new(log.shelf(), 0),
            log: Some(log),
            rng,
            disk,
            model: Model::default(),
            read: 0,
            max_bytes,
            met: Met::default(),
            starts: BTreeSet::new(),
            steps: Vec::new(),
            seed,
        }
    }

    /// Does all steps, and says what was met.
    fn steps(mut self) -> Met {
        for _ in 0..self.rng.usize(20..100) {
            self.step();
        }
        self.crash();
        self.met
    }

    fn step(&mut self) {
        if self.disk.is_dead() {
            return if self.rng.bool() { self.crash() } else { self.kill() };
        }
        match self.rng.u8(0..100) {
            0..34 => self.append(),
            34..50 => self.sync(),
            50..66 => self.settle(),
            66..76 => self.tidy(),
            76..84 => self.look(),
            84..90 => self.fault(),
            90..93 => {
                self.note("power");
                self.disk.cut_power_after(self.rng.u64(0..12));
            }
            93..96 => self.crash(),
            96..98 => self.kill(),
            _ => self.close(),
        }
    }

    fn note(&mut self, step: &'static str) {
        if let Some((_, made)) = self.steps.last_mut() {
            *made = self.disk.take_made();
        }
        self.steps.push((step, Vec::new()));
    }

    fn log(&mut self) -> &mut Log {
        self.log.as_mut().unwrap()
    }

    fn append(&mut self) {
        self.note("append");
        if self.model.waiting.is_empty() {
            self.model.make_frame(&mut self.rng);
        }
        let first = self.model.waiting[0];
        let frame = self.model.frames[&first].clone();
        let seqs = self.model.seqs(first);
        assert_eq!(self.log().next_seq(), first);
        let settled = self.model.all(seqs.clone(), |record| record.settled) || self.rng.u8(0..12) == 0;
        let result = if settled {
            self.note("(settled)");
            self.settle_records(seqs.clone());
            self.log().append_settled(frame.batch.lines() as u32)
        } else {
            self.log().append(&frame.batch, frame.born_ms)
        };
        let next = self.log().next_seq();
        match result {
            Ok(()) => {
                assert_eq!(next, seqs.end);
                self.model.appended();
                assert!(self.log().bytes() <= self.max_bytes);
            }
            Err(error) => {
                self.note("(failed)");
                assert_eq!(next, first, "{error}");
                let full = matches!(error, AppendError::Full(_));
                assert!(!full || self.max_bytes < 1 << 30, "{error}");
                assert!(!matches!(error, AppendError::Refused(_)), "{error}");
            }
        }
        self.commit();
    }

    /// What readers may see, by the rule of the store.
    fn commit(&mut self) {
        let committed = if self.group { self.model.synced } else { self.model.next };
        self.log().shelf().commit(committed);
    }

    fn sync(&mut self) {
        self.note("sync");
        match self.log().sync() {
            Ok(()) => self.model.was_synced(),
            Err(_) => {
                self.note("(failed)");
                self.log().sync().unwrap_err();
                if self.group {
                    self.model.take_back();
                }
                self.model.synced = self.model.next;
                let next = self.model.next;
                self.log().forsake(next);
                assert_eq!(self.log().next_seq(), next);
            }
        }
        self.commit();
    }

    /// Settles frames: mostly those at the front.
    fn settle(&mut self) {
        self.note("settle");
        let open: Vec<u64> = self.model.visible(0, u64::MAX);
        if open.is_empty() {
            return;
        }
        let from = if self.rng.u8(0..4) == 0 { self.rng.usize(0..open.len()) } else { 0 };
        let to = self.rng.usize(from..=open.len());
        for first in &open[from..to] {
            let seqs = self.model.seqs(*first);
            self.settle_records(seqs);
        }
    }

    fn settle_records(&mut self, seqs: std::ops::Range<u64>) {
        self.log().settle(seqs.clone());
        self.model.change(seqs, |record| record.settled = true);
    }

    fn tidy(&mut self) {
        self.note("tidy");
        let before = self.disk.contents();
        let tidied = self.log().tidy();
        self.only_readable_removed(&before, &self.disk.contents());
        if tidied.is_ok() && self.disk.contents().len() < before.len() {
            self.model.was_noted();
        }
    }

    /// Of the segments only those were removed that could be read; others were put aside, and stay.
    fn only_readable_removed(
        &mut self,
        before: &BTreeMap<String, Vec<u8>>,
        after: &BTreeMap<String, Vec<u8>>,
    ) {
        let start = |name: &str| name.strip_prefix("seg-")?.strip_suffix(".log")?.parse::<u64>().ok();
        self.starts.extend(before.keys().filter_map(|name| start(name)));
        for (name, bytes) in before {
            let Some(first) = start(name) else { continue };
            // behind stand copies of what the next one holds
            let end = self.starts.range(first + 1..).next().copied().unwrap_or(u64::MAX);
            let there = after.iter().any(|(other, same)| other.starts_with(name) && same == bytes);
            self.met.removed += u64::from(!there);
            assert!(there || is_readable(bytes, end), "{name} was removed and could not be read");
        }
    }

    /// When all is settled, nothing is left but what could not be read.
    fn leaves_nothing_behind(&mut self, disk: MemoryDisk, mut log: Log, mut model: Model) {
        disk.set_capacity(None);
        let before = disk.contents();
        let next = log.next_seq();
        log.settle(0..next);
        model.change(0..next, |record| record.settled = true);
        log.close().unwrap();
        model.was_noted();
        let after = disk.contents();
        self.only_readable_removed(&before, &after);
        let left: Vec<_> = after.keys().filter(|name| !name.ends_with(".corrupt")).collect();
        assert!(left.iter().all(|name| name.starts_with("acks.")), "{left:?}");
        let (log, _) = opened(&disk, 1 << 30, &mut model, End::Close);
        assert!(log.next_seq() == next && log.unsettled().is_empty());
    }

    /// Reads with a new cursor and goes on with the old one: both see what the model says.
    fn look(&mut self) {
        self.note("look");
        let shelf = self.log().shelf();
        let committed = shelf.committed();
        let frames = |model: &Model, from| -> Vec<Item> {
            let firsts = model.visible(from, committed).into_iter();
            firsts.map(|first| Item::Frame(first, model.frames[&first].clone())).collect()
        };
        let anew = drain(&shelf, &mut Cursor::new(self.log().shelf(), 0));
        let (Ok(anew), Ok(further)) = (anew, drain(&shelf, &mut self.cursor)) else {
            assert!(self.disk.is_dead(), "reading fails for ever");
            return;
        };
        assert_eq!(anew, frames(&self.model, 0));
        assert_eq!(further, frames(&self.model, self.read));
        self.read = self.read.max(committed);
    }

    fn fault(&mut self) {
        self.note("fault");
        let rng = &mut self.rng;
        let call = [
            Call::List,
            Call::Create,
            Call::Open,
            Call::Read,
            Call::Write,
            Call::Cut,
            Call::Sync,
            Call::Rename,
            Call::Remove,
            Call::SyncNames,
        ][rng.usize(0..10)];
        let fault = [Fault::Broken, Fault::Full, Fault::Interrupted, Fault::Short][rng.usize(0..4)];
        let first = rng.u64(0..4);
        match rng.u8(0..12) {
            0 => self.disk.set_capacity(Some(rng.u64(0..200_000))),
            1 | 2 => self.disk.set_capacity(None),
            3 => self.disk.set_most(Some(rng.usize(1..300))),
            4 => self.disk.set_most(None),
            5 | 6 => self.disk.heal(),
            _ => self.disk.fail(call, first..first + rng.u64(1..4), fault),
        }
    }

    /// Cuts the power: several images are compared, and the last is gone on with.
    fn crash(&mut self) {
        self.note("crash");
        let images = self.rng.u64(1..5);
        for image in 1..=images {
            let disk = self.disk.crash(&mut self.rng);
            self.met.images += 1;
            let mut model = self.model.clone();
            let durable = self.model.records.iter().filter(|(_, record)| record.durable && !record.settled);
            let durable: Vec<u64> = durable.map(|(seq, _)| *seq).collect();
            let (log, items) = opened(&disk, self.max_bytes, &mut model, End::Crash);
            let found = |seq: &&u64| {
                items.iter().any(|item| matches!(item, Item::Frame(..)) && item.seqs().contains(seq))
            };
            self.met.durable += durable.iter().filter(found).count() as u64;
            self.met.lost += items.iter().filter(|item| matches!(item, Item::Lost(_))).count() as u64;
            if image == images {
                (self.disk, self.model) = (disk, model);
                self.adopt(log);
            } else if self.rng.bool() {
                self.leaves_nothing_behind(disk, log, model);
            }
        }
    }

    /// Ends the process.
    fn kill(&mut self) {
        self.note("kill");
        self.log = None;
        self.disk = self.disk.kill(&mut self.rng);
        let (log, _) = opened(&self.disk, self.max_bytes, &mut self.model, End::Kill);
        self.adopt(log);
    }

    fn close(&mut self) {
        self.note("close");
        let before = self.disk.contents();
        let closed = self.log.take().unwrap().close();
        if self.disk.is_dead() {
            return self.kill();
        }
        self.note("(closed)");
        self.only_readable_removed(&before, &self.disk.contents());
        let end = if closed.is_ok() { End::Close } else { End::Kill };
        if closed.is_ok() {
            self.model.was_noted();
        }
        self.disk = self.disk.kill(&mut self.rng);
        let (log, _) = opened(&self.disk, self.max_bytes, &mut self.model, end);
        self.adopt(log);
    }

    fn adopt(&mut self, log: Log) {
        self.cursor = Cursor::new(log.shelf(), 0);
        self.read = 0;
        self.log = Some(log);
        self.commit();
    }
}
