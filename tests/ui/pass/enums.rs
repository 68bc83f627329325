//! Each variant is a measurement of its own.

use influx_core::{DescribedVariants, LineBuffer, Measurement, Seconds};

#[derive(Measurement)]
struct Disk {
    #[tag]
    device: String,
    #[field(name = "free")]
    bytes_free: f64,
    #[time]
    at: Seconds,
}

#[derive(Measurement)]
#[measurement(rename_all = "camelCase", tags(env = "prod"))]
enum Metric {
    CpuLoad {
        #[tag]
        host_name: &'static str,
        #[field]
        one_minute: f64,
    },
    #[measurement(name = "ram", rename_all = "kebab-case")]
    Memory {
        #[field]
        bytes_used: f64,
    },
    Door(#[tag("where")] &'static str, #[field("open")] bool, #[time(unit = "ms")] u64),
    Disk(#[flatten] Disk),
    #[measurement(name = "disk_of")]
    DiskOf(#[flatten(prefix = "d_")] Box<Disk>),
    Named(#[measurement] &'static str, #[field("v")] f64),
}

fn main() {
    let disk = || Disk { device: "sda".into(), bytes_free: 0.5, at: Seconds(1) };
    let mut buffer = LineBuffer::new();
    for metric in [
        Metric::CpuLoad { host_name: "a", one_minute: 0.5 },
        Metric::Memory { bytes_used: 1.5 },
        Metric::Door("hall", true, 7),
        Metric::Disk(disk()),
        Metric::DiskOf(Box::new(disk())),
        Metric::Named("own", 2.5),
    ] {
        buffer.push(&metric).unwrap();
    }
    assert_eq!(
        buffer.as_str(),
        "cpu_load,env=prod,hostName=a oneMinute=0.5\n\
         ram,env=prod bytes-used=1.5\n\
         door,env=prod,where=hall open=true 7000000\n\
         disk,env=prod,device=sda free=0.5 1000000000\n\
         disk_of,env=prod,d_device=sda d_free=0.5 1000000000\n\
         own,env=prod v=2.5\n"
    );
    assert_eq!(Metric::SCHEMAS.len(), 6);
}
