//! Rows in a frame of Polars.

use influx_tests::generate::Source;
use polars::prelude::{
    CategoricalPhysical, Categories, Column as PolarsColumn, DataFrame, DataType, FrozenCategories,
    Int128Chunked, IntoSeries, NamedFrom, NewChunkedArray, Series, StructChunked, TimeUnit, TimeZone,
};

use super::model::{Body, Cell, Column, Kind, Rows, TEXTS};

/// The rows that are written: a slice of a frame whose columns are in chunks, each cut at places of its own.
pub(crate) fn frame(rows: &Rows, source: &mut impl Source) -> DataFrame {
    let column = |column: &Column| {
        let types = types(column, source);
        let mut cuts: Vec<usize> = (0..source.below(4)).map(|_| source.below(rows.len + 1)).collect();
        cuts.extend([0, rows.len]);
        cuts.sort_unstable();
        let mut chunks = cuts.windows(2).map(|cut| series(column, &mut types.iter(), cut[0]..cut[1]));
        let first = chunks.next().unwrap();
        PolarsColumn::from(chunks.fold(first, |mut whole, chunk| {
            whole.append(&chunk).unwrap();
            whole
        }))
    };
    let columns = rows.columns.iter().map(column).collect();
    DataFrame::new(rows.len, columns).unwrap().slice(rows.range.start as i64, rows.range.len())
}

/// A type for each leaf.
fn types(column: &Column, source: &mut impl Source) -> Vec<DataType> {
    match &column.body {
        Body::Struct(members, _) => members.iter().flat_map(|member| types(member, source)).collect(),
        Body::Leaf(kind, cells) => {
            let choice = choice(*kind, cells);
            vec![choice[source.below(choice.len())].clone()]
        }
    }
}

/// The types that can hold these values, and are written alike.
fn choice(kind: Kind, cells: &[Option<Cell>]) -> Vec<DataType> {
    let within = |min: i64, max: i64| {
        cells.iter().flatten().all(|cell| matches!(cell, Cell::Integer(value) if (min..=max).contains(value)))
    };
    match kind {
        Kind::Boolean => vec![DataType::Boolean],
        Kind::Integer(_) | Kind::Plain(_) => {
            let mut choice = vec![DataType::Int64, DataType::Int128];
            let fits = [
                (DataType::Int8, within(i8::MIN.into(), i8::MAX.into())),
                (DataType::Int16, within(i16::MIN.into(), i16::MAX.into())),
                (DataType::Int32, within(i32::MIN.into(), i32::MAX.into())),
                (DataType::UInt8, within(0, u8::MAX.into())),
                (DataType::UInt16, within(0, u16::MAX.into())),
                (DataType::UInt32, within(0, u32::MAX.into())),
                (
                    DataType::Date,
                    matches!(kind, Kind::Integer(_)) && within(i32::MIN.into(), i32::MAX.into()),
                ),
                (DataType::Time, matches!(kind, Kind::Integer(_)) && within(0, 86_399_999_999_999)),
            ];
            choice.extend(fits.into_iter().filter_map(|(data_type, fits)| fits.then_some(data_type)));
            if let Kind::Integer(_) = kind {
                let zone = TimeZone::opt_try_new(Some("Europe/Berlin")).unwrap();
                choice.extend([
                    DataType::Datetime(TimeUnit::Nanoseconds, None),
                    DataType::Datetime(TimeUnit::Microseconds, zone),
                    DataType::Datetime(TimeUnit::Milliseconds, None),
                    DataType::Duration(TimeUnit::Nanoseconds),
                    DataType::Duration(TimeUnit::Microseconds),
                    DataType::Duration(TimeUnit::Milliseconds),
                ]);
            }
            choice
        }
        Kind::Unsigned => vec![DataType::UInt64, DataType::UInt128],
        Kind::Double => vec![DataType::Float64],
        Kind::Single => vec![DataType::Float32],
        Kind::Half => vec![DataType::Float16],
        Kind::Text => {
            let named = |name: &str, physical| {
                DataType::from_categories(Categories::new(name.into(), "property".into(), physical))
            };
            vec![
                DataType::String,
                DataType::from_categories(Categories::global()),
                named("small", CategoricalPhysical::U8),
                named("middle", CategoricalPhysical::U16),
                DataType::from_frozen_categories(FrozenCategories::new(TEXTS).unwrap()),
            ]
        }
        Kind::Binary => vec![DataType::Binary],
        Kind::Decimal(scale, _) => vec![DataType::Decimal(38, scale.unsigned_abs().into())],
        Kind::Null => vec![DataType::Null],
    }
}

fn series<'t>(
    column: &Column,
    types: &mut impl Iterator<Item = &'t DataType>,
    rows: std::ops::Range<usize>,
) -> Series {
    let name = column.name.as_str().into();
    match &column.body {
        Body::Struct(members, valid) => {
            let members: Vec<Series> =
                members.iter().map(|member| series(member, types, rows.clone())).collect();
            let structs = StructChunked::from_series(name, rows.len(), members.iter()).unwrap();
            structs.with_outer_validity(Some(valid[rows].iter().copied().collect())).into_series()
        }
        Body::Leaf(_, cells) => leaf(&column.name, types.next().unwrap(), &cells[rows]),
    }
}

macro_rules! values {
    ($cells:expr, $variant:ident) => {
        $cells.iter().map(|cell| match cell {
            Some(Cell::$variant(value)) => Some(value.clone()),
            _ => None,
        })
    };
}

fn leaf(name: &str, data_type: &DataType, cells: &[Option<Cell>]) -> Series {
    let decimals = |precision, scale| {
        let values = Int128Chunked::from_iter_options(name.into(), values!(cells, Decimal));
        values.into_decimal(precision, scale).unwrap().into_series()
    };
    let name = name.into();
    let series = match data_type {
        DataType::Boolean => Series::new(name, values!(cells, Boolean).collect::<Vec<_>>()),
        DataType::UInt64 | DataType::UInt128 => {
            Series::new(name, values!(cells, Unsigned).collect::<Vec<_>>())
        }
        DataType::Float64 => Series::new(name, values!(cells, Double).collect::<Vec<_>>()),
        DataType::Float32 | DataType::Float16 => {
            Series::new(name, values!(cells, Single).collect::<Vec<_>>())
        }
        DataType::String | DataType::Categorical(..) | DataType::Enum(..) => {
            Series::new(name, values!(cells, Text).collect::<Vec<_>>())
        }
        DataType::Binary => Series::new(name, values!(cells, Binary).collect::<Vec<_>>()),
        DataType::Decimal(precision, scale) => return decimals(*precision, *scale),
        DataType::Null => return Series::new_null(name, cells.len()),
        DataType::Date => {
            let days = values!(cells, Integer).collect::<Vec<_>>();
            Series::new(name, days).strict_cast(&DataType::Int32).unwrap()
        }
        _ => Series::new(name, values!(cells, Integer).collect::<Vec<_>>()),
    };
    series.strict_cast(data_type).unwrap()
}
