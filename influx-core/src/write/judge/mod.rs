//! From an answer to what it means for the lines that were sent: one pure function.
//!
//! An answer that condemns data isolates it, one that condemns the route blocks it, everything else is tried again.

mod conflict;
mod data;
mod locate;

use std::sync::Arc;

use super::{Outcome, Part, Progress};
use crate::error::{Error, ErrorKind, Result, ServerError};
use crate::http::{Answer, Sent, check};

/// What an attempt to deliver `part` came to. What it says of the server's words is without the secrets.
pub(crate) fn judge(sent: Result<Sent>, part: &Part) -> Outcome {
    match sent {
        Ok(sent) => answered(sent, part),
        Err(error) => unanswered(error),
    }
}

/// There was no status.
fn unanswered(error: Error) -> Outcome {
    let progress = match error.kind() {
        // a certificate does not heal by itself, and what cannot be sent at all is no fault of the lines
        ErrorKind::Tls | ErrorKind::Config => return Outcome::Blocked { reason: Arc::new(error) },
        ErrorKind::Connect => Progress::Unreachable,
        _ => Progress::Unknown,
    };
    Outcome::Again { progress, after: None, reason: Arc::new(error) }
}

fn answered(Sent { answer, fault, secrets }: Sent, part: &Part) -> Outcome {
    let status = answer.status;
    if acknowledges(&answer) {
        return Outcome::Stored;
    }
    let body = answer.complete.then(|| answer.body.clone());
    let reason = match (check(answer, part.is_repeatable(), &secrets), fault) {
        (Err(error), _) | (Ok(_), Some(error)) => Arc::new(error),
        // the login page of a network also answers 200
        (Ok(answer), None) => {
            let what = "a write is acknowledged with 204, or 200 without a body: is this an InfluxDB?";
            let what = format!("the server answered {status}, but {what}");
            Arc::new(Error::unexpected(answer.request, status, what))
        }
    };
    let again =
        |progress| Outcome::Again { progress, after: reason.retry_after(), reason: Arc::clone(&reason) };
    match status {
        400 | 422 => data::judge(status, body.as_deref(), reason, &secrets, part),
        413 => Outcome::TooLarge { reason },
        // they say that it was not begun
        425 | 429 => again(Progress::Postponed),
        200..=299 | 408 | 500..=599 => again(Progress::Unknown),
        _ => Outcome::Blocked { reason },
    }
}

/// Only what an InfluxDB says after storing: 204, whatever became of its body; 200 with nothing, or with the list of
/// results that 1.x sends, in which nothing failed.
fn acknowledges(answer: &Answer) -> bool {
    match answer.status {
        204 => true,
        200 if answer.complete && answer.body.is_empty() => true,
        200 if answer.complete => match serde_json::from_slice(&answer.body) {
            Ok(serde_json::Value::Object(object)) => object.iter().all(|(key, value)| {
                let results =
                    value.as_array().is_some_and(|all| all.iter().all(|one| one.get("error").is_none()));
                key == "results" && results
            }),
            _ => false,
        },
        _ => false,
    }
}

/// Foreign text as a reason: one line of at most 1 KiB.
fn brief(message: &str) -> String {
    ServerError { code: None, message: message.trim().to_owned() }.to_string()
}

#[cfg(test)]
mod tests;
