//! The paths and parameters of writes, version by version, and nowhere else.

use std::fmt;

use ::http::Method;
use ::http::header::{ACCEPT, CONTENT_TYPE};

use super::Destination;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::line::Precision;

/// How a server wants to be written to. The path and the server's age are separate: 1.8 and 3 take v2, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Dialect {
    /// `/write`: InfluxDB 1.
    V1,
    /// `/api/v2/write`: InfluxDB 2, Cloud, and 1.8 and 3 by their compatible paths.
    #[default]
    V2,
    /// `/api/v3/write_lp`: InfluxDB 3.
    V3,
}

/// Prints `v1`, `v2` or `v3`.
impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
            Self::V3 => "v3",
        })
    }
}

impl Dialect {
    /// The request, but for its body, and not yet repeatable: that depends on the lines. `org` is the client's.
    ///
    /// # Errors
    ///
    /// The destination lacks what this dialect needs, or says what it has no words for.
    pub(super) fn write(self, to: &Destination, org: Option<&str>, precision: Precision) -> Result<Request> {
        let to = Place::new(to)?;
        let request = match self {
            Self::V1 => to.v1(precision),
            Self::V2 => to.v2(org, precision),
            Self::V3 => to.v3(precision),
        }?;
        Ok(request.header(CONTENT_TYPE, "text/plain; charset=utf-8").header(ACCEPT, "application/json"))
    }

    /// The request that deletes points, but for its body, of a client that writes by this dialect; `org` is the client's.
    ///
    /// # Errors
    ///
    /// The destination lacks what this dialect needs, or the dialect has no such request.
    pub(crate) fn delete(self, to: &Destination, org: Option<&str>) -> Result<Request> {
        let instead = match to.dialect_or(self) {
            Self::V1 => "send DELETE or DROP SERIES as a query in InfluxQL",
            Self::V2 => {
                let request = Request::new(Method::POST, "/api/v2/delete").idempotent(true);
                return Ok(Place::new(to)?.in_bucket(request, org)?.header(ACCEPT, "application/json"));
            }
            Self::V3 => "drop the table or the database, or let retention delete old rows",
        };
        Err(Error::config(format!(
            "a server that is written to by {} has no such delete: {instead}",
            to.dialect_or(self)
        )))
    }
}

/// A destination whose names are not empty.
struct Place<'a>(&'a Destination);

impl<'a> Place<'a> {
    fn new(to: &'a Destination) -> Result<Self> {
        let empty = |text: Option<&str>| text == Some("");
        if to.name.is_empty() {
            let what = if to.database { "database" } else { "bucket" };
            return Err(Error::config(format!("the name of the {what} is empty")));
        }
        if empty(to.org.as_deref()) {
            return Err(Error::config("the organisation is empty: name it, or do not call Destination::org"));
        }
        if empty(to.retention_policy.as_deref()) {
            let advice = "name it, or do not call Destination::retention_policy";
            return Err(Error::config(format!("the retention policy is empty: {advice}")));
        }
        Ok(Self(to))
    }

    fn v1(&self, precision: Precision) -> Result<Request> {
        self.lacks("org", self.0.org.is_some(), Dialect::V1, "1.x has no organisations")?;
        self.lacks_options_of_v3(Dialect::V1)?;
        let (database, policy) = match self.0.name.split_once('/') {
            Some((database, policy)) if !self.0.database => {
                (database, Some(policy).filter(|p| !p.is_empty()))
            }
            _ => (self.0.name.as_str(), None),
        };
        if policy.is_some() && self.0.retention_policy.is_some() {
            let advice = "name it once, in the bucket or with retention_policy()";
            return Err(Error::config(format!(
                "{:?} holds a retention policy already: {advice}",
                self.0.name
            )));
        }
        let mut request = Request::new(Method::POST, "/write").query("db", database);
        if let Some(policy) = policy.or(self.0.retention_policy.as_deref()) {
            request = request.query("rp", policy);
        }
        // not `us` and `ns`: 1.6 takes them without a word as nanoseconds
        request = request.query(
            "precision",
            match precision {
                Precision::Nanoseconds => "n",
                Precision::Microseconds => "u",
                Precision::Milliseconds => "ms",
                Precision::Seconds => "s",
            },
        );
        Ok(self.with_consistency(request))
    }

