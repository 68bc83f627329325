//! Who the client is to the server: a token, a provider of tokens, a session, Basic, or nobody.

use std::error::Error as StdError;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::Client;
use super::session::Session;
use crate::error::{Error, Result};
use crate::http::{Arriving, Secrets};

/// The word before a token in the header `Authorization`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AuthScheme {
    /// `Authorization: Token …`: InfluxDB 2, Cloud, 1.8 and 3.
    #[default]
    Token,
    /// `Authorization: Bearer …`: InfluxDB 3, and JSON web tokens of 1.x.
    Bearer,
}

impl AuthScheme {
    fn word(self) -> &'static str {
        match self {
            Self::Token => "Token",
            Self::Bearer => "Bearer",
        }
    }
}

/// A function that is asked for a token.
pub(super) type Ask = dyn Fn() -> Result<String, Box<dyn StdError + Send + Sync>> + Send + Sync;

/// What a builder was told about who it is.
#[derive(Clone, Default)]
pub(super) struct Login {
    pub(super) token: Option<SecretString>,
    pub(super) scheme: Option<AuthScheme>,
    pub(super) provider: Option<Arc<Ask>>,
    pub(super) session: Option<(String, SecretString)>,
    pub(super) basic: Option<(String, SecretString)>,
    pub(super) token_as_basic: bool,
}

impl Login {
    /// What is sent with requests.
    ///
    /// # Errors
    ///
    /// Two ways at once, one that lacks something, or text that no header may hold.
    pub(super) fn auth(&self) -> Result<Auth> {
        let ways = [
            ("token", self.token.is_some()),
            ("token_provider", self.provider.is_some()),
            ("session", self.session.is_some()),
            ("basic", self.basic.is_some()),
        ];
        let set: Vec<_> = ways.iter().filter(|(_, set)| *set).map(|(name, _)| *name).collect();
        if let [first, second, ..] = set[..] {
            return Err(Error::config(format!("{first} and {second} are both set: choose one of them")));
        }
        let has_token = self.token.is_some() || self.provider.is_some();
        if self.token_as_basic && !has_token {
            return Err(Error::config(
                "auth_basic sends the token as Basic, but there is no token: set token",
            ));
        }
        if self.scheme.is_some() && !has_token {
            return Err(Error::config("auth_scheme says how a token is sent, but there is none: set token"));
        }
        if self.token_as_basic && self.scheme.is_some() {
            return Err(Error::config("auth_basic and auth_scheme are both set: choose one of them"));
        }
        let form = Form { scheme: self.scheme.unwrap_or_default(), basic: self.token_as_basic };
        if let Some(token) = &self.token {
            return Ok(Auth::Fixed(form.credential(token)?));
        }
        if let Some(ask) = &self.provider {
            let (ask, current) = (Arc::clone(ask), Mutex::default());
            return Ok(Auth::Provider(Provider { ask, form, current }));
        }
        if let Some((user, password)) = &self.basic {
            return Ok(Auth::Fixed(basic(user, password)?));
        }
        match &self.session {
            Some((user, password)) => Ok(Auth::Session(Session::new(basic(user, password)?))),
            None => Ok(Auth::None),
        }
    }
}

/// Prints which ways are set.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self { token: Some(_), .. } => "Token([redacted])",
            Self { provider: Some(_), .. } => "Provider",
            Self { session: Some(_), .. } => "Session([redacted])",
            Self { basic: Some(_), .. } => "Basic([redacted])",
            _ => "None",
        };
        f.write_str(name)
    }
}

/// How a client says who it is.
pub(super) enum Auth {
    None,
    Fixed(Credential),
    Provider(Provider),
    Session(Session),
}

/// Prints the way, and nothing secret.
impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Fixed(credential) => credential.fmt(f),
            Self::Provider(provider) => write!(f, "Provider({:?})", provider.form),
            Self::Session(_) => f.write_str("Session([redacted])"),
        }
    }
}

/// A header that says who one is, and what of it must not come back.
#[derive(Clone)]
pub(crate) struct Credential {
    pub(crate) name: HeaderName,
    pub(crate) value: HeaderValue,
    pub(crate) secrets: Secrets,
}

impl Credential {
    /// Marked so that nothing prints it.
    pub(super) fn new(name: HeaderName, mut value: HeaderValue, secrets: Secrets) -> Self {
        value.set_sensitive(true);
        Self { name, value, secrets }
    }

