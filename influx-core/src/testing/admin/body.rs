//! The JSON object that a request has for a body, member by member.

use serde_json::{Map, Value};

use crate::testing::answer::Outgoing;
use crate::testing::request::Incoming;
use crate::testing::version::Family;

/// A JSON object. A member that is `null` is as if it were not there.
pub(in crate::testing) struct Body(Map<String, Value>);

impl Body {
    pub(in crate::testing) fn read(request: &Incoming, limit: usize) -> Result<Self, Outgoing> {
        let invalid = |why: String| Outgoing::invalid(&format!("invalid json: {why}"));
        let bytes = request.inflated(limit).map_err(|error| invalid(error.to_string()))?;
        if bytes.len() > limit {
            return Err(Outgoing::too_large(Family::V2));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(invalid("it is no object".to_owned())),
            Err(error) => Err(invalid(error.to_string())),
        }
    }

    pub(in crate::testing) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    fn typed<'a, T>(
        &'a self,
        key: &str,
        kind: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Outgoing> {
        let Some(value) = self.get(key) else { return Ok(None) };
        read(value)
            .map(Some)
            .ok_or_else(|| Outgoing::invalid(&format!("invalid json: member {key:?} is no {kind}")))
    }

    pub(in crate::testing) fn text(&self, key: &str) -> Result<Option<&str>, Outgoing> {
        self.typed(key, "string", Value::as_str)
    }

    /// A text that must be there, and not be empty.
    pub(in crate::testing) fn required(&self, key: &str) -> Result<&str, Outgoing> {
        let text = self.text(key)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| Outgoing::invalid(&format!("{key} is required")))
    }

    pub(in crate::testing) fn whole(&self, key: &str) -> Result<Option<i64>, Outgoing> {
        self.typed(key, "integer", Value::as_i64)
    }

    pub(in crate::testing) fn flag(&self, key: &str) -> Result<Option<bool>, Outgoing> {
        self.typed(key, "boolean", Value::as_bool)
    }

    pub(in crate::testing) fn list(&self, key: &str) -> Result<Option<&[Value]>, Outgoing> {
        self.typed(key, "list", |value| value.as_array().map(Vec::as_slice))
    }

    /// An object in the place of a member.
    pub(in crate::testing) fn object(&self, key: &str) -> Result<Option<Self>, Outgoing> {
        self.typed(key, "object", |value| value.as_object().cloned().map(Self))
    }

    /// `active` or `inactive`.
    pub(super) fn status(&self) -> Result<Option<&str>, Outgoing> {
        match self.text("status")? {
            status @ (None | Some("active" | "inactive")) => Ok(status),
            Some(_) => Err(Outgoing::invalid("invalid status: must be active or inactive")),
        }
    }

    /// Puts those of the named texts into `item` that are there.
    pub(super) fn copy(&self, keys: &[&str], item: &mut Value) -> Result<(), Outgoing> {
        for key in keys {
            if let Some(text) = self.text(key)? {
                item[*key] = text.into();
            }
        }
        Ok(())
    }
}

/// An object inside a list.
impl From<&Value> for Body {
    fn from(value: &Value) -> Self {
        Self(value.as_object().cloned().unwrap_or_default())
    }
}
