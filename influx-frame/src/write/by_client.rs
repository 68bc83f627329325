//! Frames by a client: one call for each piece, one after the other.

use influx_core::{Client, Destination};

use super::account::{Account, Sent};
use super::error::{Cause, FrameWriteError};
use super::frames::Frames;
use super::job::{FrameWrite, Job};
use super::report::FrameReport;
use crate::encode::Piece;
use crate::roles::Roles;

pub(super) fn prepare(
    client: &Client,
    to: Destination,
    frames: Frames,
    roles: &Roles,
) -> FrameWrite<FrameReport> {
    let client = client.clone();
    FrameWrite::new(frames, roles, move |job| Box::pin(write(client, to, job)))
}

async fn write(client: Client, to: Destination, job: Job) -> Result<FrameReport, FrameWriteError> {
    let mut account = Account::default();
    let lines = client.line_buffer(&to);
    // what the destination lacks is said before anything is encoded
    if let Err(error) = client.write(to.clone(), &lines).await {
        return Err(account.failed(Cause::delivery(error)));
    }
    let ready = move |piece: &Piece| (Sent::of(piece), client.write(to.clone(), &piece.lines));
    let mut pieces = match job.start(lines, ready) {
        Ok(pieces) => pieces,
        Err(error) => return Err(account.failed(Cause::delivery(error))),
    };
    loop {
        match pieces.next().await {
            Ok(Some((sent, call))) => {
                account.begin(&sent);
                if let Err(error) = account.answered(&sent, call.await) {
                    return Err(account.failed(Cause::delivery(error)));
                }
            }
            Ok(None) => return account.finish(),
            Err(error) => return Err(account.failed(error.into())),
        }
    }
}
