//! The way of one record into a buffer: its order, its first error, its end.
//!
//! All of a line's state is held by value, and whatever is rare happens in functions that take and return
//! values, never `&mut Line`: so a record whose `encode` is inlined keeps its state in registers.

mod text;

use std::fmt;

use super::error::{EncodeError, EncodeErrorKind, Part};
use super::escape::Special;
use super::key::{self, Key, Name, Prefix};
use super::options::NonFinite;
use super::raw::{Cursor, Pair, Text};
use super::slot::{FieldSlot, TagSlot};
use super::state::State;
use super::{Precision, Timestamp, check, escape};

/// Where a [`Measurement`](super::Measurement) writes itself: the measurement, then tags, then fields, then the
/// timestamp.
///
/// What goes wrong is kept, and reported once by [`LineBuffer::push`](super::LineBuffer::push), which then
/// leaves the buffer as it was: `encode` needs no error handling.
///
/// ```
/// use influx_core::{Line, LineBuffer, Measurement, Nanos, key};
///
/// struct Ping {
///     host: String,
///     millis: f64,
/// }
///
/// impl Measurement for Ping {
///     fn encode(&self, line: &mut Line<'_>) {
///         line.measurement("ping");
///         line.tag(key!("host")).text(&self.host);
///         line.field(key!("ms")).float(self.millis);
///         line.timestamp(&Nanos(1));
///     }
/// }
///
/// let mut buffer = LineBuffer::new();
/// buffer.push(&Ping { host: "a b".into(), millis: 1.5 })?;
/// assert_eq!(buffer.as_str(), "ping,host=a\\ b ms=1.5 1\n");
/// # Ok::<(), influx_core::EncodeError>(())
/// ```
pub struct Line<'b> {
    cursor: Cursor<'b>,
    pub(super) state: &'b mut State,
    start: usize,
    /// Where the fields begin: at the comma of the first, which becomes a space.
    fields_at: usize,
    fields: u32,
    /// What becomes of NaN and infinities, if the record says so itself.
    non_finite: Option<NonFinite>,
    stage: Stage,
    /// Keys of unknown origin were written: they may stand twice.
    unchecked: bool,
    stamped: bool,
    /// Keys stand behind `state.prefix`.
    prefixed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Start,
    Tags,
    Fields,
    End,
}

/// The key of a slot.
#[derive(Debug, Clone, Copy)]
pub(super) enum AnyKey<'k> {
    Escaped(Key<'k>),
    Named(&'k str),
}

/// What [`Line::tag`] and [`Line::field`] take for a key: a [`Key`] made by [`key!`](crate::key), or text that
/// is checked and escaped when the value is written.
pub trait LineKey<'k>: sealed::Sealed<'k> {}

mod sealed {
    use super::AnyKey;

    #[allow(private_interfaces, reason = "sealed: only this crate calls it")]
    pub trait Sealed<'k> {
        #[doc(hidden)]
        fn any(self) -> AnyKey<'k>;
    }
}

impl<'k> LineKey<'k> for Key<'k> {}
#[allow(private_interfaces, reason = "sealed")]
impl<'k> sealed::Sealed<'k> for Key<'k> {
    #[inline(always)]
    fn any(self) -> AnyKey<'k> {
        AnyKey::Escaped(self)
    }
}

impl<'k> LineKey<'k> for &'k String {}
#[allow(private_interfaces, reason = "sealed")]
impl<'k> sealed::Sealed<'k> for &'k String {
    #[inline(always)]
    fn any(self) -> AnyKey<'k> {
        AnyKey::Named(self)
    }
}

impl<'k> LineKey<'k> for &'k str {}
#[allow(private_interfaces, reason = "sealed")]
impl<'k> sealed::Sealed<'k> for &'k str {
    #[inline(always)]
    fn any(self) -> AnyKey<'k> {
        AnyKey::Named(self)
    }
}

impl AnyKey<'_> {
    /// The name without escapes, for messages.
    pub(super) fn name(self, prefix: &str) -> String {
        let prefix = key::unescaped(prefix);
        match self {
            AnyKey::Escaped(key) => prefix + &key::key_name(key.0.as_str()),
            AnyKey::Named(name) => prefix + name,
        }
    }
}

impl<'b> Line<'b> {
    #[inline(always)]
    pub(super) fn begin(text: &'b mut Text, state: &'b mut State) -> Self {
        let start = text.len();
        state.begin();
        Line {
            cursor: Cursor::new(text),
            start,
            fields_at: start,
            fields: 0,
            non_finite: None,
            stage: Stage::Start,
            unchecked: false,
            stamped: false,
            prefixed: false,
            state,
        }
    }

    // === What a record calls ===

