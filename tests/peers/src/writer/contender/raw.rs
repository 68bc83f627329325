//! What a request costs by itself: batches that are encoded already, posted by the HTTP library that the client uses.

use super::super::Failure;
use super::Load;
use crate::contender::ours::Cpu;
use crate::data::{self, BATCH, Doubles};
use bytes::Bytes;
use influx_core::LineBuffer;
use std::time::Instant;
use tokio::runtime::Runtime;

pub(super) struct Post {
    runtime: Runtime,
    client: reqwest::Client,
    url: String,
    body: Bytes,
}

impl Post {
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let mut lines = LineBuffer::new();
        data::cpu(Doubles::Full).iter().map(Cpu::from).try_for_each(|row| lines.push(&row))?;
        Ok(Self {
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
            client: reqwest::Client::builder().no_proxy().tcp_nodelay(true).build()?,
            url: format!("{url}/api/v2/write?bucket=b&org=o&precision=ns"),
            body: Bytes::copy_from_slice(lines.as_bytes()),
        })
    }
}

impl Load for Post {
    fn run(&mut self, until: Instant) -> Result<u64, Failure> {
        let Self { runtime, client, url, body } = self;
        runtime.block_on(async {
            let mut rows = 0;
            loop {
                client.post(&*url).body(body.clone()).send().await?.error_for_status()?.bytes().await?;
                rows += BATCH as u64;
                if Instant::now() >= until {
                    return Ok(rows);
                }
            }
        })
    }
}
