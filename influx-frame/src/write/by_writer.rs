//! Frames by a writer: its queue takes the lines of each piece, and receipts say how they ended.

use influx_core::Writer;
use influx_core::write::Receipt;

use super::account::Sent;
use super::error::{Cause, FrameWriteError};
use super::frames::Frames;
use super::job::{FrameWrite, Job};
use super::receipt::FrameReceipt;
use crate::encode::Piece;
use crate::roles::Roles;

pub(super) fn prepare(writer: &Writer, frames: Frames, roles: &Roles) -> FrameWrite<FrameReceipt> {
    let writer = writer.clone();
    FrameWrite::new(frames, roles, move |job| Box::pin(write(writer, job)))
}

async fn write(writer: Writer, job: Job) -> Result<FrameReceipt, FrameWriteError> {
    let mut all = FrameReceipt::default();
    let ready = |piece: &Piece| (Sent::of(piece), piece.lines.clone());
    let mut pieces = match job.start(writer.line_buffer(), ready) {
        Ok(pieces) => pieces,
        Err(error) => return Err(all.failed(Cause::delivery(error))),
    };
    loop {
        match pieces.next().await {
            Ok(Some((sent, lines))) => {
                let mut taken = Receipt::default();
                let end = writer.__write_lines(&lines, sent.refused(), &mut taken).await;
                all.take(sent, taken, end.as_ref().err());
                if let Err(error) = end {
                    return Err(all.failed(Cause::delivery(error)));
                }
            }
            Ok(None) => return all.finish(),
            Err(error) => return Err(all.failed(error.into())),
        }
    }
}
