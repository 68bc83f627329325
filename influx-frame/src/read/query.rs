//! A query whose answer becomes frames.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;

use influx_core::http::Call;
use influx_core::query::{Cursor, DataType, Language, Query, RowError};
use influx_core::{Precision, Result};

use super::gather::Gather;
use super::options::{Concat, Options};
use super::stream::FrameStream;
use crate::build::{Build, BuildError, Built};
use crate::frame::Frame;

/// A frame that rows can be read into: Polars' `DataFrame`, Arrow's `RecordBatch`.
///
/// It cannot be implemented for other types.
pub trait ReadFrame: Frame + Build {}

impl<F: Frame + Build> ReadFrame for F {}

/// What a [`FrameQuery`] gives: a frame, or a list of [`QueryFrame`]s.
///
/// It cannot be implemented for other types.
pub trait FrameOutput: sealed::Output + Send + 'static {}

impl<O: sealed::Output + Send + 'static> FrameOutput for O {}

/// Reads the rows of answers into frames: for queries of every language, and for cursors.
pub trait QueryFrames: sealed::Source + Sized {
    /// All rows as one frame, without columns if there are none.
    ///
    /// By default the tables become [one](Concat::Union).
    ///
    /// ```
    /// # #[cfg(feature = "polars")]
    /// # async fn run(client: influx_core::Client) -> influx_core::Result<()> {
    /// use influx_frame::QueryFrames;
    /// use polars::prelude::DataFrame;
    ///
    /// let query = client.query(r#"from(bucket: "home") |> range(start: -1h)"#);
    /// let frame = query.frame::<DataFrame>().pivoted().drop_columns(["result", "table"]).await?;
    /// println!("{frame}");
    /// # Ok(())
    /// # }
    /// ```
    fn frame<F: ReadFrame>(self) -> FrameQuery<F> {
        FrameQuery::new(self.source(), Concat::Union)
    }

    /// The rows as frames, each with the names of its group key; none if there are no rows.
    ///
    /// By default tables of the [same schema](Concat::SameSchema) become one frame.
    fn frames<F: ReadFrame>(self) -> FrameQuery<Vec<QueryFrame<F>>> {
        FrameQuery::new(self.source(), Concat::SameSchema)
    }
}

impl<S: sealed::Source> QueryFrames for S {}

/// A frame of an answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct QueryFrame<F> {
    /// The rows.
    pub frame: F,
    /// The names of the columns by which the answer groups its tables: those that are in the group key of every table
    /// of the frame that has them. Empty for InfluxDB 3, which groups nothing.
    pub group_key: Vec<String>,
}

/// A query whose answer becomes frames, made by [`QueryFrames`]. Nothing is sent until it is awaited, or waited for.
///
/// # Columns
///
/// | in the answer | Polars | Arrow |
/// | --- | --- | --- |
/// | string, lists and objects of JSON | `String` | `Utf8` |
/// | double | `Float64` | `Float64` |
/// | long | `Int64` | `Int64` |
/// | unsigned long | `UInt64` | `UInt64` |
/// | boolean | `Boolean` | `Boolean` |
/// | time | `Datetime(ns, UTC)` | `Timestamp(ns, "UTC")` |
/// | duration | `Duration(ns)` | `Duration(ns)` |
/// | bytes in base64 | `Binary` | `Binary` |
/// | nothing but nulls, without a type | `Null` | `Null` |
///
/// Columns stand in the order of the answer, under its names; where a name stands twice, the second is `name_1`. The
/// columns `result` and `table` of Flux, and `iox::measurement` and `statement_id` of InfluxQL, stay unless they are
/// [dropped](Self::drop_columns). The fields of an Arrow schema that are in the group key have the metadata
/// `influx::group`.
///
/// Null is null. CSV does not tell null from an empty string: both are null.
///
/// # Columns without types
///
/// InfluxQL and InfluxDB 3 answer in JSON, which has types by value. There, a column is of the type of its first value.
/// If a float comes behind integers, or an integer behind floats, the column is of floats, unless that loses a digit. The
/// same holds of tables that become one frame; integers of both kinds together are unsigned, or of floats if one is
/// negative. Everything else that does not go together is an error. [`column_type`](Self::column_type) says a type beforehand.
///
/// # Errors
///
/// Awaiting it gives those of [`Query::cursor`] and [`Cursor::next`]; and [`Decode`](influx_core::ErrorKind::Decode),
/// with the row and the column, for a value that is not of its column's type, or a time beyond the
/// [unit](Self::time_unit).
///
/// # Cancel safety
///
/// Dropping the future gives the rows up that were read so far. A cursor is then lost, too.
#[must_use = "a query does nothing until it is awaited"]
pub struct FrameQuery<O> {
    source: Source,
    options: Options,
    output: PhantomData<fn() -> O>,
}

