//! When tasks run, and the option of their script that says so.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::query::Flux;

/// A duration as Flux writes it, such as `1h30m`, `1d` or `1mo`: made of a [`Duration`] or of text.
///
/// ```
/// use std::time::Duration;
/// use influx_core::api::Every;
///
/// assert_eq!(Every::from(Duration::from_secs(5_400)).as_str(), "1h30m");
/// assert_eq!(Every::from("1mo").as_str(), "1mo");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Every(String);

/// The units, the longer ones before those that they begin with.
const UNITS: [&str; 10] = ["mo", "ms", "us", "µs", "ns", "y", "w", "d", "h", "m"];

impl Every {
    /// The text of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// # Errors
    ///
    /// The text is no duration.
    fn checked(&self) -> Result<&str> {
        let mut rest = self.0.as_str();
        let mut is_one = !rest.is_empty();
        while is_one && !rest.is_empty() {
            let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let behind = UNITS.iter().chain(&["s"]).find_map(|name| unit.strip_prefix(name));
            is_one = unit.len() < rest.len() && behind.is_some();
            rest = behind.unwrap_or_default();
        }
        if is_one {
            return Ok(&self.0);
        }
        Err(Error::config(format!("{:?} is no duration as Flux writes it, such as 1h30m or 1d", self.0)))
    }
}

impl From<&str> for Every {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Every {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Duration> for Every {
    fn from(duration: Duration) -> Self {
        let seconds = duration.as_secs();
        let nanos = u64::from(duration.subsec_nanos());
        let parts = [
            (seconds / 3_600, "h"),
            (seconds / 60 % 60, "m"),
            (seconds % 60, "s"),
            (nanos / 1_000_000, "ms"),
            (nanos / 1_000 % 1_000, "us"),
            (nanos % 1_000, "ns"),
        ];
        let text: String = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, unit)| format!("{count}{unit}"))
            .collect();
        Self(if text.is_empty() { "0s".to_owned() } else { text })
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// When a task runs.
pub(super) enum Schedule {
    Every(Every),
    Cron(String),
}

/// A script with the option that makes a task of it; behind the script, whose imports must come first.
///
/// # Errors
///
/// The name or the schedule is empty, or is no duration.
pub(super) fn with_option(name: &str, flux: &str, schedule: &Schedule) -> Result<String> {
    let name = literal("name", name)?;
    let when = match schedule {
        Schedule::Every(every) => format!("every: {}", every.checked()?),
        Schedule::Cron(cron) => format!("cron: {}", literal("cron", cron)?),
    };
    Ok(format!("{flux}\n\noption task = {{name: {name}, {when}}}\n"))
}

/// # Errors
///
/// The text is empty.
fn literal(what: &str, text: &str) -> Result<String> {
    if text.is_empty() {
        return Err(Error::config(format!("the {what} of the task is empty")));
    }
    Ok(Flux::string(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_exactly() {
        for (duration, text) in [
            (Duration::from_secs(3_600), "1h"),
            (Duration::from_secs(90_061), "25h1m1s"),
            (Duration::new(1, 1_002_003), "1s1ms2us3ns"),
            (Duration::ZERO, "0s"),
        ] {
            let every = Every::from(duration);
            assert_eq!(every.checked().unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_duration_stays_out_of_the_script() {
        for text in ["1y2mo3w4d5h6m7s8ms9us10ns", "10µs", "1m", "1mo1m"] {
            assert!(Every::from(text).checked().is_ok(), "{text}");
        }
        for text in ["", "h", "1", "1h1", "1x", "1h}", "1h, cron: \"x\"", "-1h", "1.5h", " 1h"] {
            let error = Every::from(text).checked().unwrap_err().to_string();
            assert!(error.contains("is no duration"), "{error}");
        }
    }

    #[test]
    fn names_cannot_leave_their_place() {
        let option = |name| with_option(name, "import \"x\"", &Schedule::Every("1h".into()));
        assert_eq!(
            option("a\"}\\ ${1 + 1}").unwrap(),
            "import \"x\"\n\noption task = {name: \"a\\\"}\\\\ \\${1 + 1}\", every: 1h}\n"
        );
        assert!(option("").is_err());
        let cron = Schedule::Cron("0 * * * *".to_owned());
        assert!(with_option("a", "", &cron).unwrap().ends_with("{name: \"a\", cron: \"0 * * * *\"}\n"));
    }
}
