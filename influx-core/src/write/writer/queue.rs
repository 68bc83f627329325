//! The batches of a destination that no lane has taken: one is open, the others are sealed.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::budget::{self, Charge, STEP};
use super::receipt::{Receipt, Ticket};
use super::spooling::{Kept, Slot, Spooled};
use crate::line::{LineBuffer, Precision};
use crate::write::Destination;
use crate::write::batch::Batch;

/// Encoded lines on their way into the queue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines<'a> {
    pub(super) text: &'a [u8],
    /// The offset behind each line's newline.
    pub(super) ends: &'a [u32],
    pub(super) stamped: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn of(lines: &'a LineBuffer) -> Self {
        Self { text: lines.as_bytes(), ends: lines.line_ends(), stamped: lines.all_stamped() }
    }

    /// The lines from `from` on that one piece takes, one at least; `ends` is where they end in it.
    pub(super) fn piece<'p>(self, from: usize, limits: Limits, ends: &'p mut Vec<u32>) -> Lines<'p>
    where
        'a: 'p,
    {
        let taken = Size::default().fill(&self, from, limits);
        let span = self.span(&taken);
        ends.clear();
        ends.extend(self.ends[taken].iter().map(|end| end - span.start as u32));
        Lines { text: &self.text[span], ends, stamped: self.stamped }
    }

    fn start(&self, line: usize) -> u32 {
        if line == 0 { 0 } else { self.ends[line - 1] }
    }

    fn span(&self, lines: &Range<usize>) -> Range<usize> {
        self.start(lines.start) as usize..self.start(lines.end) as usize
    }

    /// A batch of these lines alone.
    pub(super) fn batch(&self, destination: &Arc<Destination>, precision: Precision) -> Arc<Batch> {
        Arc::new(Batch {
            destination: Arc::clone(destination),
            precision,
            body: Bytes::copy_from_slice(self.text),
            ends: self.ends.to_vec(),
            repeatable: self.stamped,
        })
    }

    /// The size of the longest line with its newline.
    pub(super) fn longest(&self) -> usize {
        (0..self.ends.len()).map(|line| self.span(&(line..line + 1)).len()).max().unwrap_or(0)
    }
}

/// How large a batch may become.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) rows: usize,
    pub(super) bytes: usize,
}

/// How large a batch is.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    rows: usize,
    bytes: usize,
}

impl Size {
    /// What it is charged: for its lines and where each ends.
    fn steps(self) -> u32 {
        budget::steps(self.bytes + self.rows * size_of::<u32>())
    }

    /// Adds as many of the lines as fit, and says which. A line that fits nowhere goes alone.
    fn fill(&mut self, lines: &Lines<'_>, from: usize, limits: Limits) -> Range<usize> {
        let most = (lines.ends.len() - from).min(limits.rows.saturating_sub(self.rows));
        let room = limits.bytes.saturating_sub(self.bytes) as u64 + u64::from(lines.start(from));
        let mut fit = lines.ends[from..from + most].partition_point(|end| u64::from(*end) <= room);
        if fit == 0 && self.rows == 0 {
            fit = 1;
        }
        let filled = from..from + fit;
        self.rows += fit;
        self.bytes += lines.span(&filled).len();
        filled
    }
}

/// The batch that records are appended to; without any it is not open.
#[derive(Debug)]
pub(super) struct Open {
    text: Vec<u8>,
    ends: Vec<u32>,
    stamped: bool,
    charge: Charge,
    ticket: Option<Arc<Ticket>>,
    /// What its receipts are told at first.
    kept: Kept,
    born: Instant,
    /// When it is sealed, full or not.
    pub(super) due: Instant,
}

/// A batch whose lines never change again.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) label: Label,
    /// When its first record was admitted.
    pub(super) born: Instant,
    pub(super) body: Body,
}

/// What is known of a batch without its lines.
#[derive(Debug)]
pub(super) struct Label {
    /// That of its first line; the others follow.
    pub(super) id: u64,
    /// When it is too old.
    pub(super) expires: Instant,
    /// None if its memory is not the queue's.
    pub(super) charge: Option<Charge>,
    /// Its place among those that the spool lets into queues.
    pub(super) slot: Option<Slot>,
    /// Whether it may have been sent before, by another run or from another place.
    pub(super) possibly_stored: bool,
}

impl Sealed {
    /// The ids of its lines.
    pub(super) fn ids(&self, lines: u64) -> Range<u64> {
        self.label.id..self.label.id + lines
    }
}

/// Where its lines are.
#[derive(Debug)]
pub(super) enum Body {
    Memory(Arc<Batch>),
    #[cfg_attr(not(feature = "spool"), expect(dead_code, reason = "nobody has what it takes"))]
    Spool(Spooled),
}

impl Open {
    pub(super) fn new(charge: Charge, kept: Kept) -> Self {
        let now = Instant::now();
        let (text, ends) = (Vec::new(), Vec::new());
        Self { text, ends, stamped: true, charge, ticket: None, kept, born: now, due: now }
    }

