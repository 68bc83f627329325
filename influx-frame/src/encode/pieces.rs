//! The lines of frames, piece by piece, in the order of their rows.

use influx_core::LineBuffer;

use super::{Encoder, Piece};
use crate::frame::Frame;
use crate::plan::PlanError;
use crate::roles::Roles;

/// The lines of a frame, piece by piece, in the order of its rows.
///
/// Pieces are lent, so that their memory is used again and again.
#[derive(Debug)]
pub struct Pieces<F> {
    encoder: Encoder,
    frame: F,
    next: usize,
    rows: usize,
    piece: Piece,
}

/// So many rows are in a piece.
const ROWS: usize = 8192;

impl<F: Frame> Pieces<F> {
    /// The lines of a frame, encoded into buffers like `lines`, which is empty.
    ///
    /// # Errors
    ///
    /// The roles do not fit the frame.
    pub fn new(frame: F, roles: &Roles, lines: LineBuffer) -> Result<Self, PlanError> {
        let mut encoder = Encoder::new(roles.clone());
        encoder.plan(&frame)?;
        Ok(Self { encoder, frame, next: 0, rows: ROWS, piece: Piece { lines, ..Piece::default() } })
    }

    /// How many rows are in a piece. Default: 8,192.
    #[must_use]
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows.max(1);
        self
    }

    /// On how many threads the rows are encoded. Default: 1, which is the caller's.
    #[must_use]
    pub fn threads(self, _threads: usize) -> Self {
        self
    }

    /// The next piece; `None`: that was the last.
    pub fn next(&mut self) -> Option<&Piece> {
        let end = (self.next + self.rows).min(self.frame.rows());
        if self.next == end {
            return None;
        }
        self.piece.clear();
        // the plan is made
        self.encoder.encode(&self.frame, self.next..end, 0, &mut self.piece).ok()?;
        self.next = end;
        Some(&self.piece)
    }
}
