//! influxdb2: its `Client::write` with a `DataPoint` built a row, as its documentation shows, and, for comparison only,
//! with rows of its derive, which escapes nothing.

use super::super::Failure;
use super::Load;
use crate::contender::influxdb2::Cpu;
use crate::data::{self, BATCH, Doubles};
use futures_util::stream;
use influxdb2::models::{DataPoint, WriteDataPoint};
use std::io;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Runtime;

fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

pub(super) struct Points {
    runtime: Runtime,
    client: influxdb2::Client,
    rows: Arc<[data::Cpu]>,
}

fn point(row: &data::Cpu) -> DataPoint {
    DataPoint::builder("cpu")
        .tag("core", row.core.to_string())
        .tag("host", row.host.as_str())
        .tag("region", row.region.as_str())
        .field("usage_user", row.usage_user)
        .field("usage_system", row.usage_system)
        .field("temp", row.temp)
        .field("ctx_switches", row.ctx_switches as i64) // it has no unsigned one
        .field("throttled", row.throttled)
        .field("governor", row.governor.as_str())
        .timestamp(row.time)
        .build()
        .expect("a point with fields")
}

impl Points {
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let client = influxdb2::Client::new(url, "o", "token");
        Ok(Self { runtime: runtime()?, client, rows: data::cpu(Doubles::Full).into() })
    }
}

impl Load for Points {
    fn run(&mut self, until: Instant) -> Result<u64, Failure> {
        let Self { runtime, client, rows } = self;
        runtime.block_on(async {
            let mut written = 0;
            loop {
                let batch = Arc::clone(rows);
                let points = (0..BATCH).map(move |index| point(&batch[index]));
                client.write("b", stream::iter(points)).await?;
                written += BATCH as u64;
                if Instant::now() >= until {
                    return Ok(written);
                }
            }
        })
    }
}

pub(super) struct Derived {
    runtime: Runtime,
    client: influxdb2::Client,
    rows: Arc<[Cpu]>,
}

/// A row of the batch: the stream must own what it yields, and this spares it a copy.
struct Shared(Arc<[Cpu]>, usize);

impl WriteDataPoint for Shared {
    fn write_data_point_to<W: io::Write>(&self, writer: W) -> io::Result<()> {
        self.0[self.1].write_data_point_to(writer)
    }
}

impl Derived {
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let rows = data::cpu(Doubles::Full).into_iter().map(Cpu::from).collect();
        Ok(Self { runtime: runtime()?, client: influxdb2::Client::new(url, "o", "token"), rows })
    }
}

impl Load for Derived {
    fn run(&mut self, until: Instant) -> Result<u64, Failure> {
        let Self { runtime, client, rows } = self;
        runtime.block_on(async {
            let mut written = 0;
            loop {
                let batch = Arc::clone(rows);
                let rows = (0..BATCH).map(move |index| Shared(Arc::clone(&batch), index));
                client.write("b", stream::iter(rows)).await?;
                written += BATCH as u64;
                if Instant::now() >= until {
                    return Ok(written);
                }
            }
        })
    }
}