/// Where the rows come from.
pub(super) enum Source {
    Query(Box<Call<Cursor>>),
    Cursor(Box<Cursor>),
}

impl<O> FrameQuery<O> {
    fn new(source: Source, concat: Concat) -> Self {
        Self { source, options: Options::new(concat), output: PhantomData }
    }

    /// Which tables become one frame. Default: all for [`frame`](QueryFrames::frame), those of the same schema for
    /// [`frames`](QueryFrames::frames).
    pub fn concat(mut self, concat: Concat) -> Self {
        self.options.concat = concat;
        self
    }

    /// Makes rows of Flux wide, with a column for each field: see [`Cursor::pivoted`]. All of them are in memory before
    /// the first is read, and what comes are no longer the tables of the answer: they are told apart by their columns
    /// alone. Default: rows stay as they are.
    pub fn pivoted(mut self) -> Self {
        self.options.pivoted = true;
        self
    }

    /// Leaves columns out. A name that a table lacks is no error. Called again, it adds more. Default: none.
    pub fn drop_columns<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.options.dropped.extend(names.into_iter().map(Into::into));
        self
    }

    /// The type of a column, whatever the answer says of it: its values are read as if they had no type of their own, so
    /// an integer may be written as `5.0` and a time be a text. A time that is an integer counts the
    /// [unit](Self::time_unit). A name that a table lacks is no error. Default: that of the answer.
    ///
    /// ```
    /// # #[cfg(feature = "polars")]
    /// # async fn run(client: influx_core::Client) -> influx_core::Result<()> {
    /// use influx_core::query::DataType;
    /// use influx_frame::QueryFrames;
    /// use polars::prelude::DataFrame;
    ///
    /// // of JSON, in which 5.0 may be written as 5
    /// let query = client.influxql("SELECT level FROM tides").database("noaa");
    /// let frame: DataFrame = query.frame().column_type("level", DataType::Double).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn column_type(mut self, name: impl Into<String>, data_type: DataType) -> Self {
        self.options.types.push((name.into(), data_type));
        self
    }

    /// The unit of times; finer digits are cut off, toward the past. Polars has no seconds, and takes milliseconds for
    /// them. Default: nanoseconds, which reach from 1677 to 2262.
    pub fn time_unit(mut self, unit: Precision) -> Self {
        self.options.unit = unit;
        self
    }
}

impl<O: FrameOutput> FrameQuery<O> {
    /// Sends it and blocks this thread until the answer is read, for code without a runtime.
    ///
    /// # Errors
    ///
    /// As awaiting it; and [`Config`](influx_core::ErrorKind::Config) if this thread belongs to a tokio runtime.
    pub fn wait(self) -> Result<O> {
        influx_core::__wait(self.into_future())?
    }
}

