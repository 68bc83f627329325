//! The buffer that every record is encoded into.

use std::fmt;

use super::cursor::Line;
use super::error::EncodeError;
use super::options::EncodeOptions;
use super::raw::Text;
use super::read::{self, ReadError};
use super::state::State;
use super::{Measurement, Precision};

/// Lines of line protocol, and where each ends.
///
/// Records are pushed; one that is refused leaves the buffer exactly as it was. A buffer is made to be reused:
/// [`clear`](Self::clear) keeps its memory, and pushing a typed record into a warm buffer allocates nothing.
///
/// ```
/// use influx_core::{LineBuffer, Nanos, Point};
///
/// let mut buffer = LineBuffer::new();
/// buffer.push(&Point::new("cpu").tag("host", "web-1").field("usage", 12.5).time(Nanos(1)))?;
/// assert!(buffer.push(&Point::new("cpu").tag("host", "a\nb").field("usage", 1.0)).is_err());
/// assert_eq!(buffer.as_str(), "cpu,host=web-1 usage=12.5 1\n");
/// # Ok::<(), influx_core::EncodeError>(())
/// ```
#[derive(Default, Clone)]
pub struct LineBuffer {
    text: Text,
    /// The offset behind each line's newline. A string field may hold newlines, so that ends cannot be found
    /// by scanning.
    ends: Vec<u32>,
    state: State,
}

impl LineBuffer {
    /// An empty buffer with the [default options](EncodeOptions::new).
    pub fn new() -> Self {
        LineBuffer::default()
    }

    /// An empty buffer with the given options.
    pub fn with_options(options: EncodeOptions) -> Self {
        LineBuffer { state: State::new(options), ..LineBuffer::default() }
    }

    /// An empty buffer with the default options and room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        LineBuffer { text: Text::with_capacity(bytes), ..LineBuffer::default() }
    }

    /// Encodes a record as the next line.
    ///
    /// # Errors
    /// The record cannot be written as one line that servers read as it is meant: see
    /// [`EncodeErrorKind`](super::EncodeErrorKind). The buffer is then as it was before.
    pub fn push<M: Measurement + ?Sized>(&mut self, record: &M) -> Result<(), EncodeError> {
        let mut line = Line::begin(&mut self.text, &mut self.state);
        record.encode(&mut line);
        let end = line.finish()?;
        self.ends.push(end);
        Ok(())
    }

    /// Appends lines that come as text, each checked. Blank lines and comments are left out. Returns how many
    /// lines were appended. Default tags are added to lines that lack them.
    ///
    /// Each line must be line protocol by the [reader](super::read), have no key twice (as it is spelled) and none called `time`,
    /// keep to the limits, and have its time in the buffer's precision and in range. Otherwise it is taken as it
    /// stands: names in it may be such that servers read them differently.
    ///
    /// # Errors
    /// Some lines are no line protocol: the error names each by its number. **All others are appended.**
    ///
    /// ```
    /// let mut buffer = influx_core::LineBuffer::new();
    /// let error = buffer.push_raw("m v=1\nm v=\nm s=\"two\nlines\"\n").unwrap_err();
    /// assert_eq!(error.accepted(), 2);
    /// assert_eq!(error.rejected()[0].line, 2);
    /// assert_eq!(buffer.as_str(), "m v=1\nm s=\"two\nlines\"\n");
    /// ```
    pub fn push_raw(&mut self, text: &str) -> Result<usize, RawError> {
        let before = self.lines();
        let mut rejected = Vec::new();
        for raw in read::lines(text) {
            if let Err(reason) = self.push_line(raw.text) {
                rejected.push(RejectedLine { line: raw.number, text: raw.text.to_owned(), reason });
            }
        }
        let accepted = self.lines() - before;
        if rejected.is_empty() { Ok(accepted) } else { Err(RawError { accepted, rejected }) }
    }

    fn push_line(&mut self, text: &str) -> Result<(), RejectReason> {
        let scan = read::Scan::new(text).map_err(RejectReason::Read)?;
        let mut line = Line::begin(&mut self.text, &mut self.state);
        line.raw(&scan);
        let end = line.finish().map_err(RejectReason::Encode)?;
        self.ends.push(end);
        Ok(())
    }

    /// All lines, each with its newline.
    #[inline]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// All lines as bytes, each with its newline: the body of a write request.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_str().as_bytes()
    }

    /// The buffer's bytes, to be sent.
    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    /// How many lines there are.
    #[inline]
    pub fn lines(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no line.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The line of an index, without its newline.
    pub fn line(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = match index {
            0 => 0,
            _ => self.ends[index - 1] as usize,
        };
        self.as_str().get(start..end - 1)
    }

    /// The lines in order, without their newlines.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        (0..self.lines()).map(|index| self.line(index).unwrap_or_default())
    }

    /// The offset behind each line's newline.
    pub fn line_ends(&self) -> &[u32] {
        &self.ends
    }

    /// How many fields were left out because their value was NaN or infinite, since the buffer was made or
    /// cleared.
    pub fn skipped_non_finite(&self) -> u64 {
        self.state.skipped
    }

    /// Whether every line has a timestamp. Such lines may be sent again: they overwrite themselves, where a line
    /// that the server stamps would be stored twice.
    pub fn all_stamped(&self) -> bool {
        self.state.all_stamped
    }

    /// The options that records are encoded with.
    pub fn options(&self) -> &EncodeOptions {
        &self.state.options
    }

    /// The unit of the timestamps.
    pub fn precision(&self) -> Precision {
        self.state.options.precision
    }

    /// Takes all lines out and keeps the memory.
    pub fn clear(&mut self) {
        self.rewind();
        self.state.unlearn();
    }

    /// As [`clear`](Self::clear), but remembers which fields were short decimals: for a buffer that is cleared after
    /// each record.
    #[inline]
    pub(crate) fn rewind(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.state.clear();
    }
}

impl fmt::Debug for LineBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineBuffer")
            .field("lines", &self.lines())
            .field("bytes", &self.text.len())
            .field("options", &self.state.options)
            .finish_non_exhaustive()
    }
}

/// Some lines of a text were refused; the others stand in the buffer.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{} of {} lines were refused; {}", rejected.len(), rejected.len() + accepted, first(rejected))]
pub struct RawError {
    accepted: usize,
    rejected: Vec<RejectedLine>,
}

impl RawError {
    /// How many lines were appended.
    pub fn accepted(&self) -> usize {
        self.accepted
    }

    /// The lines that were not, in their order.
    pub fn rejected(&self) -> &[RejectedLine] {
        &self.rejected
    }
}

/// A line of text that was refused.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
#[error("line {line}: {reason}")]
pub struct RejectedLine {
    /// Its number in the text, from 1: of the physical line it starts on.
    pub line: usize,
    /// The line itself.
    pub text: String,
    /// Why.
    #[source]
    pub reason: RejectReason,
}

/// Why a line of text was refused.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RejectReason {
    /// It is no line protocol.
    #[error(transparent)]
    Read(ReadError),
    /// It is, but servers would not store it as it stands.
    #[error(transparent)]
    Encode(EncodeError),
}

fn first(rejected: &[RejectedLine]) -> String {
    rejected.first().map(ToString::to_string).unwrap_or_default()
}
