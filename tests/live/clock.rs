//! A clock on the wall that jumps while a writer waits: no delay and no age follows it, and only stamps do.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use influx_core::testing::{Script, TestServer};
use influx_core::{Client, WriteOptions};

use crate::process;

/// Says to this test that it runs in the process whose clock jumps, by what is written into this file.
const CLOCK: &str = "FAKETIME_TIMESTAMP_FILE";

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

#[tokio::main(flavor = "current_thread")]
async fn write_while_it_jumps(clock: &Path) {
    const FAILURES: u64 = 3;
    let (server, start) = (TestServer::start().unwrap(), wall());
    let options = WriteOptions::new()
        .batch_size(1)
        .retry_interval(Duration::from_millis(100))
        .max_retry_delay(Duration::from_millis(400))
        .max_age(Duration::from_secs(60)); // less than any jump
    let client = Client::builder(server.url()).org("o").build().unwrap();
    let writer = client.writer_with("b", options).unwrap();
    let mut offset = 0;
    for (number, jump) in [-HOUR, 10 * YEAR, -20 * YEAR].into_iter().enumerate() {
        let playing = server.script(Script::answer(503).times(FAILURES));
        writer.write(&format!("m,n={number} v=1")).await.unwrap();
        while playing.hits() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let stamped = start + offset;
        offset += jump;
        fs::write(clock, format!("{offset:+}\n")).unwrap();
        let away = wall() - start - offset;
        assert!((0..120).contains(&away), "the clock did not jump by {jump} s: it is {away} s away");
        let report = writer.flush(Duration::from_secs(20)).await;
        assert!(report.is_stored(), "{jump}: {report:?}");
        assert_eq!(playing.hits(), FAILURES, "{jump}");
        let points = server.points("b");
        let point = points.iter().find(|point| point.tags["n"] == number.to_string()).unwrap();
        let away = point.time / 1_000_000_000 - stamped;
        assert!((0..120).contains(&away), "{jump}: it was stamped {away} s away from when it was written");
    }
    let stats = writer.close(Duration::from_secs(20)).await.stats;
    assert_eq!((stats.stored, stats.dropped, stats.retries), (3, 0, 3 * FAILURES), "{stats:?}");
}
