//! A disk in memory for tests, which knows what was synced: it fails when it is told to, and its power can be cut.
//!
//! A file has its written bytes and the changes since its last sync; the names have theirs since the directory was
//! synced. What a crash leaves is in [`image`].

mod calls;
mod image;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::shelf::Shelf;

/// A directory; clones are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemoryDisk(Arc<Mutex<State>>);

/// The kinds of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    List,
    Create,
    /// `open` and `read`, which only look a name up.
    Open,
    Read,
    Write,
    Cut,
    Sync,
    Rename,
    Remove,
    SyncNames,
}

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// EIO. A sync that fails thus leaves what was written since the last one unsynced for ever, as Linux does: the next
    /// sync does not bring it onto the disk, and says nothing.
    Broken,
    /// ENOSPC.
    Full,
    /// ENOMEM.
    NoMemory,
    /// EINTR.
    Interrupted,
    /// A read or a write that does half of its work, without an error.
    Short,
    /// No error: the thread panics.
    Panic,
}

/// A call that was made. Calls that only look (list, open, read) are not kept.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) call: Call,
    /// The file; its old name for a rename; empty for [`Call::SyncNames`].
    pub(crate) name: String,
    pub(crate) failed: bool,
}

impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}{}", self.call, self.name, if self.failed { " failed" } else { "" })
    }
}

#[derive(Debug, Default)]
struct State {
    names: BTreeMap<String, usize>,
    synced_names: BTreeMap<String, usize>,
    /// Since the names were synced.
    name_changes: Vec<NameChange>,
    /// By number; files without a name stay, as handles may have them.
    files: Vec<Content>,
    made: Vec<Made>,
    faults: Vec<(Call, Range<u64>, Fault)>,
    /// In bytes; `None` is endless.
    capacity: Option<u64>,
    /// The most that one read or write moves.
    most: Option<usize>,
    /// Calls until the power is cut.
    power: Option<u64>,
    /// The write that the end of the power interrupted: by which bytes of which file it made that longer.
    torn: Option<(usize, Range<usize>)>,
    bytes_read: u64,
    /// No call may be made while readers of this one have to wait.
    watched: Weak<Shelf>,
}

#[derive(Debug, Clone)]
enum NameChange {
    Link(String, usize),
    Rename(String, String, usize),
    Remove(String, usize),
}

#[derive(Debug, Clone, Default)]
struct Content {
    written: Vec<u8>,
    synced: Vec<u8>,
    /// Since the last sync, in order.
    changes: Vec<Change>,
}

#[derive(Debug, Clone)]
struct Change {
    kind: ChangeKind,
    /// A sync that was to bring it onto the disk failed.
    given_up: bool,
}

#[derive(Debug, Clone)]
enum ChangeKind {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl MemoryDisk {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// From now on, the calls of a kind fail whose number is in `which`, counted from 0.
    pub(crate) fn fail(&self, call: Call, which: Range<u64>, fault: Fault) {
        self.state().faults.push((call, which, fault));
    }

    /// Calls wait until what this gives is dropped.
    pub(crate) fn hold(&self) -> impl Drop {
        self.state()
    }

    /// No call fails any more.
    pub(crate) fn heal(&self) {
        self.state().faults.clear();
    }

    /// How many bytes all files may take together.
    pub(crate) fn set_capacity(&self, bytes: Option<u64>) {
        self.state().capacity = bytes;
    }

    /// How many bytes one read or write moves at the most.
    pub(crate) fn set_most(&self, bytes: Option<usize>) {
        self.state().most = bytes;
    }

    /// The power ends after so many calls, those that only look among them. The next call may have done its work or not
    /// when [`crash`](Self::crash) or [`kill`](Self::kill) tells; it and all that follow fail.
    pub(crate) fn cut_power_after(&self, calls: u64) {
        self.state().power = Some(calls);
    }

    /// From now on, a call panics during which nobody can look at this shelf.
    pub(crate) fn watch(&self, shelf: &Arc<Shelf>) {
        self.state().watched = Arc::downgrade(shelf);
    }

    /// Whether a call found the power cut.
    pub(crate) fn is_dead(&self) -> bool {
        self.state().is_dead()
    }

    /// What was done since the last time, in order.
    pub(crate) fn take_made(&self) -> Vec<Made> {
        std::mem::take(&mut self.state().made)
    }

    /// How many bytes were read so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.state().bytes_read
    }

