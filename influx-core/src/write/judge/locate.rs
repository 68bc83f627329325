//! Finds the lines that a server quotes in its answer.

use std::collections::HashMap;
use std::ops::Range;

use super::super::Part;

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
    let mut work = WORK;
    let mut rest = Some(&message[begin + BEGIN.len()..]);
    while let Some(quote) = rest {
        let next = match lines.quoted(quote, &mut work) {
            Some((runs, behind)) => {
                let (why, next) = reason(behind);
                found.complete &= !why.contains('\n') && !why.contains(BEGIN);
                found.runs.extend(runs.into_iter().map(|run| (run, why.to_owned())));
                next
            }
            None => {
                found.complete = false;
                reason(quote).1
            }
        };
        rest = next;
    }
    found.runs.sort_by_key(|(run, _)| (run.start, run.end));
    found.runs.dedup_by(|next, kept| next.0 == kept.0);
    let apart = found.runs.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start);
    if !apart {
        // quotes that overlap cannot all be right
        found = Found { runs: Vec::new(), complete: false };
    }
    Some(found)
}

/// The message without ` dropped=N` at its end, and N.
fn without_dropped(message: &str) -> (&str, u64) {
    match message.rsplit_once(" dropped=") {
        Some((rest, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            (rest, number.parse().unwrap_or(u64::MAX))
        }
        _ => (message, 0),
    }
}

/// The reason behind a quote, and what follows the beginning of the next quote.
fn reason(behind: &str) -> (&str, Option<&str>) {
    match behind.find(NEXT) {
        Some(at) => (&behind[..at], Some(&behind[at + NEXT.len()..])),
        None => (behind, None),
    }
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

    /// The runs of lines whose text `quote` begins with, and what stands behind it. Lines that are equal are all meant:
    /// what the server cannot read once it cannot read twice.
    fn quoted<'m>(&self, quote: &'m str, work: &mut usize) -> Option<(Vec<Range<usize>>, &'m str)> {
        let next = quote.find(NEXT).unwrap_or(quote.len());
        let mut found = None;
        for (end, _) in quote.match_indices(END).take(ENDS) {
            if found.is_some() && end > next {
                break;
            }
            *work = work.checked_sub(end.min(self.longest) + 1)?;
            let runs = self.runs(&quote[..end], work);
            match (&found, runs.is_empty()) {
                (_, true) => {}
                (None, false) => found = Some((runs, &quote[end + END.len()..])),
                (Some(_), false) => return None, // which of the two is meant is not certain
            }
        }
        found
    }

    /// All runs that have this text, their lines joined by newlines.
    fn runs(&self, text: &str, work: &mut usize) -> Vec<Range<usize>> {
        let mut runs = self.places_of(text).iter().map(|index| *index..index + 1).collect::<Vec<_>>();
        // a quote that did not end swallowed the lines behind it
        for (newline, _) in text.match_indices('\n').take(ENDS) {
            if newline > self.longest || !runs.is_empty() {
                break;
            }
            for start in self.places_of(&text[..newline]).iter().take(ENDS) {
                let Some(left) = work.checked_sub(text.len()) else { return runs };
                *work = left;
                runs.extend(self.run_from(*start, text));
            }
        }
        runs
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
