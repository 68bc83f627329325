//! Which InfluxDB the embedded server is: its version, and what it says of itself.

use serde_json::json;

use super::answer::Outgoing;

/// The generations of InfluxDB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V1,
    V2,
    V3,
}

/// The version that the server says it is.
#[derive(Debug, Clone)]
pub(super) struct Version {
    text: String,
    pub(super) family: Family,
    /// Whether the paths of InfluxDB 2 are there: since 1.8.
    pub(super) has_v2: bool,
}

impl Default for Version {
    fn default() -> Self {
        let text = concat!("v2.7.0-test-server-", env!("CARGO_PKG_VERSION")).to_owned();
        Self { text, family: Family::V2, has_v2: true }
    }
}

impl Version {
    /// Reads `1.6.7`, `v2.7.0` and the like; `None` for what is no version from 1 to 3.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim_start_matches('v').split(['.', '-', '~']).map(str::parse);
        let (Some(Ok(major)), minor) = (numbers.next(), numbers.next()) else { return None };
        let family = match major {
            1_u32 => Family::V1,
            2 => Family::V2,
            3 => Family::V3,
            _ => return None,
        };
        let has_v2 = family != Family::V1 || matches!(minor, Some(Ok(8..)));
        Some(Self { text: text.to_owned(), family, has_v2 })
    }

    pub(super) fn ping(&self, verbose: bool) -> Outgoing {
        let number = self.text.trim_start_matches('v');
        let (answer, build) = match self.family {
            Family::V1 if self.has_v2 && verbose => {
                (Outgoing::json(200, &json!({ "version": self.text })), "OSS")
            }
            Family::V1 | Family::V2 => (Outgoing::empty(204), "OSS"),
            Family::V3 => {
                let body = json!({ "version": number, "revision": "test-server", "process_id": "0" });
                (Outgoing::json(200, &body), "Core")
            }
        };
        answer.with("X-Influxdb-Build", build).with("X-Influxdb-Version", &self.text)
    }

    pub(super) fn health(&self) -> Outgoing {
        let body = json!({
            "name": "influxdb", "message": "ready for queries and writes", "status": "pass", "checks": [],
            "version": self.text, "commit": "test-server",
        });
        match self.family {
            Family::V1 if !self.has_v2 => Outgoing::not_found(self.family),
            Family::V1 | Family::V2 => Outgoing::json(200, &body),
            Family::V3 => Outgoing::text(200, "OK"),
        }
    }

    pub(super) fn ready(&self) -> Outgoing {
        let body = json!({ "status": "ready", "started": "2024-01-01T00:00:00Z", "up": "1h0m0s" });
        match self.family {
            Family::V2 => Outgoing::json(200, &body),
            family => Outgoing::not_found(family),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_say_which_paths_there_are() {
        for (text, family, has_v2) in [
            ("1.6.7~rc0", Family::V1, false),
            ("1.8.10", Family::V1, true),
            ("v2.7.0", Family::V2, true),
            ("3.1.0-core", Family::V3, true),
        ] {
            let version = Version::parse(text).unwrap();
            assert_eq!((version.family, version.has_v2), (family, has_v2), "{text}");
        }
        for text in ["", "4.0.0", "latest", "0.9"] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }
}
