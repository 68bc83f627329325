//! The log and its cursor on a disk that fails, loses power, or was damaged.
//!
//! `INFLUX_SPOOL_CASES` says how many crash images the model is compared with at least, `INFLUX_SPOOL_SEED` with which
//! seed to start; a failure names its own.

mod any_bytes;
mod barriers;
mod compare;
mod damage;
mod golden;
mod model;
mod run;
