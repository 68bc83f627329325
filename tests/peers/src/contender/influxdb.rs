//! influxdb: `#[derive(InfluxDbWriteable)]`, a query a row, one body for the batch. The derive consumes its
//! rows; the clones it is fed are made before the clock starts.

use super::Contender;
use crate::data;
use influxdb::{InfluxDbWriteable, Query as _, Timestamp, WriteQuery};

const NAME: &str = "influxdb";

#[derive(Clone, InfluxDbWriteable)]
struct Cpu {
    #[influxdb(tag)]
    core: u8,
    #[influxdb(tag)]
    host: String,
    #[influxdb(tag)]
    region: String,
    usage_user: f64,
    usage_system: f64,
    temp: f64,
    ctx_switches: u64,
    throttled: bool,
    governor: String,
    time: Timestamp,
}

#[derive(Clone, InfluxDbWriteable)]
struct Narrow {
    #[influxdb(tag)]
    host: String,
    value: f64,
    time: Timestamp,
}

fn nanos(time: i64) -> Timestamp {
    Timestamp::Nanoseconds(u128::try_from(time).expect("a time after 1970"))
}

/// The dialect of InfluxDB 2: the other one writes unsigned fields as integers.
fn write<T: InfluxDbWriteable>(rows: Vec<T>) -> String
where
    T::Error: std::fmt::Debug,
{
    let query = |row: T| row.try_into_query("cpu").expect("a valid row");
    let queries: Vec<WriteQuery> = rows.into_iter().map(query).collect();
    queries.build_with_opts(true).expect("valid rows").get()
}

pub(super) struct Rows<T> {
    rows: Vec<T>,
    consumed: Vec<T>,
    body: String,
}

pub(super) struct CpuRows;

impl CpuRows {
    #[expect(clippy::new_ret_no_self, reason = "every contender is made with `CpuRows::new`")]
    pub(super) fn new(rows: &[data::Cpu]) -> impl Contender + use<> {
        let rows = rows.iter().cloned().map(|row| Cpu {
            core: row.core,
            host: row.host,
            region: row.region,
            usage_user: row.usage_user,
            usage_system: row.usage_system,
            temp: row.temp,
            ctx_switches: row.ctx_switches,
            throttled: row.throttled,
            governor: row.governor,
            time: nanos(row.time),
        });
        Rows { rows: rows.collect(), consumed: Vec::new(), body: String::new() }
    }
}

pub(super) struct NarrowRows;

impl NarrowRows {
    #[expect(clippy::new_ret_no_self, reason = "every contender is made with `NarrowRows::new`")]
    pub(super) fn new(rows: &[data::Narrow]) -> impl Contender + use<> {
        let rows = rows.iter().cloned().map(|row| Narrow {
            host: row.host,
            value: row.value,
            time: nanos(row.time),
        });
        Rows { rows: rows.collect(), consumed: Vec::new(), body: String::new() }
    }
}

impl<T: Clone + InfluxDbWriteable> Contender for Rows<T>
where
    T::Error: std::fmt::Debug,
{
    fn name(&self) -> &'static str {
        NAME
    }

    fn prepare(&mut self) {
        self.consumed.clone_from(&self.rows);
    }

    fn encode(&mut self) {
        self.body = write(std::mem::take(&mut self.consumed));
    }

    fn output(&self) -> &[u8] {
        self.body.as_bytes()
    }
}
