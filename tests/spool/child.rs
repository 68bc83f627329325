//! A process under test: started, heard, killed.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use influx_spool_tests::{Counts, Orders, Report};

/// What a process may take to do what a test waits for.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_influx-spool-child");

/// All that was told so far, and whether more can come.
#[derive(Debug, Default)]
struct Told {
    reports: Vec<Report>,
    ended: bool,
}

type Shared = Arc<(Mutex<Told>, Condvar)>;

pub(crate) struct Process {
    child: Child,
    told: Shared,
    reading: Option<JoinHandle<()>>,
    /// Whether what was started is not the program, but what traces it.
    traced: bool,
}

/// What a process has told when it is gone.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) reports: Vec<Report>,
    pub(crate) status: ExitStatus,
}

impl Process {
    pub(crate) fn start(orders: &Orders) -> Self {
        Self::by(Command::new(PROGRAM), orders)
    }

    /// By a command that ends in being the program, whose argument is added.
    pub(crate) fn by(command: Command, orders: &Orders) -> Self {
        Self::spawn(command, orders, false)
    }

    /// By a command that traces the program, whose argument is added.
    pub(crate) fn traced(command: Command, orders: &Orders) -> Self {
        Self::spawn(command, orders, true)
    }

    fn spawn(mut command: Command, orders: &Orders, traced: bool) -> Self {
        command.arg(serde_json::to_string(orders).unwrap());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let output = child.stdout.take().unwrap();
        let told = Shared::default();
        let hears = Arc::clone(&told);
        let reading = std::thread::spawn(move || hear(output, &hears));
        Self { child, told, reading: Some(reading), traced }
    }

    /// The id of the process itself, also where another one started it.
    pub(crate) fn id(&self) -> u32 {
        self.wait_for("its id", |reports| match reports.first() {
            Some(Report::Began { pid }) => Some(*pid),
            _ => None,
        })
    }

    /// Waits for something to be told; `what` it is stands in the failure.
    ///
    /// # Panics
    ///
    /// If it ends, or takes too long, without telling it.
    #[track_caller]
    pub(crate) fn wait_for<T>(&self, what: &str, wanted: impl Fn(&[Report]) -> Option<T>) -> T {
        let found = self.look_for(PATIENCE, wanted);
        found.unwrap_or_else(|reports| panic!("no {what}: {}", last(&reports)))
    }

    /// As [`wait_for`](Self::wait_for); what it told when it has ended, or the time is over.
    pub(crate) fn look_for<T>(
        &self,
        patience: Duration,
        wanted: impl Fn(&[Report]) -> Option<T>,
    ) -> Result<T, Vec<Report>> {
        let until = Instant::now() + patience;
        let (told, changed) = &*self.told;
        let mut told = told.lock().unwrap();
        loop {
            if let Some(found) = wanted(&told.reports) {
                return Ok(found);
            }
            let left = until.saturating_duration_since(Instant::now());
            if told.ended || left.is_zero() {
                return Err(told.reports.clone());
            }
            told = changed.wait_timeout(told, left).unwrap().0;
        }
    }

    #[track_caller]
    pub(crate) fn wait_until_open(&self) {
        self.wait_for("writer", |reports| {
            reports.iter().find(|report| matches!(report, Report::Opened { .. })).cloned()
        });
    }

    /// Ends it as nothing else does: `SIGKILL`.
    pub(crate) fn kill(mut self) -> End {
        self.strike();
        self.gone()
    }

    /// What traces ends with what it traced, and has told all of it then.
    fn strike(&mut self) {
        if self.traced {
            signal(self.id(), "KILL");
        } else {
            self.child.kill().unwrap();
        }
    }

    /// Waits until it has ended by itself.
    #[track_caller]
    pub(crate) fn end(self) -> End {
        self.end_within(PATIENCE)
    }

    #[track_caller]
    pub(crate) fn end_within(mut self, patience: Duration) -> End {
        let ended = self.look_for(patience, |_| None::<()>);
        let is_through = self.told.0.lock().unwrap().ended;
        assert!(is_through, "it does not end: {}", last(&ended.unwrap_err()));
        self.gone()
    }

    fn gone(&mut self) -> End {
        let status = self.child.wait().unwrap();
        if let Some(reading) = self.reading.take() {
            reading.join().unwrap();
        }
        End { reports: std::mem::take(&mut self.told.0.lock().unwrap().reports), status }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.reading.is_none() {
            return;
        }
        // a test has failed: nothing here may fail again
        let pid = self.told.0.lock().ok().and_then(|told| match told.reports.first() {
            Some(Report::Began { pid }) => Some(*pid),
            _ => None,
        });
        if let (true, Some(pid), Ok(None)) = (self.traced, pid, self.child.try_wait()) {
            let _ = Command::new("kill").args(["-s", "KILL", &pid.to_string()]).status();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a process a signal, such as `KILL` or `STOP`.
pub(crate) fn signal(id: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &id.to_string()]).status().unwrap();
    assert!(sent.success(), "process {id} takes no {name}");
}

impl End {
    /// Whether it was killed, itself or what started it.
    pub(crate) fn was_killed(&self) -> bool {
        self.status.signal() == Some(9)
    }

    /// The counters of one that came to its end.
    #[track_caller]
    pub(crate) fn counts(&self) -> Counts {
        let closed = self.reports.iter().find_map(|report| match report {
            Report::Closed(counts) => Some(counts.clone()),
            _ => None,
        });
        closed.unwrap_or_else(|| panic!("it was not closed ({}): {}", self.status, last(&self.reports)))
    }

    /// The error of one that could not be opened.
    #[track_caller]
    pub(crate) fn refused(&self) -> &str {
        match self.reports.last() {
            Some(Report::Refused { error }) => error,
            _ => panic!("it was not refused ({}): {}", self.status, last(&self.reports)),
        }
    }

    /// How many records it found, if it came so far.
    pub(crate) fn recovered(&self) -> Option<u64> {
        self.reports.iter().find_map(|report| match report {
            Report::Opened { recovered } => Some(*recovered),
            _ => None,
        })
    }

    pub(crate) fn attempted(&self) -> BTreeSet<u64> {
        numbers(&self.reports, |report| match report {
            Report::Attempted { from, to } => Some((*from, *to)),
            _ => None,
        })
    }

    pub(crate) fn durable(&self) -> BTreeSet<u64> {
        numbers(&self.reports, |report| match report {
            Report::Durable { from, to } => Some((*from, *to)),
            _ => None,
        })
    }
}

fn numbers(reports: &[Report], range: impl Fn(&Report) -> Option<(u64, u64)>) -> BTreeSet<u64> {
    reports.iter().filter_map(range).flat_map(|(from, to)| from..to).collect()
}

/// Reads what is told until nobody is left to tell anything.
fn hear(output: ChildStdout, shared: &Shared) {
    let (told, changed) = &**shared;
    for line in BufReader::new(output).lines() {
        let line = line.unwrap();
        let report = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        told.lock().unwrap().reports.push(report);
        changed.notify_all();
    }
    told.lock().unwrap().ended = true;
    changed.notify_all();
}

/// The last of what was told, for a failure.
fn last(reports: &[Report]) -> String {
    let first = reports.len().saturating_sub(10);
    format!("{} reports, at last {:?}", reports.len(), &reports[first..])
}