    fn is(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.value.to_str().ok().and_then(|text| text.split(' ').next());
        match word.filter(|_| self.name == AUTHORIZATION) {
            Some(word) => write!(f, "{word}([redacted])"),
            None => f.write_str("[redacted]"),
        }
    }
}

/// How a token is sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    scheme: AuthScheme,
    basic: bool,
}

impl Form {
    /// # Errors
    ///
    /// The token is empty, begins or ends with a space, or holds characters that no header may hold.
    fn credential(self, token: &SecretString) -> Result<Credential> {
        let text = token.expose_secret();
        if text.is_empty() {
            return Err(Error::config("the token is empty: pass one, or set none"));
        }
        if text.trim().len() < text.len() {
            return Err(Error::config("the token begins or ends with a space or a line break: trim it"));
        }
        let mut secrets = Secrets::default();
        secrets.add(token.clone());
        if let Some((_, password)) = text.split_once(':') {
            secrets.add(password.to_owned()); // 1.8: `user:password`
        }
        if self.basic {
            return Ok(basic_of(text, secrets));
        }
        let value = HeaderValue::from_str(&format!("{} {text}", self.scheme.word())).map_err(|_| {
            Error::config("the token holds a line break or another character that no header may hold")
        })?;
        Ok(Credential::new(AUTHORIZATION, value, secrets))
    }
}

/// # Errors
///
/// The user is empty or holds a colon, which ends the user in this form.
fn basic(user: &str, password: &SecretString) -> Result<Credential> {
    if user.is_empty() {
        return Err(Error::config("the user is empty: name one, or set none"));
    }
    if user.contains(':') {
        return Err(Error::config("the user holds a colon, which Basic authorisation cannot express"));
    }
    let mut secrets = Secrets::default();
    secrets.add(password.clone());
    let pair: SecretString = format!("{user}:{}", password.expose_secret()).into();
    Ok(basic_of(pair.expose_secret(), secrets))
}

fn basic_of(pair: &str, mut secrets: Secrets) -> Credential {
    let (name, value, encoded) = basic_header(AUTHORIZATION, pair);
    secrets.add(encoded);
    Credential::new(name, value, secrets)
}

/// `Basic …` of `user:password`, and the secret part of it.
pub(super) fn basic_header(name: HeaderName, pair: &str) -> (HeaderName, HeaderValue, SecretString) {
    let encoded = STANDARD.encode(pair);
    // base64 is a header's text in any case
    let mut value =
        HeaderValue::from_str(&format!("Basic {encoded}")).unwrap_or(HeaderValue::from_static("Basic"));
    value.set_sensitive(true);
    (name, value, encoded.into())
}

/// Tokens from a function, which is asked at the first request and after each 401.
pub(super) struct Provider {
    ask: Arc<Ask>,
    form: Form,
    current: Mutex<Option<Credential>>,
}

impl Provider {
    fn current(&self) -> MutexGuard<'_, Option<Credential>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks; the function runs under no lock.
    ///
    /// # Errors
    ///
    /// It fails or panics, or gives a token that cannot be sent.
    fn ask(&self) -> Result<Credential> {
        // whoever sends in the background must outlive it
        let token: SecretString = match catch_unwind(AssertUnwindSafe(|| (self.ask)())) {
            Err(_) => return Err(Error::config("the token provider panicked")),
            Ok(Ok(token)) => token.into(),
            Ok(Err(error)) => {
                let mut why = error.to_string();
                if let Some(last) = &*self.current() {
                    last.secrets.redact(&mut why, false);
                }
                return Err(Error::config(format!("the token provider failed: {why}")));
            }
        };
        let credential = self.form.credential(&token)?;
        *self.current() = Some(credential.clone());
        Ok(credential)
    }

    fn first(&self) -> Result<Credential> {
        let current = self.current().clone();
        current.map_or_else(|| self.ask(), Ok)
    }

    /// Another credential than the one that was refused, if there is one by now.
    fn other(&self, refused: &Credential) -> Result<Option<Credential>> {
        let current = self.current().clone();
        match current {
            Some(current) if !current.is(refused) => Ok(Some(current)), // another request was faster
            _ => Ok(Some(self.ask()?).filter(|new| !new.is(refused))),
        }
    }
}

