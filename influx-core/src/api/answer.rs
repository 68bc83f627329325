//! From a request of the API to the JSON of its answer.

use ::http::Method;
use ::http::header::ACCEPT;
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{Answer, Call, Request};

/// A request whose answer is JSON, if it has any.
pub(super) fn request(method: Method, path: &'static str) -> Request {
    Request::new(method, path).header(ACCEPT, "application/json")
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
/// It is longer than is kept, or is not this JSON; the values, which may be secret, are not told.
pub(super) fn json<T: DeserializeOwned>(answer: Answer) -> Result<T> {
    if !answer.complete {
        let what = format!("the answer is longer than the {} bytes that are kept", answer.body.len());
        return Err(Error::decode(answer.request, answer.status, what));
    }
    serde_json::from_slice(&answer.body).map_err(|_| {
        Error::decode(answer.request, answer.status, "the answer is not the JSON that it should be")
    })
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
    Err(Error::unexpected(answer.request, answer.status, "the answer is no acknowledgement"))
}
