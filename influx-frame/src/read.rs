//! The rows of queries as frames: [`QueryFrames`] says how.

mod cells;
mod gather;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod query;
mod stream;
mod table;

pub use self::options::Concat;
#[cfg(feature = "parquet")]
pub use self::parquet::{ParquetBatches, ParquetQuery, QueryParquet};
pub use self::query::{FrameOutput, FrameQuery, QueryFrame, QueryFrames, ReadFrame};
pub use self::stream::FrameStream;
