//! Typed data into InfluxDB.
