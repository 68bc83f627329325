//! Settings from files and the environment: the same client from every source, and errors that name what is wrong.

#![allow(clippy::unwrap_used, clippy::panic)]

mod environment;
mod file;

use std::path::PathBuf;
use std::time::Duration;

use influx_core::client::AuthScheme;
use influx_core::http::{Gzip, Pem, RetryPolicy};
use influx_core::query::Profiler;
use influx_core::write::{Fsync, Overflow, SpoolOptions, SpoolUse, WriteOptions};
use influx_core::{Client, ClientBuilder, Consistency, Destination, Dialect, Error, NonFinite, Precision};

/// A file of this content in the folder of this run; the name is the test's own.
fn file(name: &str, content: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// The message of an error, which must be one of the configuration and hold no secret.
#[track_caller]
fn message(result: Result<ClientBuilder, Error>) -> String {
    let error = match result {
        Ok(builder) => panic!("no error: {builder:?}"),
        Err(error) => error,
    };
    assert_eq!(error.kind(), influx_core::ErrorKind::Config);
    assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
    error.to_string()
}

/// All that can be set, in code.
fn in_code() -> ClientBuilder {
    let secs = Duration::from_secs;
    let ms = Duration::from_millis;
    Client::builder("http://example.org:8086/influx")
        .token("s3cr3t")
        .auth_scheme(AuthScheme::Bearer)
        .org("my org")
        .destination(Destination::database("db").retention_policy("week").consistency(Consistency::Quorum))
        .dialect(Dialect::V1)
        .precision(Precision::Milliseconds)
        .unsigned(false)
        .non_finite(NonFinite::Error)
        .tag_order(["host", "DataCenter"])
        .profilers([Profiler::Query, Profiler::Operator])
        .default_tag("DataCenter", "b = 1")
        .default_tag("shard", "7")
        .gzip(Gzip::threshold(4_096).level(6))
        .timeout(Some(secs(90)))
        .query_timeout(Some(secs(300)))
        .connect_timeout(ms(1_500))
        .write_timeout(secs(20))
        .read_timeout(ms(250))
        .idle_timeout(secs(45))
        .pool_size(3)
        .user_agent("meter/2")
        .header("x-team", "s3cr3t-a")
        .proxy("http://proxy.example.org:3128")
        .proxy_header("x-hop", "s3cr3t-b")
        .verify_tls(false)
        .ca_certificate("/etc/ca.pem")
        .client_certificate(Pem::file("/etc/cert.pem"), Pem::file("/etc/key.pem"))
        .key_password("s3cr3t-c")
        .retry(
            RetryPolicy::new()
                .max_retries(7)
                .interval(ms(100))
                .max_retry_delay(secs(5))
                .max_retry_time(secs(30)),
        )
        .write_options(
            WriteOptions::throughput()
                .batch_size(500)
                .batch_bytes(262_144)
                .flush_interval(ms(200))
                .jitter_interval(ms(50))
                .retry_interval(secs(1))
                .max_retries(9)
                .max_retry_delay(secs(60))
                .max_retry_time(secs(600))
                .exponential_base(3)
                .max_close_wait(secs(5))
                .max_age(secs(120))
                .in_flight(2)
                .full_jitter(false)
                .overflow(Overflow::DropOldest)
                .queue_bytes(8 * 1024 * 1024)
                .stamp(false)
                .spool(
                    SpoolOptions::new("/var/spool/meters")
                        .fsync(Fsync::Every(secs(2)))
                        .max_bytes(256 * 1024 * 1024)
                        .max_age(secs(7_200))
                        .when(SpoolUse::WhenFull),
                )
                .default_tag("role", "meter"),
        )
}

/// What `in_code` says, in the words of files: table, key, text; a number or boolean where JSON and TOML have one.
const STATED: &[(&str, &str, &str)] = &[
    ("", "url", "http://example.org:8086/influx"),
    ("", "token", "s3cr3t"),
    ("", "auth_scheme", "Bearer"),
    ("", "org", "my org"),
    ("", "database", "db"),
    ("", "retention_policy", "week"),
    ("", "consistency", "quorum"),
    ("", "dialect", "v1"),
    ("", "precision", "millisecond"),
    ("", "unsigned", "no"),
    ("", "non_finite", "error"),
    ("", "tag_order", "host, DataCenter"),
    ("", "gzip_threshold", "4 KiB"),
    ("", "gzip_level", "6"),
    ("", "timeout", "90000"),
    ("", "query_timeout", "5m"),
    ("", "connect_timeout", "1.5s"),
    ("", "write_timeout", "20s"),
    ("", "read_timeout", "250ms"),
    ("", "idle_timeout", "45s"),
    ("", "connection_pool_maxsize", "3"),
    ("", "user_agent", "meter/2"),
    ("", "proxy", "http://proxy.example.org:3128"),
    ("", "verify_ssl", "Off"),
    ("", "ssl_ca_cert", "/etc/ca.pem"),
    ("", "cert_file", "/etc/cert.pem"),
    ("", "cert_key_file", "/etc/key.pem"),
    ("", "cert_key_password", "s3cr3t-c"),
    ("", "profilers", "query, operator"),
    ("write", "preset", "throughput"),
    ("write", "batch_size", "500"),
    ("write", "batch_bytes", "262144"),
    ("write", "flush_interval", "200"),
    ("write", "jitter_interval", "50ms"),
    ("write", "retry_interval", "1s"),
    ("write", "max_retries", "9"),
    ("write", "max_retry_delay", "1m"),
    ("write", "max_retry_time", "10m"),
    ("write", "exponential_base", "3"),
    ("write", "max_close_wait", "5s"),
    ("write", "max_age", "2m"),
    ("write", "in_flight", "2"),
    ("write", "full_jitter", "false"),
    ("write", "overflow", "drop_oldest"),
    ("write", "queue_bytes", "8 MiB"),
    ("write", "stamp", "false"),
    ("write", "spool", "/var/spool/meters"),
    ("write", "spool_fsync", "2s"),
    ("write", "spool_max_bytes", "256 MiB"),
    ("write", "spool_max_age", "2h"),
    ("write", "spool_when", "when_full"),
    ("write.tags", "role", "meter"),
    ("retry", "max_retries", "7"),
    ("retry", "interval", "100"),
    ("retry", "max_retry_delay", "5s"),
    ("retry", "max_retry_time", "30s"),
    ("headers", "x-team", "s3cr3t-a"),
    ("proxy_headers", "x-hop", "s3cr3t-b"),
];
/// The default tags of `in_code`.
const TAGS: [(&str, &str); 2] = [("DataCenter", "b = 1"), ("shard", "7")];

fn table(name: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    STATED.iter().filter(move |(table, ..)| *table == name).map(|(_, key, text)| (*key, *text))
}

/// The last of them stand where JSON nests them.
const TABLES: [&str; 5] = ["retry", "headers", "proxy_headers", "write", "write.tags"];

#[track_caller]
fn same(source: &str, builder: ClientBuilder) {
    assert_eq!(format!("{builder:#?}"), format!("{:#?}", in_code()), "{source}");
}

/// A value as TOML and JSON write it: numbers and booleans without quotes.
fn typed(text: &str) -> String {
    let plain = text.parse::<i64>().is_ok() || text == "false";
    if plain { text.to_owned() } else { format!("{text:?}") }
}

#[test]
fn every_source_makes_the_same_client() {
    let mut ini = "; all of it\n[influx2]\n".to_owned();
    let mut toml = "# all of it\n[influx2]\n".to_owned();
    let mut json = "{ ".to_owned();
    for (key, text) in table("") {
        ini += &format!("{key} = {text}\n");
        toml += &format!("{key} = {}\n", typed(text));
        json += &format!("{key:?}: {},", typed(text));
    }
    for name in TABLES {
        ini += &format!("[influx2.{name}]\n");
        toml += &format!("[influx2.{name}]\n");
        match name.split_once('.') {
            // into the table before it
            Some((_, inner)) => json = format!("{},{inner:?}: {{", json.trim_end_matches("},")),
            None => json += &format!("{name:?}: {{"),
        }
        for (key, text) in table(name) {
            ini += &format!("{key} : \"{text}\"\n");
            toml += &format!("{key} = {} # and a comment\n", typed(text));
            json += &format!("{key:?}: {},", typed(text));
        }
        json = format!("{}{},", json.trim_end_matches(','), "}".repeat(name.split('.').count()));
    }
    ini += "[tags]\nDataCenter = b = 1\nshard=7\n[other]\nunknown = 1\n";
    toml += "[tags]\nDataCenter = 'b = 1'\nshard = 7\n[other]\nunknown = 1\n";
    json += "\"tags\": {\"DataCenter\": \"b = 1\", \"shard\": 7}";
    same("INI", ClientBuilder::from_config_file(file("same.ini", &ini)).unwrap());
    same("TOML", ClientBuilder::from_config_file(file("same.toml", &toml)).unwrap());
    same("JSON", ClientBuilder::from_config_file(file("same.json", &format!("{json} }}"))).unwrap());

    let section = |text: &str| text.replace("influx2", "plant a");
    let path = file("section.ini", &section(&ini));
    same("a section of INI", ClientBuilder::from_config_file_section(path, "plant a").unwrap());
    let path = file("section.toml", &toml.replace("influx2", "plant"));
    same("a section of TOML", ClientBuilder::from_config_file_section(path, "plant").unwrap());
    let path = file("section.json", &format!("{{ \"plant\": {json} }}, \"other\": 1 }}"));
    same("a section of JSON", ClientBuilder::from_config_file_section(path, "plant").unwrap());

    let name = |group: &str, key: &str| {
        let group = match group {
            "" => String::new(),
            "headers" => "HEADER_".to_owned(),
            "proxy_headers" => "PROXY_HEADER_".to_owned(),
            "write.tags" => "WRITE_TAG_".to_owned(),
            other => other.to_ascii_uppercase() + "_",
        };
        let key = if key == "tag_order" { "tags_order" } else { key };
        format!("INFLUXDB_V2_{group}{}", key.to_ascii_uppercase().replace('-', "_"))
    };
    let stated = STATED.iter().map(|(group, key, text)| (name(group, key), *text));
    let builder = ClientBuilder::from_variables(stated.map(|(name, text)| (name, text.to_owned()))).unwrap();
    // variables have no small letters, so that their tags have no capitals
    same(
        "the environment",
        TAGS.iter().fold(builder, |builder, (key, value)| builder.default_tag(*key, *value)),
    );
}

#[test]
fn no_secret_is_printed() {
    let text = format!("{:?}", in_code());
    assert!(!text.contains("s3cr3t"), "{text}");
}

#[test]
fn each_setting_makes_a_difference() {
    let stated = |left_out: Option<usize>| {
        let kept = STATED.iter().enumerate().filter(move |(i, _)| Some(*i) != left_out);
        let mut text = "[influx2]\n".to_owned();
        let mut open = "";
        for (_, (group, key, value)) in kept {
            if *group != open {
                open = group;
                text += &format!("[influx2.{group}]\n");
            }
            text += &format!("{key} = \"{value}\"\n");
        }
        text
    };
    let build = |text: &str| {
        ClientBuilder::from_config_file(file("difference.ini", text)).map(|builder| format!("{builder:?}"))
    };
    let all = build(&stated(None)).unwrap();
    // a builder prints neither its address nor how it uses its token; the others have no effect, or none here
    let same = ["url", "auth_scheme", "preset"];
    for (i, (_, key, _)) in STATED.iter().enumerate() {
        if let Ok(without) = build(&stated(Some(i))) {
            assert_eq!(without == all, same.contains(key), "{key}");
        }
    }
}
