//! Queries of InfluxDB 3: SQL and InfluxQL differ in their path alone.

use ::http::Method;
use ::http::header::ACCEPT;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::csv::Csv;
use super::decode::Decoder;
use super::forms::{Form, Prepared, is_of_rows, sent};
use super::params::Params;
use crate::client::Client;
use crate::error::Result;
use crate::http::{ByteStream, Call, Request};
use crate::write::Destination;

#[derive(Serialize)]
struct Body<'a> {
    /// `None`: the text names it.
    #[serde(rename = "db", skip_serializing_if = "Option::is_none")]
    database: Option<&'a str>,
    #[serde(rename = "q")]
    text: &'a str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    params: Map<String, Json>,
    format: &'static str,
}

/// A query, of the database that it names, else of the client's.
pub(super) struct Question<'a> {
    pub(super) path: &'static str,
    pub(super) database: Option<&'a str>,
    pub(super) text: &'a str,
    pub(super) params: &'a Params,
}

impl Question<'_> {
    /// # Errors
    ///
    /// A parameter cannot be sent.
    pub(super) fn prepare(&self, client: &Client, form: Form) -> Result<Prepared> {
        let (format, accept, decoder) = match form {
            // the server refuses the name of what it then answers, application/jsonl
            Form::Rows => ("jsonl", "application/json", Decoder::Lines(Box::default())),
            Form::Text => ("csv", "text/csv", Decoder::Csv(Box::new(Csv::plain(b',')))),
        };
        Ok(Prepared { request: self.request(client, format, accept)?, decoder, profilers: None })
    }

    /// The request for an answer in Parquet.
    ///
    /// # Errors
    ///
    /// A parameter cannot be sent.
    pub(super) fn parquet(&self, client: &Client) -> Result<Request> {
        self.request(client, "parquet", "application/vnd.apache.parquet")
    }

    fn request(&self, client: &Client, format: &'static str, accept: &'static str) -> Result<Request> {
        let database = self.database.or_else(|| client.destination().map(Destination::name));
        let body = Body { database, text: self.text, params: self.params.v3()?, format };
        Ok(Request::new(Method::POST, self.path).json(&body)?.header(ACCEPT, accept).compressed(client))
    }
}

/// A call of such a request: the file as it arrives.
pub(super) fn file(client: Client, request: Result<Request>) -> Call<ByteStream> {
    let request = match request {
        Ok(request) => request,
        Err(error) => return Call::settled(Err(error)),
    };
    sent(client, request, |answer| {
        is_of_rows(&answer)?;
        Ok(ByteStream::new(answer))
    })
}
