//! The property of the encoder: a record either reads back as what it says, or is refused by a rule that
//! applies to it, and then nothing has changed.

use influx_core::line::read;
use influx_core::{EncodeError, LineBuffer, Measurement, Precision, RejectReason};

use crate::generate::{self, Source};
use crate::reader::{self, check_one};
use crate::record::{Handwritten, Record, Settings, Tupled, push_tuple};
use crate::rule;

/// Records for one buffer.
#[derive(Debug, Clone)]
pub struct Batch {
    settings: Settings,
    records: Vec<Record>,
}

/// How often each end was reached; a property that is never put to the test holds always.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Records that became a line.
    pub accepted: u64,
    /// Records that were refused.
    pub refused: u64,
    /// Tuples that became a line.
    pub tuples: u64,
    /// Lines of text that were pushed again.
    pub raw: u64,
}

impl Batch {
    /// Up to eight records, and settings for their buffer.
    pub fn generate(source: &mut impl Source) -> Self {
        let settings = generate::settings(source);
        let records = (0..1 + source.below(8)).map(|_| generate::record(source)).collect();
        Batch { settings, records }
    }

    /// Checks all of it.
    ///
    /// # Errors
    ///
    /// If the property does not hold: the smallest batch found for which it does not, and why.
    pub fn check(&self) -> Result<Counts, String> {
        self.counts().map_err(|why| {
            let (smaller, why) = self.shrink(why);
            format!("{why}\n  in {smaller:#?}")
        })
    }

    /// The lines of those records that are taken.
    pub fn to_text(&self) -> String {
        let mut buffer = self.settings.buffer();
        // What is refused is not asked for here.
        self.records.iter().for_each(|record| drop(buffer.push(&Handwritten(record))));
        buffer.as_str().to_owned()
    }

    fn counts(&self) -> Result<Counts, String> {
        let mut counts = Counts::default();
        let mut handwritten = self.settings.buffer();
        let mut points = self.settings.buffer();
        let mut tuples = self.settings.buffer();
        for record in &self.records {
            let by_hand = self.push(record, &mut handwritten, &Handwritten(record))?;
            let replaced = record.replaced();
            let by_point = self.push(&replaced, &mut points, &record.point())?;
            if record.is_settled() {
                if by_hand != by_point {
                    return Err(format!("by hand {by_hand:?}, by point {by_point:?}, of {record:?}"));
                }
                same_line(&handwritten, &points, by_hand.is_ok())?;
            }
            if self.push_tuple(&replaced, &mut tuples)? {
                same_line(&tuples, &points, true)?;
                counts.tuples += 1;
            }
            match by_hand {
                Ok(()) => counts.accepted += 1,
                Err(_) => counts.refused += 1,
            }
        }
        for buffer in [&handwritten, &points, &tuples] {
            whole(buffer)?;
        }
        counts.raw = push_raw(&points, &self.settings)?;
        Ok(counts)
    }

    /// Pushes a record in one of its forms, and checks what came of it.
    fn push(
        &self,
        record: &Record,
        buffer: &mut LineBuffer,
        form: &dyn Measurement,
    ) -> Result<Result<(), EncodeError>, String> {
        let before = (buffer.as_str().to_owned(), buffer.line_ends().to_vec(), buffer.skipped_non_finite());
        let result = buffer.push(form);
        self.judge(record, buffer, before, &result)?;
        Ok(result)
    }

    fn judge(
        &self,
        record: &Record,
        buffer: &LineBuffer,
        (text, mut ends, mut skipped): (String, Vec<u32>, u64),
        result: &Result<(), EncodeError>,
    ) -> Result<(), String> {
        let rules = rule::refusals(record, &self.settings);
        match result {
            Err(error) if !rules.contains(&(error.part(), error.kind().clone())) => {
                return Err(format!("refused by {error:?}, but the rules are {rules:?}, of {record:?}"));
            }
            Err(_) => {}
            Ok(()) if !rules.is_empty() => {
                return Err(format!("{:?} was not refused by {rules:?}, of {record:?}", last(buffer)));
            }
            Ok(()) => {
                ends.push(buffer.as_str().len() as u32);
                skipped += rule::non_finite(record);
            }
        }
        if buffer.line_ends() != ends || buffer.skipped_non_finite() != skipped {
            let now = (buffer.line_ends(), buffer.skipped_non_finite());
            return Err(format!("line ends and skipped are {now:?} and not {:?}", (ends, skipped)));
        }
        let Some(line) = buffer.as_str().strip_prefix(&text) else {
            return Err(format!("{text:?} became {:?}", buffer.as_str()));
        };
        match result {
            Ok(()) if !line.ends_with('\n') => Err(format!("no newline behind {line:?}")),
            Ok(()) => check_one(line, &rule::meaning(record, &self.settings)),
            Err(_) if line.is_empty() => Ok(()),
            Err(_) => Err(format!("left behind {line:?}")),
        }
    }

