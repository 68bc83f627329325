//! What a name must not contain, since line protocol could not carry it everywhere.

use proc_macro2::{Ident, Span};
use syn::LitStr;
use syn::ext::IdentExt as _;

/// A final name, and where it was written.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl From<LitStr> for Name {
    fn from(literal: LitStr) -> Self {
        Self { text: literal.value(), span: literal.span() }
    }
}

impl From<&Ident> for Name {
    fn from(ident: &Ident) -> Self {
        Self { text: ident.unraw().to_string(), span: ident.span() }
    }
}

/// What is named: each has its own rules besides the shared ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Measurement,
    Tag,
    Field,
    TagValue,
    Prefix,
    Column,
}

impl Kind {
    fn noun(self) -> &'static str {
        match self {
            Self::Measurement => "the measurement's name",
            Self::Tag => "a tag's name",
            Self::Field => "a field's name",
            Self::TagValue => "a tag's value",
            Self::Prefix => "a prefix",
            Self::Column => "the time's name",
        }
    }
}

/// Why `text` cannot be used, with what to write instead.
pub(crate) fn problem(kind: Kind, text: &str) -> Option<String> {
    let noun = kind.noun();
    if text.is_empty() {
        return Some(match kind {
            Kind::TagValue => format!("{noun} must not be empty: InfluxDB has no empty tags, leave it out"),
            Kind::Prefix => format!("{noun} must not be empty: leave `prefix` out"),
            _ => format!("{noun} must not be empty: write at least one character"),
        });
    }
    for (character, spelled) in [('\n', "newline"), ('\r', "carriage return"), ('\0', "NUL")] {
        if text.contains(character) {
            return Some(format!(
                "{noun} must not contain a {spelled}: line protocol cannot carry it, remove it"
            ));
        }
    }
    if kind == Kind::Column {
        return None;
    }
    if text.ends_with('\\') {
        return Some(format!(
            "{noun} must not end with a backslash: it would escape what follows, remove it"
        ));
    }
    if let Some(special) = text.as_bytes().windows(2).find_map(|w| match w {
        [b'\\', b',' | b' ' | b'=' | b'\\'] => Some(char::from(w[1])),
        [b'\\', b'"'] if kind != Kind::TagValue => Some('"'),
        _ => None,
    }) {
        return Some(format!(
            "{noun} must not have a backslash before `{special}`: servers read it differently; names are \
             escaped for you, write them plainly",
        ));
    }
    if text.starts_with('\t') && kind != Kind::TagValue {
        return Some(format!("{noun} must not begin with a tab: servers skip it, remove it"));
    }
    match kind {
        Kind::Measurement if text.starts_with('#') => Some(format!(
            "{noun} must not begin with `#`: InfluxDB would take the line for a comment, choose another name"
        )),
        Kind::Tag | Kind::Field if text == "time" => Some(format!(
            "{noun} must not be `time`, which InfluxDB reserves: mark the timestamp with `#[time]`, or choose \
             another name",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_and_odd_names_pass() {
        for text in ["cpu", "disk usage", "a,b=c", "größe", "tab\there", "C:\\dir", "#"] {
            assert_eq!(problem(Kind::Tag, text), None, "{text:?}");
        }
        assert_eq!(problem(Kind::Column, "time"), None);
        assert_eq!(problem(Kind::Measurement, "time"), None);
    }

    #[test]
    fn what_line_protocol_cannot_carry_is_refused() {
        let kinds = [Kind::Measurement, Kind::Tag, Kind::Field, Kind::TagValue, Kind::Prefix];
        for kind in kinds {
            for text in ["", "a\nb", "a\rb", "a\0b", "a\\", "a\\ b", "a\\,b", "a\\=b", "a\\\\b"] {
                assert!(problem(kind, text).is_some(), "{text:?}");
            }
            assert_eq!(problem(kind, "a\\\"b").is_some(), kind != Kind::TagValue);
        }
    }

    #[test]
    fn rules_of_one_kind() {
        assert!(problem(Kind::Measurement, "#cpu").is_some());
        assert!(problem(Kind::Field, "\tusage").is_some());
        assert_eq!(problem(Kind::TagValue, "\tvalue"), None);
        assert!(problem(Kind::Tag, "time").is_some());
        assert!(problem(Kind::Field, "time").is_some());
    }
}
