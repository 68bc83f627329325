//! Runs one row: what it sends and reads when all is well, and what becomes of each documented refusal.

use std::time::Duration;

use influx_core::ErrorKind;
use tokio::time::timeout;

use super::server::Contract;
use super::table::{Failure, Row};

/// A call's time: one that goes on for ever is to be seen as such.
const CALL: Duration = Duration::from_secs(30);

/// Calls the method once, and returns the operations that it was.
///
/// # Errors
///
/// A request breaks the contract, the operations are others than the row's, or the answer cannot be read.
pub(super) async fn row(row: &Row, contract: &mut Contract) -> Result<Vec<String>, String> {
    let result = call(row, contract, None).await?;
    let operations = answers(contract)?.into_iter().map(|(operation, _)| operation).collect::<Vec<_>>();
    match (result, row.undecodable) {
        (Ok(()), None) => {}
        (Ok(()), Some((why, _))) => {
            return Err(format!("the contract's example is read, though it is said that {why}"));
        }
        (Err(failure), Some((_, says))) if is_misread(&failure) && failure.text.contains(says) => {}
        (Err(failure), _) => return Err(format!("the contract's example cannot be read: {}", failure.text)),
    }
    if operations != row.operations {
        return Err(format!("what was sent is {operations:?}"));
    }
    Ok(operations)
}

/// Calls the method once for each error status that one of its operations documents, and returns how many there are.
///
/// # Errors
///
/// A status becomes another error than it means, or none, and is not the row's exception.
pub(super) async fn refusals(
    row: &Row,
    operations: &[String],
    contract: &mut Contract,
) -> Result<usize, String> {
    let documented = operations.iter().flat_map(|operation| &contract.operations[operation]);
    let mut statuses: Vec<u16> = documented.copied().filter(|status| !(200..=299).contains(status)).collect();
    statuses.sort_unstable();
    statuses.dedup();
    for exception in row.exceptions {
        if !statuses.contains(&exception.status) {
            return Err(format!("{exception:?} is none: the status is not documented"));
        }
    }
    for &status in &statuses {
        let result = call(row, contract, Some(status)).await?;
        let answers = answers(contract)?;
        if !answers.iter().any(|(_, answer)| *answer == status) {
            return Err(format!("{status} is documented, but the answers are {answers:?}"));
        }
        let exception = row.exceptions.iter().find(|exception| exception.status == status);
        let ends = exception.map_or_else(|| Some(kind_of(status)), |exception| exception.ends);
        let ended = result.as_ref().err();
        let is_plain = ended.is_some_and(|failure| failure.status == Some(status));
        if ended.map(|failure| failure.kind) != ends || !(is_plain || exception.is_some()) {
            let why = exception.map_or("", |exception| exception.why);
            return Err(format!("{status} becomes {result:?}, not {ends:?}. {why}"));
        }
    }
    Ok(statuses.len())
}

/// Whether it is the answer that is not as it should be.
fn is_misread(failure: &Failure) -> bool {
    matches!(failure.kind, ErrorKind::Decode | ErrorKind::Unexpected)
}

async fn call(row: &Row, contract: &Contract, status: Option<u16>) -> Result<Result<(), Failure>, String> {
    let running = (row.call)(row.client(contract.url(), status));
    timeout(CALL, running).await.map_err(|_| format!("it does not end, with status {status:?}"))
}

/// What a status means to a caller.
fn kind_of(status: u16) -> ErrorKind {
    match status {
        301 => ErrorKind::Redirect,
        400 | 422 => ErrorKind::Rejected,
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        405 => ErrorKind::Unexpected,
        409 => ErrorKind::Conflict,
        413 => ErrorKind::TooLarge,
        429 => ErrorKind::RateLimited,
        500 => ErrorKind::Server,
        503 => ErrorKind::Unavailable,
        _ => panic!("nothing says here what {status} means"),
    }
}

/// The operations since the last time, each with the status of its answer.
///
/// # Errors
///
/// A request is none of the contract's operations, or breaks it.
fn answers(contract: &mut Contract) -> Result<Vec<(String, u16)>, String> {
    let verdicts = contract.verdicts();
    let breaches: Vec<_> = verdicts.iter().filter_map(|verdict| verdict.breach()).collect();
    if !breaches.is_empty() {
        return Err(breaches.join("\n"));
    }
    Ok(verdicts.into_iter().filter_map(|verdict| Some((verdict.op?, verdict.status))).collect())
}
