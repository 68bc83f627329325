//! Typed data into InfluxDB.

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "client")]
pub mod error;
#[cfg(feature = "client")]
pub mod http;
pub mod line;
#[cfg(feature = "test-server")]
pub mod testing;
#[cfg(feature = "client")]
pub mod write;

#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder};
#[cfg(feature = "client")]
pub use error::{Error, ErrorKind, Result, ServerError};
#[cfg(feature = "derive")]
pub use influx_derive::{Measurement, TagValue};
#[doc(hidden)]
pub use line::private as __private;
pub use line::{
    Column, Described, DescribedVariants, EncodeError, EncodeErrorKind, EncodeOptions, Epoch, FieldSlot,
    FieldValue, Flaw, Group, Key, Line, LineBuffer, LineKey, Measurement, Member, Micros, Millis, Nanos,
    NonFinite, Part, Point, PointField, PointTag, PointValue, Precision, RawError, RejectReason,
    RejectedLine, Role, Schema, Seconds, TagSlot, TagValue, Ticks, TimeUnit, Timestamp, ValueType, tuple,
};
#[cfg(feature = "client")]
pub use write::{Destination, WriteReport};
