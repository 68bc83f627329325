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
    FieldValue, Flaw, Group, Key, Line, LineBuffer, LineKey, Measurement, Member, Micros, Millis, Nanos,
    NonFinite, Part, Point, PointField, PointTag, PointValue, Precision, RawError, RejectReason,
    RejectedLine, Role, Schema, Seconds, TagSlot, TagValue, Ticks, TimeUnit, Timestamp, ValueType, tuple,
};
#[cfg(feature = "client")]
pub use write::{Destination, WriteReport};
