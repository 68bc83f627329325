//! A query of any language, and the forms in which its answer can be had.

use std::fmt;

use super::decode::Decoder;
use super::{Cursor, FromRowOwned, Record, Rows};
use crate::client::Client;
use crate::error::Result;
use crate::http::{Call, Request};

/// A query: what to ask, with its parameters, until one of its forms of answer is called for.
#[must_use = "a query does nothing until a form of its answer is awaited"]
#[derive(Clone)]
pub struct Query<L> {
    pub(super) client: Client,
    pub(super) language: L,
}

/// A language that servers can be asked in: [`Flux`](super::Flux), [`InfluxQl`](super::InfluxQl) or [`Sql`](super::Sql).
pub trait Language: sealed::Prepare + Clone + fmt::Debug + Send + 'static {}

/// The form in which an answer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Rows with their types.
    Rows,
    /// Text, as the language's users know it.
    Text,
}

/// A request, and what reads its answer.
pub(crate) struct Prepared {
    pub(crate) request: Request,
    pub(crate) decoder: Decoder,
}

pub(super) mod sealed {
    use super::{Client, Form, Prepared, Result};

    pub trait Prepare {
        /// # Errors
        ///
        /// The query is set up wrongly.
        fn prepare(&self, client: &Client, form: Form) -> Result<Prepared>;
    }
}

impl<L: Language> Query<L> {
    pub(super) fn new(client: &Client, language: L) -> Self {
        Self { client: client.clone(), language }
    }

    /// The rows as they stand in the answer, each as long as the next one is not asked for: the way without a copy.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; [`Config`](crate::ErrorKind::Config) if the query is set
    /// up wrongly. What comes behind the first row, the [`Cursor`] tells.
    pub fn cursor(self) -> Call<Cursor> {
        self.opened(Form::Rows, Ok)
    }

    /// The rows as [`Record`]s, whose values have the types that the answer names.
    ///
    /// # Errors
    ///
    /// As [`cursor`](Self::cursor).
    pub fn records(self) -> Call<Rows<Record>> {
        self.opened(Form::Rows, |cursor| {
            Ok(Rows::new(cursor, |cursor| Record::of(cursor.row()).map_err(|error| cursor.misfit(error))))
        })
    }

    /// The rows as values of a type.
    ///
    /// # Errors
    ///
    /// As [`cursor`](Self::cursor).
    pub fn rows<T: FromRowOwned>(self) -> Call<Rows<T>> {
        self.opened(Form::Rows, |cursor| Ok(Rows::new(cursor, |cursor| cursor.read::<T>())))
    }

    fn opened<T: 'static>(
        self,
        form: Form,
        then: impl FnOnce(Cursor) -> Result<T> + Send + 'static,
    ) -> Call<T> {
        let Self { client, language } = self;
        let Prepared { mut request, decoder } = match language.prepare(&client, form) {
            Ok(prepared) => prepared,
            Err(error) => return Call::settled(Err(error)),
        };
        request.limits = Some(client.query_limits());
        Call::future(request.label(), move || {
            Box::pin(async move { then(Cursor::new(client.open(&request).await?, decoder)) })
        })
    }
}

/// Prints the query's text, which holds no parameters.
impl<L: fmt::Debug> fmt::Debug for Query<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.language.fmt(f)
    }
}
