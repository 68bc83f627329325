//! An answer on the wire, whole or not, and the end of a connection.

use std::io;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::super::answer::Outgoing;
use super::super::script::{At, End, Manner, Pace};
use super::Connection;

/// How long a client may go on sending a body that was refused: closing at once would lose it the answer.
const LINGER: Duration = Duration::from_secs(1);

/// Enough to fill a pipe, for bodies without end.
const PIECE: usize = 64 * 1024;

impl Connection {
    /// Sends an answer; if the manner says how the connection ends, as far as that, and says how.
    pub(super) async fn answer(
        &mut self,
        answer: &Outgoing,
        manner: &Manner,
        is_head: bool,
        keep_alive: bool,
    ) -> io::Result<Option<End>> {
        const STATUS: usize = "HTTP/1.1 20".len();
        let mut bytes = answer.head(manner.endless, keep_alive);
        let head = bytes.len();
        if !manner.delay.is_zero() {
            tokio::time::sleep(manner.delay).await;
        }
        if !is_head && !manner.endless {
            bytes.extend_from_slice(&answer.body);
        }
        let end = manner.end.map(|(at, end)| match at {
            At::Body | At::InBody(_) | At::Answer => (0, end),
            At::Status => (STATUS, end),
            At::Head => (head - "\r\n".len(), end),
            At::AnswerBody(bytes) => (head.saturating_add(bytes), end),
        });
        if let Some((at, _)) = end {
            bytes.truncate(at);
        }
        self.send(&bytes, manner.pace).await?;
        if manner.endless && end.is_none_or(|(at, _)| at > head) {
            let most = end.map_or(usize::MAX, |(at, _)| at - head);
            self.send_endless(&answer.body, most, manner.pace).await?;
        }
        Ok(end.map(|(_, end)| end))
    }

    async fn send(&mut self, bytes: &[u8], pace: Option<Pace>) -> io::Result<()> {
        let Some(Pace { bytes: size, every }) = pace else { return self.stream.write_all(bytes).await };
        for (number, piece) in bytes.chunks(size).enumerate() {
            if number > 0 {
                tokio::time::sleep(every).await;
            }
            self.stream.write_all(piece).await?;
        }
        Ok(())
    }

    /// The bytes over and over, in chunks, until the client goes or there were enough.
    async fn send_endless(&mut self, bytes: &[u8], mut most: usize, pace: Option<Pace>) -> io::Result<()> {
        let bytes = if bytes.is_empty() { b"." } else { bytes };
        let piece = bytes.repeat(PIECE.div_ceil(bytes.len()));
        while most > 0 {
            let size = piece.len().min(most);
            self.stream.write_all(format!("{size:x}\r\n").as_bytes()).await?;
            self.send(&piece[..size], pace).await?;
            if let Some(pace) = pace {
                tokio::time::sleep(pace.every).await;
            }
            self.stream.write_all(b"\r\n").await?;
            most -= size;
        }
        Ok(())
    }

    /// Ends the connection.
    pub(super) async fn end(mut self, end: End) {
        let mut rest = tokio::io::sink();
        match end {
            // without cutting off the answer
            End::Close => {
                if self.stream.shutdown().await.is_ok() {
                    let _ = tokio::time::timeout(LINGER, tokio::io::copy(&mut self.stream, &mut rest)).await;
                }
            }
            End::Reset => drop(self.stream.set_zero_linger()),
            // what the client sends stays unread, but its going is noticed
            End::Stall => {
                while self.stream.peek(&mut [0]).await.is_ok_and(|read| read > 0) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }
}
