//! Opens a spool of any bytes and reads all of it, for the fuzz target and a test: whatever the files hold, nothing
//! panics, the order holds, and every record is found, lost or settled.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::cursor::{Cursor, Found};
use super::io::{SpoolFile, SpoolIo};
use super::log::Log;
use super::ranges::Ranges;
use super::shelf::LoadError;

/// Files that are only read.
#[derive(Debug)]
struct Files(BTreeMap<String, Arc<[u8]>>);

#[derive(Debug)]
struct File(Arc<[u8]>);

/// Opens these files, twice, and reads them.
///
/// # Errors
///
/// A promise does not hold; the text says which.
pub fn check_files(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<(), String> {
    let io = Arc::new(Files(files.into_iter().map(|(name, bytes)| (name, bytes.into())).collect()));
    let first = read_all(&io)?;
    if first != read_all(&io)? {
        return Err("opening the files again gives something else".to_owned());
    }
    Ok(())
}

/// Where each thing starts that was found, and whether its lines could be had; empty if the files are refused.
fn read_all(io: &Arc<Files>) -> Result<Vec<(u64, bool)>, String> {
    let Ok(log) = Log::open(Arc::clone(io) as Arc<dyn SpoolIo>, u64::MAX) else { return Ok(Vec::new()) };
    let (shelf, unsettled) = (log.shelf(), log.unsettled());
    let mut cursor = Cursor::new(log.shelf(), 0);
    let (mut all, mut told, mut end) = (Vec::new(), Ranges::default(), 0);
    loop {
        let (seqs, loaded) = match cursor.next() {
            Ok(Some(Found::Lost { seqs } | Found::Settled { seqs })) => (seqs, false),
            Ok(Some(Found::Frame { seqs, place, .. })) => match shelf.load(&place) {
                Ok(batch) if batch.lines() as u64 == seqs.end - seqs.start => (seqs, true),
                Ok(batch) => return Err(format!("{} lines for {seqs:?}", batch.lines())),
                Err(LoadError::Corrupt { seqs: lost, .. }) if lost == seqs => (seqs, false),
                Err(error) => return Err(format!("{seqs:?}: {error}")),
            },
            Ok(None) => break,
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(all),
            Err(error) => return Err(error.to_string()),
        };
        if seqs.is_empty() || seqs.start < end {
            return Err(format!("{seqs:?} after {end}"));
        }
        end = seqs.end;
        all.push((seqs.start, loaded));
        told.insert(seqs);
    }
    match unsettled.iter().find(|seqs| !told.contains(seqs)) {
        Some(seqs) => Err(format!("nothing was told of all of {seqs:?}")),
        None => Ok(all),
    }
}

impl SpoolIo for Files {
    fn list(&self) -> io::Result<Vec<(String, u64)>> {
        Ok(self.0.iter().map(|(name, bytes)| (name.clone(), bytes.len() as u64)).collect())
    }

    fn create(&self, _: &str) -> io::Result<Box<dyn SpoolFile>> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn SpoolFile>> {
        self.read(name)
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn SpoolFile>> {
        let bytes = self.0.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(File(Arc::clone(bytes))))
    }

    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn sync_names(&self) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
}

impl SpoolFile for File {
    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        let bytes = self.0.get(from..).unwrap_or_default();
        let len = bytes.len().min(into.len());
        into[..len].copy_from_slice(&bytes[..len]);
        Ok(len)
    }

    fn write_at(&mut self, _: u64, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn cut(&mut self, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn sync(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::spool::memory_disk::MemoryDisk;
    use crate::write::spool::sample::{batch, open};

    /// Two runs' files: frames, a settled frame, and acks.
    fn files() -> BTreeMap<String, Vec<u8>> {
        let disk = MemoryDisk::new();
        for run in 0..3 {
            let mut log = open(&disk);
            let next = log.next_seq();
            log.append(&batch("a", &["a f=1", "a f=2"]), 0).unwrap();
            log.append_settled(3).unwrap();
            log.append(&batch("b", &["b f=3"]), 0).unwrap();
            log.settle(next + run..next + run + 1);
            log.tidy().unwrap();
        }
        disk.contents()
    }

    #[test]
    fn whatever_bytes_change_are_missing_or_stand_twice_the_promises_hold() {
        let good = files();
        check_files(good.clone()).unwrap();
        let names: Vec<_> = good.keys().cloned().collect();
        let mut random = fastrand::Rng::with_seed(11);
        for round in 0..3_000 {
            let mut files = good.clone();
            for _ in 0..random.usize(1..4) {
                let Some(bytes) = files.get_mut(&names[random.usize(..names.len())]) else { continue };
                let end = bytes.len().min(1_000);
                let (a, b) = (random.usize(..=end), random.usize(..=end));
                let (a, b) = (a.min(b), a.max(b));
                match random.u8(..6) {
                    0 => bytes[a..b.min(a + 3)].fill(random.u8(..)),
                    1 => bytes.truncate(a),
                    2 => _ = bytes.drain(a..b),
                    3 => bytes.extend_from_within(a..b),
                    4 => {
                        let piece = bytes[a..b].to_vec();
                        bytes.splice(a..a, piece);
                    }
                    _ => _ = files.remove(&names[random.usize(..names.len())]),
                }
            }
            check_files(files).unwrap_or_else(|why| panic!("round {round}: {why}"));
        }
    }
}