    pub(super) fn rows(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn born(&self) -> Option<Instant> {
        (!self.is_empty()).then_some(self.born)
    }

    fn size(&self) -> Size {
        Size { rows: self.rows(), bytes: self.text.len() }
    }

    pub(super) fn is_full(&self, limits: Limits) -> bool {
        self.rows() >= limits.rows || self.text.len() >= limits.bytes
    }

    /// How many steps these lines need beyond those of this batch, whole batches that they fill included.
    #[inline]
    pub(super) fn need(&self, lines: &Lines<'_>, limits: Limits) -> u32 {
        needed(self.size(), self.charge.steps(), lines, limits)
    }

    /// Appends as many lines as fit, from the line `from` on, and says which: none if the batch is to be sealed
    /// before. The steps that [`need`](Self::need) gave were taken.
    #[inline]
    pub(super) fn append(&mut self, lines: &Lines<'_>, from: usize, limits: Limits) -> Range<usize> {
        let mut size = self.size();
        let filled = size.fill(lines, from, limits);
        if filled.is_empty() {
            return filled;
        }
        if size.steps() > self.charge.steps() {
            self.charge.grow(size.steps() - self.charge.steps());
            let room = self.charge.steps() as usize * STEP;
            self.text.reserve_exact(room.saturating_sub(self.text.len()));
        }
        let (base, start) = (self.text.len() as u32, lines.start(filled.start));
        self.text.extend_from_slice(&lines.text[lines.span(&filled)]);
        self.ends.extend(lines.ends[filled.clone()].iter().map(|end| base + (end - start)));
        self.stamped &= lines.stamped;
        filled
    }

    /// Appends a line for which there is room without a look at anything else, and which does not fill the batch: nearly
    /// every line of a load.
    #[inline]
    pub(super) fn append_one(&mut self, lines: &Lines<'_>, limits: Limits) -> bool {
        let size = Size { rows: self.rows() + 1, bytes: self.text.len() + lines.text.len() };
        let fits = size.rows > 1 && size.rows < limits.rows && size.bytes < limits.bytes;
        if lines.ends.len() != 1 || !fits || size.steps() > self.charge.steps() {
            return false;
        }
        self.text.extend_from_slice(lines.text);
        self.ends.push(size.bytes as u32);
        self.stamped &= lines.stamped;
        true
    }

    /// Begins a batch, with the buffers of one that has ended if there are any.
    pub(super) fn begin(&mut self, wait: Duration, pool: &Pool) {
        self.born = Instant::now();
        self.due = later(self.born, wait);
        (self.text, self.ends) = pool.take();
    }

    /// A handle on lines that were appended last.
    pub(super) fn receipt(&mut self, lines: usize, receipt: &mut Receipt) {
        let rows = self.rows();
        let ticket = self.ticket.get_or_insert_with(|| Ticket::new(self.kept.clone()));
        receipt.add(ticket, (rows - lines) as u32..rows as u32);
    }

    /// Seals it. A buffer that is larger than what was charged for its lines is not kept with them.
    pub(super) fn seal(
        &mut self,
        id: u64,
        destination: &Arc<Destination>,
        precision: Precision,
        max_age: Duration,
        pool: &Pool,
    ) -> (Sealed, Option<Arc<Ticket>>) {
        let (text, ends) = (std::mem::take(&mut self.text), std::mem::take(&mut self.ends));
        let (body, ends) = if text.capacity() > self.charge.steps() as usize * STEP {
            let copy = (Bytes::copy_from_slice(&text), ends.clone());
            pool.put(text, ends);
            copy
        } else {
            (Bytes::from(text), ends)
        };
        let batch =
            Batch { destination: Arc::clone(destination), precision, body, ends, repeatable: self.stamped };
        self.stamped = true;
        let charge = Some(self.charge.split());
        let label =
            Label { id, expires: later(self.born, max_age), charge, slot: None, possibly_stored: false };
        (Sealed { label, born: self.born, body: Body::Memory(Arc::new(batch)) }, self.ticket.take())
    }
}

/// How many steps lines need in batches of their own.
pub(super) fn need_alone(lines: &Lines<'_>, limits: Limits) -> u32 {
    needed(Size::default(), 0, lines, limits)
}

fn needed(mut size: Size, mut charged: u32, lines: &Lines<'_>, limits: Limits) -> u32 {
    let (mut from, mut need) = (0, 0);
    while from < lines.ends.len() {
        let filled = size.fill(lines, from, limits);
        if filled.is_empty() {
            (size, charged) = (Size::default(), 0);
            continue;
        }
        need += size.steps().saturating_sub(charged);
        charged = charged.max(size.steps());
        from = filled.end;
    }
    need
}

/// Longer than any process lives, and within what every clock can express.
const FOREVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// An instant after a wait of any length.
pub(super) fn later(from: Instant, wait: Duration) -> Instant {
    from + wait.min(FOREVER)
}

/// Buffers of batches that have ended, for those to come.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<VecDeque<(Vec<u8>, Vec<u32>)>>);

impl Pool {
    /// So many are kept.
    const KEPT: usize = 6;

    fn take(&self) -> (Vec<u8>, Vec<u32>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_back().unwrap_or_default()
    }

    fn put(&self, mut text: Vec<u8>, mut ends: Vec<u32>) {
        text.clear();
        ends.clear();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < Self::KEPT {
            kept.push_back((text, ends));
        }
    }

    /// Takes the buffers of a batch that has ended, unless someone holds its bytes.
    pub(super) fn recycle(&self, batch: Arc<Batch>) {
        if let Some(Batch { body, ends, .. }) = Arc::into_inner(batch)
            && body.is_unique()
        {
            self.put(Vec::from(body), ends);
        }
    }
}
