//! Why records are no frame, or a frame is no records.

use influx_core::EncodeError;
#[cfg(feature = "client")]
use influx_core::query::RowError;

/// Why records do not become a frame, or the rows of a frame no records.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordsError {
    /// A record cannot be encoded.
    #[error("record {record}: {error}")]
    #[non_exhaustive]
    Record {
        /// Its number, from 0.
        record: usize,
        /// Why not. It names the tag or the field.
        error: EncodeError,
    },
    /// What a record writes is not what its type describes, as can be where that is done by hand.
    #[error("record {record}: it writes {found}, which its schema does not describe")]
    #[non_exhaustive]
    Undescribed {
        /// Its number, from 0.
        record: usize,
        /// The measurement, the tag or the field.
        found: String,
    },
    /// Two columns have one name: of a frame two that the type reads, or those of two members of the type.
    #[error("column {column:?}: there are two of this name: rename one")]
    #[non_exhaustive]
    Twice {
        /// The name.
        column: String,
    },
    /// The library cannot make a frame of the columns.
    #[error("{why}")]
    #[non_exhaustive]
    Frame {
        /// What it says.
        why: String,
    },
    /// A row of a frame does not fit the type.
    #[cfg(feature = "client")]
    #[error("row {row}: {error}")]
    #[non_exhaustive]
    Row {
        /// Its number, from 0.
        row: usize,
        /// Why not. It names the column.
        error: RowError,
    },
}
