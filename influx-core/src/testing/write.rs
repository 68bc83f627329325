//! Writes, in the manner of each version: what is asked for, what is stored, and how that is told.

use serde_json::json;

use super::answer::{Outgoing, cut};
use super::auth::Right;
use super::request::{Incoming, Target};
use super::state::{Config, State};
use super::store::{Bad, Reason, Rule, Written};
use super::time::now;
use super::version::Family;

/// The largest body after inflating where only the bytes on the wire are limited.
const MAX_INFLATED: usize = 256 * 1024 * 1024;

/// The ways to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// `/write`
    V1,
    /// `/api/v2/write`
    V2,
    /// `/api/v3/write_lp`
    V3,
}

/// Does a write, checked in InfluxDB's order; `Err` is an answer, too.
pub(super) fn write(
    config: &Config,
    state: &mut State,
    request: &Incoming,
    target: &Target,
) -> Result<Outgoing, Outgoing> {
    let (family, way) = match target.path.as_str() {
        "/write" => (config.version.family, Way::V1),
        "/api/v3/write_lp" => (config.version.family, Way::V3),
        _ => (config.version.family, Way::V2),
    };
    let bucket = target.bucket().unwrap_or_default();
    state.doors.check(&config.version, request, target, Right::Write(&bucket))?;
    let unit = unit(config, way, target.query("precision").unwrap_or_default())?;
    if bucket.is_empty() {
        return Err(unnamed(family, way));
    }
    let org = match (family, way) {
        (Family::V2, Way::V2) => state.org(config, target)?,
        _ => None,
    };
    let mapped = match (family, way) {
        (Family::V2, Way::V1) => state.admin.mapped(target).map(str::to_owned),
        _ => None,
    };
    let bucket = mapped.unwrap_or(bucket);
    if state.buckets.find(org.as_deref(), &bucket).is_none() {
        if !config.create_buckets {
            return Err(unknown(family, state, &bucket));
        }
        state.add_bucket(config, &bucket);
    }
    let limit = if family == Family::V1 { MAX_INFLATED } else { state.max_body };
    let body = match request.inflated(limit) {
        Ok(body) if body.len() > limit => return Err(Outgoing::too_large(family)),
        Ok(body) => body,
        Err(error) => return Err(damaged(family, &error.to_string())),
    };
    let Ok(text) = std::str::from_utf8(&body) else {
        return Err(Outgoing::error(family, 400, "invalid", "unable to parse: the body is not UTF-8"));
    };
    if family == Family::V3 && text.trim().is_empty() {
        return Err(Outgoing::error(family, 400, "invalid", "the request has no lines"));
    }
    let in_part = target.query("accept_partial") != Some("false");
    let rule = match (family, way) {
        (Family::V1, _) => Rule::V1,
        (Family::V2, _) => Rule::V2,
        (Family::V3, Way::V3) if in_part => Rule::V3,
        (Family::V3, _) => Rule::V3Whole,
    };
    let now = now();
    let Some(bucket) = state.buckets.find_mut(org.as_deref(), &bucket) else {
        return Ok(Outgoing::empty(204));
    };
    let kept = [config.retention, bucket.retention()].into_iter().flatten().min();
    let oldest = kept.map_or(i64::MIN, |kept| now.saturating_sub(kept));
    let written = bucket.content.write(text, unit, now, rule, oldest);
    state.lines += written.lines;
    match family {
        _ if written.unreadable.is_empty() && written.misfits.is_empty() => Ok(Outgoing::empty(204)),
        Family::V1 => Err(told_by_v1(&written)),
        Family::V2 => Err(told_by_v2(&written)),
        Family::V3 => Err(told_by_v3(&written, way, in_part)),
    }
}

/// How many nanoseconds the unit of the request has.
fn unit(config: &Config, way: Way, precision: &str) -> Result<i64, Outgoing> {
    const MINUTE: i64 = 60 * 1_000_000_000;
    let family = config.version.family;
    let unit = match (way, precision) {
        (_, "") | (Way::V1, "n") | (Way::V1 | Way::V2, "ns") | (Way::V3, "nanosecond") => 1,
        (Way::V1, "u") | (Way::V2, "us") | (Way::V3, "microsecond") => 1_000,
        (Way::V1, "us") if family != Family::V1 => 1_000,
        (Way::V1 | Way::V2, "ms") | (Way::V3, "millisecond") => 1_000_000,
        (Way::V1 | Way::V2, "s") | (Way::V3, "second") => 1_000_000_000,
        (Way::V1, "m") => MINUTE,
        (Way::V1, "h") => 60 * MINUTE,
        // before 1.8, whatever is unknown counts nanoseconds
        (Way::V1, _) if !config.version.has_v2 => 1,
        _ => {
            let message = match (way, family) {
                (Way::V1, _) => format!("invalid precision {precision:?} (use n, u, ms, s, m or h)"),
                (_, Family::V1) => format!("invalid precision {precision:?} (use ns, us, ms or s)"),
                (Way::V2, _) => "invalid precision; valid precision units are ns, us, ms, and s".to_owned(),
                (Way::V3, _) => format!("unknown precision {precision:?}"),
            };
            return Err(Outgoing::error(family, 400, "invalid", &message));
        }
    };
    Ok(unit)
}

