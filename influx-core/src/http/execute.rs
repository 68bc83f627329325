//! `Client::exchange` and `execute`: the one place where a request leaves, and where its answer is judged.

use std::future::Future;

use bytes::Bytes;
use tokio::time::{Instant, sleep, timeout_at};

use super::response::{MAX_BODY, check};
use super::{Answer, Arriving, Request, Sent, TransportError};
use crate::client::{Client, Credential, Signed, upload_time};
use crate::error::{Error, Result};

impl Client {
    /// Makes one attempt and returns the answer, whatever its status. A 401 is answered once with another token or a
    /// new sign-in, if there is one to be had.
    ///
    /// # Errors
    ///
    /// There is no status: no connection, no answer in time, or the request cannot be sent.
    pub(crate) async fn exchange(&self, request: &Request) -> Result<Sent> {
        Ok(self.reach(request).await?.read(request.most).await)
    }

    /// As [`exchange`](Self::exchange), but the body of the answer is still to be read.
    async fn reach(&self, request: &Request) -> Result<Arriving> {
        let used = match self.credential().await? {
            Signed::In(used) => used,
            Signed::Refused(answer) => return Ok(answer),
        };
        let answer = self.carry(request, used.as_ref()).await?;
        let Some(refused) = used.filter(|_| answer.status == 401) else { return Ok(answer) };
        match self.renewed(&refused).await? {
            Some(Signed::In(other)) => self.carry(request, other.as_ref()).await,
            Some(Signed::Refused(answer)) => Ok(answer),
            None => Ok(answer),
        }
    }

    /// Sends the request and returns its answer, if that is a success; tries again by the client's policy where that
    /// is safe and may help.
    ///
    /// # Errors
    ///
    /// As [`exchange`](Self::exchange); and whatever a status means that is no success; and an answer that breaks
    /// off. The last attempt's, if there were several.
    pub(crate) async fn execute(&self, request: &Request) -> Result<Answer> {
        self.persist(|| self.judged(request)).await
    }

    /// Makes attempts by the client's policy, as long as their errors say that another is safe and may help.
    ///
    /// # Errors
    ///
    /// That of the last attempt.
    pub(crate) async fn persist<T, F>(&self, attempt: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let mut rng = fastrand::Rng::new();
        let mut begun = None;
        let mut retry = 0;
        loop {
            let error = match attempt().await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            if !error.is_retryable() {
                return Err(error);
            }
            retry += 1;
            let begun = *begun.get_or_insert_with(Instant::now);
            match self.retry().delay(retry, error.retry_after(), begun.elapsed(), &mut rng) {
                Some(delay) => sleep(delay).await,
                None => return Err(error),
            }
        }
    }

