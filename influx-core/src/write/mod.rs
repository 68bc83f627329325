//! From records to what the server acknowledges.

mod batch;
mod deliver;
mod destination;
mod dialect;
mod isolate;
mod options;
mod outcome;
mod records;
mod report;
mod writer;

pub use batch::Part;
pub use deliver::{Attempt, Deliver, Delivery};
pub use destination::Destination;
pub use dialect::Dialect;
pub use options::{Overflow, WriteOptions};
pub use outcome::{Others, Outcome, Progress};
pub use records::Records;
pub use report::{DropReason, Dropped, Rejected, Report, Verdict};
pub use writer::{
    Acked, Acknowledgement, Blocked, Close, CloseReport, Flush, FlushReport, Receipt, Stats, Write, WriteAll,
    WriteAllError, Writer,
};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{Answer, Call};
use records::Encoded;

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
}

impl Client {
    /// Writes one record, or an array, slice or vector of them, or text in line protocol, or a ready
    /// [`LineBuffer`](crate::LineBuffer), in one request.
    ///
    /// The destination is a bucket's name, or a [`Destination`] that says more. All records are encoded here, before
    /// anything is sent, so the records need not outlive this call, and memory grows with them.
    ///
    /// `Ok` means that the server has stored every line. Without any record, nothing is sent.
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
    /// - [`Config`](crate::ErrorKind::Config): there is no organisation or bucket, or a line buffer has
    ///   another precision than the destination. Nothing was sent.
    /// - Every kind of the network and of the server's refusals. A server that finds one bad line may have
    ///   stored the others; [`Error::server`] has its words.
    ///
    /// Where it is unknown whether the server acted, the error is [retryable](Error::is_retryable) only if every
    /// line has a time: the server stamps a line without one anew each time, so that it would be stored twice.
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
        match self.prepare(&destination.into(), records) {
            Ok(call) => call,
            Err(error) => Call::settled(Err(error)),
        }
    }

    fn prepare<R: Records + ?Sized>(&self, to: &Destination, records: &R) -> Result<Call<WriteReport>> {
        let precision = records::precision(records, to.precision)?;
        let request = self.dialect().write(to, self.org(), precision)?;
        let Encoded { body, repeatable, report } = records::encode(records, precision)?;
        if body.is_empty() {
            return Ok(Call::settled(Ok(report)));
        }
        let request = request.body(body).idempotent(repeatable);
        Ok(Call::new(self.clone(), request, move |answer| acknowledged(&answer).map(|()| report)))
    }
}

/// Only what an InfluxDB says after storing counts: the login page of a network also answers 200.
fn acknowledged(answer: &Answer) -> Result<()> {
    match answer.status {
        204 => Ok(()),
        200 if answer.body.is_empty() => Ok(()),
        status => {
            let what =
                format!("a write is acknowledged with 204, the answer was {status}: is this an InfluxDB?");
            Err(Error::unexpected(answer.request.clone(), status, what))
        }
    }
}
