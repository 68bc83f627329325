//! Is the server there, which one is it, and how does it feel.

use std::fmt;

use ::http::{HeaderMap, Method};
use serde::Deserialize;

use super::Client;
use crate::error::{Error, Result};
use crate::http::{Answer, Call, Request, check};

/// What a server says of itself on `/ping`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Ping {
    /// The version, such as `1.8.10`, `v2.7.12` or `3.4.0`, if the server tells.
    pub version: Option<String>,
    /// The build, such as `OSS`, `Enterprise` or `Cloud`, if the server tells.
    pub build: Option<String>,
}

/// How a server feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HealthStatus {
    /// It works.
    Pass,
    /// It does not.
    Fail,
}

impl fmt::Display for HealthStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
        })
    }
}

/// What a server says of its health.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Whether it works.
    pub status: HealthStatus,
    /// The server's name for itself, such as `influxdb`.
    pub name: Option<String>,
    /// What it says of its state.
    pub message: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The commit that it was built of.
    pub commit: Option<String>,
    /// The parts that it looked at.
    pub checks: Vec<HealthCheck>,
}

/// What a server says of one of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HealthCheck {
    /// The part.
    pub name: String,
    /// Whether it works.
    pub status: HealthStatus,
    /// What it says of its state.
    pub message: Option<String>,
}

/// Since when a server is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ready {
    /// `ready`, where the server is.
    pub status: String,
    /// When it started, as RFC 3339.
    pub started: Option<String>,
    /// How long it runs, as Go writes durations: `1h2m3.4s`.
    pub up: Option<String>,
}

impl Client {
    /// Asks whether the server is there, and which one it is: `GET /ping`.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; InfluxDB 3 wants a token here.
    pub fn ping(&self) -> Call<Ping> {
        let request = Request::new(Method::GET, "/ping");
        Call::new(self.clone(), request, |answer| Ok(ping_of(&answer)))
    }

    /// The server's version, by [`ping`](Self::ping).
    ///
    /// # Errors
    ///
    /// As [`ping`](Self::ping); and [`Unexpected`](crate::ErrorKind::Unexpected) if the server does not tell.
    pub fn version(&self) -> Call<String> {
        self.told("version", |ping| ping.version)
    }

    /// The server's build, such as `OSS`, by [`ping`](Self::ping).
    ///
    /// # Errors
    ///
    /// As [`ping`](Self::ping); and [`Unexpected`](crate::ErrorKind::Unexpected) if the server does not tell.
    pub fn build(&self) -> Call<String> {
        self.told("build", |ping| ping.build)
    }

    fn told(&self, name: &'static str, of: fn(Ping) -> Option<String>) -> Call<String> {
        let request = Request::new(Method::GET, "/ping");
        Call::new(self.clone(), request, move |answer| {
            of(ping_of(&answer)).ok_or_else(|| {
                let what = format!("the answer has no header X-Influxdb-{name}: is this an InfluxDB?");
                Error::unexpected(answer.request, answer.status, what)
            })
        })
    }

    /// Asks how the server feels: `GET /health`. A server that is there and not well says so with 503: that is a
    /// [`Health`] with [`HealthStatus::Fail`], and no error. InfluxDB 1.x has this from 1.8 on.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals;
    /// [`Unexpected`](crate::ErrorKind::Unexpected) for an answer that speaks of no health.
    pub fn health(&self) -> Call<Health> {
        let mut request = Request::new(Method::GET, "/health");
        request.accepted = Some(503);
        let secrets = self.secrets().clone();
        Call::new(self.clone(), request, move |answer| match health_of(&answer) {
            Some(health) => Ok(health),
            None => {
                let answer = check(answer, true, &secrets)?;
                let what = "the answer speaks of no health: is this an InfluxDB?";
                Err(Error::unexpected(answer.request, answer.status, what))
            }
        })
    }

    /// Asks since when the server is ready: `GET /ready`, of InfluxDB 2.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; [`Unexpected`](crate::ErrorKind::Unexpected) for an
    /// answer in another form.
    pub fn ready(&self) -> Call<Ready> {
        #[derive(Deserialize)]
        struct Wire {
            status: String,
            started: Option<String>,
            up: Option<String>,
        }
        let request = Request::new(Method::GET, "/ready");
        Call::new(self.clone(), request, |answer| {
            let Ok(Wire { status, started, up }) = serde_json::from_slice(&answer.body) else {
                let what = "the answer does not say whether it is ready: is this an InfluxDB 2?";
                return Err(Error::unexpected(answer.request, answer.status, what));
            };
            Ok(Ready { status, started, up })
        })
    }
}

/// What an answer tells of the server, which may be no `/ping`: by its headers; its version, which InfluxDB 3 also has
/// there, by its body.
pub(super) fn ping_of(answer: &Answer) -> Ping {
    #[derive(Deserialize)]
    struct Wire {
        version: String,
    }
    let in_body = || serde_json::from_slice(&answer.body).ok().map(|Wire { version }| version);
    Ping {
        version: text(&answer.headers, "X-Influxdb-Version")
            .or_else(|| in_body().filter(|version| !version.is_empty())),
        build: text(&answer.headers, "X-Influxdb-Build"),
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[derive(Deserialize)]
struct WireHealth {
    status: String,
    name: Option<String>,
    message: Option<String>,
    version: Option<String>,
    commit: Option<String>,
    #[serde(default)]
    checks: Option<Vec<WireHealth>>,
}

/// What an answer to `/health` says; `None` if it is no such answer.
fn health_of(answer: &Answer) -> Option<Health> {
    let status = |word: &str| match word {
        "pass" => Some(HealthStatus::Pass),
        "fail" => Some(HealthStatus::Fail),
        _ => None,
    };
    if answer.is_success() && answer.body.trim_ascii().eq_ignore_ascii_case(b"OK") {
        // InfluxDB 3 says no more
        let (status, checks) = (HealthStatus::Pass, Vec::new());
        return Some(Health { status, name: None, message: None, version: None, commit: None, checks });
    }
    let wire: WireHealth = serde_json::from_slice(&answer.body).ok()?;
    let checks = wire.checks.unwrap_or_default().into_iter().map(|check| {
        Some(HealthCheck {
            name: check.name.unwrap_or_default(),
            status: status(&check.status)?,
            message: check.message,
        })
    });
    Some(Health {
        status: status(&wire.status)?,
        checks: checks.collect::<Option<_>>()?,
        name: wire.name,
        message: wire.message,
        version: wire.version,
        commit: wire.commit,
    })
}

/// The error of a server that tells nothing of itself.
pub(super) fn unknown<T>(request: &str, status: u16) -> Result<T> {
    let what = "it cannot be told which server this is: set dialect(), and unsigned(false) for 1.x";
    Err(Error::unexpected(request.to_owned(), status, what))
}
