//! InfluxQL: the query language of InfluxDB 1, which 2 and 3 have, too.

use std::num::NonZeroU32;

use ::http::Method;
use ::http::header::ACCEPT;
use secrecy::{ExposeSecret, SecretString};

use super::csv::Csv;
use super::decode::Decoder;
use super::forms::{Form, Language, Prepared, Query, sealed};
use super::params::Params;
use super::series::Series;
use super::v3::{self, Question};
use super::{Notify, Param, ServerMessage};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{ByteStream, Call, Request};
use crate::line::Precision;
use crate::write::{Destination, Dialect};

/// A query in InfluxQL, made by [`Client::influxql`].
#[derive(Debug, Clone)]
pub struct InfluxQl {
    text: Text,
    database: Option<String>,
    retention_policy: Option<String>,
    params: Params,
    epoch: Option<Precision>,
    chunked: Option<NonZeroU32>,
    dialect: Option<Dialect>,
    notify: Notify,
}

/// The statements.
#[derive(Debug, Clone)]
enum Text {
    Plain(String),
    /// With a password in it, which is named beside it.
    Secret {
        text: SecretString,
        password: SecretString,
    },
}

impl Text {
    fn expose(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret { text, .. } => text.expose_secret(),
        }
    }
}

impl InfluxQl {
    fn new(text: Text) -> Self {
        Self {
            text,
            database: None,
            retention_policy: None,
            params: Params::default(),
            epoch: None,
            chunked: None,
            dialect: None,
            notify: Notify::default(),
        }
    }

    /// A name of a database, a measurement, a tag, a field or a user as it stands in a query: in double quotes, and with
    /// what would end them escaped.
    ///
    /// ```
    /// use influx_core::query::InfluxQl;
    ///
    /// let query = format!("SELECT * FROM {}", InfluxQl::identifier(r#"my "table""#)?);
    /// assert_eq!(query, r#"SELECT * FROM "my \"table\"""#);
    /// # Ok::<(), influx_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): it is empty, or holds NUL or a carriage return, which InfluxQL has no words
    /// for.
    pub fn identifier(name: &str) -> Result<String> {
        if name.is_empty() {
            return Err(Error::config("a name for a query is empty"));
        }
        quoted(name, '"')
    }

