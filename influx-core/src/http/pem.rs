//! Certificates and keys as they stand in files.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
use {
    crate::error::{Error, Result},
    secrecy::ExposeSecret,
};

/// A certificate or key in PEM form: a file's path, or [the text itself](Self::text).
///
/// A `&str`, `String` or path is a path. Files are read when the client is built.
#[derive(Clone)]
pub struct Pem(Source);

#[derive(Clone)]
enum Source {
    File(PathBuf),
    #[cfg_attr(
        not(any(feature = "rustls", feature = "native-tls")),
        expect(dead_code, reason = "a build without TLS refuses all certificates")
    )]
    Text(SecretString),
}

impl Pem {
    /// The file at this path.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    /// The text of such a file, with its `-----BEGIN …-----` lines.
    pub fn text(pem: impl Into<String>) -> Self {
        Self(Source::Text(pem.into().into()))
    }

    /// The text; `what` names it in errors.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or there is no PEM in it.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) fn read(&self, what: &str) -> Result<SecretString> {
        let text: SecretString = match &self.0 {
            Source::Text(text) => text.clone(),
            Source::File(path) => std::fs::read_to_string(path)
                .map_err(|error| {
                    Error::config(format!("{what}: {} cannot be read: {error}", path.display()))
                })?
                .into(),
        };
        if !text.expose_secret().contains("-----BEGIN ") {
            return Err(Error::config(format!("{what}: {self:?} is no PEM: it has no -----BEGIN line")));
        }
        Ok(text)
    }
}

impl From<&str> for Pem {
    fn from(path: &str) -> Self {
        Self::file(path)
    }
}

impl From<String> for Pem {
    fn from(path: String) -> Self {
        Self::file(path)
    }
}

impl From<&Path> for Pem {
    fn from(path: &Path) -> Self {
        Self::file(path)
    }
}

impl From<PathBuf> for Pem {
    fn from(path: PathBuf) -> Self {
        Self::file(path)
    }
}

/// Prints the path, never the text.
impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::File(path) => path.fmt(f),
            Source::Text(_) => f.write_str("[text]"),
        }
    }
}

/// A key that needs no password any more: the same, or decrypted.
///
/// # Errors
///
/// It is encrypted and there is no password, or a wrong one, or in a way that is not known; or it is not encrypted, and
/// there is a password.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
pub(crate) fn plain_key(pem: SecretString, password: Option<&SecretString>) -> Result<SecretString> {
    use pkcs8::der::Decode as _;
    use pkcs8::der::pem::PemLabel as _;
    use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding, SecretDocument};

    let text = pem.expose_secret();
    if text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(Error::config(
            "the client's key is encrypted in an old form: convert it with `openssl pkcs8 -topk8 -in OLD -out NEW`",
        ));
    }
    let begin = format!("-----BEGIN {}-----", EncryptedPrivateKeyInfoRef::PEM_LABEL);
    let end = format!("-----END {}-----", EncryptedPrivateKeyInfoRef::PEM_LABEL);
    let block = text.find(&begin).and_then(|start| {
        let stop = text[start..].find(&end)?;
        Some(&text[start..start + stop + end.len()])
    });
    let (block, password) = match (block, password) {
        (None, None) => return Ok(pem),
        (None, Some(_)) => {
            return Err(Error::config("key_password is set, but the client's key is not encrypted"));
        }
        (Some(_), None) => return Err(Error::config("the client's key is encrypted: set key_password")),
        (Some(block), Some(password)) => (block, password),
    };
    // what these say of a key is not printed
    let unreadable =
        || Error::config("the client's key cannot be read: it is no encrypted key in PKCS #8 form");
    let (_, document) = SecretDocument::from_pem(block).map_err(|_| unreadable())?;
    let info = EncryptedPrivateKeyInfoRef::from_der(document.as_bytes()).map_err(|_| unreadable())?;
    let plain = info.decrypt(password.expose_secret()).map_err(|_| {
        Error::config(
            "the client's key cannot be decrypted: key_password is wrong, or the way is not PBES2 with AES",
        )
    })?;
    let pem = plain.to_pem("PRIVATE KEY", LineEnding::LF).map_err(|_| unreadable())?;
    Ok(pem.to_string().into())
}

#[cfg(all(test, any(feature = "rustls", feature = "native-tls")))]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pem_is_named_and_not_printed() {
        let error = Pem::text("pa55word").read("the key").unwrap_err();
        assert_eq!(error.to_string(), "the key: [text] is no PEM: it has no -----BEGIN line");
        let error = Pem::from("/nonexistent/ca.pem").read("the CA").unwrap_err().to_string();
        assert!(error.starts_with("the CA: /nonexistent/ca.pem cannot be read: "), "{error}");
        assert_eq!(format!("{:?}", Pem::from(Path::new("a/b"))), "\"a/b\"");
    }
}
