//! What a crash leaves of the disk in memory.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::{Change, ChangeKind, Content, MemoryDisk, NameChange, State};

/// What a disk writes at once, in bytes.
pub(super) const SECTOR: usize = 512;

/// How much of what was not synced a crash leaves.
#[derive(Debug, Clone, Copy)]
enum Luck {
    Nothing,
    Everything,
    /// The first ones, and the next one torn.
    InOrder,
    /// Any of them, in pieces.
    Any,
}

impl MemoryDisk {
    /// What is there after the loss of power: all that was synced, and of the rest any part. Bytes survive by sectors
    /// of 512, each as it was at some time since the last sync, or torn between two times; where a file became longer,
    /// they may be zeros. Names survive each for itself.
    pub(crate) fn crash(&self, rng: &mut Rng) -> MemoryDisk {
        let state = self.state();
        let names = surviving_names(&state.synced_names, &state.name_changes, rng);
        let disk = MemoryDisk::new();
        disk.set_capacity(state.capacity);
        for (name, file) in names {
            disk.put(&name, &state.files[file].crash(rng));
        }
        disk
    }

    /// What is there when the process is killed: all that was written, and of a write that was going on a part. The
    /// disk still knows what was synced.
    pub(crate) fn kill(&self, rng: &mut Rng) -> MemoryDisk {
        let state = self.state();
        let mut files = state.files.clone();
        if let Some((file, range)) = &state.torn {
            files[*file].tear(range.end - rng.usize(range.start..=range.end));
        }
        let left = State {
            names: state.names.clone(),
            synced_names: state.synced_names.clone(),
            name_changes: state.name_changes.clone(),
            files,
            capacity: state.capacity,
            ..State::default()
        };
        let disk = MemoryDisk::new();
        *disk.state() = left;
        disk
    }
}

fn surviving_names(
    synced: &BTreeMap<String, usize>,
    changes: &[NameChange],
    rng: &mut Rng,
) -> BTreeMap<String, usize> {
    let luck = Luck::pick(rng);
    let first = rng.usize(0..=changes.len());
    let mut names = synced.clone();
    for (index, change) in changes.iter().enumerate() {
        if !luck.keeps(index, first, rng) {
            continue;
        }
        match change {
            NameChange::Link(name, file) => {
                names.insert(name.clone(), *file);
            }
            NameChange::Rename(from, to, file) => {
                names.retain(|name, there| name != from || there != file);
                names.insert(to.clone(), *file);
            }
            NameChange::Remove(name, file) => names.retain(|there, of| there != name || of != file),
        }
    }
    names
}

impl Luck {
    fn pick(rng: &mut Rng) -> Self {
        match rng.u8(0..5) {
            0 => Self::Nothing,
            1 => Self::Everything,
            2 => Self::InOrder,
            _ => Self::Any,
        }
    }

    fn keeps(self, index: usize, first: usize, rng: &mut Rng) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::InOrder => index < first,
            Self::Any => rng.bool(),
        }
    }
}

impl Content {
    fn crash(&self, rng: &mut Rng) -> Vec<u8> {
        if self.changes.is_empty() {
            return self.synced.clone();
        }
        let mut versions = vec![self.synced.clone()];
        for change in &self.changes {
            let mut next = versions.last().unwrap().clone();
            change.kind.apply(&mut next);
            versions.push(next);
        }
        match Luck::pick(rng) {
            Luck::Nothing => versions.swap_remove(0),
            Luck::Everything => versions.pop().unwrap(),
            Luck::InOrder => in_order(&self.changes, &versions, rng),
            Luck::Any => in_pieces(&versions, rng),
        }
    }

    /// Takes the last bytes off the last write.
    fn tear(&mut self, bytes: usize) {
        let Some(Change { kind: ChangeKind::Write(at, written), .. }) = self.changes.last_mut() else {
            return;
        };
        // else it wrote over what stood there
        if *at + written.len() == self.written.len() {
            written.truncate(written.len() - bytes);
            self.written.truncate(self.written.len() - bytes);
        }
    }
}

/// The first changes as they were made, and a part of the next one.
fn in_order(changes: &[Change], versions: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let whole = rng.usize(0..changes.len());
    let mut left = versions[whole].clone();
    if let ChangeKind::Write(at, bytes) = &changes[whole].kind {
        ChangeKind::Write(*at, bytes[..rng.usize(0..=bytes.len())].to_vec()).apply(&mut left);
    }
    left
}

/// Each sector as it was at some time, or torn between two times.
fn in_pieces(versions: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let shortest = versions.iter().map(Vec::len).min().unwrap();
    let longest = versions.iter().map(Vec::len).max().unwrap();
    let len = match rng.bool() {
        true => versions[rng.usize(0..versions.len())].len(),
        false => rng.usize(shortest..=longest),
    };
    let mut left = vec![0; len];
    for (number, sector) in left.chunks_mut(SECTOR).enumerate() {
        let start = number * SECTOR;
        let torn = if rng.u8(0..4) == 0 { rng.usize(0..=sector.len()) } else { 0 };
        let (before, after) = (rng.usize(0..versions.len()), rng.usize(0..versions.len()));
        for (index, byte) in sector.iter_mut().enumerate() {
            let version = &versions[if index < torn { before } else { after }];
            *byte = version.get(start + index).copied().unwrap_or(0);
        }
    }
    left
}
