//! Organisations, as callers name them and as requests want them.

use std::collections::HashMap;

use ::http::Method;
use serde_json::{Map, Value};

use super::answer::{is_missing, page, request};
use super::page::Entry as _;
use super::{OrgId, Organization};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{Call, Request};

/// What a caller named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Org {
    Id(OrgId),
    Name(String),
}

/// In which form a request takes an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Not at all.
    None,
    /// `orgID` only.
    Id,
    /// `orgID` or `org`.
    Either,
}

impl Org {
    /// 16 hexadecimal digits are an id, as they are in other clients; all else is a name.
    pub(super) fn of(text: &str) -> Self {
        if text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Self::Id(text.into())
        } else {
            Self::Name(text.to_owned())
        }
    }

    /// Asks for the id of a name.
    ///
    /// # Errors
    ///
    /// There is no such organisation that the token may read, or the name is empty.
    pub(super) async fn id(&self, client: &Client) -> Result<OrgId> {
        let name = match self {
            Self::Id(id) => return Ok(id.clone()),
            Self::Name(_) => self.member()?.1,
        };
        let request = request(Method::GET, "/api/v2/orgs").query("org", name);
        let list = Call::new(client.clone(), request, |answer| page(answer, Organization::LIST));
        let found: Vec<Organization> = match list.await {
            Ok(page) => page.items,
            Err(error) if is_missing(&error) => Vec::new(),
            Err(error) => return Err(error),
        };
        let found = found.iter().find(|org| org.name == name);
        found.map(|org| org.id.clone()).ok_or_else(|| {
            let what = format!(
                "the organisation {name:?} was not found: it does not exist, or the token may not read it"
            );
            Error::not_found(what)
        })
    }

    /// The parameter of a request for it; a name becomes an id if it must.
    ///
    /// # Errors
    ///
    /// As [`id`](Self::id).
    pub(super) async fn narrow(&self, client: &Client, form: Form, request: Request) -> Result<Request> {
        Ok(match form {
            Form::None => request,
            Form::Id => Self::Id(self.id(client).await?).parameter(request)?,
            Form::Either => self.parameter(request)?,
        })
    }

    /// The parameter of a request that takes names, too.
    ///
    /// # Errors
    ///
    /// The name is empty.
    pub(super) fn parameter(&self, request: Request) -> Result<Request> {
        let (key, text) = self.member()?;
        Ok(request.query(key, text))
    }

    /// Puts it into the object of a body.
    ///
    /// # Errors
    ///
    /// The name is empty.
    pub(super) fn insert(&self, object: &mut Map<String, Value>) -> Result<()> {
        let (key, text) = self.member()?;
        object.insert(key.to_owned(), text.into());
        Ok(())
    }

    /// # Errors
    ///
    /// The name is empty, which servers take for that of all.
    fn member(&self) -> Result<(&'static str, &str)> {
        match self {
            Self::Id(id) => Ok(("orgID", id.as_str())),
            Self::Name(name) if name.is_empty() => {
                Err(Error::config("the name of the organisation is empty"))
            }
            Self::Name(name) => Ok(("org", name.as_str())),
        }
    }
}

/// Puts the id into an object that holds the name only. What is `known` is not asked for again.
///
/// # Errors
///
/// As [`Org::id`].
pub(super) async fn resolve(
    client: &Client,
    object: &mut Map<String, Value>,
    known: &mut HashMap<String, OrgId>,
) -> Result<()> {
    let Some(Value::String(name)) = object.remove("org") else { return Ok(()) };
    if object.contains_key("orgID") {
        return Ok(());
    }
    let id = match known.get(&name) {
        Some(id) => id.clone(),
        None => Org::Name(name.clone()).id(client).await?,
    };
    known.insert(name, id.clone());
    Org::Id(id).insert(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sixteen_hexadecimal_digits() {
        for (text, is_id) in [
            ("04c8a7e7e5b52000", true),
            ("04C8A7E7E5B52000", true),
            ("04c8a7e7e5b5200", false),
            ("04c8a7e7e5b52000a", false),
            ("04c8a7e7e5b5200g", false),
            ("größegröße12", false),
            ("", false),
        ] {
            assert_eq!(matches!(Org::of(text), Org::Id(_)), is_id, "{text}");
        }
    }
}
