//! A group's tags follow the record's own, its fields stand where it is declared.

use influx_core::{LineBuffer, Measurement, Nanos};

#[derive(Measurement)]
#[measurement(group, rename_all = "UPPERCASE")]
struct Place {
    #[tag]
    room: &'static str,
    #[field]
    floor: f64,
}

#[derive(Measurement)]
struct Climate {
    #[field]
    inside: f64,
    #[flatten(prefix = "from_")]
    from: Place,
    #[flatten]
    to: Option<Place>,
    #[field]
    outside: f64,
    #[tag]
    zone: &'static str,
    #[time]
    at: Nanos,
}

/// Its time is the flattened record's.
#[derive(Measurement)]
struct Outer {
    #[flatten]
    climate: Climate,
}

fn main() {
    let climate = || Climate {
        inside: 0.5,
        from: Place { room: "a", floor: 1.5 },
        to: Some(Place { room: "b", floor: 2.5 }),
        outside: 3.5,
        zone: "z",
        at: Nanos(9),
    };
    let mut buffer = LineBuffer::new();
    buffer.push(&climate()).unwrap();
    buffer.push(&Outer { climate: climate() }).unwrap();
    let rest = ",zone=z,from_ROOM=a,ROOM=b inside=0.5,from_FLOOR=1.5,FLOOR=2.5,outside=3.5 9\n";
    assert_eq!(buffer.as_str(), format!("climate{rest}outer{rest}"));
}