impl<F: ReadFrame> FrameQuery<Vec<QueryFrame<F>>> {
    /// The frames as the rows arrive: each of one schema, of at most 65,536 rows, in the order of the answer.
    ///
    /// Tables become one frame as far as they follow each other. A column without a type may be of integers in one frame
    /// and of floats in those behind it: say its [type](Self::column_type) to have one schema for all.
    ///
    /// ```
    /// # #[cfg(feature = "arrow")]
    /// # async fn run(client: influx_core::Client) -> influx_core::Result<()> {
    /// use arrow_array::RecordBatch;
    /// use influx_frame::QueryFrames;
    ///
    /// let query = client.query(r#"from(bucket: "home") |> range(start: -30d)"#);
    /// let mut stream = query.frames::<RecordBatch>().stream().rows(10_000);
    /// while let Some(part) = stream.next().await? {
    ///     println!("{} rows, grouped by {:?}", part.frame.num_rows(), part.group_key);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> FrameStream<F> {
        FrameStream::new(self.source, self.options)
    }
}

impl<O: FrameOutput> IntoFuture for FrameQuery<O> {
    type Output = Result<O>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<O>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { source, mut options, .. } = self;
        Box::pin(async move {
            options.unit = O::unit(options.unit);
            let mut cursor = source.open(options.pivoted).await?;
            let mut gather = Gather::new(options, cursor.__is_one_table(), None);
            let mut number = 0;
            while let Some(row) = cursor.next().await? {
                number = row.number();
                if let Err(error) = gather.push(row) {
                    return Err(cursor.__row_error(number, error));
                }
            }
            O::of(gather.finish()).map_err(|error| cursor.__row_error(number, error))
        })
    }
}

impl Source {
    pub(super) async fn open(self, pivoted: bool) -> Result<Cursor> {
        let cursor = match self {
            Self::Query(call) => (*call).await?,
            Self::Cursor(cursor) => *cursor,
        };
        Ok(if pivoted { cursor.pivoted() } else { cursor })
    }
}

mod sealed {
    use super::*;

    pub trait Source {
        fn source(self) -> super::Source;
    }

    impl<L: Language> Source for Query<L> {
        fn source(self) -> super::Source {
            super::Source::Query(Box::new(self.cursor()))
        }
    }

    impl Source for Cursor {
        fn source(self) -> super::Source {
            super::Source::Cursor(Box::new(self))
        }
    }

    pub trait Output: Sized {
        /// As [`Build::unit`].
        fn unit(wanted: Precision) -> Precision;
        /// # Errors
        ///
        /// A table is too much for a frame.
        fn of(tables: Vec<Built>) -> std::result::Result<Self, RowError>;
    }

    impl<F: ReadFrame> Output for Vec<QueryFrame<F>> {
        fn unit(wanted: Precision) -> Precision {
            F::unit(wanted)
        }

        fn of(tables: Vec<Built>) -> std::result::Result<Self, RowError> {
            tables.into_iter().map(frame_of).collect()
        }
    }

    impl<F: ReadFrame> Output for F {
        fn unit(wanted: Precision) -> Precision {
            F::unit(wanted)
        }

        fn of(tables: Vec<Built>) -> std::result::Result<Self, RowError> {
            let count = tables.len();
            let mut tables = tables.into_iter();
            let first = tables.next().unwrap_or(Built { columns: Vec::new(), rows: 0 });
            if count > 1 {
                let what = format!(
                    "the answer is {count} frames and not one: ask for Concat::Union, or by frames()"
                );
                return Err(RowError::new(what));
            }
            frame_of(first).map(|first| first.frame)
        }
    }
}

/// The frame of some columns.
///
/// # Errors
///
/// They are too much for it.
pub(super) fn frame_of<F: ReadFrame>(built: Built) -> std::result::Result<QueryFrame<F>, RowError> {
    let group_key = built.columns.iter().filter(|column| column.group).map(|column| column.name.clone());
    let group_key = group_key.collect();
    let frame = F::build(built).map_err(|BuildError { column, why }| match column {
        Some(column) => RowError::new(why).in_column(&column),
        None => RowError::new(why),
    })?;
    Ok(QueryFrame { frame, group_key })
}

/// Prints nothing of the query but what it asks to be done with the tables.
impl<O> fmt::Debug for FrameQuery<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameQuery").field("options", &self.options).finish_non_exhaustive()
    }
}
