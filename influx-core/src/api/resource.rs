//! One kind of resource and the verbs that all of them have.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use ::http::Method;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Id;
use super::answer::{call, done, is_missing, item, names_org, request};
use super::org::{Form, Org, resolve};
use super::page::{Entry, Listing, Paged};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{Call, Request};

/// A kind of resource: [`Bucket`](super::Bucket), [`Organization`](super::Organization), [`User`](super::User),
/// [`Label`](super::Label), [`Task`](super::Task), [`Authorization`](super::Authorization), [`Script`](super::Script)
/// or [`Dbrp`](super::Dbrp). [`Api`] has its verbs. No other type can be one.
pub trait Resource: Entry + sealed::Wire + Clone + fmt::Debug {
    /// What a new one may be told.
    type New: Serialize + Send + 'static;
    /// What may be changed of one. What is not set stays as it is.
    type Update: Serialize;
    /// Which of them a list holds. By default, all.
    type Filter: Serialize + Default;

    /// Its identifier.
    fn id(&self) -> Id<Self> {
        self.key().into()
    }
}

/// A kind of resource that is found by its name.
pub trait Named: Resource {
    /// Its name.
    fn name(&self) -> &str;
}

/// A kind of resource that belongs to an organisation, of which requests speak.
pub trait Owned: Resource {}

pub(super) mod sealed {
    use super::{Form, Map, Value};

    /// How the API speaks of a kind of resource.
    pub trait Wire {
        /// The path of all of them.
        const PATH: &'static str;
        /// The parameter that asks for a name; without one, the whole list is searched.
        const NAME: Option<&'static str> = Some("name");
        /// The key below which a single one stands, where it has one.
        const ITEM: Option<&'static str> = None;
        /// How requests name the organisation: for a list, …
        const ORG_OF_LIST: Form = Form::None;
        /// … for a new one, …
        const ORG_OF_NEW: Form = Form::None;
        /// … and for one of them.
        const ORG_OF_ITEM: Form = Form::None;

        /// The objects in the body of a new one, beside the body itself, that may name an organisation and must have
        /// its id.
        fn naming(_body: &mut Map<String, Value>) -> Vec<&mut Map<String, Value>> {
            Vec::new()
        }
    }
}

/// The API of one kind of resource, such as [`Client::buckets`].
///
/// Lists, names and new resources are those of the client's organisation, where that kind belongs to one;
/// [`org`](Self::org) and [`all_orgs`](Self::all_orgs) say otherwise. Each verb is a [`Call`].
///
/// ```
/// # #[cfg(feature = "test-server")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// use influx_core::api::{BucketUpdate, NewBucket, RetentionRule};
/// use influx_core::{Client, testing::TestServer};
///
/// let server = TestServer::builder().token("secret").org("my-org").start()?;
/// let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
///
/// let week = RetentionRule::expire(Duration::from_secs(7 * 24 * 3_600));
/// let bucket = client.buckets().create(NewBucket::new("machines").retention(week)).await?;
/// client.buckets().update(&bucket, BucketUpdate::new().description("all machines")).await?;
/// let found = client.buckets().find("machines").await?.ok_or("no such bucket")?;
/// assert_eq!((&found.id, found.description.as_deref()), (&bucket.id, Some("all machines")));
/// client.buckets().delete(&bucket).await?;
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "test-server"))]
/// # fn main() {}
/// ```
#[must_use]
pub struct Api<R> {
    client: Client,
    scope: Scope,
    of: PhantomData<fn() -> R>,
}

/// Whose resources are meant.
#[derive(Debug, Clone)]
enum Scope {
    /// Those of the client's organisation, if it has one.
    Client,
    Org(Org),
    All,
}

