//! Faults on order: which requests go wrong, how often, and in which way.

mod active;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::answer::Outgoing;

pub(super) use active::{Chosen, Scripts};

/// What goes wrong, with which requests and how often; [`TestServer::script`](super::TestServer::script) plays it.
///
/// A script begins with what is answered: [`usual`](Self::usual) for what the server says anyway, or
/// [`answer`](Self::answer) for something else. It applies to every request until it is narrowed, by
/// [`path`](Self::path), [`bucket`](Self::bucket) and [`containing`](Self::containing) to some requests, and by
/// [`times`](Self::times), [`skipping`](Self::skipping) and [`flapping`](Self::flapping) to some of these.
///
/// ```
/// # #[cfg(feature = "client")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use influx_core::Client;
/// use influx_core::testing::{At, Script, TestServer};
///
/// let server = TestServer::start()?;
/// let throttled = server.script(Script::answer(503).header("Retry-After", "0").times(2));
/// // behind these: reads one write, stores it, and goes away without a word
/// server.script(Script::usual().reset(At::Answer).times(1));
///
/// let client = Client::builder(server.url()).org("home").build()?;
/// for time in 1..=4 {
///     let _ = client.write("rooms", &format!("climate temperature=21.5 {time}")).await;
/// }
/// assert_eq!(throttled.hits(), 2);
/// assert!(server.requests().iter().any(|request| request.status == 0));
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "client"))]
/// # fn main() {}
/// ```
#[derive(Debug, Clone)]
#[must_use = "a script does nothing until a server plays it"]
pub struct Script {
    which: Which,
    often: Often,
    pub(super) reply: Option<Outgoing>,
    pub(super) stored: bool,
    pub(super) manner: Manner,
}

/// Where a connection ends: a place in the request or in the answer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum At {
    /// Once the head of the request is read, and nothing of its body.
    Body,
    /// Once this many bytes of the request's body are read, as they are sent; at its end, if it is shorter.
    InBody(usize),
    /// Once the request is read and acted on, before the first byte of the answer.
    Answer,
    /// In the middle of the answer's status code: `HTTP/1.1 20`.
    Status,
    /// In the answer's head, before the empty line at its end.
    Head,
    /// Behind the answer's head and this many bytes of its body.
    AnswerBody(usize),
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Close,
    Reset,
    Stall,
}

/// Which requests a script is for.
#[derive(Debug, Clone, Default)]
struct Which {
    path: Option<String>,
    bucket: Option<String>,
    word: Option<Vec<u8>>,
}

/// How many of them.
#[derive(Debug, Clone, Copy)]
struct Often {
    skip: u64,
    times: u64,
    /// The first of how many.
    flapping: Option<(u64, u64)>,
}

/// How a request is read and answered, whatever the answer is.
#[derive(Debug, Clone, Default)]
pub(super) struct Manner {
    pub(super) delay: Duration,
    pub(super) read_pace: Option<Pace>,
    pub(super) pace: Option<Pace>,
    pub(super) end: Option<(At, End)>,
    pub(super) endless: bool,
    pub(super) damaged: bool,
}

/// So many bytes each interval.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) bytes: usize,
    pub(super) every: Duration,
}

impl Manner {
    /// Whether not even a status is sent.
    pub(super) fn is_silent(&self) -> bool {
        matches!(self.end, Some((At::Body | At::InBody(_) | At::Answer | At::Status, _)))
    }
}

impl Script {
    /// The server does as it always does, but for what else the script says.
    pub fn usual() -> Self {
        let often = Often { skip: 0, times: u64::MAX, flapping: None };
        Self { which: Which::default(), often, reply: None, stored: false, manner: Manner::default() }
    }

    /// The server answers with this status and does nothing; see [`stored`](Self::stored). Without
    /// [`body`](Self::body) the body is empty.
    pub fn answer(status: u16) -> Self {
        Self { reply: Some(Outgoing::empty(status)), ..Self::usual() }
    }

