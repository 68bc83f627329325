//! Answers of InfluxDB 3 in Parquet: the request, and what is no file.

use influx_core::{Client, Dialect, ErrorKind, Result};
use influx_tests::canned::Canned;

const TYPE: &str = "application/vnd.apache.parquet";

#[tokio::test]
async fn the_file_is_asked_for_and_comes_as_it_is() -> Result<()> {
    let file = b"PAR1\x00\xff\nPAR1";
    let (client, canned) = Canned::cut(file, 3).content_type(TYPE).client()?;
    let bytes = client.sql("SELECT $a").database("d").param("a", 1).parquet().await?.bytes().await?;
    assert_eq!(bytes, &file[..]);
    let query = client.influxql("SELECT * FROM m").database("d").dialect(Dialect::V3);
    assert_eq!(query.parquet().await?.bytes().await?, &file[..]);
    let requests = canned.requests();
    let sent = [
        ("/api/v3/query_sql", r#"{"db":"d","q":"SELECT $a","params":{"a":1},"format":"parquet"}"#),
        ("/api/v3/query_influxql", r#"{"db":"d","q":"SELECT * FROM m","format":"parquet"}"#),
    ];
    for (request, (path, body)) in requests.iter().zip(sent) {
        assert_eq!((request.uri().path(), &request.body()[..]), (path, body.as_bytes()));
        assert_eq!(request.headers()["accept"], TYPE);
    }
    assert_eq!(requests.len(), 2);
    Ok(())
}

#[tokio::test]
async fn what_has_no_parquet_is_refused_before_it_is_sent() -> Result<()> {
    let (client, canned) = Canned::whole("").client()?;
    let influxql = |client: &Client, dialect| client.influxql("SELECT 1").database("d").dialect(dialect);
    for (call, says) in [
        (influxql(&client, Dialect::V1).parquet(), "only InfluxDB 3"),
        (influxql(&client, Dialect::V2).parquet(), "only InfluxDB 3"),
        (influxql(&client, Dialect::V3).retention_policy("rp").parquet(), "retention_policy"),
        (client.influxql(" ").dialect(Dialect::V3).parquet(), "empty"),
        (client.sql("").database("d").parquet(), "empty"),
        (client.sql("SELECT 1").parquet(), "no database"),
    ] {
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(says), "{error}");
    }
    assert!(canned.requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_page_of_a_proxy_is_no_file() -> Result<()> {
    let (client, _) = Canned::whole("<html>").content_type("text/html").client()?;
    let error = client.sql("SELECT 1").database("d").parquet().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    Ok(())
}
