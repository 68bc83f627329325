//! The paths and parameters of writes, version by version, and nowhere else.

use ::http::Method;
use ::http::header::{ACCEPT, CONTENT_TYPE};

use super::Destination;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::line::Precision;

/// How a server wants to be written to.
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

impl Dialect {
    /// The request, but for its body, and not yet repeatable: that depends on the lines.
    ///
    /// # Errors
    ///
    /// The destination lacks what this dialect needs.
    pub(super) fn write(self, to: &Destination, org: Option<&str>, precision: Precision) -> Result<Request> {
        let required = |value: Option<&str>, missing: &str, empty: &str| match value {
            Some("") => Err(Error::config(empty)),
            Some(value) => Ok(value.to_owned()),
            None => Err(Error::config(missing)),
        };
        match self {
            Self::V1 | Self::V2 | Self::V3 => {
                let missing = "no organisation: set it with ClientBuilder::org or Destination::org";
                let empty = "the organisation is empty: name it, or do not call Destination::org";
                let org = required(to.org.as_deref().or(org), missing, empty)?;
                let empty = "the bucket's name is empty";
                let bucket = required(Some(&to.bucket), empty, empty)?;
                Ok(Request::new(Method::POST, "/api/v2/write")
                    .query("org", org)
                    .query("bucket", bucket)
                    .query("precision", precision.as_str())
                    .header(CONTENT_TYPE, "text/plain; charset=utf-8")
                    .header(ACCEPT, "application/json"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v2_names_org_bucket_and_precision() {
        let to = Destination::bucket("b/rp").org("mine");
        let request = Dialect::V2.write(&to, Some("other"), Precision::Milliseconds).unwrap();
        assert_eq!(request.target(), "/api/v2/write?org=mine&bucket=b%2Frp&precision=ms");
        assert!(!request.idempotent);
    }

    #[test]
    fn what_is_missing_is_said_with_advice() {
        let error = Dialect::V2.write(&Destination::bucket("b"), None, Precision::Seconds).unwrap_err();
        assert!(error.to_string().contains("ClientBuilder::org or Destination::org"), "{error}");
        let error = Dialect::V2.write(&Destination::bucket("b").org(""), Some("o"), Precision::Seconds);
        assert!(error.unwrap_err().to_string().contains("organisation is empty"));
        let error = Dialect::V2.write(&Destination::bucket(""), Some("o"), Precision::Seconds).unwrap_err();
        assert!(error.to_string().contains("bucket"), "{error}");
    }
}
