//! This library: encoding alone, and a call a batch.

use super::super::Failure;
use super::Load;
use crate::contender::ours::Cpu;
use crate::data::{self, BATCH, Doubles};
use influx_core::{Client, LineBuffer};
use std::time::Instant;
use tokio::runtime::Runtime;

pub(super) fn rows() -> Vec<Cpu> {
    data::cpu(Doubles::Full).iter().map(Cpu::from).collect()
}

/// Into a buffer that is used again, and nowhere else.
pub(super) struct Encode {
    rows: Vec<Cpu>,
    lines: LineBuffer,
}

impl Encode {
    pub(super) fn new() -> Self {
        Self { rows: rows(), lines: LineBuffer::new() }
    }
}

impl Load for Encode {
    fn run(&mut self, until: Instant) -> Result<u64, Failure> {
        let mut written = 0;
        loop {
            self.lines.clear();
            self.rows.iter().try_for_each(|row| self.lines.push(row))?;
            written += BATCH as u64;
            if Instant::now() >= until {
                return Ok(written);
            }
        }
    }

    fn encoded(&self) -> usize {
        self.lines.as_bytes().len()
    }
}

/// `Client::write`, which encodes the batch and waits for the answer.
pub(super) struct OneShot {
    runtime: Runtime,
    client: Client,
    rows: Vec<Cpu>,
}

impl OneShot {
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = Client::builder(url).token("token").org("o").build()?;
        Ok(Self { runtime, client, rows: rows() })
    }
}

impl Load for OneShot {
    fn run(&mut self, until: Instant) -> Result<u64, Failure> {
        let Self { runtime, client, rows } = self;
        runtime.block_on(async {
            let mut written = 0;
            loop {
                client.write("b", &rows[..]).await?;
                written += BATCH as u64;
                if Instant::now() >= until {
                    return Ok(written);
                }
            }
        })
    }
}
