//! Times for the crates of the ecosystem: a file for each.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(any(feature = "client", feature = "serde"))]
mod serde;
#[cfg(feature = "time")]
mod time;
