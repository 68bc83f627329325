//! The variables of both families.

use influx_core::query::Profiler;
use influx_core::testing::TestServer;
use influx_core::{Client, ClientBuilder, Destination, Dialect, Precision, http::Gzip};

use super::message;

const V2: [(&str, &str); 2] = [("INFLUXDB_V2_URL", "http://h:8086"), ("INFLUXDB_V2_TOKEN", "s3cr3t")];
const V3: [(&str, &str); 3] =
    [("INFLUX_HOST", "http://h:8181"), ("INFLUX_TOKEN", "s3cr3t"), ("INFLUX_DATABASE", "plant")];

fn with(
    base: &[(&'static str, &'static str)],
    more: &[(&'static str, &'static str)],
) -> influx_core::Result<ClientBuilder> {
    ClientBuilder::from_variables(base.iter().chain(more).copied())
}

#[track_caller]
fn same(built: influx_core::Result<ClientBuilder>, code: ClientBuilder) {
    let (built, code) = (built.unwrap(), code);
    assert_eq!(format!("{built:#?}"), format!("{code:#?}"));
    assert_eq!(format!("{:#?}", built.build().unwrap()), format!("{:#?}", code.build().unwrap()));
}

#[test]
fn the_names_of_the_v2_client() {
    let code = || Client::builder("http://h:8086").token("s3cr3t");
    same(with(&V2, &[]), code());
    let more = [
        ("INFLUXDB_V2_ORG", "o"),
        ("INFLUXDB_V2_TIMEOUT", "10000"),
        ("INFLUXDB_V2_CONNECTION_POOL_MAXSIZE", "4"),
        ("INFLUXDB_V2_AUTH_BASIC", "True"),
        ("INFLUXDB_V2_PROFILERS", "query,operator"),
        ("INFLUXDB_V2_TAG_DATA_CENTER", "b ${env.INFLUXDB_V2_ORG} c"),
        ("INFLUXDB_V2_TAG_ORDER", "66"),
        ("INFLUXDB_V2_TAGS_ORDER", "x,y"),
        ("INFLUXDB_V2_BUCKET", "b"),
        ("HOME", "/root"),
    ];
    let all = code()
        .org("o")
        .timeout(Some(std::time::Duration::from_secs(10)))
        .pool_size(4)
        .auth_basic(true)
        .default_tag("data_center", "b o c")
        .default_tag("order", "66")
        .tag_order(["x", "y"])
        .profilers([Profiler::Query, Profiler::Operator])
        .destination("b");
    same(with(&V2, &more), all);
}

#[test]
fn the_names_of_the_v3_client() {
    let code =
        || Client::builder("http://h:8181").token("s3cr3t").destination(Destination::database("plant"));
    same(with(&V3, &[]), code());
    let more = [
        ("INFLUX_ORG", "o"),
        ("INFLUX_AUTH_SCHEME", "Bearer"),
        ("INFLUX_PRECISION", "microsecond"),
        ("INFLUX_GZIP_THRESHOLD", "1000"),
        ("INFLUX_WRITE_NO_SYNC", "true"),
        ("INFLUX_WRITE_ACCEPT_PARTIAL", "false"),
        ("INFLUX_WRITE_USE_V2_API", "false"),
        ("INFLUX_WRITE_TIMEOUT", "5000"),
        ("INFLUX_QUERY_TIMEOUT", "1m30s"),
        ("INFLUX_DISABLE_GRPC_COMPRESSION", "true"),
    ];
    let all = Client::builder("http://h:8181")
        .token("s3cr3t")
        .destination(Destination::database("plant").no_sync(true).accept_partial(false))
        .org("o")
        .auth_scheme(influx_core::client::AuthScheme::Bearer)
        .precision(Precision::Microseconds)
        .gzip(Gzip::threshold(1000))
        .dialect(Dialect::V3)
        .write_timeout(std::time::Duration::from_secs(5))
        .query_timeout(Some(std::time::Duration::from_secs(90)));
    same(with(&V3, &more), all);
}

