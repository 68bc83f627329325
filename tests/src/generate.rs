//! Records without end, from a seed or from the bytes of a fuzzer.
//!
//! One small generator serves both, so that the property test and the fuzz target try the same shapes. Most
//! texts are such as the encoder takes; one record in four is made of anything.

use influx_core::{NonFinite, Precision};

use crate::record::{Record, Settings, Value};

/// Where choices come from.
pub trait Source {
    /// The next byte; zeros without end where nothing is left.
    fn byte(&mut self) -> u8;

    /// A number below `limit`, at most 256.
    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) * limit / 256
    }

    /// One of a list.
    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// Eight bytes.
    fn word(&mut self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// True once in `n` times.
    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
}

/// The bytes of a fuzzer.
#[derive(Debug)]
pub struct Bytes<'a>(pub &'a [u8]);

impl Source for Bytes<'_> {
    fn byte(&mut self) -> u8 {
        self.0.split_off_first().copied().unwrap_or_default()
    }
}

/// Splitmix64: the same bytes for the same seed, on every machine.
#[derive(Debug)]
pub struct Seeded {
    state: u64,
    bytes: u64,
    left: u32,
}

impl Seeded {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Seeded { state: seed.wrapping_mul(0xd134_2543_de82_ef95), bytes: 0, left: 0 }
    }
}

impl Source for Seeded {
    fn byte(&mut self) -> u8 {
        if self.left == 0 {
            self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = self.state;
            bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            (self.bytes, self.left) = (bits ^ bits >> 31, 8);
        }
        self.left -= 1;
        let byte = self.bytes as u8;
        self.bytes >>= 8;
        byte
    }
}

/// Settings of a buffer, with limits that records reach now and then.
pub fn settings(source: &mut impl Source) -> Settings {
    let mut settings = Settings {
        precision: precision(source),
        unsigned: !source.once_in(4),
        non_finite: if source.once_in(4) { NonFinite::Error } else { NonFinite::Skip },
        ..Settings::default()
    };
    if source.once_in(8) {
        settings.max_string = 2 + source.below(60);
    }
    if source.once_in(8) {
        settings.max_series_key = 8 + source.below(120);
    }
    for key in ["host", "a b", "zone"] {
        if source.once_in(4) {
            let value = source.pick(&["x", "a b,c=d", "日本", "C:\\dir"]);
            settings.default_tags.push((key.to_owned(), value.to_owned()));
        }
    }
    settings
}

/// A record, valid or not.
pub fn record(source: &mut impl Source) -> Record {
    let any = source.once_in(4);
    let mut tags: Vec<_> = (0..few(source)).map(|_| (key(source, any), name(source, any))).collect();
    if source.below(4) > 0 {
        tags.sort();
    }
    let fields = (0..few(source).max(usize::from(!any))).map(|_| (key(source, any), value(source))).collect();
    Record { name: name(source, any), tags, fields, time: time(source) }
}

/// Mostly few, at most eight.
fn few(source: &mut impl Source) -> usize {
    source.pick(&[1, 0, 1, 1, 2, 2, 2, 3, 3, 4, 6, 8])
}

fn key(source: &mut impl Source, any: bool) -> String {
    match source.below(8) {
        0 => source.pick(&["a", "b", "host", "a b", "value", "zone", "usage_user"]).to_owned(),
        1 if any => source.pick(&["time", "", "times", "Time", "_time", "#a", "\ta"]).to_owned(),
        _ => name(source, any),
    }
}

fn name(source: &mut impl Source, any: bool) -> String {
    if any {
        return text(source);
    }
    // Never has a backslash at the end or before what makes it ambiguous.
    const PARTS: [&str; 19] = [
        "a", "b", "Z", "0", "_", "host", "usage", ",", " ", "=", "\"", "\\a", "\u{1}", "\u{7f}", "é", "日本",
        "😀", "a#", "\u{a0}",
    ];
    let mut name = source.pick(&["m", "cpu", "a", "ü", "0", "a ", "-", "\"", "=", ","]).to_owned();
    for _ in 0..length(source) {
        name.push_str(source.pick(&PARTS));
    }
    if source.once_in(64) {
        name.push_str("\tb");
    }
    name
}

fn text(source: &mut impl Source) -> String {
    (0..length(source)).map(|_| character(source)).collect()
}

