//! `rename_all`: how a Rust name becomes a key, a value or a measurement.

/// A way to write the words of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// Every case under the name it has in an attribute.
    pub(crate) const NAMED: [(&'static str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    /// Rewrites `name`, which may be written as members or as types are. `lowercase` and `UPPERCASE` change
    /// letters only, as they do in serde.
    pub(crate) fn apply(self, name: &str) -> String {
        let join = |separator: &str, word: fn(&str) -> String| {
            let words: Vec<String> = words(name).into_iter().map(word).collect();
            if words.is_empty() { name.to_owned() } else { words.join(separator) }
        };
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Upper => name.to_uppercase(),
            Self::Pascal => join("", capitalized),
            Self::Camel => uncapitalized(&join("", capitalized)),
            Self::Snake => join("_", str::to_lowercase),
            Self::ScreamingSnake => join("_", str::to_uppercase),
            Self::Kebab => join("-", str::to_lowercase),
            Self::ScreamingKebab => join("-", str::to_uppercase),
        }
    }
}

/// Splits at `_`, before a capital after a small letter or digit, and before the last capital of an acronym
/// that a word follows: `HTTPServer_v2` is `HTTP`, `Server`, `v2`.
fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in name.split('_') {
        let mut start = 0;
        let mut chars = part.char_indices().peekable();
        let mut previous: Option<char> = None;
        while let Some((at, c)) = chars.next() {
            let begins_word = c.is_uppercase()
                && previous.is_some_and(|p| {
                    !p.is_uppercase() || chars.peek().is_some_and(|(_, next)| next.is_lowercase())
                });
            if begins_word {
                words.push(&part[start..at]);
                start = at;
            }
            previous = Some(c);
        }
        if start < part.len() {
            words.push(&part[start..]);
        }
    }
    words
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars.as_str().to_lowercase().chars()).collect()
    })
}

fn uncapitalized(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_of_a_member_and_of_a_variant() {
        let expected = [
            (Case::Lower, "disk_free", "diskfree"),
            (Case::Upper, "DISK_FREE", "DISKFREE"),
            (Case::Pascal, "DiskFree", "DiskFree"),
            (Case::Camel, "diskFree", "diskFree"),
            (Case::Snake, "disk_free", "disk_free"),
            (Case::ScreamingSnake, "DISK_FREE", "DISK_FREE"),
            (Case::Kebab, "disk-free", "disk-free"),
            (Case::ScreamingKebab, "DISK-FREE", "DISK-FREE"),
        ];
        for (case, member, variant) in expected {
            assert_eq!(case.apply("disk_free"), member, "{case:?} of a member");
            assert_eq!(case.apply("DiskFree"), variant, "{case:?} of a variant");
        }
    }

    #[test]
    fn acronyms_digits_and_single_letters() {
        for (name, snake) in [
            ("Cpu", "cpu"),
            ("CPU", "cpu"),
            ("HTTPServer", "http_server"),
            ("CpuLoad1m", "cpu_load1m"),
            ("Cpu2Load", "cpu2_load"),
            ("X", "x"),
            ("XAxis", "x_axis"),
            ("already_snake", "already_snake"),
            ("Größe", "größe"),
        ] {
            assert_eq!(Case::Snake.apply(name), snake, "{name}");
        }
    }

    #[test]
    fn names_without_words_stay() {
        assert_eq!(Case::Kebab.apply("__"), "__");
        assert_eq!(Case::Camel.apply("_private"), "private");
    }

    #[test]
    fn all_cases_are_named_once() {
        for (name, case) in Case::NAMED {
            assert_eq!(Case::NAMED.iter().filter(|(n, c)| *n == name || *c == case).count(), 1);
        }
    }
}
