//! Who has to do with a resource, and how it is labelled.

use ::http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{call, done, item, page};
use super::page::Entry;
use super::resource::{Api, Resource};
use super::words::{Status, words};
use super::{Id, Label, LabelId, User, UserId, absent};
use crate::http::Call;

/// A kind of resource that can be labelled: buckets and tasks.
pub trait Labelled: Resource {}

/// A kind of resource that has members and owners: buckets, organisations and tasks.
pub trait Shared: Resource {}

words! {
    /// What a user is to a resource.
    pub enum MemberRole {
        /// A member.
        Member = "member",
        /// An owner.
        Owner = "owner",
    }
}

/// A user who is a member or an owner of a resource.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Member {
    /// The user's id.
    pub id: UserId,
    /// The user's name.
    #[serde(default, deserialize_with = "absent::or_default")]
    pub name: String,
    /// What the user is to the resource.
    pub role: Option<MemberRole>,
    /// Whether the user is at work.
    pub status: Option<Status>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Entry for Member {
    const NOUN: &'static str = "member";
    const LIST: &'static str = User::LIST;

    fn key(&self) -> &str {
        self.id.as_str()
    }
}

const MEMBERS: &str = "members";
const OWNERS: &str = "owners";
const LABELS: &str = "labels";

impl<R: Shared> Api<R> {
    /// Its members.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn members(&self, id: impl Into<Id<R>>) -> Call<Vec<Member>> {
        self.related(&id.into(), MEMBERS)
    }

    /// Makes a user a member of it.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn add_member(&self, id: impl Into<Id<R>>, user: impl Into<UserId>) -> Call<Member> {
        self.relate(&id.into(), MEMBERS, &user.into())
    }

    /// Makes a user no member of it any more.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn remove_member(&self, id: impl Into<Id<R>>, user: impl Into<UserId>) -> Call<()> {
        self.unrelate(&id.into(), MEMBERS, &user.into())
    }

    /// Its owners.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn owners(&self, id: impl Into<Id<R>>) -> Call<Vec<Member>> {
        self.related(&id.into(), OWNERS)
    }

    /// Makes a user an owner of it.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn add_owner(&self, id: impl Into<Id<R>>, user: impl Into<UserId>) -> Call<Member> {
        self.relate(&id.into(), OWNERS, &user.into())
    }

    /// Makes a user no owner of it any more.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn remove_owner(&self, id: impl Into<Id<R>>, user: impl Into<UserId>) -> Call<()> {
        self.unrelate(&id.into(), OWNERS, &user.into())
    }
}

impl<R: Labelled> Api<R> {
    /// Its labels.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn labels(&self, id: impl Into<Id<R>>) -> Call<Vec<Label>> {
        self.related(&id.into(), LABELS)
    }

    /// Puts a label on it.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn add_label(&self, id: impl Into<Id<R>>, label: impl Into<LabelId>) -> Call<Label> {
        self.relate(&id.into(), LABELS, &label.into())
    }

    /// Takes a label off it.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn remove_label(&self, id: impl Into<Id<R>>, label: impl Into<LabelId>) -> Call<()> {
        self.unrelate(&id.into(), LABELS, &label.into())
    }
}

impl<R: Resource> Api<R> {
    fn related<T: Entry>(&self, id: &Id<R>, what: &'static str) -> Call<Vec<T>> {
        call(self.client(), self.below(Method::GET, id, what), |answer| Ok(page(answer, T::LIST)?.items))
    }

    fn relate<T: Entry, O: Resource>(&self, id: &Id<R>, what: &'static str, other: &Id<O>) -> Call<T> {
        let key = if what == LABELS { "labelID" } else { "id" };
        let request =
            self.below(Method::POST, id, what).and_then(|request| request.json(&json!({ key: other })));
        call(self.client(), request, |answer| item(answer, O::ITEM))
    }

    fn unrelate<O: Resource>(&self, id: &Id<R>, what: &'static str, other: &Id<O>) -> Call<()> {
        let request = self.below(Method::DELETE, id, what).and_then(|request| other.of(request));
        call(self.client(), request, done)
    }
}
