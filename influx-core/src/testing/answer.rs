//! An answer on its way out, in the words of each version.

use std::borrow::Cow;

use serde_json::json;

use super::version::Family;

/// How much of a message InfluxDB 1 repeats in a header, in bytes.
const HEADER: usize = 1_024;

/// An answer on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outgoing {
    pub(super) status: u16,
    pub(super) headers: Vec<(Cow<'static, str>, String)>,
    pub(super) body: Vec<u8>,
}

impl Outgoing {
    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    pub(super) fn text(status: u16, text: &str) -> Self {
        Self::empty(status).with("Content-Type", "text/plain; charset=utf-8").body(text)
    }

    pub(super) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::empty(status).with("Content-Type", "application/json; charset=utf-8").body(&body.to_string())
    }

    /// The version's form of an error; `code` is InfluxDB 2's.
    pub(super) fn error(family: Family, status: u16, code: &str, message: &str) -> Self {
        match family {
            Family::V1 => {
                let header = cut(message, HEADER).replace(|c: char| c.is_ascii_control(), " ");
                Self::json(status, &json!({ "error": message })).with("X-Influxdb-Error", &header)
            }
            Family::V2 => Self::json(status, &json!({ "code": code, "message": message }))
                .with("X-Platform-Error-Code", code),
            Family::V3 => Self::json(status, &json!({ "error": message })),
        }
    }

    /// InfluxDB 2's refusal of a request that is wrong in itself.
    pub(super) fn invalid(message: &str) -> Self {
        Self::error(Family::V2, 400, "invalid", message)
    }

    /// InfluxDB 2's answer where what is asked for is not there.
    pub(super) fn unknown(message: &str) -> Self {
        Self::error(Family::V2, 404, "not found", message)
    }

    /// InfluxDB 2's answer where something is there already.
    pub(super) fn conflict(message: &str) -> Self {
        Self::error(Family::V2, 422, "conflict", message)
    }

    /// InfluxDB 2's refusal of a request that says nothing sensible.
    pub(super) fn unprocessable(message: &str) -> Self {
        Self::error(Family::V2, 422, "unprocessable entity", message)
    }

    pub(super) fn too_large(family: Family) -> Self {
        let message = match family {
            Family::V1 => "Request Entity Too Large",
            Family::V2 => "unable to read data: points batch is too large",
            Family::V3 => "max request size exceeded",
        };
        Self::error(family, 413, "request too large", message)
    }

    pub(super) fn not_allowed(family: Family, methods: &str) -> Self {
        let message = format!("allow: {methods}");
        Self::error(family, 405, "method not allowed", &message).with("Allow", methods)
    }

    pub(super) fn not_found(family: Family) -> Self {
        match family {
            Family::V1 => Self::text(404, "404 page not found\n"),
            Family::V2 => Self::error(family, 404, "not found", "path not found"),
            Family::V3 => Self::text(404, "not found"),
        }
    }

    pub(super) fn with(mut self, name: impl Into<Cow<'static, str>>, value: &str) -> Self {
        self.headers.push((name.into(), value.to_owned()));
        self
    }

    pub(super) fn body(mut self, text: &str) -> Self {
        self.body = text.as_bytes().to_vec();
        self
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    /// The head as it is sent, with the empty line at its end. A header that frames the body stands in place of
    /// the server's own.
    pub(super) fn head(&self, chunked: bool, keep_alive: bool) -> Vec<u8> {
        let mut text = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let bodiless = matches!(self.status, 100..=199 | 204 | 304);
        if !bodiless && !self.has("content-length") && !self.has("transfer-encoding") {
            text.push_str(&match chunked {
                true => "Transfer-Encoding: chunked\r\n".to_owned(),
                false => format!("Content-Length: {}\r\n", self.body.len()),
            });
        }
        if !keep_alive {
            text.push_str("Connection: close\r\n");
        }
        text.push_str("\r\n");
        text.into_bytes()
    }
}

/// The first bytes of a text, as far as they are whole characters.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=text.len().min(bytes)).rev().find(|at| text.is_char_boundary(*at));
    end.map_or("", |end| &text[..end])
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Request Entity Too Large",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_whole_in_the_body_only() {
        let message = format!("a\n{}", "é".repeat(5_000));
        let answer = Outgoing::error(Family::V1, 400, "", &message);
        assert!(answer.body.len() > message.len());
        let (name, header) = &answer.headers[1];
        assert_eq!((&**name, header.len()), ("X-Influxdb-Error", HEADER));
        assert!(header.starts_with("a é"));
    }
}