    fn v2(&self, org: Option<&str>, precision: Precision) -> Result<Request> {
        self.lacks_options_of_v3(Dialect::V2)?;
        let request = self.in_bucket(Request::new(Method::POST, "/api/v2/write"), org)?;
        Ok(self.with_consistency(request.query("precision", precision.as_str())))
    }

    /// Organisation and bucket, as parameters of v2.
    fn in_bucket(&self, mut request: Request, org: Option<&str>) -> Result<Request> {
        let org = self.0.org.as_deref().or(org);
        let bucket = match &self.0.retention_policy {
            _ if self.0.database && self.0.name.contains('/') => {
                let why = "on the v2 path the retention policy stands behind a slash: use retention_policy()";
                return Err(Error::config(format!("the database {:?} holds a slash: {why}", self.0.name)));
            }
            Some(policy) if self.0.database => format!("{}/{policy}", self.0.name),
            Some(_) => {
                let why = "name the database with Destination::database";
                return Err(Error::config(format!(
                    "the bucket {:?} has no retention policy: {why}",
                    self.0.name
                )));
            }
            None => self.0.name.clone(),
        };
        match org {
            Some(org) => request = request.query("org", org),
            None if self.0.database => {}
            None => {
                let missing = "no organisation: set it with ClientBuilder::org or Destination::org";
                return Err(Error::config(missing));
            }
        }
        Ok(request.query("bucket", bucket))
    }

    fn v3(&self, precision: Precision) -> Result<Request> {
        self.lacks("org", self.0.org.is_some(), Dialect::V3, "3.x has no organisations")?;
        let policy = self.0.retention_policy.is_some();
        self.lacks("retention_policy", policy, Dialect::V3, "3.x has none in a request")?;
        let consistency = self.0.consistency.is_some();
        self.lacks("consistency", consistency, Dialect::V3, "only Enterprise 1.x has it")?;
        let precision = match precision {
            Precision::Nanoseconds => "nanosecond",
            Precision::Microseconds => "microsecond",
            Precision::Milliseconds => "millisecond",
            Precision::Seconds => "second",
        };
        let mut request = Request::new(Method::POST, "/api/v3/write_lp")
            .query("db", self.0.name.as_str())
            .query("precision", precision);
        if let Some(no_sync) = self.0.no_sync {
            request = request.query("no_sync", no_sync.to_string());
        }
        if let Some(accept_partial) = self.0.accept_partial {
            request = request.query("accept_partial", accept_partial.to_string());
        }
        Ok(request)
    }

    fn with_consistency(&self, request: Request) -> Request {
        match self.0.consistency {
            Some(consistency) => request.query("consistency", consistency.as_str()),
            None => request,
        }
    }

    fn lacks_options_of_v3(&self, dialect: Dialect) -> Result<()> {
        let why = "only v3 has it";
        // not to answer early is what the others do anyway
        self.lacks("no_sync", self.0.no_sync == Some(true), dialect, why)?;
        self.lacks("accept_partial", self.0.accept_partial.is_some(), dialect, why)
    }

