//! An `influxd` 1.x of our own, if one is installed: free ports, a folder of its own, gone at the end.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use influx_tests::reader::Reading;
use influx_tests::record::Value;
use serde_json::Value as Json;

use crate::process;

pub(crate) struct Influxd {
    /// `None` while it is stopped.
    child: Option<Child>,
    address: SocketAddr,
    folder: PathBuf,
    /// The administrator's, if it asks who writes.
    authorization: Option<String>,
}

/// What it is to be.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Setup {
    /// Whether it asks who writes; the user `admin` with the password `pw` may do all.
    pub(crate) auth: bool,
    /// The largest body, as it is on the wire, in bytes.
    pub(crate) max_body: Option<usize>,
    /// The most rows of an answer that comes in one piece.
    pub(crate) max_rows: Option<usize>,
}

/// The status, and the head and body of an answer.
type Answer = (u16, String);

impl Influxd {
    /// Starts one that asks nobody; see [`with`](Self::with).
    pub(crate) fn start() -> Option<Self> {
        Self::with(Setup::default())
    }

    /// Starts one; `None`, with a loud line, where none is installed.
    ///
    /// # Panics
    ///
    /// If there is one and it does not start, or if there must be one: see [`process::skip`].
    pub(crate) fn with(setup: Setup) -> Option<Self> {
        let version = Command::new("influxd").arg("version").output();
        let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        match version {
            Ok(version) if version.contains(" v1.") => {}
            other => {
                process::skip("influxd", &format!("no version 1 ({other:?})"));
                return None;
            }
        }
        // Another process may take a port between its choice and its use.
        let server = (0..5).find_map(|_| Influxd::try_start(setup));
        Some(server.unwrap_or_else(|| panic!("influxd is installed but does not answer")))
    }

    fn try_start(setup: Setup) -> Option<Self> {
        let folder = process::folder("influxd");
        let (rpc, address) = (process::free_address(), process::free_address());
        let max_body = setup.max_body.map(|bytes| format!("max-body-size = {bytes}\n")).unwrap_or_default();
        let max_rows = setup.max_rows.map(|rows| format!("max-row-limit = {rows}\n")).unwrap_or_default();
        let config = format!(
            "reporting-disabled = true\nbind-address = \"{rpc}\"\n\
             [meta]\ndir = {meta:?}\n[data]\ndir = {data:?}\nwal-dir = {wal:?}\n\
             [http]\nbind-address = \"{address}\"\nlog-enabled = false\nauth-enabled = {auth}\n{max_body}{max_rows}\
             [monitor]\nstore-enabled = false\n",
            meta = folder.join("meta"),
            data = folder.join("data"),
            wal = folder.join("wal"),
            auth = setup.auth,
        );
        fs::write(folder.join("influxd.conf"), config).unwrap();
        let mut server = Influxd { child: None, address, folder, authorization: None };
        if !server.spawn() {
            return None;
        }
        if setup.auth {
            server.query("", "CREATE USER admin WITH PASSWORD 'pw' WITH ALL PRIVILEGES");
            server.authorization = Some(format!("Authorization: Basic {}\r\n", STANDARD.encode("admin:pw")));
        }
        Some(server)
    }

