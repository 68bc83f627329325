//! Words, quoted names and symbols: what predicates of deletes and statements of InfluxQL are made of.

/// A part of such a text.
#[derive(Debug, PartialEq)]
pub(super) enum Word {
    Plain(String),
    /// What stood between double quotes.
    Quoted(String),
    Symbol(String),
}

/// The parts of a text with the bytes at which they begin; `Err` is the byte of a quote that is never closed.
pub(super) fn words(text: &str) -> Result<Vec<(usize, Word)>, usize> {
    let mut words = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, first)) = rest.next() {
        let mut word = String::from(first);
        if first.is_whitespace() {
            continue;
        } else if first == '"' {
            word.clear();
            loop {
                match rest.next() {
                    None => return Err(at),
                    Some((_, '"')) => break,
                    Some((_, '\\')) => word.push(unquoted(rest.next().ok_or(at)?.1)),
                    Some((_, other)) => word.push(other),
                }
            }
            words.push((at, Word::Quoted(word)));
        } else if is_plain(first) {
            while let Some((_, next)) = rest.next_if(|(_, next)| is_plain(*next)) {
                word.push(next);
            }
            words.push((at, Word::Plain(word)));
        } else {
            word.extend(rest.next_if(|(_, next)| first == '!' && *next == '=').map(|(_, next)| next));
            words.push((at, Word::Symbol(word)));
        }
    }
    Ok(words)
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What stands for a character behind a backslash.
fn unquoted(c: char) -> char {
    if c == 'n' { '\n' } else { c }
}

impl Word {
    /// Whether it is this word of the language, in any case.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Plain(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// A name, quoted or not.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Plain(name) | Self::Quoted(name) => Some(name),
            Self::Symbol(_) => None,
        }
    }
}
