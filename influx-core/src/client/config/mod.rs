//! Settings from files and from the environment.
//!
//! The way of a setting: a [`file`] or the [environment](env) states it under a name, [`keys`] is the one table of
//! names, [`parse`] reads the value, [`settings`] puts together what belongs together and hands it to the setters of
//! [`ClientBuilder`].

mod env;
mod file;
mod ini;
mod keys;
mod parse;
mod settings;
mod source;
mod spool;
mod value;

use std::ffi::OsString;
use std::path::Path;

use super::{Client, ClientBuilder};
use crate::error::Result;

/// The variable of a name in this process.
fn variable(name: &str) -> Option<String> {
    // names with these make `var` panic on some platforms
    if name.is_empty() || name.contains(['=', '\0']) {
        return None;
    }
    std::env::var(name).ok()
}

impl ClientBuilder {
    /// The settings of the environment: the variables of one client family.
    ///
    /// | family | required | others |
    /// | --- | --- | --- |
    /// | `INFLUXDB_V2_…` | `URL`, `TOKEN` | every key of [files](Self::from_config_file) in capitals, such as `ORG`, `TIMEOUT`, `VERIFY_SSL`, `BUCKET`; those of its tables behind `WRITE_`, `WRITE_TAG_`, `RETRY_`, `HEADER_`, `PROXY_HEADER_` and `TAG_` |
    /// | `INFLUX_…` | `HOST`, `TOKEN`, `DATABASE` | `ORG`, `AUTH_SCHEME`, `PRECISION`, `GZIP_THRESHOLD`, `WRITE_NO_SYNC`, `WRITE_ACCEPT_PARTIAL`, `WRITE_USE_V2_API`, `WRITE_TIMEOUT`, `QUERY_TIMEOUT`, `DISABLE_GRPC_COMPRESSION` |
    ///
    /// `INFLUXDB_V2_TAG_DATA_CENTER` is the default tag `data_center`, and `INFLUXDB_V2_HEADER_X_TEAM` the header
    /// `x-team`; the key `tag_order` is `INFLUXDB_V2_TAGS_ORDER`. `INFLUX_DISABLE_GRPC_COMPRESSION` is checked and has no effect. Values are as in files;
    /// lists have commas.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), which names the variables: none is set, or some of both families
    /// are; a required one is missing; one that begins with `INFLUXDB_V2_` is unknown, or, where the other family is
    /// used, one that begins with `INFLUX_`; a value cannot be read, is empty, or contradicts another.
    pub fn from_env() -> Result<Self> {
        env::read(std::env::vars_os())?.into_builder(&variable)
    }

