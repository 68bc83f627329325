//! Typed data into InfluxDB and back: an encoder that turns records into line protocol without allocations, and a
//! client that sends them, reads the answers of queries as the same types, and administers the server.
//!
//! A record that servers would read in another way than it was meant is refused before it is sent, so that no
//! value can add a second line, another tag or another field.
//!
#![cfg_attr(all(feature = "client", feature = "derive", feature = "test-server"), doc = "```")]
#![cfg_attr(not(all(feature = "client", feature = "derive", feature = "test-server")), doc = "```ignore")]
//! use influx_core::testing::TestServer;
//! use influx_core::{Client, Measurement};
//!
//! #[derive(Measurement)]
//! struct Climate<'a> {
//!     #[tag]
//!     room: &'a str,
//!     #[field]
//!     temperature: f64,
//!     #[field]
//!     window_open: Option<bool>,
//!     #[time(unit = "s")]
//!     at: i64,
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // An embedded server; put the URL of a real one in its place.
//!     let server = TestServer::builder().token("secret").bucket("home").start()?;
//!     let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
//!
//!     let readings = [
//!         Climate { room: "kitchen", temperature: 21.5, window_open: Some(true), at: 1_700_000_000 },
//!         Climate { room: "hall", temperature: 18.0, window_open: None, at: 1_700_000_000 },
//!     ];
//!     let report = client.write("home", &readings).await?;
//!
//!     assert_eq!(report.lines, 2);
//!     assert_eq!(server.series("home"), ["climate,room=hall", "climate,room=kitchen"]);
//!     Ok(())
//! }
//! ```
//!
//! # Concepts
//!
//! **Records.** A [`Measurement`] is a record: it encodes itself as one line. Derive it for a type of your
//! own, set a [`Point`] together at run time, describe plain tuples with [`tuple::row`], give roles to what serde
//! serialises ([`serde`]), or hand over lines
//! that are text already ([`LineBuffer::push_raw`]). What its members may be is said at [`TagValue`],
//! [`FieldValue`] and [`Timestamp`].
//!
//! **Lines.** A [`LineBuffer`] takes records one after the other, by its [`EncodeOptions`]: the [`Precision`]
//! of times, what becomes of NaN ([`NonFinite`]), tags that every record gets, what the server can do. A
//! record that is refused leaves it as it was, and the [`EncodeError`] names the part, the key and the
//! reason. [`line::read`] is the way back, from text to points.
//!
//! **Sending.** A [`Client`] belongs to one server. Each call encodes what it is given at once and is sent when it is
//! awaited, or waited for without a runtime; `Ok` means that the server has acknowledged all of it. What time may heal
//! is tried again for a while, by a policy. All that can go wrong is one [`Error`], which knows whether the same call
//! may be made again.
//! A [`Writer`] takes records one by one, and sends them in batches behind the caller's back; each gets one verdict.
//! Nothing here needs a client: the buffer's bytes are the body of a write request, whoever sends it.
//!
//! **Queries.** A client asks in Flux, InfluxQL or SQL: `Client::query`, `influxql`, `sql`. Whatever the language, the
//! answer is read as it arrives, in the same forms: values of a type that derives `FromRow`, rows that borrow from the
//! answer, records, what serde reads, tables, JSON, CSV, bytes. Values from elsewhere are bound as parameters, names are
//! quoted. See the module [`query`].
//!
//! **Administration.** Buckets, users, tasks, authorizations and the rest of what InfluxDB 2 and Cloud manage is in the
//! module [`api`], and so is deleting points; what InfluxDB 1 and 3 have instead is in its modules `v1` and `v3`. All
//! other endpoints are reached by `Client::request`.
//!
//! **Testing.** [`TestServer`] is an embedded InfluxDB for tests of your own: real HTTP on a free port, in
//! memory, with what was stored at hand.
//!
//! # Features
//!
//! | feature | default | brings |
//! | --- | --- | --- |
//! | `derive` | yes | `#[derive(Measurement)]`, `#[derive(TagValue)]` and, with `client`, `#[derive(FromRow)]` |
//! | `client` | yes | [`Client`] and [`Writer`], on tokio and reqwest; without it the crate is the encoder alone |
//! | `gzip` | yes | compressed requests and answers, by zlib-rs, which is Rust; turns on `client` |
//! | `config` | yes | [`Client`] by files and by the environment; turns on `client` |
//! | `rustls` | yes | `https://` by rustls, with the roots of the operating system; turns on `client` |
//! | `native-tls` | no | `https://` by the TLS library of the operating system; turns on `client` |
//! | `serde` | no | records of any type that serde serialises, by roles, and of JSON: the module [`serde`] |
//! | `spool` | no | batches in files, so that the records of a [`Writer`] outlive the process: `WriteOptions::spool`; turns on `client` |
//! | `tracing`, `metrics` | no | spans and events, or counters, of what a writer does, as the [`Writer`] says; turn on `client` |
//! | `test-server` | no | [`TestServer`] |
//! | `chrono`, `jiff`, `time` | no | the types of that crate as times that are written ([`Timestamp`]), read and bound |
//!
//! # Stability
//!
//! The crate needs Rust 1.88. Before version 1.0, a change that breaks code raises the second number of the
//! version, and so does a newer minimum Rust version. Items that are hidden from this documentation are no
//! part of the API.
//!
#![cfg_attr(feature = "client", doc = "[`api`]: mod@api")]
#![cfg_attr(not(feature = "client"), doc = "[`api`]: #features")]
#![cfg_attr(feature = "client", doc = "[`query`]: mod@query")]
#![cfg_attr(not(feature = "client"), doc = "[`query`]: #features")]
#![cfg_attr(feature = "client", doc = "[`Client`]: Client")]
#![cfg_attr(feature = "client", doc = "[`Error`]: Error")]
#![cfg_attr(not(feature = "client"), doc = "[`Client`]: #features")]
#![cfg_attr(not(feature = "client"), doc = "[`Error`]: #features")]
#![cfg_attr(feature = "client", doc = "[`Writer`]: write::Writer")]
#![cfg_attr(not(feature = "client"), doc = "[`Writer`]: #features")]
#![cfg_attr(feature = "test-server", doc = "[`TestServer`]: testing::TestServer")]
#![cfg_attr(not(feature = "test-server"), doc = "[`TestServer`]: #features")]
#![cfg_attr(feature = "serde", doc = "[`serde`]: mod@serde")]
#![cfg_attr(not(feature = "serde"), doc = "[`serde`]: #features")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
pub mod api;
#[cfg(feature = "client")]
mod blocking;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "client")]
pub mod error;
#[cfg(feature = "client")]
pub mod http;
pub mod line;
#[cfg(any(feature = "client", feature = "test-server"))]
mod percent;
#[cfg(feature = "client")]
pub mod query;
#[cfg(feature = "serde")]
pub mod serde;
#[cfg(feature = "test-server")]
pub mod testing;
#[cfg(feature = "client")]
pub mod write;

