//! The table, and whether it is what the library promises.

use super::process::{Round, numbers};
use super::{Failure, Figure};

// The promises, with their units.
const OVER_PARTS: f64 = 40.0; // ns of CPU a row, above encoding and posting by themselves
const TWO_PRODUCERS: f64 = 3e6; // rows a second
const TIMES_FASTER: [(&str, f64); 3] =
    [("influxdb2", 20.0), ("influxdb3-client", 8.0), ("python-batching", 200.0)];
const PEAK: f64 = 128.0; // MiB
const GROWTH: f64 = 0.05; // of the resident set, between the middle and the end of a long run
const CALL_MEDIAN: f64 = 250.0; // ns
const CALL_P99: f64 = 50_000.0; // ns

impl Figure {
    fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        let mut values: Vec<f64> = self.rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn rows_per_s(&self) -> f64 {
        self.median(|round| round.rows / round.seconds)
    }

    fn cpu_ns(&self) -> f64 {
        self.median(|round| round.cpu_ns / round.rows)
    }

    fn peak_mib(&self) -> f64 {
        self.peak_rss_kib as f64 / 1024.0
    }
}

/// The table, on stdout: megabytes are those of the line protocol, whether it was compressed or not.
pub(super) fn csv(figures: &[Figure]) {
    println!("contender,rows_per_s,mb_per_s,cpu_ns_per_row,peak_rss_mib");
    for figure in figures.iter().filter(|figure| super::contender::NAMES.contains(&figure.contender)) {
        let rows_per_s = figure.rows_per_s();
        println!(
            "{},{rows_per_s:.0},{:.1},{:.1},{:.1}",
            figure.contender,
            rows_per_s * figure.bytes_per_row / 1e6,
            figure.cpu_ns(),
            figure.peak_mib(),
        );
    }
}

/// What was promised of whoever took part, in lines that begin with `#`; whether all of it holds.
pub(super) fn checks(figures: &[Figure]) -> bool {
    let find = |name| figures.iter().find(|figure| figure.contender == name);
    let mut all = true;
    if let Some(writer) = find("writer") {
        if let (Some(encode), Some(post)) = (find("encode"), find("raw-post")) {
            let parts = encode.cpu_ns() + post.cpu_ns();
            let what = format!("writer - encode - raw-post = {:.1} ns/row", writer.cpu_ns() - parts);
            all &= check(&what, writer.cpu_ns() - parts <= OVER_PARTS, &format!("<= {OVER_PARTS}"));
        }
        for (peer, times) in TIMES_FASTER {
            if let Some(peer) = find(peer) {
                let ratio = writer.rows_per_s() / peer.rows_per_s();
                let cpu = peer.cpu_ns() / writer.cpu_ns();
                let what = format!("writer / {} = {ratio:.1} in rows/s, {cpu:.1} in CPU", peer.contender);
                all &= check(&what, ratio >= times, &format!(">= {times} in rows/s"));
            }
        }
        all &= check_peak(writer);
    }
    if let Some(other) = find("influxdb2-derive") {
        println!("# influxdb2 with its derive, which escapes nothing: {:.1} ns/row of CPU", other.cpu_ns());
    }
    if let Some(two) = find("writer-two") {
        let rows_per_s = two.rows_per_s();
        let what = format!("two producers: {rows_per_s:.0} rows/s, {:.1} ns/row of CPU", two.cpu_ns());
        all &= check(&what, rows_per_s >= TWO_PRODUCERS, &format!(">= {TWO_PRODUCERS}"));
        all &= check_peak(two);
    }
    if let Some(paced) = find("writer-paced") {
        for note in &paced.notes {
            let Some([median, p99, _]) = numbers(note, "quantiles") else {
                println!("# {note}");
                continue;
            };
            all &= check(
                &format!("write(): p50 {median} ns"),
                median < CALL_MEDIAN,
                &format!("< {CALL_MEDIAN}"),
            );
            all &= check(&format!("write(): p99 {p99} ns"), p99 < CALL_P99, &format!("< {CALL_P99}"));
        }
    }
    all
}

/// A long run: is the peak bounded, and does the resident set stay what it was?
pub(super) fn long((figure, samples): &(Figure, Vec<u64>)) -> Result<bool, Failure> {
    csv(std::slice::from_ref(figure));
    for (second, kib) in samples.iter().enumerate() {
        println!("# second {:>3}: {:.1} MiB resident", second + 1, *kib as f64 / 1024.0);
    }
    let third = samples.len() / 3;
    let mean = |part: &[u64]| part.iter().sum::<u64>() as f64 / part.len() as f64 / 1024.0;
    let (middle, end) = (
        samples.get(third..2 * third).filter(|part| !part.is_empty()).ok_or("the run was too short")?,
        &samples[2 * third..],
    );
    let (middle, end) = (mean(middle), mean(end));
    let what = format!("resident: {middle:.1} MiB in the middle third, {end:.1} in the last");
    let flat = check(&what, end <= middle * (1.0 + GROWTH), &format!("growth <= {:.0} %", GROWTH * 100.0));
    Ok(check_peak(figure) && flat)
}

fn check_peak(figure: &Figure) -> bool {
    let what = format!("{}: peak {:.1} MiB", figure.contender, figure.peak_mib());
    check(&what, figure.peak_mib() < PEAK, &format!("< {PEAK}"))
}

fn check(what: &str, holds: bool, bound: &str) -> bool {
    println!("# {}: {what} ({bound})", if holds { "PASS" } else { "FAIL" });
    holds
}
