//! This library: a frame of Polars or of Arrow, in pieces.

use super::{Contender, Each};
use crate::data::Doubles;
use crate::frame::Failure;
use crate::frame::data::{DOUBLES, INTEGERS, MEASUREMENT, REGIONS, ROWS, Row, hosts, rows};
use arrow_array::types::UInt8Type;
use arrow_array::{
    Array as _, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray,
    UInt8Array,
};
use influx_core::{LineBuffer, Precision};
use influx_frame::{Frame, Pieces, Roles};
use polars::prelude::{Categories, Column, DataFrame, DataType, IntoColumn as _, NamedFrom as _, Series};
use std::sync::Arc;

pub(super) struct Ours<F> {
    frame: F,
    roles: Roles,
    threads: usize,
}

impl<F: Frame> Contender for Ours<F> {
    fn encode(&mut self, each: Each<'_>) -> Result<(), Failure> {
        let pieces = Pieces::new(self.frame.clone(), &self.roles, LineBuffer::new())?;
        let mut pieces = pieces.threads(self.threads);
        while let Some(piece) = pieces.next()? {
            if let Some(refused) = piece.refused.first() {
                return Err(format!("row {}: {}", refused.row, refused.error).into());
            }
            each(piece.lines.as_str())?;
        }
        Ok(())
    }
}

fn roles() -> Roles {
    Roles::new(MEASUREMENT).tags(["host", "region"]).time_in("time", Precision::Nanoseconds)
}

/// With tags as categories, or as strings.
pub(super) fn polars(doubles: Doubles, threads: usize, categories: bool) -> Result<Ours<DataFrame>, Failure> {
    Ok(Ours { frame: frame(doubles, categories)?, roles: roles(), threads })
}

pub(super) fn frame(doubles: Doubles, categories: bool) -> Result<DataFrame, Failure> {
    let of = || rows(doubles, ROWS);
    let hosts = hosts();
    let tag = |name: &str, text: fn(&Row, &[String]) -> usize, texts: &[String]| {
        let values: Vec<&str> = of().map(|row| texts[text(&row, texts)].as_str()).collect();
        let column = Series::new(name.into(), values).into_column();
        match categories {
            true => column.cast(&DataType::from_categories(Categories::global())),
            false => Ok(column),
        }
    };
    let column = |name: &str, values: Vec<Option<f64>>| Series::new(name.into(), values).into_column();
    let mut columns: Vec<Column> = vec![
        Series::new("time".into(), of().map(|row| row.time).collect::<Vec<_>>()).into_column(),
        tag("host", |row, _| row.host.into(), &hosts)?,
        tag("region", |row, _| row.region.into(), &REGIONS.map(str::to_owned))?,
    ];
    for (at, name) in DOUBLES.into_iter().enumerate() {
        columns.push(column(name, of().map(|row| row.double(at)).collect()));
    }
    for (at, name) in INTEGERS.into_iter().enumerate() {
        columns.push(
            Series::new(name.into(), of().map(|row| row.integers[at]).collect::<Vec<_>>()).into_column(),
        );
    }
    columns.push(Series::new("ok".into(), of().map(|row| row.ok).collect::<Vec<_>>()).into_column());
    let texts: Vec<Option<String>> = of().map(|row| row.text().map(str::to_owned)).collect();
    columns.push(Series::new("s".into(), texts).into_column());
    Ok(DataFrame::new_infer_height(columns)?)
}

pub(super) fn arrow(doubles: Doubles, threads: usize) -> Result<Ours<RecordBatch>, Failure> {
    let of = || rows(doubles, ROWS);
    let dictionary = |keys: UInt8Array, texts: StringArray| {
        DictionaryArray::<UInt8Type>::try_new(keys, Arc::new(texts)).map(|tag| Arc::new(tag) as ArrayRef)
    };
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("time", Arc::new(Int64Array::from_iter_values(of().map(|row| row.time)))),
        ("host", dictionary(of().map(|row| Some(row.host)).collect(), StringArray::from(hosts()))?),
        ("region", dictionary(of().map(|row| Some(row.region)).collect(), REGIONS.to_vec().into())?),
    ];
    for (at, name) in DOUBLES.into_iter().enumerate() {
        let mut values: Float64Array = of().map(|row| row.double(at)).collect();
        if values.null_count() == 0 {
            values = Float64Array::from_iter_values(of().map(|row| row.doubles[at]));
        }
        columns.push((name, Arc::new(values)));
    }
    for (at, name) in INTEGERS.into_iter().enumerate() {
        columns.push((name, Arc::new(Int64Array::from_iter_values(of().map(|row| row.integers[at])))));
    }
    columns.push(("ok", Arc::new(of().map(|row| Some(row.ok)).collect::<BooleanArray>())));
    let mut texts = Vec::with_capacity(ROWS);
    texts.extend(of().map(|row| row.text().map(str::to_owned)));
    columns.push(("s", Arc::new(StringArray::from(texts))));
    Ok(Ours { frame: RecordBatch::try_from_iter(columns)?, roles: roles(), threads })
}
