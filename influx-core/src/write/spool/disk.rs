//! A spool's directory on a real disk: its rights, its lock, and its files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};

use super::acks;
use super::io::{SpoolFile, SpoolIo};
use super::recover::first_seq;
use crate::error::{Error, Result};

/// A directory that is locked as long as this lives.
///
/// The lock is one of the operating system on the file `LOCK`, so that it ends with the process however that ends; the
/// file stays, and the process id in it is only there to be told.
#[derive(Debug)]
pub(crate) struct Disk {
    path: PathBuf,
    /// Only a directory that is read can be without one.
    lock: Option<File>,
    read_only: bool,
}

#[derive(Debug)]
struct DiskFile(File);

/// The file that is locked.
const LOCK: &str = "LOCK";

impl Disk {
    /// Locks a directory; makes it if it is not there, with those above it.
    ///
    /// Only its owner may have rights in it (0700 on Unix). A directory that is there with more rights gets these if it
    /// is empty or a spool already; one with other files in it is refused, as others may need them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Spool`](crate::ErrorKind::Spool): it is in use, it cannot be made, or it is open to others.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let failed = |what: &'static str| move |error| Error::spool(path, what, Some(error));
        // so that it stays the same when the process goes elsewhere
        let whole = std::path::absolute(path).map_err(failed("is no path of a directory: name another"))?;
        make_directory(&whole).map_err(failed("cannot be made: check its path and the rights above it"))?;
        let names = names(&whole).map_err(failed("cannot be read: it must be a directory of its own"))?;
        keep_private(path, &whole, &names)?;
        let file = whole.join(LOCK);
        let lock = check_is_file(&file).and_then(|()| private().create(true).truncate(false).open(&file));
        let lock = lock.map_err(failed("its file LOCK cannot be opened: check the rights of both"))?;
        take(path, &lock)?;
        let disk = Self { path: whole, lock: Some(lock), read_only: false };
        disk.check_lock().map_err(failed("was replaced just now: try again"))?;
        Ok(disk)
    }

    /// Locks a directory to look at it: makes nothing in it, and every call that would change something fails.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Spool`](crate::ErrorKind::Spool): it is no spool, it is in use, or it cannot be read.
    pub(crate) fn read_only(path: &Path) -> Result<Self> {
        let failed = |what: &'static str| move |error| Error::spool(path, what, Some(error));
        let whole = std::path::absolute(path).map_err(failed("is no path of a directory: name another"))?;
        let names = names(&whole).map_err(failed("cannot be read: name the directory of a spool"))?;
        if !is_spool(&names) {
            return Err(Error::spool(
                path,
                "is no spool: name a directory in which a writer has spooled",
                None,
            ));
        }
        let file = whole.join(LOCK);
        // whoever wants it meanwhile is told who has it, where that can be written
        let lock = match check_is_file(&file).and_then(|()| private().open(&file)) {
            Err(error) if cannot_write(&error) => File::open(&file),
            other => other,
        };
        let lock = match lock {
            Ok(lock) => Some(lock),
            // a copy of a spool that no writer has had yet
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed("its file LOCK cannot be opened: check its rights")(error)),
        };
        if let Some(lock) = &lock {
            take(path, lock)?;
        }
        Ok(Self { path: whole, lock, read_only: true })
    }

    /// The path of a file that is there.
    fn file(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        check_is_file(&path)?;
        Ok(path)
    }

    fn change(&self) -> io::Result<()> {
        if self.read_only {
            let what = "the spool was opened to be read only";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, what));
        }
        Ok(())
    }

    /// The lock protects a directory only while its file is the one that stands there: another process could make and
    /// lock a new one.
    #[cfg(unix)]
    fn check_lock(&self) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt;

        let Some(lock) = &self.lock else { return Ok(()) };
        let (ours, there) = (lock.metadata()?, fs::metadata(self.path.join(LOCK)));
        let place = |of: &fs::Metadata| (of.dev(), of.ino());
        if there.is_ok_and(|there| place(&there) == place(&ours)) {
            return Ok(());
        }
        let path = self.path.display();
        let what = format!(
            "{path} or its LOCK was removed while it is in use, and another process may use it now: \
             close this writer, and open it again"
        );
        Err(io::Error::new(io::ErrorKind::NotFound, what))
    }

    /// An open file is not removed here.
    #[cfg(not(unix))]
    fn check_lock(&self) -> io::Result<()> {
        Ok(())
    }
}

