//! A query of any language, and the forms in which its answer can be had.

use std::fmt;

use ::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::decode::Decoder;
use super::{Cursor, FromRowOwned, Profilers, Record, Rows, Tables};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{Arriving, ByteStream, Call, Request};

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
    /// Whose rows are none of the query.
    pub(crate) profilers: Option<Profilers>,
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
        self.decoded(Form::Rows, |cursor| cursor)
    }

    /// The rows as [`Record`]s, whose values have the types that the answer names.
    ///
    /// # Errors
    ///
    /// As [`cursor`](Self::cursor).
    pub fn records(self) -> Call<Rows<Record>> {
        self.decoded(Form::Rows, |cursor| Rows::new(cursor, Cursor::record))
    }

    /// The rows as values of a type, unpivoted rows of Flux made wide: see [`FromRow`](super::FromRow).
    ///
    /// # Errors
    ///
    /// As [`cursor`](Self::cursor).
    pub fn rows<T: FromRowOwned>(self) -> Call<Rows<T>> {
        self.decoded(Form::Rows, |cursor| Rows::new(cursor.pivoted_for::<T>(), |cursor| cursor.read::<T>()))
    }

    /// The rows as values of any type that serde reads: structs by the names of the columns, tuples by their order. Rows
    /// stay as they stand in the answer: see [`Row::deserialize`](super::Row::deserialize).
    ///
    /// # Errors
    ///
    /// As [`cursor`](Self::cursor).
    pub fn deserialize<T: DeserializeOwned + Send + 'static>(self) -> Call<Rows<T>> {
        self.decoded(Form::Rows, |cursor| Rows::new(cursor, Cursor::deserialize))
    }

    /// All tables with all of their records. They must fit in memory.
    ///
    /// # Errors
    ///
    /// As [`cursor`](Self::cursor), and as [`Cursor::next`].
    pub fn tables(self) -> Call<Tables> {
        self.records().then(async |records| Ok(records.collect().await?.into_iter().collect()))
    }

    /// All records as a list of objects: [`Tables::to_json`]. They must fit in memory.
    ///
    /// # Errors
    ///
    /// As [`tables`](Self::tables).
    pub fn json(self) -> Call<serde_json::Value> {
        self.tables().then(async |tables| Ok(tables.to_json()))
    }

    /// The answer as CSV: every line of it as a list of texts, with its annotations and headers, without blank lines.
    ///
    /// # Errors
    ///
    /// As [`cursor`](Self::cursor).
    pub fn csv(self) -> Call<Rows<Vec<String>>> {
        self.decoded(Form::Text, |cursor| {
            Rows::new(cursor, |cursor| {
                let row = cursor.row();
                Ok((0..row.len())
                    .filter_map(|place| row.cell(place))
                    .map(|cell| cell.text().to_owned())
                    .collect())
            })
        })
    }

    /// The answer as it is, byte by byte.
    ///
    /// # Errors
    ///
    /// As [`cursor`](Self::cursor); but what the server reports behind the first byte stands in the bytes.
    pub fn raw(self) -> Call<ByteStream> {
        self.opened(Form::Text, |answer, _, _| Ok(ByteStream::new(answer)))
    }

    fn decoded<T: 'static>(self, form: Form, then: impl FnOnce(Cursor) -> T + Send + 'static) -> Call<T> {
        self.opened(form, move |answer, decoder, profilers| {
            if form == Form::Rows {
                is_of_rows(&answer)?;
            }
            Ok(then(Cursor::new(ByteStream::new(answer), decoder, profilers)))
        })
    }

    fn opened<T: 'static>(
        self,
        form: Form,
        then: impl FnOnce(Arriving, Decoder, Option<Profilers>) -> Result<T> + Send + 'static,
    ) -> Call<T> {
        let Self { client, language } = self;
        let Prepared { request, decoder, profilers } = match language.prepare(&client, form) {
            Ok(prepared) => prepared,
            Err(error) => return Call::settled(Err(error)),
        };
        sent(client, request, move |answer| then(answer, decoder, profilers))
    }
}

/// A call that sends the request of a query, and has its answer taken over while it arrives.
pub(super) fn sent<T: 'static>(
    client: Client,
    mut request: Request,
    then: impl FnOnce(Arriving) -> Result<T> + Send + 'static,
) -> Call<T> {
    request.limits = Some(client.query_limits());
    Call::future(request.label(), move || Box::pin(async move { then(client.open(&request).await?) }))
}

/// # Errors
///
/// The answer says of itself that it is a page or a text, as those of proxies do, which could be read as rows.
pub(super) fn is_of_rows(answer: &Arriving) -> Result<()> {
    let content_type =
        answer.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if ["text/html", "text/plain"].iter().any(|other| kind.eq_ignore_ascii_case(other)) {
        let what = format!("the answer is {kind} and no rows: does it come from an InfluxDB?");
        return Err(Error::decode(answer.request.clone(), answer.status, what));
    }
    Ok(())
}

/// Prints the text of the query and the names of its parameters.
impl<L: fmt::Debug> fmt::Debug for Query<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.language.fmt(f)
    }
}