    fn lacks(&self, option: &str, is_set: bool, dialect: Dialect, why: &str) -> Result<()> {
        if is_set {
            let to = &self.0.name;
            return Err(Error::config(format!(
                "the destination {to:?} sets {option}, which writing by {dialect} lacks: {why}"
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Consistency;
    use super::*;

    fn target(dialect: Dialect, to: &Destination) -> String {
        dialect.write(to, Some("ours"), Precision::Microseconds).unwrap().target()
    }

    #[test]
    fn each_dialect_has_its_words() {
        let bucket = Destination::bucket("db/rp");
        let database = Destination::database("db");
        let policy = database.clone().retention_policy("rp");
        let strict = database.clone().consistency(Consistency::Quorum);
        let synced = database.clone().no_sync(true).accept_partial(false);
        let table = [
            (Dialect::V1, &bucket, "/write?db=db&rp=rp&precision=u"),
            (Dialect::V1, &database, "/write?db=db&precision=u"),
            (Dialect::V1, &policy, "/write?db=db&rp=rp&precision=u"),
            (Dialect::V1, &Destination::bucket("db/"), "/write?db=db&precision=u"),
            (Dialect::V1, &Destination::database("a/b"), "/write?db=a%2Fb&precision=u"),
            (Dialect::V1, &strict, "/write?db=db&precision=u&consistency=quorum"),
            (Dialect::V2, &bucket, "/api/v2/write?org=ours&bucket=db%2Frp&precision=us"),
            (Dialect::V2, &bucket.clone().org("mine"), "/api/v2/write?org=mine&bucket=db%2Frp&precision=us"),
            (Dialect::V2, &policy, "/api/v2/write?org=ours&bucket=db%2Frp&precision=us"),
            (Dialect::V2, &strict, "/api/v2/write?org=ours&bucket=db&precision=us&consistency=quorum"),
            (Dialect::V3, &database, "/api/v3/write_lp?db=db&precision=microsecond"),
            (
                Dialect::V3,
                &synced,
                "/api/v3/write_lp?db=db&precision=microsecond&no_sync=true&accept_partial=false",
            ),
        ];
        for (dialect, to, wanted) in table {
            assert_eq!(target(dialect, to), wanted);
        }
        let request = Dialect::V2.write(&database, None, Precision::Seconds).unwrap();
        assert_eq!(request.target(), "/api/v2/write?bucket=db&precision=s");
        assert!(!request.idempotent);
    }

    #[test]
    fn every_precision_in_every_dialect() {
        use Precision::{Microseconds, Milliseconds, Nanoseconds, Seconds};
        for (dialect, words) in [
            (Dialect::V1, ["n", "u", "ms", "s"]),
            (Dialect::V2, ["ns", "us", "ms", "s"]),
            (Dialect::V3, ["nanosecond", "microsecond", "millisecond", "second"]),
        ] {
            for (precision, word) in [Nanoseconds, Microseconds, Milliseconds, Seconds].into_iter().zip(words)
            {
                let request = dialect.write(&"b".into(), Some("o"), precision).unwrap();
                assert!(request.target().ends_with(&format!("precision={word}")), "{}", request.target());
            }
        }
    }

    #[test]
    fn deletes_are_of_version_2() {
        let delete = |dialect: Dialect, to: Destination| dialect.delete(&to, Some("ours"));
        let table = [
            (Dialect::V2, Destination::bucket("b"), "/api/v2/delete?org=ours&bucket=b"),
            (Dialect::V2, Destination::bucket("b&c").org("o"), "/api/v2/delete?org=o&bucket=b%26c"),
            (Dialect::V1, Destination::bucket("b").dialect(Dialect::V2), "/api/v2/delete?org=ours&bucket=b"),
        ];
        for (dialect, to, target) in table {
            let request = delete(dialect, to).unwrap();
            assert_eq!(request.target(), target);
            assert!(request.idempotent);
        }
        for (dialect, part) in [(Dialect::V1, "DROP SERIES"), (Dialect::V3, "drop the table")] {
            let error = delete(dialect, "b".into()).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains(&dialect.to_string()), "{error}");
        }
        assert!(Dialect::V2.delete(&"b".into(), None).unwrap_err().to_string().contains("no organisation"));
    }

    #[test]
    fn what_is_missing_or_too_much_is_named_with_advice() {
        let (bucket, database) = (Destination::bucket("b"), Destination::database("d"));
        let table = [
            (Dialect::V2, bucket.clone(), "ClientBuilder::org or Destination::org"),
            (Dialect::V2, bucket.clone().org(""), "the organisation is empty"),
            (Dialect::V2, Destination::bucket(""), "the name of the bucket is empty"),
            (Dialect::V3, Destination::database(""), "the name of the database is empty"),
            (Dialect::V1, database.clone().retention_policy(""), "the retention policy is empty"),
            (Dialect::V2, Destination::database("d/rp"), "holds a slash"),
            (Dialect::V2, bucket.clone().org("o").retention_policy("rp"), "has no retention policy"),
            (Dialect::V1, Destination::bucket("d/rp").retention_policy("x"), "already"),
            (Dialect::V1, bucket.clone().org("o"), "sets org, which writing by v1 lacks"),
            (Dialect::V3, bucket.org("o"), "sets org, which writing by v3 lacks"),
            (Dialect::V1, database.clone().no_sync(true), "sets no_sync, which writing by v1 lacks"),
            (Dialect::V2, database.clone().no_sync(true), "sets no_sync, which writing by v2 lacks"),
            (Dialect::V2, database.clone().accept_partial(true), "sets accept_partial"),
            (Dialect::V3, database.clone().retention_policy("rp"), "sets retention_policy"),
            (Dialect::V3, database.consistency(Consistency::All), "sets consistency"),
        ];
        for (dialect, to, part) in table {
            let error = dialect.write(&to, None, Precision::Seconds).unwrap_err();
            assert!(error.to_string().contains(part), "{part}: {error}");
        }
    }
}
