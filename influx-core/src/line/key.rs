//! Names that are escaped before they are used: at compile time by [`key!`](crate::key), once by a
//! [`Row`](super::tuple::Row).

use super::escape::{self, Special};
use super::literal::{Literal, OwnedLiteral};

/// The key of a tag or a field, checked and escaped.
///
/// Made at compile time by [`key!`](crate::key). Where a key is only known at run time, give its text to
/// [`Line::tag`](super::Line::tag) or [`Line::field`](super::Line::field) instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key<'a>(
    /// `,name=` with its escapes: as it stands in a line. A constant tag goes on with its value.
    pub(super) Literal<'a>,
);

/// A measurement, checked and escaped.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a>(pub(super) Literal<'a>);

/// What stands before every key of a flattened group, checked and escaped.
#[derive(Debug, Clone, Copy)]
pub struct Prefix<'a>(pub(super) &'a str);

/// The text of a tag's or field's key in a line: `,name=`.
pub(super) fn owned_key(name: &str) -> OwnedLiteral {
    OwnedLiteral::new(&format!(",{}=", escaped_key(name)))
}

/// The text of a measurement in a line.
pub(super) fn owned_name(name: &str) -> OwnedLiteral {
    OwnedLiteral::new(&escaped(name, Special::Measurement))
}

/// The text of a constant tag in a line: `,key=value`.
pub(super) fn owned_tag(key: &str, value: &str) -> String {
    format!(",{}={}", escaped_key(key), escaped_key(value))
}

/// A tag's or field's key as it stands between `,` and `=`.
pub(super) fn escaped_key(name: &str) -> String {
    escaped(name, Special::Name)
}

/// Writes `,name=` into `out`, the name behind a prefix that is escaped already.
pub(super) fn compose(out: &mut String, prefix: &str, name: &str) {
    out.clear();
    out.push(',');
    out.push_str(prefix);
    push_escaped(out, name, Special::Name);
    out.push('=');
}

fn escaped(name: &str, special: Special) -> String {
    let mut text = String::with_capacity(escape::escaped_len(name, special));
    push_escaped(&mut text, name, special);
    text
}

fn push_escaped(out: &mut String, name: &str, special: Special) {
    for c in name.chars() {
        if u8::try_from(c).is_ok_and(|byte| special.escapes(byte)) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// The name behind an escaped text: for messages.
pub(super) fn unescaped(escaped: &str) -> String {
    let mut name = String::with_capacity(escaped.len());
    let mut rest = escaped.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\\', Some(',' | ' ' | '=')) => {}
            _ => name.push(c),
        }
    }
    name
}

/// The names of keys behind `,name=`.
pub(super) fn key_name(literal: &str) -> String {
    let name = literal.strip_prefix(',').unwrap_or(literal);
    unescaped(name.strip_suffix('=').unwrap_or(name))
}

// === At compile time ===

/// A [`Key`] from a constant text, checked and escaped at compile time.
///
/// ```
/// use influx_core::{Key, key};
/// const HOST: Key<'static> = key!("host");
/// ```
///
/// # Errors
/// A text that line protocol cannot express is a compile error that says why:
///
/// ```compile_fail
/// const TIME: influx_core::Key<'static> = influx_core::key!("time"); // reserved
/// ```
#[macro_export]
macro_rules! key {
    ($name:expr) => {{
        const NAME: &::core::primitive::str = $name;
        const LEN: ::core::primitive::usize = $crate::__private::key_len(NAME);
        const TEXT: [::core::primitive::u8; $crate::__private::padded_len(LEN)] =
            $crate::__private::key_text(NAME);
        const KEY: $crate::Key<'static> = $crate::__private::key_of(&TEXT, LEN);
        KEY
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tag {
    ($key:expr, $value:expr) => {{
        const KEY: &::core::primitive::str = $key;
        const VALUE: &::core::primitive::str = $value;
        const LEN: ::core::primitive::usize = $crate::__private::tag_len(KEY, VALUE);
        const TEXT: [::core::primitive::u8; $crate::__private::padded_len(LEN)] =
            $crate::__private::tag_text(KEY, VALUE);
        const TAG: $crate::Key<'static> = $crate::__private::key_of(&TEXT, LEN);
        TAG
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __name {
    ($name:expr) => {{
        const NAME: &::core::primitive::str = $name;
        const LEN: ::core::primitive::usize = $crate::__private::name_len(NAME);
        const TEXT: [::core::primitive::u8; $crate::__private::padded_len(LEN)] =
            $crate::__private::name_text(NAME);
        const MEASUREMENT: $crate::__private::Name<'static> = $crate::__private::name_of(&TEXT, LEN);
        MEASUREMENT
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __prefix {
    ($prefix:expr) => {{
        const PREFIX: &::core::primitive::str = $prefix;
        const TEXT: [::core::primitive::u8; $crate::__private::prefix_len(PREFIX)] =
            $crate::__private::prefix_text(PREFIX);
        const LITERAL: $crate::__private::Prefix<'static> = $crate::__private::prefix_of(&TEXT);
        LITERAL
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_and_owned_texts_are_escaped_alike() {
        macro_rules! check {
            ($($name:literal)*) => {$(
                assert_eq!(crate::key!($name).0, owned_key($name).as_literal());
                assert_eq!(crate::__name!($name).0, owned_name($name).as_literal());
                assert_eq!(crate::__tag!($name, $name).0.as_str(), owned_tag($name, $name));
                assert_eq!(key_name(crate::key!($name).0.as_str()), $name);
            )*};
        }
        check!("host" "a b" "a,b=c" "ключ" "a\\b" "t\tx" "=" "\"q\"");
    }

    #[test]
    fn the_equals_sign_is_escaped_in_keys_only() {
        assert_eq!(owned_key("a=b").as_literal().as_str(), ",a\\=b=");
        assert_eq!(owned_name("a=b").as_literal().as_str(), "a=b");
    }
}
