//! The official Python client with pandas, in a process of its own, which measures its CPU time.

use super::{Answer, Failure, Sum};
use crate::query::python::said;
use std::process::{Command, Stdio};

const INTERPRETER: &str = "python3";
const SCRIPT: &str = include_str!("python.py");

/// What it reads, and how many seconds of CPU it takes; `None`: there is no pandas.
pub(super) fn read(answer: &Answer) -> Result<Option<(Sum, f64)>, Failure> {
    let mut probe = Command::new(INTERPRETER);
    let probe = probe.args(["-c", "import pandas"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !probe.is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let url = answer.serve()?;
    let output = Command::new(INTERPRETER).args(["-c", SCRIPT, &url]).stderr(Stdio::inherit()).output()?;
    said(output).map(Some)
}
