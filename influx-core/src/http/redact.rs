//! What must not come back: a proxy may print the request, with its credentials, into its error page.

use std::fmt;

use ::http::header::{HeaderMap, HeaderValue};
use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};

use crate::error::ServerError;
use crate::percent::percent_encode;

/// What stands in a secret's place.
const REDACTED: &str = "[redacted]";
/// The shortest part of a secret that gives it away, in bytes: InfluxDB's tokens have 86 of these characters, then
/// `==`, which an echo may hold as `%3D%3D` or `&#61;&#61;`.
const TELLING: usize = 16;
/// Shorter secrets are words, which stand in messages for other reasons.
const WORD: usize = 8;
/// What stands before a secret in a header.
const SCHEMES: [&str; 3] = ["Token ", "Bearer ", "Basic "];

/// All that a client must keep to itself.
#[derive(Default, Clone)]
pub(crate) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Adds a secret, as it is and as JSON and URLs have it.
    pub(crate) fn add(&mut self, secret: impl Into<SecretString>) {
        let secret = secret.into();
        let plain = secret.expose_secret();
        if plain.is_empty() {
            return;
        }
        let mut forms: Vec<SecretString> = Vec::new();
        if let Ok(json) = serde_json::to_string(plain) {
            let json = json[1..json.len() - 1].to_owned();
            // Go writes these three so that a page cannot take them for its own
            let html = json.replace('<', r"\u003c").replace('>', r"\u003e").replace('&', r"\u0026");
            forms.extend([json.replace('/', r"\/").into(), html.into(), json.into()]);
        }
        let mut encoded = String::new();
        percent_encode(plain, &mut encoded);
        forms.push(encoded.into());
        forms.retain(|form| form.expose_secret() != plain);
        self.0.push(secret);
        self.0.extend(forms);
    }

    /// Adds all secrets of another set.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    /// Takes every secret out of a text. `cut` says whether more followed that was not read, so that its end may be
    /// the start of a secret.
    pub(crate) fn redact(&self, text: &mut String, cut: bool) {
        for secret in &self.0 {
            redact(text, secret.expose_secret(), cut);
        }
    }

    /// What the server says, without secrets.
    pub(crate) fn redact_said(&self, mut server: ServerError, cut: bool) -> ServerError {
        self.redact(&mut server.message, cut);
        if let Some(code) = &mut server.code {
            self.redact(code, cut);
        }
        server
    }

    /// The body without secrets; untouched if it holds none.
    pub(crate) fn redact_bytes(&self, body: Bytes, cut: bool) -> Bytes {
        let before = String::from_utf8_lossy(&body);
        let mut text = before.clone().into_owned();
        self.redact(&mut text, cut);
        if text == before { body } else { text.into() }
    }

    /// Takes every secret out of the values of headers.
    pub(crate) fn redact_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let Some(before) = value.to_str().ok() else { continue };
            let mut text = before.to_owned();
            self.redact(&mut text, false);
            if text != before
                && let Ok(redacted) = HeaderValue::from_str(&text)
            {
                *value = redacted;
            }
        }
    }
}

/// Prints how many there are.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Secrets").field(&self.0.len()).finish()
    }
}

