//! The two rows every contender writes, generated once from a fixed seed.

/// Rows of one batch, as in the reference tables.
pub(crate) const BATCH: usize = 5_000;

const SEED: u64 = 0x1f1u64 << 40 | 0x5eed;
const START: i64 = 1_700_000_000_123_456_789; // ns; ten digits of seconds, like every time since 2001

/// The kinds of doubles a run uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Doubles {
    /// Random 53-bit mantissas: about 17 significant digits.
    Full,
    /// One or two decimals, as most sensors give.
    Short,
}

impl Doubles {
    pub(crate) const ALL: [Self; 2] = [Self::Full, Self::Short];

    /// The `data` column of the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Short => "short",
        }
    }

    pub(crate) fn draw(self, random: &mut fastrand::Rng) -> f64 {
        let value = random.f64() * 100.0;
        match self {
            Self::Full => value,
            Self::Short if random.bool() => (value * 10.0).round() / 10.0,
            Self::Short => (value * 100.0).round() / 100.0,
        }
    }
}

/// The "cpu" row: three tags, six fields of four types.
#[derive(Clone, Debug)]
pub(crate) struct Cpu {
    pub(crate) core: u8,
    pub(crate) host: String,
    pub(crate) region: String,
    pub(crate) usage_user: f64,
    pub(crate) usage_system: f64,
    pub(crate) temp: f64,
    pub(crate) ctx_switches: u64,
    pub(crate) throttled: bool,
    pub(crate) governor: String,
    pub(crate) time: i64,
}

/// The "narrow" row: one tag, one double.
#[derive(Clone, Debug)]
pub(crate) struct Narrow {
    pub(crate) host: String,
    pub(crate) value: f64,
    pub(crate) time: i64,
}

const REGIONS: [&str; 4] = ["us-east-1", "eu-north-1", "sa-east-1b", "eu-central-1"];
const GOVERNORS: [&str; 4] = ["performance", "powersave", "schedutil", "ondemand"];

/// One batch of "cpu" rows.
pub(crate) fn cpu(doubles: Doubles) -> Vec<Cpu> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut time = START;
    let row = |_| {
        time += random.i64(500_000..1_500_000);
        Cpu {
            core: random.u8(0..64),
            host: format!("server-{:03}", random.u16(0..1_000)),
            region: random.choice(REGIONS).unwrap_or_default().to_owned(),
            usage_user: doubles.draw(&mut random),
            usage_system: doubles.draw(&mut random),
            temp: doubles.draw(&mut random),
            ctx_switches: random.u64(0..10_000_000),
            throttled: random.bool(),
            governor: random.choice(GOVERNORS).unwrap_or_default().to_owned(),
            time,
        }
    };
    (0..BATCH).map(row).collect()
}

/// One batch of "narrow" rows.
pub(crate) fn narrow(doubles: Doubles) -> Vec<Narrow> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut time = START;
    let row = |_| {
        time += random.i64(500_000..1_500_000);
        Narrow { host: format!("server-{:03}", random.u16(0..1_000)), value: doubles.draw(&mut random), time }
    };
    (0..BATCH).map(row).collect()
}
