//! A session: signing in with user and password, the cookie that stands for it, and signing out.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ::http::Method;
use ::http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};

use super::Client;
use super::auth::{Auth, Credential, Signed};
use crate::error::{Error, Result};
use crate::http::response::MAX_BODY;
use crate::http::{Call, Request, Secrets, Sent, check};

/// A session of InfluxDB 2. The cookie stands in memory only.
pub(super) struct Session {
    /// User and password, for the sign-in alone.
    basic: Credential,
    cookie: Mutex<Option<Credential>>,
    /// Held while one request signs in or out for all.
    turn: tokio::sync::Mutex<()>,
}

impl Session {
    pub(super) fn new(basic: Credential) -> Self {
        Self { basic, cookie: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// What must not come back of user and password.
    pub(super) fn secrets(&self) -> &Secrets {
        &self.basic.secrets
    }

    fn cookie(&self) -> MutexGuard<'_, Option<Credential>> {
        self.cookie.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cookie, unless it is the one that was refused.
    fn usable(&self, refused: Option<&Credential>) -> Option<Credential> {
        self.cookie().clone().filter(|cookie| refused.is_none_or(|refused| cookie.value != refused.value))
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Client {
    /// Opens the session of a client that was built with [`session`](crate::ClientBuilder::session), so that it is known
    /// whether user and password are right. Nothing is sent if it is open already. Without this call, the first request
    /// signs in.
    ///
    /// # Errors
    ///
    /// - [`Config`](crate::ErrorKind::Config): the client has no user and password for sessions.
    /// - Every kind of the network and of the server's refusals; [`Unauthorized`](crate::ErrorKind::Unauthorized) for a
    ///   wrong user or password.
    pub fn sign_in(&self) -> Call<()> {
        let client = self.clone();
        Call::future("POST /api/v2/signin", move || Box::pin(async move { client.begin_session().await }))
    }

    async fn begin_session(&self) -> Result<()> {
        let session = self.session()?;
        self.persist(async || match self.signed_in(session, None).await? {
            Signed::In(_) => Ok(()),
            Signed::Refused(answer) => {
                let Sent { answer, secrets, .. } = answer.read(MAX_BODY).await;
                check(answer, true, &secrets)?;
                Ok(())
            }
        })
        .await
    }

    /// Ends the session of a client that was built with [`session`](crate::ClientBuilder::session), and forgets its
    /// cookie. Nothing is sent if none is open. The next call signs in anew.
    ///
    /// # Errors
    ///
    /// - [`Config`](crate::ErrorKind::Config): the client has no user and password for sessions.
    /// - Every kind of the network and of the server's refusals, but 401: then the session had ended already.
    pub fn sign_out(&self) -> Call<()> {
        let client = self.clone();
        Call::future("POST /api/v2/signout", move || Box::pin(async move { client.end_session().await }))
    }

    fn session(&self) -> Result<&Session> {
        match self.auth() {
            Auth::Session(session) => Ok(session),
            _ => Err(Error::config("there is no session: this client was built without session()")),
        }
    }

    /// User and password, as a header.
    ///
    /// # Errors
    ///
    /// The client has none.
    pub(crate) fn basic_of_session(&self) -> Result<(HeaderName, HeaderValue)> {
        let Credential { name, value, .. } = &self.session()?.basic;
        Ok((name.clone(), value.clone()))
    }

    async fn end_session(&self) -> Result<()> {
        let session = self.session()?;
        let _turn = session.turn.lock().await;
        let Some(cookie) = session.usable(None) else { return Ok(()) };
        let request = Request::new(Method::POST, "/api/v2/signout");
        self.persist(async || {
            let Sent { answer, secrets, .. } =
                self.carry(&request, Some(&cookie)).await?.read(request.most).await;
            if answer.status != 401 {
                check(answer, request.idempotent, &secrets)?;
            }
            Ok(())
        })
        .await?;
        *session.cookie() = None;
        Ok(())
    }

    /// The session's cookie: the one there is, unless it was refused, else that of a new sign-in.
    ///
    /// # Errors
    ///
    /// The sign-in got no answer, or one that says nothing of the request that was to follow.
    pub(super) async fn signed_in(&self, session: &Session, refused: Option<&Credential>) -> Result<Signed> {
        if let Some(cookie) = session.usable(refused) {
            return Ok(Signed::In(Some(cookie)));
        }
        let _turn = session.turn.lock().await;
        if let Some(cookie) = session.usable(refused) {
            return Ok(Signed::In(Some(cookie))); // another request has signed in meanwhile
        }
        *session.cookie() = None;
        let request = Request::new(Method::POST, "/api/v2/signin");
        // however it broke off: of the request that was to follow, nothing was sent
        let answer = self.carry(&request, Some(&session.basic)).await.map_err(Error::before_sending)?;
        match answer.status {
            200..=299 => {}
            // these say the same of the request that was to follow
            301..=303 | 307 | 308 | 401 | 403 | 404 | 405 | 407 | 408 | 429 | 500..=599 => {
                return Ok(Signed::Refused(answer));
            }
            // these would speak of its body
            status => {
                return Err(Error::config(format!("POST /api/v2/signin: the server answered {status}")));
            }
        }
        let cookie = cookie(&answer.headers).ok_or_else(|| {
            Error::config("POST /api/v2/signin: the server sent no cookie: is this an InfluxDB 2?")
        })?;
        *session.cookie() = Some(cookie.clone());
        Ok(Signed::In(Some(cookie)))
    }
}

/// All cookies of an answer, as a request sends them back.
fn cookie(headers: &HeaderMap) -> Option<Credential> {
    let mut pairs = Vec::new();
    let mut secrets = Secrets::default();
    for value in headers.get_all(SET_COOKIE) {
        let Some(pair) = value.to_str().ok().and_then(|text| text.split(';').next()).map(str::trim) else {
            continue;
        };
        match pair.split_once('=') {
            Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                secrets.add(value.to_owned());
                pairs.push(pair);
            }
            _ => {}
        }
    }
    let value = HeaderValue::from_str(&pairs.join("; ")).ok().filter(|value| !value.is_empty())?;
    Some(Credential::new(COOKIE, value, secrets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_go_back_without_their_attributes() {
        let of = |values: &[&'static str]| {
            let pairs = values.iter().map(|value| (SET_COOKIE, HeaderValue::from_static(value)));
            cookie(&pairs.collect())
        };
        let one = of(&["influxdb-oss-session=abc==; Path=/api/; HttpOnly", "x=y"]).unwrap();
        assert_eq!(one.value, "influxdb-oss-session=abc==; x=y");
        assert!(one.value.is_sensitive());
        assert_eq!(format!("{one:?}"), "[redacted]");
        for none in [&[][..], &["session=; Max-Age=0"], &["nonsense"], &["=x"]] {
            assert!(of(none).is_none(), "{none:?}");
        }
    }
}