    /// Writes the measurement. It must come first, and once.
    ///
    /// The record is refused if the name is empty, begins with `#` or a tab, or has characters that servers
    /// read differently: see [`Flaw`](super::Flaw).
    #[inline]
    pub fn measurement(&mut self, name: &str) {
        self.check_keys();
        self.named(name);
    }

    /// The slot of the next tag. Tags stand behind the measurement and before the fields.
    ///
    /// The record is refused if the key is `time`, stands twice, or has a [`Flaw`](super::Flaw).
    #[inline(always)]
    pub fn tag<'l>(&'l mut self, key: impl LineKey<'l>) -> TagSlot<'l, 'b> {
        self.check_keys();
        self.tag_slot(key.any())
    }

    /// The slot of the next field. Fields stand behind the tags and before the timestamp; a record needs one.
    ///
    /// The record is refused if the key is `time`, stands twice, or has a [`Flaw`](super::Flaw).
    #[inline(always)]
    pub fn field<'l>(&'l mut self, key: impl LineKey<'l>) -> FieldSlot<'l, 'b> {
        self.check_keys();
        self.field_slot(key.any())
    }

    /// Writes the timestamp, in the buffer's precision. `None` leaves it out: the server stamps the record.
    ///
    /// It comes last, and once. The record is refused if servers cannot store the time: see
    /// [`EncodeErrorKind::TimeOutOfRange`].
    #[inline(always)]
    pub fn timestamp<T: Timestamp + ?Sized>(&mut self, time: &T) {
        self.end_fields();
        let Some(epoch) = time.to_epoch() else { return };
        self.stamped = true;
        let precision = self.state.options.precision;
        if precision == Precision::Nanoseconds {
            // A second that the cache knows is in range.
            if let Some(nanos) = epoch.nanos().and_then(|nanos| self.state.times.rest(nanos)) {
                return self.cursor.timestamp_of(&self.state.times, nanos);
            }
        }
        match epoch.to_precision(precision) {
            Some(ticks) => self.cursor.timestamp(ticks),
            None => self.refuse_at(Part::Timestamp, EncodeErrorKind::TimeOutOfRange),
        }
    }

    /// Refuses the record, with the reason.
    #[inline(always)]
    pub fn fail(&mut self, reason: impl fmt::Display) {
        self.refuse_at(Part::Record, EncodeErrorKind::custom(reason));
    }

    // === What generated code, rows and points call: their keys are known to differ ===

    #[inline(always)]
    pub(crate) fn name(&mut self, name: Name<'_>) {
        self.expect(Stage::Start, Part::Measurement);
        self.stage = Stage::Tags;
        self.cursor.literal(name.0).end_here();
    }

    #[inline]
    pub(crate) fn named(&mut self, name: &str) {
        self.expect(Stage::Start, Part::Measurement);
        self.stage = Stage::Tags;
        if !name.starts_with('#') && escape::is_plain_key(name) {
            return self.cursor.text(name);
        }
        if let Some(flaw) = escape::measurement_flaw(name) {
            return self.refuse(Part::Measurement, AnyKey::Named(name), EncodeErrorKind::Name(flaw));
        }
        let pair = self.cursor.pair([]);
        if let Err(pair) = pair.plain(name, None, Special::Measurement) {
            pair.escaped(name, None, Special::Measurement);
        }
    }

    /// Looks for keys that stand twice when the line ends.
    #[inline(always)]
    pub(crate) fn check_keys(&mut self) {
        self.unchecked = true;
    }

    #[inline(always)]
    pub(crate) fn constant_tag(&mut self, tag: Key<'_>) {
        self.expect(Stage::Tags, Part::Tag);
        if self.prefixed {
            self.cursor.pair([",", &self.state.prefix, &tag.0.as_str()[1..]]).end_here();
        } else {
            self.cursor.literal(tag.0).end_here();
        }
    }

    #[inline(always)]
    pub(super) fn tag_slot<'l>(&'l mut self, key: AnyKey<'l>) -> TagSlot<'l, 'b> {
        self.expect(Stage::Tags, Part::Tag);
        TagSlot { line: self, key }
    }

    #[inline(always)]
    pub(super) fn field_slot<'l>(&'l mut self, key: AnyKey<'l>) -> FieldSlot<'l, 'b> {
        if self.stage == Stage::Tags {
            self.begin_fields();
        }
        self.expect(Stage::Fields, Part::Field);
        self.fields += 1;
        FieldSlot { ordinal: self.fields, line: self, key, wanted: None }
    }

    /// Puts `prefix` before the keys of what `group` writes, behind a prefix that stands already.
    #[inline(always)]
    pub(crate) fn prefixed(&mut self, prefix: Prefix<'_>, group: impl FnOnce(&mut Line<'b>)) {
        let outer = self.prefixed;
        let outer_len = if outer { self.state.prefix.len() } else { 0 };
        self.state.set_prefix(outer_len, prefix.0);
        self.prefixed = true;
        group(self);
        self.state.prefix.truncate(outer_len);
        self.prefixed = outer;
    }

    /// Sets what becomes of NaN and infinities from here on, and returns what held before.
    #[inline(always)]
    pub(crate) fn set_non_finite(&mut self, non_finite: Option<NonFinite>) -> Option<NonFinite> {
        std::mem::replace(&mut self.non_finite, non_finite)
    }

    // === What slots call ===

    /// A key in place of its value, or `None` if the key is refused.
    #[inline(always)]
    pub(super) fn pair(&mut self, key: AnyKey<'_>, part: Part) -> Option<Pair<'_, 'b>> {
        match key {
            AnyKey::Escaped(key) if !self.prefixed => Some(self.cursor.literal(key.0)),
            AnyKey::Escaped(key) => Some(self.cursor.pair([",", &self.state.prefix, &key.0.as_str()[1..]])),
            AnyKey::Named(name) if !self.prefixed && escape::is_plain_key(name) => {
                Some(self.cursor.pair([",", name, "="]))
            }
            AnyKey::Named(name) => match self.state.compose(name, self.prefixed) {
                Ok(()) => Some(self.cursor.pair([&self.state.composed])),
                Err(flaw) => {
                    self.refuse(part, key, EncodeErrorKind::Name(flaw));
                    None
                }
            },
        }
    }

    /// Keeps an error about a tag or a field.
    #[inline(always)]
    pub(super) fn refuse(&mut self, part: Part, key: AnyKey<'_>, kind: EncodeErrorKind) {
        self.state.refuse(part, Some(key), self.prefixed, kind);
    }

    /// Leaves out a double that has no text, or refuses the record.
    #[inline(always)]
    pub(super) fn not_finite(&mut self, key: AnyKey<'_>) {
        match self.non_finite.unwrap_or(self.state.options.non_finite) {
            NonFinite::Skip => self.state.skip(),
            NonFinite::Error => self.refuse(Part::Field, key, EncodeErrorKind::NonFinite),
        }
    }

    // === Order and end ===

    #[inline(always)]
    fn expect(&mut self, stage: Stage, part: Part) {
        if self.stage != stage {
            self.refuse_at(part, EncodeErrorKind::OutOfOrder);
        }
    }

    #[inline(always)]
    fn refuse_at(&mut self, part: Part, kind: EncodeErrorKind) {
        self.state.refuse(part, None, self.prefixed, kind);
    }

    #[inline(always)]
    fn begin_fields(&mut self) {
        if self.state.edits_tags {
            let written = self.cursor.written();
            let keep = check::edit_tags(written, &self.state.options, &mut self.state.composed);
            self.cursor.cut(keep);
            self.cursor.text(&self.state.composed);
        }
        self.fields_at = self.cursor.offset();
        self.stage = Stage::Fields;
    }

    /// Ends the fields: the comma of the first becomes the space before all.
    #[inline(always)]
    fn end_fields(&mut self) {
        match self.stage {
            Stage::Fields if self.cursor.space_for_comma(self.fields_at) => {}
            Stage::Start => self.refuse_at(Part::Record, EncodeErrorKind::NoMeasurement),
            Stage::Tags | Stage::Fields => self.refuse_at(Part::Record, EncodeErrorKind::NoFields),
            Stage::End => self.refuse_at(Part::Timestamp, EncodeErrorKind::OutOfOrder),
        }
        self.stage = Stage::End;
    }

    /// Makes the record part of the buffer and returns where it ends, or leaves the buffer as it was.
    #[inline(always)]
    pub(super) fn finish(mut self) -> Result<u32, EncodeError> {
        if self.stage != Stage::End {
            self.end_fields();
        }
        if !self.stamped
            && let Some(now) = self.state.now()
        {
            self.cursor.timestamp(now);
            self.stamped = true;
        }
        let len = self.cursor.offset() - self.start;
        if self.unchecked || len > self.state.max_line {
            self.state.check(self.cursor.written(), self.fields_at - self.start);
        }
        // The newline is not counted yet.
        let end = self.cursor.offset() + 1;
        if end > u32::MAX as usize {
            self.state.fail(EncodeError::record(EncodeErrorKind::BufferFull));
        }
        self.state.settle()?;
        self.state.all_stamped &= self.stamped;
        self.cursor.commit();
        Ok(end as u32)
    }
}

impl fmt::Debug for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("written", &self.cursor.written()).finish_non_exhaustive()
    }
}
