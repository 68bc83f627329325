//! The table: every method that sends something, the operations that it is, and a call of it.

use std::pin::Pin;

use influx_core::http::{Call, RetryPolicy};
use influx_core::{Client, ClientBuilder, Error, ErrorKind, Result};

use super::server::Spec;
use super::{admin, client, query, related, resources, v1, v3, write};

/// All rows, file by file.
pub(super) const METHODS: &[&[Row]] = &[
    client::ROWS,
    write::ROWS,
    query::FLUX,
    query::SCRIPT,
    query::OTHERS,
    resources::ROWS,
    related::ROWS,
    admin::ROWS,
    v1::FORMS,
    v1::ROWS,
    v3::SQL,
    v3::INFLUXQL,
    v3::ROWS,
];

/// Methods that none of the contracts has, each with the reason. Today there is none.
pub(super) const UNDRIVEN: &[(&str, &str)] = &[];

/// The contracts of version 2.
pub(super) const V2: &[Spec] = &[Spec::Oss, Spec::Cloud];
/// What Cloud does not have: that it says of itself how it is, and what only one who runs the server may do.
pub(super) const OSS: &[Spec] = &[Spec::Oss];
/// What only Cloud has: scripts, and schemas of measurements.
pub(super) const CLOUD: &[Spec] = &[Spec::Cloud];
/// The contract of version 1.
pub(super) const V1: &[Spec] = &[Spec::V1];
/// The contract of version 3.
pub(super) const V3: &[Spec] = &[Spec::Core];

pub(super) const TOKEN: &str = "t0ken-of-the-table";
/// Of anything: the mock knows none.
pub(super) const ID: &str = "0123456789abcdef";

/// A call on its way, without its result: only whether there was one.
pub(super) type Running = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// What counts of an error, which may be shared with others.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) status: Option<u16>,
    /// With all that caused it.
    pub(super) text: String,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
        let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
        Self { kind: error.kind(), status: error.status(), text }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

/// One method under some of the contracts; a method may have several rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// As the sources have it: `Client::ping`.
    pub(super) name: &'static str,
    pub(super) specs: &'static [Spec],
    /// What it sends, in this order, by the contract's names.
    pub(super) operations: &'static [&'static str],
    pub(super) call: fn(Client) -> Running,
    setup: fn(ClientBuilder) -> ClientBuilder,
    /// Why the example of the contract is not an answer that the method can read, and a part of what it says then.
    pub(super) undecodable: Option<(&'static str, &'static str)>,
    pub(super) exceptions: &'static [Exception],
}

/// A documented status that is not the error it would be elsewhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exception {
    pub(super) status: u16,
    /// How the call ends; `None`: well.
    pub(super) ends: Option<ErrorKind>,
    pub(super) why: &'static str,
}

impl Row {
    /// A method, of a client with a token and an organisation, that reads the answers of these operations.
    pub(super) const fn new(
        name: &'static str,
        specs: &'static [Spec],
        operations: &'static [&'static str],
        call: fn(Client) -> Running,
    ) -> Self {
        Self { name, specs, operations, call, setup: usual, undecodable: None, exceptions: &[] }
    }

    /// The client is set up in this way instead; by itself it has neither token nor organisation.
    pub(super) const fn with(mut self, setup: fn(ClientBuilder) -> ClientBuilder) -> Self {
        self.setup = setup;
        self
    }

    /// The method must find fault with the contract's example, for this reason, and say so in these words.
    pub(super) const fn undecodable(mut self, why: &'static str, says: &'static str) -> Self {
        self.undecodable = Some((why, says));
        self
    }

    pub(super) const fn except(mut self, exceptions: &'static [Exception]) -> Self {
        self.exceptions = exceptions;
        self
    }

    /// The client of the row; with a status, the mock gives it this answer wherever it is documented.
    pub(super) fn client(&self, url: String, status: Option<u16>) -> Client {
        let builder = (self.setup)(Client::builder(url).retry(RetryPolicy::none()));
        let builder = match status {
            Some(status) => builder.header("X-Mock-Status", status.to_string()),
            None => builder,
        };
        builder.build().unwrap()
    }
}

/// With a token and an organisation.
pub(super) fn usual(builder: ClientBuilder) -> ClientBuilder {
    builder.token(TOKEN).org("my-org")
}

/// Awaits a call.
pub(super) fn run<T: Send + 'static>(call: Call<T>) -> Running {
    Box::pin(async {
        call.await?;
        Ok(())
    })
}

/// Waits for all of a list, which must be something.
pub(super) fn all<T: Send>(list: impl Future<Output = Result<Vec<T>>> + Send + 'static) -> Running {
    Box::pin(async {
        let items = list.await?;
        assert!(!items.is_empty(), "nothing is read of the example");
        Ok(())
    })
}
