//! A transport that gives a session to who signs in: the mock documents the cookie, but sends none.

use influx_core::http::bytes::Bytes;
use influx_core::http::http::{HeaderValue, Request, Response};
use influx_core::http::{Body, Transport, TransportError, TransportErrorKind, TransportFuture};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection a request.
#[derive(Debug)]
pub(super) struct Cookies;

impl Transport for Cookies {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_, Response<Body>> {
        Box::pin(async move {
            carry(request).await.map_err(|error| TransportError::new(TransportErrorKind::Interrupted, error))
        })
    }
}

async fn carry(request: Request<Bytes>) -> std::io::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let mut stream = TcpStream::connect(head.uri.authority().unwrap().as_str()).await?;
    let target = head.uri.path_and_query().unwrap();
    let mut out = format!("{} {target} HTTP/1.0\r\nContent-Length: {}\r\n", head.method, body.len());
    for (name, value) in &head.headers {
        out += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    stream.write_all(format!("{out}\r\n").as_bytes()).await?;
    stream.write_all(&body).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let mut response = Response::new(Body::from(body.to_owned()));
    *response.status_mut() = status.ok_or(std::io::ErrorKind::InvalidData)?;
    if head.uri.path() == "/api/v2/signin" {
        let cookie = HeaderValue::from_static("influxdb-oss-session=s3ss10n; Path=/api/; HttpOnly");
        response.headers_mut().insert("set-cookie", cookie);
    }
    Ok(response)
}
