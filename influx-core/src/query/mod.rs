//! Queries: from a question to rows.
//!
//! [`Client::query`](crate::Client::query) asks in Flux, [`Client::influxql`](crate::Client::influxql) in InfluxQL and
//! [`Client::sql`](crate::Client::sql) in SQL. Each gives a [`Query`], which has the setters of its language. It is sent
//! when one of its forms is awaited:
//!
//! | form | gives | in memory at once |
//! | --- | --- | --- |
//! | [`rows`](Query::rows) | [`Rows`] of a type with [`FromRow`], as a stream, a list or a blocking iterator | a row; all, if rows of Flux have to be [put together](trait@FromRow) |
//! | [`cursor`](Query::cursor) | a [`Cursor`], whose rows borrow from the answer | a row |
//! | [`records`](Query::records) | [`Record`]s, with the types that the server names | a row |
//! | [`deserialize`](Query::deserialize) | what serde makes of a row | a row |
//! | [`tables`](Query::tables), [`json`](Query::json) | [`Tables`] with their group keys; a list of JSON objects | all |
//! | [`csv`](Query::csv), [`raw`](Query::raw) | every line as texts; every byte as it is | a line; a piece |
//! | `parquet`, of SQL and InfluxQL | the file that InfluxDB 3 answers with, byte by byte | a piece |
//!
//! Values from elsewhere go into `param`, which the server binds; where a language binds none, [`Flux::string`],
//! [`InfluxQl::identifier`], [`Sql::identifier`] and their like quote them. [`FromValue`] says which type reads what.
//!
//! An answer that goes wrong behind its first rows is an error of the kind [`Query`](crate::ErrorKind::Query), a row that
//! cannot be read one of the kind [`Decode`](crate::ErrorKind::Decode).
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
mod made;
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
#[doc(hidden)]
pub use made::MadeRow;
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
