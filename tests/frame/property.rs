//! Arbitrary frames of every type: their lines are those of points that say the same.
//!
//! The cases are those of a fixed seed; `INFLUX_PROPERTY_CASES` says how many frames there are, and
//! `INFLUX_PROPERTY_SEED` begins elsewhere.
#![allow(clippy::unwrap_used, clippy::panic)]

mod arrow;
mod model;
mod polars;

use influx_core::LineBuffer;
use influx_frame::{Frame, Pieces, Roles};
use influx_tests::generate::{Seeded, Source};

use self::model::{Outcome, Rows};

/// What a debug build checks in a few seconds.
const CASES: u64 = 1_000;

/// What becomes of frames that come one after the other, in pieces of some rows.
fn outcome<F: Frame>(frames: Vec<F>, roles: &Roles, rows: usize, threads: usize) -> Result<Outcome, String> {
    let frames = frames.into_iter().map(Ok::<_, std::io::Error>);
    let mut pieces = Pieces::of_frames(frames, roles, LineBuffer::new()).rows(rows).threads(threads);
    let mut outcome = Outcome::default();
    while let Some(piece) = pieces.next().map_err(|error| error.to_string())? {
        outcome.lines.push_str(piece.lines.as_str());
        outcome.empty.extend(&piece.empty);
        outcome.refused.extend(piece.refused.iter().map(|refused| refused.row));
    }
    Ok(outcome)
}

/// Frames of these rows, in each library; how many lines they have, and how many rows without one.
fn check(seed: u64) -> Result<(usize, usize), String> {
    let mut source = Seeded::new(seed);
    let rows = Rows::generate(&mut source);
    let (roles, expected) = (rows.roles(), rows.expected());
    let (of_piece, threads) = (1 + source.below(20), 1 + source.below(2));
    let frame = polars::frame(&rows, &mut source);
    let batch = arrow::batch(&rows, &mut source);
    let cut = source.below(batch.num_rows() + 1);
    let batches = vec![batch.slice(0, cut), batch.slice(cut, batch.num_rows() - cut)];
    let of_polars = outcome(vec![frame.clone()], &roles, of_piece, threads)?;
    if of_polars != expected {
        return Err(format!("{of_polars:#?} of Polars is not {expected:#?} of {frame:?} by {roles:#?}"));
    }
    let of_arrow = outcome(batches, &roles, of_piece, threads)?;
    if of_arrow != expected {
        return Err(format!("{of_arrow:#?} of Arrow is not {expected:#?} of {batch:#?} by {roles:#?}"));
    }
    Ok((expected.lines.lines().count(), expected.empty.len() + expected.refused.len()))
}

#[test]
fn lines_of_any_frame_are_those_of_points() {
    let cases = number("INFLUX_PROPERTY_CASES").unwrap_or(CASES);
    let first = number("INFLUX_PROPERTY_SEED").unwrap_or_default();
    let (mut lines, mut others) = (0, 0);
    for seed in first..first + cases {
        let counts = check(seed).unwrap_or_else(|why| {
            panic!("INFLUX_PROPERTY_SEED={seed} INFLUX_PROPERTY_CASES=1 shows it: {why}")
        });
        lines += counts.0;
        others += counts.1;
    }
    // both ends are reached often enough to mean something
    let cases = cases as usize;
    assert!(lines > 5 * cases && others > cases || cases < 100, "{lines} lines, {others} rows without one");
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|error| panic!("{variable}={text}: {error}")))
}
