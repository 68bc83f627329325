//! Futures of rows and bytes that are dropped before they are ready.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use influx_core::http::{Body, Chunks, Transport, TransportFuture};
use influx_core::{Client, Result};

/// Answers in pieces, each of which is taken at once and given the second time that it is asked for.
#[derive(Debug, Clone)]
struct Hesitant(Vec<Bytes>);

impl Chunks for Hesitant {
    fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
        let piece = (!self.0.is_empty()).then(|| self.0.remove(0));
        Box::pin(async {
            tokio::task::yield_now().await;
            Ok(piece)
        })
    }
}

impl Transport for Hesitant {
    fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_, http::Response<Body>> {
        let body = Body::chunks(self.clone());
        Box::pin(async { Ok(http::Response::new(body)) })
    }
}

/// What a future gives when it is asked once, before it is dropped.
async fn once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

const ANSWER: &str = "#datatype,long,string\n,n,s\n,1,a\n,2,\"b\nb\"\n,3,c\n";

fn client() -> Result<Client> {
    let pieces = ANSWER.as_bytes().chunks(5).map(Bytes::copy_from_slice).collect();
    Client::builder("http://host").org("o").transport(Arc::new(Hesitant(pieces))).build()
}

#[tokio::test]
async fn no_row_and_no_byte_is_lost() -> Result<()> {
    let mut dropped = 0;
    let mut rows = client()?.query("x").records().await?;
    let mut found = Vec::new();
    loop {
        match once(rows.next()).await {
            Some(Ok(Some(row))) => found.push(row["n"].as_i64()),
            Some(end) => break assert!(end?.is_none()),
            None => dropped += 1,
        }
    }
    assert_eq!(found, [Some(1), Some(2), Some(3)]);

    let mut bytes = client()?.query("x").raw().await?;
    let mut found = Vec::new();
    loop {
        match once(bytes.next()).await {
            Some(Ok(Some(piece))) => found.extend_from_slice(&piece),
            Some(end) => break assert!(end?.is_none()),
            None => dropped += 1,
        }
    }
    assert_eq!(found, ANSWER.as_bytes());
    assert!(dropped > ANSWER.len() / 5, "{dropped}");
    Ok(())
}
