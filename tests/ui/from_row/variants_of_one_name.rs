//! The measurement tells variants apart.

use influx_core::FromRow;

#[derive(FromRow)]
enum Metric {
    Cpu {
        #[field]
        usage: f64,
    },
    #[measurement(name = "cpu")]
    Load {
        #[field]
        load: f64,
    },
}

fn main() {}
