//! Authorizations: tokens, and what they allow.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::options::options;
use super::org::{Form, Org};
use super::page::Entry;
use super::resource::sealed::Wire;
use super::resource::{Api, Owned, Resource};
use super::words::Status;
use super::{AuthorizationId, OrgId, Permission, Token, UserId, absent};
use crate::Epoch;
use crate::client::Client;
use crate::http::Call;

/// An authorization: a token, and what it allows.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Authorization {
    /// Its id.
    pub id: AuthorizationId,
    /// The token itself, where the server shows it: Cloud does so only when it is made.
    #[serde(default, deserialize_with = "absent::text")]
    pub token: Option<Token>,
    /// Whether the token is taken.
    #[serde(default, deserialize_with = "absent::text")]
    pub status: Option<Status>,
    /// What it is for.
    pub description: Option<String>,
    /// What it allows.
    #[serde(default, deserialize_with = "absent::or_default")]
    pub permissions: Vec<Permission>,
    /// The organisation that it belongs to, …
    #[serde(rename = "orgID")]
    pub org_id: Option<OrgId>,
    /// … and its name.
    pub org: Option<String>,
    /// The user that it belongs to, …
    #[serde(rename = "userID")]
    pub user_id: Option<UserId>,
    /// … and the name.
    pub user: Option<String>,
    /// When it was made.
    #[serde(default, deserialize_with = "absent::text")]
    pub created_at: Option<Epoch>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "absent::text")]
    pub updated_at: Option<Epoch>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

options! {
    /// An authorization that is to be made.
    pub struct NewAuthorization(permissions: Vec<Permission> = "permissions") {
        /// What it is for.
        description: String = "description",
        /// Whether the token is taken. Default: it is.
        status: Status = "status",
        /// The user that it belongs to. Default: that of the client.
        user_id: UserId = "userID",
    }

    /// What changes of an authorization; what it allows never does.
    pub struct AuthorizationUpdate() {
        /// What it is for; empty text clears it.
        description: String = "description",
        /// Whether the token is taken.
        status: Status = "status",
    }

    /// Which authorizations a list holds. The API could search for a token, too, but that would stand in the URL.
    pub struct AuthorizationFilter() {
        /// Those of a user.
        user_id: UserId = "userID",
        /// Those of a user of this name.
        user: String = "user",
    }
}

impl Entry for Authorization {
    const NOUN: &'static str = "authorization";
    const LIST: &'static str = "authorizations";

    fn key(&self) -> &str {
        self.id.as_str()
    }
}

impl Wire for Authorization {
    const PATH: &'static str = "/api/v2/authorizations";
    const ORG_OF_LIST: Form = Form::Either;
    const ORG_OF_NEW: Form = Form::Id;

    fn naming(body: &mut Map<String, Value>) -> Vec<&mut Map<String, Value>> {
        let permissions = body.get_mut("permissions").and_then(Value::as_array_mut);
        let resources =
            permissions.into_iter().flatten().filter_map(|permission| permission.get_mut("resource"));
        resources.filter_map(Value::as_object_mut).collect()
    }
}

impl Resource for Authorization {
    type New = NewAuthorization;
    type Update = AuthorizationUpdate;
    type Filter = AuthorizationFilter;
}

impl Owned for Authorization {}

impl Api<Authorization> {
    /// Makes an authorization with a token of its own that allows the same, with the same description, status, user and
    /// organisation.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub fn clone_authorization(&self, of: &Authorization) -> Call<Authorization> {
        let new = NewAuthorization {
            permissions: of.permissions.clone(),
            description: of.description.clone(),
            status: of.status.clone(),
            user_id: of.user_id.clone(),
        };
        self.create_for(new, of.org_id.clone().map(Org::Id).or_else(|| self.scope()))
    }
}

impl Client {
    /// Authorizations, which are tokens and what they allow.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::api::{NewAuthorization, Permission};
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::builder().token("secret").org("my-org").bucket("machines").start()?;
    /// let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
    ///
    /// let bucket = client.buckets().find("machines").await?.ok_or("no such bucket")?;
    /// let new = NewAuthorization::new([Permission::write_bucket(&bucket)]).description("the press");
    /// let press = client.authorizations().create(new).await?;
    /// let token = press.token.ok_or("the server keeps it to itself")?;
    /// let of_the_press = Client::builder(server.url()).token(token.expose()).org("my-org").build()?;
    /// of_the_press.write("machines", "press force=1.5").await?;
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    pub fn authorizations(&self) -> Api<Authorization> {
        Api::new(self)
    }
}
