//! Flux: the query language of InfluxDB 2, and of 1.8.

mod dialect;
mod effect;
mod profiler;
mod text;

use std::fmt;
use std::sync::Arc;

use ::http::Method;
use ::http::header::ACCEPT;
use serde_json::{Map, Value as Json, json};

pub use self::dialect::{Annotation, CsvDialect, DateTimeFormat};
pub use self::profiler::Profiler;
pub(crate) use self::profiler::Profilers;
use super::csv::Csv;
use super::decode::Decoder;
use super::forms::{Form, Language, Prepared, Query, sealed};
use super::{Param, Record};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::line::{Epoch, Precision, Timestamp};
use crate::write::Dialect;

/// A Flux query, made by [`Client::query`].
#[derive(Clone)]
pub struct Flux {
    text: String,
    org: Option<String>,
    params: Vec<(String, Param)>,
    binding: Option<Binding>,
    now: Option<Option<Epoch>>,
    dialect: Option<CsvDialect>,
    profilers: Profilers,
}

/// How the parameters of a Flux query reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Binding {
    /// As variables that the query finds defined: `from(bucket: bucket)`. InfluxDB OSS knows only these.
    Extern,
    /// As members of `params`: `from(bucket: params.bucket)`. For InfluxDB Cloud. Moments and lengths of time are text
    /// there: `time(v: params.since)`, `duration(v: params.every)`.
    Params,
}

impl Client {
    /// A query in Flux, the language of InfluxDB 2 and Cloud, and of 1.8 where it is turned on.
    ///
    /// Names and values from elsewhere belong into [`param`](Query::param), which the server binds, and never into the
    /// text.
    ///
    /// What broke off is tried again only if nothing in the text may act: it has no word `to` or `wideTo`, and imports no
    /// package but those that only read or compute, such as `math` or `influxdata/influxdb/schema`.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::start()?;
    /// let client = Client::builder(server.url()).org("my-org").build()?;
    /// client.write("rooms", "climate,room=hall temperature=21.5 1700000000000000000").await?;
    ///
    /// let query = r#"from(bucket: bucket) |> range(start: 0) |> filter(fn: (r) => r.room == room)"#;
    /// let mut records = client.query(query).param("bucket", "rooms").param("room", "hall").records().await?;
    /// let record = records.next().await?.ok_or("no record")?;
    /// assert_eq!((record.field(), &record["_value"]), (Some("temperature"), &21.5.into()));
    /// assert!(records.next().await?.is_none());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    pub fn query(&self, flux: impl Into<String>) -> Query<Flux> {
        let language = Flux {
            text: flux.into(),
            org: None,
            params: Vec::new(),
            binding: None,
            now: None,
            dialect: None,
            profilers: self.profilers().clone(),
        };
        Query::new(self, language)
    }
}

impl Query<Flux> {
    /// The organisation, by name or id. Default: the client's. InfluxDB 1.8 and Cloud need none.
    pub fn org(mut self, org: impl Into<String>) -> Self {
        self.language.org = Some(org.into());
        self
    }

    /// Binds a parameter. The same name again replaces the value. See [`Binding`] for how the query names it.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Param>) -> Self {
        let (name, value) = (name.into(), value.into());
        match self.language.params.iter_mut().find(|(other, _)| *other == name) {
            Some((_, other)) => *other = value,
            None => self.language.params.push((name, value)),
        }
        self
    }

    /// How parameters reach the server. Default: [`Binding::Params`] towards `*.influxdata.com`, else
    /// [`Binding::Extern`].
    pub fn binding(mut self, binding: Binding) -> Self {
        self.language.binding = Some(binding);
        self
    }

    /// What `now()` is in the query. Default: the server's time.
    pub fn now(mut self, now: impl Timestamp) -> Self {
        self.language.now = Some(now.to_epoch());
        self
    }

    /// How the CSV of [`raw`](Self::raw) and [`csv`](Self::csv) is laid out; for other forms it is an error. Default:
    /// [`CsvDialect::new`].
    pub fn dialect(mut self, dialect: CsvDialect) -> Self {
        self.language.dialect = Some(dialect);
        self
    }

    /// What the server measures while it runs the query. Default: what [`ClientBuilder::profilers`] says.
    ///
    /// The results are told to [`on_profile`](Self::on_profile) and are no rows of the query, except in the text of
    /// [`raw`](Self::raw) and [`csv`](Self::csv).
    ///
    /// [`ClientBuilder::profilers`]: crate::ClientBuilder::profilers
    pub fn profilers(mut self, profilers: impl IntoIterator<Item = Profiler>) -> Self {
        self.language.profilers.enabled = profilers.into_iter().collect();
        self
    }

    /// Called with each result of the profilers, while the rows are read. Default: an event of `tracing`, or without that
    /// feature a line on stderr.
    pub fn on_profile(mut self, callback: impl Fn(&Record) + Send + Sync + 'static) -> Self {
        self.language.profilers.callback = Some(Arc::new(callback));
        self
    }
}

