//! Line protocol, the text form in which InfluxDB takes points.

pub mod read;
