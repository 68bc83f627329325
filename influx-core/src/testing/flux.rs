//! `POST /api/v2/query`: the part of Flux that reads stored points.
//!
//! `from(bucket:)` or `bucketID:`, `range(start:, stop:)` and `filter(fn:)`, as many as one likes; `pivot` of fields,
//! `limit`, `sort`, `drop`, `keep` and `yield`; and `buckets()`. Names may stand in the place of values. Anything else
//! is refused with its place in the script.

mod node;
mod outside;
mod parse;
mod run;
mod scan;
mod scope;
mod table;
mod task;

#[cfg(test)]
mod tests;

use std::io::Write as _;

use super::admin::{Answer, Body, Call};
use super::answer::Outgoing;
use super::csv::{self, Annotation, Dialect};
use super::time::now;
use super::version::Family;

use self::node::{Args, Failure, Node};
use self::run::{Source, run};
pub(super) use self::task::TaskOptions;

/// A script with all that comes along.
struct Query {
    script: String,
    names: Vec<(String, Node)>,
    dialect: Dialect,
}

pub(super) fn answer(call: &mut Call<'_>) -> Answer {
    let is_text =
        call.request.header("content-type").is_some_and(|kind| kind.starts_with("application/vnd.flux"));
    let query = if is_text { Query::text(call)? } else { Query::read(&call.body()?)? };
    let org = match call.query("org").or(call.query("orgID")) {
        Some(_) => call.state.org(call.config, call.target)?,
        None => None,
    };
    let source = Source { buckets: &call.state.buckets, org: org.as_deref(), now: now() };
    let refuse = |failure: Failure| match failure.is_missing {
        true => Outgoing::unknown(&failure.what),
        false => Outgoing::invalid(&failure.located(&query.script)),
    };
    let mut script = parse::script(&query.script).map_err(refuse)?;
    script.names.splice(0..0, query.names.iter().cloned());
    let results = run(&script, &source).map_err(refuse)?;
    let answer = Outgoing::empty(200).with("Content-Type", "text/csv; charset=utf-8");
    let answer = answer.body(&csv::write(&query.dialect, &results));
    let accepted = call.request.header("accept-encoding").unwrap_or_default();
    let packs = accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("gzip") && parts.next() != Some("q=0")
    });
    Ok(if packs { packed(answer) } else { answer })
}

/// The answer, compressed.
fn packed(mut answer: Outgoing) -> Outgoing {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    if encoder.write_all(&answer.body).is_ok()
        && let Ok(body) = encoder.finish()
    {
        answer.body = body;
        return answer.with("Content-Encoding", "gzip");
    }
    answer
}

impl Query {
    /// A body that is the script.
    fn text(call: &Call<'_>) -> Result<Self, Outgoing> {
        let limit = call.state.max_body;
        let body = call.request.inflated(limit).map_err(|error| undecodable(&error.to_string()))?;
        if body.len() > limit {
            return Err(Outgoing::too_large(Family::V2));
        }
        let script = std::str::from_utf8(&body).map_err(|_| undecodable("the body is not UTF-8"))?;
        Ok(Self { script: script.to_owned(), names: Args::new(), dialect: Dialect::default() })
    }

    fn read(body: &Body) -> Result<Self, Outgoing> {
        match body.text("type")? {
            None | Some("" | "flux") => {}
            Some(other) => return Err(undecodable(&format!("unknown query type {other:?}"))),
        }
        let script = body.text("query")?.filter(|script| !script.is_empty());
        let script = script.ok_or_else(|| undecodable("request body requires either query or AST"))?;
        let mut names = Args::new();
        if let Some(file) = body.get("extern") {
            names = outside::names(file).map_err(|why| undecodable(&why))?;
        }
        if let Some(params) = body.get("params").map(|params| params.as_object()) {
            let params = params.ok_or_else(|| undecodable("params is no object"))?;
            names.push(outside::params(params).map_err(|why| undecodable(&why))?);
        }
        let dialect = body.object("dialect")?.as_ref().map(dialect).transpose()?.unwrap_or_default();
        Ok(Self { script: script.to_owned(), names, dialect })
    }
}

fn undecodable(why: &str) -> Outgoing {
    Outgoing::invalid(&format!("failed to decode request body: {why}"))
}

fn dialect(body: &Body) -> Result<Dialect, Outgoing> {
    let mut dialect = Dialect { header: body.flag("header")?.unwrap_or(true), ..Dialect::default() };
    if let Some(delimiter) = body.text("delimiter")?.filter(|delimiter| !delimiter.is_empty()) {
        let mut chars = delimiter.chars();
        dialect.delimiter = match (chars.next(), chars.next()) {
            (Some(delimiter), None) if !"\"\r\n\u{fffd}".contains(delimiter) => delimiter,
            _ => return Err(undecodable("invalid dialect delimeter: must be 1")), // as InfluxDB spells it
        };
    }
    if let Some(comment) = body.text("commentPrefix")? {
        if comment.chars().count() > 1 {
            return Err(undecodable("invalid dialect comment prefix: must be length 0 or 1"));
        }
        dialect.comment = comment.to_owned();
    }
    match body.text("dateTimeFormat")? {
        // times look the same in both
        None | Some("" | "RFC3339" | "RFC3339Nano") => {}
        Some(other) => return Err(undecodable(&format!("unknown dialect date time format: {other}"))),
    }
    for annotation in body.list("annotations")?.unwrap_or_default() {
        dialect.annotations.push(match annotation.as_str() {
            Some("datatype") => Annotation::Datatype,
            Some("group") => Annotation::Group,
            Some("default") => Annotation::Default,
            _ => return Err(undecodable(&format!("unknown dialect annotation type: {annotation}"))),
        });
    }
    Ok(dialect)
}

/// The seconds of a length of time such as `30d`; `None` if it is none, or has months, which are not all as long.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let span = scan::span(text)?;
    (span.months == 0).then_some(span.nanos / super::time::SECOND)
}
