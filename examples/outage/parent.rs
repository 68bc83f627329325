//! The process that has the server: takes it down, kills the writer, starts it again, and adds up.

use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{env, fs, process};

use influx_core::testing::TestServer;

use crate::child::{TICKS_A_SECOND, step};
use crate::ledger::Ledger;
use crate::{BUCKET, Failure, Options, child};

const TOKEN: &str = "outage-token";
const ORG: &str = "outage";
const POLL: Duration = Duration::from_millis(20);
const DRAIN: Duration = Duration::from_secs(300); // the longest that sending the rest may take

/// What the threads share.
type Shared = Arc<Mutex<Ledger>>;

fn lock(ledger: &Shared) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A directory that goes when this does.
struct Directory(PathBuf);

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A process that ends with this.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A run of the writer.
struct Run {
    number: u64,
    process: Process,
    /// Hears what it says; gives its last account.
    hearing: JoinHandle<String>,
}

/// When what happens, from the start on.
struct Plan {
    down: Duration,
    kill: Duration,
    up: Duration,
    end: Duration,
}

impl Plan {
    /// The outage is in the first half of what is left beside it, and the kill is in its middle.
    fn new(options: &Options) -> Self {
        let down = (options.seconds - options.down) / 3;
        Self { down, kill: down + options.down / 2, up: down + options.down, end: options.seconds }
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    // in steps, and some more than are asked for
    let most = step(options.rate).saturating_mul(TICKS_A_SECOND * (options.seconds.as_secs() + 2));
    let ledger: Shared = Arc::new(Mutex::new(Ledger::new(usize::try_from(most)?)));
    let stored = Arc::clone(&ledger);
    let server = TestServer::builder()
        .token(TOKEN)
        .bucket(BUCKET)
        .counting(true)
        .on_stored(move |line| lock(&stored).store(line))
        .start()?;
    let spool = Directory(env::temp_dir().join(format!("influx-outage-{}", process::id())));
    println!("the server is {}, the spool {}", server.url(), spool.0.display());

    let plan = Plan::new(options);
    let began = Instant::now();
    let mut screen = Screen { began, told: 0, ledger: Arc::clone(&ledger) };
    let first = Run::start(1, &server, &spool.0, &ledger, plan.end, options.rate)?;
    let first = screen.wait(first, plan.down)?;
    server.stop();
    screen.say("the server is down");
    let first = screen.wait(first, plan.kill)?;
    let before = first.kill()?;
    screen.say("the writer is killed");
    let left = plan.end.saturating_sub(began.elapsed());
    let second = Run::start(2, &server, &spool.0, &ledger, left, options.rate)?;
    let second = screen.wait(second, plan.up)?;
    server.restart()?;
    screen.say("the server is up");
    let after = screen.end(second, plan.end + DRAIN)?;
    screen.say("the writer has ended");

    println!("\nrun 1 when it last said so: {before}\nrun 2: {after}");
    let account = lock(&ledger).account();
    println!("attempted {} ≥ stored {} ≥ durable {}", account.attempted, account.stored, account.durable);
    println!(
        "durable and not stored: {}; stored and not written: {}; stored again: {} as it was, {} with another value",
        account.lost, account.invented, account.again, account.different
    );
    if server.count(BUCKET) != account.stored + account.again + account.different {
        return Err(format!("the server has counted {} lines", server.count(BUCKET)).into());
    }
    account.check()?;
    println!("nothing that was durable is lost");
    Ok(())
}

impl Run {
    fn start(
        number: u64,
        server: &TestServer,
        spool: &Path,
        ledger: &Shared,
        writes: Duration,
        rate: u64,
    ) -> Result<Self, Failure> {
        let next = lock(ledger).next();
        let numbers = [u128::from(number), u128::from(next), writes.as_millis(), u128::from(rate)];
        let mut child = Command::new(env::current_exe()?)
            .arg(child::MARK)
            .arg(spool)
            .args(numbers.map(|number| number.to_string()))
            .envs([
                ("INFLUXDB_V2_URL", server.url().as_str()),
                ("INFLUXDB_V2_TOKEN", TOKEN),
                ("INFLUXDB_V2_ORG", ORG),
            ])
            .stdout(Stdio::piped())
            .spawn()?;
        let said = child.stdout.take().ok_or("the writer has no stdout")?;
        let ledger = Arc::clone(ledger);
        let hearing = thread::spawn(move || hear(said, number, &ledger));
        Ok(Self { number, process: Process(child), hearing })
    }

    /// Ends it at once (SIGKILL).
    fn kill(mut self) -> Result<String, Failure> {
        self.process.0.kill()?;
        self.process.0.wait()?;
        self.heard()
    }

    fn heard(self) -> Result<String, Failure> {
        self.hearing.join().map_err(|_| "the thread that hears the writer has panicked".into())
    }
}

/// Notes what a writer says, until it has gone; what it had said whole before it was killed counts.
fn hear(said: impl Read, run: u64, ledger: &Shared) -> String {
    let mut account = "nothing".to_owned();
    for line in BufReader::new(said).lines().map_while(Result::ok) {
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match (word, ids(rest)) {
            ("stats" | "closed", _) => account = rest.to_owned(),
            ("attempt", Some(ids)) => lock(ledger).attempt(ids, run),
            ("durable", Some(ids)) => lock(ledger).durable(ids),
            _ => println!("the writer says: {line}"),
        }
    }
    account
}

/// `FROM TO`, as numbers.
fn ids(text: &str) -> Option<Range<u64>> {
    let (from, to) = text.split_once(' ')?;
    Some(from.parse().ok()?..to.parse().ok()?)
}

/// What is printed meanwhile.
struct Screen {
    began: Instant,
    /// The second in which that was last.
    told: u64,
    ledger: Shared,
}

impl Screen {
    /// Waits until that time, in which the writer must not end.
    fn wait(&mut self, mut run: Run, until: Duration) -> Result<Run, Failure> {
        while self.began.elapsed() < until {
            if let Some(status) = run.process.0.try_wait()? {
                return Err(format!("the writer (run {}) has ended by itself: {status}", run.number).into());
            }
            self.rest();
        }
        Ok(run)
    }

    /// Waits until the writer ends, which must be well and before that time.
    fn end(&mut self, mut run: Run, until: Duration) -> Result<String, Failure> {
        loop {
            match run.process.0.try_wait()? {
                Some(status) if status.success() => return run.heard(),
                Some(status) => {
                    return Err(format!("the writer (run {}) has failed: {status}", run.number).into());
                }
                None if self.began.elapsed() >= until => {
                    run.kill()?;
                    return Err("the writer does not come to its end".into());
                }
                None => self.rest(),
            }
        }
    }

    fn rest(&mut self) {
        thread::sleep(POLL);
        let second = self.began.elapsed().as_secs();
        if second > self.told {
            self.told = second;
            self.say("");
        }
    }

    fn say(&self, what: &str) {
        let (attempted, durable, stored) = lock(&self.ledger).progress();
        println!(
            "{:5.1} s  attempted {attempted:>9}  durable {durable:>9}  stored {stored:>9}  {what}",
            self.began.elapsed().as_secs_f64(),
        );
    }
}
