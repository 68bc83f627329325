//! An embedded InfluxDB for tests: real HTTP on a free loopback port, everything in memory.
//!
//! [`TestServer`] answers writes as InfluxDB 2 does (or 1, or 3), down to its error bodies, and shows what it stored
//! and which requests came. A [`Script`] lets things go wrong. Use it to test a service that writes to InfluxDB, with
//! this crate's client or any other.
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

mod answer;
mod auth;
mod builder;
mod connection;
mod handler;
mod hash;
mod request;
mod script;
mod server;
mod store;
mod version;
mod write;

pub use builder::TestServerBuilder;
pub use hash::line_hash;
pub use request::RecordedRequest;
pub use script::{At, Playing, Script};
pub use server::TestServer;
pub use store::{StoredPoint, StoredValue};
