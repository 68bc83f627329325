//! What reading rows asks for: nothing for a row, and no more for a long answer than for a short one.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use bytes::Bytes;
use influx_core::http::{Body, Chunks, Transport, TransportFuture, http};
use influx_core::{Client, FromRow, Nanos};
use influx_tests::canned::Canned;

use crate::{CALLS, HELD, PEAK};

/// Two blocks as a server writes them, with another schema each, and some values in quotes.
const BLOCKS: &str = "\
#datatype,string,long,dateTime:RFC3339,double,long,string\r\n\
#group,false,false,false,false,false,true\r\n\
#default,_result,,,,,\r\n\
,result,table,_time,load,count,host\r\n\
,,0,2023-11-14T22:13:20.123456789Z,0.30000000000000004,-9223372036854775808,web 1\r\n\
,,0,2023-11-14T22:13:21Z,12,7,größe\r\n\
,,0,2023-11-14T22:13:22.5Z,1e300,0,\"a, \"\"b\"\"\r\n\"\r\n\
\r\n\
#datatype,string,long,string,double,long,dateTime:RFC3339\r\n\
#group,false,false,true,false,false,false\r\n\
#default,other,,,0.5,,\r\n\
,result,table,host,load,count,_time\r\n\
,,0,\"\",,1,2023-11-14T22:13:20Z\r\n\
\r\n";
const ROWS: u64 = 4;

#[derive(FromRow)]
pub(crate) struct Load<'r> {
    #[time]
    time: Nanos,
    #[tag]
    host: &'r str,
    #[field]
    load: f64,
    #[field]
    count: i64,
    #[field]
    lost: Option<f64>,
}

impl Load<'_> {
    pub(crate) fn check(&self) {
        assert!(self.time >= Nanos(1_700_000_000_000_000_000) && self.load > 0.0 && self.lost.is_none());
        assert!(self.count <= 7 && self.host.len() <= 9);
    }
}

pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_time().build()
}

#[test]
fn rows_of_borrowed_and_numeric_members_ask_for_nothing() -> influx_core::Result<()> {
    let first = BLOCKS.split("\r\n\r\n").next().unwrap_or_default();
    let (head, rows) = first.split_at(first.find(",,0").unwrap_or_default());
    let body = format!("{head}{}", format!("{rows}\r\n").repeat(1_000));
    runtime().unwrap().block_on(async {
        let (client, _) = Canned::whole(body).client()?;
        let mut cursor = client.query("x").cursor().await?;
        // those that are in quotes have been read, too
        for _ in 0..6 {
            cursor.next_as::<Load<'_>>().await?.unwrap().check();
        }
        let (before, mut rows) = (CALLS.get(), 6);
        while let Some(row) = cursor.next_as::<Load<'_>>().await? {
            row.check();
            rows += 1;
            if rows == 3_000 {
                assert_eq!(CALLS.get(), before);
            }
        }
        assert_eq!(rows, 3_000);
        Ok(())
    })
}

/// An answer made while it is read: the blocks over and over.
#[derive(Debug, Clone)]
struct Endless {
    /// Some of them, so that there is enough for a piece.
    ring: Bytes,
    at: usize,
    left: u64,
}

/// No power of two and no multiple of what the blocks are long, so that they are cut everywhere.
const PIECE: usize = 61_003;

impl Chunks for Endless {
    fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
        let len = PIECE.min(self.ring.len() - self.at).min(usize::try_from(self.left).unwrap_or(PIECE));
        let piece = self.ring.slice(self.at..self.at + len);
        self.at = (self.at + len) % self.ring.len();
        self.left -= len as u64;
        Box::pin(async { Ok(Some(piece).filter(|piece| !piece.is_empty())) })
    }
}

impl Transport for Endless {
    fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_, http::Response<Body>> {
        let body = Body::chunks(self.clone());
        Box::pin(async { Ok(http::Response::new(body)) })
    }
}

/// How much more memory was held at once than before, while an answer of so many bytes, or some more, was read.
#[expect(clippy::unwrap_used, reason = "test helper")]
fn held_for(bytes: u64) -> influx_core::Result<i64> {
    let blocks = bytes.div_ceil(BLOCKS.len() as u64);
    let transport = Endless { ring: BLOCKS.repeat(200).into(), at: 0, left: blocks * BLOCKS.len() as u64 };
    let client = Client::builder("http://host").org("o").transport(Arc::new(transport)).build()?;
    runtime().unwrap().block_on(async {
        let before = HELD.get();
        PEAK.set(before);
        let (mut cursor, mut rows) = (client.query("x").cursor().await?, 0);
        while let Some(row) = cursor.next_as::<Load<'_>>().await? {
            row.check();
            rows += 1;
        }
        assert_eq!(rows, blocks * ROWS);
        Ok(PEAK.get() - before)
    })
}

/// `INFLUX_STREAM_BYTES` says how long the answer is; a gigabyte takes an optimised build a few seconds.
#[test]
fn a_long_answer_holds_no_more_memory_than_a_short_one() -> influx_core::Result<()> {
    let bytes = match std::env::var("INFLUX_STREAM_BYTES") {
        Ok(text) => text.parse().expect("INFLUX_STREAM_BYTES is a number"),
        Err(_) => 32 * 1024 * 1024,
    };
    let (short, long) = (held_for(1024 * 1024)?, held_for(bytes)?);
    assert!(long <= short, "{long} bytes for an answer of {bytes}, {short} for one of a megabyte");
    assert!(long < 64 * 1024, "{long} bytes");
    Ok(())
}
