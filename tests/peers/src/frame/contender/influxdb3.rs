//! influxdb3-client: its Polars writer, in slices of 5,000 rows, its default batch. Tags are strings: of categories it
//! makes more expensive, and other, values.

use super::{Contender, Each};
use crate::data::Doubles;
use crate::frame::Failure;
use crate::frame::data::{DOUBLES, INTEGERS, MEASUREMENT, REGIONS, ROWS, hosts, rows};
use influxdb3_client::Precision;
use influxdb3_client::write_dataframe::dataframe_to_line_protocol;
use polars_of_influxdb3::prelude::{Column, DataFrame, IntoColumn as _, NamedFrom as _, Series};

const SLICE: usize = 5_000;

pub(super) struct Client(DataFrame);

impl Client {
    pub(super) fn new(doubles: Doubles) -> Result<Self, Failure> {
        let of = || rows(doubles, ROWS);
        let hosts = hosts();
        let strings = |name: &str, values: Vec<&str>| Series::new(name.into(), values).into_column();
        let mut columns: Vec<Column> = vec![
            Series::new("time".into(), of().map(|row| row.time).collect::<Vec<_>>()).into_column(),
            strings("host", of().map(|row| hosts[usize::from(row.host)].as_str()).collect()),
            strings("region", of().map(|row| REGIONS[usize::from(row.region)]).collect()),
        ];
        for (at, name) in DOUBLES.into_iter().enumerate() {
            let values: Vec<_> = of().map(|row| row.double(at)).collect();
            columns.push(Series::new(name.into(), values).into_column());
        }
        for (at, name) in INTEGERS.into_iter().enumerate() {
            let values: Vec<_> = of().map(|row| row.integers[at]).collect();
            columns.push(Series::new(name.into(), values).into_column());
        }
        columns.push(Series::new("ok".into(), of().map(|row| row.ok).collect::<Vec<_>>()).into_column());
        let texts: Vec<Option<String>> = of().map(|row| row.text().map(str::to_owned)).collect();
        columns.push(Series::new("s".into(), texts).into_column());
        Ok(Self(DataFrame::new_infer_height(columns)?))
    }
}

impl Contender for Client {
    fn encode(&mut self, each: Each<'_>) -> Result<(), Failure> {
        for start in (0..ROWS).step_by(SLICE) {
            let slice = self.0.slice(start as i64, SLICE);
            let tags = ["host", "region"];
            let text =
                dataframe_to_line_protocol(&slice, MEASUREMENT, &tags, Some("time"), Precision::Nanosecond)?;
            each(&text)?;
        }
        Ok(())
    }
}
