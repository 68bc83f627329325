//! From what a source states to a builder: what belongs together is put together here.

use super::keys::Group;
use super::source::{Entry, Place};
use super::spool::Spool;
use super::value::Value;
use crate::client::{Client, ClientBuilder};
use crate::error::Result;
use crate::http::{Gzip, Pem, RetryPolicy};
use crate::write::{Destination, Dialect, WriteOptions};

/// How the client says who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Token,
    Session,
    Basic,
    None,
}

/// What bodies are compressed by; nothing is stated while all of it is `None`.
#[derive(Debug, Default)]
pub(super) struct Compression {
    pub(super) enabled: Option<bool>,
    pub(super) threshold: Option<usize>,
    pub(super) level: Option<u32>,
}

/// Changes that wait for what they change.
pub(super) type Changes<T> = Vec<Box<dyn FnOnce(T) -> T>>;

pub(super) fn changed<T>(changes: Changes<T>, from: T) -> T {
    changes.into_iter().fold(from, |value, change| change(value))
}

/// Where write options begin.
pub(super) type Preset = fn() -> WriteOptions;

/// Settings on their way to a builder.
pub(super) struct Settings {
    place: Place,
    changes: Changes<ClientBuilder>,
    routes: Changes<Destination>,
    /// A key that says something about the destination.
    routed_by: Option<&'static str>,
    writes: Changes<WriteOptions>,
    retry: Option<RetryPolicy>,
    pub(super) url: Option<String>,
    pub(super) method: Option<Method>,
    pub(super) token: Option<String>,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    pub(super) bucket: Option<String>,
    pub(super) database: Option<String>,
    pub(super) dialect: Option<Dialect>,
    /// What `use_v2_api` makes of the dialect.
    pub(super) v2_api: Option<Dialect>,
    pub(super) gzip: Compression,
    pub(super) certificate: Option<String>,
    pub(super) key: Option<String>,
    pub(super) preset: Option<Preset>,
    pub(super) spool: Spool,
}

impl Settings {
    pub(super) fn new(place: Place) -> Self {
        Settings {
            place,
            changes: Vec::new(),
            routes: Vec::new(),
            routed_by: None,
            writes: Vec::new(),
            retry: None,
            url: None,
            method: None,
            token: None,
            username: None,
            password: None,
            bucket: None,
            database: None,
            dialect: None,
            v2_api: None,
            gzip: Compression::default(),
            certificate: None,
            key: None,
            preset: None,
            spool: Spool::default(),
        }
    }

    /// Takes an entry.
    ///
    /// # Errors
    ///
    /// Its key is unknown, or its value is none for it.
    pub(super) fn set(&mut self, entry: &Entry) -> Result<()> {
        let Entry { group, key, value } = entry;
        let done = match (entry.known(), group) {
            (Some(known), _) => (known.set)(self, value),
            (None, Group::Tags) => tag_value(value).map(|text| {
                let key = key.clone();
                self.change(move |builder| builder.default_tag(key, text));
            }),
            (None, Group::WriteTags) => tag_value(value).map(|text| {
                let key = key.clone();
                self.write(move |write| write.default_tag(key, text));
            }),
            (None, Group::Headers) => super::parse::text(value).map(|text| {
                let key = key.clone();
                self.change(move |builder| builder.header(key, text));
            }),
            (None, Group::ProxyHeaders) => super::parse::text(value).map(|text| {
                let key = key.clone();
                self.change(move |builder| builder.proxy_header(key, text));
            }),
            (None, Group::Main | Group::Write | Group::Retry) => {
                Err("is unknown: is it misspelt?".to_owned())
            }
        };
        done.map_err(|what| self.place.wrong(*group, key, &what))
    }

    // === What the rows of the table call ===

    pub(super) fn change(&mut self, change: impl FnOnce(ClientBuilder) -> ClientBuilder + 'static) {
        self.changes.push(Box::new(change));
    }

    pub(super) fn route(
        &mut self,
        key: &'static str,
        change: impl FnOnce(Destination) -> Destination + 'static,
    ) {
        self.routed_by = Some(key);
        self.routes.push(Box::new(change));
    }

    pub(super) fn write(&mut self, change: impl FnOnce(WriteOptions) -> WriteOptions + 'static) {
        self.writes.push(Box::new(change));
    }

    pub(super) fn retry(&mut self, change: impl FnOnce(RetryPolicy) -> RetryPolicy) {
        self.retry = Some(change(self.retry.take().unwrap_or_default()));
    }

    /// A certificate or key: its text, or the path of its file.
    pub(super) fn pem(text: String) -> Pem {
        if text.contains("-----BEGIN ") { Pem::text(text) } else { Pem::file(text) }
    }

    // === What belongs together ===

