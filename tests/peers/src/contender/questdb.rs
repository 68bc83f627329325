//! questdb-rs: the text protocol (V1) with names validated once, which is the fastest way its API allows.

use super::Contender;
use crate::data::{Cpu, Narrow};
use questdb::ingress::{Buffer, ColumnName, ProtocolVersion, TableName, TimestampNanos};

const NAME: &str = "questdb-rs";

fn column(name: &'static str) -> ColumnName<'static> {
    ColumnName::new(name).expect("a plain name")
}

pub(super) struct CpuRows<'a> {
    rows: &'a [Cpu],
    buffer: Buffer,
    table: TableName<'static>,
    tags: [ColumnName<'static>; 3],
    fields: [ColumnName<'static>; 6],
}

impl<'a> CpuRows<'a> {
    pub(super) fn new(rows: &'a [Cpu]) -> Self {
        Self {
            rows,
            buffer: Buffer::new(ProtocolVersion::V1),
            table: TableName::new("cpu").expect("a plain name"),
            tags: ["core", "host", "region"].map(column),
            fields: ["usage_user", "usage_system", "temp", "ctx_switches", "throttled", "governor"]
                .map(column),
        }
    }

    fn push(&mut self, row: &Cpu) -> questdb::Result<()> {
        let [core, host, region] = self.tags;
        let [user, system, temp, switches, throttled, governor] = self.fields;
        self.buffer
            .table(self.table)?
            .symbol(core, itoa::Buffer::new().format(row.core))?
            .symbol(host, &row.host)?
            .symbol(region, &row.region)?
            .column_f64(user, row.usage_user)?
            .column_f64(system, row.usage_system)?
            .column_f64(temp, row.temp)?
            .column_i64(switches, row.ctx_switches as i64)?
            .column_bool(throttled, row.throttled)?
            .column_str(governor, &row.governor)?
            .at(TimestampNanos::new(row.time))
    }
}

impl Contender for CpuRows<'_> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn has_unsigned(&self) -> bool {
        false
    }

    fn encode(&mut self) {
        self.buffer.clear();
        for row in self.rows {
            self.push(row).expect("a valid row");
        }
    }

    fn output(&self) -> &[u8] {
        self.buffer.as_bytes()
    }
}

pub(super) struct NarrowRows<'a> {
    rows: &'a [Narrow],
    buffer: Buffer,
    table: TableName<'static>,
    host: ColumnName<'static>,
    value: ColumnName<'static>,
}

impl<'a> NarrowRows<'a> {
    pub(super) fn new(rows: &'a [Narrow]) -> Self {
        Self {
            rows,
            buffer: Buffer::new(ProtocolVersion::V1),
            table: TableName::new("cpu").expect("a plain name"),
            host: column("host"),
            value: column("value"),
        }
    }

    fn push(&mut self, row: &Narrow) -> questdb::Result<()> {
        self.buffer
            .table(self.table)?
            .symbol(self.host, &row.host)?
            .column_f64(self.value, row.value)?
            .at(TimestampNanos::new(row.time))
    }
}

impl Contender for NarrowRows<'_> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn encode(&mut self) {
        self.buffer.clear();
        for row in self.rows {
            self.push(row).expect("a valid row");
        }
    }

    fn output(&self) -> &[u8] {
        self.buffer.as_bytes()
    }
}
