//! A record may come out of a macro: types, names and literals then carry other spans.

use influx_core::{LineBuffer, Measurement};

macro_rules! record {
    ($name:ident, $measurement:literal, $($role:ident $member:ident: $ty:ty),*) => {
        #[derive(Measurement)]
        #[measurement(name = $measurement)]
        struct $name {
            $(#[$role] $member: $ty,)*
            #[time(unit = "s")]
            at: i64,
        }
    };
}

record!(Cpu, "cpu", tag host: &'static str, field usage: Option<f64>);

macro_rules! events {
    ($($variant:ident($ty:ty)),*) => {
        #[derive(Measurement)]
        enum Event {
            $($variant { #[field] value: $ty },)*
        }
    };
}

events!(Started(f64), Stopped(bool));

fn main() {
    let mut buffer = LineBuffer::new();
    buffer.push(&Cpu { host: "a", usage: Some(0.5), at: 1 }).unwrap();
    buffer.push(&Event::Started { value: 1.5 }).unwrap();
    buffer.push(&Event::Stopped { value: true }).unwrap();
    assert_eq!(buffer.as_str(), "cpu,host=a usage=0.5 1000000000\nstarted value=1.5\nstopped value=true\n");
}
