//! A contender's process, from outside. It speaks in lines: `ready BYTES` when it wrote all rows once and they were right,
//! then for each line that it is sent `ran ROWS WALL_NS CPU_NS`, and at the end of its input `peak KIB`.

use super::data::ROWS;
use super::{Failure, Figure, Round};
use crate::data::Doubles;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A contender that runs.
pub(super) struct Process {
    child: Child,
    /// `None`: it is told to end.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    figure: Figure,
}

impl Process {
    /// Starts it and waits until what it writes was compared with the rows.
    pub(super) fn start(data: Doubles, contender: &'static str, threads: usize) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["contend-frame", data.name(), contender, &threads.to_string()]);
        // what Polars does by itself is on so many threads, too
        command.env("POLARS_MAX_THREADS", threads.to_string());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        let figure =
            Figure { data, contender, threads, rounds: Vec::new(), bytes_per_row: 0.0, peak_rss_kib: 0 };
        let mut process = Self { child, orders, answers, figure };
        process.figure.bytes_per_row = process.expect("ready")?[0] / ROWS as f64;
        Ok(process)
    }

    /// One measurement.
    pub(super) fn round(&mut self) -> Result<(), Failure> {
        let orders = self.orders.as_mut().ok_or("no stdin")?;
        writeln!(orders, "run")?;
        orders.flush()?;
        let [rows, wall_ns, cpu_ns] = self.expect("ran")?;
        self.figure.rounds.push(Round { rows, wall_ns, cpu_ns });
        Ok(())
    }

    /// Lets it end.
    pub(super) fn end(mut self) -> Result<Figure, Failure> {
        self.orders = None;
        self.figure.peak_rss_kib = self.expect("peak")?[0] as u64;
        if !self.child.wait()?.success() {
            return Err(format!("{} failed", self.figure.contender).into());
        }
        Ok(self.figure)
    }

    fn expect(&mut self, word: &str) -> Result<[f64; 3], Failure> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        crate::writer::numbers(&line, word)
            .ok_or_else(|| format!("{} said {line:?} and not {word}", self.figure.contender).into())
    }
}
