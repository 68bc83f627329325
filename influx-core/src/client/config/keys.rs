//! The one table of what can be set outside of code: names, and what each of them sets.

use super::env::V2;
use super::parse::{Wrong, boolean, bytes, count, duration, limit, list, small, text, word};
use super::settings::{Method, Preset, Settings};
use super::spool;
use super::value::Value;
use crate::client::AuthScheme;
use crate::line::{NonFinite, Precision};
use crate::query::Profiler;
use crate::write::{Consistency, Dialect, Overflow, WriteOptions};

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// In the section itself.
    Main,
    /// How writers batch, retry and bound their memory.
    Write,
    /// Default tags of writers.
    WriteTags,
    /// How calls are tried again.
    Retry,
    /// Headers of every request.
    Headers,
    /// Headers for the proxy.
    ProxyHeaders,
    /// Default tags.
    Tags,
}

/// All groups but the first; a longer prefix before one that it ends with.
pub(super) const GROUPS: [Group; 6] =
    [Group::WriteTags, Group::Write, Group::Retry, Group::ProxyHeaders, Group::Headers, Group::Tags];

impl Group {
    /// The table inside the section; a dot stands before a table inside that.
    pub(super) fn table(self) -> Option<&'static str> {
        match self {
            Group::Main => None,
            Group::Write => Some("write"),
            Group::WriteTags => Some("write.tags"),
            Group::Retry => Some("retry"),
            Group::Headers => Some("headers"),
            Group::ProxyHeaders => Some("proxy_headers"),
            Group::Tags => Some("tags"),
        }
    }

    /// What stands before the key in a variable.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Group::Main => "",
            Group::Write => "WRITE_",
            Group::WriteTags => "WRITE_TAG_",
            Group::Retry => "RETRY_",
            Group::Headers => "HEADER_",
            Group::ProxyHeaders => "PROXY_HEADER_",
            Group::Tags => "TAG_",
        }
    }

    /// Whether its keys are the user's.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Group::WriteTags | Group::Headers | Group::ProxyHeaders | Group::Tags)
    }

    /// The variable of a key.
    pub(super) fn variable(self, key: &str) -> String {
        // `TAG_ORDER` is the default tag `order`
        let key = if (self, key) == (Group::Main, TAG_ORDER) { "tags_order" } else { key };
        format!("{V2}{}{}", self.prefix(), key.to_ascii_uppercase().replace('-', "_"))
    }

    /// The key in an open group that a variable names: variables have no small letters.
    pub(super) fn key_of(self, variable: &str) -> String {
        let name = variable.to_ascii_lowercase();
        if matches!(self, Group::Tags | Group::WriteTags) { name } else { name.replace('_', "-") }
    }
}

/// A setting.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) group: Group,
    /// Its name in files; its variable is made of that.
    pub(super) name: &'static str,
    /// Its variable in the v3 client.
    pub(super) v3: Option<&'static str>,
    pub(super) set: fn(&mut Settings, &Value) -> Result<(), Wrong>,
}

type Set = fn(&mut Settings, &Value) -> Result<(), Wrong>;

const fn main(name: &'static str, set: Set) -> Key {
    Key { group: Group::Main, name, v3: None, set }
}

const fn both(name: &'static str, v3: &'static str, set: Set) -> Key {
    Key { group: Group::Main, name, v3: Some(v3), set }
}

const fn write(name: &'static str, set: Set) -> Key {
    Key { group: Group::Write, name, v3: None, set }
}

const fn retry(name: &'static str, set: Set) -> Key {
    Key { group: Group::Retry, name, v3: None, set }
}

const TAG_ORDER: &str = "tag_order";

