//! Identifiers: text that only the server makes, of one type for each kind of resource.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::page::Entry;
use super::{
    Authorization, Bucket, Dbrp, Label, MeasurementSchema, Organization, Resource, Run, Script, Task, User,
};
use crate::error::{Error, Result};
use crate::http::Request;

/// The identifier of a bucket.
pub type BucketId = Id<Bucket>;
/// The identifier of an organisation.
pub type OrgId = Id<Organization>;
/// The identifier of a user.
pub type UserId = Id<User>;
/// The identifier of a label.
pub type LabelId = Id<Label>;
/// The identifier of a task.
pub type TaskId = Id<Task>;
/// The identifier of a run of a task.
pub type RunId = Id<Run>;
/// The identifier of an authorization, which is not its token.
pub type AuthorizationId = Id<Authorization>;
/// The identifier of an invokable script.
pub type ScriptId = Id<Script>;
/// The identifier of a mapping of a database and retention policy.
pub type DbrpId = Id<Dbrp>;
/// The identifier of the schema of a measurement.
pub type MeasurementSchemaId = Id<MeasurementSchema>;

/// The identifier of an `R`: text such as `04c8a7e7e5b52000`, so that the id of a bucket is not taken for that of a user.
///
/// Functions take `impl Into<Id<R>>`: an id, a text, or the resource itself by reference.
///
/// ```
/// use influx_core::api::BucketId;
///
/// let id = BucketId::from("04c8a7e7e5b52000");
/// assert_eq!(id.as_str(), "04c8a7e7e5b52000");
/// ```
pub struct Id<R: ?Sized> {
    text: String,
    of: PhantomData<fn() -> R>,
}

impl<R: ?Sized> Id<R> {
    /// The text of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<R: Entry> Id<R> {
    /// Adds it to the path of a request.
    ///
    /// # Errors
    ///
    /// It is empty, so that the path would be that of all of its kind.
    pub(crate) fn of(&self, request: Request) -> Result<Request> {
        if self.text.is_empty() {
            return Err(Error::config(format!("the id of the {} is empty", R::NOUN)));
        }
        Ok(request.segment(&self.text))
    }
}

impl<R> From<String> for Id<R> {
    fn from(text: String) -> Self {
        Self { text, of: PhantomData }
    }
}

impl<R> From<&str> for Id<R> {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl<R> From<&Self> for Id<R> {
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

impl<R: Resource> From<&R> for Id<R> {
    fn from(resource: &R) -> Self {
        resource.id()
    }
}

impl<R: ?Sized> Clone for Id<R> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), of: PhantomData }
    }
}

impl<R: ?Sized> PartialEq for Id<R> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<R: ?Sized> Eq for Id<R> {}

impl<R: ?Sized> Hash for Id<R> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<R: ?Sized> fmt::Debug for Id<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Id").field(&self.text).finish()
    }
}

impl<R: ?Sized> fmt::Display for Id<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<R: ?Sized> Serialize for Id<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, R> Deserialize<'de> for Id<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
