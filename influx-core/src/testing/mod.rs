//! An embedded InfluxDB for tests: real HTTP on a free loopback port, everything in memory.
//!
//! [`TestServer`] answers writes as InfluxDB 2 does, down to its error bodies, and shows what it stored and which
//! requests came. Use it to test a service that writes to InfluxDB, with this crate's client or any other.
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

mod connection;
mod handler;
mod hash;
mod server;
mod store;

pub use handler::RecordedRequest;
pub use hash::line_hash;
pub use server::{TestServer, TestServerBuilder};
pub use store::{StoredPoint, StoredValue};
