//! HTTP by hand: what goes over the socket is what the test says.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use influx_core::testing::TestServer;
use serde_json::Value;

pub(super) fn connect(server: &TestServer) -> TcpStream {
    TcpStream::connect(server.url().strip_prefix("http://").unwrap()).unwrap()
}

/// Sends `request` and reads one answer with a Content-Length or none.
pub(super) fn exchange(stream: &mut TcpStream, request: &[u8]) -> (u16, String) {
    stream.write_all(request).unwrap();
    answer(stream)
}

pub(super) fn answer(stream: &mut TcpStream) -> (u16, String) {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        text.push(byte[0]);
    }
    let head = String::from_utf8(text).unwrap();
    let length =
        head.lines().find_map(|line| line.strip_prefix("Content-Length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head + std::str::from_utf8(&body).unwrap())
}

pub(super) fn post(query: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "POST /api/v2/write?{query} HTTP/1.1\r\nHost: h\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

pub(super) fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A write by a path and query of any version.
pub(super) fn request(target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    any("POST", target, headers, body)
}

/// A request of any method.
pub(super) fn any(method: &str, target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut request =
        format!("{method} {target} HTTP/1.1\r\nHost: h\r\n{headers}Content-Length: {length}\r\n\r\n")
            .into_bytes();
    request.extend_from_slice(body);
    request
}

/// Sends a request with a body of JSON, or none; the status and the JSON of the answer.
pub(super) fn json(server: &TestServer, line: &str, headers: &str, body: Value) -> (u16, Value) {
    let (method, target) = line.split_once(' ').unwrap();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (status, _, text) = ask(server, &any(method, target, headers, body.as_bytes()));
    let answer = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
    (status, answer)
}

/// Sends a request on a connection of its own; the status, the head and the body of the answer.
pub(super) fn ask(server: &TestServer, request: &[u8]) -> (u16, String, String) {
    let (status, text) = exchange(&mut connect(server), request);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (status, head.to_owned(), body.to_owned())
}

/// Sends a request and reads whatever comes until the connection ends; `Err` if it was reset.
pub(super) fn all(server: &TestServer, request: &[u8]) -> Result<String, String> {
    let mut stream = connect(server);
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request).unwrap();
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    read.map(|_| text.clone()).map_err(|_| text)
}
