//! The expansion needs no prelude and no name in scope.
#![no_implicit_prelude]

#[derive(::influx_core::TagValue)]
enum Mode {
    Idle,
}

#[derive(::influx_core::TagValue)]
struct Celsius(f64);

#[derive(::influx_core::Measurement)]
#[measurement(group)]
struct Place {
    #[tag]
    room: ::std::string::String,
}

#[derive(::influx_core::Measurement)]
#[measurement(tags(env = "prod"), non_finite = "skip")]
struct Climate {
    #[measurement]
    name: ::std::string::String,
    #[tag]
    mode: Mode,
    #[field]
    inside: Celsius,
    #[flatten(prefix = "at_")]
    place: Place,
    #[time(unit = "s")]
    at: i64,
}

#[derive(::influx_core::Measurement)]
enum Any {
    Climate(#[flatten] Climate),
    Door {
        #[field]
        open: bool,
    },
}

fn main() {
    let climate = Climate {
        name: ::std::convert::From::from("climate"),
        mode: Mode::Idle,
        inside: Celsius(20.5),
        place: Place { room: ::std::convert::From::from("hall") },
        at: 1,
    };
    let mut buffer = ::influx_core::LineBuffer::new();
    ::std::assert!(buffer.push(&Any::Climate(climate)).is_ok());
    ::std::assert!(buffer.push(&Any::Door { open: true }).is_ok());
    ::std::assert_eq!(
        buffer.as_str(),
        "climate,env=prod,mode=Idle,at_room=hall inside=20.5 1000000000\ndoor open=true\n"
    );
}