#[test]
fn a_family_is_one_or_the_other() {
    let text = message(with(&V2, &V3));
    assert!(text.contains("both INFLUXDB_V2_URL and INFLUX_HOST are set"), "{text}");
    let text = message(with(&[], &[("PATH", "/bin")]));
    assert!(text.contains("INFLUXDB_V2_URL") && text.contains("INFLUX_HOST"), "{text}");
    // variables of other programs that begin alike
    same(with(&V2, &[("INFLUX_LIVE", "required")]), with(&V2, &[]).unwrap());
    assert!(message(with(&[], &[("INFLUX_LIVE", "required")])).contains("says nothing"));
}

#[test]
fn what_is_missing_unknown_or_unreadable_is_named() {
    for (base, more, parts) in [
        (&V2[..1], &[][..], &["INFLUXDB_V2_TOKEN is missing", "INFLUXDB_V2_AUTH_METHOD=none"][..]),
        (&V2[1..], &[], &["INFLUXDB_V2_URL is missing"]),
        (&V3[..2], &[], &["INFLUX_DATABASE is missing"]),
        (&V3[1..], &[], &["INFLUX_HOST is missing"]),
        (&[V3[0], V3[2]], &[], &["INFLUX_TOKEN is missing"]),
        (&V2, &[("INFLUXDB_V2_TOKN", "s3cr3t")], &["unknown environment variable INFLUXDB_V2_TOKN"]),
        (&V2, &[("INFLUXDB_V2_TAG_", "x")], &["unknown environment variable INFLUXDB_V2_TAG_"]),
        (&V3, &[("INFLUX_BUCKET", "x")], &["unknown environment variable INFLUX_BUCKET"]),
        (&V2, &[("INFLUXDB_V2_TIMEOUT", "soon")], &["INFLUXDB_V2_TIMEOUT must be \"none\"", "\"soon\""]),
        (&V2, &[("INFLUXDB_V2_VERIFY_SSL", "ja")], &["INFLUXDB_V2_VERIFY_SSL must be true, yes", "\"ja\""]),
        (&V2, &[("INFLUXDB_V2_PROFILERS", "query,x")], &["INFLUXDB_V2_PROFILERS must be one of query"]),
        (&V2, &[("INFLUXDB_V2_ORG", "")], &["INFLUXDB_V2_ORG is empty"]),
        (
            &V2,
            &[("INFLUXDB_V2_TAG_A", "${env.NOPE}")],
            &["INFLUXDB_V2_TAG_A wants", "\"NOPE\", which is not set"],
        ),
        (&V3, &[("INFLUX_WRITE_NO_SYNC", "maybe")], &["INFLUX_WRITE_NO_SYNC must be"]),
        // 1.x takes it, and means nanoseconds
        (&V3, &[("INFLUX_PRECISION", "zz")], &["INFLUX_PRECISION must be one of", "\"zz\""]),
        (
            &V2,
            &[("INFLUXDB_V2_USERNAME", "u")],
            &["INFLUXDB_V2_TOKEN and the environment variable INFLUXDB_V2_USERNAME"],
        ),
        (
            &V2,
            &[("INFLUXDB_V2_AUTH_METHOD", "none")],
            &["INFLUXDB_V2_AUTH_METHOD", "INFLUXDB_V2_TOKEN contradict"],
        ),
        (&V2[..1], &[("INFLUXDB_V2_USERNAME", "u")], &["INFLUXDB_V2_PASSWORD is missing"]),
        (
            &V2,
            &[("INFLUXDB_V2_WRITE_SPOOL", "s"), ("INFLUXDB_V2_WRITE_SPOOL_FSYNC", "x")],
            &["WRITE_SPOOL_FSYNC must be group"],
        ),
        (
            &V2,
            &[("INFLUXDB_V2_WRITE_SPOOL_WHEN", "always")],
            &["WRITE_SPOOL_WHEN says something", "V2_WRITE_SPOOL,"],
        ),
        (&V2, &[("INFLUXDB_V2_NO_SYNC", "yes")], &["INFLUXDB_V2_NO_SYNC says something about a bucket"]),
        (
            &V2,
            &[("INFLUXDB_V2_BUCKET", "b"), ("INFLUXDB_V2_DATABASE", "d")],
            &["INFLUXDB_V2_BUCKET and the environment variable INFLUXDB_V2_DATABASE contradict"],
        ),
        (
            &V2,
            &[("INFLUXDB_V2_ENABLE_GZIP", "no"), ("INFLUXDB_V2_GZIP_THRESHOLD", "9")],
            &["INFLUXDB_V2_ENABLE_GZIP", "INFLUXDB_V2_GZIP_THRESHOLD contradict"],
        ),
        (
            &V2,
            &[("INFLUXDB_V2_DIALECT", "v3"), ("INFLUXDB_V2_USE_V2_API", "no")],
            &["INFLUXDB_V2_DIALECT", "INFLUXDB_V2_USE_V2_API contradict"],
        ),
        (&V2, &[("INFLUXDB_V2_CERT_KEY_FILE", "k")], &["INFLUXDB_V2_CERT_KEY_FILE needs the certificate"]),
    ] {
        let text = message(with(base, more));
        for part in parts {
            assert!(text.contains(part), "{more:?}: {text}");
        }
    }
}

