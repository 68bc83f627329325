//! INI: sections of `key = value`, and nothing that could be read in two ways.

use super::value::{Table, Value};

/// The sections of a text, in their order.
///
/// Lines that begin with `#` or `;` are comments. Keys keep their case. A value may stand in quotes, which are taken
/// off; one with a comment behind it is refused, as other readers would take it for a part of the value.
///
/// # Errors
///
/// A line that is none of these, or a section or key that stands twice: with the line's number, but never its text.
pub(super) fn parse(text: &str) -> Result<Vec<(String, Table)>, String> {
    let mut sections: Vec<(String, Table)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            let name =
                header.strip_suffix(']').ok_or_else(|| format!("line {number}: a section ends with `]`"))?;
            let name = name.trim();
            if sections.iter().any(|(other, _)| other == name) {
                return Err(format!("line {number}: the section [{name}] stands twice"));
            }
            sections.push((name.to_owned(), Table::new()));
            continue;
        }
        let at = line.find(['=', ':']).filter(|at| *at > 0);
        let at = at.ok_or_else(|| format!("line {number}: neither a [section] nor `key = value`"))?;
        let (key, value) = (line[..at].trim_end(), line[at + 1..].trim_start());
        let Some((section, table)) = sections.last_mut() else {
            return Err(format!("line {number}: the key {key:?} stands before any [section]"));
        };
        if table.iter().any(|(other, _)| other == key) {
            return Err(format!("line {number}: the key {key:?} stands twice in [{section}]"));
        }
        let value = unquoted(value).map_err(|what| format!("line {number}: the value of {key:?} {what}"))?;
        table.push((key.to_owned(), Value::Text(value.to_owned())));
    }
    Ok(sections)
}

/// The value without the quotes around it.
fn unquoted(value: &str) -> Result<&str, &'static str> {
    if let Some(quote) = value.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        let inside = value[1..].strip_suffix(quote).filter(|inside| !inside.contains(quote));
        return inside.ok_or("begins with a quote, and must end with the only other one");
    }
    let mut before = ' ';
    for c in value.chars() {
        if matches!(c, '#' | ';') && before.is_whitespace() {
            return Err("has a comment behind it: give that a line of its own, or put the value in quotes");
        }
        before = c;
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keys_and_quotes() {
        let text = "; comment\n[influx2]\nurl=http://h:8086\ntoken : \"a # b=\"\n\n# comment\n[tags]\nDataCenter = \
                    'x'\r\nid = 12#3\nnone =\n";
        let texts = |pairs: &[(&str, &str)]| -> Table {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), Value::Text((*value).to_owned()))).collect()
        };
        let sections = parse(text).unwrap();
        assert!(
            sections[0] == ("influx2".to_owned(), texts(&[("url", "http://h:8086"), ("token", "a # b=")]))
        );
        assert!(
            sections[1] == ("tags".to_owned(), texts(&[("DataCenter", "x"), ("id", "12#3"), ("none", "")]))
        );
        assert_eq!(sections.len(), 2);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused_by_line() {
        for (text, expected) in [
            ("[a", "line 1: a section ends"),
            ("[a] # c", "line 1: a section ends"),
            ("url = x", "line 1: the key \"url\" stands before any [section]"),
            ("[a]\nword", "line 2: neither"),
            ("[a]\n= x", "line 2: neither"),
            ("[a]\nx = 1\nx = 2", "line 3: the key \"x\" stands twice in [a]"),
            ("[a]\n[b]\n[ a ]", "line 3: the section [a] stands twice"),
            ("[a]\nx = s3cr3t # c", "line 2: the value of \"x\" has a comment"),
            ("[a]\nx = \"s3cr3t\" # c", "line 2: the value of \"x\" begins with a quote"),
            ("[a]\nx = \"", "line 2: the value of \"x\" begins with a quote"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("s3cr3t"));
        }
    }
}
