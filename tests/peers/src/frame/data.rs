//! The rows, made one after the other from a fixed seed: whoever needs them again makes them again.

use crate::data::Doubles;

pub(super) const ROWS: usize = 1_000_000;
/// The Python clients get the first of them.
pub(super) const ROWS_OF_PYTHON: usize = 100_000;

pub(super) const MEASUREMENT: &str = "m";
pub(super) const DOUBLES: [&str; 5] = ["f0", "f1", "f2", "f3", "f4"];
pub(super) const INTEGERS: [&str; 2] = ["i0", "i1"];
pub(super) const REGIONS: [&str; 5] = ["us-east-1", "eu-north-1", "sa-east-1b", "eu-central-1", "ap-south-1"];

const SEED: u64 = 0x1f1u64 << 40 | 0xf4a3e;
const START: i64 = 1_700_000_000_123_456_789; // ns
const HOSTS: u8 = 100;
/// One value in so many of `f4` and of `s` is null.
const NULLS: u32 = 100;

/// A row: twelve columns.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Row {
    pub(super) time: i64,
    /// Of [`hosts`].
    pub(super) host: u8,
    /// Of [`REGIONS`].
    pub(super) region: u8,
    pub(super) doubles: [f64; 5],
    /// Whether the last double is null.
    pub(super) no_double: bool,
    pub(super) integers: [i64; 2],
    pub(super) ok: bool,
    pub(super) text: Option<[u8; 8]>,
}

impl Row {
    /// The double of a column, `None` where it is null.
    pub(super) fn double(&self, column: usize) -> Option<f64> {
        self.doubles.get(column).copied().filter(|_| column + 1 < DOUBLES.len() || !self.no_double)
    }

    pub(super) fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.text.as_ref()?).ok()
    }
}

pub(super) fn hosts() -> Vec<String> {
    (0..HOSTS).map(|host| format!("server-{host:03}")).collect()
}

/// The first so many rows.
pub(super) fn rows(doubles: Doubles, count: usize) -> impl Iterator<Item = Row> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut time = START;
    (0..count).map(move |_| {
        time += random.i64(500_000..1_500_000);
        Row {
            time,
            host: random.u8(0..HOSTS),
            region: random.u8(0..REGIONS.len() as u8),
            doubles: std::array::from_fn(|_| doubles.draw(&mut random)),
            no_double: random.u32(0..NULLS) == 0,
            integers: [random.i64(0..10_000_000), random.i64(-1_000..1_000)],
            ok: random.bool(),
            text: (random.u32(0..NULLS) > 0).then(|| std::array::from_fn(|_| random.alphanumeric() as u8)),
        }
    })
}
