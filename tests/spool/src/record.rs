//! Records that are their numbers: all that is in them, and where they go, follows from that.

use influx_core::{Line, Measurement, Nanos};

/// So many records are written by one call, from a multiple of it on.
pub const CHUNK: u64 = 10;

/// Where records go; no file may have such a name.
const BUCKETS: [&str; 2] = ["bucket-of-even-chunks", "bucket-of-odd-chunks"];

/// The bucket of a record.
#[must_use]
pub fn bucket(number: u64) -> &'static str {
    BUCKETS[usize::from((number / CHUNK) % 2 == 1)]
}

/// The text of a record: of a length of its own, with all that is escaped.
#[must_use]
pub fn text(number: u64) -> String {
    const ODD: [&str; 8] = ["\"", "\\", "\n", " ", ",", "=", "é", "🦀"];
    let mut text = String::new();
    let mut state = number;
    for _ in 0..number % 23 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text += &format!("{:x}", state >> 24);
        text += ODD[(state >> 61) as usize];
    }
    text
}

/// The record of a number.
#[derive(Debug, Clone, Copy)]
pub struct Numbered {
    /// Its number.
    pub number: u64,
    /// One of many without a series of its own, of half a kilobyte.
    pub bulk: bool,
}

impl Measurement for Numbered {
    fn encode(&self, line: &mut Line<'_>) {
        let time = Nanos(self.number as i64 + 1);
        if self.bulk {
            line.measurement("bulk");
            line.field("text").string(&format!("{:0500}", self.number));
            return line.timestamp(&time);
        }
        line.measurement("m");
        line.tag("id").text(&self.number.to_string());
        line.field("half").float(self.number as f64 / 2.0);
        line.field("text").string(&text(self.number));
        // The others get the time of writing: sent again with another one, they would be stored twice.
        if self.number.is_multiple_of(2) {
            line.timestamp(&time);
        }
    }
}