    // === What is answered ===

    /// Adds a header to an [`answer`](Self::answer), as it is: nothing is checked. `Content-Length` and
    /// `Transfer-Encoding` stand in place of the server's own.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let Some(reply) = &mut self.reply {
            reply.headers.push((name.into().into(), value.into()));
        }
        self
    }

    /// The body of an [`answer`](Self::answer); the statuses 1xx, 204 and 304 have it in spite of HTTP, too.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        if let Some(reply) = &mut self.reply {
            reply.body = body.into();
        }
        self
    }

    /// The body of an [`answer`](Self::answer) goes on without end, its bytes (or `.`) over and over.
    pub fn endless(mut self) -> Self {
        self.manner.endless = true;
        self
    }

    /// The server acts on the request all the same, as if it were to answer as usual: it stores lines.
    pub fn stored(mut self) -> Self {
        self.stored = true;
        self
    }

    // === How ===

    /// Waits before it answers, once the request is read.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.manner.delay = delay;
        self
    }

    /// Sends the answer slowly: so many bytes (at least one) each interval.
    pub fn paced(mut self, bytes: usize, every: Duration) -> Self {
        self.manner.pace = Some(Pace { bytes: bytes.max(1), every });
        self
    }

    /// Reads the request's body slowly: so many bytes (at least one) each interval. What fits into the buffers of
    /// the operating system, the client has sent by then.
    pub fn read_paced(mut self, bytes: usize, every: Duration) -> Self {
        self.manner.read_pace = Some(Pace { bytes: bytes.max(1), every });
        self
    }

    /// Closes the connection at this place, in order.
    pub fn close(self, at: At) -> Self {
        self.end(at, End::Close)
    }

    /// Resets the connection at this place.
    pub fn reset(self, at: At) -> Self {
        self.end(at, End::Reset)
    }

    /// Neither reads nor sends anything from this place on, until the client goes.
    /// `Script::usual().stall(At::Answer)` never answers.
    pub fn stall(self, at: At) -> Self {
        self.end(at, End::Stall)
    }

    fn end(mut self, at: At, end: End) -> Self {
        self.manner.end = Some((at, end));
        self
    }

    /// Flips a bit in the middle of compressed bodies before they are read, as a bad line would. Others stay
    /// whole: nobody could tell.
    pub fn damaged(mut self) -> Self {
        self.manner.damaged = true;
        self
    }

    // === Which ===

    /// Only requests to this path, such as `/api/v2/write`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.which.path = Some(path.into());
        self
    }

    /// Only writes to this bucket; for the paths of 1.x and 3, the database, or `database/retention_policy`.
    pub fn bucket(mut self, bucket: impl Into<String>) -> Self {
        self.which.bucket = Some(bucket.into());
        self
    }

    /// Only requests that have this word in their body, inflated. The body is then read to its end before
    /// anything goes wrong, even where the script says [`At::Body`].
    pub fn containing(mut self, word: impl Into<Vec<u8>>) -> Self {
        self.which.word = Some(word.into());
        self
    }

    /// Only this many requests; those behind them are as if there were no script. Default: all.
    pub fn times(mut self, times: u64) -> Self {
        self.often.times = times;
        self
    }

    /// Not the first `requests` that it is for, those not counted that a script before it takes.
    pub fn skipping(mut self, requests: u64) -> Self {
        self.often.skip = requests;
        self
    }

    /// Only the first `count` of every `of` requests.
    pub fn flapping(mut self, count: u64, of: u64) -> Self {
        self.often.flapping = Some((count, of.max(1)));
        self
    }
}

/// A script that a server plays.
#[derive(Debug, Clone)]
pub struct Playing {
    hits: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
}

impl Playing {
    /// How many requests went wrong by it.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::SeqCst)
    }

    /// Ends it: from now on requests are as if there were no script.
    pub fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }
}