    /// As [`execute`](Self::execute), but the body of the answer is still to be read. What breaks off in it is not tried
    /// again.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub(crate) async fn open(&self, request: &Request) -> Result<Arriving> {
        self.persist(async || {
            let answer = self.reach(request).await?;
            if answer.is_success() {
                return answer.inflated();
            }
            let Sent { answer, secrets, .. } = answer.read(MAX_BODY).await;
            let what = "the answer is neither a success nor an error";
            let answer = check(answer, request.idempotent, &secrets)?;
            Err(Error::unexpected(answer.request, answer.status, what))
        })
        .await
    }

    /// One attempt: its answer if it is a success, or is one that the request asks for.
    async fn judged(&self, request: &Request) -> Result<Answer> {
        let Sent { answer, fault, secrets } = self.exchange(request).await?;
        if request.accepted == Some(answer.status) {
            return Ok(answer);
        }
        let answer = check(answer, request.idempotent, &secrets)?;
        match fault {
            Some(fault) => Err(fault),
            None => Ok(answer),
        }
    }

    /// Sends a request with these credentials, once.
    ///
    /// # Errors
    ///
    /// As [`exchange`](Self::exchange).
    pub(crate) async fn carry(&self, request: &Request, credential: Option<&Credential>) -> Result<Arriving> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::config(
                "a call was awaited outside a tokio runtime: use #[tokio::main] or Runtime::block_on, or wait()",
            ));
        }
        let timeout = || Error::timeout(request.label(), request.idempotent);
        let failed = |error: TransportError| Error::transport(request.label(), request.idempotent, error);
        let mut secrets = self.secrets().clone();
        if let Some(credential) = credential {
            secrets.extend(&credential.secrets);
        }
        secrets.extend(&request.secrets);
        let limits = self.limits(request);
        let begun = Instant::now();
        // as far as `Instant` reaches: longer is as good as no limit
        let until = limits.total.and_then(|total| begun.checked_add(total));
        let first = begun.checked_add(limits.idle.saturating_add(upload_time(request.body.len())));
        let sending = self.transport().send(self.head(request, credential)?);
        let response = match [until, first].into_iter().flatten().min() {
            Some(at) => timeout_at(at, sending).await.map_err(|_| timeout())?,
            None => sending.await,
        };
        let (head, body) = response.map_err(failed)?.into_parts();
        Ok(Arriving {
            status: head.status.as_u16(),
            headers: head.headers,
            request: request.label(),
            secrets,
            idempotent: request.idempotent,
            body,
            idle: limits.idle,
            until,
        })
    }

    /// The request as it goes out: with the server's address, the client's headers and who it is.
    fn head(&self, request: &Request, credential: Option<&Credential>) -> Result<::http::Request<Bytes>> {
        let mut out = ::http::Request::new(request.body.clone());
        *out.method_mut() = request.method.clone();
        *out.uri_mut() = format!("{}{}", self.url(), request.target())
            .parse()
            .map_err(|error| Error::config(format!("the URL of the request cannot be built: {error}")))?;
        *out.headers_mut() = self.headers().clone();
        out.headers_mut().extend(request.headers.clone());
        if let Some(credential) = credential {
            out.headers_mut().insert(credential.name.clone(), credential.value.clone());
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use ::http::header::AUTHORIZATION;

    use super::super::{Body, Transport, TransportFuture};
    use super::*;

    #[derive(Debug)]
    struct Echo(u16);

    impl Transport for Echo {
        fn send(&self, request: ::http::Request<Bytes>) -> TransportFuture<'_, ::http::Response<Body>> {
            let sent = request.headers()["authorization"].to_str().unwrap_or_default().to_owned();
            let mut response = ::http::Response::new(Body::from(sent));
            *response.status_mut() = ::http::StatusCode::from_u16(self.0).unwrap();
            response.headers_mut().insert("x-influxdb-error", request.headers()["authorization"].clone());
            Box::pin(async { Ok(response) })
        }
    }

    #[tokio::test]
    async fn an_answer_is_free_of_secrets_before_anyone_reads_it() {
        let request = Request::new(::http::Method::POST, "/x");
        for status in [301, 400, 401, 503] {
            for client in [
                Client::builder("http://host").token("s3cret-t0ken"),
                Client::builder("http://host").token_provider(|| Ok("s3cret-t0ken".to_owned())),
            ] {
                let client = client.transport(Echo(status)).build().unwrap();
                let answer = client.exchange(&request).await.unwrap().answer;
                assert_eq!(answer.body, "Token [redacted]");
                assert_eq!(answer.headers["x-influxdb-error"], "Token [redacted]");
            }
        }
    }

    #[tokio::test]
    async fn what_is_secret_in_a_body_does_not_come_back_either() {
        let mut request = Request::new(::http::Method::POST, "/x").header(AUTHORIZATION, "s3cret-t0ken");
        request.secrets.add("s3cret-t0ken".to_owned());
        let client = Client::builder("http://host").transport(Echo(400)).build().unwrap();
        let answer = client.exchange(&request).await.unwrap().answer;
        assert_eq!(answer.body, "[redacted]");
    }

    #[tokio::test]
    async fn every_status_is_an_answer() {
        let request = Request::new(::http::Method::POST, "/x");
        for status in [200, 204, 301, 304, 400, 404, 500, 599] {
            let client = Client::builder("http://host").token("t").transport(Echo(status)).build().unwrap();
            assert_eq!(client.exchange(&request).await.unwrap().answer.status, status);
        }
    }
}
