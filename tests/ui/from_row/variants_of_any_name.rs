//! Only one variant can take all other measurements.

use influx_core::FromRow;

#[derive(FromRow)]
enum Metric {
    One {
        #[measurement]
        name: String,
    },
    Other {
        #[measurement]
        name: String,
    },
}

fn main() {}