impl SpoolIo for Disk {
    fn list(&self) -> io::Result<Vec<(String, u64)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            // other names are none of the spool's
            if let Ok(name) = entry.file_name().into_string() {
                let data = entry.metadata()?;
                if data.is_file() {
                    files.push((name, data.len()));
                }
            }
        }
        Ok(files)
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn SpoolFile>> {
        self.change()?;
        self.check_lock()?;
        Ok(Box::new(DiskFile(private().create_new(true).open(self.path.join(name))?)))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn SpoolFile>> {
        self.change()?;
        Ok(Box::new(DiskFile(private().open(self.file(name)?)?)))
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn SpoolFile>> {
        Ok(Box::new(DiskFile(File::open(self.file(name)?)?)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.change()?;
        self.check_lock()?;
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.change()?;
        self.check_lock()?;
        fs::remove_file(self.path.join(name))
    }

    fn sync_names(&self) -> io::Result<()> {
        self.change()?;
        self.check_lock()?;
        sync_directory(&self.path)
    }
}

impl SpoolFile for DiskFile {
    #[cfg(unix)]
    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, into, at)
    }

    #[cfg(windows)]
    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.0, into, at)
    }

    #[cfg(unix)]
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::write_at(&self.0, bytes, at)
    }

    #[cfg(windows)]
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_write(&self.0, bytes, at)
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}

/// To read and to write a file that only its owner may open if it is made thereby.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// What a link leads to is none of the spool's: it is neither read nor written.
fn check_is_file(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "a link or a directory is there: remove it"))
        }
        _ => Ok(()),
    }
}

/// Makes a directory and those above it that are missing, so that they outlive the loss of power.
fn make_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = path.parent().ok_or(io::ErrorKind::NotFound)?;
    make_directory(above)?;
    #[cfg_attr(not(unix), allow(unused_mut, reason = "rights are given to it on Unix only"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        // another process made it just now
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        other => other?,
    }
    sync_directory(above)
}

/// Other systems than those like Unix cannot open a directory, and need not.
fn sync_directory(path: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    File::open(path)?.sync_all()
}

fn names(directory: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(directory)?;
    names.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn is_spool(names: &[String]) -> bool {
    names.iter().any(|name| name == LOCK || name == acks::NAME || first_seq(name).is_some())
}

/// Takes the rights of others away, where nobody can need them.
#[cfg(unix)]
fn keep_private(path: &Path, whole: &Path, names: &[String]) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let failed = |what: &'static str| move |error| Error::spool(path, what, Some(error));
    let rights =
        fs::metadata(whole).map_err(failed("its rights cannot be read"))?.permissions().mode() & 0o7777;
    if rights & 0o077 == 0 {
        return Ok(());
    }
    if !names.is_empty() && !is_spool(names) {
        let what = format!(
            "is open to others (rights {rights:04o}) and holds files that are none of a spool's: \
             name a directory of its own"
        );
        return Err(Error::spool(path, what, None));
    }
    fs::set_permissions(whole, fs::Permissions::from_mode(0o700))
        .map_err(failed("is open to others, and that cannot be changed: give it the rights 0700"))
}

/// Rights are inherited from the directory above.
#[cfg(not(unix))]
fn keep_private(_: &Path, _: &Path, _: &[String]) -> Result<()> {
    Ok(())
}

/// Locks the file, and writes down in it who has it.
fn take(path: &Path, lock: &File) -> Result<()> {
    // by its full name: newer versions of Rust have a method of this name, too
    match FileExt::try_lock(lock) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(Error::spool(path, in_use(lock), None)),
        Err(TryLockError::Error(error)) => {
            let what = "cannot be locked: its file system must have locks";
            return Err(Error::spool(path, what, Some(error)));
        }
    }
    let write = |mut lock: &File| {
        lock.set_len(0)?;
        lock.write_all(std::process::id().to_string().as_bytes())
    };
    // on a disk that is full it stays away: what is spooled can be sent all the same
    let _ = write(lock);
    Ok(())
}

/// What to tell whoever comes second.
fn in_use(lock: &File) -> String {
    let mut text = String::new();
    let id = lock.take(20).read_to_string(&mut text).ok().and_then(|_| text.trim().parse::<u32>().ok());
    match id {
        Some(id) if id == std::process::id() => {
            format!("is used by process {id}, which is this one: close its other writer first")
        }
        Some(id) => format!("is used by process {id}: end that first, or name another directory"),
        None => "is used by another process: end that first, or name another directory".to_owned(),
    }
}

/// Whether a file may be there, but not for writing.
fn cannot_write(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

#[cfg(test)]
mod tests;