/// Prints the text and the names of the parameters.
impl fmt::Debug for Flux {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.params.iter().map(|(name, _)| name).collect();
        f.debug_struct("Flux").field("text", &self.text).field("params", &names).finish_non_exhaustive()
    }
}

impl Language for Flux {}

impl sealed::Prepare for Flux {
    fn prepare(&self, client: &Client, form: Form) -> Result<Prepared> {
        if self.text.trim().is_empty() {
            return Err(Error::config("the query is empty"));
        }
        if client.dialect() == Dialect::V3 {
            return Err(Error::config("InfluxDB 3 has no Flux: ask by sql() or influxql()"));
        }
        if self.dialect.is_some() && form == Form::Rows {
            return Err(Error::config("a dialect has effect on raw() and csv() only: leave it out"));
        }
        let dialect = self.dialect.clone().unwrap_or_default();
        let delimiter = dialect.checked()?;
        let mut body = json!({ "query": self.text, "type": "flux", "dialect": dialect });
        self.bind(self.binding.unwrap_or_else(|| by_host(client.url())), &mut body)?;
        if let Some(now) = self.now {
            let now = now.filter(|now| now.to_precision(Precision::Nanoseconds).is_some());
            let now = now.ok_or_else(|| Error::config("now is no moment that servers know, 1677 to 2262"))?;
            body["now"] = json!(now.to_string());
        }
        let request = Request::new(Method::POST, "/api/v2/query")
            .query_opt("org", self.org.as_deref().or(client.org()))
            .header(ACCEPT, "application/csv")
            .json(&body)?
            .idempotent(effect::only_reads(&self.text))
            .compressed(client);
        let decoder = match form {
            Form::Rows => Csv::annotated(),
            Form::Text => Csv::plain(delimiter),
        };
        let profilers =
            Some(self.profilers.clone()).filter(|all| form == Form::Rows && !all.enabled.is_empty());
        Ok(Prepared { request, decoder: Decoder::Csv(Box::new(decoder)), profilers })
    }
}

impl Flux {
    /// Adds parameters and profilers to the body.
    fn bind(&self, binding: Binding, body: &mut Json) -> Result<()> {
        let unusable = |name: &str, why: &str| Error::config(format!("the parameter {name:?} {why}"));
        for (name, _) in &self.params {
            if !is_identifier(name) {
                let why = "is no name of Flux: letters, digits and underscores, the first no digit";
                return Err(unusable(name, why));
            }
        }
        let (mut imports, mut statements) = (Vec::new(), Vec::new());
        if let Some((import, option)) = self.profilers.ast() {
            imports.push(import);
            statements.push(option);
        }
        match binding {
            Binding::Params if self.params.is_empty() => {}
            Binding::Params => {
                if !statements.is_empty() {
                    let why = "InfluxDB takes either: bind by Binding::Extern, or leave the profilers out";
                    return Err(Error::config(format!("params and profilers in one query: {why}")));
                }
                let pair = |(name, value): &(String, Param)| {
                    Ok((name.clone(), value.json().map_err(|why| unusable(name, why))?))
                };
                body["params"] = Json::Object(self.params.iter().map(pair).collect::<Result<Map<_, _>>>()?);
            }
            Binding::Extern => {
                for (name, value) in &self.params {
                    let assignment = json!({
                        "type": "VariableAssignment",
                        "id": { "type": "Identifier", "name": name },
                        "init": value.expression().map_err(|why| unusable(name, why))?,
                    });
                    statements.push(json!({ "type": "OptionStatement", "assignment": assignment }));
                }
            }
        }
        if !statements.is_empty() {
            body["extern"] = json!({ "type": "File", "imports": imports, "body": statements });
        }
        Ok(())
    }
}