impl<R: Resource> Api<R> {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone(), scope: Scope::Client, of: PhantomData }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The organisation that requests name.
    pub(super) fn scope(&self) -> Option<Org> {
        match &self.scope {
            Scope::Client => self.client.org().map(Org::of),
            Scope::Org(org) => Some(org.clone()),
            Scope::All => None,
        }
    }

    /// One page of a list: as many as the filter's `limit` says, or the server by itself.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; [`Config`](crate::ErrorKind::Config) for a limit of 0 and
    /// for an empty name of the organisation; [`NotFound`](crate::ErrorKind::NotFound) if the organisation's id must be
    /// asked for and there is none of its name; [`Decode`](crate::ErrorKind::Decode) for an answer that is not such a list.
    pub fn list(&self, filter: R::Filter) -> Call<Vec<R>> {
        let label = format!("GET {}", R::PATH);
        match self.listing(&filter) {
            Ok(listing) => Call::future(label, move || Box::pin(listing.first())),
            Err(error) => Call::settled(Err(error)),
        }
    }

    /// All of a list, page by page as they are asked for; the filter's `limit` is the size of a page.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::api::BucketFilter;
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::builder().org("my-org").bucket("machines").bucket("rooms").start()?;
    /// let client = Client::builder(server.url()).org("my-org").build()?;
    ///
    /// let mut buckets = client.buckets().list_all(BucketFilter::new().limit(1));
    /// let mut names = Vec::new();
    /// while let Some(bucket) = buckets.next().await? {
    ///     names.push(bucket.name);
    /// }
    /// assert_eq!(names, ["machines", "rooms"]);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    pub fn list_all(&self, filter: R::Filter) -> Paged<R> {
        Paged::new(self.listing(&filter))
    }

    fn listing(&self, filter: &R::Filter) -> Result<Listing<R>> {
        let listing = Listing::new(&self.client, request(Method::GET, R::PATH), filter)?;
        Ok(listing.of(R::ORG_OF_LIST, self.scope()))
    }

    /// The one with this id.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals, [`NotFound`](crate::ErrorKind::NotFound) among them;
    /// [`Config`](crate::ErrorKind::Config) for an empty id.
    pub fn get(&self, id: impl Into<Id<R>>) -> Call<R> {
        call(&self.client, self.one(Method::GET, &id.into()), |answer| item(answer, R::ITEM))
    }

    /// Makes a new one, and returns it as the server has it.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; [`Config`](crate::ErrorKind::Config) if it must belong
    /// to an organisation and none is named; [`NotFound`](crate::ErrorKind::NotFound) if there is none of that name.
    pub fn create(&self, new: R::New) -> Call<R> {
        self.create_for(new, self.scope())
    }

    /// Makes one that belongs to this organisation.
    pub(super) fn create_for(&self, new: impl Serialize + Send + 'static, org: Option<Org>) -> Call<R> {
        let client = self.client.clone();
        Call::future(format!("POST {}", R::PATH), move || {
            Box::pin(async move {
                let body = body_of::<R>(&client, new, org).await?;
                let request = request(Method::POST, R::PATH).json(&body);
                call(&client, request, |answer| item(answer, R::ITEM)).await
            })
        })
    }

    /// Changes what is set, and returns it as the server has it then.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn update(&self, id: impl Into<Id<R>>, update: R::Update) -> Call<R> {
        let request = self.one(Method::PATCH, &id.into()).and_then(|request| request.json(&update));
        call(&self.client, request, |answer| item(answer, R::ITEM))
    }

    /// Deletes it, with all that it holds.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get). After an answer that was lost, it is tried again, and then is
    /// [`NotFound`](crate::ErrorKind::NotFound) if the first attempt has deleted it.
    pub fn delete(&self, id: impl Into<Id<R>>) -> Call<()> {
        call(&self.client, self.one(Method::DELETE, &id.into()), done)
    }

    /// A request for one of them.
    ///
    /// # Errors
    ///
    /// The id is empty.
    pub(super) fn one(&self, method: Method, id: &Id<R>) -> Result<Request> {
        let request = id.of(request(method, R::PATH))?;
        Ok(match self.scope() {
            Some(org) if R::ORG_OF_ITEM == Form::Either => org.parameter(request)?,
            _ => request,
        })
    }

    /// A request for what belongs to one of them.
    ///
    /// # Errors
    ///
    /// The id is empty.
    pub(super) fn below(&self, method: Method, id: &Id<R>, what: &'static str) -> Result<Request> {
        Ok(id.of(request(method, R::PATH))?.segment(what))
    }
}

impl<R: Named> Api<R> {
    /// The one of exactly this name, if there is one; where names are not unique, the first.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list): that there is no such organisation is an error here, too.
    pub fn find(&self, name: impl Into<String>) -> Call<Option<R>> {
        let (name, listing) = (name.into(), self.listing(&R::Filter::default()));
        Call::future(format!("GET {}", R::PATH), move || {
            Box::pin(async move {
                let listing = listing.map(|listing| match R::NAME {
                    Some(parameter) => listing.named(parameter, &name),
                    None => listing,
                });
                let mut all = Paged::new(listing);
                let is_owned = R::ORG_OF_LIST != Form::None;
                loop {
                    match all.next().await {
                        Ok(Some(one)) if one.name() != name => {}
                        Err(error) if is_missing(&error) && !(is_owned && names_org(&error)) => {
                            return Ok(None);
                        }
                        found => return found,
                    }
                }
            })
        })
    }
}

impl<R: Owned> Api<R> {
    /// Those of another organisation than the client's, by its name or id: 16 hexadecimal digits are an id. Where the
    /// server wants an id, a name costs one more request.
    pub fn org(mut self, org: impl Into<String>) -> Self {
        self.scope = Scope::Org(Org::of(&org.into()));
        self
    }

    /// Lists are of all organisations that the token may read. A new resource must belong to one all the same.
    pub fn all_orgs(mut self) -> Self {
        self.scope = Scope::All;
        self
    }
}

/// The body of a new resource, with the organisation that it belongs to.
async fn body_of<R: Resource>(client: &Client, new: impl Serialize, org: Option<Org>) -> Result<Value> {
    let mut body = serde_json::to_value(new)
        .map_err(|error| Error::config(format!("the new {} is no JSON: {error}", R::NOUN)))?;
    let Value::Object(object) = &mut body else {
        return Err(Error::config(format!("the new {} is no JSON object", R::NOUN)));
    };
    if R::ORG_OF_NEW != Form::None {
        let missing = "no organisation: set it with ClientBuilder::org or Api::org";
        org.ok_or_else(|| Error::config(missing))?.insert(object)?;
    }
    let mut known = HashMap::new();
    if R::ORG_OF_NEW == Form::Id {
        resolve(client, object, &mut known).await?;
    }
    for naming in R::naming(object) {
        resolve(client, naming, &mut known).await?;
    }
    Ok(body)
}

impl<R> Clone for Api<R> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), scope: self.scope.clone(), of: PhantomData }
    }
}

impl<R: Resource> fmt::Debug for Api<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("of", &R::NOUN).field("scope", &self.scope).finish_non_exhaustive()
    }
}
