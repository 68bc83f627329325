//! Groups may be nested eight levels deep, and no deeper.

use influx_core::Measurement;

#[derive(Measurement)]
#[measurement(group)]
struct In<G> {
    #[flatten]
    group: G,
}

#[derive(Measurement)]
#[measurement(group)]
struct Inmost {
    #[field]
    usage: f64,
}

type Eight = In<In<In<In<In<In<In<Inmost>>>>>>>;

#[derive(Measurement)]
struct Deep {
    #[flatten]
    group: Eight,
}

#[derive(Measurement)]
struct TooDeep {
    #[flatten]
    group: In<Eight>,
}

fn main() {}
