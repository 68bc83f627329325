//! A line through points in time: as a PNG, and as text for a terminal.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

/// Moments in years, and what was measured then.
pub(crate) type Points = [(f64, f64)];

const SIZE: (u32, u32) = (1200, 600);
/// What is left free at the left and below, for the numbers.
const MARGINS: (u32, u32) = (70, 50);

/// Draws the points, joined where they follow each other within a month, with a grid and its numbers.
pub(crate) fn png(points: &Points, path: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (years, values) =
        (round(range(points, |point| point.0), 5.0), round(range(points, |point| point.1), 10.0));
    let root = BitMapBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin_left(MARGINS.0)
        .margin_bottom(MARGINS.1)
        .margin_top(20)
        .margin_right(20)
        .build_cartesian_2d(years.0..years.1, values.0..values.1)?;
    let grid = RGBColor(220, 220, 220);
    for year in steps(years, 5.0) {
        chart.draw_series(LineSeries::new([(year, values.0), (year, values.1)], grid))?;
        let (x, y) = chart.backend_coord(&(year, values.0));
        number(&root, year, (x - 2 * STEP, y + 10))?;
    }
    for value in steps(values, 10.0) {
        chart.draw_series(LineSeries::new([(years.0, value), (years.1, value)], grid))?;
        let (x, y) = chart.backend_coord(&(years.0, value));
        number(&root, value, (x - 3 * STEP - 10, y - HEIGHT))?;
    }
    for run in points.chunk_by(|a, b| b.0 - a.0 < 1.0 / 12.0) {
        chart.draw_series(LineSeries::new(run.iter().copied(), RGBColor(200, 60, 30)))?;
    }
    root.present()?;
    Ok(())
}

/// The points as text, so many columns wide and rows high.
pub(crate) fn text(points: &Points, width: usize, height: usize) -> String {
    let (years, values) = (range(points, |point| point.0), range(points, |point| point.1));
    let place = |at: f64, (from, to): (f64, f64), places: usize| {
        (((at - from) / (to - from) * (places - 1) as f64).round() as usize).min(places - 1)
    };
    let mut rows = vec![vec![' '; width]; height];
    for (year, value) in points {
        rows[height - 1 - place(*value, values, height)][place(*year, years, width)] = '*';
    }
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let value = values.1 - (values.1 - values.0) * at as f64 / (height - 1) as f64;
        text += &format!("{value:6.1} |{}\n", row.iter().collect::<String>().trim_end());
    }
    let gap = width.saturating_sub(8);
    text + &format!("       +{}\n        {:.0}{:gap$}{:.0}\n", "-".repeat(width), years.0, "", years.1)
}

fn range(points: &Points, of: impl Fn(&(f64, f64)) -> f64) -> (f64, f64) {
    points
        .iter()
        .map(of)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
}

/// The next whole steps below and above.
fn round((low, high): (f64, f64), step: f64) -> (f64, f64) {
    ((low / step).floor() * step, (high / step).ceil() * step)
}

fn steps((low, high): (f64, f64), step: f64) -> impl Iterator<Item = f64> {
    (0..=((high - low) / step).round() as u32).map(move |n| low + f64::from(n) * step)
}

/// The height of a digit, and how far the next one stands.
const HEIGHT: i32 = 7;
const STEP: i32 = 10;

/// Which of a digit's seven strokes it has: above, upper right, lower right, below, lower left, upper left, middle.
const STROKES: [u8; 10] = [0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f];

/// Writes a whole number, in strokes: text would need a font of this machine.
fn number(
    area: &DrawingArea<BitMapBackend<'_>, plotters::coord::Shift>,
    value: f64,
    (x, y): (i32, i32),
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let corners = [(0, 0), (6, 0), (6, HEIGHT), (6, 2 * HEIGHT), (0, 2 * HEIGHT), (0, HEIGHT)];
    let lines = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0), (5, 2)];
    for (place, digit) in format!("{value:.0}").bytes().enumerate() {
        let strokes = STROKES[usize::from(digit - b'0') % STROKES.len()];
        for ((from, to), _) in lines.into_iter().zip(0..).filter(|(_, bit)| strokes >> bit & 1 != 0) {
            let at = |corner: usize| (x + place as i32 * STEP + corners[corner].0, y + corners[corner].1);
            area.draw(&PathElement::new([at(from), at(to)], BLACK))?;
        }
    }
    Ok(())
}
