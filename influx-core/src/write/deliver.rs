//! The seam between the queue and what takes its batches.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::{Destination, Outcome, Part};
use crate::error::Result;

/// One attempt to deliver a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// 1 for the first attempt to deliver these lines, and one more for each that follows.
    pub number: u32,
    /// Whether it must go uncompressed, because a compressed one arrived damaged.
    pub plain: bool,
}

impl Attempt {
    /// The attempt of this number, compressed if that is on.
    #[must_use]
    pub fn new(number: u32) -> Self {
        Self { number, plain: false }
    }
}

/// The future of [`Deliver::send`].
pub type Delivery<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// Takes parts of batches somewhere: over HTTP in the client's [`Writer`](super::Writer), into memory in a test.
///
/// It makes exactly one attempt; waiting, splitting and counting are the writer's.
pub trait Deliver: fmt::Debug + Send + Sync + 'static {
    /// Makes one attempt.
    ///
    /// # Panics
    ///
    /// It should not: the writer ends then, as if its runtime had ended, and hands back what has no verdict.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the attempt up; its lines may be stored or not.
    fn send<'a>(&'a self, part: &'a Part, attempt: Attempt) -> Delivery<'a>;

    /// Whether anything can be delivered there at all, as far as that is known without asking. Called once for each
    /// destination before its first record. Default: yes.
    ///
    /// # Errors
    ///
    /// What the destination lacks, or has too much.
    fn check(&self, destination: &Destination) -> Result<()> {
        let _ = destination;
        Ok(())
    }

    /// How many bytes of bodies all attempts so far have sent, as they were on the wire: compressed, if they were.
    /// Default: not known.
    fn bytes_sent(&self) -> Option<u64> {
        None
    }
}