const PRECISIONS: [(&str, Precision); 12] = [
    ("ns", Precision::Nanoseconds),
    ("us", Precision::Microseconds),
    ("ms", Precision::Milliseconds),
    ("s", Precision::Seconds),
    ("nanosecond", Precision::Nanoseconds),
    ("microsecond", Precision::Microseconds),
    ("millisecond", Precision::Milliseconds),
    ("second", Precision::Seconds),
    ("nanoseconds", Precision::Nanoseconds),
    ("microseconds", Precision::Microseconds),
    ("milliseconds", Precision::Milliseconds),
    ("seconds", Precision::Seconds),
];
const SCHEMES: [(&str, AuthScheme); 2] = [("token", AuthScheme::Token), ("bearer", AuthScheme::Bearer)];
const METHODS: [(&str, Method); 4] = [
    ("token", Method::Token),
    ("session", Method::Session),
    ("basic", Method::Basic),
    ("none", Method::None),
];
const DIALECTS: [(&str, Dialect); 3] = [("v1", Dialect::V1), ("v2", Dialect::V2), ("v3", Dialect::V3)];
const CONSISTENCIES: [(&str, Consistency); 4] = [
    ("any", Consistency::Any),
    ("one", Consistency::One),
    ("quorum", Consistency::Quorum),
    ("all", Consistency::All),
];
const NON_FINITE: [(&str, NonFinite); 2] = [("skip", NonFinite::Skip), ("error", NonFinite::Error)];
const OVERFLOWS: [(&str, Overflow); 4] = [
    ("wait", Overflow::Wait),
    ("reject", Overflow::Reject),
    ("drop_oldest", Overflow::DropOldest),
    ("drop_newest", Overflow::DropNewest),
];
const PRESETS: [(&str, Preset); 2] =
    [("throughput", WriteOptions::throughput), ("synchronous", WriteOptions::synchronous)];
const PROFILERS: [(&str, Profiler); 2] = [("query", Profiler::Query), ("operator", Profiler::Operator)];

