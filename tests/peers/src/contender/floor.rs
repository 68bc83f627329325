//! The yardstick: an encoder written by hand for exactly these two rows; and the same with look-up tables.

use super::Contender;
use crate::data::{Cpu, Narrow};
use crate::floor::Floor;

const fn name(tables: bool) -> &'static str {
    if tables { "floor-tables" } else { "floor" }
}

pub(super) struct CpuRows<'a, const TABLES: bool> {
    rows: &'a [Cpu],
    floor: Floor<TABLES>,
}

impl<'a, const TABLES: bool> CpuRows<'a, TABLES> {
    pub(super) fn new(rows: &'a [Cpu]) -> Self {
        Self { rows, floor: Floor::new() }
    }
}

impl<const TABLES: bool> Contender for CpuRows<'_, TABLES> {
    fn name(&self) -> &'static str {
        name(TABLES)
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

pub(super) struct NarrowRows<'a, const TABLES: bool> {
    rows: &'a [Narrow],
    floor: Floor<TABLES>,
}

impl<'a, const TABLES: bool> NarrowRows<'a, TABLES> {
    pub(super) fn new(rows: &'a [Narrow]) -> Self {
        Self { rows, floor: Floor::new() }
    }
}

impl<const TABLES: bool> Contender for NarrowRows<'_, TABLES> {
    fn name(&self) -> &'static str {
        name(TABLES)
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
