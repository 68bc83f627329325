//! All mistakes of a type are shown together.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(rename_all = "kebab", colour = "red")]
struct Cpu {
    #[tag(nmae = "h", skip_if = "?")]
    host: String,
    core: u16,
    #[tag]
    share: f32,
    #[time]
    at: i64,
}

fn main() {}
