//! Every argument of the members, each in a form of its own.

use influx_core::{FieldSlot, LineBuffer, Measurement, Millis, TagSlot};

mod write {
    use super::{FieldSlot, Millis, TagSlot};

    pub(crate) fn rounded(value: &f64, slot: TagSlot<'_, '_>) {
        slot.text(&format!("{value:.0}"));
    }

    pub(crate) fn joined(values: &Vec<u8>, slot: FieldSlot<'_, '_>) {
        slot.string(&values.iter().map(u8::to_string).collect::<Vec<_>>().join("+"));
    }

    pub(crate) fn minutes(value: &i64) -> Millis {
        Millis(value * 60_000)
    }

    pub(crate) fn never<T>(_: &T) -> bool {
        false
    }
}

#[derive(Measurement)]
#[measurement(name = "all of it", rename_all = "SCREAMING-KEBAB-CASE", tags("data center" = "x=1"))]
struct All {
    #[tag(with = "write::rounded", default)]
    class_of: f64,
    #[tag("own", skip_if = "String::is_empty")]
    left_out: String,
    #[field("sum", with = "write::joined", as = "string")]
    parts: Vec<u8>,
    #[field(skip_if = "write::never::<u8>", as = "integer", default = "Default::default")]
    small_number: u8,
    #[time(name = "ts", with = "write::minutes")]
    at: i64,
    #[skip(default)]
    _cache: Vec<u8>,
}

fn main() {
    let mut buffer = LineBuffer::new();
    let all = All {
        class_of: 2.6,
        left_out: String::new(),
        parts: vec![1, 2],
        small_number: 3,
        at: 1,
        _cache: Vec::new(),
    };
    buffer.push(&all).unwrap();
    assert_eq!(
        buffer.as_str(),
        "all\\ of\\ it,CLASS-OF=3,data\\ center=x\\=1 sum=\"1+2\",SMALL-NUMBER=3i 60000000000\n"
    );
}
