//! Rows that are kept cannot borrow.

use influx_core::FromRow;
use influx_core::query::FromRowOwned;

#[derive(FromRow)]
struct Lamp<'r> {
    #[tag]
    room: &'r str,
}

fn rows<T: FromRowOwned>() {}

fn main() {
    rows::<Lamp<'_>>();
}
