//! An `influxd` 1.x of our own, if one is installed: free ports, a folder of its own, gone at the end.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use influx_tests::reader::Reading;
use influx_tests::record::Value;
use serde_json::Value as Json;

pub(crate) struct Influxd {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Influxd {
    /// Starts one; `None`, with a loud line, where none is installed.
    ///
    /// # Panics
    ///
    /// If there is one and it does not start, or if `INFLUX_LIVE` is `required` and there is none: a test must
    /// not pass by skipping.
    pub(crate) fn start() -> Option<Self> {
        let version = Command::new("influxd").arg("version").output();
        let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        match version {
            Ok(version) if version.contains(" v1.") => {}
            other => {
                assert!(!is_required(), "INFLUX_LIVE=required, but no influxd 1.x is on the path: {other:?}");
                // the macro would be captured: nobody reads the output of a test that passes
                let _ = writeln!(io::stderr(), "!!! SKIPPED: no influxd 1.x on the path ({other:?}) !!!");
                return None;
            }
        }
        // Another process may take a port between its choice and its use.
        let server = (0..5).find_map(|_| Influxd::try_start());
        Some(server.unwrap_or_else(|| panic!("influxd is installed but does not answer")))
    }

    fn try_start() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("influx-live-{}-{count}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (rpc, address) = (free_address(), free_address());
        let config = format!(
            "reporting-disabled = true\nbind-address = \"{rpc}\"\n\
             [meta]\ndir = {meta:?}\n[data]\ndir = {data:?}\nwal-dir = {wal:?}\n\
             [http]\nbind-address = \"{address}\"\nlog-enabled = false\n[monitor]\nstore-enabled = false\n",
            meta = folder.join("meta"),
            data = folder.join("data"),
            wal = folder.join("wal"),
        );
        fs::write(folder.join("influxd.conf"), config).unwrap();
        let child = Command::new("influxd")
            .arg("-config")
            .arg(folder.join("influxd.conf"))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Influxd { child, address, folder };
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            let pong = server.exchange("GET", "/ping", "");
            // A server that lost its port to another has ended.
            if server.child.try_wait().unwrap().is_some() {
                return None;
            }
            if pong.is_ok_and(|(status, head)| status == 204 && head.contains("X-Influxdb-Version: 1.")) {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// Sends a request; the status, and the head and body of the answer. HTTP/1.0, so that the body ends with
    /// the connection.
    fn exchange(&self, method: &str, path: &str, body: &str) -> io::Result<(u16, String)> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let form = "Content-Type: application/x-www-form-urlencoded";
        let length = body.len();
        write!(stream, "{method} {path} HTTP/1.0\r\n{form}\r\nContent-Length: {length}\r\n\r\n{body}")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok((status.ok_or(io::ErrorKind::InvalidData)?, answer))
    }

    /// Writes a text with timestamps in nanoseconds: what is wrong with it, if anything is.
    pub(crate) fn write(&self, database: &str, text: &str) -> Result<(), String> {
        let path = format!("/write?db={database}&precision=n");
        match self.exchange("POST", &path, text).map_err(|error| error.to_string())? {
            (204, _) => Ok(()),
            (_, answer) => Err(answer),
        }
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
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Whether what cannot be checked is a failure.
fn is_required() -> bool {
    match std::env::var("INFLUX_LIVE") {
        Ok(value) if value == "required" => true,
        Ok(value) if !value.is_empty() => panic!("INFLUX_LIVE={value}: it is `required` or unset"),
        _ => false,
    }
}

/// An address that was free a moment ago; influxd does not take port 0.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
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
