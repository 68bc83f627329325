//! Names that are escaped before they are used: at compile time by [`key!`](crate::key), once by a
//! [`Row`](super::tuple::Row).

use super::escape::{self, Special};

/// The key of a tag or a field, checked and escaped.
///
/// Made at compile time by [`key!`](crate::key). Where a key is only known at run time, give its text to
/// [`Line::tag`](super::Line::tag) or [`Line::field`](super::Line::field) instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key<'a> {
    /// `,name=` with its escapes: as it stands in a line. A constant tag goes on with its value.
    literal: &'a str,
}

/// A measurement, checked and escaped.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    literal: &'a str,
}

/// What stands before every key of a flattened group, checked and escaped.
#[derive(Debug, Clone, Copy)]
pub struct Prefix<'a> {
    literal: &'a str,
}

impl<'a> Key<'a> {
    /// Takes `,name=` as made by [`key!`](crate::key) or [`owned_key`].
    pub(super) const fn from_literal(literal: &'a str) -> Self {
        Key { literal }
    }

    #[inline(always)]
    pub(super) const fn literal(self) -> &'a str {
        self.literal
    }
}

impl<'a> Name<'a> {
    pub(super) const fn from_literal(literal: &'a str) -> Self {
        Name { literal }
    }

    #[inline(always)]
    pub(super) const fn literal(self) -> &'a str {
        self.literal
    }
}

impl<'a> Prefix<'a> {
    pub(super) const fn from_literal(literal: &'a str) -> Self {
        Prefix { literal }
    }

    #[inline(always)]
    pub(super) const fn literal(self) -> &'a str {
        self.literal
    }
}

/// The text of a tag's or field's key in a line: `,name=`.
pub(super) fn owned_key(name: &str) -> Box<str> {
    let mut literal = owned(",", name, Special::Name);
    literal.push('=');
    literal.into_boxed_str()
}

/// The text of a measurement in a line.
pub(super) fn owned_name(name: &str) -> Box<str> {
    owned("", name, Special::Measurement).into_boxed_str()
}

/// The text of a constant tag in a line: `,key=value`.
pub(super) fn owned_tag(key: &str, value: &str) -> Box<str> {
    owned(&owned_key(key), value, Special::Name).into_boxed_str()
}

/// A tag's or field's key as it stands between `,` and `=`.
pub(super) fn escaped_key(name: &str) -> String {
    owned("", name, Special::Name)
}

/// Writes `,name=` into `out`, the name behind a prefix that is escaped already.
pub(super) fn compose(out: &mut String, prefix: &str, name: &str) {
    out.clear();
    out.push(',');
    out.push_str(prefix);
    push_escaped(out, name, Special::Name);
    out.push('=');
}

fn owned(before: &str, name: &str, special: Special) -> String {
    let mut literal = String::with_capacity(before.len() + escape::escaped_len(name, special) + 1);
    literal.push_str(before);
    push_escaped(&mut literal, name, special);
    literal
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
        const TEXT: [::core::primitive::u8; $crate::__private::key_len(NAME)] =
            $crate::__private::key_text(NAME);
        const KEY: $crate::Key<'static> = $crate::__private::key_of(&TEXT);
        KEY
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tag {
    ($key:expr, $value:expr) => {{
        const KEY: &::core::primitive::str = $key;
        const VALUE: &::core::primitive::str = $value;
        const TEXT: [::core::primitive::u8; $crate::__private::tag_len(KEY, VALUE)] =
            $crate::__private::tag_text(KEY, VALUE);
        const TAG: $crate::Key<'static> = $crate::__private::key_of(&TEXT);
        TAG
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __name {
    ($name:expr) => {{
        const NAME: &::core::primitive::str = $name;
        const TEXT: [::core::primitive::u8; $crate::__private::name_len(NAME)] =
            $crate::__private::name_text(NAME);
        const MEASUREMENT: $crate::__private::Name<'static> = $crate::__private::name_of(&TEXT);
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
                assert_eq!(crate::key!($name).literal(), &*owned_key($name));
                assert_eq!(crate::__name!($name).literal(), &*owned_name($name));
                assert_eq!(crate::__tag!($name, $name).literal(), &*owned_tag($name, $name));
                assert_eq!(key_name(crate::key!($name).literal()), $name);
            )*};
        }
        check!("host" "a b" "a,b=c" "ключ" "a\\b" "t\tx" "=" "\"q\"");
    }

    #[test]
    fn the_equals_sign_is_escaped_in_keys_only() {
        assert_eq!(&*owned_key("a=b"), ",a\\=b=");
        assert_eq!(&*owned_name("a=b"), "a=b");
    }
}
