//! How long an attempt may take, by what the builder was told.

use std::time::Duration;

use crate::http::{Limits, Request};

/// The time limits of a client; what is not set has the default that its setter names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pace {
    /// For every attempt; the inner `None` is none.
    pub(super) total: Option<Option<Duration>>,
    /// For a write's attempt, without what its size adds.
    pub(super) write: Option<Duration>,
    /// Between two bytes of an answer.
    pub(super) read: Option<Duration>,
    /// For a query's attempt.
    pub(super) query: Option<Duration>,
}

/// For a write's attempt, without what its size adds, and for the wait for a byte.
const USUAL: Duration = Duration::from_secs(10);
/// The wait for a byte where nothing limits the whole.
const PATIENT: Duration = Duration::from_secs(30);

impl Pace {
    /// What a request may take: what it says itself, or what is meant for a write of its size.
    pub(super) fn of(&self, request: &Request) -> Limits {
        request.limits.unwrap_or_else(|| {
            let write = |fixed: Duration| Some(fixed.saturating_add(upload_time(request.body.len())));
            let total = match (self.total, self.write) {
                (None, fixed) => write(fixed.unwrap_or(USUAL)),
                (Some(total), None) => total,
                (Some(total), Some(fixed)) => total.into_iter().chain(write(fixed)).min(),
            };
            // who sets a longer total waits that long for the first byte, too
            let idle = match (self.read, self.total, self.write) {
                (Some(read), ..) => read,
                (None, Some(None), _) => PATIENT,
                (None, Some(Some(total)), _) => total.max(USUAL),
                (None, None, fixed) => fixed.unwrap_or(USUAL).max(USUAL),
            };
            Limits { total, idle }
        })
    }
}

impl Pace {
    /// What a query may take.
    pub(super) fn of_query(&self) -> Limits {
        let total = self.total.flatten().into_iter().chain(self.query).min();
        let idle = self.read.unwrap_or_else(|| total.unwrap_or_default().max(PATIENT));
        Limits { total, idle }
    }
}

/// How long a body may take to leave: the slowest upload that is waited for has 50 kB a second.
pub(crate) fn upload_time(bytes: usize) -> Duration {
    const SLOWEST: f64 = 50_000.0;
    Duration::try_from_secs_f64(bytes as f64 / SLOWEST).unwrap_or(Duration::MAX) // precise far beyond any body
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn each_setting_has_its_effect() {
        let request = Request::new(::http::Method::POST, "/x").body(vec![0; 100_000]);
        let table = [
            (Pace::default(), Some(s(12)), s(10)),
            (Pace { write: Some(s(3)), ..Pace::default() }, Some(s(5)), s(10)),
            (Pace { write: Some(s(60)), ..Pace::default() }, Some(s(62)), s(60)),
            (Pace { total: Some(Some(s(4))), ..Pace::default() }, Some(s(4)), s(10)),
            (Pace { total: Some(Some(s(60))), ..Pace::default() }, Some(s(60)), s(60)),
            (Pace { total: Some(None), ..Pace::default() }, None, s(30)),
            (Pace { total: Some(None), write: Some(s(1)), ..Pace::default() }, Some(s(3)), s(30)),
            (Pace { total: Some(Some(s(2))), write: Some(s(1)), ..Pace::default() }, Some(s(2)), s(10)),
            (Pace { read: Some(s(1)), ..Pace::default() }, Some(s(12)), s(1)),
            (Pace { read: Some(s(1)), total: Some(Some(s(60))), ..Pace::default() }, Some(s(60)), s(1)),
        ];
        for (pace, total, idle) in table {
            assert_eq!(pace.of(&request), Limits { total, idle }, "{pace:?}");
        }
    }

    #[test]
    fn the_time_limit_grows_with_the_body() {
        for (bytes, seconds) in [(0, 10), (50_000, 11), (1_000_000, 30)] {
            let request = Request::new(::http::Method::POST, "/x").body(vec![0; bytes]);
            assert_eq!(Pace::default().of(&request).total, Some(s(seconds)));
        }
    }

    #[test]
    fn a_query_has_no_total_limit_unless_it_is_set() {
        let table = [
            (Pace::default(), None, s(30)),
            (Pace { query: Some(s(5)), ..Pace::default() }, Some(s(5)), s(30)),
            (Pace { query: Some(s(50)), ..Pace::default() }, Some(s(50)), s(50)),
            (Pace { query: Some(s(50)), total: Some(Some(s(5))), ..Pace::default() }, Some(s(5)), s(30)),
            (Pace { write: Some(s(5)), read: Some(s(1)), ..Pace::default() }, None, s(1)),
        ];
        for (pace, total, idle) in table {
            assert_eq!(pace.of_query(), Limits { total, idle }, "{pace:?}");
        }
    }

    #[test]
    fn a_request_knows_better() {
        let limits = Limits { total: None, idle: s(7) };
        let mut request = Request::new(::http::Method::GET, "/x");
        request.limits = Some(limits);
        assert_eq!(Pace::default().of(&request), limits);
    }
}
