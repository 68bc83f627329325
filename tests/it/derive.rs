//! What the derives write: each shape and attribute by the line that comes out.

#![allow(clippy::unwrap_used)]
#![allow(clippy::needless_borrows_for_generic_args, reason = "references have impls of their own")]

mod attributes;
mod equal;
mod flatten;
mod schema;
mod shapes;
mod tag_value;
mod time;
mod values;

use influx_core::{EncodeOptions, LineBuffer, Measurement};

/// The record's line.
fn line(record: &impl Measurement) -> String {
    line_with(EncodeOptions::new(), record)
}

/// The record's line under these options.
fn line_with(options: EncodeOptions, record: &impl Measurement) -> String {
    let mut buffer = LineBuffer::with_options(options);
    buffer.push(record).unwrap();
    assert_eq!(buffer.lines(), 1);
    buffer.line(0).unwrap().to_owned()
}

/// Why the record is refused.
fn refusal(record: &impl Measurement) -> String {
    refusal_with(EncodeOptions::new(), record)
}

/// Why the record is refused under these options.
fn refusal_with(options: EncodeOptions, record: &impl Measurement) -> String {
    let mut buffer = LineBuffer::with_options(options);
    let error = buffer.push(record).unwrap_err();
    assert_eq!(buffer.as_str(), "");
    error.to_string()
}
