//! This library, in its four forms: the derive, the derive behind `&dyn Measurement`, `Point`, and tuples.

use super::Contender;
use crate::data;
use influx_core::tuple::{field, row, tag, time};
use influx_core::{EncodeError, LineBuffer, Measurement, Nanos, Point};

#[derive(Measurement)]
#[measurement(name = "cpu")]
pub(crate) struct Cpu {
    #[tag]
    core: u8,
    #[tag]
    host: String,
    #[tag]
    region: String,
    #[field]
    usage_user: f64,
    #[field]
    usage_system: f64,
    #[field]
    temp: f64,
    #[field]
    ctx_switches: u64,
    #[field]
    throttled: bool,
    #[field]
    governor: String,
    #[time(unit = "ns")]
    time: i64,
}

impl From<&data::Cpu> for Cpu {
    fn from(row: &data::Cpu) -> Self {
        let data::Cpu { core, usage_user, usage_system, temp, ctx_switches, throttled, time, .. } = *row;
        let (host, region, governor) = (row.host.clone(), row.region.clone(), row.governor.clone());
        Self { core, host, region, usage_user, usage_system, temp, ctx_switches, throttled, governor, time }
    }
}

#[derive(Measurement)]
#[measurement(name = "cpu")]
struct Narrow {
    #[tag]
    host: String,
    #[field]
    value: f64,
    #[time(unit = "ns")]
    time: i64,
}

impl From<&data::Narrow> for Narrow {
    fn from(row: &data::Narrow) -> Self {
        Self { host: row.host.clone(), value: row.value, time: row.time }
    }
}

/// Rows of any kind and how one of them goes into the buffer.
struct Rows<T, F> {
    name: &'static str,
    rows: Vec<T>,
    buffer: LineBuffer,
    push: F,
}

impl<T, F: Fn(&mut LineBuffer, &T) -> Result<(), EncodeError>> Rows<T, F> {
    fn boxed<'a>(name: &'static str, rows: Vec<T>, push: F) -> Box<dyn Contender + 'a>
    where
        T: 'a,
        F: 'a,
    {
        Box::new(Self { name, rows, buffer: LineBuffer::new(), push })
    }
}

impl<T, F: Fn(&mut LineBuffer, &T) -> Result<(), EncodeError>> Contender for Rows<T, F> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn encode(&mut self) {
        self.buffer.clear();
        for row in &self.rows {
            (self.push)(&mut self.buffer, row).expect("a valid row");
        }
    }

    fn output(&self) -> &[u8] {
        self.buffer.as_bytes()
    }
}

/// The derived rows, each behind a pointer to something that can be encoded.
fn boxed<'a, T: Measurement + 'a>(rows: impl Iterator<Item = T>) -> Vec<Box<dyn Measurement + 'a>> {
    rows.map(|row| Box::new(row) as Box<dyn Measurement + 'a>).collect()
}

pub(super) fn cpu(rows: &[data::Cpu]) -> Vec<Box<dyn Contender + '_>> {
    let columns = row(
        "cpu",
        (
            tag("core"),
            tag("host"),
            tag("region"),
            field("usage_user"),
            field("usage_system"),
            field("temp"),
            field("ctx_switches"),
            field("throttled"),
            field("governor"),
            time::<Nanos>(),
        ),
    )
    .expect("a valid description");
    vec![
        Rows::boxed("derive", rows.iter().map(Cpu::from).collect(), |buffer, row: &Cpu| buffer.push(row)),
        Rows::boxed("dyn", boxed(rows.iter().map(Cpu::from)), |buffer, row| buffer.push(&**row)),
        Rows::boxed("point", rows.iter().collect(), |buffer, row: &&data::Cpu| {
            let point = Point::new("cpu")
                .tag("core", row.core)
                .tag("host", row.host.as_str())
                .tag("region", row.region.as_str())
                .field("usage_user", row.usage_user)
                .field("usage_system", row.usage_system)
                .field("temp", row.temp)
                .field("ctx_switches", row.ctx_switches)
                .field("throttled", row.throttled)
                .field("governor", row.governor.as_str())
                .time(Nanos(row.time));
            buffer.push(&point)
        }),
        Rows::boxed("tuple", rows.iter().collect(), move |buffer, row: &&data::Cpu| {
            let values = (
                row.core,
                row.host.as_str(),
                row.region.as_str(),
                row.usage_user,
                row.usage_system,
                row.temp,
                row.ctx_switches,
                row.throttled,
                row.governor.as_str(),
                row.time,
            );
            buffer.push(&columns.of(values))
        }),
    ]
}

pub(super) fn narrow(rows: &[data::Narrow]) -> Vec<Box<dyn Contender + '_>> {
    let columns = row("cpu", (tag("host"), field("value"), time::<Nanos>())).expect("a valid description");
    vec![
        Rows::boxed("derive", rows.iter().map(Narrow::from).collect(), |buffer, row: &Narrow| {
            buffer.push(row)
        }),
        Rows::boxed("dyn", boxed(rows.iter().map(Narrow::from)), |buffer, row| buffer.push(&**row)),
        Rows::boxed("point", rows.iter().collect(), |buffer, row: &&data::Narrow| {
            let point = Point::new("cpu").tag("host", row.host.as_str()).field("value", row.value);
            buffer.push(&point.time(Nanos(row.time)))
        }),
        Rows::boxed("tuple", rows.iter().collect(), move |buffer, row: &&data::Narrow| {
            buffer.push(&columns.of((row.host.as_str(), row.value, row.time)))
        }),
    ]
}
