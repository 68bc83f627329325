//! Line protocol: from typed records to bytes, and back.
//!
//! No input or output and no async code stands here, and no other part of the crate writes line protocol.
//!
//! The way of a record: [`LineBuffer::push`] opens a [`Line`], the record's [`Measurement::encode`] asks it for
//! [slots](TagSlot), each value ends its slot, and the line's end makes it part of the buffer or takes it back.

mod buffer;
mod check;
mod coerce;
mod compat;
mod cursor;
mod error;
mod escape;
mod from_epoch;
mod key;
mod literal;
mod measurement;
#[cfg(feature = "serde")]
mod member;
mod number;
mod options;
mod point;
#[doc(hidden)]
pub mod private;
mod raw;
pub mod read;
#[doc(hidden)]
pub mod ready;
#[cfg(any(feature = "client", feature = "serde", feature = "test-server"))]
pub(crate) mod rfc3339;
mod schema;
mod shortest;
pub(crate) mod shown;
mod slot;
mod state;
#[cfg(test)]
mod tests;
mod time;
pub mod tuple;
mod value;

pub use buffer::{LineBuffer, RawError, RejectReason, RejectedLine};
pub use cursor::{Line, LineKey};
pub use error::{EncodeError, EncodeErrorKind, Flaw, Part};
pub use from_epoch::{FromEpoch, FromTicks};
pub use key::Key;
pub use measurement::{Group, Measurement};
pub use options::{EncodeOptions, NonFinite};
pub use point::{Point, PointField, PointTag, PointValue};
pub use schema::{Column, Described, DescribedVariants, Member, Role, Schema, ValueType};
pub use slot::{FieldSlot, TagSlot};
#[cfg(feature = "client")]
pub(crate) use time::LIMIT;
pub use time::{Epoch, Micros, Millis, Nanos, Precision, Seconds, Ticks, TimeUnit, Timestamp};

pub use value::{FieldValue, TagValue};
