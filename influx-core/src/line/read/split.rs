//! Splits a text into logical lines, by the rules of the servers.

use std::iter::FusedIterator;

use super::scan::{next_mark, skip_whitespace};

/// A line that holds a point, or should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawLine<'a> {
    /// The number of the physical line it starts on, counted from 1.
    pub number: usize,
    /// The byte of the text it starts at, whitespace before it left out.
    pub start: usize,
    /// The line without its newline.
    pub text: &'a str,
}

/// Iterator over the logical lines of a text: see [`lines`](super::lines).
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, number: 1 }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = RawLine<'a>;

    fn next(&mut self) -> Option<RawLine<'a>> {
        let bytes = self.text.as_bytes();
        loop {
            let start = skip_whitespace(bytes, self.at);
            let number = self.number;
            match *bytes.get(start)? {
                b'\n' => self.at = start + 1,
                b'#' => self.at = newline(self.text, start) + 1,
                _ => {
                    let mut text = &self.text[start..newline(self.text, start)];
                    if needs_care(text) {
                        text = &self.text[start..careful_end(bytes, start).0];
                        self.number += text.bytes().filter(|&byte| byte == b'\n').count();
                    }
                    self.at = start + text.len() + 1;
                    self.number += 1;
                    return Some(RawLine { number, start, text });
                }
            }
            self.number += 1;
        }
    }
}

impl FusedIterator for Lines<'_> {}

/// The next newline, or the end.
fn newline(text: &str, start: usize) -> usize {
    text[start..].find('\n').map_or(text.len(), |at| start + at)
}

/// Whether a newline after `line` might not end it. A line without quotes, the common one, needs no look at
/// each of its bytes: the compiler makes vector instructions of a loop that has no exit.
fn needs_care(line: &str) -> bool {
    line.ends_with('\\') || line.bytes().fold(false, |quote, byte| quote | (byte == b'"'))
}

/// Whether a newline behind `line` ends it for all servers.
///
/// They split a text into lines before they look for names, and there a backslash escapes a backslash. So behind
/// two backslashes in a series they may see fields that are none, and in a field's key a string that never ends.
pub(super) fn ends(line: &str) -> bool {
    careful_end(line.as_bytes(), 0) == (line.len(), false)
}

/// The way of the servers: from the first space on, a quote opens a string if there are more `=` than commas.
/// Returns the end of the line, and whether a string is open there.
fn careful_end(bytes: &[u8], start: usize) -> (usize, bool) {
    let (mut in_fields, mut quoted) = (false, false);
    let (mut equals, mut commas) = (0_usize, 0_usize);
    let mut at = next_mark(bytes, start);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1, // and whatever it escapes
            b' ' => in_fields = true,
            b'=' if in_fields && !quoted => equals += 1,
            b',' if in_fields && !quoted => commas += 1,
            b'"' if in_fields && equals > commas => quoted = !quoted,
            b'\n' if !quoted => return (at, false),
            _ => {}
        }
        at = next_mark(bytes, at + 1);
    }
    (bytes.len(), quoted)
}
