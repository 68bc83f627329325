//! One HTTP/1.1 connection of the embedded server: framing, and nothing of what it means.
//!
//! Head, body and answer are separate steps, so that a fault can be put between any two of them.

mod send;

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::answer::Outgoing;
use super::handler::Shared;
use super::request::Incoming;
use super::script::{At, Chosen, End, Manner, Pace};
use super::version::Family;

/// The largest head of a request, in bytes.
const MAX_HEAD: usize = 64 * 1024;
const MAX_HEADERS: usize = 100;

/// Why no request could be read.
#[derive(Debug)]
enum Failure {
    /// The client is gone.
    Gone,
    /// It is to be answered, and the connection closed.
    Refused(Outgoing),
}

impl From<io::Error> for Failure {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// The head of a request and how its body is framed.
struct Head {
    request: Incoming,
    framing: Framing,
    continues: bool,
    keep_alive: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
}

struct Connection {
    stream: TcpStream,
    /// What was read and not yet used.
    buffer: Vec<u8>,
    family: Family,
}

/// Serves one connection until it ends.
pub(super) async fn serve(stream: TcpStream, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let mut connection = Connection { stream, buffer: Vec::new(), family: shared.family() };
    loop {
        let Head { mut request, framing, continues, keep_alive } = match connection.read_head().await {
            Ok(head) => head,
            Err(Failure::Refused(answer)) => {
                let is_head = connection.buffer.starts_with(b"HEAD ");
                return connection.refuse(&answer, is_head).await;
            }
            Err(Failure::Gone) => return,
        };
        let is_head = request.method == "HEAD";
        let chosen = shared.chosen(&request);
        let (pace, end) = match &chosen {
            Chosen::Now(Some(script)) => (script.manner.read_pace, script.manner.end),
            _ => (None, None),
        };
        let (most, end) = match end {
            Some((At::Body, end)) => (Some(0), Some(end)),
            Some((At::InBody(bytes), end)) => (Some(bytes), Some(end)),
            _ => (None, None),
        };
        if let (Some(most), Some(end)) = (most, end) {
            request.body = connection.read_start(framing, most, pace).await;
            shared.unanswered(request);
            return connection.end(end).await;
        }
        let max_body = shared.state().max_body;
        match connection.read_body(framing, continues, max_body, pace).await {
            Ok(body) => request.body = body,
            Err(Failure::Refused(answer)) => {
                let (answer, _) = shared.answer(request, chosen, Some(answer));
                return connection.refuse(&answer, is_head).await;
            }
            Err(Failure::Gone) => return,
        }
        let (answer, manner) = shared.answer(request, chosen, None);
        match connection.answer(&answer, &manner, is_head, keep_alive).await {
            Ok(None) if keep_alive => {}
            Ok(Some(end)) => return connection.end(end).await,
            _ => return,
        }
    }
}

impl Connection {
    async fn read_head(&mut self) -> Result<Head, Failure> {
        loop {
            if let Some((head, used)) = parsed_head(&self.buffer)? {
                self.buffer.drain(..used);
                return Ok(head);
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(bad(431, "the head of the request is too large"));
            }
            self.fill().await?;
        }
    }

    async fn read_body(
        &mut self,
        framing: Framing,
        continues: bool,
        most: usize,
        pace: Option<Pace>,
    ) -> Result<Vec<u8>, Failure> {
        if let Framing::Length(length) = framing
            && length > most
        {
            return Err(Failure::Refused(Outgoing::too_large(self.family)));
        }
        if continues && self.buffer.is_empty() {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        match framing {
            Framing::Length(length) => self.take_paced(length, pace).await,
            Framing::Chunked => self.read_chunked(most, pace).await,
        }
    }

    /// The first bytes of a body, as they are on the wire; fewer, if it ends.
    async fn read_start(&mut self, framing: Framing, most: usize, pace: Option<Pace>) -> Vec<u8> {
        let length = match framing {
            Framing::Length(length) => most.min(length),
            Framing::Chunked => most,
        };
        self.take_paced(length, pace).await.unwrap_or_default()
    }

    async fn take_paced(&mut self, length: usize, pace: Option<Pace>) -> Result<Vec<u8>, Failure> {
        let Some(Pace { bytes, every }) = pace else { return self.take(length).await };
        let mut body = Vec::new();
        while body.len() < length {
            body.append(&mut self.take(bytes.min(length - body.len())).await?);
            tokio::time::sleep(every).await;
        }
        Ok(body)
    }

    async fn read_chunked(&mut self, most: usize, pace: Option<Pace>) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        loop {
            let size = chunk_size(&self.read_line().await?).ok_or_else(|| bad(400, "invalid chunk size"))?;
            if size == 0 {
                self.skip_trailers().await?;
                return Ok(body);
            }
            if size > most - body.len() {
                return Err(Failure::Refused(Outgoing::too_large(self.family)));
            }
            body.append(&mut self.take_paced(size, pace).await?);
            if self.take(2).await? != b"\r\n" {
                return Err(bad(400, "a chunk is longer than its size"));
            }
        }
    }

