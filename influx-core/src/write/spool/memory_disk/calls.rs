//! The calls of the disk in memory.

use std::io;

use super::super::io::{SpoolFile, SpoolIo};
use super::{Call, ChangeKind, Content, Fault, MemoryDisk, NameChange};

/// A file that is open; it stays whole when its name is removed.
#[derive(Debug)]
struct MemoryFile {
    disk: MemoryDisk,
    file: usize,
    name: String,
}

impl SpoolIo for MemoryDisk {
    fn list(&self) -> io::Result<Vec<(String, u64)>> {
        self.state().call(Call::List, "", |state, _| {
            let sizes = state.names.iter();
            // the last first: nobody may count on an order
            Ok(sizes
                .rev()
                .map(|(name, file)| (name.clone(), state.files[*file].written.len() as u64))
                .collect())
        })
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn SpoolFile>> {
        self.state().call(Call::Create, name, |state, _| {
            if state.names.contains_key(name) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            let file = state.files.len();
            state.files.push(Content::default());
            state.names.insert(name.to_owned(), file);
            state.name_changes.push(NameChange::Link(name.to_owned(), file));
            Ok(self.handle(file, name))
        })
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn SpoolFile>> {
        self.state().call(Call::Open, name, |state, _| Ok(self.handle(state.find(name)?, name)))
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn SpoolFile>> {
        self.open(name)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.state().call(Call::Rename, from, |state, _| {
            let file = state.find(from)?;
            state.names.remove(from);
            state.names.insert(to.to_owned(), file);
            state.name_changes.push(NameChange::Rename(from.to_owned(), to.to_owned(), file));
            Ok(())
        })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.state().call(Call::Remove, name, |state, _| {
            let file = state.find(name)?;
            state.names.remove(name);
            state.name_changes.push(NameChange::Remove(name.to_owned(), file));
            Ok(())
        })
    }

    fn sync_names(&self) -> io::Result<()> {
        self.state().call(Call::SyncNames, "", |state, _| {
            state.synced_names = state.names.clone();
            state.name_changes.clear();
            Ok(())
        })
    }
}

impl MemoryDisk {
    fn handle(&self, file: usize, name: &str) -> Box<dyn SpoolFile> {
        Box::new(MemoryFile { disk: self.clone(), file, name: name.to_owned() })
    }
}

impl SpoolFile for MemoryFile {
    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        self.disk.state().call(Call::Read, &self.name, |state, fault| {
            let written = &state.files[self.file].written;
            let start = written.len().min(usize::try_from(at).unwrap_or(usize::MAX));
            let len = state.moved(into.len().min(written.len() - start), fault);
            into[..len].copy_from_slice(&written[start..start + len]);
            state.bytes_read += len as u64;
            Ok(len)
        })
    }

    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<usize> {
        self.disk.state().call(Call::Write, &self.name, |state, fault| {
            let at = usize::try_from(at).map_err(|_| io::ErrorKind::FileTooLarge)?;
            let room =
                state.room().saturating_add(state.files[self.file].written.len().saturating_sub(at) as u64);
            let len = state.moved(bytes.len(), fault).min(usize::try_from(room).unwrap_or(usize::MAX));
            if len == 0 && !bytes.is_empty() {
                return Err(io::ErrorKind::StorageFull.into());
            }
            state.files[self.file].change(ChangeKind::Write(at, bytes[..len].to_vec()));
            if state.is_dead() {
                state.torn = Some((self.file, at..at + len));
            }
            Ok(len)
        })
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.disk.state().call(Call::Cut, &self.name, |state, _| {
            let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
            state.files[self.file].change(ChangeKind::Cut(len));
            Ok(())
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.state().call(Call::Sync, &self.name, |state, fault| {
            let content = &mut state.files[self.file];
            if fault == Some(Fault::Broken) {
                content.changes.iter_mut().for_each(|change| change.given_up = true);
                return Err(io::Error::other("input/output error"));
            }
            content.sync();
            Ok(())
        })
    }
}
