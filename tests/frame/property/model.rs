//! Arbitrary rows, whatever library holds them, and what they say: points.

use influx_core::{EncodeErrorKind, Epoch, LineBuffer, Point, Precision};
use influx_frame::{BinaryAs, DecimalAs, OnNullTime, Roles};
use influx_tests::generate::Source;

/// What the values of a column are. The types that hold them are chosen for each library.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Boolean,
    /// Of so many bits, of any type that is written as integer: integers, dates, times, durations.
    Integer(u32),
    /// As integer too, but of types that are integers by name: those a tag or a time can have.
    Plain(u32),
    Unsigned,
    Double,
    Single,
    Half,
    Text,
    Binary,
    /// With so many digits behind the point; as string or as float.
    Decimal(i8, bool),
    Null,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Boolean(bool),
    Integer(i64),
    Unsigned(u64),
    Double(f64),
    /// Of 32 bits, or of 16.
    Single(f32),
    Text(&'static str),
    Binary(Vec<u8>),
    Decimal(i128),
}

#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) body: Body,
}

#[derive(Debug, Clone)]
pub(crate) enum Body {
    Leaf(Kind, Vec<Option<Cell>>),
    /// Members, and which rows are no nulls.
    Struct(Vec<Column>, Vec<bool>),
}

/// A frame, and the roles of its columns.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    pub(crate) columns: Vec<Column>,
    /// All, of which those in the range are written.
    pub(crate) len: usize,
    pub(crate) range: std::ops::Range<usize>,
    /// A column of text.
    measurement: Option<String>,
    tags: Vec<String>,
    /// A column of integers that count these units.
    time: Option<(String, Precision)>,
    stamp_null_times: bool,
}

/// What became of rows.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) lines: String,
    pub(crate) empty: Vec<u64>,
    pub(crate) refused: Vec<u64>,
}

/// Texts as they make trouble, shorter and longer than what views keep in place.
pub(crate) const TEXTS: [&str; 20] = [
    "",
    "a",
    "b c",
    "d,e",
    "f=g",
    "\"h\"",
    "back\\slash",
    "end\\",
    "new\nline",
    "tab\there",
    "ключ",
    "🚀",
    "exactly 12 b",
    "one more than",
    "a text that is much longer than twelve bytes",
    " lead",
    "trail ",
    "#",
    "1",
    "true",
];

const UNITS: [Precision; 4] =
    [Precision::Nanoseconds, Precision::Microseconds, Precision::Milliseconds, Precision::Seconds];

impl Rows {
    pub(crate) fn generate(source: &mut impl Source) -> Self {
        let len = source.below(60);
        let start = source.below(len / 2 + 1);
        let range = start..start + source.below(len - start + 1);
        // a field that there always is
        let mut columns = vec![leaf(source, "always".to_owned(), Kind::Integer(16), len)];
        for at in 0..source.below(10) {
            let name = format!("{}{at}", source.pick(&["c", "sp ace", "com,ma", "=", "ü"]));
            let depth = source.below(4) / 2;
            let column = column(source, name, len, depth);
            columns.insert(source.below(columns.len() + 1), column);
        }
        let mut rows = Self {
            len,
            range,
            measurement: source.once_in(3).then(|| "measurement".to_owned()),
            tags: Vec::new(),
            time: source.once_in(2).then(|| ("at".to_owned(), source.pick(&UNITS))),
            stamp_null_times: source.once_in(2),
            columns,
        };
        if let Some(name) = &rows.measurement {
            rows.columns.push(leaf(source, name.clone(), Kind::Text, len));
        }
        if let Some((name, _)) = &rows.time {
            rows.columns.insert(0, leaf(source, name.clone(), Kind::Plain(48), len));
        }
        let mut tags = Vec::new();
        for (name, kind) in rows.leaves() {
            let may = matches!(
                kind,
                Kind::Boolean
                    | Kind::Plain(_)
                    | Kind::Unsigned
                    | Kind::Text
                    | Kind::Binary
                    | Kind::Decimal(..)
            );
            if may && source.once_in(2) {
                tags.push(name);
            }
        }
        rows.tags = tags;
        rows
    }