    /// Whether the record was pushed as a tuple and taken.
    fn push_tuple(&self, record: &Record, buffer: &mut LineBuffer) -> Result<bool, String> {
        let before = (buffer.as_str().to_owned(), buffer.line_ends().to_vec(), buffer.skipped_non_finite());
        let rules = rule::row_refusals(record);
        match push_tuple(record, buffer) {
            Tupled::Shapeless => Ok(false),
            Tupled::NoRow(error) if rules.contains(&(error.part(), error.kind().clone())) => Ok(false),
            Tupled::NoRow(error) => {
                Err(format!("no row by {error:?}, but the rules are {rules:?}, of {record:?}"))
            }
            Tupled::Pushed(_) if !rules.is_empty() => {
                Err(format!("a row in spite of {rules:?}, of {record:?}"))
            }
            Tupled::Pushed(result) => {
                self.judge(record, buffer, before, &result)?;
                Ok(result.is_ok())
            }
        }
    }

    // === Smaller batches ===

    /// Leaves out what the failure does not need.
    fn shrink(&self, mut why: String) -> (Batch, String) {
        let mut batch = self.clone();
        loop {
            let smaller =
                batch.smaller().find_map(|smaller| smaller.counts().err().map(|why| (smaller, why)));
            let Some(found) = smaller else { return (batch, why) };
            (batch, why) = found;
        }
    }

    fn smaller(&self) -> impl Iterator<Item = Batch> {
        let with = |change: &dyn Fn(&mut Batch)| {
            let mut batch = self.clone();
            change(&mut batch);
            batch
        };
        let mut all = vec![];
        for i in 0..self.settings.default_tags.len() {
            all.push(with(&|batch| drop(batch.settings.default_tags.remove(i))));
        }
        for (i, record) in self.records.iter().enumerate() {
            all.push(with(&|batch| drop(batch.records.remove(i))));
            for tag in 0..record.tags.len() {
                all.push(with(&|batch| drop(batch.records[i].tags.remove(tag))));
            }
            for field in 0..record.fields.len() {
                all.push(with(&|batch| drop(batch.records[i].fields.remove(field))));
            }
            if record.time.is_some() {
                all.push(with(&|batch| batch.records[i].time = None));
            }
        }
        all.into_iter()
    }
}

fn last(buffer: &LineBuffer) -> &str {
    buffer.iter().last().unwrap_or_default()
}

fn same_line(one: &LineBuffer, other: &LineBuffer, written: bool) -> Result<(), String> {
    let (one, other) = (last(one), last(other));
    if written && one != other { Err(format!("{one:?} is not {other:?}")) } else { Ok(()) }
}

/// All lines of a buffer as one text: no line may run into the next, or fall apart.
fn whole(buffer: &LineBuffer) -> Result<(), String> {
    let text = buffer.as_str();
    if !read::lines(text).map(|line| line.text).eq(buffer.iter()) {
        return Err(format!("the project splits other lines than were pushed: {text:?}"));
    }
    let readings = reader::by_project(text)?;
    if readings.iter().any(reader::Reading::has_tab) {
        return Ok(());
    }
    match reader::by_official(text) {
        Ok(others) if others == readings => Ok(()),
        others => Err(format!("the official parser reads {others:?} from {text:?}")),
    }
}

/// Lines that come as text, mixed with what is none.
fn push_raw(lines: &LineBuffer, settings: &Settings) -> Result<u64, String> {
    const BAD: [&str; 6] = ["m", "m v=", "m,t= v=1", "m v=1 2 3", "m,a=1,a=2 v=1", "m time=1"];
    const NONE: [&str; 3] = ["", "# v=1", "  "];
    let mut text = String::new();
    let (mut number, mut bad) = (1, Vec::new());
    for (i, line) in lines.iter().enumerate() {
        for piece in [BAD[i % BAD.len()], NONE[i % NONE.len()], line] {
            if BAD.contains(&piece) {
                bad.push((number, piece));
            }
            text.push_str(piece);
            text.push('\n');
            number += 1 + piece.matches('\n').count();
        }
    }

    // Defaults are in the lines already: these take nothing away and add one.
    let defaults = vec![("raw key".to_owned(), "v,1".to_owned())];
    let settings =
        Settings { default_tags: defaults.clone(), max_series_key: usize::MAX, ..settings.clone() };
    let mut buffer = settings.buffer();
    let (accepted, rejected) = match buffer.push_raw(&text) {
        Ok(accepted) => (accepted, Vec::new()),
        Err(error) => (error.accepted(), error.rejected().to_vec()),
    };
    if accepted != lines.lines() || buffer.lines() != accepted {
        return Err(format!("{accepted} of {} lines were taken from {text:?}: {rejected:?}", lines.lines()));
    }
    if !rejected.iter().map(|line| (line.line, line.text.as_str())).eq(bad.iter().copied()) {
        return Err(format!("{rejected:?} were refused and not {bad:?}, of {text:?}"));
    }
    for (pushed, line) in buffer.iter().zip(lines.iter()) {
        let mut expected = reader::by_project(line)?;
        for reading in &mut expected {
            reading.tags.extend_from_slice(&defaults);
        }
        match expected.as_slice() {
            [expected] => check_one(pushed, expected)?,
            _ => return Err(format!("more than one line: {line:?}")),
        }
    }
    Ok(accepted as u64)
}

