//! influxdb3-client: a `Point` a row, then the batch as its writer makes it.

use super::Contender;
use crate::data::{BATCH, Cpu, Narrow};
use influxdb3_client::{Point, WriteInput as _, WriteOptions};

const NAME: &str = "influxdb3-client";

fn write(points: Vec<Point>) -> Vec<u8> {
    let options = WriteOptions { batch_size: BATCH, ..WriteOptions::default() };
    let mut batches = points.into_lp_batches(&options);
    batches.next().expect("one batch").expect("valid points")
}

pub(crate) fn point(row: &Cpu) -> Point {
    Point::with_capacity("cpu", 6)
        .tag("core", row.core.to_string())
        .tag("host", row.host.as_str())
        .tag("region", row.region.as_str())
        .field("usage_user", row.usage_user)
        .field("usage_system", row.usage_system)
        .field("temp", row.temp)
        .field("ctx_switches", row.ctx_switches)
        .field("throttled", row.throttled)
        .field("governor", row.governor.as_str())
        .timestamp_nanos(row.time)
}

pub(super) struct CpuRows<'a> {
    rows: &'a [Cpu],
    body: Vec<u8>,
}

impl<'a> CpuRows<'a> {
    pub(super) fn new(rows: &'a [Cpu]) -> Self {
        Self { rows, body: Vec::new() }
    }
}

impl Contender for CpuRows<'_> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encode(&mut self) {
        self.body = write(self.rows.iter().map(point).collect());
    }

    fn output(&self) -> &[u8] {
        &self.body
    }
}

pub(super) struct NarrowRows<'a> {
    rows: &'a [Narrow],
    body: Vec<u8>,
}

impl<'a> NarrowRows<'a> {
    pub(super) fn new(rows: &'a [Narrow]) -> Self {
        Self { rows, body: Vec::new() }
    }
}

impl Contender for NarrowRows<'_> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encode(&mut self) {
        let point = |row: &Narrow| {
            Point::with_capacity("cpu", 1)
                .tag("host", row.host.as_str())
                .field("value", row.value)
                .timestamp_nanos(row.time)
        };
        self.body = write(self.rows.iter().map(point).collect());
    }

    fn output(&self) -> &[u8] {
        &self.body
    }
}
