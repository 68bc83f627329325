//! Queries: from a question to rows.
#![allow(
    private_interfaces,
    reason = "the trait of the languages is sealed: nobody outside can call what it is made of"
)]

mod column;
mod csv;
mod cursor;
mod de;
mod decode;
#[cfg(test)]
mod fixture;
mod flux;
mod from_row;
mod from_value;
mod pivot;
mod query;
mod record;
mod row;
mod row_error;
mod rows;
mod script;
mod table;
mod value;
mod wanted;

pub use column::{Column, DataType, Header};
pub use cursor::Cursor;
pub(crate) use flux::Profilers;
pub use flux::{Annotation, Binding, CsvDialect, DateTimeFormat, Flux, Param, Profiler};
pub use from_row::{FromRow, FromRowOwned, RowReader};
pub use from_value::FromValue;
pub use query::{Language, Query};
pub use record::Record;
pub use row::{Cell, Row};
pub use row_error::RowError;
pub use rows::{BlockingRows, Rows};
pub use script::Invocation;
pub use table::{Table, Tables};
pub use value::Value;
pub use wanted::Wanted;
