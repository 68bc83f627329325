//! The official Python client, in a process of its own, which measures its CPU time.

use super::Failure;
use super::answer::{Answer, Sum};
use std::process::{Command, Output, Stdio};

const SCRIPT: &str = include_str!("python.py");

/// What it reads, and how many seconds of CPU it takes.
pub(super) fn read(answer: &Answer) -> Result<(Sum, f64), Failure> {
    let url = answer.serve()?;
    let output = Command::new("python3").args(["-c", SCRIPT, &url]).stderr(Stdio::inherit()).output()?;
    said(output)
}

/// What such a process has said: what is in the answer, and its seconds.
pub(crate) fn said(output: Output) -> Result<(Sum, f64), Failure> {
    if !output.status.success() {
        return Err("python failed".into());
    }
    let text = String::from_utf8(output.stdout)?;
    let [rows, long, double, bytes, micros, seconds] = text.split_whitespace().collect::<Vec<_>>()[..] else {
        return Err(format!("python said {text:?}").into());
    };
    let sum = Sum {
        rows: rows.parse()?,
        long: long.parse()?,
        double: double.parse()?,
        text: Some(bytes.parse()?),
        micros: Some(micros.parse()?),
        nanos: None,
    };
    Ok((sum, seconds.parse()?))
}