/// Mostly short; sometimes beyond the registers and the room that the encoder copies by.
fn length(source: &mut impl Source) -> usize {
    match source.below(256) {
        0..8 => 0,
        8..208 => source.below(8),
        208..250 => source.below(40),
        250..255 => source.below(256),
        _ => source.below(256) * source.below(16),
    }
}

fn character(source: &mut impl Source) -> char {
    match source.below(8) {
        0..3 => source.pick(&['a', 'b', 'Z', '0', '9', '_', '-', '.', 'i', 'u', 't', 'e']),
        3 | 4 => {
            source.pick(&['\\', '"', ',', ' ', '=', '\\', '"', '\n', '\r', '\0', '\t', '#', '\u{b}', '\u{c}'])
        }
        5 => char::from(source.byte() & 0x7f),
        6 => source.pick(&[
            'é',
            '日',
            '😀',
            '\u{85}',
            '\u{a0}',
            '\u{2028}',
            '\u{feff}',
            '\u{10ffff}',
            '\u{dc}',
        ]),
        _ => char::from_u32(source.word() as u32 % 0x11_0000).unwrap_or('\u{fffd}'),
    }
}

fn value(source: &mut impl Source) -> Value {
    match source.below(12) {
        0..3 => Value::Float(float(source)),
        3 => Value::Single(single(source)),
        4 | 5 => Value::Integer(integer(source)),
        6 | 7 => Value::Unsigned(integer(source) as u64),
        8 => Value::Boolean(source.once_in(2)),
        _ => Value::String(text(source)),
    }
}

fn float(source: &mut impl Source) -> f64 {
    const EDGES: [f64; 16] = [
        0.0,
        -0.0,
        1.0,
        0.1,
        -0.01,
        0.3,
        999_998.99,
        999_999.0,
        1e15,
        1e16,
        1e21,
        5e-324,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::MIN,
        f64::EPSILON,
    ];
    match source.below(8) {
        0 => source.pick(&EDGES),
        1 => source.pick(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]),
        // Of two decimals, which the encoder writes by a way of their own; its neighbours are not.
        2..4 => f64::from(source.word() as i32 >> source.below(32)) / 100.0,
        4 => (f64::from(source.word() as i32 >> source.below(32)) / 100.0).next_up(),
        5 => integer(source) as f64,
        6 => f64::from(source.word() as i32) / 1000.0,
        _ => f64::from_bits(source.word()),
    }
}

fn single(source: &mut impl Source) -> f32 {
    match source.below(4) {
        0 => source.pick(&[0.0, -0.0, 0.1, f32::MAX, f32::MIN_POSITIVE, 1e-45, f32::NAN, f32::INFINITY]),
        1 => source.word() as i16 as f32 / 100.0,
        _ => f32::from_bits(source.word() as u32),
    }
}

fn integer(source: &mut impl Source) -> i64 {
    match source.below(4) {
        0 => source.pick(&[0, 1, -1, 9, 10, 99_999_999, 100_000_000, i64::MAX, i64::MIN, i64::MIN + 1]),
        // Of every length.
        _ => source.word() as i64 >> source.below(64),
    }
}

fn precision(source: &mut impl Source) -> Precision {
    source.pick(&[
        Precision::Nanoseconds,
        Precision::Nanoseconds,
        Precision::Microseconds,
        Precision::Milliseconds,
        Precision::Seconds,
    ])
}

fn time(source: &mut impl Source) -> Option<(i64, Precision)> {
    const RECENT: i64 = 1_700_000_000_000_000_000;
    let unit = precision(source);
    let ticks = match source.below(16) {
        0 => return None,
        // Nanoseconds of a few seconds, of which the encoder remembers one.
        1..10 => return Some((RECENT + source.below(4) as i64 * 999_999_999, Precision::Nanoseconds)),
        10 => i64::MAX - source.below(4) as i64,
        11 => i64::MIN + source.below(4) as i64,
        // Where a scaled count leaves the range.
        12 => (i64::MAX / unit.nanos()).saturating_add(source.below(3) as i64 - 1),
        13 => -(i64::MAX / unit.nanos()).saturating_add(source.below(3) as i64 - 1),
        _ => integer(source) / unit.nanos(),
    };
    Some((ticks, unit))
}