#[cfg(feature = "client")]
#[doc(hidden)]
pub use blocking::wait as __wait;
#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder};
#[cfg(feature = "client")]
pub use error::{Error, ErrorKind, FailedRecord, PartialWrite, Result, ServerError};
/// Makes a struct or an enum a [`FromRow`](trait@FromRow), so that rows of answers are read into it.
///
#[cfg(all(feature = "derive", feature = "client"))]
#[doc = include_str!("query/from_row.md")]
pub use influx_derive::FromRow;
/// Makes a struct or an enum a [`Measurement`](trait@Measurement), so that `LineBuffer::push` and every writer
/// take it: one value is one line.
///
#[cfg(feature = "derive")]
#[doc = include_str!("line/measurement.md")]
pub use influx_derive::Measurement;
/// Makes an enum or a newtype a [`TagValue`](trait@TagValue) and a [`FieldValue`], so that tags and fields can hold
/// it.
///
#[cfg(feature = "derive")]
#[doc = include_str!("line/tag_value.md")]
pub use influx_derive::TagValue;
#[doc(hidden)]
pub use line::private as __private;
pub use line::{
    Column, Described, DescribedVariants, EncodeError, EncodeErrorKind, EncodeOptions, Epoch, FieldSlot,
    FieldValue, Flaw, FromEpoch, FromTicks, Group, Key, Line, LineBuffer, LineKey, Measurement, Member,
    Micros, Millis, Nanos, NonFinite, Part, Point, PointField, PointTag, PointValue, Precision, RawError,
    RejectReason, RejectedLine, Role, Schema, Seconds, TagSlot, TagValue, Ticks, TimeUnit, Timestamp,
    ValueType, tuple,
};
#[cfg(feature = "client")]
pub use query::{FromRow, FromValue};
#[cfg(feature = "client")]
pub use write::{Consistency, Destination, Dialect, Overflow, WriteOptions, WriteReport, Writer, lines};
