//! JSON as it arrives: tokens out of bytes, none of which is looked at twice.

mod number;

use self::number::is_number;
pub(super) use self::number::type_of_number;
use super::RowError;

/// How deep lists and objects may lie in each other: answers have a handful of levels.
const DEEPEST: usize = 64;
const BACKSLASH: u8 = b'\\';

/// A reader of one JSON document after the other.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    state: State,
    /// The lists and objects around the place.
    open: Vec<Kind>,
    keep: Keep,
    /// How deep the value begins of which only the whole is a token.
    whole: Option<usize>,
    /// Where in `out` the number or word begins that is being read.
    start: usize,
    /// The first half of a character beyond the first 65,536, which JSON writes as two.
    high: Option<u16>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Value,
    /// Behind `[`.
    ValueOrEnd,
    Key,
    /// Behind `{`.
    KeyOrEnd,
    Colon,
    /// Behind a value.
    CommaOrEnd,
    /// In a text, which is a key or not.
    Text(bool),
    /// Behind a backslash in one.
    Escape(bool),
    /// Behind `\u`: so many digits are still to come, and what they are so far.
    Unicode(bool, u8, u16),
    /// In a number, `true`, `false` or `null`.
    Word,
}

/// What is kept of a value.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// What it means.
    #[default]
    Meaning,
    /// As it is written, without the space between.
    Written,
    Nothing,
}

/// A list or an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    List,
    Object,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Open(Kind),
    Close,
    Key,
    Text,
    Number,
    True,
    False,
    Null,
    /// A list or an object of which only the whole counts.
    Whole,
}

impl Scanner {
    /// The next token; `None` if the input is used up. `out` gets what keys, texts and numbers are, behind what it holds;
    /// it must be the same until the token is there.
    ///
    /// # Errors
    ///
    /// It is no JSON, or lies too deep.
    pub(super) fn next(
        &mut self,
        input: &mut &[u8],
        last: bool,
        out: &mut Vec<u8>,
    ) -> Result<Option<Token>, RowError> {
        while let Some(token) = self.token(input, last, out)? {
            match self.whole {
                None => return Ok(Some(token)),
                Some(depth) if token == Token::Close && self.open.len() < depth => {
                    (self.whole, self.keep) = (None, Keep::Meaning);
                    return Ok(Some(Token::Whole));
                }
                Some(_) => {}
            }
        }
        Ok(None)
    }

    /// Whether one document has ended and none has begun.
    pub(super) fn between_documents(&self) -> bool {
        self.open.is_empty() && self.state == State::Value
    }

    /// Whether a key comes next, or the end of an object; not inside of a value that is kept or skipped whole.
    pub(super) fn at_key(&self) -> bool {
        self.whole.is_none()
            && match self.state {
                State::Key | State::KeyOrEnd => true,
                State::Text(key) | State::Escape(key) | State::Unicode(key, ..) => key,
                State::CommaOrEnd => self.open.last() == Some(&Kind::Object),
                _ => false,
            }
    }

    /// After [`Token::Open`]: the rest of this value is skipped.
    pub(super) fn skip(&mut self) {
        (self.whole, self.keep) = (Some(self.open.len()), Keep::Nothing);
    }

    /// After [`Token::Open`]: the whole of this value is kept as it is written.
    pub(super) fn keep_written(&mut self, kind: Kind, out: &mut Vec<u8>) {
        out.push(if kind == Kind::List { b'[' } else { b'{' });
        (self.whole, self.keep) = (Some(self.open.len()), Keep::Written);
    }

    fn token(&mut self, input: &mut &[u8], last: bool, out: &mut Vec<u8>) -> Result<Option<Token>, RowError> {
        loop {
            let token = match self.state {
                State::Text(key) => self.text(key, input, out)?,
                State::Escape(key) => {
                    let Some(byte) = take(input) else { return Ok(None) };
                    self.behind_backslash(key, byte, out)?;
                    None
                }
                State::Unicode(key, left, unit) => {
                    let Some(byte) = take(input) else { return Ok(None) };
                    self.unicode(key, left, unit, byte, out)?;
                    None
                }
                State::Word => {
                    let end = input.iter().position(|byte| !is_word(*byte));
                    let (word, rest) = input.split_at(end.unwrap_or(input.len()));
                    self.push(word, out);
                    *input = rest;
                    if end.is_none() && !last {
                        return Ok(None);
                    }
                    Some(self.word(out)?)
                }
                _ => {
                    let space = input.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
                    *input = input.get(space.count()..).unwrap_or_default();
                    let Some(&byte) = input.first() else { return Ok(None) };
                    if !is_word(byte) {
                        *input = input.get(1..).unwrap_or_default();
                    }
                    self.mark(byte, out)?
                }
            };
            match token {
                Some(token) => return Ok(Some(token)),
                None if input.is_empty() && self.state != State::Word => return Ok(None),
                None => {}
            }
        }
    }

