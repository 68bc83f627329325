//! What 400 and 422 say about lines, in the words of each version.

use std::sync::Arc;

use serde_json::Value;

use super::super::{Others, Outcome, Part};
use super::locate::{Found, locate, without_dropped};
use super::{brief, conflict};
use crate::error::Error;
use crate::http::Secrets;

/// A list of this many lines or more may be cut: 3.x and Cloud Serverless name at most 100.
const LIST: usize = 100;

/// Messages about the body on its way, and where it went.
const DAMAGED: [&str; 8] = [
    "unexpected EOF",
    "invalid checksum",
    "gzip: invalid header",
    "contains an invalid header",
    "corrupt input",
    "corrupt gzip",
    "error decoding gzip stream",                    // InfluxDB 3
    "The plain HTTP request was sent to HTTPS port", // nginx, in HTML
];
/// How messages about the request begin, not about lines.
const REQUEST: [&str; 13] = [
    "database is required",
    "missing required parameter",
    "missing field",
    "missing query param",
    "invalid precision",
    "invalid consistency level",
    "invalid character in database name",
    "invalid database name",
    "db name ",
    "bucket name ",
    "unknown variant",
    "Please provide either orgID or org",             // InfluxDB 2
    "Client sent an HTTP request to an HTTPS server", // 1.x and 2.x behind TLS
];

/// What a refusal of the data means. `body` is `None` if it was not read to its end.
pub(super) fn judge(
    status: u16,
    body: Option<&[u8]>,
    reason: Arc<Error>,
    secrets: &Secrets,
    part: &Part,
) -> Outcome {
    let message = reason.server().map(|server| server.message.as_str()).unwrap_or_default();
    let json = body.and_then(|body| serde_json::from_slice::<Value>(body).ok());
    if let Some(Value::Object(json)) = &json {
        if let Some(data) = json.get("data").filter(|data| !data.is_null()) {
            let partial = message.starts_with("partial write");
            return list_of_v3(data, partial, reason, secrets, part);
        }
        if let Some(line) = json.get("line").filter(|line| !line.is_null()) {
            return numbers_of_cloud(line, message.to_owned(), reason, part);
        }
    }
    let about_lines =
        ["unable to parse", "partial write", "line protocol"].iter().any(|words| message.contains(words));
    if !about_lines
        && (DAMAGED.iter().any(|words| message.contains(words))
            || REQUEST.iter().any(|words| message.starts_with(words)))
    {
        return Outcome::Damaged { reason };
    }
    if status == 422 {
        return unnamed(message.to_owned(), body.is_some(), reason, part);
    }
    texts_of_v1(message.to_owned(), body.is_some(), reason, part)
}

/// Any line may be guilty.
fn anything(reason: Arc<Error>) -> Outcome {
    Outcome::Suspect { runs: Vec::new(), reason }
}

/// The server names no line. It counts those that it dropped: if that is all of them, each is refused. Otherwise its words
/// may allow a guess. `whole` says whether nothing follows that was not read.
fn unnamed(message: String, whole: bool, reason: Arc<Error>, part: &Part) -> Outcome {
    let (said, dropped) = without_dropped(message.trim_end());
    let quotes = said.contains("unable to parse");
    if whole && !quotes && said.contains("partial write") && dropped == part.lines() as u64 {
        let why = brief(&message);
        let lines = (0..part.lines()).map(|index| (index, why.clone())).collect();
        return Outcome::Condemned { lines, others: Others::NotStored, reason };
    }
    let lines = if quotes { Vec::new() } else { conflict::lines_of(said, part) };
    if lines.is_empty() { anything(reason) } else { Outcome::Guess { lines, reason } }
}

fn holds_newline(part: &Part) -> bool {
    (0..part.lines()).any(|index| part.line(index).is_some_and(|line| line.contains('\n')))
}

/// The index of a line by its number, which counts from 1.
fn index_of(number: &Value, part: &Part) -> Option<usize> {
    let number = usize::try_from(number.as_u64()?).ok()?;
    number.checked_sub(1).filter(|index| *index < part.lines())
}

