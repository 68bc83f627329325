//! `Client::write`: records in one call, each with its verdict when the call ends.

use std::sync::Arc;

use tokio::time::{Instant, sleep};

use super::batch::Batch;
use super::isolate::{Plan, Settled, Then};
use super::records::{self, Encoded};
use super::send::HttpDeliver;
use super::{Deliver, Destination, DropReason, Part, Progress, Records, Verdict};
use crate::client::Client;
use crate::error::{Error, FailedRecord, PartialWrite, Result};
use crate::http::{Call, RetryPolicy};
use crate::line::LineBuffer;

/// The most lines of one request.
const ROWS: usize = 10_000;
/// The most bytes of one request; a longer line goes alone.
const BYTES: usize = 4 * 1024 * 1024;
/// The most requests that are spent on finding which lines of one request are refused: 1 bad line in 100 costs 1,530 of
/// them in 10,000 lines.
const ISOLATING: u32 = 2_000;

/// What a write stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct WriteReport {
    /// The lines that the server acknowledged, one a record.
    pub lines: u64,
    /// Their size in bytes, as encoded.
    pub bytes: u64,
    /// The fields that were left out because their number was no number or infinite.
    pub skipped_non_finite: u64,
    /// How many requests it took.
    pub requests: u64,
    /// How many of them were a repetition, after a fault that time healed.
    pub retries: u64,
}

impl Client {
    /// Writes one record, or an array, slice or vector of them, or an iterator by
    /// [`lines::iter`](crate::lines::iter), or text in line protocol, or a ready [`LineBuffer`].
    ///
    /// The destination is a bucket's name, or a [`Destination`] that says more. All records are encoded here, before
    /// anything is sent, so the records need not outlive this call, and memory grows with them, up to 4 GiB of lines.
    /// They are sent in requests of at most 10,000 lines and 4 MiB, one after the other.
    ///
    /// `Ok` means that the server has stored every line. Without any record, nothing is sent.
    ///
    /// What time may heal (no connection, 429, 500, 502, 503, 504 and the like) is tried again by the client's
    /// [`RetryPolicy`]; a wrong token, a missing bucket or a redirect returns at once. If the server refuses some of the
    /// lines, the others are stored all the same, and the error says which are not. Where the server does not say
    /// it itself, that is found by sending smaller parts, in at most 2,000 requests for each of these; then the call
    /// gives up.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::{Client, Destination, Precision, testing::TestServer};
    ///
    /// let server = TestServer::builder().bucket("machines").start()?;
    /// let client = Client::builder(server.url()).org("my-org").build()?;
    ///
    /// let report = client.write("machines", "cpu,host=a usage=1.5 1700000000000000000").await?;
    /// assert_eq!(report.lines, 1);
    ///
    /// let seconds = Destination::bucket("machines").precision(Precision::Seconds);
    /// client.write(seconds, "cpu,host=b usage=2.5 1700000000").await?;
    /// assert_eq!(server.series("machines"), ["cpu,host=a", "cpu,host=b"]);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// When awaited:
    /// - [`Encode`](crate::ErrorKind::Encode): a record cannot be encoded; [`Error::record`] says which.
    ///   Nothing was sent.
    /// - [`Config`](crate::ErrorKind::Config): there is no organisation or bucket, the destination sets what its
    ///   dialect lacks, or a line buffer has another precision than the destination. Nothing was sent.
    /// - Every kind of the network and of the server's refusals. [`Error::partial_write`] has what became of each
    ///   record: how many are stored, which the server refused and why, and which were given up.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::builder().bucket("machines").start()?;
    /// let client = Client::builder(server.url()).org("my-org").build()?;
    ///
    /// client.write("machines", "cpu usage=1.5 1").await?;
    /// let error = client.write("machines", "cpu usage=2.5 2\ncpu usage=true 3").await.unwrap_err();
    ///
    /// let partial = error.partial_write().ok_or("no report")?;
    /// assert_eq!((partial.stored, partial.dropped.len()), (1, 0));
    /// assert_eq!((partial.rejected[0].index, partial.rejected[0].line()), (1, "cpu usage=true 3"));
    /// assert!(partial.rejected[0].reason.contains("field type conflict"));
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    ///
    /// After a fault that leaves it open whether the server acted, lines are only sent again if each has a time: the
    /// server stamps a line without one anew each time, so that it would be stored twice. Looking for refused lines
    /// sends the others again all the same, where the server does not say which it stored.
    /// A [`LineBuffer`] with [`EncodeOptions::stamp`](crate::EncodeOptions::stamp) gives each line a
    /// time here.
    ///
    /// # Cancel safety
    ///
    /// See [`Call`]: what was dropped half-way may be stored or not. Writing the same records again changes
    /// nothing if they carry their own time.
    pub fn write<R: Records + ?Sized>(
        &self,
        destination: impl Into<Destination>,
        records: &R,
    ) -> Call<WriteReport> {
        match self.prepare(destination.into(), records) {
            Ok(call) => call,
            Err(error) => Call::settled(Err(error)),
        }
    }

