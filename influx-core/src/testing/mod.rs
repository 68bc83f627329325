//! An embedded InfluxDB for tests: real HTTP on a free loopback port, everything in memory.
//!
//! [`TestServer`] answers writes as InfluxDB 2 does (or 1, or 3), down to its error bodies, and shows what it stored
//! and which requests came. A [`Script`] lets things go wrong. Use it to test a service that writes to InfluxDB, with
//! this crate's client or any other.
//!
//! As InfluxDB 2 it can be administered and asked, too:
//!
//! - Set-up code finds organisations, buckets, users, labels, tasks and their runs, authorizations, members and owners,
//!   explicit schemas, database mappings (which `/write` follows) and `/api/v2/setup`, all in memory, with the
//!   statuses and errors of the contract. Buckets of the API are those that are written to. Tasks are never run.
//! - `/api/v2/delete` takes predicates of `=` and `!=` with `AND`.
//! - `/api/v2/query` answers in annotated CSV what `from`, `range` and `filter` mean, with comparisons, `and`, `or` and
//!   `not`; and `pivot` of fields, `limit`, `sort`, `drop`, `keep`, `yield` and `buckets()`. Values may be `params`, or
//!   names of `extern`. Any other Flux is refused (400), with what is not known and where it stands.
//!
//! As InfluxDB 3 it has `/api/v3/configure/database` and `/table`; as InfluxDB 1, `CREATE`, `DROP` and `SHOW` of
//! databases at `/query`.
//!
//! ```
//! # #[cfg(feature = "client")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use influx_core::{Client, testing::{StoredValue, TestServer}};
//!
//! let server = TestServer::builder().token("secret").bucket("rooms").start()?;
//! let client = Client::builder(server.url()).token("secret").org("home").build()?;
//! client.write("rooms", "climate,room=kitchen temperature=21.5 1700000000000000000").await?;
//!
//! let points = server.points("rooms");
//! assert_eq!(points[0].tags["room"], "kitchen");
//! assert_eq!(points[0].fields["temperature"], StoredValue::Float(21.5));
//! assert_eq!(server.requests()[0].status, 204);
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "client"))]
//! # fn main() {}
//! ```

mod admin;
mod answer;
mod auth;
mod buckets;
mod builder;
mod connection;
mod csv;
mod delete;
mod flux;
mod handler;
mod hash;
mod ids;
mod listener;
mod request;
mod script;
mod server;
mod state;
mod store;
mod time;
mod v1;
mod v3;
mod version;
mod words;
mod write;

pub use builder::TestServerBuilder;
pub use hash::line_hash;
pub use request::RecordedRequest;
pub use script::{At, Playing, Script};
pub use server::TestServer;
pub use store::{StoredPoint, StoredValue};
