//! Finds the lines that a server quotes in its answer.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::super::Part;
use super::brief;

/// How a server begins to quote lines that it cannot read.
const BEGIN: &str = "unable to parse '";
/// What stands between the quoted lines and the reason.
const END: &str = "': ";
/// How the next quote begins.
const NEXT: &str = "\nunable to parse '";
/// How many ends are tried for a quote: lines may hold the same characters.
const ENDS: usize = 32;
/// How many bytes of quotes are looked up for one answer, so that no answer costs more than reading it some times.
const WORK: usize = 16 * 1024 * 1024;

/// What a server quotes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Runs of lines, ascending and apart from each other, each with the reason.
    pub(super) runs: Vec<(Range<usize>, String)>,
    /// Whether the message is nothing but quotes, and each is found.
    pub(super) complete: bool,
}

/// Finds what a message quotes; `None` if it quotes nothing.
pub(super) fn locate(message: &str, part: &Part) -> Option<Found> {
    let (message, dropped) = without_dropped(message.trim_end());
    let begin = message.find(BEGIN)?;
    let head = message[..begin].trim_end_matches(' ');
    let mut found =
        Found { runs: Vec::new(), complete: dropped == 0 && (head.is_empty() || head == "partial write:") };
    let lines = Lines::new(part);
    let ends: Vec<_> = message.match_indices(END).map(|(at, _)| at).collect();
    let mut seen = HashSet::new();
    let mut work = WORK;
    let mut next = Some(begin + BEGIN.len());
    while let Some(start) = next {
        let behind = match lines.quoted(message, start, &ends, &mut work) {
            Some(end) => {
                let (text, behind) = (&message[start..end], end + END.len());
                let why = reason(&message[behind..]);
                found.complete &= !why.contains('\n') && !why.contains(BEGIN);
                // equal lines are quoted one by one, and found all at once
                if seen.insert(text) {
                    let (runs, why) = (lines.runs(text, &mut work), brief(why));
                    found.complete &= runs.is_some();
                    found.runs.extend(runs.into_iter().flatten().map(|run| (run, why.clone())));
                }
                behind
            }
            None => {
                found.complete = false;
                start
            }
        };
        next = message[behind..].find(NEXT).map(|at| behind + at + NEXT.len());
    }
    found.runs.sort_by_key(|(run, _)| (run.start, run.end));
    let apart = found.runs.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start);
    if !apart {
        // quotes that overlap cannot all be right
        found = Found { runs: Vec::new(), complete: false };
    }
    Some(found)
}

/// The message without ` dropped=N` at its end, and N.
pub(super) fn without_dropped(message: &str) -> (&str, u64) {
    match message.rsplit_once(" dropped=") {
        Some((rest, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            (rest, number.parse().unwrap_or(u64::MAX))
        }
        _ => (message, 0),
    }
}

/// The reason behind a quote, up to the beginning of the next quote.
fn reason(behind: &str) -> &str {
    behind.find(NEXT).map_or(behind, |at| &behind[..at])
}

/// Lines by their text.
struct Lines<'a> {
    part: &'a Part,
    places: HashMap<&'a str, Vec<usize>>,
    longest: usize,
}

impl<'a> Lines<'a> {
    fn new(part: &'a Part) -> Self {
        let mut places: HashMap<_, Vec<_>> = HashMap::with_capacity(part.lines());
        let mut longest = 0;
        for index in 0..part.lines() {
            let line = part.line(index).unwrap_or_default();
            longest = longest.max(line.len());
            places.entry(line).or_default().push(index);
        }
        Self { part, places, longest }
    }

    /// Where the quote that begins at `start` ends: at the one of `ends`, which ascend, up to which it is the text of
    /// lines.
    fn quoted(&self, message: &str, start: usize, ends: &[usize], work: &mut usize) -> Option<usize> {
        let next = message[start..].find(NEXT).map_or(message.len(), |at| start + at);
        let mut found = None;
        let ends = &ends[ends.partition_point(|end| *end <= start)..];
        for (tried, end) in ends.iter().copied().enumerate() {
            if found.is_some() && end >= next {
                break;
            }
            if tried == ENDS {
                return None;
            }
            let text = &message[start..end];
            *work = work.checked_sub(text.len().min(self.longest))?;
            if self.places_of(text).is_empty() && self.runs(text, work)?.is_empty() {
                continue;
            }
            if found.replace(end).is_some() {
                return None; // which of the two is meant is not certain
            }
        }
        found
    }