    /// The files as they were written.
    pub(crate) fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let state = self.state();
        state.names.iter().map(|(name, file)| (name.clone(), state.files[*file].written.clone())).collect()
    }

    /// Puts a file there by hand, on the disk at once; over another one if need be.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        let mut state = self.state();
        state.files.push(Content::on_disk(bytes.to_vec()));
        let file = state.files.len() - 1;
        state.names.insert(name.to_owned(), file);
        state.synced_names.insert(name.to_owned(), file);
    }

    /// Flips a bit of a file that is there, on the disk at once.
    pub(crate) fn flip(&self, name: &str, byte: usize, bit: u8) {
        let mut bytes = self.contents().remove(name).unwrap();
        bytes[byte] ^= 1 << bit;
        self.put(name, &bytes);
    }

    /// Cuts a file that is there, on the disk at once.
    pub(crate) fn truncate(&self, name: &str, len: usize) {
        let mut bytes = self.contents().remove(name).unwrap();
        bytes.truncate(len);
        self.put(name, &bytes);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_dead(&self) -> bool {
        self.power.is_some_and(|calls| calls == u64::MAX)
    }

    /// Takes one call off the power that is left; whether this is the call that is interrupted.
    fn spend(&mut self) -> io::Result<bool> {
        match &mut self.power {
            None => Ok(false),
            Some(u64::MAX) => Err(dead()),
            Some(left @ 0) => {
                *left = u64::MAX;
                Ok(true)
            }
            Some(left) => {
                *left -= 1;
                Ok(false)
            }
        }
    }

    fn fault(&mut self, call: Call) -> Option<Fault> {
        let mut found = None;
        for (_, which, fault) in self.faults.iter_mut().filter(|(kind, ..)| *kind == call) {
            if which.start == 0 && which.end > 0 {
                found = Some(*fault);
            }
            which.start = which.start.saturating_sub(1);
            which.end = if which.end == u64::MAX { u64::MAX } else { which.end.saturating_sub(1) };
        }
        found
    }

    /// One call: does it or fails, and writes it down.
    fn call<T>(
        &mut self,
        call: Call,
        name: &str,
        act: impl FnOnce(&mut Self, Option<Fault>) -> io::Result<T>,
    ) -> io::Result<T> {
        let free = self.watched.upgrade().is_none_or(|shelf| shelf.is_free());
        assert!(free, "readers wait for {call:?} {name}");
        let interrupted = self.spend()?;
        let fault = self.fault(call);
        let mut done = match fault {
            Some(Fault::Broken) if call == Call::Sync => act(self, fault),
            Some(Fault::Broken) => Err(io::Error::other("input/output error")),
            Some(Fault::Full) => Err(io::ErrorKind::StorageFull.into()),
            Some(Fault::NoMemory) => Err(io::ErrorKind::OutOfMemory.into()),
            Some(Fault::Panic) => panic!("on purpose"),
            Some(Fault::Interrupted) => Err(io::ErrorKind::Interrupted.into()),
            // what makes things last is not done when the power ends within it
            None | Some(Fault::Short) if interrupted && matches!(call, Call::Sync | Call::SyncNames) => {
                Err(dead())
            }
            None | Some(Fault::Short) => act(self, fault),
        };
        if interrupted {
            done = Err(dead());
        }
        if !matches!(call, Call::List | Call::Open | Call::Read) {
            self.made.push(Made { call, name: name.to_owned(), failed: done.is_err() });
        }
        done
    }

    fn find(&self, name: &str) -> io::Result<usize> {
        self.names.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn room(&self) -> u64 {
        let used: u64 = self.names.values().map(|file| self.files[*file].written.len() as u64).sum();
        self.capacity.map_or(u64::MAX, |capacity| capacity.saturating_sub(used))
    }

    /// How much of `len` bytes one call moves.
    fn moved(&self, len: usize, fault: Option<Fault>) -> usize {
        let len = len.min(self.most.unwrap_or(len));
        if fault == Some(Fault::Short) { len.div_ceil(2) } else { len }
    }
}

impl Content {
    fn on_disk(bytes: Vec<u8>) -> Self {
        Self { written: bytes.clone(), synced: bytes, changes: Vec::new() }
    }

    fn change(&mut self, kind: ChangeKind) {
        kind.apply(&mut self.written);
        self.changes.push(Change { kind, given_up: false });
    }

    fn sync(&mut self) {
        for change in self.changes.iter().filter(|change| !change.given_up) {
            change.kind.apply(&mut self.synced);
        }
        // what is written over is gone
        let done: Vec<_> =
            self.changes.iter().filter(|change| !change.given_up).map(|c| c.kind.clone()).collect();
        self.changes.retain(|change| change.given_up && !done.iter().any(|later| later.covers(&change.kind)));
    }
}

impl ChangeKind {
    /// Whether something of `earlier` does not count any more when this is on the disk.
    fn covers(&self, earlier: &Self) -> bool {
        match (self, earlier) {
            (_, Self::Cut(_)) => true,
            (Self::Cut(len), Self::Write(at, bytes)) => *len < at + bytes.len(),
            (Self::Write(from, with), Self::Write(at, bytes)) => {
                *from < at + bytes.len() && *at < from + with.len()
            }
        }
    }

    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Cut(len) => to.resize(*len, 0),
            Self::Write(at, bytes) => {
                let end = at + bytes.len();
                to.resize(to.len().max(end), 0);
                to[*at..end].copy_from_slice(bytes);
            }
        }
    }
}

fn dead() -> io::Error {
    io::Error::other("the power is cut")
}

#[cfg(test)]
mod tests;
