//! The seam between the spool and a disk, so that tests can cut the power.

use std::fmt;
use std::io;

/// A directory of files; names hold no separators.
pub(crate) trait SpoolIo: fmt::Debug + Send + Sync + 'static {
    /// The files with their sizes in bytes, in no order.
    fn list(&self) -> io::Result<Vec<(String, u64)>>;

    /// Makes a file that is not there, which only its owner may read.
    fn create(&self, name: &str) -> io::Result<Box<dyn SpoolFile>>;

    /// Opens a file that is there, to read it and to write to it.
    fn open(&self, name: &str) -> io::Result<Box<dyn SpoolFile>>;

    /// Opens a file that is there, to read it.
    fn read(&self, name: &str) -> io::Result<Box<dyn SpoolFile>>;

    /// Renames a file, over another one if need be.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    fn remove(&self, name: &str) -> io::Result<()>;

    /// Makes what names there are outlive the loss of power: call it after `create`, `rename` and `remove`.
    fn sync_names(&self) -> io::Result<()>;
}

/// One file.
pub(crate) trait SpoolFile: fmt::Debug + Send + 'static {
    /// Reads some bytes from `at` on; 0 at the end.
    fn read_at(&mut self, at: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Writes some of the bytes at `at`; fewer than all of them is no error.
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<usize>;

    /// Cuts off what is behind `len`.
    fn cut(&mut self, len: u64) -> io::Result<()>;

    /// Makes what was written outlive the loss of power (`fdatasync`). After an error nothing is known of what was
    /// written since the last success, and asking again may lie.
    fn sync(&mut self) -> io::Result<()>;
}

/// Reads until `into` is full or the file ends, and says how many bytes came.
pub(crate) fn read_full(file: &mut dyn SpoolFile, at: u64, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match file.read_at(at + filled as u64, &mut into[filled..]) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Writes all bytes.
pub(crate) fn write_full(file: &mut dyn SpoolFile, at: u64, bytes: &[u8]) -> io::Result<()> {
    let mut written = 0;
    while written < bytes.len() {
        match file.write_at(at + written as u64, &bytes[written..]) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(more) => written += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
