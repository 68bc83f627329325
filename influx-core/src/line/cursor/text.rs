//! Lines that come as text: their parts are taken as they are, and checked for what servers would not store.

use super::super::Epoch;
use super::super::error::{EncodeErrorKind, Part};
use super::super::read::Scan;
use super::{AnyKey, Line, Stage};

impl Line<'_> {
    /// Writes a line that came as text.
    pub(in crate::line) fn raw(&mut self, line: &Scan<'_>) {
        self.stage = Stage::Tags;
        self.cursor.text(line.series);
        self.begin_fields();
        self.cursor.pair([",", line.fields]).end_here();
        if let Some(ticks) = line.timestamp {
            self.timestamp(&Epoch::from_ticks(ticks, self.state.options.precision));
        }
        self.check_keys();
        // Behind two backslashes servers take what follows for fields, and a tag that comes there for part of one.
        let edited = self.state.edits_tags && !self.cursor.written().starts_with(line.series);
        let added = self.fields_at - self.start > line.series.len();
        if (added || edited) && line.series.contains("\\\\") && Scan::new(self.cursor.written()).is_err() {
            self.fail("with other tags behind its backslashes, servers would not find the end of this line");
        }
        let (limit, unsigned) = (self.state.options.max_string, self.state.options.unsigned);
        for (key, value) in line.fields() {
            let kind = match (value.as_bytes(), value.len().saturating_sub("\"\"".len())) {
                ([b'"', ..], len) if len > limit => EncodeErrorKind::StringTooLong { len, limit },
                ([.., b'u'], _) if !unsigned => EncodeErrorKind::NoUnsigned,
                _ => continue,
            };
            self.refuse(Part::Field, AnyKey::Named(key), kind);
        }
    }
}
