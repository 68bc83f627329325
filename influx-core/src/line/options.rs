//! How a [`LineBuffer`](super::LineBuffer) encodes.

#[cfg(feature = "client")]
use super::LineBuffer;
use super::error::{EncodeError, EncodeErrorKind, Part};
use super::{Precision, escape, key};

/// How a [`LineBuffer`](super::LineBuffer) encodes: one set for all records in it.
///
/// ```
/// use influx_core::{EncodeOptions, LineBuffer, NonFinite, Precision};
/// let options = EncodeOptions::new()
///     .precision(Precision::Milliseconds)
///     .non_finite(NonFinite::Error)
///     .default_tag("region", "eu-west")?;
/// let buffer = LineBuffer::with_options(options);
/// # Ok::<(), influx_core::EncodeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct EncodeOptions {
    pub(super) precision: Precision,
    pub(super) non_finite: NonFinite,
    pub(super) unsigned: bool,
    pub(super) max_string: usize,
    pub(super) max_series_key: usize,
    pub(super) default_tags: Vec<DefaultTag>,
    /// The keys of tags that stand first, as they stand in a line.
    pub(super) tag_order: Vec<String>,
    pub(super) stamp: bool,
}

/// A tag for every record that has none of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DefaultTag {
    /// The key as it stands in a line.
    pub(super) key: String,
    /// `,key=value` as it stands in a line.
    pub(super) literal: String,
}

/// What becomes of a double that is NaN or infinite, for which line protocol has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum NonFinite {
    /// The field is left out and counted by
    /// [`LineBuffer::skipped_non_finite`](super::LineBuffer::skipped_non_finite).
    #[default]
    Skip,
    /// The record is refused with [`EncodeErrorKind::NonFinite`].
    Error,
}

impl EncodeOptions {
    /// The defaults: nanoseconds, [`NonFinite::Skip`], unsigned integers, and the limits of InfluxDB 1.8 and
    /// 2.x.
    pub fn new() -> Self {
        EncodeOptions {
            precision: Precision::default(),
            non_finite: NonFinite::default(),
            unsigned: true,
            max_string: 1_048_576,
            max_series_key: 65_535,
            default_tags: Vec::new(),
            tag_order: Vec::new(),
            stamp: false,
        }
    }

    #[cfg(feature = "client")]
    pub(crate) fn unit(&self) -> Precision {
        self.precision
    }

    /// Whether lines that are ready get another text by these options. Lines that were encoded by the same do not.
    #[cfg(feature = "client")]
    pub(crate) fn changes_lines(&self, ready: &LineBuffer) -> bool {
        let by = ready.options();
        let tags = |options: &Self| !options.default_tags.is_empty() || !options.tag_order.is_empty();
        (tags(self) && (self.default_tags != by.default_tags || self.tag_order != by.tag_order))
            || (self.stamp && !ready.all_stamped())
    }

    /// The unit of timestamps. Default: nanoseconds.
    #[must_use]
    pub fn precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// Whether a record without a time gets the moment in which it is encoded, by the clock of this machine, in the
    /// buffer's precision. Default: `false`, so that the server stamps it when it arrives, and anew each time that it
    /// is sent.
    ///
    /// ```
    /// use influx_core::{EncodeOptions, LineBuffer};
    ///
    /// let mut lines = LineBuffer::with_options(EncodeOptions::new().stamp(true));
    /// lines.push_raw("door open=true")?;
    /// assert!(lines.all_stamped());
    /// # Ok::<(), influx_core::line::RawError>(())
    /// ```
    #[must_use]
    pub fn stamp(mut self, stamp: bool) -> Self {
        self.stamp = stamp;
        self
    }

    /// What becomes of NaN and infinities. Default: [`NonFinite::Skip`].
    #[must_use]
    pub fn non_finite(mut self, non_finite: NonFinite) -> Self {
        self.non_finite = non_finite;
        self
    }

    /// Whether the server has unsigned integers: 2.x, Cloud and 3.x do, 1.x does not. Default: `true`.
    ///
    /// With them a `u64` or `usize` field is written as `42u`; without, as the integer `42i`, and a value above
    /// 2⁶³ − 1 refuses the record. `u8` to `u32` are integers (`i`) in either case.
    #[must_use]
    pub fn unsigned(mut self, unsigned: bool) -> Self {
        self.unsigned = unsigned;
        self
    }

    /// The longest string field in bytes, as written with its escapes. Default: 1,048,576, the limit of
    /// InfluxDB 1.8 and 2.x.
    #[must_use]
    pub fn max_string(mut self, bytes: usize) -> Self {
        self.max_string = bytes;
        self
    }

    /// The longest series key in bytes: measurement and tag set with their escapes, four bytes, and the longest
    /// field key. Default: 65,535, the limit of InfluxDB 1.x and 2.x.
    #[must_use]
    pub fn max_series_key(mut self, bytes: usize) -> Self {
        self.max_series_key = bytes;
        self
    }

    /// Adds a tag for every record that has none of that key; the record's own wins. It is escaped here, once,
    /// and stands after the record's tags. The same key again replaces the value; an empty value removes it.
    ///
    /// # Errors
    /// A key or value that line protocol cannot express.
    pub fn default_tag(mut self, key: &str, value: &str) -> Result<Self, EncodeError> {
        let refused = |kind| EncodeError::new(kind, Part::Tag, Some(key.to_owned()));
        if let Some(flaw) = escape::key_flaw(key) {
            return Err(refused(EncodeErrorKind::Name(flaw)));
        }
        let escaped = key::escaped_key(key);
        self.default_tags.retain(|tag| tag.key != escaped);
        if value.is_empty() {
            return Ok(self);
        }
        if let Some(flaw) = escape::flaw(value) {
            return Err(refused(EncodeErrorKind::Value(flaw)));
        }
        self.default_tags.push(DefaultTag { key: escaped, literal: key::owned_tag(key, value) });
        Ok(self)
    }

    /// The tags that stand first, in this order, in every line; those that are not listed follow as they stood.
    /// InfluxDB 3 sorts the rows of a new table by the tags in the order in which it first sees them: list first what
    /// queries filter by. A key that a record lacks changes nothing. Default: none, which costs nothing; 1.x and 2.x
    /// sort tags themselves.
    ///
    /// ```
    /// use influx_core::{EncodeOptions, LineBuffer, Point};
    /// let options = EncodeOptions::new().default_tag("site", "berlin")?.tag_order(["site", "rack"]);
    /// let mut lines = LineBuffer::with_options(options);
    /// lines.push(&Point::new("cpu").tag("host", "a").tag("rack", 7).field("usage", 1.5))?;
    /// assert_eq!(lines.as_str(), "cpu,site=berlin,rack=7,host=a usage=1.5\n");
    /// # Ok::<(), influx_core::EncodeError>(())
    /// ```
    #[must_use]
    pub fn tag_order<K: AsRef<str>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.tag_order.clear();
        for key in keys {
            let key = key::escaped_key(key.as_ref());
            if !self.tag_order.contains(&key) {
                self.tag_order.push(key);
            }
        }
        self
    }
}

impl Default for EncodeOptions {
    fn default() -> Self {
        EncodeOptions::new()
    }
}