    /// Starts its process; whether that answers. A server that lost its port to another has ended.
    fn spawn(&mut self) -> bool {
        let child = Command::new("influxd")
            .arg("-config")
            .arg(self.folder.join("influxd.conf"))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let child = self.child.insert(child);
        let address = self.address;
        process::answers(child, || {
            let pong = exchange(address, "GET", "/ping", "", "");
            pong.is_ok_and(|(status, head)| status == 204 && head.contains("X-Influxdb-Version: 1."))
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it as a loss of power ends a process: `SIGKILL`.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Sends it a signal, such as `TERM`, `STOP` or `CONT`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Ends it in order.
    pub(crate) fn stop(&mut self) {
        self.signal("TERM");
        self.child.take().unwrap().wait().unwrap();
    }

    /// Starts it again, with what it has on disk.
    pub(crate) fn restart(&mut self) {
        assert!(self.child.is_none(), "it runs");
        assert!(self.spawn(), "influxd does not come back");
    }

    fn exchange(&self, method: &str, path: &str, body: &str) -> io::Result<Answer> {
        exchange(self.address, method, path, self.authorization.as_deref().unwrap_or_default(), body)
    }

    /// Writes a text with timestamps in nanoseconds: what is wrong with it, if anything is.
    pub(crate) fn write(&self, database: &str, text: &str) -> Result<(), String> {
        let path = format!("/write?db={database}&precision=n");
        match self.exchange("POST", &path, text).map_err(|error| error.to_string())? {
            (204, _) => Ok(()),
            (_, answer) => Err(answer),
        }
    }

    /// The values of a query's only series, row by row.
    pub(crate) fn rows(&self, database: &str, query: &str) -> Vec<Vec<Json>> {
        let results = self.query(database, query);
        let series = list(&results[0]["series"]);
        assert!(series.len() <= 1, "{query}: {results:?}");
        series.iter().flat_map(|series| list(&series["values"])).map(|row| list(row).to_vec()).collect()
    }

    pub(crate) fn query(&self, database: &str, query: &str) -> Vec<Json> {
        let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/query?db={database}&epoch=ns");
        let (status, answer) = self.exchange("POST", &path, &format!("q={encoded}")).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(status, 200, "{query}: {answer}");
        let mut body: Json = serde_json::from_str(body).unwrap();
        let results: Vec<Json> = serde_json::from_value(body["results"].take()).unwrap();
        for result in &results {
            assert!(result["error"].is_null(), "{query}: {result}");
        }
        results
    }

    /// All points of a database that holds one series: of several measurements, a query would turn integers
    /// into floats where types differ.
    pub(crate) fn read(&self, database: &str) -> Vec<Reading> {
        let results = self.query(database, "SELECT *::field FROM /.*/ GROUP BY *; SHOW FIELD KEYS");
        let mut readings = Vec::new();
        for series in list(&results[0]["series"]) {
            let columns: Vec<_> = list(&series["columns"]).iter().map(text).collect();
            let types: Vec<_> = list(&results[1]["series"])
                .iter()
                .filter(|keys| keys["name"] == series["name"])
                .flat_map(|keys| list(&keys["values"]))
                .map(|pair| (text(&pair[0]), text(&pair[1])))
                .collect();
            // Without tags, there is no such member; an empty value is a tag that other series have.
            let tags = series["tags"].as_object().into_iter().flatten();
            let tags: Vec<_> = tags.map(|(key, value)| (key.clone(), text(value))).collect();
            for row in list(&series["values"]) {
                let mut reading =
                    Reading { name: text(&series["name"]), tags: tags.clone(), fields: vec![], ticks: None };
                for (column, cell) in columns.iter().zip(list(row)) {
                    match types.iter().find(|(key, _)| key == column) {
                        _ if cell.is_null() => {}
                        Some((_, kind)) => reading.fields.push((column.clone(), value(kind, cell))),
                        None if column == "time" => reading.ticks = cell.as_i64(),
                        None => panic!("no type for {column:?} in {results:?}"),
                    }
                }
                readings.push(reading);
            }
        }
        readings
    }
}

impl Drop for Influxd {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Sends a request. HTTP/1.0, so that the body ends with the connection.
fn exchange(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> io::Result<Answer> {
    let form = "Content-Type: application/x-www-form-urlencoded";
    let length = body.len();
    let request =
        format!("{method} {path} HTTP/1.0\r\n{form}\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
    let answer = process::ask(address, &request)?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or(io::ErrorKind::InvalidData)?, answer))
}

fn list(json: &Json) -> &[Json] {
    json.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(json: &Json) -> String {
    json.as_str().unwrap().to_owned()
}

fn value(kind: &str, cell: &Json) -> Value {
    match kind {
        "float" => Value::Float(cell.as_f64().unwrap()),
        "integer" => Value::Integer(cell.as_i64().unwrap()),
        "boolean" => Value::Boolean(cell.as_bool().unwrap()),
        "string" => Value::String(text(cell)),
        other => panic!("a field of type {other}"),
    }
}
