//! This library: its client, with a transport that has the answer in memory, in pieces as they come from a network.

use super::{Answer, Failure, Sum};
use crate::query::ours::Memory;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampNanosecondType};
use arrow_array::{Array, RecordBatch};
use influx_core::Client;
use influx_frame::QueryFrames;
use polars::prelude::DataFrame;
use tokio::runtime::Runtime;

pub(super) struct Reader {
    runtime: Runtime,
    client: Client,
}

/// What was read.
pub(super) enum Frame {
    Polars(DataFrame),
    Arrow(RecordBatch),
}

impl Reader {
    pub(super) fn new(answer: &Answer) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let client =
            Client::builder("http://memory").org("o").transport(Memory(answer.text.clone())).build()?;
        Ok(Self { runtime, client })
    }

    pub(super) fn read(&mut self, name: &str) -> Result<Frame, Failure> {
        let query = self.client.query("from(bucket: \"b\")");
        self.runtime.block_on(async {
            Ok(match name {
                "polars" => Frame::Polars(query.frame().await?),
                _ => Frame::Arrow(query.frame().await?),
            })
        })
    }
}

impl Frame {
    /// What is in it.
    pub(super) fn sum(&self) -> Result<Sum, Failure> {
        let mut sum = Sum { text: Some(0), micros: Some(0), nanos: Some(0), ..Sum::default() };
        match self {
            Self::Polars(frame) => {
                let column = |name| frame.column(name);
                let (host, region) = (column("host")?.str()?, column("region")?.str()?);
                let (system, user) = (column("usage_system")?.f64()?, column("usage_user")?.f64()?);
                let (switches, time) = (column("ctx_switches")?.i64()?, &column("_time")?.datetime()?.phys);
                for row in 0..frame.height() {
                    let texts = host.get(row).zip(region.get(row)).ok_or("a text is null")?;
                    let doubles = system.get(row).zip(user.get(row)).ok_or("a double is null")?;
                    let integers = switches.get(row).zip(time.get(row)).ok_or("an integer is null")?;
                    add(&mut sum, texts, doubles, integers);
                }
            }
            Self::Arrow(batch) => {
                let text = |name| batch[name].as_string::<i32>();
                let double = |name| batch[name].as_primitive::<Float64Type>();
                let (host, region) = (text("host"), text("region"));
                let (system, user) = (double("usage_system"), double("usage_user"));
                let switches = batch["ctx_switches"].as_primitive::<Int64Type>();
                let time = batch["_time"].as_primitive::<TimestampNanosecondType>();
                if batch.columns().iter().any(|column| column.null_count() > 0) {
                    return Err("a value is null".into());
                }
                for row in 0..batch.num_rows() {
                    let texts = (host.value(row), region.value(row));
                    let doubles = (system.value(row), user.value(row));
                    add(&mut sum, texts, doubles, (switches.value(row), time.value(row)));
                }
            }
        }
        Ok(sum)
    }
}

fn add(sum: &mut Sum, (host, region): (&str, &str), (system, user): (f64, f64), (long, time): (i64, i64)) {
    sum.rows += 1;
    sum.long += long;
    sum.double += system + user;
    sum.text = sum.text.map(|all| all + (host.len() + region.len()) as u64);
    sum.micros = sum.micros.map(|all| all + i128::from(time / 1_000));
    sum.nanos = sum.nanos.map(|all| all + time % 1_000);
}
