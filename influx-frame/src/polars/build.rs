//! Columns that are complete become a `DataFrame`. Their values are not copied; texts get views onto them.

use influx_core::Precision;
use polars::prelude::{
    BooleanChunked, Column, DataFrame, Float64Chunked, Int64Chunked, IntoColumn, IntoSeries, PlSmallStr,
    PolarsResult, Series, TimeUnit, TimeZone, UInt64Chunked,
};
use polars_arrow::array::{BinaryArray, BooleanArray, PrimitiveArray, Utf8Array};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::offset::OffsetsBuffer;

use crate::build::{Bitset, Build, BuildError, Built, BuiltColumn, Stored};

impl Build for DataFrame {
    /// Polars does not count in seconds.
    fn unit(wanted: Precision) -> Precision {
        match wanted {
            Precision::Seconds => Precision::Milliseconds,
            other => other,
        }
    }

    fn build(built: Built) -> Result<Self, BuildError> {
        let Built { columns, rows } = built;
        let mut done: Vec<Column> = Vec::with_capacity(columns.len());
        for BuiltColumn { name, values, valid, .. } in columns {
            match series(PlSmallStr::from_str(&name), values, valid) {
                Ok(series) => done.push(series.into_column()),
                Err(error) => return Err(BuildError { column: Some(name), why: error.to_string() }),
            }
        }
        Self::new(rows, done).map_err(|error| BuildError { column: None, why: error.to_string() })
    }
}

fn series(name: PlSmallStr, values: Stored, valid: Option<Bitset>) -> PolarsResult<Series> {
    let valid = valid.map(bitmap).transpose()?;
    Ok(match values {
        Stored::Null(len) => Series::new_null(name, len),
        Stored::Boolean(values) => {
            let array = BooleanArray::try_new(ArrowDataType::Boolean, bitmap(values)?, valid)?;
            BooleanChunked::with_chunk(name, array).into_series()
        }
        Stored::Integer(values) => integers(name, values, valid).into_series(),
        Stored::Unsigned(values) => {
            let array = PrimitiveArray::from_vec(values).with_validity(valid);
            UInt64Chunked::with_chunk(name, array).into_series()
        }
        Stored::Float(values) => {
            let array = PrimitiveArray::from_vec(values).with_validity(valid);
            Float64Chunked::with_chunk(name, array).into_series()
        }
        Stored::Duration(values) => {
            integers(name, values, valid).into_duration(TimeUnit::Nanoseconds).into_series()
        }
        Stored::Time(values, unit) => {
            let unit = match unit {
                Precision::Seconds | Precision::Milliseconds => TimeUnit::Milliseconds,
                Precision::Microseconds => TimeUnit::Microseconds,
                _ => TimeUnit::Nanoseconds,
            };
            integers(name, values, valid).into_datetime(unit, Some(TimeZone::UTC)).into_series()
        }
        Stored::Text(texts) => {
            let (offsets, bytes) = texts.into_parts();
            let offsets = OffsetsBuffer::<i64>::try_from(offsets)?;
            let array = Utf8Array::try_new(ArrowDataType::LargeUtf8, offsets, bytes.into(), valid)?;
            Series::from_arrow(name, Box::new(array))?
        }
        Stored::Binary(texts) => {
            let (offsets, bytes) = texts.into_parts();
            let offsets = OffsetsBuffer::<i64>::try_from(offsets)?;
            let array = BinaryArray::try_new(ArrowDataType::LargeBinary, offsets, bytes.into(), valid)?;
            Series::from_arrow(name, Box::new(array))?
        }
    })
}

fn integers(name: PlSmallStr, values: Vec<i64>, valid: Option<Bitmap>) -> Int64Chunked {
    Int64Chunked::with_chunk(name, PrimitiveArray::from_vec(values).with_validity(valid))
}

fn bitmap(bits: Bitset) -> PolarsResult<Bitmap> {
    let (bytes, len) = bits.into_parts();
    Bitmap::try_new(bytes, len)
}
