//! Tokens of InfluxDB 3.

use std::fmt;
use std::time::Duration;

use ::http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::super::answer::{call, done, json, request};
use super::seconds;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{Answer, Call};
use crate::line::{Epoch, rfc3339};

/// The tokens of an InfluxDB 3, made by [`V3::tokens`](super::V3::tokens).
#[derive(Debug, Clone)]
pub struct Tokens {
    client: Client,
}

impl Tokens {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Creates the first token of a server, which may do everything. A server without one asks for none.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn create_admin(&self) -> Call<Token> {
        call(&self.client, Ok(request(Method::POST, "/api/v3/configure/token/admin")), token)
    }

    /// Creates another token that may do everything, under a name. It ends after a time, in seconds rounded up, or never.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn create_named_admin(&self, name: &str, expires_in: Option<Duration>) -> Call<Token> {
        #[derive(Serialize)]
        struct Body<'a> {
            token_name: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            expiry_secs: Option<u64>,
        }
        let body = Body { token_name: name, expiry_secs: expires_in.map(seconds) };
        call(&self.client, request(Method::POST, "/api/v3/configure/token/named_admin").json(&body), token)
    }

    /// Replaces the first token by a new one. The old one ends, also for this client, if it has it.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn regenerate_admin(&self) -> Call<Token> {
        call(&self.client, Ok(request(Method::POST, "/api/v3/configure/token/admin/regenerate")), token)
    }

    /// Deletes a token by its name.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn delete(&self, name: &str) -> Call<()> {
        let request = request(Method::DELETE, "/api/v3/configure/token").query("token_name", name);
        call(&self.client, Ok(request), done)
    }
}

/// A token as the server tells it, once.
#[derive(Clone)]
#[non_exhaustive]
pub struct Token {
    /// Its number.
    pub id: u64,
    /// Its name: `_admin` for the first.
    pub name: String,
    /// When it was created.
    pub created_at: Option<Epoch>,
    /// When it ends; `None`: never.
    pub expiry: Option<Epoch>,
    secret: SecretString,
}

impl Token {
    /// What a client is built with. It cannot be had again.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.secret.expose_secret()
    }
}

/// Prints what is not secret.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("created_at", &self.created_at)
            .field("expiry", &self.expiry)
            .finish_non_exhaustive()
    }
}

fn token(answer: Answer) -> Result<Token> {
    #[derive(Deserialize)]
    struct Body {
        id: u64,
        name: String,
        token: String,
        created_at: Option<String>,
        expiry: Option<String>,
    }
    let (request, status) = (answer.request.clone(), answer.status);
    let Body { id, name, token, created_at, expiry } = json(answer)?;
    let moment = |text: Option<String>| {
        text.map(|text| rfc3339::parse(&text))
            .transpose()
            .map_err(|why| Error::decode(request.clone(), status, format!("a time of the token {why}")))
    };
    Ok(Token { id, name, created_at: moment(created_at)?, expiry: moment(expiry)?, secret: token.into() })
}
