//! What a writer counts of its requests, beside what arrives.

use influx_core::http::Gzip;
use influx_core::testing::TestServer;
use influx_core::{Client, WriteOptions};

#[tokio::test]
async fn bytes_are_counted_before_and_after_compression() {
    let server = TestServer::builder().token("secret").bucket("rooms").start().unwrap();
    let lines: String = (1..=1_000).map(|number| format!("m,room=attic v={number}i {number}\n")).collect();
    let raw = lines.len() as u64;
    for gzip in [Gzip::off(), Gzip::threshold(1)] {
        let compresses = gzip != Gzip::off();
        let client = Client::builder(server.url()).token("secret").org("o").gzip(gzip).build().unwrap();
        let before = server.requests().len();
        let writer = client.writer_with("rooms", WriteOptions::new().batch_size(100)).unwrap();
        let stats = writer.stats();
        assert_eq!((stats.requests, stats.bytes_raw, stats.bytes_sent), (0, 0, Some(0)));
        writer.write(&lines).await.unwrap();
        let stats = writer.stats();
        assert!(stats.pending > 0 && stats.bytes_reserved > 0 && stats.oldest_age.is_some(), "{stats:?}");
        assert!(writer.flush(None).await.is_stored());
        let stats = writer.close(None).await.stats;
        assert_eq!((stats.offered, stats.written, stats.stored), (1_000, 1_000, 1_000));
        assert_eq!((stats.requests, stats.retries, stats.resent, stats.bytes_raw), (10, 0, 0, raw));
        assert_eq!((stats.bytes_reserved, stats.oldest_age), (0, None));
        let sent = stats.bytes_sent.unwrap();
        let arrived: usize = server.requests()[before..].iter().map(|request| request.body_len).sum();
        assert_eq!(sent, arrived as u64);
        match compresses {
            true => assert!(sent > 0 && sent < raw / 2, "{sent} of {raw}"),
            false => assert_eq!(sent, raw),
        }
    }
}