    async fn skip_trailers(&mut self) -> Result<(), Failure> {
        let mut left = MAX_HEAD;
        loop {
            let length = self.read_line().await?.len();
            if length == 0 {
                return Ok(());
            }
            left = left.checked_sub(length).ok_or_else(|| bad(431, "the trailers are too large"))?;
        }
    }

    /// The next `length` bytes.
    async fn take(&mut self, length: usize) -> Result<Vec<u8>, Failure> {
        if self.buffer.len() >= length {
            let rest = self.buffer.split_off(length);
            return Ok(std::mem::replace(&mut self.buffer, rest));
        }
        let mut bytes = std::mem::take(&mut self.buffer);
        let missing = length - bytes.len();
        (&mut self.stream).take(missing as u64).read_to_end(&mut bytes).await?;
        if bytes.len() == length { Ok(bytes) } else { Err(Failure::Gone) }
    }

    /// The next line without its end, which is CRLF and nothing else.
    async fn read_line(&mut self) -> Result<Vec<u8>, Failure> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                if !line.ends_with(b"\r\n") {
                    return Err(bad(400, "a line of the framing does not end in CRLF"));
                }
                line.truncate(line.len() - 2);
                return Ok(line);
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(bad(400, "a line of the framing is too long"));
            }
            self.fill().await?;
        }
    }

    /// Reads whatever comes next.
    async fn fill(&mut self) -> Result<(), Failure> {
        self.buffer.reserve(16 * 1024);
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(Failure::Gone),
            _ => Ok(()),
        }
    }

    /// Answers what could not be read, and closes without cutting the answer off.
    async fn refuse(mut self, answer: &Outgoing, is_head: bool) {
        if self.answer(answer, &Manner::default(), is_head, false).await.is_ok() {
            self.end(End::Close).await;
        }
    }
}

/// The head at the start of `bytes` and its length, once it is complete.
fn parsed_head(bytes: &[u8]) -> Result<Option<(Head, usize)>, Failure> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let used = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(bad(431, "the request has too many headers")),
        Err(error) => return Err(bad(400, &format!("invalid request: {error}"))),
    };
    let request = Incoming {
        method: parsed.method.unwrap_or_default().to_owned(),
        target: parsed.path.unwrap_or_default().to_owned(),
        headers: parsed
            .headers
            .iter()
            .map(|header| {
                (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned())
            })
            .collect(),
        body: Vec::new(),
    };
    let all =
        |name| request.headers.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim());
    let has = |name, token: &str| {
        all(name).flat_map(|value| value.split(',')).any(|part| part.trim().eq_ignore_ascii_case(token))
    };
    let (mut encodings, mut lengths) = (all("transfer-encoding"), all("content-length"));
    let framing = match (encodings.next(), encodings.next(), lengths.next()) {
        (None, _, None) => Framing::Length(0),
        (Some(encoding), None, None)
            if encoding.eq_ignore_ascii_case("chunked") && parsed.version == Some(1) =>
        {
            Framing::Chunked
        }
        (None, _, Some(length)) if lengths.all(|other| other == length) => {
            match length.parse() {
                // `parse` takes a sign, too
                Ok(number) if length.bytes().all(|byte| byte.is_ascii_digit()) => Framing::Length(number),
                _ => return Err(bad(400, "invalid Content-Length")),
            }
        }
        // two lengths, or one and chunks: whom a request belongs to must not depend on the reader
        _ => return Err(bad(400, "ambiguous framing of the body")),
    };
    let keep_alive = match parsed.version {
        Some(1) => !has("connection", "close"),
        _ => has("connection", "keep-alive"),
    };
    let continues = has("expect", "100-continue");
    Ok(Some((Head { framing, continues, keep_alive, request }, used)))
}

/// The size at the start of a chunk's first line: hexadecimal digits, then perhaps extensions.
fn chunk_size(line: &[u8]) -> Option<usize> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii_end();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// What is no request is refused in the words of InfluxDB 2: no version's own library is asked for them.
fn bad(status: u16, message: &str) -> Failure {
    Failure::Refused(Outgoing::error(Family::V2, status, "invalid", message))
}
