//! influxdb3-client: a `Point` a row, and its `write` of a batch, without compression.

use super::super::Failure;
use super::Load;
use crate::contender::influxdb3::point;
use crate::data::{self, BATCH, Cpu, Doubles};
use influxdb3_client::{Client, ClientConfig};
use std::time::Instant;
use tokio::runtime::Runtime;

pub(super) struct Write {
    runtime: Runtime,
    client: Client,
    rows: Vec<Cpu>,
}

impl Write {
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let config = ClientConfig::builder().host(url).token("token").database("b").build()?;
        let client = runtime.block_on(Client::new(config))?;
        Ok(Self { runtime, client, rows: data::cpu(Doubles::Full) })
    }
}

impl Load for Write {
    fn run(&mut self, until: Instant) -> Result<u64, Failure> {
        let Self { runtime, client, rows } = self;
        runtime.block_on(async {
            let mut written = 0;
            loop {
                let points: Vec<_> = rows.iter().map(point).collect();
                client.write(points).batch_size(BATCH).gzip_threshold(None).await?;
                written += BATCH as u64;
                if Instant::now() >= until {
                    return Ok(written);
                }
            }
        })
    }
}
