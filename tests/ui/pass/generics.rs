//! Bounds are added for members whose type names a type parameter, and for no others.

use influx_core::{LineBuffer, Measurement, Seconds};
use std::marker::PhantomData;

struct Opaque;

#[derive(Measurement)]
struct Sample<'a, H: ?Sized, T, U = Seconds, const N: usize = 2>
where
    T: Clone,
{
    #[tag]
    host: &'a H,
    #[field]
    value: Option<T>,
    #[time]
    at: U,
    #[skip]
    _raw: [u8; N],
    #[skip]
    _not_written: PhantomData<Opaque>,
}

#[derive(Measurement)]
struct Wrapped<M, G> {
    #[measurement]
    name: M,
    #[flatten]
    inner: G,
}

#[derive(Measurement)]
#[measurement(group)]
struct Pair<T> {
    #[field]
    low: T,
    #[field]
    high: T,
}

/// Whether the types fit is known where it is written.
#[derive(Measurement)]
#[measurement(name = "coerced")]
struct Coerced<T> {
    #[field(as = "float")]
    value: T,
}

#[derive(Measurement)]
enum Either<L, R> {
    Left {
        #[field]
        value: L,
    },
    Right(#[field("value")] R),
}

fn main() {
    let mut buffer = LineBuffer::new();
    let sample =
        Sample { host: "a", value: Some(1.5), at: Seconds(1), _raw: [0; 2], _not_written: PhantomData };
    buffer.push(&sample).unwrap();
    buffer.push(&Wrapped { name: "range", inner: Pair { low: 1.5, high: 2.5 } }).unwrap();
    buffer.push(&Coerced { value: 3_u8 }).unwrap();
    buffer.push(&Either::<f64, bool>::Left { value: 0.5 }).unwrap();
    buffer.push(&Either::<f64, bool>::Right(true)).unwrap();
    assert_eq!(
        buffer.as_str(),
        "sample,host=a value=1.5 1000000000\nrange low=1.5,high=2.5\n\
         coerced value=3\nleft value=0.5\nright value=true\n"
    );
}
