//! A writer against servers that misbehave: every record gets its verdict, and the verdicts are true.
//!
//! Each test writes numbered rows through a real client over real connections, and [`account`] compares what was
//! said of each number with what the server holds. Delays are short, and no test measures any.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod account;
mod answers;
mod breaks;
mod cancelled;
mod lines;
mod random;
mod record;
mod routes;
mod run;
mod single;
mod sizes;
mod tls;
mod waits;
