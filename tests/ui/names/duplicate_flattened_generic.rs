//! For a type parameter this is known when the record is written.

use influx_core::{LineBuffer, Measurement};

#[derive(Measurement)]
#[measurement(group)]
struct Place {
    #[tag]
    host: String,
}

#[derive(Measurement)]
struct Climate<G> {
    #[tag]
    host: String,
    #[field]
    inside: f64,
    #[flatten]
    place: G,
}

fn main() {
    let place = Place { host: "a".to_owned() };
    let climate = Climate { host: "a".to_owned(), inside: 20.5, place };
    let _ = LineBuffer::new().push(&climate);
}
