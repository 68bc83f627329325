//! The table, and whether it is what the library promises.

use super::answer::Answer;
use super::ours::PIECE;
use super::{Figure, PYTHON};

/// How many times more rows a second than others.
const TIMES_FASTER: [(&str, f64); 2] = [("influxdb2", 3.0), (PYTHON, 20.0)];
/// What may be asked of the allocator for each piece of the answer that arrives; nothing for a row.
const ALLOCS_OF_A_PIECE: u64 = 8;

impl Figure {
    fn rows_per_s(&self, answer: &Answer) -> f64 {
        let mut seconds = self.seconds.clone();
        seconds.sort_by(f64::total_cmp);
        answer.sum.rows as f64 / seconds[seconds.len() / 2]
    }
}

/// The table, on stdout.
pub(super) fn csv(answer: &Answer, figures: &[Figure]) {
    println!("contender,rows_per_s,mb_per_s,allocs_per_row");
    let bytes_per_row = answer.text.len() as f64 / answer.sum.rows as f64;
    for figure in figures {
        let rows_per_s = figure.rows_per_s(answer);
        let allocs = figure.allocs.map(|calls| format!("{:.2}", calls as f64 / answer.sum.rows as f64));
        println!(
            "{},{rows_per_s:.0},{:.1},{}",
            figure.contender,
            rows_per_s * bytes_per_row / 1e6,
            allocs.unwrap_or_default()
        );
    }
}

/// What was promised of whoever took part, in lines that begin with `#`; whether all of it holds.
pub(super) fn checks(answer: &Answer, figures: &[Figure]) -> bool {
    let find = |name| figures.iter().find(|figure| figure.contender == name);
    let Some(typed) = find("ours-typed") else { return true };
    let mut all = true;
    for (peer, times) in TIMES_FASTER {
        let Some(peer) = find(peer) else { continue };
        let ratio = |ours: &Figure| ours.rows_per_s(answer) / peer.rows_per_s(answer);
        all &= check(
            &format!("ours-typed / {} = {:.1}", peer.contender, ratio(typed)),
            ratio(typed) >= times,
            &format!(">= {times}"),
        );
        for other in ["ours-owned", "ours-record"].into_iter().filter_map(find) {
            println!("# {} / {} = {:.1}", other.contender, peer.contender, ratio(other));
        }
    }
    let pieces = answer.text.len().div_ceil(PIECE) as u64;
    let calls = typed.allocs.unwrap_or(u64::MAX);
    let most = pieces * ALLOCS_OF_A_PIECE;
    let what = format!("ours-typed: {calls} allocations for {} rows in {pieces} pieces", answer.sum.rows);
    all & check(&what, calls <= most, &format!("<= {ALLOCS_OF_A_PIECE} a piece, none a row"))
}

fn check(what: &str, holds: bool, bound: &str) -> bool {
    println!("# {what} ({bound}): {}", if holds { "PASS" } else { "FAIL" });
    holds
}
