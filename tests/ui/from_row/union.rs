//! A union has no members of its own.

use influx_core::FromRow;

#[derive(FromRow)]
union Either {
    a: f64,
    b: i64,
}

fn main() {}
