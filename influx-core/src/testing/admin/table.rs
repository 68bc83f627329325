//! Resources of one kind, as JSON, in the order of their creation.

use serde_json::Value;

use crate::testing::answer::Outgoing;
use crate::testing::ids::{Id, Ids};

use super::stamp;

#[derive(Default)]
pub(super) struct Table(Vec<Value>);

impl Table {
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.0.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0.iter_mut()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Value> {
        self.find("id", id)
    }

    /// The first whose member `key` is this text.
    pub(super) fn find(&self, key: &str, value: &str) -> Option<&Value> {
        self.0.iter().find(|item| text(item, key) == value)
    }

    /// Adds a resource, which gets an id and its times.
    pub(super) fn add(&mut self, ids: &mut Ids, mut item: Value) -> Id {
        let id = ids.next();
        item["id"] = id.as_str().into();
        item["createdAt"] = stamp();
        item["updatedAt"] = item["createdAt"].clone();
        self.0.push(item);
        id
    }

    /// Puts another resource in the place of that with its id.
    pub(super) fn put(&mut self, mut item: Value) {
        item["updatedAt"] = stamp();
        if let Some(place) = self.0.iter_mut().find(|other| other["id"] == item["id"]) {
            *place = item;
        }
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<Value> {
        let at = self.0.iter().position(|item| text(item, "id") == id)?;
        Some(self.0.remove(at))
    }

    pub(super) fn retain(&mut self, keep: impl FnMut(&Value) -> bool) {
        self.0.retain(keep);
    }
}

/// A member of a resource; empty if it is not there, or no text.
pub(super) fn text<'a>(item: &'a Value, key: &str) -> &'a str {
    item[key].as_str().unwrap_or_default()
}

/// What may be an id.
pub(super) fn id(text: &str) -> Result<&str, Outgoing> {
    if text.len() != 16 {
        return Err(Outgoing::invalid("id must have a length of 16 bytes"));
    }
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Outgoing::invalid("invalid ID"));
    }
    Ok(text)
}