    /// All runs that have this text, their lines joined by newlines; `None` if there may be more than are found. Lines
    /// that are equal are all meant: what the server cannot read once it cannot read twice.
    fn runs(&self, text: &str, work: &mut usize) -> Option<Vec<Range<usize>>> {
        let mut runs = self.places_of(text).iter().map(|index| *index..index + 1).collect::<Vec<_>>();
        // a quote that did not end swallowed the lines behind it
        for (newline, _) in text.match_indices('\n').take(ENDS) {
            if newline > self.longest || !runs.is_empty() {
                break;
            }
            *work = work.checked_sub(newline)?;
            let starts = self.places_of(&text[..newline]);
            if starts.len() > ENDS {
                return None;
            }
            for start in starts {
                *work = work.checked_sub(text.len())?;
                runs.extend(self.run_from(*start, text));
            }
        }
        Some(runs)
    }

    fn places_of(&self, text: &str) -> &[usize] {
        if text.len() > self.longest {
            return &[];
        }
        self.places.get(text).map(Vec::as_slice).unwrap_or_default()
    }

    /// The run from the line `start` on that is exactly this text.
    fn run_from(&self, start: usize, text: &str) -> Option<Range<usize>> {
        let mut left = text;
        for index in start..self.part.lines() {
            left = left.strip_prefix(self.part.line(index)?)?;
            match left.strip_prefix('\n') {
                Some(rest) => left = rest,
                None if left.is_empty() => return Some(start..index + 1),
                None => return None,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::batch::tests::lines;
    use super::*;

    #[test]
    fn what_may_be_more_than_is_found_is_not_complete() {
        let all: Vec<_> = (0..40).flat_map(|_| ["m s=\"open 1", "m v=1 2"]).collect();
        let found = |runs: usize| {
            let message = vec!["unable to parse 'm s=\"open 1\nm v=1 2': unbalanced quotes"; runs].join("\n");
            let found = locate(&message, &lines(&all[..2 * runs])).unwrap();
            (found.runs.len(), found.complete)
        };
        assert_eq!((found(ENDS), found(40)), ((ENDS, true), (0, false)));
        // a quote with more possible ends than are tried
        let (short, long) = ("m v=1", format!("m v=1{}", "': x".repeat(40)));
        let message = format!("partial write: unable to parse '{long}': no dropped=0");
        let complete = locate(&message, &lines(&[short, &long])).unwrap().complete;
        assert!(!complete);
    }
    #[test]
    fn only_a_number_at_the_end_says_how_many_were_dropped() {
        let table = [
            ("no dropped=2", ("no", 2)),
            ("no dropped=1 dropped=30", ("no dropped=1", 30)),
            ("no dropped=99999999999999999999", ("no", u64::MAX)),
            ("no dropped=", ("no dropped=", 0)),
            ("no dropped=x", ("no dropped=x", 0)),
            ("no dropped=2x", ("no dropped=2x", 0)),
            ("no", ("no", 0)),
        ];
        for (message, wanted) in table {
            assert_eq!(without_dropped(message), wanted, "{message}");
        }
    }

    #[test]
    fn a_quote_is_a_line_or_else_lines_that_follow_each_other() {
        let (open, long, joined) = ("m s=\"open 1", "measurement v=1 2", "m s=\"open 1\nmeasurement v=1 2");
        let table = [
            ("the shorter one first", vec![open, long], joined, Some(0..2)),
            ("the longer one first", vec![long, "m v=1"], "measurement v=1 2\nm v=1", Some(0..2)),
            ("not where others stand between", vec![open, "m v=1", long], joined, None),
            ("a line that holds a newline", vec![open, long, joined], joined, Some(2..3)),
        ];
        for (name, all, quoted, wanted) in table {
            let message = format!("unable to parse '{quoted}': no");
            let found = locate(&message, &lines(&all)).unwrap();
            let runs: Vec<_> = found.runs.into_iter().map(|(run, _)| run).collect();
            assert_eq!((runs, found.complete), (Vec::from_iter(wanted.clone()), wanted.is_some()), "{name}");
        }
    }

    #[test]
    fn quotes_of_no_line_are_not_found() {
        for quoted in ["", "\n", "\nm v=1", "m v=1\n", "m v=1\nm v=23", "m v=1\nm v=2\nm v=3"] {
            let message = format!("unable to parse '{quoted}': no");
            let found = locate(&message, &lines(&["m v=1", "m v=2"])).unwrap();
            assert_eq!(found, Found { runs: Vec::new(), complete: false }, "{quoted:?}");
        }
    }
}
