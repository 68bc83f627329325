//! The words of a script.

use std::ops::Range;

use super::node::Span;
use crate::testing::time;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Name(&'a str),
    Text(String),
    Integer(i64),
    Float(f64),
    Span(Span),
    Time(i64),
    Symbol(&'a str),
    /// What is none of these, with the reason.
    Bad(&'static str),
}

/// All tokens with their places; what cannot be read is one, too, and the rest begins behind it.
pub(super) fn tokens(script: &str) -> Vec<(Range<usize>, Token<'_>)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at += blank(&script[at..]);
        let rest = &script[at..];
        let Some(first) = rest.chars().next() else { return tokens };
        let (length, token) = match first {
            '"' => text(rest),
            '0'..='9' => number(rest),
            _ if is_name(first) => {
                let name = &rest[..prefix(rest, is_name)];
                (name.len(), Token::Name(name))
            }
            _ => symbol(rest, first),
        };
        tokens.push((at..at + length, token));
        at += length;
    }
}

/// How long the part of a text is whose characters are all of a kind.
fn prefix(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is(c)).unwrap_or(text.len())
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of white space and comments.
fn blank(text: &str) -> usize {
    let mut rest = text.trim_start();
    while rest.starts_with("//") {
        rest = rest[prefix(rest, |c| c != '\n')..].trim_start();
    }
    text.len() - rest.len()
}

fn symbol(rest: &str, first: char) -> (usize, Token<'_>) {
    const LONG: [&str; 8] = ["|>", "=>", "==", "!=", "<=", ">=", "=~", "!~"];
    let length =
        LONG.iter().find(|long| rest.starts_with(**long)).map_or(first.len_utf8(), |long| long.len());
    (length, Token::Symbol(&rest[..length]))
}

/// A text from its first quote on.
fn text(rest: &str) -> (usize, Token<'_>) {
    let (mut text, mut chars) = (String::new(), rest.char_indices().skip(1));
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (at + 1, Token::Text(text)),
            '$' if rest[at..].starts_with("${") => {
                return (at + 2, Token::Bad("the embedded server does not put values into strings"));
            }
            '\\' => match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, 't')) => text.push('\t'),
                Some((_, c @ ('"' | '\\' | '$'))) => text.push(c),
                _ => return (rest.len(), Token::Bad("a string with an unknown escape")),
            },
            other => text.push(other),
        }
    }
    (rest.len(), Token::Bad("a string without an end"))
}

/// A number, a time or a length of time.
fn number(rest: &str) -> (usize, Token<'_>) {
    const DATE: usize = "2024-01-31".len();
    let digits = |text: &str| prefix(text, |c| c.is_ascii_digit());
    let is_date =
        |date: &str| date.bytes().enumerate().all(|(at, byte)| matches!(at, 4 | 7) == (byte == b'-'));
    if digits(rest) == 4 && rest.get(..DATE).is_some_and(is_date) {
        let length = DATE + prefix(&rest[DATE..], |c| c.is_ascii_digit() || "TZ:.+-".contains(c));
        let full =
            if length == DATE { format!("{}T00:00:00Z", &rest[..DATE]) } else { rest[..length].to_owned() };
        return (length, time::parse(&full).map_or(Token::Bad("an invalid time"), Token::Time));
    }
    let length = digits(rest);
    let fraction = rest[length..].strip_prefix('.').map_or(0, digits);
    if fraction > 0 {
        let length = length + 1 + fraction;
        return (length, rest[..length].parse().map_or(Token::Bad("an invalid number"), Token::Float));
    }
    if rest[length..].starts_with(char::is_alphabetic) {
        let length = prefix(rest, char::is_alphanumeric);
        return (length, span(&rest[..length]).map_or(Token::Bad("an invalid duration"), Token::Span));
    }
    (length, rest[..length].parse().map_or(Token::Bad("an integer that is too large"), Token::Integer))
}

/// A length of time such as `1h30m`.
pub(super) fn span(text: &str) -> Option<Span> {
    let (mut span, mut rest) = (Span::default(), text);
    while !rest.is_empty() {
        let (count, after) = rest.split_at(prefix(rest, |c| c.is_ascii_digit()));
        let (unit, after) = after.split_at(prefix(after, char::is_alphabetic));
        span = span.and(Span::of(count.parse().ok()?, unit)?)?;
        rest = after;
    }
    (!text.is_empty()).then_some(span)
}
