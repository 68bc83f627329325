//! The paths and parameters of writes, version by version, and nowhere else.

use ::http::Method;
use ::http::header::{ACCEPT, CONTENT_TYPE};

use super::Destination;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::line::Precision;

/// How a server wants to be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `/api/v2/write`: InfluxDB 2, Cloud, and 1.8 and 3 by their compatible paths.
    V2,
}

impl Dialect {
    /// The request, but for its body.
    ///
    /// # Errors
    ///
    /// The destination lacks what this dialect needs.
    pub(super) fn write(self, to: &Destination, org: Option<&str>, precision: Precision) -> Result<Request> {
        let required = |value: Option<&str>, advice: &str| match value {
            Some(value) if !value.is_empty() => Ok(value.to_owned()),
            _ => Err(Error::config(advice)),
        };
        match self {
            Self::V2 => {
                let advice = "no organisation: set it with ClientBuilder::org or Destination::org";
                let org = required(to.org.as_deref().or(org), advice)?;
                let bucket = required(Some(&to.bucket), "the bucket's name is empty")?;
                Ok(Request::new(Method::POST, "/api/v2/write")
                    .query("org", org)
                    .query("bucket", bucket)
                    .query("precision", precision.as_str())
                    .header(CONTENT_TYPE, "text/plain; charset=utf-8")
                    .header(ACCEPT, "application/json")
                    .idempotent(true)) // the same series, time and fields overwrite themselves
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
        assert!(request.idempotent);
    }

    #[test]
    fn what_is_missing_is_said_with_advice() {
        let error = Dialect::V2.write(&Destination::bucket("b"), None, Precision::Seconds).unwrap_err();
        assert!(error.to_string().contains("ClientBuilder::org or Destination::org"), "{error}");
        let error = Dialect::V2.write(&Destination::bucket(""), Some("o"), Precision::Seconds).unwrap_err();
        assert!(error.to_string().contains("bucket"), "{error}");
    }
}