/// 3.x: `data` is a list of `{error_message, line_number, original_line}`, or one such object where nothing is stored.
/// `partial` says whether the lines that it does not name are stored.
fn list_of_v3(data: &Value, partial: bool, reason: Arc<Error>, secrets: &Secrets, part: &Part) -> Outcome {
    let entries = match data {
        Value::Array(entries) => entries.as_slice(),
        entry => std::slice::from_ref(entry),
    };
    let newlines = holds_newline(part);
    let mut valid = true;
    let mut lines = Vec::new();
    for entry in entries {
        let found = entry.get("line_number").and_then(|number| index_of(number, part));
        let Some(index) = found.filter(|index| newlines || is_of_line(entry, part, *index)) else {
            valid = false;
            continue;
        };
        let mut why = entry.get("error_message").and_then(Value::as_str).unwrap_or_default().to_owned();
        secrets.redact(&mut why, false);
        lines.push((index, brief(&why)));
    }
    lines.sort_by_key(|(index, _)| *index);
    lines.dedup_by_key(|(index, _)| *index);
    if lines.is_empty() {
        return anything(reason);
    }
    let others = match partial {
        true if valid && !newlines && entries.len() < LIST => Others::Stored,
        true => Others::Unknown,
        false => Others::NotStored,
    };
    Outcome::Condemned { lines, others, reason }
}

/// Whether the beginning of a line that 3.x quotes, cut at 20 bytes, is that of the line which it names. It says
/// nothing where a line holds a newline: then the quote is of another line.
fn is_of_line(entry: &Value, part: &Part, index: usize) -> bool {
    let quoted = entry.get("original_line").and_then(Value::as_str).unwrap_or_default();
    let quoted = quoted.trim_end_matches(['\u{fffd}', '…', '.', ' ']);
    part.line(index).is_some_and(|line| line.starts_with(quoted))
}

/// Cloud Serverless and its kin: `line` is the first bad line, and the message has one line for each, as
/// `error parsing line 2 (1-based): why`.
fn numbers_of_cloud(line: &Value, message: String, reason: Arc<Error>, part: &Part) -> Outcome {
    // it is not documented how they count where a line holds a newline
    let Some(first) = index_of(line, part).filter(|_| !holds_newline(part)) else { return anything(reason) };
    let mut lines = Vec::new();
    for text in message.lines() {
        let Some((_, rest)) = text.split_once("line ") else { continue };
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (Ok(number), Some(why)) =
            (rest[..digits].parse::<u64>(), rest[digits..].strip_prefix(" (1-based): "))
        else {
            continue;
        };
        match index_of(&number.into(), part) {
            Some(index) => lines.push((index, brief(why))),
            None => return anything(reason),
        }
    }
    if !lines.iter().any(|(index, _)| *index == first) {
        lines.push((first, brief(&message)));
    }
    lines.sort_by_key(|(index, _)| *index);
    lines.dedup_by_key(|(index, _)| *index);
    Outcome::Condemned { lines, others: Others::Unknown, reason }
}

/// 1.x and 2.x: `unable to parse '<text>': <why>`, one below the other, behind `partial write: ` if the others are
/// stored. `whole` says whether nothing follows that was not read.
fn texts_of_v1(message: String, whole: bool, reason: Arc<Error>, part: &Part) -> Outcome {
    let partial = message.contains("partial write");
    let Some(Found { runs, complete }) = locate(&message, part) else {
        return unnamed(message, whole, reason, part);
    };
    if partial {
        if !whole || !complete || runs.is_empty() {
            return anything(reason);
        }
        if runs.iter().any(|(run, _)| run.len() > 1) {
            return Outcome::Suspect { runs: runs.into_iter().map(|(run, _)| run).collect(), reason };
        }
    }
    let single = runs.into_iter().filter(|(run, _)| run.len() == 1);
    let lines: Vec<_> = single.map(|(run, why)| (run.start, why)).collect();
    if lines.is_empty() {
        return anything(reason);
    }
    let others = if partial { Others::Stored } else { Others::NotStored };
    Outcome::Condemned { lines, others, reason }
}
