//! Queries: from a question to rows.
#![allow(
    private_interfaces,
    reason = "the trait of the languages is sealed: nobody outside can call what it is made of"
)]

mod buffer;
mod column;
mod csv;
mod cursor;
mod decode;
mod flux;
mod from_row;
mod influxql;
mod json;
mod lines;
mod message;
mod params;
mod query;
mod record;
mod row;
mod rows;
mod series;
mod sql;
mod v3;
mod value;

pub use column::{Column, DataType, Header};
pub use cursor::Cursor;
pub use flux::Flux;
pub use from_row::{FromRow, FromRowOwned, RowReader, Wanted};
pub use influxql::InfluxQl;
use message::Notify;
pub use message::ServerMessage;
pub use params::Param;
pub use query::{Language, Query};
pub use record::Record;
pub use row::{Cell, Row};
pub use rows::{BlockingRows, Rows};
pub use sql::Sql;
pub use value::{FromValue, RowError, Value};
