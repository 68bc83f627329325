//! The weekly carbon dioxide of Mauna Loa, as a Polars frame and as an Arrow batch.

use std::error::Error;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampNanosecondType};
use arrow_array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};
use polars::prelude::*;

/// Where the file comes from stands beside it.
const CSV: &str = include_str!("../data/co2.csv");

/// Days since 1970, and parts per million; some weeks have no value.
pub(crate) struct Weeks {
    pub(crate) days: Vec<i32>,
    pub(crate) ppm: Vec<Option<f64>>,
}

impl Weeks {
    pub(crate) fn read() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut weeks = Self { days: Vec::new(), ppm: Vec::new() };
        for line in CSV.lines().skip(1) {
            let (date, ppm) = line.split_once(',').ok_or("a line without a comma")?;
            weeks.days.push(days(date.parse()?));
            weeks.ppm.push(if ppm.is_empty() { None } else { Some(ppm.parse()?) });
        }
        Ok(weeks)
    }

    pub(crate) fn polars(&self) -> PolarsResult<DataFrame> {
        let station = Column::new("station".into(), vec!["mauna loa"; self.days.len()]);
        let date = Column::new("date".into(), &self.days).cast(&DataType::Date)?;
        DataFrame::new_infer_height(vec![station, date, Column::new("ppm".into(), &self.ppm)])
    }

    pub(crate) fn arrow(&self) -> Result<RecordBatch, Box<dyn Error + Send + Sync>> {
        let columns: [(&str, ArrayRef); 3] = [
            ("station", Arc::new(StringArray::from(vec!["mauna loa"; self.days.len()]))),
            ("date", Arc::new(Date32Array::from(self.days.clone()))),
            ("ppm", Arc::new(Float64Array::from(self.ppm.clone()))),
        ];
        Ok(RecordBatch::try_from_iter(columns)?)
    }
}

/// The days from 1970 to a date such as 19580329, of the Gregorian calendar.
fn days(date: i32) -> i32 {
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    // years that begin in March have their odd day at the end
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

pub(crate) const NANOS_A_DAY: i64 = 86_400_000_000_000;

/// Moments in nanoseconds since 1970, and what is stored of them.
pub(crate) fn of_frame(frame: &DataFrame) -> PolarsResult<Vec<(i64, f64)>> {
    let (time, ppm) = (frame.column("_time")?.datetime()?.physical(), frame.column("ppm")?.f64()?);
    Ok(time.iter().zip(ppm.iter()).filter_map(|(time, ppm)| Some((time?, ppm?))).collect())
}

/// The same of a batch.
pub(crate) fn of_batch(batch: &RecordBatch) -> Result<Vec<(i64, f64)>, Box<dyn Error + Send + Sync>> {
    let column = |name: &str| batch.column_by_name(name).ok_or_else(|| format!("no column {name}"));
    let time = column("_time")?.as_primitive_opt::<TimestampNanosecondType>().ok_or("_time is no time")?;
    let ppm = column("ppm")?.as_primitive_opt::<Float64Type>().ok_or("ppm is no float")?;
    Ok(time.iter().zip(ppm).filter_map(|(time, ppm)| Some((time?, ppm?))).collect())
}
