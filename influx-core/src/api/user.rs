//! Users, and who the client itself is.

use ::http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{call, done, json as read, request};
use super::options::options;
use super::page::{Entry, Paging};
use super::resource::sealed::Wire;
use super::resource::{Api, Named, Resource};
use super::words::Status;
use super::{UserId, absent};
use crate::client::Client;
use crate::error::Result;
use crate::http::{Call, Request};

/// A user.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// Whether the user may do anything.
    #[serde(default, deserialize_with = "absent::text")]
    pub status: Option<Status>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

options! {
    /// A user that is to be made. The password comes after: [`Api::set_password`].
    pub struct NewUser(name: String = "name") {
        /// Whether the user may do anything. Default: active.
        status: Status = "status",
    }

    /// What changes of a user: always with the name, be it the old one, which the API wants.
    pub struct UserUpdate(name: String = "name") {
        /// Whether the user may do anything.
        status: Status = "status",
    }

    /// Which users a list holds.
    pub struct UserFilter() {
        /// Only that of this name.
        name: String = "name",
        /// Only that of this id.
        id: UserId = "id",
        [
            /// How many a page holds: 1 to 100. Default: 100 for [`Api::list_all`], else the server's, mostly 20.
            limit: u32 = "limit",
            /// How many are left out at the begin.
            offset: u64 = "offset",
        ]
    }
}

impl Entry for User {
    const NOUN: &'static str = "user";
    const LIST: &'static str = "users";
    // not by the last one: servers take that parameter here, and do not heed it
    const PAGING: Paging = Paging::Offset(100);

    fn key(&self) -> &str {
        self.id.as_str()
    }
}

impl Wire for User {
    const PATH: &'static str = "/api/v2/users";
}

impl Resource for User {
    type New = NewUser;
    type Update = UserUpdate;
    type Filter = UserFilter;
}

impl Named for User {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Api<User> {
    /// Gives a user another password, or the first one.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); [`Rejected`](crate::ErrorKind::Rejected) for a password that is too short for the server.
    pub fn set_password(&self, user: impl Into<UserId>, password: impl Into<String>) -> Call<()> {
        let request = self.below(Method::POST, &user.into(), "password");
        let request = request.map(|request| request.idempotent(true));
        call(self.client(), request.and_then(|request| with_password(request, password.into())), done)
    }
}

/// # Errors
///
/// None: the password is text.
fn with_password(request: Request, password: String) -> Result<Request> {
    request.json(&json!({ "password": password })).map(|request| request.secret(password))
}

impl Client {
    /// Users.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::api::NewUser;
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::builder().token("secret").org("my-org").bucket("machines").start()?;
    /// let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
    ///
    /// let ada = client.users().create(NewUser::new("ada")).await?;
    /// client.users().set_password(&ada, "a password of her own").await?;
    /// assert_eq!(client.users().find("ada").await?, Some(ada));
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    pub fn users(&self) -> Api<User> {
        Api::new(self)
    }

    /// The user that the client's token or session belongs to.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; [`Decode`](crate::ErrorKind::Decode) for an answer that
    /// is no user.
    pub fn me(&self) -> Call<User> {
        Call::new(self.clone(), request(Method::GET, "/api/v2/me"), read)
    }

    /// Gives the user of the client's session another password. This client goes on with the old one: build another.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; [`Config`](crate::ErrorKind::Config) for a client that was
    /// built without [`session`](crate::ClientBuilder::session).
    pub fn update_my_password(&self, password: impl Into<String>) -> Call<()> {
        let request = self.basic_of_session().and_then(|(name, value)| {
            // the second time, the old password is the wrong one
            let mut request = request(Method::PUT, "/api/v2/me/password").idempotent(false);
            // beside the session's cookie, the server wants the password that is to change
            request.headers.insert(name, value);
            with_password(request, password.into())
        });
        call(self, request, done)
    }
}
