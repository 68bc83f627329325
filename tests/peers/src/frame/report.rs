//! The table, and whether it is what the library promises.

use super::{Figure, PYTHON};
use crate::data::Doubles;

/// The most that this library may take of the floor's time.
const TIMES_FLOOR: f64 = 1.3;
/// How many times more time others take, by the data.
const TIMES_SLOWER: [(&str, f64, f64); 3] =
    [("influxdb3-client", 2.4, 3.4), ("polars-csv", 2.0, 2.0), (PYTHON, 60.0, 60.0)];
/// How many times faster two threads are than one.
const TIMES_TWO: f64 = 1.6;

impl Figure {
    /// By the clock, where threads work side by side; else of CPU, which what else runs on the machine changes less.
    fn ns_per_row(&self) -> f64 {
        let time = |round: &super::Round| if self.threads > 1 { round.wall_ns } else { round.cpu_ns };
        let mut times: Vec<f64> = self.rounds.iter().map(|round| time(round) / round.rows).collect();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    }

    /// By the clock, the fastest round: of what else runs on the machine it met least.
    fn best_wall_ns_per_row(&self) -> f64 {
        self.rounds.iter().map(|round| round.wall_ns / round.rows).fold(f64::INFINITY, f64::min)
    }
}

/// The table, on stdout.
pub(super) fn csv(figures: &[Figure]) {
    println!("data,threads,contender,ns_per_row,peak_rss_mib");
    for figure in figures {
        println!(
            "{},{},{},{:.1},{:.0}",
            figure.data.name(),
            figure.threads,
            figure.contender,
            figure.ns_per_row(),
            figure.peak_rss_kib as f64 / 1024.0
        );
    }
}

/// What was promised of whoever took part, in lines that begin with `#`; whether all of it holds.
pub(super) fn checks(figures: &[Figure]) -> bool {
    let mut all = true;
    for data in Doubles::ALL {
        let find = |name: &str, threads: usize| {
            let mut figures = figures.iter();
            figures.find(|one| one.data == data && one.contender == name && one.threads == threads)
        };
        let of = data.name();
        for ours in ["polars", "arrow"] {
            let Some(one) = find(ours, 1) else { continue };
            println!("# {of}: {ours} writes {:.1} bytes a row", one.bytes_per_row);
            if let Some(floor) = find("floor", 1) {
                let ratio = one.ns_per_row() / floor.ns_per_row();
                let what = format!("{of}: {ours} / floor = {ratio:.2}");
                all &= check(&what, ratio <= TIMES_FLOOR, &format!("<= {TIMES_FLOOR}"));
            }
            for (peer, full, short) in TIMES_SLOWER {
                let Some(peer) = find(peer, 1) else { continue };
                let bound = if data == Doubles::Full { full } else { short };
                let ratio = peer.ns_per_row() / one.ns_per_row();
                let what = format!("{of}: {} / {ours} = {ratio:.1}", peer.contender);
                all &= check(&what, ratio >= bound, &format!(">= {bound}"));
            }
            if let Some(two) = find(ours, 2) {
                let ratio = one.best_wall_ns_per_row() / two.best_wall_ns_per_row();
                let what = format!("{of}: {ours} on two threads {ratio:.2} times as fast");
                all &= check(&what, ratio >= TIMES_TWO, &format!(">= {TIMES_TWO}"));
            }
        }
    }
    all
}

fn check(what: &str, holds: bool, bound: &str) -> bool {
    println!("# {what} ({bound}): {}", if holds { "PASS" } else { "FAIL" });
    holds
}