    /// A text as it stands in a query: in single quotes, and with what would end them escaped. A parameter does without:
    /// [`Query::param`].
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): it holds NUL or a carriage return, which InfluxQL has no words for.
    pub fn string(text: &str) -> Result<String> {
        quoted(text, '\'')
    }

    /// `/query` of 1.x, and of 2.x and 3.x by their compatible paths.
    fn for_v1(&self, client: &Client, form: Form) -> Result<Prepared> {
        let (database, policy) = client.destination().map(Destination::database_and_policy).unzip();
        let unit = self.epoch.unwrap_or(Precision::Nanoseconds);
        let request = Request::new(Method::POST, "/query")
            .query_opt("db", self.database.as_deref().or(database))
            .query(
                "epoch",
                match unit {
                    Precision::Nanoseconds => "ns",
                    Precision::Microseconds => "u",
                    Precision::Milliseconds => "ms",
                    Precision::Seconds => "s",
                },
            )
            .compressed(client);
        let mut fields = vec![("q", self.text.expose())];
        let default = policy.flatten().filter(|_| self.database.is_none());
        if let Some(policy) = self.retention_policy.as_deref().or(default) {
            fields.push(("rp", policy));
        }
        let params = self.params.influxql()?;
        if let Some(params) = &params {
            fields.push(("params", params));
        }
        // what comes in one piece, the server's max-row-limit cuts; and of CSV, without a word
        fields.push(("chunked", "true"));
        let size = self.chunked.map(|size| size.to_string());
        if let Some(size) = &size {
            fields.push(("chunk_size", size));
        }
        let (accept, decoder) = match form {
            Form::Rows => {
                ("application/json", Decoder::Series(Box::new(Series::new(unit, self.notify.clone()))))
            }
            Form::Text => ("application/csv", Decoder::Csv(Box::new(Csv::plain(b',')))),
        };
        Ok(Prepared { request: request.header(ACCEPT, accept).form(&fields), decoder, profilers: None })
    }

    /// `/api/v3/query_influxql`.
    ///
    /// # Errors
    ///
    /// Something is set that only 1.x knows.
    fn question(&self) -> Result<Question<'_>> {
        for (name, set) in [
            ("retention_policy", self.retention_policy.is_some()),
            ("epoch", self.epoch.is_some()),
            ("chunked", self.chunked.is_some()),
        ] {
            if set {
                let advice = "leave it out, or ask by Dialect::V1";
                return Err(Error::config(format!("{name} is not known to queries of InfluxDB 3: {advice}")));
            }
        }
        let path = "/api/v3/query_influxql";
        let database = self.database.as_deref();
        Ok(Question { path, database, text: self.text.expose(), params: &self.params })
    }

    /// # Errors
    ///
    /// There is nothing to ask.
    fn check(&self) -> Result<()> {
        if self.text.expose().trim().is_empty() {
            return Err(Error::config("the query is empty"));
        }
        Ok(())
    }

    /// The request with what follows from the text: whether it may be sent again, and what must not be shown.
    fn guarded(&self, mut request: Request) -> Request {
        if let Text::Secret { password, .. } = &self.text {
            request.secrets.add(password.clone());
            if let Ok(quoted) = quoted(password.expose_secret(), '\'') {
                // an echo of the statement has it so, without its quotes
                request.secrets.add(quoted[1..quoted.len() - 1].to_owned());
            }
        }
        request.idempotent(only_reads(self.text.expose()))
    }

    /// The request for an answer in Parquet.
    fn parquet(&self, client: &Client) -> Result<Request> {
        self.check()?;
        match self.dialect.unwrap_or(client.dialect()) {
            Dialect::V3 => Ok(self.guarded(self.question()?.parquet(client)?)),
            Dialect::V1 | Dialect::V2 => Err(Error::config(
                "only InfluxDB 3 answers in Parquet: for it, say Dialect::V3, and else read the rows",
            )),
        }
    }
}

/// Raw newlines end a text, as does what else is escaped here. A carriage return is read as a newline, and NUL as the
/// end of the query.
fn quoted(text: &str, quote: char) -> Result<String> {
    if let Some(bad) = text.chars().find(|c| matches!(c, '\0' | '\r')) {
        return Err(Error::config(format!(
            "{text:?} cannot stand in a query: InfluxQL has no words for {bad:?}"
        )));
    }
    let inner = text.replace('\\', r"\\").replace('\n', r"\n").replace(quote, &format!(r"\{quote}"));
    Ok(format!("{quote}{inner}{quote}"))
}

/// Whether all statements only read: asking twice is then as asking once. What is not known for sure counts as writing.
fn only_reads(text: &str) -> bool {
    let words = |text: &str| {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.filter(|word| !word.is_empty()).map(str::to_ascii_uppercase).collect::<Vec<_>>()
    };
    let reads = |statement: &str| {
        ["SELECT", "SHOW", "EXPLAIN"]
            .iter()
            .any(|verb| statement.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb)))
    };
    // a semicolon in a text makes a part of its own, which begins with none of these words
    let mut statements = text.split(';').map(str::trim).filter(|statement| !statement.is_empty());
    statements.all(reads) && !words(text).contains(&"INTO".to_owned())
}

impl Language for InfluxQl {}

impl sealed::Prepare for InfluxQl {
    fn prepare(&self, client: &Client, form: Form) -> Result<Prepared> {
        self.check()?;
        let prepared = match self.dialect.unwrap_or(client.dialect()) {
            Dialect::V1 | Dialect::V2 => self.for_v1(client, form),
            Dialect::V3 => self.question()?.prepare(client, form),
        }?;
        Ok(Prepared { request: self.guarded(prepared.request), ..prepared })
    }
}

