//! Queries: from a question to rows.
#![allow(
    private_interfaces,
    reason = "the trait of the languages is sealed: nobody outside can call what it is made of"
)]

mod buffer;
mod column;
mod csv;
mod cursor;
mod de;
mod decode;
#[cfg(test)]
mod fixture;
mod flux;
mod forms;
mod from_row;
mod from_value;
mod influxql;
mod json;
mod lines;
mod message;
mod param;
mod params;
mod pivot;

mod record;
mod row;
mod row_error;
mod rows;
mod script;
mod series;
mod sql;
mod table;
mod v3;
mod value;
mod wanted;

pub use column::{Column, DataType, Header};
pub use cursor::Cursor;
pub(crate) use flux::Profilers;
pub use flux::{Annotation, Binding, CsvDialect, DateTimeFormat, Flux, Profiler};
pub use forms::{Language, Query};
pub use from_row::{FromRow, FromRowOwned, RowReader};
pub use from_value::FromValue;
pub use influxql::InfluxQl;
use message::Notify;
pub use message::ServerMessage;
pub use param::Param;
pub use record::Record;
pub use row::{Cell, Row};
pub use row_error::RowError;
pub use rows::{BlockingRows, Rows};
pub use script::Invocation;
pub use sql::Sql;
pub use table::{Table, Tables};
pub use value::Value;
pub use wanted::Wanted;
