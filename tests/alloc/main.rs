//! Counts what is asked of the allocator: a typed record pushed into a warm buffer asks for nothing, nor does one
//! written into a warm writer, nor a row that is read.
//!
//! A binary of its own, since an allocator is one for the whole process.

mod counting;
mod json_rows;
mod query;
mod writer;

use std::borrow::Cow;
use std::sync::Arc;

use counting::{CALLS, HELD, PEAK};
use influx_core::tuple::{field, row, tag, time};
use influx_core::{
    EncodeOptions, Line, LineBuffer, Measurement, Millis, Nanos, Point, Precision, Seconds, TagValue, key,
};

/// How often `work` asked for memory.
fn calls(work: impl FnOnce()) -> u64 {
    let before = CALLS.get();
    work();
    CALLS.get() - before
}

/// Rows of one fill: enough that every adaptive way of the encoder settles.
const ROWS: usize = 100;

/// How often pushing a record into a warm buffer asks for memory.
#[expect(clippy::unwrap_used, reason = "test helper")]
fn calls_when_warm(options: EncodeOptions, record: &impl Measurement) -> u64 {
    let mut buffer = LineBuffer::with_options(options);
    let fill = |buffer: &mut LineBuffer| {
        buffer.clear();
        for _ in 0..ROWS {
            buffer.push(record).unwrap();
        }
    };
    fill(&mut buffer);
    let text = buffer.as_str().to_owned();
    let calls = calls(|| fill(&mut buffer));
    assert_eq!((buffer.lines(), buffer.as_str()), (ROWS, text.as_str()));
    calls
}

#[derive(TagValue)]
enum Zone {
    NorthEast,
}

#[derive(Measurement)]
struct Cpu<'a> {
    #[tag]
    host: String,
    #[tag]
    core: u16,
    #[tag]
    region: Option<&'a str>,
    #[tag]
    zone: Zone,
    #[field]
    user: f64,
    #[field]
    full: f64,
    #[field]
    single: f32,
    #[field]
    lost: f64,
    #[field]
    switches: u64,
    #[field]
    change: i64,
    #[field]
    hot: bool,
    #[field]
    note: Cow<'a, str>,
    #[field]
    shared: Arc<str>,
    #[field]
    none: Option<i32>,
    #[time]
    time: Nanos,
}

fn cpu(host: &str, note: &'static str) -> Cpu<'static> {
    Cpu {
        host: host.to_owned(),
        core: 7,
        region: Some("eu west"),
        zone: Zone::NorthEast,
        user: 12.5,
        full: 0.1 + 0.2,
        single: 0.1,
        lost: f64::NAN,
        switches: u64::MAX,
        change: i64::MIN,
        hot: true,
        note: note.into(),
        shared: "s".into(),
        none: None,
        time: Nanos(1_700_000_000_123_456_789),
    }
}

#[test]
fn a_derived_record_asks_for_nothing() {
    assert_eq!(calls_when_warm(EncodeOptions::new(), &cpu("web-1", "plain")), 0);
}

#[test]
fn escapes_ask_for_nothing() {
    let record =
        cpu("a b,c=d\\e ü", "say \"hi\" \\ and go on for longer than any register: \"\"\"\" \\\\ \n");
    assert_eq!(calls_when_warm(EncodeOptions::new(), &record), 0);
    let long: &'static str = Box::leak("long \"text\" ".repeat(1_000).into_boxed_str());
    assert_eq!(calls_when_warm(EncodeOptions::new(), &cpu("a, b", long)), 0);
}

#[derive(Measurement)]
#[measurement(group)]
struct Load {
    #[tag]
    window: &'static str,
    #[field]
    average: f64,
}

#[derive(Measurement)]
#[measurement(name = "node load", tags(env = "prod west"))]
struct Node {
    #[tag]
    host: &'static str,
    #[flatten(prefix = "load ")]
    load: Load,
    #[flatten(prefix = "old_")]
    old: Load,
    #[field]
    up: bool,
    #[time(unit = "ms")]
    time: i64,
}

#[test]
fn flattened_groups_with_a_prefix_ask_for_nothing() {
    let load = || Load { window: "5 m", average: 0.75 };
    let node = Node { host: "a=b", load: load(), old: load(), up: true, time: 1_700_000_000_000 };
    assert_eq!(calls_when_warm(EncodeOptions::new().precision(Precision::Seconds), &node), 0);
}

#[test]
fn default_tags_ask_for_nothing() {
    let options = || {
        let options = EncodeOptions::new().unsigned(false).default_tag("rack", "a 1").unwrap();
        options.default_tag("host", "unknown").unwrap()
    };
    let mut record = cpu("web-1", "plain");
    record.switches = 1;
    assert_eq!(calls_when_warm(options(), &record), 0);
    record.host.clear();
    assert_eq!(calls_when_warm(options(), &record), 0);
}

#[test]
fn tuples_ask_for_nothing() {
    let row = row("a cpu", (field("temp"), tag("core"), time::<Seconds>(), tag("a host"), field("note")));
    let row = row.unwrap();
    let values = (25.375, "0", 1_657_729_063, Some("h 1"), "\"warm\"");
    assert_eq!(calls_when_warm(EncodeOptions::new(), &row.of(values)), 0);
}

/// Keys that are only known at run time are checked for doubles, without asking for memory while they are few.
struct Handwritten {
    host: String,
    millis: f64,
}

impl Measurement for Handwritten {
    fn encode(&self, line: &mut Line<'_>) {
        line.measurement("ping ping");
        line.tag(key!("host")).text(&self.host);
        line.tag("a zone").text("e=1");
        line.field("ms").float(self.millis);
        line.timestamp(&Millis(1_700_000_000_000));
    }
}

#[test]
fn a_handwritten_record_asks_for_nothing() {
    let record = Handwritten { host: "a b".into(), millis: 1.5 };
    assert_eq!(calls_when_warm(EncodeOptions::new(), &record), 0);
}

#[test]
fn a_point_that_stands_asks_for_nothing() {
    let point = Point::new("m").tag("host", "a b").field("v", 1.5).field("s", "a \"b\"").time(Nanos(1));
    assert_eq!(calls_when_warm(EncodeOptions::new(), &point), 0);
}

/// Zeros mean something only if what allocates is seen.
#[test]
fn what_allocates_is_counted() {
    assert_eq!(calls(|| drop(Box::new(1_u64))), 1);
    let push = |buffer: &mut LineBuffer| {
        buffer.push(&Point::new(String::from("m")).tag(String::from("host"), "a").field("v", 1.5)).unwrap();
    };
    let mut buffer = LineBuffer::new();
    push(&mut buffer);
    // Measurement, key, value, and the two lists.
    assert_eq!(calls(|| push(&mut buffer)), 5);
    // A buffer that grows.
    let mut cold = LineBuffer::new();
    let record = cpu("web-1", "plain");
    assert!(calls(|| cold.push(&record).unwrap()) > 0);
}
