//! [`Timestamp`](super::Timestamp) for the time crates of the ecosystem, a file and a feature each.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;
