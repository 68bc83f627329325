//! The rows of queries as frames: [`QueryFrames`] says how.

mod cells;
mod gather;
mod options;
mod query;
mod stream;
mod table;

pub use self::options::Concat;
pub use self::query::{FrameQuery, Output, QueryFrame, QueryFrames, ReadFrame};
pub use self::stream::FrameStream;