impl Client {
    /// A query in InfluxQL: of 1.x and 2.x by `/query`, of 3.x by `/api/v3/query_influxql`, as the client's [`Dialect`]
    /// says.
    ///
    /// What broke off is tried again only if all statements begin with `SELECT`, `SHOW` or `EXPLAIN` and the word `INTO`
    /// is not there.
    ///
    /// # Rows
    ///
    /// Each row has the name of its series in the column `iox::measurement`, the tags by which it is grouped, its
    /// values, and the number of its statement, from 0, in the column `statement_id`; in 3.x no such number. The rows of
    /// several statements follow each other.
    ///
    /// 1.x writes the float `1.0` as `1`. So a number without point and exponent is an integer in a
    /// [`Value`](super::Value); read into a type, it is what the type says.
    ///
    /// # CSV
    ///
    /// As CSV, 1.x leaves out what went wrong in a statement. Rows tell it.
    ///
    /// ```no_run
    /// # async fn run(client: influx_core::Client) -> influx_core::Result<()> {
    /// let query = client.influxql("SELECT usage FROM cpu WHERE host = $host").database("telegraf");
    /// let mut rows = query.param("host", "it's mine").cursor().await?;
    /// while let Some(row) = rows.next().await? {
    ///     println!("{:?}", row.get("usage"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn influxql(&self, text: impl Into<String>) -> Query<InfluxQl> {
        Query::new(self, InfluxQl::new(Text::Plain(text.into())))
    }

    /// As [`influxql`](Self::influxql), with a statement that holds a password and so must be shown nowhere.
    pub(crate) fn influxql_secret(&self, text: String, password: &str) -> Query<InfluxQl> {
        Query::new(self, InfluxQl::new(Text::Secret { text: text.into(), password: password.into() }))
    }
}

impl Query<InfluxQl> {
    /// The database. Default: that of the client's [`destination`](Client::destination), or what the text names.
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.language.database = Some(name.into());
        self
    }

    /// The retention policy of measurements that name none. Default: the database's own; not for 3.x.
    pub fn retention_policy(mut self, name: impl Into<String>) -> Self {
        self.language.retention_policy = Some(name.into());
        self
    }

    /// Binds a value to `$name` in the text: it is sent beside it. Names of measurements and the like cannot be bound:
    /// [`InfluxQl::identifier`].
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Param>) -> Self {
        self.language.params.set(name.into(), value.into());
        self
    }

    /// The unit in which times are sent; finer digits are cut off. Default: nanoseconds, which lose nothing; not for
    /// 3.x, whose times have all digits.
    pub fn epoch(mut self, unit: Precision) -> Self {
        self.language.epoch = Some(unit);
        self
    }

    /// The number of rows in each chunk of the answer. Default: the server's, which is 10,000; not for 3.x. The answer
    /// always comes in chunks, so that the server's `max-row-limit` does not cut it.
    pub fn chunked(mut self, rows: NonZeroU32) -> Self {
        self.language.chunked = Some(rows);
        self
    }

    /// How the server is asked. Default: the client's [`Dialect`].
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.language.dialect = Some(dialect);
        self
    }

    /// Called with what the server says beside the rows, such as that a form of the query is deprecated, while the rows
    /// are read. Default: an event of `tracing`, or without that feature a line on stderr.
    pub fn on_message(mut self, callback: impl Fn(&ServerMessage) + Send + Sync + 'static) -> Self {
        self.language.notify = Notify::new(callback);
        self
    }

    /// The answer as a file of Apache Parquet, byte by byte: with the types of the columns, and times to the nanosecond.
    /// InfluxDB 3 alone has it.
    ///
    /// # Errors
    ///
    /// As [`cursor`](Self::cursor); and [`Config`](crate::ErrorKind::Config) for a [`Dialect`] of 1.x or 2.x. Whether the
    /// bytes are a whole file, only who reads them sees.
    pub fn parquet(self) -> Call<ByteStream> {
        let request = self.language.parquet(&self.client);
        v3::file(self.client, request)
    }
}

#[cfg(test)]
mod tests;
