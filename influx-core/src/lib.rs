//! Typed data into InfluxDB.

pub mod line;

pub use line::{EncodeError, EncodeOptions, Line, LineBuffer, Measurement, Nanos, Precision, RawError, Timestamp};
