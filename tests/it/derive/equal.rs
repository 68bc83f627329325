//! The derive, `Point` and the tuple row write equal bytes for equal data.

use influx_core::tuple::{field, row, tag, timestamp};
use influx_core::{EncodeOptions, LineBuffer, Measurement, Nanos, NonFinite, Point};

#[derive(Measurement)]
#[measurement(name = "all of, it")]
struct Record {
    #[tag]
    shard: u16,
    #[tag]
    host: String,
    #[tag("data center=1")]
    center: Option<String>,
    #[tag]
    up: bool,
    #[field]
    usage: f64,
    #[field]
    share: f32,
    #[field("the count")]
    count: i64,
    #[field]
    total: u64,
    #[field]
    note: String,
    #[field]
    maybe: Option<f64>,
    #[time]
    at: Option<Nanos>,
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Whole, short, full and extreme doubles, and what is none.
    fn double(&mut self) -> f64 {
        match self.below(8) {
            0 => self.below(1_000_000) as f64,
            1..=3 => (self.below(2_000_000) as f64 - 1e6) / 100.0,
            4 => self.below(1_000) as f64 / 1_000.0,
            5 => self.next() as f64 / u64::MAX as f64,
            6 => f64::from_bits(self.next()),
            _ => [f64::NAN, f64::INFINITY, -0.0, f64::MAX, f64::MIN_POSITIVE, 5e-324][self.below(6) as usize],
        }
    }

    /// Mostly text that can be written; some of it cannot be a tag.
    fn text(&mut self) -> String {
        const PIECES: [&str; 16] = [
            "a", "host", " ", ",", "=", "\"", "ö", "日本", "😀", "\t", "x-1", ".", "\\", "\n", "7", "\u{7f}",
        ];
        (0..self.below(12)).map(|_| PIECES[self.below(16) as usize]).collect()
    }

    fn integer(&mut self) -> u64 {
        let shift = self.below(64);
        self.next() >> shift
    }

    fn record(&mut self) -> Record {
        Record {
            shard: self.integer() as u16,
            host: self.text(),
            center: (self.below(3) > 0).then(|| self.text()),
            up: self.below(2) == 0,
            usage: self.double(),
            share: self.double() as f32,
            count: self.integer() as i64,
            total: self.integer(),
            note: self.text(),
            maybe: (self.below(2) == 0).then(|| self.double()),
            at: (self.below(4) > 0).then(|| Nanos(self.integer() as i64)),
        }
    }
}

fn point(r: &Record) -> Point {
    Point::new("all of, it")
        .tag("shard", r.shard)
        .tag("up", r.up)
        .tag("host", &r.host)
        .tag("data center=1", r.center.as_deref())
        .field("usage", r.usage)
        .field("share", r.share)
        .field("the count", r.count)
        .field("total", r.total)
        .field("note", &r.note)
        .field("maybe", r.maybe)
        .time(r.at)
}

#[test]
fn the_three_ways_write_equal_bytes_or_refuse_alike() {
    let roles = (
        (tag("host"), tag("up"), tag("shard"), tag("data center=1")),
        (field("usage"), field("share"), field("the count"), field("total"), field("note"), field("maybe")),
    );
    let ((host, up, shard, center), (usage, share, count, total, note, maybe)) = roles;
    let tuple =
        row("all of, it", (timestamp(), host, up, shard, center, usage, share, count, total, note, maybe))
            .unwrap();

    let mut random = Random(7);
    for options in [
        EncodeOptions::new(),
        EncodeOptions::new().unsigned(false).non_finite(NonFinite::Error),
        EncodeOptions::new().default_tag("up", "lost").unwrap().default_tag("region", "eu west").unwrap(),
    ] {
        let mut buffers = [(); 3].map(|()| LineBuffer::with_options(options.clone()));
        let [derive, dynamic, tuples] = &mut buffers;
        let mut refused = 0;
        for _ in 0..400 {
            let r = random.record();
            let derived = derive.push(&r);
            assert_eq!(dynamic.push(&point(&r)), derived);
            let values = (
                r.at, &r.host, r.up, r.shard, &r.center, r.usage, r.share, r.count, r.total, &*r.note,
                r.maybe,
            );
            assert_eq!(tuples.push(&tuple.of(values)), derived);
            refused += usize::from(derived.is_err());
            let last = derive.lines().wrapping_sub(1);
            assert_eq!(derive.line(last), dynamic.line(last));
            assert_eq!(derive.line(last), tuples.line(last));
        }
        assert_eq!(derive.as_str(), dynamic.as_str());
        assert_eq!(derive.as_str(), tuples.as_str());
        assert_eq!(derive.skipped_non_finite(), dynamic.skipped_non_finite());
        assert_eq!(derive.lines(), 400 - refused);
        assert!((50..350).contains(&refused), "{refused} of 400 records were refused");
    }
}
