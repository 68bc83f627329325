//! Compressed answers, inflated as they arrive.

use ::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};

use super::{Arriving, Request};
use crate::client::Client;
use crate::error::{Error, Result};

impl Request {
    /// Asks for a compressed answer, if the client compresses at all.
    pub(crate) fn compressed(self, client: &Client) -> Self {
        match client.gzip() {
            Some(_) => self.header(ACCEPT_ENCODING, "gzip"),
            None => self,
        }
    }
}

impl Arriving {
    /// The answer with its body as it was before the server compressed it.
    ///
    /// # Errors
    ///
    /// It is compressed in a way that nobody asked for.
    pub(super) fn inflated(mut self) -> Result<Self> {
        let encoding = match self.headers.remove(CONTENT_ENCODING) {
            None => return Ok(self),
            Some(encoding) => encoding,
        };
        match encoding.as_bytes() {
            b"identity" => Ok(self),
            #[cfg(feature = "gzip")]
            b"gzip" | b"x-gzip" => {
                let body = std::mem::replace(&mut self.body, super::Body::from(""));
                self.body = super::Body::chunks(gzip::Inflating::new(body));
                Ok(self)
            }
            _ => {
                let what = format!("the answer is compressed by {encoding:?}, which was not asked for");
                Err(Error::unexpected(self.request, self.status, what))
            }
        }
    }
}

#[cfg(feature = "gzip")]
mod gzip {
    use std::io::{self, Write};

    use bytes::Bytes;
    use flate2::write::MultiGzDecoder;

    use crate::http::{Body, Chunks, TransportError, TransportErrorKind, TransportFuture};

    /// How much is inflated at once, in bytes: at most a thousandfold of it comes out, and waits in memory.
    const STEP: usize = 2 * 1024;

    /// A gzip stream and what of it is not read yet.
    pub(super) struct Inflating {
        body: Body,
        waiting: Bytes,
        /// `None` after the last byte.
        decoder: Option<MultiGzDecoder<Vec<u8>>>,
    }

    impl Inflating {
        pub(super) fn new(body: Body) -> Self {
            Self { body, waiting: Bytes::new(), decoder: Some(MultiGzDecoder::new(Vec::new())) }
        }

        async fn piece(&mut self) -> Result<Option<Bytes>, TransportError> {
            while let Some(decoder) = &mut self.decoder {
                if self.waiting.is_empty() {
                    match self.body.next().await? {
                        Some(more) => self.waiting = more,
                        None => {
                            decoder.try_finish().map_err(broken)?;
                            let last = std::mem::take(decoder.get_mut());
                            self.decoder = None;
                            return Ok(Some(last).filter(|last| !last.is_empty()).map(Bytes::from));
                        }
                    }
                }
                let step = self.waiting.split_to(self.waiting.len().min(STEP));
                decoder.write_all(&step).map_err(broken)?;
                if self.waiting.is_empty() {
                    decoder.flush().map_err(broken)?; // what has come is not held back
                }
                let out = std::mem::take(decoder.get_mut());
                if !out.is_empty() {
                    return Ok(Some(out.into()));
                }
            }
            Ok(None)
        }
    }

    fn broken(error: io::Error) -> TransportError {
        let what = format!("the compressed answer cannot be read: {error}");
        TransportError::new(TransportErrorKind::Interrupted, what)
    }

    impl Chunks for Inflating {
        fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
            Box::pin(self.piece())
        }
    }

    #[cfg(test)]
    mod tests {
        use flate2::Compression;
        use flate2::write::GzEncoder;

        use super::*;

        struct Pieces(Vec<Bytes>);

        impl Chunks for Pieces {
            fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
                let piece = (!self.0.is_empty()).then(|| self.0.remove(0));
                Box::pin(async { Ok(piece) })
            }
        }

        fn packed(text: &[u8]) -> Vec<u8> {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        }

        async fn inflate(packed: &[u8], pieces: usize) -> (Vec<u8>, usize, Result<(), TransportError>) {
            let pieces = packed.chunks(pieces).map(Bytes::copy_from_slice).collect();
            let mut body = Inflating::new(Body::chunks(Pieces(pieces)));
            let (mut out, mut largest) = (Vec::new(), 0);
            loop {
                match body.piece().await {
                    Ok(Some(piece)) => {
                        largest = largest.max(piece.len());
                        out.extend_from_slice(&piece);
                    }
                    Ok(None) => return (out, largest, Ok(())),
                    Err(error) => return (out, largest, Err(error)),
                }
            }
        }

        #[tokio::test]
        async fn any_pieces_give_the_text_and_several_streams_follow_each_other() {
            let text: Vec<u8> = (0..100_000_u32).flat_map(|i| (i * 7919 % 1009).to_le_bytes()).collect();
            let mut both = packed(&text);
            both.extend(packed(b"end"));
            for pieces in [1, 7, 4096, usize::MAX] {
                let (out, _, end) = inflate(&both, pieces).await;
                assert!(end.is_ok() && out == [&text[..], b"end"].concat(), "{pieces}");
            }
        }

        #[tokio::test]
        async fn a_bomb_does_not_fill_the_memory() {
            let (out, largest, end) = inflate(&packed(&vec![0; 64 << 20]), usize::MAX).await;
            assert!(end.is_ok());
            assert_eq!(out.len(), 64 << 20);
            assert!(largest <= STEP * 1_100, "{largest}");
        }

        #[tokio::test]
        async fn what_is_cut_or_damaged_is_an_error() {
            let whole = packed(b"some text that is long enough to be cut");
            let mut wrong_sum = whole.clone();
            let at = wrong_sum.len() - 8;
            wrong_sum[at] ^= 1;
            for bad in [&whole[..whole.len() - 1], &whole[..whole.len() / 2], &wrong_sum, b"no gzip at all"] {
                let (_, _, end) = inflate(bad, 5).await;
                assert_eq!(end.unwrap_err().kind(), TransportErrorKind::Interrupted);
            }
        }
    }
}
