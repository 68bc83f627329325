//! Where the records of a text end: the lines of NDJSON, and what CSV makes of quotes.

/// Walks through a text, byte by byte. It sees records where the parser sees them, so that a text can be cut between
/// them.
#[derive(Debug, Clone)]
pub(super) struct Records {
    /// What is between fields, and the quote around those that hold it; without them, a line is a record.
    fields: Option<(u8, u8)>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a record: what may be here is no part of one.
    Before,
    /// At the start of a field that is not the first.
    Field,
    /// Somewhere in a field without quotes, or in a line.
    Inside,
    Quoted,
    /// Behind a quote in a quoted field: the field is over, or the quote is one of two.
    Quote,
}

/// How a text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Behind a record.
    Between,
    /// In a record, which thereby ends.
    Record,
    /// In a quoted field: something is missing.
    Quoted,
}

impl Records {
    /// Records of fields.
    #[cfg(feature = "csv")]
    pub(super) fn csv(delimiter: u8, quote: u8) -> Self {
        Self { fields: Some((delimiter, quote)), state: State::Before }
    }

    /// Lines that are not blank.
    #[cfg(feature = "json")]
    pub(super) fn lines() -> Self {
        Self { fields: None, state: State::Before }
    }

    /// Takes a byte; `true`: with it ends a record.
    #[inline]
    pub(super) fn step(&mut self, byte: u8) -> bool {
        let ends = match self.fields {
            Some(_) => byte == b'\n' || byte == b'\r',
            None => byte == b'\n',
        };
        let is = |of: fn((u8, u8)) -> u8| self.fields.is_some_and(|fields| of(fields) == byte);
        let (delimiter, quote) = (is(|(delimiter, _)| delimiter), is(|(_, quote)| quote));
        let state = self.state;
        self.state = match state {
            State::Quoted if quote => State::Quote,
            State::Quoted => State::Quoted,
            _ if ends => State::Before,
            _ if delimiter => State::Field,
            State::Before | State::Field | State::Quote if quote => State::Quoted,
            State::Before if self.fields.is_none() && byte.is_ascii_whitespace() => State::Before,
            _ => State::Inside,
        };
        ends && !matches!(state, State::Before | State::Quoted)
    }

    /// How the text ends, if it ends here.
    pub(super) fn end(&self) -> End {
        match self.state {
            State::Before => End::Between,
            State::Quoted => End::Quoted,
            State::Field | State::Inside | State::Quote => End::Record,
        }
    }

    /// As before the first record.
    pub(super) fn restart(&mut self) {
        self.state = State::Before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(mut records: Records, text: &str) -> (Vec<usize>, End) {
        let ends = (1..).zip(text.bytes()).filter(|(_, byte)| records.step(*byte)).map(|(at, _)| at);
        (ends.collect(), records.end())
    }

    #[cfg(feature = "csv")]
    #[test]
    fn records_of_csv_end_where_no_quote_is_open() {
        let table: [(&str, &[usize], End); 12] = [
            ("a,b\nc,d\n", &[4, 8], End::Between),
            ("a\r\nb\r\n", &[2, 5], End::Between),
            ("a\n\n\nb", &[2], End::Record),
            ("\"a\nb\",c\nd", &[8], End::Record),
            ("\"a\"\"\n\"\n", &[7], End::Between),
            ("a\"b\nc\"d\n", &[4, 8], End::Between),
            ("a,\"\n\",b\n", &[8], End::Between),
            ("\"a\"b\"\nc\n", &[6, 8], End::Between),
            ("\"a\n", &[], End::Quoted),
            (",\n", &[2], End::Between),
            ("a\rb\r", &[2, 4], End::Between),
            ("", &[], End::Between),
        ];
        for (text, expected, end) in table {
            assert_eq!(ends(Records::csv(b',', b'"'), text), (expected.to_vec(), end), "{text:?}");
        }
    }

    #[cfg(feature = "json")]
    #[test]
    fn records_of_ndjson_are_lines_with_something_in_them() {
        let table: [(&str, &[usize], End); 4] = [
            ("{}\n{}", &[3], End::Record),
            ("\n \t\r\n{}\r\n", &[9], End::Between),
            ("{\"a\":\"\\n,\"}\n", &[12], End::Between),
            (" ", &[], End::Between),
        ];
        for (text, expected, end) in table {
            assert_eq!(ends(Records::lines(), text), (expected.to_vec(), end), "{text:?}");
        }
    }
}
