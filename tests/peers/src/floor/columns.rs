//! The floor for columns: which there are is known at run time only, so each cell goes through a match on its column.
//! Keys are literals, tags are written once per text of a dictionary, and all the rest is as for rows.

use super::double::{hundredths, short, shortest};
use super::raw::Out;
use super::time::Seconds;
use super::{DOUBLE, INTEGER, Refused, SLACK, TIME, decimal, text};
use std::ops::Range;

/// After so many values that are no short decimals, a column is no longer tried until the next rows.
const MISSES: u8 = 8;

/// The values of a field.
pub(crate) enum Column {
    F64(Vec<f64>),
    I64(Vec<i64>),
    Boolean(Vec<bool>),
    /// All texts, and where each ends, the first after a zero.
    Text(String, Vec<u32>),
}

/// A measurement's columns.
pub(crate) struct Columns {
    measurement: Literal<16>,
    tags: Vec<(Vec<u8>, Vec<Literal<48>>)>,
    fields: Vec<Field>,
    times: Vec<i64>,
    seconds: Seconds,
}

struct Field {
    /// `,key=`
    key: Literal<16>,
    /// Bits; `None`: all are valid.
    valid: Option<Vec<u8>>,
    column: Column,
    misses: u8,
}

/// Text that is stored with what pads it.
struct Literal<const N: usize> {
    padded: [u8; N],
    len: usize,
}

impl<const N: usize> Literal<N> {
    fn new(text: &str) -> Self {
        let mut padded = [0; N];
        padded[..text.len()].copy_from_slice(text.as_bytes());
        Self { padded, len: text.len() }
    }

    /// # Safety
    /// There is room for `N` bytes.
    #[inline(always)]
    unsafe fn write(&self, out: Out) -> Out {
        // SAFETY: the caller's contract; `len` is at most `N`.
        unsafe {
            out.store(self.padded);
            out.add(self.len)
        }
    }
}

impl Columns {
    pub(crate) fn new(measurement: &str, times: Vec<i64>) -> Self {
        let (measurement, seconds) = (Literal::new(measurement), Seconds::new());
        Self { measurement, tags: Vec::new(), fields: Vec::new(), times, seconds }
    }

    /// A tag of a dictionary's texts, which need no escapes.
    pub(crate) fn tag(&mut self, key: &str, keys: Vec<u8>, texts: &[String]) {
        let tags = texts.iter().map(|text| Literal::new(&format!(",{key}={text}")));
        self.tags.push((keys, tags.collect()));
    }

    pub(crate) fn field(&mut self, key: &str, column: Column, valid: impl Iterator<Item = bool>) {
        let valid: Vec<bool> = valid.collect();
        let bits = |eight: &[bool]| eight.iter().rev().fold(0, |bits, bit| bits << 1 | u8::from(*bit));
        let valid = valid.contains(&false).then(|| valid.chunks(8).map(bits).collect());
        self.fields.push(Field { key: Literal::new(&format!(",{key}=")), valid, column, misses: 0 });
    }

    /// Appends rows, of which each has a field.
    pub(crate) fn write(&mut self, rows: Range<usize>, bytes: &mut Vec<u8>) -> Result<(), Refused> {
        self.fields.iter_mut().for_each(|field| field.misses = 0);
        for row in rows {
            self.row(row, bytes)?;
        }
        Ok(())
    }

    #[inline(always)]
    fn row(&mut self, row: usize, bytes: &mut Vec<u8>) -> Result<(), Refused> {
        let mut room = 16 + TIME + SLACK + 48 * self.tags.len();
        for field in &self.fields {
            room += 16 + DOUBLE.max(INTEGER) + 3;
            if let Column::Text(_, ends) = &field.column {
                room += 2 * (ends[row + 1] - ends[row]) as usize;
            }
        }
        if bytes.capacity() - bytes.len() < room {
            bytes.reserve(room.max(64 * 1024));
        }
        // SAFETY: `room` bounds the longest form of all that is written here, plus the slack of the last store.
        unsafe {
            let mut out = self.measurement.write(Out(bytes.as_mut_ptr().add(bytes.len())));
            for (keys, tags) in &self.tags {
                out = tags[usize::from(keys[row])].write(out);
            }
            let fields_at = out.0;
            for field in &mut self.fields {
                if let Some(valid) = &field.valid
                    && valid[row / 8] >> (row % 8) & 1 == 0
                {
                    continue;
                }
                out = field.key.write(out);
                out = field.value(row, out)?;
            }
            *fields_at = b' ';
            out = self.seconds.write_bare::<true>(out, self.times[row]);
            bytes.set_len(out.0 as usize - bytes.as_ptr() as usize);
        }
        Ok(())
    }
}

impl Field {
    /// # Safety
    /// There is room for the longest number, or for a text with its escapes, and the slack.
    #[inline(always)]
    unsafe fn value(&mut self, row: usize, out: Out) -> Result<Out, Refused> {
        // SAFETY: the caller's contract.
        unsafe {
            match &self.column {
                Column::F64(values) => {
                    let value = values[row];
                    if self.misses < MISSES {
                        if let Some(hundredths) = hundredths(value) {
                            return Ok(short::<true>(out, hundredths));
                        }
                        self.misses += 1;
                    }
                    shortest(out, value)
                }
                Column::I64(values) => {
                    let out = decimal::signed(out, values[row]);
                    out.store(b'i');
                    Ok(out.add(1))
                }
                Column::Boolean(values) => {
                    let (word, len) = [(*b"false\0\0\0", 5), (*b"true\0\0\0\0", 4)][usize::from(values[row])];
                    out.store(word);
                    Ok(out.add(len))
                }
                Column::Text(texts, ends) => {
                    let text = texts.get_unchecked(ends[row] as usize..ends[row + 1] as usize);
                    out.store(b'"');
                    let out = text::field(out.add(1), text);
                    out.store(b'"');
                    Ok(out.add(1))
                }
            }
        }
    }
}
