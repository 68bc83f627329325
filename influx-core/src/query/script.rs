//! Invokable scripts of Cloud, as a language: their answer is read as that of any query.

use std::fmt;

use ::http::Method;
use ::http::header::ACCEPT;
use serde::Serialize;
use serde_json::{Map, Value};

use super::csv::Csv;
use super::decode::Decoder;
use super::forms::{Form, Language, Prepared, Query, sealed};
use crate::api::{Api, Script, ScriptId};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::Request;

/// A script that is invoked, made by [`Api::invoke`](crate::api::Api::invoke).
#[derive(Clone)]
pub struct Invocation {
    script: ScriptId,
    /// The first that cannot be sent is named instead.
    params: Result<Map<String, Value>, String>,
}

impl Language for Invocation {}

impl sealed::Prepare for Invocation {
    fn prepare(&self, client: &Client, form: Form) -> Result<Prepared> {
        let params = self.params.as_ref().map_err(|what| Error::config(what.as_str()))?;
        let request = Request::new(Method::POST, "/api/v2/scripts").header(ACCEPT, "text/csv");
        let request = self.script.of(request)?.segment("invoke");
        let request = request.json(&serde_json::json!({ "params": params }))?.compressed(client);
        let decoder = match form {
            Form::Rows => Csv::annotated(),
            Form::Text => Csv::plain(b','),
        };
        Ok(Prepared { request, decoder: Decoder::Csv(Box::new(decoder)), profilers: None })
    }
}

/// Prints the script and the names of the parameters.
impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.params.iter().flat_map(Map::keys).collect();
        f.debug_struct("Invocation").field("script", &self.script).field("params", &names).finish()
    }
}

impl Api<Script> {
    /// Invokes a script, whose answer is had as that of any query. Its values are all text, since it comes without
    /// types.
    pub fn invoke(&self, script: impl Into<ScriptId>) -> Query<Invocation> {
        Query::new(self.client(), Invocation { script: script.into(), params: Ok(Map::new()) })
    }
}

impl Query<Invocation> {
    /// A parameter of the script: any value that is one in JSON.
    pub fn param(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        let name = name.into();
        if let Ok(params) = &mut self.language.params {
            match serde_json::to_value(value) {
                Ok(value) => drop(params.insert(name, value)),
                Err(error) => {
                    self.language.params = Err(format!("the parameter {name:?} is no JSON: {error}"));
                }
            }
        }
        self
    }
}