    /// An empty buffer that encodes as this client does for a destination: [`write`](Self::write) takes its lines as
    /// they are.
    ///
    /// ```
    /// use influx_core::{Client, Destination, Precision};
    ///
    /// let client = Client::builder("http://localhost:8086").default_tag("site", "berlin").build()?;
    /// let mut lines = client.line_buffer(&Destination::bucket("rooms").precision(Precision::Seconds));
    /// lines.push_raw("climate degrees=21.5 1700000000")?;
    /// assert_eq!(lines.as_str(), "climate,site=berlin degrees=21.5 1700000000\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn line_buffer(&self, to: &Destination) -> LineBuffer {
        let options = self.encode_options().clone();
        let precision = to.precision.unwrap_or(options.unit());
        LineBuffer::with_options(options.precision(precision))
    }

    fn prepare<R: Records + ?Sized>(&self, to: Destination, records: &R) -> Result<Call<WriteReport>> {
        let options = self.encode_options();
        let precision = records::precision(records, to.precision, options)?;
        let request = to.dialect_or(self.dialect()).write(&to, self.org(), precision)?;
        let Encoded { lines, indices } = records::encode(records, options.clone().precision(precision))?;
        let mut report =
            WriteReport { skipped_non_finite: lines.skipped_non_finite(), ..WriteReport::default() };
        if lines.is_empty() {
            return Ok(Call::settled(Ok(report)));
        }
        (report.lines, report.bytes) = (lines.lines() as u64, lines.as_bytes().len() as u64);
        let whole = Part::whole(Arc::new(Batch::new(to, lines)));
        let once = Once {
            deliver: HttpDeliver::new(self.clone()),
            policy: *self.retry(),
            indices,
            report,
            partial: PartialWrite::default(),
            repeatable: whole.is_repeatable(),
            isolating: 0,
            rng: fastrand::Rng::new(),
        };
        Ok(Call::future(request.label(), move || Box::pin(once.run(whole))))
    }
}

/// One call on its way.
struct Once {
    deliver: HttpDeliver,
    policy: RetryPolicy,
    /// The caller's index of each line, where it is not the line's own.
    indices: Option<Vec<u32>>,
    report: WriteReport,
    partial: PartialWrite,
    /// Whether every line has a time.
    repeatable: bool,
    /// The requests that were spent on isolating in this piece of the records.
    isolating: u32,
    rng: fastrand::Rng,
}

/// How a piece of the records ended.
enum End {
    /// Each line has its verdict. The error is that of the first line that is refused.
    Settled(Option<Arc<Error>>),
    /// Nothing more is to be sent, for this reason.
    GivenUp(Arc<Error>),
}

impl Once {
    async fn run(mut self, whole: Part) -> Result<WriteReport> {
        let mut bytes = BYTES;
        let mut refused = None;
        let mut rest = Some(whole);
        while let Some(left) = rest {
            let (piece, behind) = cut(&left, bytes);
            let mut plan = Plan::new(piece);
            self.isolating = 0;
            match self.deliver(&mut plan).await {
                End::Settled(error) => refused = refused.or(error),
                End::GivenUp(error) => {
                    let unsent = behind.map(Plan::new);
                    for mut plan in [Some(plan), unsent].into_iter().flatten() {
                        self.account(plan.drop_rest(DropReason::RetriesExhausted), Some(&error));
                    }
                    return Err(self.failed(error));
                }
            }
            bytes = plan.learned().unwrap_or(bytes).min(bytes);
            rest = behind;
        }
        match refused {
            Some(error) => Err(self.failed(error)),
            None => Ok(self.report),
        }
    }