fn redact(text: &mut String, secret: &str, cut: bool) {
    if secret.len() < WORD {
        for scheme in SCHEMES {
            *text = text.replace(&format!("{scheme}{secret}"), &format!("{scheme}{REDACTED}"));
        }
        // as statements of InfluxQL have passwords
        *text = text.replace(&format!("'{secret}'"), &format!("'{REDACTED}'"));
        return;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let longest = secret.split(|c| !plain(c)).max_by_key(|run| run.len());
    // base64 ends in at most two `=`
    let tells = |run: &&str| run.len() >= TELLING || run.len() + 2 >= secret.len();
    let telling = longest.filter(tells).unwrap_or(secret);
    if text.contains(telling) {
        *text = text.replace(secret, REDACTED).replace(telling, REDACTED);
    }
    if !cut {
        return;
    }
    // the end may be the start of a secret that goes on behind it
    let begun = |start: &str| {
        (1..start.len()).rev().find(|&len| text.as_bytes().ends_with(&start.as_bytes()[..len])).unwrap_or(0)
    };
    let len = begun(secret).max(begun(telling));
    let mut keep = text.len() - len;
    while !text.is_char_boundary(keep) {
        keep -= 1;
    }
    if len > 0 {
        text.truncate(keep);
        text.push_str(REDACTED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str, secret: &str, cut: bool) -> String {
        let mut secrets = Secrets::default();
        secrets.add(secret.to_owned());
        let mut text = text.to_owned();
        secrets.redact(&mut text, cut);
        text
    }

    #[test]
    fn a_token_with_its_end_escaped_is_found() {
        let token = "Zm9vYmFy-Zm9vYmFy_Zm9vYmFyZm9vYmFy==";
        for end in ["==", "%3D%3D", "&#61;&#61;", r"\u003d\u003d", "="] {
            let text = redacted(&format!("Token {}{end}", &token[..token.len() - 2]), token, false);
            assert!(text.starts_with("Token [redacted]") && !text.contains("Zm9v"), "{text}");
        }
    }

    #[test]
    fn a_short_one_with_its_end_escaped_is_found_too() {
        assert_eq!(
            redacted("Basic bWU6cGE1NXdvcmQ&#61;", "bWU6cGE1NXdvcmQ=", false),
            "Basic [redacted]&#61;"
        );
    }

    #[test]
    fn a_token_that_the_end_cuts_is_found() {
        let token = "Zm9vYmFy-Zm9vYmFy_Zm9vYmFyZm9vYmFy==";
        for len in 1..token.len() {
            let text = redacted(&format!("é {}", &token[..len]), token, true);
            assert_eq!(text.trim_end_matches('='), "é [redacted]");
        }
        assert_eq!(redacted("page", token, true), "page");
        let two = redacted("a%2Ebcdefghijklmnopqa", "a.bcdefghijklmnopqastuvwxyz", true);
        assert_eq!(two, "a%2E[redacted]");
    }

    #[test]
    fn a_secret_of_other_letters_is_cut_between_characters() {
        assert_eq!(redacted("x pässw", "pässwörter", true), "x [redacted]");
        assert_eq!(redacted("ö", "\u{c3}\u{b6}aaaaaaaa", true), "ö");
    }

    #[test]
    fn a_short_token_leaves_other_words_alone() {
        let text = redacted("no bucket \"my\" for Token my, Bearer my", "my", true);
        assert_eq!(text, "no bucket \"my\" for Token [redacted], Bearer [redacted]");
        assert_eq!(redacted("Basic dTpw", "dTpw", false), "Basic [redacted]");
        let text = redacted("found my, in SET PASSWORD FOR \"my\" = 'my'", "my", false);
        assert_eq!(text, "found my, in SET PASSWORD FOR \"my\" = '[redacted]'");
    }

    #[test]
    fn a_secret_is_found_in_json_and_in_urls() {
        let secret = r#"a/b"c\d<e>&f"#;
        let json = serde_json::to_string(secret).unwrap();
        let html = json.replace('<', r"\u003c").replace('>', r"\u003e").replace('&', r"\u0026");
        for text in [&json, &html, &json.replace('/', r"\/")] {
            assert_eq!(redacted(text, secret, false), "\"[redacted]\"", "{text}");
        }
        assert_eq!(redacted("?p=a%2Fb%22c%5Cd%3Ce%3E%26f", secret, false), "?p=[redacted]");
    }

    #[test]
    fn headers_and_bytes_are_searched_too() {
        let mut secrets = Secrets::default();
        secrets.add("s3cret-t0ken".to_owned());
        secrets.add(String::new());
        let mut headers = HeaderMap::new();
        headers.insert("x-influxdb-error", HeaderValue::from_static("no s3cret-t0ken here"));
        secrets.redact_headers(&mut headers);
        assert_eq!(headers["x-influxdb-error"], "no [redacted] here");
        let body = secrets.redact_bytes(Bytes::from_static(b"\xff s3cret-t0ken"), false);
        assert_eq!(body, "\u{fffd} [redacted]");
        assert_eq!(secrets.redact_bytes(Bytes::from_static(b"\xff ok"), true), &b"\xff ok"[..]);
        assert!(!format!("{secrets:?}").contains("t0ken"));
    }
}
