//! What the files of earlier runs hold, found without writing anything.

use std::io;
use std::sync::Arc;

use super::acks::{self, Acks, ReadError};
use super::format::{FILE_HEAD, FileHead, FileKind};
use super::io::{SpoolIo, read_full};
use super::shelf::{Damage, Segment, Shelf, State, segment_name};
use super::walk::{Step, Walk};

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    #[error("{file} was made by a newer version of this crate (it says {version}): open it with that one")]
    Version { file: String, version: u32 },
    /// `file` is empty for the directory itself.
    #[error("{file} cannot be read")]
    Io { file: String, source: io::Error },
}

/// What was found.
#[derive(Debug)]
pub(super) struct Recovered {
    pub(super) shelf: Arc<Shelf>,
    pub(super) acks: Acks,
    pub(super) next_seq: u64,
}

/// Reads the heads of the files, the log of acks, and the last segment from head to head. What else is wrong shows when
/// it is read.
pub(super) fn recover(io: Arc<dyn SpoolIo>) -> Result<Recovered, LogError> {
    let mut state = State::default();
    for (name, len) in io.list().map_err(|source| LogError::Io { file: String::new(), source })? {
        if let Some(first) = first_seq(&name) {
            let damage = check_head(&*io, &name)?;
            state.segments.insert(first, Segment { len, end: None, damage });
        }
    }
    let (mut acks, noted) = Acks::read(&*io).map_err(|error| log_error(acks::NAME, error))?;
    for first in &noted.damaged {
        if let Some(segment) = state.segments.get_mut(first) {
            segment.damage = Damage::Noted;
        }
    }
    state.settled = noted.settled;

    let mut next_seq = state.settled.end();
    if let Some((first, last)) = state.segments.iter_mut().next_back() {
        next_seq = next_seq.max(walk_to_end(&*io, *first, last)?);
    }
    let mut end = next_seq;
    for (first, segment) in state.segments.iter_mut().rev() {
        segment.end = Some(end);
        end = *first;
    }
    // Segments go from the front, and their acks may be forgotten. Only a log of acks that was read in full says that
    // something is missing there.
    if !noted.whole && end > 0 {
        state.settled.insert(0..end);
        acks.settle(0..end);
    }
    let shelf = Arc::new(Shelf::new(io, state, next_seq));
    Ok(Recovered { shelf, acks, next_seq })
}

/// The sequence number that the name of a segment holds; `None` if it is another file.
fn first_seq(name: &str) -> Option<u64> {
    let seq = name.strip_prefix("seg-")?.strip_suffix(".log")?.parse().ok()?;
    (segment_name(seq) == name).then_some(seq)
}

fn check_head(io: &dyn SpoolIo, name: &str) -> Result<Damage, LogError> {
    let mut head = [0; FILE_HEAD];
    let read = io.read(name).and_then(|mut file| read_full(&mut *file, 0, &mut head));
    let read = read.map_err(|error| log_error(name, error.into()))?;
    match FileKind::Segment.check(&head[..read]) {
        FileHead::Good | FileHead::Short => Ok(Damage::None),
        FileHead::Broken => Ok(Damage::Found),
        FileHead::Version(version) => Err(log_error(name, ReadError::Version(version))),
    }
}

/// Where the sequence numbers end that the last segment is known to hold.
fn walk_to_end(io: &dyn SpoolIo, first: u64, segment: &mut Segment) -> Result<u64, LogError> {
    let name = segment_name(first);
    let failed = |error: io::Error| log_error(&name, error.into());
    let mut walk = Walk::new(io.read(&name).map_err(failed)?);
    let mut end = first;
    loop {
        match walk.step(segment.len).map_err(failed)? {
            Step::Frame(head) => {
                end = end.max(head.seqs().end);
                walk.pass(&head);
            }
            Step::CutShort(head) => return Ok(end.max(head.seqs().end)),
            Step::Named(seqs) => {
                end = end.max(seqs.end);
                segment.damage = segment.damage.found();
            }
            Step::Damage => segment.damage = segment.damage.found(),
            Step::Version(flags) => return Err(log_error(&name, ReadError::Version(flags.into()))),
            Step::End => return Ok(end),
        }
    }
}

fn log_error(file: &str, error: ReadError) -> LogError {
    let file = file.to_owned();
    match error {
        ReadError::Version(version) => LogError::Version { file, version },
        ReadError::Io(source) => LogError::Io { file, source },
    }
}
