//! How far a load is.

use std::time::Duration;

/// How far a load is, given to [`Load::on_progress`](super::Load::on_progress).
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Progress {
    /// The rows that have a verdict, earlier runs included.
    pub rows: u64,
    /// The rows that are stored.
    pub stored: u64,
    /// The rows without any field.
    pub empty: u64,
    /// The rows that cannot be encoded.
    pub refused: u64,
    /// The rows that the server rejected.
    pub rejected: u64,
    /// The bytes of the files whose rows have a verdict.
    pub bytes: u64,
    /// The bytes of all files.
    pub bytes_total: u64,
    /// How long this run has taken so far.
    pub elapsed: Duration,
    /// What an earlier run did.
    pub(super) rows_before: u64,
    pub(super) bytes_before: u64,
}

impl Progress {
    /// The rows that get their verdict in a second, on the average of this run.
    #[must_use]
    pub fn rows_per_second(&self) -> f64 {
        per_second(self.rows.saturating_sub(self.rows_before), self.elapsed)
    }

    /// The bytes of the files that are through in a second, on the average of this run.
    #[must_use]
    pub fn bytes_per_second(&self) -> f64 {
        per_second(self.bytes.saturating_sub(self.bytes_before), self.elapsed)
    }

    /// The time that the rest will take at this rate; `None` while there is no rate.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        let left = self.bytes_total.saturating_sub(self.bytes) as f64;
        Duration::try_from_secs_f64(left / self.bytes_per_second()).ok()
    }
}

fn per_second(count: u64, time: Duration) -> f64 {
    if time.is_zero() { 0.0 } else { count as f64 / time.as_secs_f64() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_those_of_this_run() {
        let mut progress = Progress {
            rows: 300,
            rows_before: 100,
            bytes: 3_000,
            bytes_before: 1_000,
            bytes_total: 9_000,
            elapsed: Duration::from_secs(2),
            ..Progress::default()
        };
        assert_eq!((progress.rows_per_second(), progress.bytes_per_second()), (100.0, 1_000.0));
        assert_eq!(progress.remaining(), Some(Duration::from_secs(6)));
        progress.elapsed = Duration::ZERO;
        assert_eq!((progress.rows_per_second(), progress.remaining()), (0.0, None));
    }
}
