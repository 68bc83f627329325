//! Who may read and write at the embedded server: tokens, users and sessions.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::answer::Outgoing;
use super::request::{Incoming, Target};
use super::version::{Family, Version};

/// The cookie of a session.
const COOKIE: &str = "influxdb-oss-session";

/// What opens the server; nobody is asked where there is neither a token nor a user at the start.
#[derive(Clone, Default)]
pub(super) struct Doors {
    pub(super) token: Option<String>,
    /// The tokens of active authorizations.
    pub(super) issued: HashSet<String>,
    pub(super) users: Vec<User>,
    /// Whether somebody is to ask even without a token.
    pub(super) guarded: bool,
    /// The users of sessions.
    sessions: HashMap<String, String>,
    /// How many sessions there have been: each has a number of its own.
    signed_in: u64,
}

#[derive(Clone)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) password: String,
    pub(super) may_write: bool,
}

/// What a request is about to do.
#[derive(Clone, Copy)]
pub(super) enum Right<'a> {
    /// To read anything.
    Read,
    /// To write to a bucket.
    Write(&'a str),
    /// To change something else.
    Manage,
}

/// Who sends a request, as far as that says.
pub(super) enum Who {
    Token(String),
    User(String),
    Unknown,
}

/// Credentials as a request has them.
enum Sent<'a> {
    None,
    Unreadable,
    Token(&'a str),
    User(String, String),
    Session(&'a str),
}

impl Doors {
    pub(super) fn end_sessions(&mut self) {
        self.sessions.clear();
    }

    /// Whether nobody is asked.
    pub(super) fn open(&self) -> bool {
        self.token.is_none() && !self.guarded
    }

    /// Adds a user of the builder's; from now on, there is somebody to ask.
    pub(super) fn add_user(&mut self, user: User) {
        self.guarded = true;
        self.users.push(user);
    }

    /// Gives a user another password, or the first.
    pub(super) fn set_password(&mut self, name: &str, password: &str) {
        match self.users.iter_mut().find(|user| user.name == name) {
            Some(user) => user.password = password.to_owned(),
            None => {
                let (name, password) = (name.to_owned(), password.to_owned());
                self.users.push(User { name, password, may_write: true });
            }
        }
    }

    /// Whether the request has the right, else the answer to it.
    pub(super) fn check(
        &self,
        version: &Version,
        request: &Incoming,
        target: &Target,
        right: Right<'_>,
    ) -> Result<(), Outgoing> {
        if self.open() {
            return Ok(());
        }
        let known = match sent(version, request, target) {
            Sent::None | Sent::Unreadable => {
                return Err(refused(version.family, "unable to parse authentication credentials"));
            }
            Sent::Token(token) => self.takes(token),
            Sent::Session(session) => self.sessions.contains_key(session),
            Sent::User(name, password) => match (self.user(&name, &password), right) {
                (Some(User { may_write: true, .. }), _) | (Some(_), Right::Read) => true,
                (Some(_), Right::Write(bucket)) => {
                    let database = bucket.split('/').next().unwrap_or_default();
                    let message =
                        format!("{name:?} user is not authorized to write to database {database:?}");
                    return Err(Outgoing::error(version.family, 403, "forbidden", &message));
                }
                (Some(_), Right::Manage) if version.family == Family::V1 => {
                    let message = format!("error authorizing query: {name} requires admin privilege");
                    return Err(Outgoing::error(version.family, 403, "", &message));
                }
                (Some(_), Right::Manage) => false,
                // 1.x calls user and password a token; 2 and 3 take a token for a password on its paths
                (None, _) if version.family == Family::V1 => self.token == Some(format!("{name}:{password}")),
                (None, _) => self.takes(&password),
            },
        };
        if known { Ok(()) } else { Err(refused(version.family, "authorization failed")) }
    }

    fn takes(&self, token: &str) -> bool {
        self.token.as_deref() == Some(token) || self.issued.contains(token)
    }

    /// Who sends the request.
    pub(super) fn who(&self, version: &Version, request: &Incoming, target: &Target) -> Who {
        match sent(version, request, target) {
            Sent::Token(token) => Who::Token(token.to_owned()),
            Sent::User(name, password) if self.user(&name, &password).is_some() => Who::User(name),
            Sent::Session(session) => {
                self.sessions.get(session).map_or(Who::Unknown, |name| Who::User(name.clone()))
            }
            Sent::None | Sent::Unreadable | Sent::User(..) => Who::Unknown,
        }
    }

    fn user(&self, name: &str, password: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name && user.password == password)
    }

    /// `POST /api/v2/signin`: a session for a user and password.
    pub(super) fn sign_in(&mut self, version: &Version, request: &Incoming, target: &Target) -> Outgoing {
        match sent(version, request, target) {
            Sent::User(name, password) if self.user(&name, &password).is_some() => {
                self.signed_in += 1;
                let session = format!("test-session-{}", self.signed_in);
                let cookie = format!("{COOKIE}={session}; Path=/api/; HttpOnly; SameSite=Strict");
                self.sessions.insert(session, name);
                Outgoing::empty(204).with("Set-Cookie", &cookie)
            }
            _ => refused(version.family, "authorization failed"),
        }
    }

    /// `POST /api/v2/signout`: ends the session of the cookie.
    pub(super) fn sign_out(&mut self, version: &Version, request: &Incoming) -> Outgoing {
        match session(request) {
            Some(session) if self.sessions.remove(session).is_some() => Outgoing::empty(204),
            _ => refused(version.family, "authorization failed"),
        }
    }
}

fn sent<'a>(version: &Version, request: &'a Incoming, target: &Target) -> Sent<'a> {
    let Some(value) = request.header("authorization") else {
        return match (session(request), target.query("u"), target.query("p")) {
            (Some(session), _, _) if version.family == Family::V2 => Sent::Session(session),
            (_, Some(name), Some(password)) => Sent::User(name.to_owned(), password.to_owned()),
            _ => Sent::None,
        };
    };
    match (value.split_once(' '), version.family) {
        (Some(("Basic", encoded)), _) => match STANDARD.decode(encoded).map(String::from_utf8) {
            Ok(Ok(pair)) => pair.split_once(':').map_or(Sent::Unreadable, user),
            _ => Sent::Unreadable,
        },
        (Some(("Token", pair)), Family::V1) if version.has_v2 => {
            pair.split_once(':').map_or(Sent::Unreadable, user)
        }
        (Some(("Token" | "Bearer", token)), Family::V2 | Family::V3) => Sent::Token(token),
        _ => Sent::Unreadable,
    }
}

fn user((name, password): (&str, &str)) -> Sent<'static> {
    Sent::User(name.to_owned(), password.to_owned())
}

fn session(request: &Incoming) -> Option<&str> {
    let cookies = request.headers.iter().filter(|(name, _)| name == "cookie");
    let mut cookies = cookies.flat_map(|(_, value)| value.split(';')).map(str::trim);
    cookies.find_map(|cookie| cookie.strip_prefix(COOKIE)?.strip_prefix('='))
}

/// InfluxDB 1 says why; the others do not.
pub(super) fn refused(family: Family, why: &str) -> Outgoing {
    match family {
        Family::V1 => {
            Outgoing::error(family, 401, "", why).with("Www-Authenticate", "Basic realm=\"InfluxDB\"")
        }
        Family::V2 => Outgoing::error(family, 401, "unauthorized", "unauthorized access"),
        Family::V3 => Outgoing::error(family, 401, "", "the request was not authenticated"),
    }
}
