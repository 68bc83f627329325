//! Interleaved rounds, CPU time of this thread, medians.

use crate::alloc;
use crate::contender::Contender;
use crate::data::{BATCH, Doubles};
use crate::verify::{self, Row};
use cpu_time::ThreadTime;

/// Odd, so that the median is a value that was measured.
const ROUNDS: usize = 151;

/// One line of the table.
pub(crate) struct Figure {
    pub(crate) row: &'static str,
    pub(crate) doubles: Doubles,
    pub(crate) contender: &'static str,
    /// What the parser found, if the output is not the input.
    pub(crate) wrong: Option<String>,
    pub(crate) ns_per_row: f64,
    pub(crate) best_ns_per_row: f64,
    pub(crate) mb_per_s: f64,
    pub(crate) allocs_per_row: f64,
    pub(crate) bytes_per_row: f64,
}

/// Verifies every contender, then times them in turns: a load on the machine meets all of them alike.
pub(crate) fn run<R: Row>(
    row: &'static str,
    doubles: Doubles,
    rows: &[R],
    mut contenders: Vec<Box<dyn Contender + '_>>,
) -> Vec<Figure> {
    let wrong: Vec<_> = contenders.iter_mut().map(|one| verify::output(&mut **one, rows).err()).collect();
    let mut samples = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    let mut allocs = vec![0; contenders.len()];
    let turns = contenders.len();
    for round in 0..ROUNDS {
        for turn in 0..turns {
            let index = (turn + round) % turns; // nobody is always behind the same neighbour's cache
            let one = &mut contenders[index];
            one.prepare();
            one.encode(); // not timed: brings its own data back into the cache
            one.prepare();
            let calls = alloc::calls();
            let clock = ThreadTime::now();
            one.encode();
            let taken = clock.elapsed();
            allocs[index] = alloc::calls() - calls;
            samples[index].push(taken.as_nanos() as f64 / BATCH as f64);
        }
    }
    let mut figures = Vec::new();
    for (index, (one, wrong)) in contenders.iter().zip(wrong).enumerate() {
        samples[index].sort_by(f64::total_cmp);
        let median = samples[index][ROUNDS / 2];
        let bytes_per_row = one.output().len() as f64 / BATCH as f64;
        figures.push(Figure {
            row,
            doubles,
            contender: one.name(),
            wrong,
            ns_per_row: median,
            best_ns_per_row: samples[index][0],
            mb_per_s: bytes_per_row / median * 1e3,
            allocs_per_row: allocs[index] as f64 / BATCH as f64,
            bytes_per_row,
        });
    }
    figures
}
