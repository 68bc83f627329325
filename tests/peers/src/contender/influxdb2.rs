//! influxdb2: `#[derive(WriteDataPoint)]` into one reused buffer.

use super::Contender;
use crate::data;
use influxdb2::models::WriteDataPoint as _;
use influxdb2_derive::WriteDataPoint;

const NAME: &str = "influxdb2";

#[derive(WriteDataPoint)]
#[measurement = "cpu"]
pub(crate) struct Cpu {
    #[influxdb(tag)]
    core: u64, // the narrowest integer it takes as a tag
    #[influxdb(tag)]
    host: String,
    #[influxdb(tag)]
    region: String,
    #[influxdb(field)]
    usage_user: f64,
    #[influxdb(field)]
    usage_system: f64,
    #[influxdb(field)]
    temp: f64,
    #[influxdb(field)]
    ctx_switches: u64,
    #[influxdb(field)]
    throttled: bool,
    #[influxdb(field)]
    governor: String,
    #[influxdb(timestamp)]
    time: i64,
}

#[derive(WriteDataPoint)]
#[measurement = "cpu"]
struct Narrow {
    #[influxdb(tag)]
    host: String,
    #[influxdb(field)]
    value: f64,
    #[influxdb(timestamp)]
    time: i64,
}

impl From<data::Cpu> for Cpu {
    fn from(row: data::Cpu) -> Self {
        let data::Cpu { core, host, region, usage_user, usage_system, temp, .. } = row;
        let data::Cpu { ctx_switches, throttled, governor, time, .. } = row;
        let core = u64::from(core);
        Self { core, host, region, usage_user, usage_system, temp, ctx_switches, throttled, governor, time }
    }
}

pub(super) struct CpuRows {
    rows: Vec<Cpu>,
    buffer: Vec<u8>,
}

impl CpuRows {
    pub(super) fn new(rows: &[data::Cpu]) -> Self {
        Self { rows: rows.iter().cloned().map(Cpu::from).collect(), buffer: Vec::new() }
    }
}

impl Contender for CpuRows {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encode(&mut self) {
        self.buffer.clear();
        for row in &self.rows {
            row.write_data_point_to(&mut self.buffer).expect("a Vec takes all");
        }
    }

    fn output(&self) -> &[u8] {
        &self.buffer
    }
}

pub(super) struct NarrowRows {
    rows: Vec<Narrow>,
    buffer: Vec<u8>,
}

impl NarrowRows {
    pub(super) fn new(rows: &[data::Narrow]) -> Self {
        let rows =
            rows.iter().cloned().map(|row| Narrow { host: row.host, value: row.value, time: row.time });
        Self { rows: rows.collect(), buffer: Vec::new() }
    }
}

impl Contender for NarrowRows {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encode(&mut self) {
        self.buffer.clear();
        for row in &self.rows {
            row.write_data_point_to(&mut self.buffer).expect("a Vec takes all");
        }
    }

    fn output(&self) -> &[u8] {
        &self.buffer
    }
}
