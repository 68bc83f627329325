//! Records of what serde serialises: by roles, and as JSON.

#![allow(clippy::unwrap_used, clippy::panic)]

mod json;
mod roles;

use influx_core::{EncodeError, LineBuffer, Measurement};

/// The line of a record in nanoseconds.
fn line(record: &impl Measurement) -> Result<String, EncodeError> {
    let mut lines = LineBuffer::new();
    let result = lines.push(record);
    assert_eq!(lines.lines(), usize::from(result.is_ok()), "a refused record leaves nothing");
    result.map(|()| lines.line(0).unwrap_or_default().to_owned())
}

/// The key and the message with which a record is refused.
#[track_caller]
fn refused(record: &impl Measurement) -> (Option<String>, String) {
    match line(record) {
        Ok(line) => panic!("not refused: {line}"),
        Err(error) => (error.key().map(str::to_owned), error.to_string()),
    }
}