/// Everything that can be set, but for tags and headers, whose names are the user's.
pub(super) const KEYS: &[Key] = &[
    both("url", "INFLUX_HOST", |to, value| text(value).map(|url| to.url = Some(url))),
    both("token", "INFLUX_TOKEN", |to, value| text(value).map(|token| to.token = Some(token))),
    both("org", "INFLUX_ORG", |to, value| text(value).map(|org| to.change(|builder| builder.org(org)))),
    // Who the client is
    both("auth_scheme", "INFLUX_AUTH_SCHEME", |to, value| {
        word(value, &SCHEMES).map(|scheme| to.change(move |builder| builder.auth_scheme(scheme)))
    }),
    main("auth_method", |to, value| word(value, &METHODS).map(|method| to.method = Some(method))),
    main("auth_basic", |to, value| boolean(value).map(|on| to.change(move |builder| builder.auth_basic(on)))),
    main("username", |to, value| text(value).map(|name| to.username = Some(name))),
    main("password", |to, value| text(value).map(|password| to.password = Some(password))),
    // Where records go
    main("bucket", |to, value| text(value).map(|name| to.bucket = Some(name))),
    both("database", "INFLUX_DATABASE", |to, value| text(value).map(|name| to.database = Some(name))),
    main("retention_policy", |to, value| {
        text(value).map(|policy| to.route("retention_policy", |route| route.retention_policy(policy)))
    }),
    main("consistency", |to, value| {
        let found = word(value, &CONSISTENCIES)?;
        to.route("consistency", move |route| route.consistency(found));
        Ok(())
    }),
    both("no_sync", "INFLUX_WRITE_NO_SYNC", |to, value| {
        boolean(value).map(|on| to.route("no_sync", move |route| route.no_sync(on)))
    }),
    both("accept_partial", "INFLUX_WRITE_ACCEPT_PARTIAL", |to, value| {
        boolean(value).map(|on| to.route("accept_partial", move |route| route.accept_partial(on)))
    }),
    main("dialect", |to, value| word(value, &DIALECTS).map(|dialect| to.dialect = Some(dialect))),
    both("use_v2_api", "INFLUX_WRITE_USE_V2_API", |to, value| {
        boolean(value).map(|on| to.v2_api = Some(if on { Dialect::V2 } else { Dialect::V3 }))
    }),
    // How records are encoded
    both("precision", "INFLUX_PRECISION", |to, value| {
        word(value, &PRECISIONS).map(|unit| to.change(move |builder| builder.precision(unit)))
    }),
    main("unsigned", |to, value| boolean(value).map(|on| to.change(move |builder| builder.unsigned(on)))),
    main("non_finite", |to, value| {
        word(value, &NON_FINITE).map(|rule| to.change(move |builder| builder.non_finite(rule)))
    }),
    main(TAG_ORDER, |to, value| list(value).map(|keys| to.change(|builder| builder.tag_order(keys)))),
    // How bodies are sent
    main("enable_gzip", |to, value| boolean(value).map(|on| to.gzip.enabled = Some(on))),
    both("gzip_threshold", "INFLUX_GZIP_THRESHOLD", |to, value| {
        bytes(value).map(|bytes| to.gzip.threshold = Some(bytes))
    }),
    main("gzip_level", |to, value| small(value).map(|level| to.gzip.level = Some(level))),
    main("timeout", |to, value| limit(value).map(|most| to.change(move |builder| builder.timeout(most)))),
    main("connect_timeout", |to, value| {
        duration(value).map(|most| to.change(move |builder| builder.connect_timeout(most)))
    }),
    both("write_timeout", "INFLUX_WRITE_TIMEOUT", |to, value| {
        duration(value).map(|most| to.change(move |builder| builder.write_timeout(most)))
    }),
    main("read_timeout", |to, value| {
        duration(value).map(|most| to.change(move |builder| builder.read_timeout(most)))
    }),
    both("query_timeout", "INFLUX_QUERY_TIMEOUT", |to, value| {
        limit(value).map(|most| to.change(move |builder| builder.query_timeout(most)))
    }),
    main("idle_timeout", |to, value| {
        duration(value).map(|most| to.change(move |builder| builder.idle_timeout(most)))
    }),
    main("connection_pool_maxsize", |to, value| {
        count(value).map(|size| to.change(move |builder| builder.pool_size(size)))
    }),
    main("user_agent", |to, value| text(value).map(|name| to.change(|builder| builder.user_agent(name)))),
    main("proxy", |to, value| text(value).map(|url| to.change(|builder| builder.proxy(url)))),
    // TLS
    main("verify_ssl", |to, value| boolean(value).map(|on| to.change(move |builder| builder.verify_tls(on)))),
    main("ssl_ca_cert", |to, value| {
        text(value).map(|pem| to.change(|builder| builder.ca_certificate(Settings::pem(pem))))
    }),
    main("cert_file", |to, value| text(value).map(|pem| to.certificate = Some(pem))),
    main("cert_key_file", |to, value| text(value).map(|pem| to.key = Some(pem))),
    main("cert_key_password", |to, value| {
        text(value).map(|password| to.change(|builder| builder.key_password(password)))
    }),
    // Queries
    main("profilers", |to, value| {
        let names = list(value)?.into_iter().map(Value::Text);
        let profilers = names.map(|name| word(&name, &PROFILERS)).collect::<Result<Vec<_>, _>>()?;
        to.change(move |builder| builder.profilers(profilers));
        Ok(())
    }),
    // Accepted from the other clients, and without effect here
    both("disable_grpc_compression", "INFLUX_DISABLE_GRPC_COMPRESSION", |_, value| boolean(value).map(drop)),
    // Writers
    write("preset", |to, value| word(value, &PRESETS).map(|preset| to.preset = Some(preset))),
    write("batch_size", |to, value| count(value).map(|n| to.write(move |write| write.batch_size(n)))),
    write("batch_bytes", |to, value| bytes(value).map(|n| to.write(move |write| write.batch_bytes(n)))),
    write("flush_interval", |to, value| {
        duration(value).map(|time| to.write(move |write| write.flush_interval(time)))
    }),
    write("jitter_interval", |to, value| {
        duration(value).map(|time| to.write(move |write| write.jitter_interval(time)))
    }),
    write("retry_interval", |to, value| {
        duration(value).map(|time| to.write(move |write| write.retry_interval(time)))
    }),
    write("max_retries", |to, value| small(value).map(|n| to.write(move |write| write.max_retries(n)))),
    write("max_retry_delay", |to, value| {
        duration(value).map(|time| to.write(move |write| write.max_retry_delay(time)))
    }),
    write("max_retry_time", |to, value| {
        duration(value).map(|time| to.write(move |write| write.max_retry_time(time)))
    }),
    write("exponential_base", |to, value| {
        small(value).map(|n| to.write(move |write| write.exponential_base(n)))
    }),
    write("max_close_wait", |to, value| {
        duration(value).map(|time| to.write(move |write| write.max_close_wait(time)))
    }),
    write("max_age", |to, value| duration(value).map(|time| to.write(move |write| write.max_age(time)))),
    write("in_flight", |to, value| count(value).map(|n| to.write(move |write| write.in_flight(n)))),
    write("full_jitter", |to, value| boolean(value).map(|on| to.write(move |write| write.full_jitter(on)))),
    write("overflow", |to, value| {
        word(value, &OVERFLOWS).map(|rule| to.write(move |write| write.overflow(rule)))
    }),
    write("queue_bytes", |to, value| bytes(value).map(|n| to.write(move |write| write.queue_bytes(n)))),
    write("stamp", |to, value| boolean(value).map(|on| to.write(move |write| write.stamp(on)))),
    write("spool", spool::path),
    write("spool_fsync", spool::fsync),
    write("spool_max_bytes", spool::max_bytes),
    write("spool_max_age", spool::max_age),
    write("spool_when", spool::when),
    // Calls
    retry("max_retries", |to, value| small(value).map(|n| to.retry(|retry| retry.max_retries(n)))),
    retry("interval", |to, value| duration(value).map(|time| to.retry(|retry| retry.interval(time)))),
    retry("max_retry_delay", |to, value| {
        duration(value).map(|time| to.retry(|retry| retry.max_retry_delay(time)))
    }),
    retry("max_retry_time", |to, value| {
        duration(value).map(|time| to.retry(|retry| retry.max_retry_time(time)))
    }),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_settings_have_one_name() {
        let mut files = HashSet::new();
        let mut variables = HashSet::new();
        for key in KEYS {
            assert!(files.insert((key.group.table(), key.name)), "{}", key.name);
            assert!(variables.insert(key.group.variable(key.name)), "{}", key.name);
            // a variable of a table does not look like that of an open group
            let open = GROUPS.iter().filter(|group| group.is_open());
            for group in open {
                assert!(!key.group.variable(key.name).starts_with(&group.variable("")), "{}", key.name);
            }
        }
        let mut v3: Vec<_> = KEYS.iter().filter_map(|key| key.v3).collect();
        v3.sort_unstable();
        v3.dedup();
        assert_eq!(v3.len(), 13);
    }

    #[test]
    fn the_readme_names_every_setting() {
        let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
        let start = readme.find("\n## Configuration\n").unwrap();
        let section = readme[start + 1..].split("\n## ").next().unwrap();
        let names = |name: &str| section.contains(&format!("`{name}`"));
        for key in KEYS {
            if key.group == Group::Main {
                let variable = key.group.variable(key.name);
                let variable = variable.strip_prefix(V2).unwrap();
                // where three rows are one, the names in files are those of the setters
                let file = names(key.name) || section.contains(&format!("`{}`:", key.name));
                assert!(file && names(variable), "{}: {variable}", key.name);
            }
            let v3 = key.v3.map(|name| name.strip_prefix("INFLUX_").unwrap());
            assert!(v3.is_none_or(names), "{v3:?}");
        }
    }
}
