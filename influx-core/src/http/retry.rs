//! When to try again: the delay before an attempt, and what a server asks for.

use std::time::{Duration, SystemTime};

use ::http::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

/// How one-shot writes and all other calls are tried again after a fault that time may heal.
///
/// What is tried again at all does not depend on it: reading calls, and those that may be repeated, after everything
/// that broke on the way and after 429, 500, 502, 503 and 504; all others only where nothing was sent, or the server
/// postponed it (429, 503). A wrong token, a missing bucket or a redirect returns at once.
///
/// The delay before retry n is random between 0 and `interval` · 2ⁿ, at most `max_retry_delay`; if the server asks for
/// more with `Retry-After`, that.
///
/// The [`Writer`](crate::write::WriteOptions) has options of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_retries: u32,
    interval: Duration,
    max_retry_delay: Duration,
    max_retry_time: Duration,
}

impl RetryPolicy {
    /// The defaults: 3 retries, 250 ms, 10 s, 60 s.
    pub fn new() -> Self {
        Self {
            max_retries: 3,
            interval: Duration::from_millis(250),
            max_retry_delay: Duration::from_secs(10),
            max_retry_time: Duration::from_secs(60),
        }
    }

    /// No retry: each call is one attempt.
    pub fn none() -> Self {
        Self::new().max_retries(0)
    }

    /// The most retries after the first attempt. Default: 3.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The start of the delays. Default: 250 ms.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// The longest delay, but for one that the server asks for. Default: 10 s.
    pub fn max_retry_delay(mut self, delay: Duration) -> Self {
        self.max_retry_delay = delay;
        self
    }

    /// How long after its begin a call may start another attempt; a delay that would end later is not begun.
    /// Default: 60 s.
    pub fn max_retry_time(mut self, time: Duration) -> Self {
        self.max_retry_time = time;
        self
    }

    /// The delay before retry `n`, which is 1 for the first, or `None` to give up. `asked` is what the server asks
    /// for, `spent` the time since the call began.
    pub(crate) fn delay(
        &self,
        n: u32,
        asked: Option<Duration>,
        spent: Duration,
        rng: &mut fastrand::Rng,
    ) -> Option<Duration> {
        if n > self.max_retries {
            return None;
        }
        let backoff =
            Backoff { interval: self.interval, base: 2, cap: self.max_retry_delay, full_jitter: true };
        let delay = backoff.delay(n, rng).max(asked.unwrap_or_default());
        (spent.saturating_add(delay) <= self.max_retry_time).then_some(delay)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// The delays between attempts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Backoff {
    /// The start of the first range.
    pub(crate) interval: Duration,
    /// Each range begins where the one before ended: `interval · base^(n−1)` to `interval · base^n`.
    pub(crate) base: u32,
    /// No delay is longer.
    pub(crate) cap: Duration,
    /// Whether ranges begin at 0.
    pub(crate) full_jitter: bool,
}

impl Backoff {
    /// The delay before retry `n`, which is 1 for the first.
    pub(crate) fn delay(&self, n: u32, rng: &mut fastrand::Rng) -> Duration {
        // Within what every clock can express.
        const FOREVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);
        if self.interval.is_zero() {
            return Duration::ZERO;
        }
        let times = |exponent: u32| {
            let factor = f64::from(self.base).powi(i32::try_from(exponent).unwrap_or(i32::MAX));
            (self.interval.as_secs_f64() * factor).min(self.cap.min(FOREVER).as_secs_f64())
        };
        let before = times(n.saturating_sub(1));
        let (low, high) = if self.full_jitter { (0.0, before) } else { (before, times(n)) };
        Duration::from_secs_f64(low + (high - low) * rng.f64())
    }
}

/// What a `Retry-After` asks for that cannot be read: the server wants a pause, and this is a usual one.
const UNREADABLE: Duration = Duration::from_secs(10);
/// No server is waited for longer; whoever waits has a lower limit of its own.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the server asks to wait: seconds, whole or with a fraction, or a date, which is compared with the
/// server's own clock if it tells that. The longest of several; `None` where it asks for nothing.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get_all(RETRY_AFTER).iter().map(|value| wait_of(value, headers)).max()
}

