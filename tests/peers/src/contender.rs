//! What is measured: one small file a peer, all behind one trait.

mod floor;
mod influxdb;
pub(crate) mod influxdb2;
pub(crate) mod influxdb3;
pub(crate) mod ours;
mod questdb;

use crate::data::{Cpu, Narrow};

/// One way of turning a batch of rows into line protocol.
pub(crate) trait Contender {
    /// The `contender` column of the table.
    fn name(&self) -> &'static str;

    /// Whether it can write an unsigned field; without, the same number as a signed one is accepted.
    fn has_unsigned(&self) -> bool {
        true
    }

    /// Done before each encoding and not timed: for APIs that consume the rows.
    fn prepare(&mut self) {}

    /// Writes the whole batch, from an empty buffer. This is what is timed.
    fn encode(&mut self);

    /// What the last `encode` wrote.
    fn output(&self) -> &[u8];
}

/// The names of this library's contenders, and of the floors they are held to.
pub(crate) const OURS: [&str; 6] = ["derive", "dyn", "point", "tuple", "floor", "floor-tables"];

/// Everyone who takes part with the "cpu" row.
pub(crate) fn cpu(rows: &[Cpu]) -> Vec<Box<dyn Contender + '_>> {
    let mut all = ours::cpu(rows);
    all.extend([
        Box::new(floor::CpuRows::<false>::new(rows)) as Box<dyn Contender + '_>,
        Box::new(floor::CpuRows::<true>::new(rows)),
        Box::new(questdb::CpuRows::new(rows)),
        Box::new(influxdb2::CpuRows::new(rows)),
        Box::new(influxdb3::CpuRows::new(rows)),
        Box::new(influxdb::CpuRows::new(rows)),
    ]);
    all
}

/// Everyone who takes part with the "narrow" row.
pub(crate) fn narrow(rows: &[Narrow]) -> Vec<Box<dyn Contender + '_>> {
    let mut all = ours::narrow(rows);
    all.extend([
        Box::new(floor::NarrowRows::<false>::new(rows)) as Box<dyn Contender + '_>,
        Box::new(floor::NarrowRows::<true>::new(rows)),
        Box::new(questdb::NarrowRows::new(rows)),
        Box::new(influxdb2::NarrowRows::new(rows)),
        Box::new(influxdb3::NarrowRows::new(rows)),
        Box::new(influxdb::NarrowRows::new(rows)),
    ]);
    all
}

/// The names of all who take part with either row.
pub(crate) fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = cpu(&[]).iter().map(|one| one.name()).collect();
    for one in narrow(&[]) {
        if !names.contains(&one.name()) {
            names.push(one.name());
        }
    }
    names
}