    pub(crate) fn roles(&self) -> Roles {
        let mut roles = match &self.measurement {
            Some(column) => Roles::measurement_column(column.clone()),
            None => Roles::new("m"),
        };
        roles = roles.tags(self.tags.clone()).binary(BinaryAs::Base64);
        roles = match &self.time {
            Some((column, unit)) => roles.time_in(column.clone(), *unit),
            None => roles.stamped(),
        };
        if self.time.is_some() && self.stamp_null_times {
            roles = roles.on_null_time(OnNullTime::Stamp);
        }
        if self.columns.iter().any(|column| matches!(column.body, Body::Struct(..))) {
            roles = roles.flatten_structs();
        }
        for (name, kind) in self.leaves() {
            if let Kind::Decimal(_, true) = kind
                && !self.tags.contains(&name)
            {
                roles = roles.decimals_in(name, DecimalAs::String);
            }
        }
        roles
    }

    /// The tags and fields.
    fn leaves(&self) -> Vec<(String, Kind)> {
        let mut leaves = Vec::new();
        walk(&self.columns, "", 0, &mut |name, kind, _| leaves.push((name.to_owned(), kind)));
        leaves.retain(|(name, _)| Some(name) != self.measurement.as_ref());
        leaves.retain(|(name, _)| self.time.as_ref().is_none_or(|(time, _)| name != time));
        leaves
    }

    /// What the rows say, line by line.
    pub(crate) fn expected(&self) -> Outcome {
        let mut outcome = Outcome::default();
        let mut lines = LineBuffer::new();
        for (number, row) in (0..).zip(self.range.clone()) {
            match self.point(row).map(|point| lines.push(&point)) {
                None => outcome.refused.push(number),
                Some(Ok(())) => {}
                Some(Err(error)) if *error.kind() == EncodeErrorKind::NoFields => outcome.empty.push(number),
                Some(Err(_)) => outcome.refused.push(number),
            }
        }
        outcome.lines = lines.as_str().replace("\"\u{1}", "").replace("\u{1}\"", "");
        outcome
    }

    /// A row as a point; `None`: it has no measurement, or no time.
    fn point(&self, row: usize) -> Option<Point> {
        let mut point = Some(Point::new("m"));
        let mut set: Vec<(String, Kind, Cell)> = Vec::new();
        let (mut measurement, mut time) = (None, None);
        walk(&self.columns, "", row, &mut |name, kind, cell| match cell {
            Some(Cell::Text(text)) if Some(name) == self.measurement.as_deref() => measurement = Some(*text),
            Some(Cell::Integer(ticks)) if self.time.as_ref().is_some_and(|(time, _)| time == name) => {
                time = Some(*ticks);
            }
            Some(cell) => set.push((name.to_owned(), kind, cell.clone())),
            None => {}
        });
        if self.measurement.is_some() {
            point = measurement.map(Point::new);
        }
        if let Some((_, unit)) = &self.time {
            point = match time {
                Some(ticks) => point.map(|point| point.time(Epoch::from_ticks(ticks, *unit))),
                None => point.filter(|_| self.stamp_null_times),
            };
        }
        let mut point = point?;
        for (name, kind, cell) in set {
            point = match self.tags.contains(&name) {
                true => tag(point, name, kind, cell),
                false => field(point, name, kind, cell),
            };
        }
        Some(point)
    }
}

fn tag(point: Point, key: String, kind: Kind, cell: Cell) -> Point {
    match cell {
        Cell::Boolean(value) => point.tag(key, value),
        Cell::Integer(value) => point.tag(key, value),
        Cell::Unsigned(value) => point.tag(key, value),
        Cell::Text(value) => point.tag(key, value),
        Cell::Binary(value) => point.tag(key, base64(&value)),
        Cell::Decimal(value) => point.tag(key, decimal(value, kind)),
        Cell::Double(_) | Cell::Single(_) => unreachable!("no tag is a float"),
    }
}

fn field(point: Point, key: String, kind: Kind, cell: Cell) -> Point {
    match cell {
        Cell::Boolean(value) => point.field(key, value),
        Cell::Integer(value) => point.field(key, value),
        Cell::Unsigned(value) => point.field(key, value),
        Cell::Double(value) => point.field(key, value),
        Cell::Single(value) => point.field(key, value),
        Cell::Text(value) => point.field(key, value),
        Cell::Binary(value) => point.field(key, base64(&value)),
        // A point has no decimals: the text stands between marks, which are taken out with the quotes around them.
        Cell::Decimal(value) if kind == Kind::Decimal(scale_of(kind), false) => {
            point.field(key, format!("\u{1}{}\u{1}", decimal(value, kind)))
        }
        Cell::Decimal(value) => point.field(key, decimal(value, kind)),
    }
}

fn scale_of(kind: Kind) -> i8 {
    if let Kind::Decimal(scale, _) = kind { scale } else { 0 }
}

