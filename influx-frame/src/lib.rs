//! Data frames into InfluxDB, by the roles of their columns.
//!
//! **This version is empty**: it holds the name, has no items and depends on nothing. To write data today, use
//! `influx-core`: derive its `Measurement` for a record, or describe a tuple with its `tuple::row`, and push the
//! rows one by one.
//!
//! What will live here is the way from columns to lines: a description of which column is the measurement, which
//! are tags, fields and the time, and an encoder that turns the rows of a Polars or Arrow frame into line protocol by
//! it, through the slots of `influx-core` and under the same rules.
