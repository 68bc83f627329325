//! Answers of InfluxDB 3 in Parquet as record batches: with the types of the server's columns, and without rows in between.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use arrow_array::{RecordBatch, RecordBatchReader as _};
use arrow_schema::SchemaRef;
use influx_core::http::{ByteStream, Call};
use influx_core::query::{InfluxQl, Query, Sql};
use influx_core::{Error, Result};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

/// So many rows are in a batch.
const ROWS: usize = 65_536;

/// Reads the answers of InfluxDB 3 in Parquet: for queries in SQL and InfluxQL.
pub trait QueryParquet: sealed::Ask {
    /// The answer as record batches, with the types that the server's columns have: tags are dictionaries, and times
    /// are without a zone, which is UTC.
    ///
    /// ```
    /// # async fn run(client: influx_core::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_frame::QueryParquet;
    ///
    /// let query = client.sql("SELECT * FROM cpu").database("telegraf");
    /// for batch in query.parquet_batches().await? {
    ///     println!("{} rows", batch?.num_rows());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    fn parquet_batches(self) -> ParquetQuery {
        ParquetQuery { file: self.file(), rows: ROWS }
    }
}

impl<Q: sealed::Ask> QueryParquet for Q {}

mod sealed {
    use super::{ByteStream, Call, InfluxQl, Query, Sql};

    pub trait Ask: Sized {
        fn file(self) -> Call<ByteStream>;
    }

    impl Ask for Query<Sql> {
        fn file(self) -> Call<ByteStream> {
            self.parquet()
        }
    }

    impl Ask for Query<InfluxQl> {
        fn file(self) -> Call<ByteStream> {
            self.parquet()
        }
    }
}

/// A query that is answered in Parquet, made by [`QueryParquet::parquet_batches`]. Nothing is sent until it is awaited, or
/// waited for.
///
/// # Errors
///
/// Awaiting it gives those of [`Query::cursor`]; [`Config`](influx_core::ErrorKind::Config) for InfluxQL of 1.x and 2.x,
/// which do not have Parquet; and [`Decode`](influx_core::ErrorKind::Decode) for an answer that is no such file.
///
/// # Cancel safety
///
/// Dropping the future gives the answer up.
#[derive(Debug)]
#[must_use = "a query does nothing until it is awaited"]
pub struct ParquetQuery {
    file: Call<ByteStream>,
    rows: usize,
}

impl ParquetQuery {
    /// How many rows a batch has at most, but at least one. Default: 65,536.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows.max(1);
        self
    }

    /// Sends it and blocks this thread until the answer has come, for code without a runtime.
    ///
    /// # Errors
    ///
    /// As awaiting it; and [`Config`](influx_core::ErrorKind::Config) if this thread belongs to a tokio runtime.
    pub fn wait(self) -> Result<ParquetBatches> {
        influx_core::__wait(self.into_future())?
    }
}

impl IntoFuture for ParquetQuery {
    type Output = Result<ParquetBatches>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<ParquetBatches>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let stream = self.file.await?;
            let flaw = stream.__flaw();
            let bytes = stream.bytes().await?;
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
                .and_then(|builder| builder.with_batch_size(self.rows).build());
            match reader {
                Ok(reader) => Ok(ParquetBatches { reader, flaw, failed: false }),
                Err(error) => {
                    Err(flaw(format!("the answer is no file of Parquet that can be read: {error}")))
                }
            }
        })
    }
}

/// The record batches of an answer in Parquet, as an iterator that ends after the first error. The file is in memory,
/// and one batch.
pub struct ParquetBatches {
    reader: ParquetRecordBatchReader,
    flaw: Box<dyn Fn(String) -> Error + Send + Sync>,
    failed: bool,
}

impl ParquetBatches {
    /// The schema of the batches.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.reader.schema()
    }

    /// All batches that are left as one data frame of Polars. Integers and floats become those of 64 bits, dictionaries
    /// text, decimals the nearest float, dates the moments at which they begin, and times without a zone those of UTC.
    ///
    /// # Errors
    ///
    /// [`Decode`](influx_core::ErrorKind::Decode): a batch cannot be read; or a column has a type that is none of these,
    /// such as a list: the error names it, and the query may cast it.
    #[cfg(feature = "polars")]
    pub fn into_frame(mut self) -> Result<polars::prelude::DataFrame> {
        let empty = RecordBatch::new_empty(self.schema());
        let batches = self.by_ref().collect::<Result<Vec<_>>>()?;
        let schema = crate::Frame::frame_schema(&empty);
        crate::build::copied(&batches, &schema).map_err(|error| {
            let column = error.column.map(|column| format!("column {column:?}: ")).unwrap_or_default();
            (self.flaw)(format!("{column}{}", error.why))
        })
    }
}

impl Iterator for ParquetBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        if self.failed {
            return None;
        }
        let batch = self.reader.next()?;
        self.failed = batch.is_err();
        Some(batch.map_err(|error| (self.flaw)(format!("a batch of Parquet cannot be read: {error}"))))
    }
}

impl fmt::Debug for ParquetBatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetBatches").field("schema", &self.schema()).finish_non_exhaustive()
    }
}
