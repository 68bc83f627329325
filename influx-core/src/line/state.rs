//! What a buffer keeps beside its lines: options, caches, and what is rare about the record being written.

use std::time::SystemTime;

use super::cursor::AnyKey;
use super::error::{EncodeError, EncodeErrorKind, Flaw, Part};
use super::number::TimeCache;
use super::options::EncodeOptions;
use super::time::Timestamp;
use super::{check, escape, key};

/// What outlives a record.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) options: EncodeOptions,
    pub(super) times: TimeCache,
    /// A bit for each field, by its place among the record's modulo 32, that is tried as a short decimal.
    pub(super) short: u32,
    misses: [u8; 32],
    /// Whether the tags of a record are not all: there are default tags, or an order to bring them into.
    pub(super) edits_tags: bool,
    /// The longest line that needs no check of its series key.
    pub(super) max_line: usize,
    /// The longest string that needs no count of its escapes.
    pub(super) max_plain: usize,
    pub(super) skipped: u64,
    /// Whether every line has a timestamp.
    pub(super) all_stamped: bool,
    /// Whether anything rare happened to the record being written: what follows says what.
    eventful: bool,
    /// The first error of the record being written.
    error: Option<EncodeError>,
    /// The fields left out of the record being written.
    skipped_here: u64,
    /// What stands before the keys of flattened groups, with its escapes.
    pub(super) prefix: String,
    /// Where a key is put together.
    pub(super) composed: String,
}

/// After so many fields that were no short decimals, their place is tried no more.
const MISSES: u8 = 8;

impl Default for State {
    fn default() -> Self {
        State::new(EncodeOptions::new())
    }
}

impl State {
    pub(super) fn new(options: EncodeOptions) -> Self {
        State {
            edits_tags: !options.default_tags.is_empty() || !options.tag_order.is_empty(),
            max_plain: options.max_string / 2,
            max_line: options.max_series_key.saturating_sub(check::SERIES_KEY_EXTRA),
            options,
            times: TimeCache::default(),
            short: u32::MAX,
            misses: [0; 32],
            skipped: 0,
            all_stamped: true,
            eventful: false,
            error: None,
            skipped_here: 0,
            prefix: String::new(),
            composed: String::new(),
        }
    }

    /// The time of a record that has none, if the buffer is to give it one and the clock is within what servers store.
    #[cold]
    #[inline(never)]
    pub(super) fn now(&self) -> Option<i64> {
        if !self.options.stamp {
            return None;
        }
        SystemTime::now().to_epoch()?.to_precision(self.options.precision)
    }

    /// Forgets what was counted of the lines that are taken out.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.skipped = 0;
        self.all_stamped = true;
    }

    /// Forgets which fields were no short decimals.
    pub(super) fn unlearn(&mut self) {
        self.short = u32::MAX;
        self.misses = [0; 32];
    }

    /// Counts a field that was no short decimal.
    #[inline]
    pub(super) fn missed(&mut self, place: u32) {
        let misses = &mut self.misses[place as usize % 32];
        *misses += 1;
        if *misses >= MISSES {
            *misses = 0;
            self.short &= !(1 << place);
        }
    }

    /// Forgets what a record left behind whose `encode` panicked.
    #[inline(always)]
    pub(super) fn begin(&mut self) {
        if self.eventful {
            self.forget();
        }
    }

    /// Keeps an error of the record being written: the first, as what follows may be its consequence.
    #[cold]
    #[inline(never)]
    pub(super) fn refuse(
        &mut self,
        part: Part,
        key: Option<AnyKey<'_>>,
        prefixed: bool,
        kind: EncodeErrorKind,
    ) {
        let prefix = if prefixed { self.prefix.as_str() } else { "" };
        self.fail(EncodeError::new(kind, part, key.map(|key| key.name(prefix))));
    }

    #[cold]
    #[inline(never)]
    pub(super) fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
        self.eventful = true;
    }

    /// Checks the record that was written, if it has no error yet.
    #[inline(never)]
    pub(super) fn check(&mut self, line: &str, series_len: usize) {
        if self.error.is_some() {
            return;
        }
        if let Err(error) = check::line(line, series_len, self.options.max_series_key) {
            self.fail(error);
        }
    }

    /// Counts a field that is left out of the record being written.
    #[cold]
    #[inline(never)]
    pub(super) fn skip(&mut self) {
        self.skipped_here += 1;
        self.eventful = true;
    }

    /// Ends the record being written: with its error, or with its skipped fields counted.
    #[inline(always)]
    pub(super) fn settle(&mut self) -> Result<(), EncodeError> {
        if self.eventful { self.settle_events() } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn settle_events(&mut self) -> Result<(), EncodeError> {
        let (error, skipped) = (self.error.take(), self.skipped_here);
        self.forget();
        if let Some(error) = error {
            return Err(error);
        }
        self.skipped += skipped;
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn forget(&mut self) {
        self.eventful = false;
        self.error = None;
        self.skipped_here = 0;
    }

    /// Writes `,name=` into `composed`, behind the prefix if there is one.
    pub(super) fn compose(&mut self, name: &str, prefixed: bool) -> Result<(), Flaw> {
        let prefix = if prefixed { self.prefix.as_str() } else { "" };
        match escape::key_flaw(name) {
            // With a prefix it is another name.
            Some(Flaw::Reserved) if !prefix.is_empty() => {}
            Some(flaw) => return Err(flaw),
            None => {}
        }
        key::compose(&mut self.composed, prefix, name);
        if self.composed == ",time=" { Err(Flaw::Reserved) } else { Ok(()) }
    }

    #[inline(never)]
    pub(super) fn set_prefix(&mut self, keep: usize, prefix: &str) {
        self.prefix.truncate(keep);
        self.prefix.push_str(prefix);
    }
}
