//! A validating mock of one contract: a child process that judges each request by InfluxData's OpenAPI file.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use influx_tests::oracle;
use serde::Deserialize;

/// Names the Python that runs the mock; then it must have the modules. Default: `python3`, if it has them.
const PYTHON: &str = "INFLUX_ORACLE_PYTHON";
const MODULES: &str = "import openapi_core, werkzeug, yaml";
/// The mock's time to read its contract, on a machine that does much else.
const START: Duration = Duration::from_secs(120);

/// A contract that InfluxData publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spec {
    /// InfluxDB OSS 1.
    V1,
    /// InfluxDB OSS 2.
    Oss,
    /// InfluxDB Cloud 2.
    Cloud,
    /// InfluxDB 3 Core.
    Core,
}

impl Spec {
    fn file(self) -> &'static str {
        match self {
            Self::V1 => "influxdb-oss-v1.yaml",
            Self::Oss => "influxdb-oss-v2.yaml",
            Self::Cloud => "influxdb-cloud-v2.yaml",
            Self::Core => "influxdb3-core.yaml",
        }
    }
}

/// A mock server of one contract, stopped when it is dropped.
pub(super) struct Contract {
    child: Child,
    folder: PathBuf,
    address: SocketAddr,
    /// The documented statuses of each operation.
    pub(super) operations: BTreeMap<String, Vec<u16>>,
    /// How many verdicts were read.
    read: usize,
}

/// What the mock says of one request.
#[derive(Debug, Deserialize)]
pub(super) struct Verdict {
    /// `None`: the contract has no such path and method.
    pub(super) op: Option<String>,
    method: String,
    path: String,
    query: String,
    pub(super) status: u16,
    /// Where the request breaks the contract: each breach as a chain of causes.
    errors: Vec<Vec<String>>,
}

impl Verdict {
    /// The request with its breaches of the contract, if there are any.
    pub(super) fn breach(&self) -> Option<String> {
        let Self { op, method, path, query, errors, .. } = self;
        let breaks = op.is_none() || !errors.is_empty();
        breaks.then(|| format!("{method} {path}?{query} is {op:?}, which it breaks: {errors:#?}"))
    }
}

impl Contract {
    /// Starts the mock; `None`, with a loud line, if there is no oracle or no Python that can run it.
    ///
    /// # Panics
    ///
    /// If [`oracle::ORACLE_DIR`] or [`PYTHON`] is set, and what it names is not there or cannot do this: a test asked
    /// for must not pass by skipping.
    pub(super) fn start(spec: Spec) -> Option<Self> {
        let oracle = oracle::folder()?;
        let python = python()?;
        let folder = env::temp_dir().join(format!("influx-contract-{spec:?}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder); // of a process of this number that was killed
        fs::create_dir_all(&folder).unwrap();
        let copy = folder.join("contract.json");
        let operations = prepare(&python, &oracle.join("openapi").join(spec.file()), &copy);
        // an address that was free a moment ago: the mock takes no port 0
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let child = Command::new(&python)
            .arg(oracle.join("oas_server.py"))
            .arg(&copy)
            .arg(address.port().to_string())
            .arg(folder.join("log"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.join("stderr")).unwrap())
            .spawn()
            .unwrap();
        let mut contract = Self { child, folder, address, operations, read: 0 };
        contract.wait();
        Some(contract)
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The verdicts on all requests since the last time. Each is there before its request is answered.
    pub(super) fn verdicts(&mut self) -> Vec<Verdict> {
        let log = fs::read_to_string(self.folder.join("log")).unwrap();
        let verdicts: Vec<_> =
            log.lines().skip(self.read).map(|line| serde_json::from_str(line).unwrap()).collect();
        self.read += verdicts.len();
        verdicts
    }

    /// Waits until the mock says that it is ready, and makes sure that it is our child who answers.
    fn wait(&mut self) {
        let (said, line) = mpsc::channel();
        let stdout = self.child.stdout.take().unwrap();
        std::thread::spawn(move || {
            let mut line = String::new();
            // whatever ends this, there is no line then
            let _ = BufReader::new(stdout).read_line(&mut line);
            let _ = said.send(line);
        });
        let line = line.recv_timeout(START).unwrap_or_default();
        assert_eq!(line.trim(), "ready", "the mock does not start:\n{}", self.stderr());
        let path = format!("/is-it-you-{}", std::process::id());
        let answer = ask(self.address, &path).unwrap_or_else(|error| panic!("{error}:\n{}", self.stderr()));
        assert!(answer.contains(" 404 "), "{answer}");
        let seen = self.verdicts();
        assert!(
            matches!(&seen[..], [verdict] if verdict.path == path && verdict.breach().is_some()),
            "another process answers on {}, or the mock finds no fault with what is no part of the contract: {seen:?}",
            self.address
        );
    }

    fn stderr(&self) -> String {
        fs::read_to_string(self.folder.join("stderr")).unwrap_or_default()
    }
}

impl Drop for Contract {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A Python with the mock's modules; `None`, with a loud line, if there is none and none is named.
fn python() -> Option<OsString> {
    let named = env::var_os(PYTHON);
    let python = named.clone().unwrap_or_else(|| "python3".into());
    let why = match Command::new(&python).args(["-c", MODULES]).output() {
        Ok(output) if output.status.success() => return Some(python),
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    assert!(named.is_none(), "{PYTHON}={}: {why}", python.display());
    // the macro would be captured: nobody reads the output of a test that passes
    let _ = writeln!(
        io::stderr(),
        "!!! SKIPPED: python3 cannot run the mock servers, so no contract is checked: {why} !!!"
    );
    None
}

/// Writes the contract as the mock is to read it, and returns its operations.
fn prepare(python: &OsString, spec: &Path, copy: &Path) -> BTreeMap<String, Vec<u16>> {
    let output =
        Command::new(python).args(["-c", include_str!("prepare.py")]).args([spec, copy]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Sends a request and reads until the connection ends.
fn ask(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