/// How signing in ended.
pub(crate) enum Signed {
    /// With what the request is sent; `None` if nothing says who one is.
    In(Option<Credential>),
    /// The sign-in itself got this answer, which is then the request's.
    Refused(Arriving),
}

impl Client {
    /// What to send a request with.
    ///
    /// # Errors
    ///
    /// The token provider failed, or no sign-in could be made.
    pub(crate) async fn credential(&self) -> Result<Signed> {
        match self.auth() {
            Auth::None => Ok(Signed::In(None)),
            Auth::Fixed(credential) => Ok(Signed::In(Some(credential.clone()))),
            Auth::Provider(provider) => Ok(Signed::In(Some(provider.first()?))),
            Auth::Session(session) => self.signed_in(session, None).await,
        }
    }

    /// After a 401: what to send the request with instead; `None` if there is nothing else.
    ///
    /// # Errors
    ///
    /// As [`credential`](Self::credential).
    pub(crate) async fn renewed(&self, refused: &Credential) -> Result<Option<Signed>> {
        match self.auth() {
            Auth::None | Auth::Fixed(_) => Ok(None),
            Auth::Provider(provider) => {
                Ok(provider.other(refused)?.map(|credential| Signed::In(Some(credential))))
            }
            Auth::Session(session) => self.signed_in(session, Some(refused)).await.map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(set: impl FnOnce(&mut Login)) -> Result<Auth> {
        let mut login = Login::default();
        set(&mut login);
        login.auth()
    }

    fn sent(set: impl FnOnce(&mut Login)) -> String {
        let Auth::Fixed(credential) = login(set).unwrap() else { panic!("no fixed header") };
        assert!(credential.value.is_sensitive());
        credential.value.to_str().unwrap().to_owned()
    }

    #[test]
    fn each_way_has_its_header() {
        let pair = || Some(("me".to_owned(), SecretString::from("pa55word")));
        assert_eq!(sent(|l| l.token = Some("s3cret".into())), "Token s3cret");
        assert_eq!(
            sent(|l| {
                l.token = Some("s3cret".into());
                l.scheme = Some(AuthScheme::Bearer);
            }),
            "Bearer s3cret"
        );
        assert_eq!(sent(|l| l.basic = pair()), "Basic bWU6cGE1NXdvcmQ=");
        assert_eq!(
            sent(|l| {
                l.token = Some("me:pa55word".into());
                l.token_as_basic = true;
            }),
            "Basic bWU6cGE1NXdvcmQ="
        );
        assert!(matches!(login(|_| ()).unwrap(), Auth::None));
        assert!(matches!(login(|l| l.session = pair()).unwrap(), Auth::Session(_)));
    }

    #[test]
    fn what_cannot_be_sent_is_named_and_not_printed() {
        let pair = |user: &str| Some((user.to_owned(), SecretString::from("pa55word")));
        type Set = Box<dyn FnOnce(&mut Login)>;
        let table: [(Set, &str); 9] = [
            (Box::new(|l| l.token = Some("".into())), "is empty"),
            (Box::new(|l| l.token = Some(" pa55word".into())), "begins or ends"),
            (Box::new(|l| l.token = Some("pa55word\n".into())), "begins or ends"),
            (Box::new(|l| l.token = Some("pa55word\r\nx: y".into())), "no header may hold"),
            (Box::new(move |l| l.basic = pair("")), "user is empty"),
            (Box::new(move |l| l.basic = pair("a:b")), "colon"),
            (Box::new(|l| l.token_as_basic = true), "auth_basic"),
            (Box::new(|l| l.scheme = Some(AuthScheme::Token)), "auth_scheme"),
            (
                Box::new(move |l| {
                    l.session = pair("a");
                    l.token = Some("t".into());
                }),
                "token and session are both set",
            ),
        ];
        for (set, part) in table {
            let error = login(set).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
            assert!(!format!("{error} {error:?}").contains("pa55word"), "{error:?}");
        }
    }

    #[test]
    fn nothing_prints_a_secret() {
        let mut login = Login { token: Some("s3cret-t0ken".into()), ..Login::default() };
        let shown = format!("{login:?} {:?}", login.auth().unwrap());
        assert_eq!(shown, "Token([redacted]) Token([redacted])");
        login = Login { session: Some(("me".into(), "pa55word".into())), ..Login::default() };
        assert!(!format!("{login:?} {:?}", login.auth().unwrap()).contains("pa55"));
    }
}