/// What the server of this address takes.
fn by_host(url: &str) -> Binding {
    let uri = url.parse::<::http::Uri>().ok();
    let host = uri.as_ref().and_then(::http::Uri::host).unwrap_or_default().to_ascii_lowercase();
    if host.ends_with(".influxdata.com") { Binding::Params } else { Binding::Extern }
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next();
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::sealed::Prepare as _;
    use super::*;
    use crate::line::{Nanos, Seconds};

    fn client(url: &str) -> Client {
        Client::builder(url).org("o").build().unwrap()
    }

    fn prepared(query: &Query<Flux>, form: Form) -> (Request, Json) {
        let request = query.language.prepare(&query.client, form).unwrap().request;
        let body = serde_json::from_slice(&request.body).unwrap();
        (request, body)
    }

    fn refused(query: &Query<Flux>, form: Form) -> String {
        let error = query.language.prepare(&query.client, form).map(|prepared| prepared.request).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Config);
        error.to_string()
    }

    #[test]
    fn the_request_says_all_that_was_set() {
        let client = client("http://localhost:8086");
        let (request, body) = prepared(&client.query("buckets()"), Form::Rows);
        assert_eq!(request.target(), "/api/v2/query?org=o");
        assert!(request.idempotent);
        assert!(!prepared(&client.query(r#"x |> to(bucket: "b")"#), Form::Rows).0.idempotent);
        let all = json!({
            "header": true, "annotations": ["datatype", "group", "default"], "delimiter": ",",
            "commentPrefix": "#", "dateTimeFormat": "RFC3339",
        });
        assert_eq!(body, json!({ "query": "buckets()", "type": "flux", "dialect": all }));

        let dialect = CsvDialect::new()
            .header(false)
            .annotations([Annotation::Default])
            .delimiter(';')
            .comment_prefix("")
            .date_time_format(DateTimeFormat::Rfc3339Nano);
        let query = client.query("x").org("a&b").now(Nanos(1)).dialect(dialect);
        let (request, body) = prepared(&query, Form::Text);
        assert_eq!(request.target(), "/api/v2/query?org=a%26b");
        assert_eq!(body["now"], "1970-01-01T00:00:00.000000001Z");
        let said = json!({
            "header": false, "annotations": ["default"], "delimiter": ";", "commentPrefix": "",
            "dateTimeFormat": "RFC3339Nano",
        });
        assert_eq!(body["dialect"], said);
    }

    #[test]
    fn parameters_are_bound_as_the_server_takes_them() {
        let query = |url: &str| client(url).query("from(bucket: b)").param("b", "x").param("b", "y\") //");
        let (_, body) = prepared(&query("http://localhost:8086"), Form::Rows);
        let id = json!({ "type": "Identifier", "name": "b" });
        let text = json!({ "type": "StringLiteral", "value": "y\") //" });
        let assignment = json!({ "type": "VariableAssignment", "id": id, "init": text });
        let body_of = json!([{ "type": "OptionStatement", "assignment": assignment }]);
        assert_eq!(body["extern"], json!({ "type": "File", "imports": [], "body": body_of }));
        assert!(body.get("params").is_none());
        assert_eq!(body["query"], "from(bucket: b)", "nothing is pasted into the text");

        let cloud = query("https://us-east-1-1.aws.cloud2.influxdata.com");
        for query in [cloud, query("http://localhost:8086").binding(Binding::Params)] {
            let (_, body) = prepared(&query, Form::Rows);
            assert_eq!(body["params"], json!({ "b": "y\") //" }));
            assert!(body.get("extern").is_none());
        }
    }

    #[test]
    fn profilers_are_turned_on_by_an_option() {
        let builder =
            Client::builder("http://localhost:8086").profilers([Profiler::Query, Profiler::Operator]);
        let query = builder.build().unwrap().query("x");
        let (_, body) = prepared(&query, Form::Rows);
        let file = &body["extern"];
        assert_eq!(file["imports"][0]["path"]["value"], "profiler");
        let option = &file["body"][0]["assignment"];
        assert_eq!(option["member"]["property"]["name"], "enabledProfilers");
        assert_eq!(option["init"]["elements"][1]["value"], "operator");
        let (_, body) = prepared(&query.profilers([]), Form::Rows);
        assert!(body.get("extern").is_none());
    }

    #[test]
    fn what_cannot_be_asked_is_refused_with_its_name() {
        let query = || client("http://localhost:8086").query("x");
        let dialect = |delimiter| CsvDialect::new().delimiter(delimiter);
        let table = [
            (refused(&client("http://h").query(" \n"), Form::Rows), "the query is empty"),
            (
                refused(
                    &Client::builder("http://h").dialect(Dialect::V3).build().unwrap().query("x"),
                    Form::Rows,
                ),
                "InfluxDB 3 has no Flux",
            ),
            (refused(&query().param("a b", 1), Form::Rows), "\"a b\" is no name of Flux"),
            (refused(&query().param("1a", 1), Form::Rows), "\"1a\" is no name of Flux"),
            (refused(&query().param("", 1), Form::Rows), "\"\" is no name of Flux"),
            (refused(&query().param("p", f64::NAN), Form::Rows), "\"p\" is not a finite number"),
            (refused(&query().now(Seconds(i64::MAX)), Form::Rows), "now is no moment"),
            (
                refused(&query().dialect(CsvDialect::new()), Form::Rows),
                "a dialect has effect on raw() and csv()",
            ),
            (refused(&query().dialect(dialect('"')), Form::Text), "the delimiter '\"' cannot be used"),
            (refused(&query().dialect(dialect('é')), Form::Text), "the delimiter 'é' cannot be used"),
            (
                refused(&query().dialect(CsvDialect::new().comment_prefix("//")), Form::Text),
                "longer than one",
            ),
            (
                refused(
                    &query().binding(Binding::Params).param("p", 1).profilers([Profiler::Query]),
                    Form::Rows,
                ),
                "params and profilers in one query",
            ),
        ];
        for (message, part) in table {
            assert!(message.contains(part), "{message:?} lacks {part:?}");
        }
    }
}