/// The answer to a write that names no bucket.
fn unnamed(family: Family, way: Way) -> Outgoing {
    match (family, way) {
        (Family::V1, Way::V2) => {
            let message = "bucket name \"\" is missing a slash; not in \"database/retention-policy\" format";
            Outgoing::error(family, 404, "not found", message)
        }
        (Family::V2, Way::V2) => Outgoing::error(family, 404, "not found", "bucket not found"),
        (Family::V3, _) => Outgoing::error(family, 400, "invalid", "missing field `db`"),
        _ => Outgoing::error(family, 400, "invalid", "database is required"),
    }
}

/// The answer to a write to a bucket that is not there.
fn unknown(family: Family, state: &State, bucket: &str) -> Outgoing {
    match (family, bucket.split_once('/')) {
        (Family::V1, Some((database, policy))) if state.buckets.find(None, database).is_some() => {
            Outgoing::error(family, 500, "", &format!("retention policy not found: {policy}"))
        }
        (Family::V1, pair) => {
            let database = pair.map_or(bucket, |(database, _)| database);
            Outgoing::error(family, 404, "", &format!("database not found: {database:?}"))
        }
        (Family::V2, _) => Outgoing::error(family, 404, "not found", &format!("bucket {bucket:?} not found")),
        (Family::V3, _) => Outgoing::error(family, 404, "", &format!("database not found: {bucket}")),
    }
}

/// InfluxDB 2 calls a broken or cut gzip stream its own fault (500), a wrong checksum the client's (400); the others
/// call all of them the client's.
fn damaged(family: Family, error: &str) -> Outgoing {
    let checksum = error.contains("checksum");
    match family {
        Family::V2 if !checksum => {
            let message = "An internal error has occurred - check server logs";
            Outgoing::error(family, 500, "internal error", message)
        }
        Family::V3 => Outgoing::error(family, 400, "", &format!("error decoding gzip stream: {error}")),
        _ if checksum => Outgoing::error(family, 400, "invalid", "gzip: invalid checksum"),
        _ => Outgoing::error(family, 400, "invalid", "unexpected EOF"),
    }
}

fn unreadable(written: &Written) -> String {
    let lines = written.unreadable.iter();
    let reasons = lines.map(|Bad { line, reason, .. }| format!("unable to parse '{line}': {reason}"));
    reasons.collect::<Vec<_>>().join("\n")
}

/// What InfluxDB 1 and 2 say of points that do not fit: how many, and why the first does not.
fn misfits(written: &Written) -> Option<String> {
    let first = written.misfits.first()?;
    Some(format!("partial write: {} dropped={}", first.reason, written.misfits.len()))
}

/// InfluxDB 1 stores what is good, unless a new field has two types. Of points that do not fit and lines that it cannot
/// read, it tells the first kind only; and of the second, it counts none.
fn told_by_v1(written: &Written) -> Outgoing {
    let bad = unreadable(written);
    let message = match misfits(written) {
        Some(_) if written.torn => "field type conflict".to_owned(),
        Some(message) => message,
        None if written.lines == written.unreadable.len() as u64 => bad,
        None => format!("partial write: {bad} dropped=0"),
    };
    Outgoing::error(Family::V1, 400, "", &message)
}

fn told_by_v2(written: &Written) -> Outgoing {
    if let Some(answer) = told_of_schema(written) {
        return answer;
    }
    match misfits(written) {
        Some(message) if written.unreadable.is_empty() => {
            let message = format!("failure writing points to database: {message}");
            Outgoing::error(Family::V2, 422, "unprocessable entity", &message)
        }
        _ => Outgoing::error(Family::V2, 400, "invalid", &unreadable(written)),
    }
}

/// A bucket with an explicit schema takes what that permits, and tells the rest as lines that it cannot read (400).
fn told_of_schema(written: &Written) -> Option<Outgoing> {
    let Bad { line, reason, .. } =
        written.misfits.iter().find(|bad| matches!(bad.reason, Reason::Schema(_)))?;
    let accepted = written.lines - written.misfits.len() as u64;
    let message = format!("partial write error ({accepted} accepted): unable to parse '{line}': {reason}");
    Some(Outgoing::error(Family::V2, 400, "invalid", &message))
}

/// InfluxDB 3 names each line by its number, with no more than 20 bytes of its text; on its other paths, none.
fn told_by_v3(written: &Written, way: Way, in_part: bool) -> Outgoing {
    let mut bad: Vec<_> = written.unreadable.iter().chain(&written.misfits).collect();
    bad.sort_by_key(|bad| bad.number);
    let mut data = bad.iter().map(|bad| {
        json!({
            "error_message": message_of_v3(&bad.reason),
            "line_number": bad.number,
            "original_line": cut(&bad.line, 20),
        })
    });
    let body = match (way, in_part) {
        (Way::V3, true) => {
            let data: Vec<_> = data.collect();
            json!({ "error": "partial write of line protocol occurred", "data": data })
        }
        (Way::V3, false) => json!({ "error": "parsing failed for write_lp endpoint", "data": data.next() }),
        _ => {
            let why = bad.first().map(|bad| message_of_v3(&bad.reason)).unwrap_or_default();
            json!({ "error": format!("line protocol parse failed: {why}") })
        }
    };
    Outgoing::json(400, &body)
}

fn message_of_v3(reason: &Reason) -> String {
    const PATH: &str = "iox::column_type::field::";
    match reason {
        Reason::Text(text) | Reason::Schema(text) => text.clone(),
        Reason::Conflict { field, is, was, .. } => {
            format!("invalid column type for column '{field}', expected {PATH}{was}, got {PATH}{is}")
        }
    }
}
