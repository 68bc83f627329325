//! Typed data into InfluxDB.

pub mod line;

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "client")]
pub mod error;
#[cfg(feature = "client")]
pub mod http;
#[cfg(feature = "test-server")]
pub mod testing;
#[cfg(feature = "client")]
pub mod write;

#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder};
#[cfg(feature = "client")]
pub use error::{Error, ErrorKind, Result, ServerError};
#[cfg(feature = "client")]
pub use write::{Destination, WriteReport};

pub use line::{
    EncodeError, EncodeOptions, Line, LineBuffer, Measurement, Nanos, Precision, RawError, Timestamp,
};
