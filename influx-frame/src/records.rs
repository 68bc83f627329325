//! Records of derived types as frames, and frames as records.

mod encoded;
mod error;
#[cfg(feature = "client")]
mod rows;

pub(crate) use self::encoded::from_records;
pub use self::error::RecordsError;
#[cfg(feature = "client")]
pub(crate) use self::rows::to_records;