    /// A byte outside of texts and words.
    fn mark(&mut self, byte: u8, out: &mut Vec<u8>) -> Result<Option<Token>, RowError> {
        let value = matches!(self.state, State::Value | State::ValueOrEnd);
        let key = matches!(self.state, State::Key | State::KeyOrEnd);
        let inside = self.open.last().copied();
        match byte {
            b'"' if value || key => {
                self.state = State::Text(key);
                self.push_written(byte, out);
                Ok(None)
            }
            b'[' | b'{' if value => {
                if self.open.len() == DEEPEST {
                    return Err(RowError::new(format!(
                        "its lists and objects lie deeper than {DEEPEST} in each other"
                    )));
                }
                let (kind, state) = match byte {
                    b'[' => (Kind::List, State::ValueOrEnd),
                    _ => (Kind::Object, State::KeyOrEnd),
                };
                self.push_written(byte, out);
                self.open.push(kind);
                self.state = state;
                Ok(Some(Token::Open(kind)))
            }
            b']' if inside == Some(Kind::List)
                && matches!(self.state, State::CommaOrEnd | State::ValueOrEnd) =>
            {
                Ok(Some(self.close(byte, out)))
            }
            b'}' if inside == Some(Kind::Object)
                && matches!(self.state, State::CommaOrEnd | State::KeyOrEnd) =>
            {
                Ok(Some(self.close(byte, out)))
            }
            b',' if self.state == State::CommaOrEnd => {
                self.push_written(byte, out);
                self.state = if inside == Some(Kind::Object) { State::Key } else { State::Value };
                Ok(None)
            }
            b':' if self.state == State::Colon => {
                self.push_written(byte, out);
                self.state = State::Value;
                Ok(None)
            }
            _ if value && is_word(byte) => {
                self.start = out.len();
                self.state = State::Word;
                Ok(None)
            }
            _ => Err(no_json(format!("{:?} where it cannot stand", char::from(byte)))),
        }
    }

    fn close(&mut self, byte: u8, out: &mut Vec<u8>) -> Token {
        self.push_written(byte, out);
        self.open.pop();
        self.end_of_value();
        Token::Close
    }

    fn end_of_value(&mut self) {
        self.state = if self.open.is_empty() { State::Value } else { State::CommaOrEnd };
    }

    /// Reads a text up to its end, to a backslash, or to the end of the input.
    fn text(&mut self, key: bool, input: &mut &[u8], out: &mut Vec<u8>) -> Result<Option<Token>, RowError> {
        let end = input.iter().position(|byte| matches!(*byte, b'"' | BACKSLASH | 0..0x20));
        let (run, rest) = input.split_at(end.unwrap_or(input.len()));
        self.push(run, out);
        *input = rest;
        if self.high.is_some() && (!run.is_empty() || input.first().is_some_and(|byte| *byte != BACKSLASH)) {
            return Err(half());
        }
        match take(input) {
            None => Ok(None),
            Some(b'"') => {
                self.push_written(b'"', out);
                if key {
                    self.state = State::Colon;
                    return Ok(Some(Token::Key));
                }
                self.end_of_value();
                Ok(Some(Token::Text))
            }
            Some(BACKSLASH) => {
                self.push_written(BACKSLASH, out);
                self.state = State::Escape(key);
                Ok(None)
            }
            Some(_) => Err(no_json("a control character stands in a text")),
        }
    }

    fn behind_backslash(&mut self, key: bool, byte: u8, out: &mut Vec<u8>) -> Result<(), RowError> {
        self.push_written(byte, out);
        if self.high.is_some() && byte != b'u' {
            return Err(half());
        }
        let meant = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                self.state = State::Unicode(key, 4, 0);
                return Ok(());
            }
            _ => return Err(no_json(format!("a backslash stands before {:?}", char::from(byte)))),
        };
        if self.keep == Keep::Meaning {
            out.push(meant);
        }
        self.state = State::Text(key);
        Ok(())
    }

    fn unicode(
        &mut self,
        key: bool,
        left: u8,
        unit: u16,
        byte: u8,
        out: &mut Vec<u8>,
    ) -> Result<(), RowError> {
        self.push_written(byte, out);
        let digit = char::from(byte).to_digit(16).and_then(|digit| u16::try_from(digit).ok());
        let unit = (unit << 4) | digit.ok_or_else(|| no_json("\\u stands without four digits"))?;
        if left > 1 {
            self.state = State::Unicode(key, left - 1, unit);
            return Ok(());
        }
        self.state = State::Text(key);
        let units = match (self.high.take(), unit) {
            (None, 0xD800..=0xDBFF) => {
                self.high = Some(unit);
                return Ok(());
            }
            (None, _) => [unit, 0],
            (Some(high), _) => [high, unit],
        };
        let units = if units[1] == 0 { &units[..1] } else { &units[..] };
        for char in char::decode_utf16(units.iter().copied()) {
            let char = char.map_err(|_| half())?;
            if self.keep == Keep::Meaning {
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        Ok(())
    }

    /// A word is complete.
    fn word(&mut self, out: &mut Vec<u8>) -> Result<Token, RowError> {
        self.end_of_value();
        if self.keep == Keep::Nothing {
            return Ok(Token::Null);
        }
        let word = out.get(self.start..).unwrap_or_default();
        match word {
            b"true" => Ok(Token::True),
            b"false" => Ok(Token::False),
            b"null" => {
                if self.keep == Keep::Meaning {
                    out.truncate(self.start);
                }
                Ok(Token::Null)
            }
            _ if is_number(word) => Ok(Token::Number),
            _ => {
                let word = String::from_utf8_lossy(word.get(..word.len().min(40)).unwrap_or_default());
                Err(no_json(format!("{word:?} is no value")))
            }
        }
    }

    fn push(&self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.keep != Keep::Nothing {
            out.extend_from_slice(bytes);
        }
    }

    /// A byte that is no part of the meaning.
    fn push_written(&self, byte: u8, out: &mut Vec<u8>) {
        if self.keep == Keep::Written {
            out.push(byte);
        }
    }
}

fn take(input: &mut &[u8]) -> Option<u8> {
    let (first, rest) = input.split_first()?;
    *input = rest;
    Some(*first)
}

#[cold]
fn no_json(what: impl std::fmt::Display) -> RowError {
    RowError::new(format!("it is no JSON: {what}"))
}

#[cold]
fn half() -> RowError {
    no_json("half a character stands in a text")
}

/// What numbers, `true`, `false` and `null` are made of.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}
