//! Setting a new server up: its first user, organisation, bucket and token.

use std::fmt;
use std::time::Duration;

use ::http::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::answer::{call, json as read, request};
use super::bucket::seconds;
use super::{Authorization, Bucket, Organization, User};
use crate::client::Client;
use crate::error::Result;
use crate::http::{Call, Request};

/// What a new server begins with. `Debug` prints neither the password nor the token.
#[derive(Clone)]
#[must_use]
pub struct Setup {
    username: String,
    org: String,
    bucket: String,
    password: Option<SecretString>,
    token: Option<SecretString>,
    retention: Option<Duration>,
}

impl Setup {
    /// The first user, organisation and bucket, by name.
    pub fn new(username: impl Into<String>, org: impl Into<String>, bucket: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            org: org.into(),
            bucket: bucket.into(),
            password: None,
            token: None,
            retention: None,
        }
    }

    /// The password of the user. Default: none, so that the user cannot sign in.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into().into());
        self
    }

    /// The token, which may then do everything. Default: one that the server makes.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into().into());
        self
    }

    /// For how long the bucket keeps data, in whole seconds, rounded up. Default: for ever.
    pub fn retention(mut self, age: Duration) -> Self {
        self.retention = Some(age);
        self
    }

    /// # Errors
    ///
    /// None: it is all text and numbers.
    fn request(&self) -> Result<Request> {
        let mut body = json!({ "username": self.username, "org": self.org, "bucket": self.bucket });
        let mut request = request(Method::POST, PATH);
        for (key, secret) in [("password", &self.password), ("token", &self.token)] {
            if let Some(secret) = secret {
                body[key] = secret.expose_secret().into();
                request = request.secret(secret.clone());
            }
        }
        if let Some(age) = self.retention {
            body["retentionPeriodSeconds"] = seconds(age).into();
        }
        request.json(&body)
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("username", &self.username)
            .field("org", &self.org)
            .field("bucket", &self.bucket)
            .field("password", &self.password)
            .field("token", &self.token)
            .field("retention", &self.retention)
            .finish()
    }
}

/// What a new server has begun with.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Onboarding {
    /// The first user.
    pub user: User,
    /// The first organisation.
    pub org: Organization,
    /// The first bucket.
    pub bucket: Bucket,
    /// The first authorization, with the token that may do everything.
    pub auth: Authorization,
}

const PATH: &str = "/api/v2/setup";

impl Client {
    /// Whether the server is new, so that [`setup`](Self::setup) may be called.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; [`Decode`](crate::ErrorKind::Decode) for an answer that
    /// does not say so.
    pub fn setup_allowed(&self) -> Call<bool> {
        #[derive(Deserialize)]
        struct Wire {
            allowed: bool,
        }
        Call::new(self.clone(), request(Method::GET, PATH), |answer| {
            read(answer).map(|Wire { allowed }| allowed)
        })
    }

    /// Sets a new server up. It needs no token, and gives the first one.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::api::Setup;
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::start()?;
    /// let nobody = Client::builder(server.url()).build()?;
    /// assert!(nobody.setup_allowed().await?);
    ///
    /// let first = Setup::new("ada", "my-org", "machines").password("a password of her own");
    /// let token = nobody.setup(first).await?.auth.token.ok_or("no token")?;
    /// let client = Client::builder(server.url()).token(token.expose()).org("my-org").build()?;
    /// client.write("machines", "cpu usage=1.5").await?;
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; [`Rejected`](crate::ErrorKind::Rejected) if the server is
    /// set up already, or the password is too short for it.
    pub fn setup(&self, setup: Setup) -> Call<Onboarding> {
        call(self, setup.request(), read)
    }
}
