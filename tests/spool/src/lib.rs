//! What the process under test and its judge share: numbered records, and the words between the two.

mod record;
mod words;

pub use record::{CHUNK, Numbered, bucket, text};
pub use words::{Counts, Orders, Report};
