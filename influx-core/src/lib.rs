//! Typed data into InfluxDB.

pub mod line;

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
