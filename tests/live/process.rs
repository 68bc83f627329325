//! What servers of our own have in common: a free port, a folder, and a first answer to wait for.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A server's time to come up.
const START: Duration = Duration::from_secs(20);

/// What `INFLUX_LIVE` may name; nothing, too.
const KNOWN: [&str; 5] = ["influxd", "victoria-metrics", "faketime", "required", ""];

/// Says loudly that there is no such program, so that nothing is checked.
///
/// # Panics
///
/// If `INFLUX_LIVE` names it or is `required`: a test must not pass by skipping.
pub(crate) fn skip(program: &str, why: &str) {
    let required = std::env::var("INFLUX_LIVE").unwrap_or_default();
    for name in required.split(',') {
        assert!(KNOWN.contains(&name), "INFLUX_LIVE={required}: it names {KNOWN:?}, with commas between");
    }
    let is_required = required.split(',').any(|name| [program, "required"].contains(&name));
    assert!(!is_required, "INFLUX_LIVE={required}, but {program} is not on the path: {why}");
    // the macro would be captured: nobody reads the output of a test that passes
    let _ = writeln!(io::stderr(), "!!! SKIPPED: {program} is not on the path: {why} !!!");
}

/// A new folder.
pub(crate) fn folder(name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("influx-live-{name}-{}-{count}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// An address that was free a moment ago; not every server takes port 0.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// Waits until the process is there for requests; `false` if it ended, or took too long.
pub(crate) fn answers(child: &mut Child, mut is_up: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < START {
        let up = is_up();
        // what answers may be another process on the same port
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if up {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// Sends a request and reads until the connection ends.
pub(crate) fn ask(address: SocketAddr, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