#[cfg(unix)]
#[test]
fn values_that_are_no_utf_8_are_named() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let bad = OsString::from_vec(b"s3cr3t\xff".to_vec());
    let base = V2.map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let text = message(ClientBuilder::from_variables(
        base.iter().cloned().chain([("INFLUXDB_V2_ORG".into(), bad.clone())]),
    ));
    assert!(text.contains("INFLUXDB_V2_ORG is no UTF-8"), "{text}");
    // other programs may have what they want
    let other = [(OsString::from("OTHER"), bad.clone()), (bad, OsString::from("x"))];
    assert!(ClientBuilder::from_variables(base.into_iter().chain(other)).is_ok());
}

#[test]
fn other_ways_to_say_who_one_is() {
    let url = [V2[0]];
    let login = [("INFLUXDB_V2_USERNAME", "u"), ("INFLUXDB_V2_PASSWORD", "s3cr3t")];
    same(with(&url, &login), Client::builder("http://h:8086").session("u", "s3cr3t"));
    let basic = [login[0], login[1], ("INFLUXDB_V2_AUTH_METHOD", "basic")];
    same(with(&url, &basic), Client::builder("http://h:8086").basic("u", "s3cr3t"));
    same(with(&url, &[("INFLUXDB_V2_AUTH_METHOD", "none")]), Client::builder("http://h:8086"));
}

#[tokio::test]
async fn what_no_client_prints_reaches_the_server() {
    let server = TestServer::builder().token("s3cr3t").bucket("b").start().unwrap();
    let address = server.url();
    let url = address.as_str();
    let written = |more: &[(&str, &str)]| {
        let base = [("INFLUXDB_V2_URL", url), ("INFLUXDB_V2_ORG", "o")];
        let variables = base.iter().chain(more).map(|(name, value)| (name.to_string(), value.to_string()));
        let client = ClientBuilder::from_variables(variables).unwrap().build().unwrap();
        async move { client.write("b", "m v=1").await }
    };
    let token = ("INFLUXDB_V2_TOKEN", "s3cr3t");
    written(&[token, ("INFLUXDB_V2_HEADER_X_TEAM", "a b")]).await.unwrap();
    let _ = written(&[token, ("INFLUXDB_V2_AUTH_SCHEME", "bearer")]).await;
    let _ = written(&[token, ("INFLUXDB_V2_AUTH_BASIC", "on")]).await;
    let requests = server.requests();
    let sent: Vec<_> = requests.iter().filter_map(|request| request.header("authorization")).collect();
    assert_eq!(sent, ["Token [redacted]", "Bearer [redacted]", "Basic [redacted]"]);
    assert_eq!((requests[0].header("x-team"), requests[0].status), (Some("a b"), 204));
}
