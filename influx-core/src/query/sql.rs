//! SQL: the query language of InfluxDB 3.

use super::Param;
use super::forms::{Form, Language, Prepared, Query, sealed};
use super::params::Params;
use super::v3::{self, Question};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{ByteStream, Call};

/// A query in SQL, made by [`Client::sql`].
#[derive(Debug, Clone)]
pub struct Sql {
    text: String,
    database: Option<String>,
    params: Params,
}

impl Sql {
    /// A name of a table or a column as it stands in a query: in double quotes, and with those in it doubled.
    ///
    /// ```
    /// assert_eq!(influx_core::query::Sql::identifier(r#"a "b""#), r#""a ""b""""#);
    /// ```
    #[must_use]
    pub fn identifier(name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    /// A text as it stands in a query: in single quotes, and with those in it doubled. A parameter does without:
    /// [`Query::param`].
    ///
    /// ```
    /// assert_eq!(influx_core::query::Sql::string("it's"), "'it''s'");
    /// ```
    #[must_use]
    pub fn string(text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }
}

impl Language for Sql {}

impl sealed::Prepare for Sql {
    fn prepare(&self, client: &Client, form: Form) -> Result<Prepared> {
        let mut prepared = self.question(client)?.prepare(client, form)?;
        prepared.request.idempotent = true; // nothing but reading can be asked for in this way
        Ok(prepared)
    }
}

impl Sql {
    /// # Errors
    ///
    /// It is empty, or has no database.
    fn question(&self, client: &Client) -> Result<Question<'_>> {
        if self.text.trim().is_empty() {
            return Err(Error::config("the query is empty"));
        }
        if self.database.is_none() && client.destination().is_none() {
            return Err(Error::config("no database for the query: name it with database()"));
        }
        Ok(Question {
            path: "/api/v3/query_sql",
            database: self.database.as_deref(),
            text: &self.text,
            params: &self.params,
        })
    }
}

impl Client {
    /// A query in SQL, for InfluxDB 3.
    ///
    /// # Rows
    ///
    /// The server writes times as text. Those of the column `time` are times; in other columns they are strings, which
    /// read into types of time as well. Numbers with a point or an exponent are doubles, others integers. The server
    /// leaves out what is null: until a column has a value, it is not there. JSON has no words for NaN and infinities, which
    /// so are null, too.
    pub fn sql(&self, text: impl Into<String>) -> Query<Sql> {
        Query::new(self, Sql { text: text.into(), database: None, params: Params::default() })
    }
}

impl Query<Sql> {
    /// The database. Default: that of the client's [`destination`](Client::destination).
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.language.database = Some(name.into());
        self
    }

    /// Binds a value to `$name` in the text: it is sent beside it.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Param>) -> Self {
        self.language.params.set(name.into(), value.into());
        self
    }

    /// The answer as a file of Apache Parquet, byte by byte: with the types of the columns, and times to the nanosecond.
    ///
    /// # Errors
    ///
    /// As [`cursor`](Self::cursor). Whether the bytes are a whole file, only who reads them sees.
    pub fn parquet(self) -> Call<ByteStream> {
        let request =
            self.language.question(&self.client).and_then(|question| question.parquet(&self.client));
        v3::file(self.client, request.map(|request| request.idempotent(true)))
    }
}
