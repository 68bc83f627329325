//! Batches for the tests.

use std::sync::Arc;

use crate::line::Precision;
use crate::write::batch::Batch;

/// A batch of these lines, which get their newlines.
pub(super) fn batch(bucket: &str, lines: &[&str]) -> Batch {
    let (mut body, mut ends) = (Vec::new(), Vec::new());
    for line in lines {
        body.extend_from_slice(line.as_bytes());
        body.push(b'\n');
        ends.push(body.len() as u32);
    }
    Batch {
        destination: Arc::new(bucket.into()),
        precision: Precision::Nanoseconds,
        body: body.into(),
        ends,
        repeatable: true,
    }
}
