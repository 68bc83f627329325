//! A server that reads bodies, drops them, and answers 204; for a while it can keep them instead.

use super::Failure;
use flate2::read::GzDecoder;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

const ANSWER: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";
const BUFFER: usize = 256 * 1024; // one read takes what the kernel has

/// Accepts connections until the process ends, each on a thread of its own.
pub(super) struct Sink {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    requests: AtomicU64,
    bytes: AtomicU64,
    keeps: AtomicBool,
    kept: Mutex<Vec<u8>>,
}

/// What arrived so far.
#[derive(Clone, Copy)]
pub(super) struct Arrived {
    pub(super) requests: u64,
    /// Of bodies, as they came.
    pub(super) bytes: u64,
}

impl Sink {
    pub(super) fn start() -> Result<Self, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (address, shared) = (listener.local_addr()?, Arc::new(Shared::default()));
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let shared = Arc::clone(&accepting);
                // an error is a contender that is gone
                thread::spawn(move || serve(connection, &shared));
            }
        });
        Ok(Self { address, shared })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn arrived(&self) -> Arrived {
        Arrived {
            requests: self.shared.requests.load(Ordering::SeqCst),
            bytes: self.shared.bytes.load(Ordering::SeqCst),
        }
    }

    /// From now on bodies are kept.
    pub(super) fn keep(&self) {
        self.shared.keeps.store(true, Ordering::SeqCst);
    }

    /// The bodies that were kept, inflated, each ended by a newline; from now on they are dropped.
    pub(super) fn kept(&self) -> Vec<u8> {
        self.shared.keeps.store(false, Ordering::SeqCst);
        std::mem::take(&mut self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn serve(connection: TcpStream, shared: &Shared) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut incoming = Incoming { connection, buffer: vec![0; BUFFER], start: 0, end: 0 };
    while let Some(head) = incoming.head()? {
        let mut body = Body { bytes: 0, kept: shared.keeps.load(Ordering::SeqCst).then(Vec::new) };
        match head.length {
            Some(length) => incoming.take(length, &mut body)?,
            None => while incoming.chunk(&mut body)? {},
        }
        shared.requests.fetch_add(1, Ordering::SeqCst);
        shared.bytes.fetch_add(body.bytes, Ordering::SeqCst);
        if let Some(mut kept) = body.kept {
            if head.gzip {
                let compressed = std::mem::take(&mut kept);
                GzDecoder::new(&*compressed).read_to_end(&mut kept)?;
            }
            if kept.last().is_some_and(|&last| last != b'\n') {
                kept.push(b'\n');
            }
            shared.kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&kept);
        }
        incoming.connection.write_all(ANSWER)?;
    }
    Ok(())
}

struct Head {
    /// None: the body comes in chunks.
    length: Option<usize>,
    gzip: bool,
}

struct Body {
    bytes: u64,
    kept: Option<Vec<u8>>,
}

/// A connection and what was read of it, between `start` and `end`.
struct Incoming {
    connection: TcpStream,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl Incoming {
    /// Reads on; false at the end of the connection.
    fn read(&mut self) -> io::Result<bool> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.end == self.buffer.len() {
            return Err(io::Error::other("a head or a chunk's size is longer than the buffer"));
        }
        let read = self.connection.read(&mut self.buffer[self.end..])?;
        self.end += read;
        Ok(read > 0)
    }

    /// What stands before `mark`, which is taken too; none at the end of the connection.
    fn until(&mut self, mark: &[u8]) -> io::Result<Option<String>> {
        loop {
            let have = &self.buffer[self.start..self.end];
            if let Some(at) = have.windows(mark.len()).position(|window| window == mark) {
                let text = String::from_utf8_lossy(&have[..at]).into_owned();
                self.start += at + mark.len();
                return Ok(Some(text));
            }
            if !self.read()? {
                return Ok(None);
            }
        }
    }

    fn head(&mut self) -> io::Result<Option<Head>> {
        let Some(text) = self.until(b"\r\n\r\n")? else { return Ok(None) };
        let mut head = Head { length: Some(0), gzip: false };
        for line in text.lines() {
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                head.length = Some(value.parse().map_err(io::Error::other)?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                head.length = None;
            } else if name.eq_ignore_ascii_case("content-encoding") {
                head.gzip = value == "gzip";
            }
        }
        Ok(Some(head))
    }

    fn take(&mut self, mut length: usize, body: &mut Body) -> io::Result<()> {
        body.bytes += length as u64;
        while length > 0 {
            if self.start == self.end && !self.read()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let part = length.min(self.end - self.start);
            if let Some(kept) = &mut body.kept {
                kept.extend_from_slice(&self.buffer[self.start..self.start + part]);
            }
            self.start += part;
            length -= part;
        }
        Ok(())
    }

    /// Takes one chunk; false after the last one.
    fn chunk(&mut self, body: &mut Body) -> io::Result<bool> {
        let size = self.until(b"\r\n")?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        self.take(size, body)?;
        self.until(b"\r\n")?.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(size > 0)
    }
}