    /// The builder with all of it.
    ///
    /// # Errors
    ///
    /// What is needed is missing, or two settings contradict.
    pub(super) fn into_builder(mut self) -> Result<ClientBuilder> {
        let url = self.needed(self.url.clone(), "url", "")?;
        if matches!(self.place, Place::V3) {
            self.needed(self.database.clone(), "database", "")?;
        }
        self.login()?;
        self.destination()?;
        self.compression()?;
        self.certificates()?;
        match (self.dialect, self.v2_api) {
            (Some(_), Some(_)) => return Err(self.contradict("dialect", "use_v2_api")),
            (Some(dialect), _) | (_, Some(dialect)) => self.change(move |builder| builder.dialect(dialect)),
            (None, None) => {}
        }
        if let Some(policy) = self.retry.take() {
            self.change(move |builder| builder.retry(policy));
        }
        let spool = std::mem::take(&mut self.spool).into_change();
        self.writes.extend(spool.map_err(|key| {
            let path = self.place.name(Group::Write, "spool");
            let what = format!("says something about a spool, and {path}, its directory, is not set");
            self.place.wrong(Group::Write, key, &what)
        })?);
        if self.preset.is_some() || !self.writes.is_empty() {
            let options = changed(
                std::mem::take(&mut self.writes),
                self.preset.map_or_else(WriteOptions::default, |preset| preset()),
            );
            self.change(move |builder| builder.write_options(options));
        }
        Ok(changed(self.changes, Client::builder(url)))
    }

    fn login(&mut self) -> Result<()> {
        let by_name = self.username.is_some() || self.password.is_some();
        let method = self.method.unwrap_or(match (&self.token, by_name) {
            (Some(_), true) => return Err(self.contradict("token", "username")),
            (None, true) => Method::Session,
            (_, false) => Method::Token,
        });
        if by_name && matches!(method, Method::Token | Method::None) {
            return Err(self.contradict("auth_method", "username"));
        }
        if self.token.is_some() && method != Method::Token {
            return Err(self.contradict("auth_method", "token"));
        }
        match method {
            Method::None => {}
            Method::Token => {
                let advice = match self.place {
                    Place::File(_) => ", or auth_method = \"none\" for a server without authorisation",
                    Place::V2 => ", or INFLUXDB_V2_AUTH_METHOD=none for a server without authorisation",
                    Place::V3 => "",
                };
                let token = self.needed(self.token.clone(), "token", advice)?;
                self.change(|builder| builder.token(token));
            }
            Method::Session | Method::Basic => {
                let name = self.needed(self.username.clone(), "username", "")?;
                let password = self.needed(self.password.clone(), "password", "")?;
                self.change(move |builder| match method {
                    Method::Basic => builder.basic(name, password),
                    _ => builder.session(name, password),
                });
            }
        }
        Ok(())
    }

    fn destination(&mut self) -> Result<()> {
        let destination = match (self.bucket.take(), self.database.take(), self.routed_by) {
            (Some(_), Some(_), _) => return Err(self.contradict("bucket", "database")),
            (Some(bucket), None, _) => Destination::bucket(bucket),
            (None, Some(database), _) => Destination::database(database),
            (None, None, Some(key)) => {
                let what = "says something about a bucket or database, and neither is set";
                return Err(self.place.wrong(Group::Main, key, what));
            }
            (None, None, None) => return Ok(()),
        };
        let destination = changed(std::mem::take(&mut self.routes), destination);
        self.change(move |builder| builder.destination(destination));
        Ok(())
    }

    fn compression(&mut self) -> Result<()> {
        let Compression { enabled, threshold, level } = self.gzip;
        let mut gzip = threshold.map_or_else(Gzip::new, Gzip::threshold);
        if let Some(level) = level {
            gzip = gzip.level(level);
        }
        match (enabled, threshold, level) {
            (None, None, None) => return Ok(()),
            (Some(false), None, None) => gzip = Gzip::off(),
            (Some(false), Some(_), _) => return Err(self.contradict("enable_gzip", "gzip_threshold")),
            (Some(false), None, Some(_)) => return Err(self.contradict("enable_gzip", "gzip_level")),
            (Some(true) | None, ..) => {}
        }
        self.change(move |builder| builder.gzip(gzip));
        Ok(())
    }

    fn certificates(&mut self) -> Result<()> {
        let (certificate, key) = match (self.certificate.take(), self.key.take()) {
            (None, None) => return Ok(()),
            (Some(certificate), Some(key)) => (certificate, key),
            // one file may hold both
            (Some(both), None) => (both.clone(), both),
            (None, Some(_)) => {
                let what = "needs the certificate of the key, and that is not set";
                return Err(self.place.wrong(Group::Main, "cert_key_file", what));
            }
        };
        self.change(|builder| builder.client_certificate(Self::pem(certificate), Self::pem(key)));
        Ok(())
    }

    fn needed<T>(&self, value: Option<T>, key: &str, advice: &str) -> Result<T> {
        value.ok_or_else(|| self.place.wrong(Group::Main, key, &format!("is missing: set it{advice}")))
    }

    fn contradict(&self, one: &str, other: &str) -> crate::Error {
        let other = self.place.name(Group::Main, other);
        self.place.wrong(Group::Main, one, &format!("and {other} contradict each other: set one of them"))
    }
}

/// A tag's value. Empty text is no tag.
fn tag_value(value: &Value) -> Result<String, String> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Boolean(value) => Ok(value.to_string()),
        other => Err(format!("must be text, an integer or a boolean, and is {}", other.what())),
    }
}
