//! From a request of the API to the JSON of its answer.

use ::http::Method;
use ::http::header::ACCEPT;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Answer, Call, Request};

/// The most of an answer that is kept, in bytes: a page has at most 500 items, and scripts and tasks may be long.
pub(super) const MOST: usize = 64 * 1024 * 1024;

/// A request whose answer is JSON, if it has any.
pub(super) fn request(method: Method, path: &'static str) -> Request {
    // to set a value twice is to set it once
    let repeatable = method.is_idempotent() || method == Method::PATCH;
    let mut request = Request::new(method, path).header(ACCEPT, "application/json").idempotent(repeatable);
    request.most = MOST;
    request
}

/// The call of a request, or its error.
pub(super) fn call<T: Send + 'static>(
    client: &Client,
    request: Result<Request>,
    decode: impl FnOnce(Answer) -> Result<T> + Send + 'static,
) -> Call<T> {
    match request {
        Ok(request) => Call::new(client.clone(), request, decode),
        Err(error) => Call::settled(Err(error)),
    }
}

/// Reads an answer of JSON.
///
/// # Errors
///
/// It is longer than is kept, or is not this JSON.
pub(super) fn json<T: DeserializeOwned>(answer: Answer) -> Result<T> {
    whole(&answer)?;
    let read = serde_json::from_slice(&answer.body);
    read.map_err(|error| misfit(&answer.request, answer.status, &error))
}

/// Reads one item, which may stand below a key of its own.
///
/// # Errors
///
/// As [`json`].
pub(super) fn item<T: DeserializeOwned>(answer: Answer, key: Option<&str>) -> Result<T> {
    let (request, status) = (answer.request.clone(), answer.status);
    let mut value: Value = json(answer)?;
    let inner = key.and_then(|key| value.get_mut(key)).map(Value::take);
    T::deserialize(inner.unwrap_or(value)).map_err(|error| misfit(&request, status, &error))
}

/// A page of a list.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    /// Whether the server says that there are more.
    pub(super) has_next: bool,
}

/// Reads the items below a key.
///
/// # Errors
///
/// As [`json`].
pub(super) fn page<T: DeserializeOwned>(answer: Answer, key: &str) -> Result<Page<T>> {
    let (request, status) = (answer.request.clone(), answer.status);
    let mut value: Value = json(answer)?;
    let has_next =
        value.pointer("/links/next").is_some_and(|next| next.as_str().is_some_and(|to| !to.is_empty()));
    let Some(items) = value.get_mut(key).map(Value::take) else {
        let what = format!("the answer has no member {key:?}: is this an InfluxDB?");
        return Err(Error::decode(request, status, what));
    };
    match Option::deserialize(items) {
        Ok(items) => Ok(Page { items: items.unwrap_or_default(), has_next }),
        Err(error) => Err(misfit(&request, status, &error)),
    }
}

/// An acknowledgement, which says no more.
///
/// # Errors
///
/// The answer is a page of something else, such as a proxy.
pub(super) fn done(answer: Answer) -> Result<()> {
    let body = answer.body.trim_ascii();
    if body.is_empty() || serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok() {
        return Ok(());
    }
    let what = "the answer is no acknowledgement: is this an InfluxDB?";
    Err(Error::unexpected(answer.request, answer.status, what))
}

/// Whether the server knows what was asked for and says that there is none: a path that it does not know is another 404.
pub(super) fn is_missing(error: &Error) -> bool {
    let code = error.server().and_then(|server| server.code.as_deref());
    error.kind() == ErrorKind::NotFound && code == Some("not found")
}

/// Whether it is the organisation that the server says is not there: only its words tell.
pub(super) fn names_org(error: &Error) -> bool {
    error.server().is_some_and(|server| server.message.starts_with("organization"))
}

/// # Errors
///
/// The answer is longer than is kept.
pub(super) fn whole(answer: &Answer) -> Result<()> {
    if answer.complete {
        return Ok(());
    }
    let what = format!("the answer is longer than the {} bytes that are kept", answer.body.len());
    Err(Error::decode(answer.request.clone(), answer.status, what))
}

/// Says what is wrong without the values, which may be secret.
fn misfit(request: &str, status: u16, error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let what = match error.classify() {
        Category::Data if text.starts_with("missing field") => {
            let end = text.find(" at line").unwrap_or(text.len());
            format!("the answer cannot be read: {}", &text[..end])
        }
        Category::Data => {
            "the answer cannot be read: a member is of another type than it should be".to_owned()
        }
        Category::Syntax | Category::Eof | Category::Io => {
            "the answer is no JSON: is this an InfluxDB?".to_owned()
        }
    };
    Error::decode(request.to_owned(), status, what)
}
