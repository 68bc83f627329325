//! Deleting points.

use serde_json::{Value, json};

use super::answer::{call, done};
use super::{Predicate, Span};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{Call, Request};
use crate::write::Destination;
use crate::{Epoch, Precision};

/// Points that are to be deleted, made by [`Client::delete`].
#[derive(Debug)]
#[must_use = "nothing is deleted before it is sent"]
pub struct Delete {
    client: Client,
    request: Result<Request>,
    /// The first and the last nanosecond.
    ends: Result<(i64, i64)>,
    predicate: Result<Option<String>>,
}

impl Client {
    /// Deletes the points of a bucket in a range of time: all of them, or those of the series that a
    /// [`predicate`](Delete::predicate) means. Only InfluxDB 2 and Cloud can.
    ///
    /// The range is one of Rust, over any [`Timestamp`](crate::Timestamp): `start..stop` leaves `stop` out, `start..=stop`
    /// does not, `..` is all time. Servers delete both ends of what they are told, so that the last nanosecond before
    /// `stop` is what they are told for `start..stop`. Of a [`Destination`], place and organisation count, and not how
    /// it is written to.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::{Duration, SystemTime};
    ///
    /// use influx_core::api::Predicate;
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::builder().token("secret").org("my-org").bucket("machines").start()?;
    /// let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
    ///
    /// client.write("machines", "cpu,host=a usage=1.5\ncpu,host=b usage=2.5").await?;
    ///
    /// let now = SystemTime::now();
    /// let last_hour = now - Duration::from_secs(3_600)..=now;
    /// let of_one_host = Predicate::measurement("cpu").and_tag("host", "a");
    /// client.delete("machines", last_hour).predicate(of_one_host).send().await?;
    /// assert_eq!(server.series("machines"), ["cpu,host=b"]);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    pub fn delete(&self, destination: impl Into<Destination>, range: impl Span) -> Delete {
        let request = self.dialect().delete(&destination.into(), self.org());
        Delete { client: self.clone(), request, ends: range.ends(), predicate: Ok(None) }
    }
}

impl Delete {
    /// Only the points of these series. Default: all.
    pub fn predicate(mut self, predicate: Predicate) -> Self {
        self.predicate = predicate.text().map(Some);
        self
    }

    /// Only the points of these series, in the server's own words, such as `_measurement="cpu" AND host="a"`. The text
    /// is sent as it is: never build it of what others may choose.
    pub fn predicate_text(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        // servers take it for all points
        self.predicate = match text.trim().is_empty() {
            true => {
                Err(Error::config("the predicate is empty: leave it out to delete all points of the range"))
            }
            false => Ok(Some(text)),
        };
        self
    }

    /// The call that deletes them. It may take as long as a query.
    ///
    /// # Errors
    ///
    /// - [`Config`](crate::ErrorKind::Config): the range is empty or its ends are no times that servers store, the
    ///   predicate cannot be written, there is no organisation, or the server is one of version 1 or 3. Nothing was sent.
    /// - Every kind of the network and of the server's refusals: [`NotFound`](crate::ErrorKind::NotFound) if there is no
    ///   such bucket, [`Rejected`](crate::ErrorKind::Rejected) for a predicate that the server cannot read.
    pub fn send(self) -> Call<()> {
        let Self { client, request, ends, predicate } = self;
        let request = request.and_then(|mut request| {
            // servers answer when all is gone
            request.limits = Some(client.query_limits());
            let (start, stop) = ends?;
            let time = |nanos| Value::from(Epoch::from_ticks(nanos, Precision::Nanoseconds).to_string());
            let mut body = json!({ "start": time(start), "stop": time(stop) });
            if let Some(predicate) = predicate? {
                body["predicate"] = predicate.into();
            }
            request.json(&body)
        });
        call(&client, request, done)
    }
}
