//! Typed data into InfluxDB.

pub mod line;