    /// The settings of an environment that is given, name by name, in place of that of the process: as
    /// [`from_env`](Self::from_env), also for `${env.NAME}` inside values.
    ///
    /// ```
    /// use influx_core::ClientBuilder;
    ///
    /// let variables = [("INFLUXDB_V2_URL", "http://localhost:8086"), ("INFLUXDB_V2_TOKEN", "…"), ("HOME", "/root")];
    /// let client = ClientBuilder::from_variables(variables)?.org("my-org").build()?;
    /// assert_eq!(client.url(), "http://localhost:8086");
    ///
    /// let error = ClientBuilder::from_variables([("INFLUXDB_V2_URL", "http://localhost:8086")]).unwrap_err();
    /// assert!(error.to_string().contains("INFLUXDB_V2_TOKEN is missing"));
    /// # Ok::<(), influx_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn from_variables<N, V>(variables: impl IntoIterator<Item = (N, V)>) -> Result<Self>
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        let all: Vec<_> = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let variable = |wanted: &str| {
            let found = all.iter().find(|(name, _)| name.to_str() == Some(wanted));
            found.and_then(|(_, value)| value.to_str().map(str::to_owned))
        };
        env::read(all.clone())?.into_builder(&variable)
    }

    /// The settings of the section `influx2` of a file, and the default tags of its section `tags`.
    ///
    /// ```toml
    /// [influx2]
    /// url = "http://localhost:8086"
    /// token = "${env.INFLUX_WRITE_TOKEN}"
    /// org = "my-org"
    /// bucket = "machines"
    /// timeout = "10s"
    /// tag_order = ["host"]
    ///
    /// [influx2.write]
    /// preset = "throughput"
    /// queue_bytes = "128 MiB"
    ///
    /// [tags]
    /// DataCenter = "${env.DATA_CENTER}"
    /// ```
    ///
    /// The extension says the format: `.toml`; `.ini`, `.cfg` and `.conf` for INI; `.json`, where the settings may also
    /// stand without a section, beside `tags`. INI has the same sections; its values may stand in quotes, and comments
    /// stand on lines of their own. Sections of other names are left alone.
    ///
    /// Every key has the name that the official Python client gives it, or that of the builder's setter:
    ///
    /// | key | value |
    /// | --- | --- |
    /// | `url` | required |
    /// | `token` | required, unless `auth_method` is another one |
    /// | `auth_method` | `token`; `session` or `basic`, with `username` and `password`; `none`. Default: by what is set |
    /// | `auth_scheme`, `auth_basic` | `token` or `bearer`; boolean |
    /// | `org`, `bucket`, `database`, `retention_policy`, `consistency`, `no_sync`, `accept_partial` | where records go: [`destination`](Self::destination) |
    /// | `dialect`, `use_v2_api` | `v1`, `v2` or `v3`; boolean, another word for `v2` and `v3` |
    /// | `precision`, `unsigned`, `non_finite`, `tag_order` | `ns`, `us`, `ms`, `s` or their long names; boolean; `skip` or `error`; list |
    /// | `enable_gzip`, `gzip_threshold`, `gzip_level` | boolean; bytes; number |
    /// | `timeout`, `query_timeout` | duration or `none` |
    /// | `connect_timeout`, `write_timeout`, `read_timeout`, `idle_timeout` | duration |
    /// | `connection_pool_maxsize`, `user_agent`, `proxy` | number; text; URL |
    /// | `verify_ssl`, `ssl_ca_cert`, `cert_file`, `cert_key_file`, `cert_key_password` | boolean; paths, from the working directory, or PEM text |
    /// | `profilers` | list of `query` and `operator` |
    /// | `disable_grpc_compression` | boolean, checked, and without effect: there is no gRPC here |
    /// | table `write` | `preset` (`throughput`, `synchronous`), and every setter of [`WriteOptions`](crate::write::WriteOptions) by its name; `overflow` is `wait`, `reject`, `drop_oldest` or `drop_newest`; its table `tags` has the writers' own default tags |
    /// | table `retry` | every setter of [`RetryPolicy`](crate::http::RetryPolicy) by its name |
    /// | tables `headers`, `proxy_headers`, `tags` | any names |
    ///
    /// Durations are milliseconds as a whole number, or text such as `"500ms"`, `"10s"`, `"1m30s"`. Bytes are a number, or
    /// text such as `"64 KiB"`, `"1 MiB"`. Booleans are also `yes`, `on`, `1` and `no`, `off`, `0`, in any case. Lists may be
    /// text with commas. In all text, `${env.NAME}` stands for the variable of that name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config), which names the file, the section and the key: the file cannot be
    /// read or is not in its format; the section is missing; a key is unknown, stands twice, or is required and missing; a
    /// value cannot be read, is empty, or contradicts another; a variable is not set.
    pub fn from_config_file(path: impl AsRef<Path>) -> Result<Self> {
        file::read(path.as_ref(), None)?.into_builder(&variable)
    }

    /// The settings of another section of a file, and the default tags of its section `tags`: as
    /// [`from_config_file`](Self::from_config_file).
    ///
    /// # Errors
    ///
    /// As [`from_config_file`](Self::from_config_file).
    pub fn from_config_file_section(path: impl AsRef<Path>, section: &str) -> Result<Self> {
        file::read(path.as_ref(), Some(section))?.into_builder(&variable)
    }
}

impl Client {
    /// A client by the settings of the environment: see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// As that, and as [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// A client by the settings of a file: see [`ClientBuilder::from_config_file`].
    ///
    /// # Errors
    ///
    /// As that, and as [`ClientBuilder::build`].
    pub fn from_config_file(path: impl AsRef<Path>) -> Result<Self> {
        ClientBuilder::from_config_file(path)?.build()
    }

    /// A client by the settings of a section of a file: see [`ClientBuilder::from_config_file_section`].
    ///
    /// # Errors
    ///
    /// As that, and as [`ClientBuilder::build`].
    pub fn from_config_file_section(path: impl AsRef<Path>, section: &str) -> Result<Self> {
        ClientBuilder::from_config_file_section(path, section)?.build()
    }
}
