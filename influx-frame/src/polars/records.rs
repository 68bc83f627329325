//! Records of derived types as data frames, and back.

#[cfg(feature = "client")]
use influx_core::query::FromRowOwned;
use influx_core::{Described, Measurement};
use polars::prelude::DataFrame;

use crate::records::{self, RecordsError};

/// The records as a frame: a column for each tag, field and the time, in the order of the type's
/// [`SCHEMA`](Described::SCHEMA), with the types that they have in the database.
///
/// The time is called as its member is, or `time` if it is a flattened type's; it counts nanoseconds in UTC. What a record
/// leaves out is null. A measurement that comes from the record is the first column, `_measurement`.
///
/// # Errors
///
/// A record cannot be encoded, as one without fields or with a float that is not finite; or a type that was described by
/// hand writes something else.
///
#[cfg_attr(feature = "client", doc = "```")]
#[cfg_attr(not(feature = "client"), doc = "```ignore")]
/// use influx_core::{FromRow, Measurement, Nanos};
///
/// #[derive(Debug, PartialEq, Measurement, FromRow)]
/// struct Climate {
///     #[tag]
///     room: String,
///     #[field]
///     degrees: Option<f64>,
///     #[time]
///     at: Nanos,
/// }
///
/// let hall = Climate { room: "hall".to_owned(), degrees: Some(21.5), at: Nanos(1_700_000_000_000_000_000) };
/// let frame = influx_frame::polars::from_records(std::slice::from_ref(&hall))?;
/// assert_eq!(frame.get_column_names(), ["room", "degrees", "at"]);
/// assert_eq!(influx_frame::polars::to_records::<Climate>(&frame)?, [hall]);
/// # Ok::<(), influx_frame::RecordsError>(())
/// ```
pub fn from_records<T: Measurement + Described>(records: &[T]) -> Result<DataFrame, RecordsError> {
    records::from_records(records)
}

/// The rows of a frame as records, which find their columns by name, as rows of an answer: see
/// [`FromRow`](influx_core::FromRow). Times without a zone are those of UTC; decimals are the nearest float.
///
/// # Errors
///
/// A column is missing, or a value does not fit: with the row and the column.
#[cfg(feature = "client")]
pub fn to_records<T: FromRowOwned>(frame: &DataFrame) -> Result<Vec<T>, RecordsError> {
    records::to_records(frame)
}
