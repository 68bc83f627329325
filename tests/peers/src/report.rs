//! The table on stdout, and what it means on stderr.

use crate::data::Doubles;
use crate::measure::Figure;

/// What the library promises on the "cpu" row, and what makes the floor a yardstick.
struct Target {
    dividend: &'static str,
    divisor: &'static str,
    doubles: Doubles,
    bound: Bound,
}

enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

use Bound::{AtLeast, AtMost};
use Doubles::{Full, Short};

const fn target(dividend: &'static str, divisor: &'static str, doubles: Doubles, bound: Bound) -> Target {
    Target { dividend, divisor, doubles, bound }
}

const TARGETS: [Target; 8] = [
    target("questdb-rs", "floor", Full, AtLeast(3.0)),
    target("questdb-rs", "floor", Short, AtLeast(6.5)),
    target("derive", "floor", Full, AtMost(1.15)),
    target("derive", "floor", Short, AtMost(1.15)),
    target("questdb-rs", "derive", Full, AtLeast(2.8)),
    target("questdb-rs", "derive", Short, AtLeast(5.0)),
    target("influxdb3-client", "derive", Full, AtLeast(13.0)),
    target("influxdb3-client", "derive", Short, AtLeast(13.0)),
];

/// The table.
pub(crate) fn csv(figures: &[Figure]) {
    println!("row,data,contender,ns_per_row,mb_per_s,allocs_per_row");
    for figure in figures {
        println!(
            "{},{},{}{},{:.1},{:.0},{:.1}",
            figure.row,
            figure.doubles.name(),
            figure.contender,
            if figure.wrong.is_some() { " (wrong)" } else { "" },
            figure.ns_per_row,
            figure.mb_per_s,
            figure.allocs_per_row,
        );
    }
}

/// Everyone beside the floor, the targets, and whose output is wrong.
pub(crate) fn summary(figures: &[Figure], escaping: &[(&str, String)]) {
    for figure in figures {
        let floor = find(figures, figure.row, figure.doubles, "floor").map_or(f64::NAN, |f| f.ns_per_row);
        eprintln!(
            "{:<6} {:<5} {:<17} {:>8.1} ns/row (best {:>7.1})  {:>5.2} x floor  {:>5.1} B/row",
            figure.row,
            figure.doubles.name(),
            figure.contender,
            figure.ns_per_row,
            figure.best_ns_per_row,
            figure.ns_per_row / floor,
            figure.bytes_per_row,
        );
    }
    eprintln!("\ntargets on the cpu row:");
    for target in &TARGETS {
        let side = |name| find(figures, "cpu", target.doubles, name).map(|figure| figure.ns_per_row);
        if let (Some(dividend), Some(divisor)) = (side(target.dividend), side(target.divisor)) {
            let ratio = dividend / divisor;
            let (sign, bound, holds) = match target.bound {
                AtLeast(bound) => (">=", bound, ratio >= bound),
                AtMost(bound) => ("<=", bound, ratio <= bound),
            };
            let verdict = if holds { "holds" } else { "MISSED" };
            let (over, under) = (target.dividend, target.divisor);
            eprintln!(
                "  {:<5} {over} / {under} = {ratio:.2} ({sign} {bound}): {verdict}",
                target.doubles.name()
            );
        }
    }
    for figure in figures {
        if let Some(what) = &figure.wrong {
            eprintln!("wrong: {} on {} {}: {what}", figure.contender, figure.row, figure.doubles.name());
        }
    }
    for (contender, what) in escaping {
        eprintln!("escapes wrongly: {contender}: {what}");
    }
}

fn find<'a>(figures: &'a [Figure], row: &str, doubles: Doubles, contender: &str) -> Option<&'a Figure> {
    figures.iter().find(|f| f.row == row && f.doubles == doubles && f.contender == contender)
}
