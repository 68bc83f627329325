//! What the integration tests and the fuzz targets share.

pub mod generate;
pub mod oracle;
pub mod property;
pub mod reader;
pub mod record;
pub mod rule;
