//! The body of an answer: bytes that arrive piece by piece.

use std::fmt;

use bytes::Bytes;

use super::{TransportError, TransportFuture};

/// The body of an answer, read with [`next`](Self::next).
pub struct Body(Source);

enum Source {
    Whole(Option<Bytes>),
    Chunks(Box<dyn Chunks>),
}

/// Where the pieces of a [`Body`] come from.
pub trait Chunks: Send {
    /// The next piece; `None` after the last.
    ///
    /// # Errors
    ///
    /// The connection broke before the body was complete.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the body: what was in flight is lost.
    fn next(&mut self) -> TransportFuture<'_, Option<Bytes>>;
}

impl Body {
    /// A body that arrives over time.
    pub fn chunks(source: impl Chunks + 'static) -> Self {
        Self(Source::Chunks(Box::new(source)))
    }

    /// The next piece; `None` after the last.
    ///
    /// # Errors
    ///
    /// The connection broke before the body was complete.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the body: what was in flight is lost.
    pub async fn next(&mut self) -> Result<Option<Bytes>, TransportError> {
        match &mut self.0 {
            Source::Whole(bytes) => Ok(bytes.take().filter(|bytes| !bytes.is_empty())),
            Source::Chunks(chunks) => chunks.next().await,
        }
    }
}

impl<B: Into<Bytes>> From<B> for Body {
    fn from(bytes: B) -> Self {
        Self(Source::Whole(Some(bytes.into())))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}
