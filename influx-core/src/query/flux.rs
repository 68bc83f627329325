//! Flux: the query language of InfluxDB 2, and of 1.8.

use super::csv::Csv;
use super::decode::Decoder;
use super::query::{Form, Language, Prepared, Query, sealed};
use crate::client::Client;
use crate::error::Result;
use crate::http::Request;

/// A Flux query, made by [`Client::query`].
#[derive(Debug, Clone)]
pub struct Flux {
    text: String,
}

impl Language for Flux {}

impl sealed::Prepare for Flux {
    fn prepare(&self, client: &Client, _form: Form) -> Result<Prepared> {
        let request = Request::new(::http::Method::POST, "/api/v2/query")
            .query_opt("org", client.org())
            .json(&serde_json::json!({ "query": self.text, "type": "flux" }))?
            .idempotent(true)
            .compressed(client);
        Ok(Prepared { request, decoder: Decoder::Csv(Box::new(Csv::new(b','))) })
    }
}

impl Client {
    /// A query in Flux.
    pub fn query(&self, flux: impl Into<String>) -> Query<Flux> {
        Query::new(self, Flux { text: flux.into() })
    }
}
