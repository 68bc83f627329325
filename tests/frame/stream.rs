//! An iterator as a stream that is never ready at once.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

pub(crate) struct Slowly<I> {
    items: I,
    asked: bool,
}

/// Each item comes when it is asked for a second time.
pub(crate) fn slowly<I: IntoIterator>(items: I) -> Slowly<I::IntoIter> {
    Slowly { items: items.into_iter(), asked: false }
}

impl<I: Iterator + Unpin> Stream for Slowly<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<I::Item>> {
        self.asked = !self.asked;
        if self.asked {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.items.next())
    }
}
