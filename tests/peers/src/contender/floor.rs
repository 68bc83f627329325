//! The yardstick: an encoder written by hand for exactly these two rows.

use super::Contender;
use crate::data::{Cpu, Narrow};
use crate::floor::Floor;

const NAME: &str = "floor";

pub(super) struct CpuRows<'a> {
    rows: &'a [Cpu],
    floor: Floor,
}

impl<'a> CpuRows<'a> {
    pub(super) fn new(rows: &'a [Cpu]) -> Self {
        Self { rows, floor: Floor::new() }
    }
}

impl Contender for CpuRows<'_> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encode(&mut self) {
        self.floor.clear();
        for row in self.rows {
            self.floor.push_cpu(row).expect("a valid row");
        }
    }

    fn output(&self) -> &[u8] {
        self.floor.as_bytes()
    }
}

pub(super) struct NarrowRows<'a> {
    rows: &'a [Narrow],
    floor: Floor,
}

impl<'a> NarrowRows<'a> {
    pub(super) fn new(rows: &'a [Narrow]) -> Self {
        Self { rows, floor: Floor::new() }
    }
}

impl Contender for NarrowRows<'_> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encode(&mut self) {
        self.floor.clear();
        for row in self.rows {
            self.floor.push_narrow(row).expect("a valid row");
        }
    }

    fn output(&self) -> &[u8] {
        self.floor.as_bytes()
    }
}