fn wait_of(value: &HeaderValue, headers: &HeaderMap) -> Duration {
    let Some(text) = value.to_str().ok().map(str::trim) else { return UNREADABLE };
    if let Ok(seconds) = text.parse::<f64>() {
        return match seconds {
            s if !s.is_finite() => UNREADABLE,
            s => Duration::try_from_secs_f64(s.max(0.0)).unwrap_or(LONGEST).min(LONGEST),
        };
    }
    let Ok(until) = httpdate::parse_http_date(text) else { return UNREADABLE };
    let says = headers.get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    until.duration_since(says.unwrap_or_else(SystemTime::now)).unwrap_or_default().min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&'static str, &'static str)]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        retry_after(&headers)
    }

    #[test]
    fn seconds_fractions_and_what_is_neither() {
        let table = [
            ("3", 3.0),
            (" 3 ", 3.0),
            ("0.25", 0.25),
            ("0", 0.0),
            ("-5", 0.0),
            ("-0.0", 0.0),
            ("100000", 86_400.0),
            ("1e300", 86_400.0),
            ("soon", 10.0),
            ("", 10.0),
            ("inf", 10.0),
            ("-inf", 10.0),
            ("nan", 10.0),
            ("3, 5", 10.0),
        ];
        for (text, seconds) in table {
            let wanted = Duration::from_secs_f64(seconds);
            assert_eq!(asked(&[("retry-after", text)]), Some(wanted), "{text:?}");
        }
        assert_eq!(asked(&[]), None);
        assert_eq!(
            asked(&[("retry-after", "2"), ("retry-after", "7"), ("retry-after", "-1")]).unwrap().as_secs(),
            7
        );
    }

    #[test]
    fn dates_count_from_the_servers_own_clock() {
        let date = "Fri, 31 Dec 1999 23:59:29 GMT";
        let until = "Fri, 31 Dec 1999 23:59:59 GMT";
        assert_eq!(asked(&[("retry-after", until), ("date", date)]).unwrap().as_secs(), 30);
        assert_eq!(asked(&[("retry-after", date), ("date", until)]), Some(Duration::ZERO));
        assert_eq!(asked(&[("retry-after", until)]), Some(Duration::ZERO)); // long ago by our clock
        assert_eq!(asked(&[("retry-after", until), ("date", "nonsense")]), Some(Duration::ZERO));
        let ahead = SystemTime::now() + Duration::from_secs(100);
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, httpdate::fmt_http_date(ahead).parse().unwrap());
        let wait = retry_after(&headers).unwrap().as_secs();
        assert!((98..=100).contains(&wait), "{wait}");
    }

    #[test]
    fn any_bytes_are_a_bounded_wait() {
        let mut rng = fastrand::Rng::with_seed(5);
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..rng.usize(0..30)).map(|_| rng.u8(b' '..=b'~')).collect();
            let Ok(value) = HeaderValue::from_bytes(&bytes) else { continue };
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.clone()), (DATE, value)]);
            assert!(retry_after(&headers).unwrap() <= LONGEST);
        }
    }

    #[test]
    fn delays_grow_to_their_cap_and_end_with_the_policy() {
        let mut rng = fastrand::Rng::with_seed(1);
        let policy = RetryPolicy::new();
        let ms = Duration::from_millis;
        for _ in 0..1_000 {
            for (n, most) in [(1, 250), (2, 500), (3, 1_000)] {
                assert!(policy.delay(n, None, ms(0), &mut rng).unwrap() <= ms(most), "{n}");
            }
        }
        assert_eq!(policy.delay(4, None, ms(0), &mut rng), None);
        assert_eq!(RetryPolicy::none().delay(1, None, ms(0), &mut rng), None);
        assert_eq!(policy.delay(1, Some(ms(5_000)), ms(0), &mut rng), Some(ms(5_000)));
        assert_eq!(policy.delay(1, Some(ms(5_000)), ms(56_000), &mut rng), None);
        let endless = policy.max_retries(u32::MAX).max_retry_time(Duration::MAX);
        assert!(endless.delay(u32::MAX, None, Duration::MAX, &mut rng).unwrap() <= ms(10_000));
    }

    #[test]
    fn ranges_follow_each_other_without_full_jitter() {
        let mut rng = fastrand::Rng::with_seed(2);
        let seconds = Duration::from_secs;
        let backoff = Backoff { interval: seconds(5), base: 2, cap: seconds(125), full_jitter: false };
        for (n, low, high) in [(1, 5, 10), (2, 10, 20), (4, 40, 80), (5, 80, 125), (6, 125, 125)] {
            for _ in 0..200 {
                let delay = backoff.delay(n, &mut rng);
                assert!(delay >= seconds(low) && delay <= seconds(high), "{n}: {delay:?}");
            }
        }
    }
}
