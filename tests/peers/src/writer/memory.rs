//! What a process holds of the machine's memory, as Linux counts it.

use super::Failure;
use std::fs;

/// The largest resident set a process ever had, in KiB.
pub(crate) fn peak_kib(process: &str) -> Result<u64, Failure> {
    status(process, "VmHWM:")
}

/// The resident set of a process now, in KiB.
pub(super) fn resident_kib(process: &str) -> Result<u64, Failure> {
    status(process, "VmRSS:")
}

/// `process` is an id, or `self`.
fn status(process: &str, key: &str) -> Result<u64, Failure> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_suffix(" kB"));
    Ok(value.ok_or_else(|| format!("{path} has no {key}"))?.parse()?)
}
