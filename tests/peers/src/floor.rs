//! The floor: the fastest sound encoder we know for exactly the two rows. It is the yardstick for the public
//! encoder, so it does everything a correct one must do: it escapes, it refuses what InfluxDB would refuse, and
//! its output is judged by the parser like everyone else's. It saves only what being general costs.
//!
//! One capacity check a row; everything after it is unchecked writes through a pointer, which may store past the
//! value just written, never past the room checked for (`SLACK`).
//!
//! There are two. The yardstick formats digits in registers, eight at a time. With `TABLES` numbers below 1000 and
//! booleans come from look-up tables instead, which is faster while the tables stay in the cache.

#[cfg(feature = "frame")]
pub(crate) mod columns;
mod decimal;
mod double;
mod raw;
#[cfg(test)]
mod tests;
mod text;
mod time;

use crate::data::{Cpu, Narrow};
use double::Doubles;
use raw::{Out, literal};
use time::Seconds;

/// What the widest store may write past the end of a value: 16 bytes of a literal, twice.
const SLACK: usize = 32;
const DOUBLE: usize = 24; // zmij's longest text
const INTEGER: usize = 20; // u64::MAX
const TIME: usize = 1 + 20 + 1; // space, i64::MIN, newline
/// Punctuation and names of the longer row, rounded up.
const LITERALS: usize = 160;

/// Both booleans with the name that follows.
const FALSE: [u8; 16] = literal("false,governor=\"");
const TRUE: [u8; 16] = literal("true,governor=\"");
static THROTTLED: [[u8; 16]; 2] = [FALSE, TRUE];

/// A row InfluxDB would not take: nothing of it was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Refused;

/// Lines and where they end.
pub(crate) struct Floor<const TABLES: bool> {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    seconds: Seconds,
    doubles: Doubles,
}

impl<const TABLES: bool> Floor<TABLES> {
    pub(crate) fn new() -> Self {
        Self { bytes: Vec::new(), ends: Vec::new(), seconds: Seconds::new(), doubles: Doubles::new() }
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.doubles = Doubles::new();
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where each line ends, its newline included.
    #[cfg(test)]
    pub(crate) fn line_ends(&self) -> &[u32] {
        &self.ends
    }

    #[inline]
    pub(crate) fn push_cpu(&mut self, row: &Cpu) -> Result<(), Refused> {
        let strings = row.host.len() + row.region.len() + row.governor.len();
        let start = self.room(LITERALS + 3 * DOUBLE + 2 * INTEGER + 2 * strings + TIME + SLACK);
        let doubles = &mut self.doubles;
        // SAFETY: `room` bounds the longest form of all that is written here, plus the slack of the last store.
        let end = unsafe {
            let mut out = start;
            out = out.literal(&literal("cpu,core="), 9);
            out = decimal::small(out, row.core);
            out = out.literal(&literal(",host="), 6);
            out = text::tag(out, &row.host)?;
            out = out.literal(&literal(",region="), 8);
            out = text::tag(out, &row.region)?;
            out = out.literal(&literal(" usage_user="), 12);
            out = doubles.write::<0, TABLES>(out, row.usage_user)?;
            out = out.literal(&literal(",usage_system="), 14);
            out = doubles.write::<1, TABLES>(out, row.usage_system)?;
            out = out.literal(&literal(",temp="), 6);
            out = doubles.write::<2, TABLES>(out, row.temp)?;
            out = out.literal(&literal(",ctx_switches="), 14);
            out = decimal::unsigned(out, row.ctx_switches);
            out = out.literal(&literal("u,throttled="), 12);
            // from a table a branch is saved that is mispredicted every other row
            let throttled = match (TABLES, row.throttled) {
                (true, value) => &THROTTLED[usize::from(value)],
                (false, true) => &TRUE,
                (false, false) => &FALSE,
            };
            out = out.literal(throttled, 16 - usize::from(row.throttled));
            out = text::field(out, &row.governor);
            self.seconds.write::<TABLES>(out, b'"', row.time)
        };
        self.finish(end);
        Ok(())
    }

    #[inline]
    pub(crate) fn push_narrow(&mut self, row: &Narrow) -> Result<(), Refused> {
        let start = self.room(LITERALS + DOUBLE + 2 * row.host.len() + TIME + SLACK);
        // SAFETY: `room` bounds the longest form of all that is written here, plus the slack of the last store.
        let end = unsafe {
            let mut out = start;
            out = out.literal(&literal("cpu,host="), 9);
            out = text::tag(out, &row.host)?;
            out = out.literal(&literal(" value="), 7);
            out = self.doubles.write::<0, TABLES>(out, row.value)?;
            self.seconds.write_bare::<TABLES>(out, row.time)
        };
        self.finish(end);
        Ok(())
    }

    /// Where to write the next line: at least `bytes` may be written there.
    #[inline]
    fn room(&mut self, bytes: usize) -> Out {
        if self.bytes.capacity() - self.bytes.len() < bytes {
            grow(&mut self.bytes, bytes);
        }
        // SAFETY: `len` is within the allocation.
        Out(unsafe { self.bytes.as_mut_ptr().add(self.bytes.len()) })
    }

    #[inline]
    fn finish(&mut self, end: Out) {
        // `grow` keeps the capacity within u32.
        let length = end.0 as usize - self.bytes.as_ptr() as usize;
        // SAFETY: all bytes up to `end` were written by the row, within the room it had.
        unsafe { self.bytes.set_len(length) };
        self.ends.push(length as u32);
    }
}

#[cold]
#[inline(never)]
fn grow(bytes: &mut Vec<u8>, more: usize) {
    bytes.reserve(more.max(64 * 1024));
    assert!(u32::try_from(bytes.capacity()).is_ok(), "a batch is smaller than 4 GiB");
}