/// What must hold for any text, valid or not: the reader ends, and its lines lie in the text in order;
/// [`LineBuffer::push_raw`] takes just the lines that it reads, but for those that a rule refuses, and what it
/// took says the same to both readers.
///
/// # Errors
///
/// If one of these does not hold.
pub fn check_text(text: &str) -> Result<(), String> {
    let mut at = 0;
    let mut number = 0;
    for line in read::lines(text) {
        let end = line.start + line.text.len();
        let between =
            text.get(at..line.start).ok_or_else(|| format!("{line:?} overlaps the one before it"))?;
        if text.get(line.start..end) != Some(line.text) || line.number <= number {
            return Err(format!("{line:?} is not what stands there"));
        }
        if 1 + text[..line.start].matches('\n').count() != line.number {
            return Err(format!("{line:?} begins on another line"));
        }
        skipped(between)?;
        (at, number) = (end, line.number);
    }
    skipped(&text[at..])?;

    take_text(text, &Settings::default())?;
    take_text(text, &Settings { precision: Precision::Seconds, unsigned: false, ..Settings::default() })
}

/// What [`LineBuffer::push_raw`] makes of a text.
fn take_text(text: &str, settings: &Settings) -> Result<(), String> {
    let mut buffer = settings.buffer();
    let (accepted, rejected) = match buffer.push_raw(text) {
        Ok(accepted) => (accepted, Vec::new()),
        Err(error) => (error.accepted(), error.rejected().to_vec()),
    };
    if accepted != buffer.lines() || accepted + rejected.len() != read::lines(text).count() {
        return Err(format!("{accepted} taken of {text:?}, and refused {rejected:?}"));
    }
    if !read::lines(buffer.as_str()).map(|line| line.text).eq(buffer.iter()) {
        return Err(format!("{text:?} became {:?}, which falls into other lines", buffer.as_str()));
    }

    let (mut rejected, mut taken) = (rejected.iter().peekable(), buffer.iter());
    for line in read::lines(text) {
        let parsed = read::parse(line.text);
        let refused = rejected.next_if(|refused| (refused.line, &*refused.text) == (line.number, line.text));
        match (refused.map(|refused| &refused.reason), parsed) {
            (Some(RejectReason::Read(_)), Err(_)) => {}
            (Some(RejectReason::Encode(error)), Ok(parsed))
                if rule::refuses_text(error.kind(), &parsed, settings) => {}
            (None, Ok(_)) => taken_as_it_stands(line.text, taken.next().unwrap_or_default())?,
            (refused, parsed) => return Err(format!("{line:?} reads {parsed:?}, refused: {refused:?}")),
        }
    }
    Ok(())
}

/// Whether a line that was taken says what the text said: to both readers, of which the official one may refuse
/// it. Names are taken as written: where they have two backslashes in a row, the official parser reads one.
fn taken_as_it_stands(text: &str, taken: &str) -> Result<(), String> {
    let (meant, read) = (reader::by_project(text)?, reader::by_project(taken)?);
    let mut keys = meant
        .iter()
        .flat_map(|line| line.tags.iter().map(|(key, _)| key).chain(line.fields.iter().map(|(key, _)| key)));
    if meant.len() != 1 || meant != read || keys.any(|key| key == "time") {
        return Err(format!("{text:?}, which reads {meant:?}, was taken as {taken:?}, which reads {read:?}"));
    }
    match reader::by_official(taken) {
        Ok(official) if one_backslash(official.clone()) != one_backslash(read.clone()) => {
            Err(format!("{taken:?}: the official parser reads {official:?}, the project {read:?}"))
        }
        _ => Ok(()),
    }
}

/// Names with one backslash where more stand in a row.
fn one_backslash(mut lines: Vec<reader::Reading>) -> Vec<reader::Reading> {
    for line in &mut lines {
        let tags = line.tags.iter_mut().flat_map(|(key, value)| [key, value]);
        for name in tags.chain(line.fields.iter_mut().map(|(key, _)| key)).chain([&mut line.name]) {
            while name.contains(r"\\") {
                *name = name.replace(r"\\", r"\");
            }
        }
    }
    lines
}

/// Between two lines stand only blank lines and comments.
fn skipped(text: &str) -> Result<(), String> {
    let blank = |line: &str| {
        let line = line.trim_start_matches([' ', '\t', '\0']);
        line.is_empty() || line.starts_with('#')
    };
    if text.split('\n').all(blank) { Ok(()) } else { Err(format!("{text:?} was left out")) }
}
