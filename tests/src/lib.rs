//! What the integration tests and the fuzz targets share.

pub mod answers;
pub mod bad_input;
pub mod canned;
pub mod csv;
pub mod generate;
pub mod json_rows;
pub mod oracle;
pub mod property;
pub mod reader;
pub mod record;
pub mod rule;
pub mod spool;