    /// Sends what a plan asks for until every line has its verdict, or there is no use in going on.
    async fn deliver(&mut self, plan: &mut Plan) -> End {
        let mut refused = None;
        let mut retry = 0;
        let mut failing = None;
        while let Some((part, attempt)) = plan.next() {
            self.report.requests += 1;
            let (settled, then) = plan.took(self.deliver.send(&part, attempt).await);
            if !settled.is_empty() {
                (retry, failing) = (0, None);
            }
            if let Some(first) = self.account(settled, None) {
                refused.get_or_insert(first);
            }
            match then {
                Then::Next | Then::Done => {}
                Then::Isolate if self.isolating < ISOLATING => self.isolating += 1,
                Then::Isolate => {
                    if let Some(error) = plan.last() {
                        return End::GivenUp(error);
                    }
                }
                Then::Blocked { reason } => return End::GivenUp(reason),
                Then::Retry { progress, after, reason } => {
                    // an error that may be repeated whatever the lines are was no half-finished write
                    let safe = progress != Progress::Unknown || part.is_repeatable() || reason.is_retryable();
                    let spent = failing.get_or_insert_with(Instant::now).elapsed();
                    retry += 1;
                    match self.policy.delay(retry, after, spent, &mut self.rng).filter(|_| safe) {
                        Some(delay) => {
                            self.report.retries += 1;
                            sleep(delay).await;
                        }
                        None => return End::GivenUp(reason),
                    }
                }
            }
        }
        End::Settled(refused)
    }

    /// Takes verdicts down; `end` is why the call gives up, if it does. Returns the error of the first line that is
    /// refused.
    fn account(&mut self, settled: Vec<Settled>, end: Option<&Arc<Error>>) -> Option<Arc<Error>> {
        let mut refused = None;
        for Settled { part, verdict, .. } in settled {
            match verdict {
                Verdict::Stored => self.partial.stored += part.lines() as u64,
                Verdict::Rejected(rejected) => {
                    let failed = self.failures(&part, rejected.reason.into(), rejected.error.status(), false);
                    self.partial.rejected.extend(failed);
                    refused.get_or_insert(rejected.error);
                }
                Verdict::Dropped(dropped) => {
                    let error = dropped.error.as_ref().or(end);
                    let reason = error.map_or_else(|| dropped.reason.to_string(), ToString::to_string);
                    let status = error.and_then(|error| error.status());
                    let failed = self.failures(&part, reason.into(), status, dropped.possibly_stored);
                    self.partial.dropped.extend(failed);
                }
            }
        }
        refused
    }

    fn failures(
        &self,
        part: &Part,
        reason: Arc<str>,
        status: Option<u16>,
        possibly_stored: bool,
    ) -> Vec<FailedRecord> {
        let failure = |index| {
            let place = part.place(index) as usize;
            let at = self.indices.as_ref().and_then(|all| all.get(place)).map_or(place, |at| *at as usize);
            FailedRecord::new(at, part.line_bytes(index), Arc::clone(&reason), status, possibly_stored)
        };
        (0..part.lines()).map(failure).collect()
    }

    fn failed(mut self, error: Arc<Error>) -> Error {
        (self.partial.requests, self.partial.retries) = (self.report.requests, self.report.retries);
        self.partial.rejected.sort_by_key(|record| record.index);
        self.partial.dropped.sort_by_key(|record| record.index);
        Error::partial(error, self.partial, self.repeatable)
    }
}

/// What one request takes, and what is behind it.
fn cut(part: &Part, bytes: usize) -> (Part, Option<Part>) {
    let lines = part.lines();
    let mut piece = part.range(0..lines.min(ROWS));
    if piece.lines() > 1 && piece.bytes() > bytes {
        piece = piece.cut_at(bytes).0;
    }
    let taken = piece.lines();
    (piece, (taken < lines).then(|| part.range(taken..lines)))
}

#[cfg(test)]
mod tests {
    use super::super::batch::tests::part;
    use super::*;

    #[test]
    fn requests_are_cut_by_rows_and_by_bytes() {
        let sizes = |mut rest: Option<Part>, bytes| {
            let mut sizes = Vec::new();
            while let Some(left) = rest {
                let (piece, behind) = cut(&left, bytes);
                sizes.push(piece.lines());
                rest = behind;
            }
            sizes
        };
        let many = part(&"m v=1 1\n".repeat(25_000));
        assert_eq!(sizes(Some(many.clone()), BYTES), [10_000, 10_000, 5_000]);
        assert_eq!(sizes(Some(many.range(0..10)), 24), [3, 3, 3, 1]);
        assert_eq!(sizes(Some(many.range(0..2)), 1), [1, 1]);
        assert_eq!(sizes(Some(many.range(0..1)), 1), [1]);
    }
}
