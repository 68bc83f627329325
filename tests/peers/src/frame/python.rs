//! The Python clients, each in a process of its own, which measures its CPU time: of the first rows, once.

use super::data::{self, DOUBLES, INTEGERS, REGIONS, ROWS_OF_PYTHON};
use super::verify::Verify;
use super::{Failure, Figure, PYTHON, Round};
use crate::data::Doubles;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, process};

const INTERPRETER: &str = "python3";
const SCRIPT: &str = include_str!("python.py");

/// The ways from a frame to lines.
const WAYS: [&str; 3] = ["influxdb-client-pandas", "influxdb3-python-pandas", "influxdb3-python-polars"];

/// The fastest of those that are installed.
pub(super) fn fastest(data: Doubles) -> Result<Option<Figure>, Failure> {
    let folder = env::temp_dir().join(format!("influx-peers-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let found = all(data, &folder);
    fs::remove_dir_all(&folder)?;
    let found = found?;
    if found.is_empty() {
        eprintln!(
            "no Python client takes part: pip install influxdb-client==1.50.0 influxdb3-python pandas polars"
        );
    }
    Ok(found.into_iter().min_by(|one, other| one.rounds[0].cpu_ns.total_cmp(&other.rounds[0].cpu_ns)))
}

fn all(data: Doubles, folder: &Path) -> Result<Vec<Figure>, Failure> {
    let (rows, lines) = (folder.join("rows.csv"), folder.join("lines"));
    fs::write(&rows, table(data))?;
    let mut found = Vec::new();
    for way in WAYS {
        let mut command = Command::new(INTERPRETER);
        command.args(["-c", SCRIPT, way]).args([&rows, &lines]).stderr(Stdio::null());
        let output = command.output()?;
        if !output.status.success() {
            eprintln!("{way} does not take part: is it installed?");
            continue;
        }
        let said = String::from_utf8(output.stdout)?;
        let [rows, cpu_ns, peak] = crate::writer::numbers(&said, "").ok_or("python said no numbers")?;
        let text = fs::read_to_string(&lines)?;
        let mut verify = Verify::new(data::rows(data, ROWS_OF_PYTHON));
        if let Err(what) = verify.lines(&text).and_then(|()| verify.end()) {
            eprintln!("{way} writes something else than the rows: {what}");
            continue;
        }
        eprintln!("{}: {way}: {:.0} ns a row", data.name(), cpu_ns / rows);
        found.push(Figure {
            data,
            contender: PYTHON,
            threads: 1,
            rounds: vec![Round { rows, wall_ns: cpu_ns, cpu_ns }],
            bytes_per_row: text.len() as f64 / rows,
            peak_rss_kib: peak as u64,
        });
    }
    Ok(found)
}

/// The rows for a process that cannot make them itself.
fn table(data: Doubles) -> String {
    let hosts = data::hosts();
    let mut text = format!("time,host,region,{},{},ok,s\n", DOUBLES.join(","), INTEGERS.join(","));
    for row in data::rows(data, ROWS_OF_PYTHON) {
        let _ = write!(
            text,
            "{},{},{}",
            row.time,
            hosts[usize::from(row.host)],
            REGIONS[usize::from(row.region)]
        );
        for column in 0..DOUBLES.len() {
            let value = row.double(column).map(|value| format!("{value:?}")).unwrap_or_default();
            let _ = write!(text, ",{value}");
        }
        let _ = writeln!(
            text,
            ",{},{},{},{}",
            row.integers[0],
            row.integers[1],
            if row.ok { "true" } else { "false" },
            row.text().unwrap_or_default()
        );
    }
    text
}
