//! The one way to a server: a [`Call`] is a request and its decoder, a [`Transport`] carries it.

mod arriving;
mod body;
mod byte_stream;
mod call;
mod execute;
mod gzip;
mod inflate;
mod network;
mod pem;
mod redact;
pub(crate) mod request;
pub(crate) mod response;
mod retry;
mod transport;

/// The crates whose types [`Transport`] has in its signature.
pub use ::{bytes, http};

pub use crate::blocking::Blocking;
pub(crate) use arriving::{Arriving, Sent};
pub use body::{Body, Chunks};
pub use byte_stream::ByteStream;
pub use call::{Call, CallFuture};
pub use gzip::Gzip;
pub(crate) use network::{NetworkOptions, Proxy, TlsOptions};
pub use pem::Pem;
pub(crate) use redact::Secrets;
pub(crate) use request::{Limits, Request};
pub(crate) use response::{Answer, check};
pub use retry::RetryPolicy;
pub(crate) use retry::{Backoff, retry_after};
pub(crate) use transport::network;
pub use transport::{Transport, TransportError, TransportErrorKind, TransportFuture};
