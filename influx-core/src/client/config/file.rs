//! Files: TOML, INI and JSON, by their extension.

use std::fs;
use std::path::Path;

use super::ini;
use super::keys::Group;
use super::source::{Place, Source};
use super::value::{Table, Value};
use crate::error::{Error, Result};

/// The section of files that is read if no other is named.
pub(super) const SECTION: &str = "influx2";
/// The section with the default tags, beside that with the settings.
const TAGS: &str = "tags";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Toml,
    Ini,
    Json,
}

/// What a section of a file states.
///
/// # Errors
///
/// The file cannot be read, has another extension, breaks the rules of its format, or lacks the section.
pub(super) fn read(path: &Path, section: Option<&str>) -> Result<Source> {
    let bad = |what: String| Error::config(format!("file {path:?}: {what}"));
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    let format = match extension.as_deref() {
        Some("toml") => Format::Toml,
        Some("ini" | "cfg" | "conf") => Format::Ini,
        Some("json") => Format::Json,
        _ => {
            return Err(bad("its format is told by its extension: .toml, .ini, .cfg, .conf or .json".into()));
        }
    };
    let text = fs::read_to_string(path).map_err(|error| bad(format!("it cannot be read: {error}")))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let name = section.unwrap_or(SECTION);
    let mut root = parse(format, text, name).map_err(bad)?;

    let Some(at) = root.iter().position(|(key, _)| key == name) else {
        if format == Format::Json && section.is_none() {
            // without sections: all of the file is one
            let mut source = Source { place: Place::File(format!("file {path:?}")), entries: Vec::new() };
            source.add_table(Group::Main, root)?;
            return Ok(source);
        }
        return Err(bad(format!("it has no section [{name}]")));
    };
    let place = Place::File(format!("file {path:?}, section [{name}]"));
    let mut source = Source { place, entries: Vec::new() };
    match root.swap_remove(at).1 {
        Value::Table(table) => source.add_table(Group::Main, table)?,
        value => return Err(bad(format!("[{name}] must be a section, and is {}", value.what()))),
    }
    match root.into_iter().find(|(key, _)| key == TAGS) {
        None => {}
        Some((_, Value::Table(tags))) => source.add_table(Group::Tags, tags)?,
        Some((_, value)) => return Err(bad(format!("[{TAGS}] must be a section, and is {}", value.what()))),
    }
    Ok(source)
}

/// The sections of a text. What is wrong with it is told without its words, which may be secrets.
fn parse(format: Format, text: &str, section: &str) -> Result<Table, String> {
    match format {
        Format::Toml => match toml::from_str(text) {
            Ok(Value::Table(table)) => Ok(table),
            Ok(_) => Ok(Table::new()),
            Err(error) => {
                let before = error.span().and_then(|span| text.get(..span.start));
                let line = before.map_or(1, |before| before.matches('\n').count() + 1);
                Err(format!("it is no TOML: line {line}: {}", error.message()))
            }
        },
        Format::Json => match serde_json::from_str(text) {
            Ok(Value::Table(table)) => Ok(table),
            Ok(other) => Err(format!("it must be a JSON object, and is {}", other.what())),
            Err(error) => Err(format!("it is no JSON: {error}")),
        },
        Format::Ini => Ok(nested(ini::parse(text).map_err(|what| format!("it is no INI: {what}"))?, section)),
    }
}

/// Puts `[section.table]` into `[section]`.
fn nested(sections: Vec<(String, Table)>, section: &str) -> Table {
    let inner = |name: &str| name.strip_prefix(section)?.strip_prefix('.').map(str::to_owned);
    let (inner, mut outer): (Vec<_>, Vec<_>) = sections
        .into_iter()
        .map(|(name, table)| (inner(&name), name, Value::Table(table)))
        .partition(|(inner, ..)| inner.is_some());
    let inner: Table = inner.into_iter().filter_map(|(key, _, table)| Some((key?, table))).collect();
    match outer.iter_mut().find(|(_, name, _)| name == section) {
        Some((_, _, Value::Table(table))) => table.extend(inner),
        _ if inner.is_empty() => {}
        _ => outer.push((None, section.to_owned(), Value::Table(inner))),
    }
    outer.into_iter().map(|(_, name, table)| (name, table)).collect()
}
