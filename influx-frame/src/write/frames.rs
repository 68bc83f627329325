//! Where frames come from, whatever their type is.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::iter;
use std::pin::{Pin, pin};

use futures_core::Stream;
use influx_core::LineBuffer;
use tokio::sync::mpsc;

use crate::encode::{FrameSourceError, Piece, Pieces};
use crate::frame::Frame;
use crate::roles::Roles;

/// Frames, and what moves them to the thread on which they are encoded.
pub(super) struct Frames {
    pub(super) encode: Box<Encode>,
    pub(super) pump: Option<Pump>,
}

/// Encodes all rows and shows each piece, until somebody says that this is enough.
pub(super) type Encode =
    dyn FnOnce(Encoding, &mut dyn FnMut(&Piece) -> bool) -> Result<(), FrameSourceError> + Send;

/// Hands the frames of a stream over, until there are no more or nobody wants them.
pub(super) type Pump = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How frames are encoded.
pub(super) struct Encoding {
    pub(super) roles: Roles,
    /// What the lines are encoded into: empty.
    pub(super) lines: LineBuffer,
    pub(super) threads: usize,
}

impl Frames {
    pub(super) fn one<F: Frame>(frame: F) -> Self {
        Self::of(iter::once(Ok::<F, Infallible>(frame)))
    }

    pub(super) fn of<F, E, I>(frames: I) -> Self
    where
        F: Frame,
        E: Into<Box<dyn Error + Send + Sync>>,
        I: Iterator<Item = Result<F, E>> + Send + 'static,
    {
        let encode = move |how: Encoding, each: &mut dyn FnMut(&Piece) -> bool| {
            let mut pieces = Pieces::of_frames(frames, &how.roles, how.lines).threads(how.threads);
            while let Some(piece) = pieces.next()? {
                if !each(piece) {
                    break;
                }
            }
            Ok(())
        };
        Self { encode: Box::new(encode), pump: None }
    }

    pub(super) fn stream<F, E, S>(frames: S) -> Self
    where
        F: Frame,
        E: Into<Box<dyn Error + Send + Sync>> + Send + 'static,
        S: Stream<Item = Result<F, E>> + Send + 'static,
    {
        let (give, mut take) = mpsc::channel(1);
        let pump = async move {
            let mut frames = pin!(frames);
            while let Some(frame) = poll_fn(|context| frames.as_mut().poll_next(context)).await {
                if give.send(frame).await.is_err() {
                    return;
                }
            }
        };
        Self { pump: Some(Box::pin(pump)), ..Self::of(iter::from_fn(move || take.blocking_recv())) }
    }
}

/// Does what a pump has to do beside some work, which ends it.
pub(super) async fn beside<T>(mut pump: Option<Pump>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        if pump.as_mut().is_some_and(|pump| pump.as_mut().poll(context).is_ready()) {
            pump = None;
        }
        work.as_mut().poll(context)
    })
    .await
}
