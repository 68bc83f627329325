//! A clock on the wall that jumps while a writer waits, or while the machine sleeps: no delay and no age follows it, and
//! only stamps do.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use influx_core::testing::{Script, TestServer};
use influx_core::{Client, WriteOptions};

use crate::process;

/// Says to this test that it runs in the process whose clock jumps, by what is written into this file.
const CLOCK: &str = "FAKETIME_TIMESTAMP_FILE";

/// What anything here may take on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

const HOUR: i64 = 3_600;
const YEAR: i64 = 365 * 24 * HOUR;

#[test]
fn a_clock_that_jumps_changes_no_delay_and_loses_nothing() {
    match std::env::var_os(CLOCK) {
        Some(clock) => write_while_it_jumps(Path::new(&clock)),
        None => in_a_process_of_its_own(),
    }
}

fn in_a_process_of_its_own() {
    // It knows where its library is; by itself, it would set a time that stays.
    let library = Command::new("faketime").args(["-f", "+0", "printenv", "LD_PRELOAD"]).output();
    let library = match library {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).unwrap(),
        other => return process::skip("faketime", &format!("{other:?}")),
    };
    let folder = process::folder("clock");
    let clock = folder.join("offset");
    fs::write(&clock, "+0\n").unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "clock::a_clock_that_jumps_changes_no_delay_and_loses_nothing", "--nocapture"])
        .env("LD_PRELOAD", library.trim())
        .env(CLOCK, &clock)
        .envs([("FAKETIME_NO_CACHE", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1")])
        .output()
        .unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    fs::remove_dir_all(folder).unwrap();
}

/// By the clock on the wall, in seconds.
fn wall() -> i64 {
    i64::try_from(SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap()
}

/// Stops this process as a suspended machine does: when it goes on, it is later by the clock on the wall.
fn suspend(clock: &Path, offset: i64) {
    const SLEEP: Duration = Duration::from_secs(1);
    let began = Instant::now();
    let process = std::process::id();
    let sleep = SLEEP.as_secs();
    let script = format!(
        "kill -STOP {process} && echo {offset:+} > \"$CLOCK\" && sleep {sleep} && kill -CONT {process}"
    );
    let done = Command::new("sh").args(["-c", &script]).env("CLOCK", clock).env_remove("LD_PRELOAD").status();
    assert!(done.unwrap().success() && began.elapsed() >= SLEEP, "it was not stopped");
}

#[tokio::main(flavor = "current_thread")]
async fn write_while_it_jumps(clock: &Path) {
    const FAILURES: u64 = 3;
    let (server, start) = (TestServer::start().unwrap(), wall());
    let options = WriteOptions::new()
        .batch_size(1)
        .retry_interval(Duration::from_millis(100))
        .max_retry_delay(Duration::from_millis(400))
        .max_age(PATIENCE); // less than any jump
    let client = Client::builder(server.url()).org("o").build().unwrap();
    let writer = client.writer_with("b", options).unwrap();
    let mut offset = 0;
    let jumps = [(-HOUR, false), (10 * YEAR, false), (-20 * YEAR, false), (8 * HOUR, true)];
    for (number, (jump, asleep)) in jumps.into_iter().enumerate() {
        let playing = server.script(Script::answer(503).times(FAILURES));
        writer.write(&format!("m,n={number} v=1")).await.unwrap();
        let began = Instant::now();
        while playing.hits() == 0 {
            assert!(began.elapsed() < PATIENCE, "nothing was sent");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let stamped = start + offset;
        offset += jump;
        match asleep {
            true => suspend(clock, offset),
            false => fs::write(clock, format!("{offset:+}\n")).unwrap(),
        }
        let away = wall() - start - offset;
        assert!((0..120).contains(&away), "the clock did not jump by {jump} s: it is {away} s away");
        let report = writer.flush(PATIENCE).await;
        assert!(report.is_stored(), "{jump}: {report:?}");
        assert_eq!(playing.hits(), FAILURES, "{jump}");
        let points = server.points("b");
        let point = points.iter().find(|point| point.tags["n"] == number.to_string()).unwrap();
        let away = point.time / 1_000_000_000 - stamped;
        assert!((0..120).contains(&away), "{jump}: it was stamped {away} s away from when it was written");
    }
    let stats = writer.close(PATIENCE).await.stats;
    assert_eq!((stats.stored, stats.dropped, stats.retries), (4, 0, 4 * FAILURES), "{stats:?}");
}
