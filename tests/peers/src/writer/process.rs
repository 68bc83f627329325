//! A contender's process, from outside. It speaks in lines: `ready BYTES` when one batch is written (its bytes, if it was
//! not sent), then for each `run MILLIS` it is told, `ran ROWS WALL_NS CPU_NS` when all of them are acknowledged, and at
//! the end of its input whatever it has to say, and `peak KIB`.

use super::sink::Sink;
use super::{Failure, Figure, PYTHON, memory};
use crate::data::{BATCH, Cpu};
use crate::verify;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const INTERPRETER: &str = "python3";
const SCRIPT: &str = include_str!("contender/contender.py");

/// A contender that runs.
pub(super) struct Process {
    name: &'static str,
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    bytes_per_row: f64,
    rounds: Vec<Round>,
}

/// One measurement.
#[derive(Clone, Copy)]
pub(super) struct Round {
    pub(super) rows: f64,
    pub(super) seconds: f64,
    pub(super) cpu_ns: f64,
}

/// Whether the Python client can take part; says so if not.
pub(crate) fn has_python() -> bool {
    let mut probe = Command::new(INTERPRETER);
    probe.args(["-c", "import influxdb_client"]).stdout(Stdio::null()).stderr(Stdio::null());
    let found = probe.status().is_ok_and(|status| status.success());
    if !found {
        eprintln!("the Python client does not take part: {INTERPRETER} cannot import influxdb_client");
        eprintln!("  to compare with it: pip install influxdb-client==1.50.0");
    }
    found
}

impl Process {
    /// Starts it and waits for its first batch, which must be the rows.
    pub(super) fn start(name: &'static str, sink: &Sink, rows: &[Cpu]) -> Result<Self, Failure> {
        let python = name.starts_with(PYTHON);
        let unsigned = !python && name != "influxdb2";
        let mut command = if python {
            let mut command = Command::new(INTERPRETER);
            command.args(["-c", SCRIPT]);
            command
        } else {
            let mut command = Command::new(std::env::current_exe()?);
            command.arg("contend");
            command
        };
        sink.keep();
        let mut child =
            command.args([name, &sink.url()]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut orders = child.stdin.take().ok_or("no stdin")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        if python {
            orders.write_all(table(rows).as_bytes())?;
        }
        let mut process = Self { name, child, orders, answers, bytes_per_row: 0.0, rounds: Vec::new() };
        let mut bytes = process.expect("ready")?[0];
        let kept = sink.kept();
        if bytes == 0.0 {
            bytes = kept.len() as f64;
            verify::text(&in_order(&kept), rows, unsigned)
                .map_err(|what| format!("{name} writes something else than the rows: {what}"))?;
        }
        process.bytes_per_row = bytes / BATCH as f64;
        Ok(process)
    }

    /// One measurement; what is said to be acknowledged must have arrived.
    pub(super) fn round(&mut self, duration: Duration, sink: &Sink) -> Result<(), Failure> {
        let before = sink.arrived();
        let round = self.run(duration)?;
        let after = sink.arrived();
        let (requests, bytes) = (after.requests - before.requests, after.bytes - before.bytes);
        let wanted = round.rows * self.bytes_per_row;
        // a body may end without the newline that the lines in it have
        if requests > 0 && !self.name.contains("gzip") && (wanted - bytes as f64).abs() > requests as f64 {
            return Err(format!("{}: {wanted} bytes were written, {bytes} arrived", self.name).into());
        }
        self.rounds.push(round);
        Ok(())
    }

    /// One long measurement, and what the process holds of memory, once a second, in KiB.
    pub(super) fn long(mut self, duration: Duration) -> Result<(Figure, Vec<u64>), Failure> {
        let id = self.child.id().to_string();
        let sampling = thread::spawn(move || {
            let end = Instant::now() + duration;
            let mut samples = Vec::new();
            while Instant::now() < end {
                thread::sleep(Duration::from_secs(1));
                samples.extend(memory::resident_kib(&id));
            }
            samples
        });
        let round = self.run(duration)?;
        self.rounds.push(round);
        let samples = sampling.join().map_err(|_| "the memory could not be sampled")?;
        Ok((self.end()?, samples))
    }

    fn run(&mut self, duration: Duration) -> Result<Round, Failure> {
        writeln!(self.orders, "run {}", duration.as_millis())?;
        self.orders.flush()?;
        let [rows, wall, cpu_ns] = self.expect("ran")?;
        Ok(Round { rows, seconds: wall / 1e9, cpu_ns })
    }

    /// The numbers behind a word; the ones that are not there are 0.
    fn expect(&mut self, word: &str) -> Result<[f64; 3], Failure> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        numbers(&line, word).ok_or_else(|| format!("{} said {line:?} and not {word}", self.name).into())
    }

    /// Lets it end.
    pub(super) fn end(mut self) -> Result<Figure, Failure> {
        drop(self.orders);
        let mut notes = self.answers.lines().collect::<Result<Vec<_>, _>>()?;
        let peak = notes.pop().and_then(|line| numbers(&line, "peak"));
        if !self.child.wait()?.success() {
            return Err(format!("{} failed", self.name).into());
        }
        Ok(Figure {
            contender: self.name,
            rounds: self.rounds,
            bytes_per_row: self.bytes_per_row,
            peak_rss_kib: peak.ok_or("the last line was no peak")?[0] as u64,
            notes,
        })
    }
}

/// Up to three numbers behind a word.
pub(crate) fn numbers(line: &str, word: &str) -> Option<[f64; 3]> {
    let mut found = [0.0; 3];
    for (text, number) in line.strip_prefix(word)?.split_whitespace().zip(&mut found) {
        *number = text.parse().ok()?;
    }
    Some(found)
}

/// The lines in the order of the rows: their times rise, and several requests may have overtaken each other.
fn in_order(text: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').collect();
    lines.sort_by_key(|line| line.rsplit(|&byte| byte == b' ').next().map(<[u8]>::to_vec));
    lines.concat()
}

/// The rows for a process that cannot make them itself: how many, then one a line, its values between tabs.
fn table(rows: &[Cpu]) -> String {
    let mut text = format!("{}\n", rows.len());
    for row in rows {
        let Cpu { core, host, region, usage_user, usage_system, temp, .. } = row;
        let Cpu { ctx_switches, throttled, governor, time, .. } = row;
        let _ = writeln!(
            text,
            "{core}\t{host}\t{region}\t{usage_user:?}\t{usage_system:?}\t{temp:?}\t{ctx_switches}\t{throttled}\t{governor}\t{time}"
        );
    }
    text
}
