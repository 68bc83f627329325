//! Tokens of InfluxDB 3.

use std::time::Duration;

use ::http::Method;
use serde::{Deserialize, Serialize};

use super::super::Token;
use super::super::answer::{call, done, json, request};
use super::seconds;
use crate::client::Client;
use crate::http::Call;
use crate::line::Epoch;

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
    pub fn create_admin(&self) -> Call<AdminToken> {
        call(&self.client, Ok(request(Method::POST, "/api/v3/configure/token/admin")), json)
    }

    /// Creates another token that may do everything, under a name. It ends after a time, in seconds rounded up, or
    /// never.
    ///
    /// # Errors
    ///
    /// See [the module](super); [`Conflict`](crate::ErrorKind::Conflict) if there is one of this name.
    pub fn create_named_admin(&self, name: &str, expires_in: Option<Duration>) -> Call<AdminToken> {
        #[derive(Serialize)]
        struct Body<'a> {
            token_name: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            expiry_secs: Option<u64>,
        }
        let body = Body { token_name: name, expiry_secs: expires_in.map(seconds) };
        call(&self.client, request(Method::POST, "/api/v3/configure/token/named_admin").json(&body), json)
    }

    /// Replaces the first token by a new one. The old one ends, also for this client, if it has it.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn regenerate_admin(&self) -> Call<AdminToken> {
        call(&self.client, Ok(request(Method::POST, "/api/v3/configure/token/admin/regenerate")), json)
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

/// A token that may do everything, as the server tells it, once.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct AdminToken {
    /// Its number.
    pub id: u64,
    /// Its name: `_admin` for the first.
    pub name: String,
    /// What a client is built with. It cannot be had again.
    pub token: Token,
    /// When it was created.
    pub created_at: Option<Epoch>,
    /// When it ends; `None`: never.
    pub expiry: Option<Epoch>,
}
