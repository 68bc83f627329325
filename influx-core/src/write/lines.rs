//! Records that come one after the other: iterators in place of collections.

use std::cell::Cell;
use std::fmt;

use super::records::{Records, private};
use crate::error::{Error, Result};
use crate::line::{LineBuffer, Measurement};

/// Makes any iterator of records something that [`Client::write`](crate::Client::write) takes.
///
/// The records are taken and encoded in the call that it is passed to, one after the other, so that none of them
/// outlives its own line; the lines of all of them stand in memory until they are sent. An error names the record by
/// its place in the iterator, from 0.
///
/// It gives its records once. Passing it again is an error of kind [`Config`](crate::ErrorKind::Config), as nothing
/// would be written.
///
/// ```
/// # #[cfg(feature = "test-server")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use influx_core::{Client, Nanos, Point, lines, testing::TestServer};
///
/// let server = TestServer::builder().bucket("home").start()?;
/// let client = Client::builder(server.url()).org("my-org").build()?;
///
/// let readings = [("kitchen", 21.5), ("hall", 18.0)];
/// let points = readings.iter().zip(1..).map(|((room, degrees), at)| {
///     Point::new("climate").tag("room", *room).field("temperature", degrees).time(Nanos(at))
/// });
/// let report = client.write("home", &lines::iter(points)).await?;
/// assert_eq!(report.lines, 2);
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "test-server"))]
/// # fn main() {}
/// ```
pub fn iter<I>(records: I) -> Iter<I::IntoIter>
where
    I: IntoIterator,
    I::Item: Measurement,
{
    Iter(Cell::new(Some(records.into_iter())))
}

/// The records of an iterator: see [`iter`].
pub struct Iter<I>(Cell<Option<I>>);

impl<I> Records for Iter<I>
where
    I: Iterator,
    I::Item: Measurement,
{
    fn encode_records(&self, lines: &mut LineBuffer, _: private::Token) -> Result<()> {
        let Some(records) = self.0.take() else {
            return Err(Error::config(
                "the records of this iterator were written before: make a new one with lines::iter",
            ));
        };
        for (index, record) in records.enumerate() {
            lines.push(&record).map_err(|error| Error::encode(index, error))?;
        }
        Ok(())
    }
}

impl<I> fmt::Debug for Iter<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").finish_non_exhaustive()
    }
}