/// The number as people write it, without zeros that say nothing.
fn decimal(value: i128, kind: Kind) -> String {
    let scale = usize::from(scale_of(kind).unsigned_abs());
    let digits = format!("{:0width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let text = format!("{}{whole}.{fraction}", if value < 0 { "-" } else { "" });
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = |chunk: &[u8]| {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(*chunk.get(at).unwrap_or(&0)));
        let digit = |at: usize| char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]);
        (0..4).map(|at| if at <= chunk.len() { digit(at) } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(digits).collect()
}

/// All leaves with their names and what they have in a row: nothing, where a struct around them is null.
fn walk(columns: &[Column], prefix: &str, row: usize, see: &mut impl FnMut(&str, Kind, Option<&Cell>)) {
    fn of(
        column: &Column,
        prefix: &str,
        row: usize,
        valid: bool,
        see: &mut dyn FnMut(&str, Kind, Option<&Cell>),
    ) {
        let name = format!("{prefix}{}", column.name);
        match &column.body {
            Body::Leaf(kind, cells) => {
                see(&name, *kind, cells.get(row).and_then(Option::as_ref).filter(|_| valid));
            }
            Body::Struct(members, rows) => {
                let valid = valid && rows.get(row).copied().unwrap_or_default();
                members.iter().for_each(|member| of(member, &format!("{name}."), row, valid, see));
            }
        }
    }
    columns.iter().for_each(|column| of(column, prefix, row, true, see));
}

fn column(source: &mut impl Source, name: String, len: usize, depth: usize) -> Column {
    if depth > 0 && source.once_in(2) {
        let members = (0..1 + source.below(3)).map(|at| column(source, format!("m{at}"), len, depth - 1));
        let members = members.collect();
        let valid = (0..len).map(|_| !source.once_in(4)).collect();
        return Column { name, body: Body::Struct(members, valid) };
    }
    let kind = match source.below(12) {
        0 => Kind::Boolean,
        1 | 2 => Kind::Integer(source.pick(&[7, 8, 15, 16, 31, 32, 63, 64])),
        3 => Kind::Plain(source.pick(&[7, 16, 31, 64])),
        4 => Kind::Unsigned,
        5 => Kind::Double,
        6 => Kind::Single,
        7 => Kind::Half,
        8 => Kind::Binary,
        9 => Kind::Decimal(source.pick(&[0, 1, 2, 5, 9]), source.once_in(2)),
        10 if source.once_in(2) => Kind::Null,
        _ => Kind::Text,
    };
    leaf(source, name, kind, len)
}

fn leaf(source: &mut impl Source, name: String, kind: Kind, len: usize) -> Column {
    let nulls = source.pick(&[0, 2, 5]);
    let cell = |_| (nulls == 0 || !source.once_in(nulls)).then(|| cell(source, kind)).flatten();
    Column { name, body: Body::Leaf(kind, (0..len).map(cell).collect()) }
}

fn cell(source: &mut impl Source, kind: Kind) -> Option<Cell> {
    const DOUBLES: [f64; 9] =
        [0.0, -0.0, 1.5, -2.25, 1e300, 5e-324, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    Some(match kind {
        Kind::Boolean => Cell::Boolean(source.once_in(2)),
        // one bit less is never negative
        Kind::Integer(bits) | Kind::Plain(bits) => match bits % 2 {
            0 => Cell::Integer(source.word() as i64 >> (64 - bits)),
            _ => Cell::Integer((source.word() >> (64 - bits)) as i64),
        },
        Kind::Unsigned => Cell::Unsigned(source.word() >> source.pick(&[0, 1, 60])),
        Kind::Double => Cell::Double(match source.once_in(3) {
            true => source.pick(&DOUBLES),
            false => f64::from_bits(source.word()),
        }),
        Kind::Single => Cell::Single(f32::from_bits(source.word() as u32)),
        // a small integer over a power of two is a float of 16 bits, too
        Kind::Half => Cell::Single((source.below(256) as f32 - 128.0) / source.pick(&[1.0, 8.0, 1024.0])),
        Kind::Text => Cell::Text(source.pick(&TEXTS)),
        Kind::Binary => Cell::Binary((0..source.below(16)).map(|_| source.byte()).collect()),
        Kind::Decimal(..) => {
            // of 9, 18 or 37 digits at most
            let size = i128::from(source.word()) << 64 | i128::from(source.word());
            Cell::Decimal(size % source.pick(&[10, 1_000_000_000, 10_i128.pow(18), 10_i128.pow(37)]))
        }
        Kind::Null => return None,
    })
}
