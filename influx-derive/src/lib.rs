//! Derive macros of `influx-core`.
