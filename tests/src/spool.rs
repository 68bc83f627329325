//! Files of a spool without end, from a seed or from the bytes of a fuzzer, and what must hold for any of them.

mod format;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, io, process};

use influx_core::write::{Spool, SpoolReport};

use self::format::{ROUTES, ack, body, file_head, frame, segment_name};
use crate::generate::Source;

/// The files of a directory, by name.
type Files = BTreeMap<String, Vec<u8>>;

/// More than any of these directories holds: who comes there runs in circles.
const MOST: usize = 10_000;

/// Records and their text, by sequence numbers.
type Frames = Vec<(Range<u64>, String)>;

/// A directory with these files; it goes when this does.
struct Directory(PathBuf);

impl Directory {
    fn new(files: &Files) -> io::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let directory = Self(env::temp_dir().join(format!("influx-spool-{}-{number}", process::id())));
        // of a process of this number that was killed
        let _ = fs::remove_dir_all(&directory.0);
        fs::create_dir(&directory.0)?;
        for (name, bytes) in files {
            fs::write(directory.0.join(name), bytes)?;
        }
        Ok(directory)
    }

    /// What is there now, but for the file that is locked.
    fn files(&self) -> io::Result<Files> {
        let mut files = Files::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            if entry.file_name() != "LOCK" {
                files.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
            }
        }
        Ok(files)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a spool says of itself.
#[derive(Debug, PartialEq)]
struct Said {
    sequence: Range<u64>,
    frames: Frames,
    report: SpoolReport,
}

/// Whether a spool may say so of files: that only a newer version can read them, or that no numbers would be left.
fn may_be_refused(error: &influx_core::Error) -> bool {
    let text = format!("{error:?}"); // with its sources
    ["made by a newer version", "which no spool comes to"].iter().any(|why| text.contains(why))
}

/// Opens a directory and reads all of it, in each way there is. `None` if it is refused.
fn read(directory: &Path) -> Result<Option<Said>, String> {
    let failed = |error: influx_core::Error| format!("{error:?}");
    let spool = match Spool::open(directory) {
        Err(error) if may_be_refused(&error) => return Ok(None),
        opened => opened.map_err(failed)?,
    };
    // a frame that only a newer version can read is met on the way
    let counts = match spool.counts() {
        Err(error) if may_be_refused(&error) => return Ok(None),
        counted => counted.map_err(failed)?,
    };
    let report = spool.verify().map_err(failed)?;
    let (mut frames, mut records, mut bytes) = (Frames::new(), 0, 0);
    for (number, frame) in spool.frames().enumerate() {
        if number > MOST {
            return Err("the frames do not end".to_owned());
        }
        // what is lost is an error here, and in the report
        if let Ok(frame) = frame
            && let Ok(text) = frame.text()
        {
            // some may have their verdict, and only the text is without them
            let most = frame.sequence().end - frame.sequence().start;
            if !(1..=most).contains(&frame.records()) || text.len() as u64 > frame.bytes() {
                return Err(format!("{frame:?} has {text:?}"));
            }
            let _ = frame.lines();
            records += frame.records();
            bytes += text.len() as u64;
            frames.push((frame.sequence(), text));
        }
    }
    let mut text = Vec::new();
    let exported = spool.export(&mut text, None).map_err(failed)?;
    let read = (frames.len() as u64, records, bytes);
    if exported != report || (report.frames, report.records, report.bytes) != read {
        return Err(format!("the export says {exported:?}, the check {report:?}, the frames {read:?}"));
    }
    // heads alone do not tell that a body is damaged
    if counts.records < records || counts.records + counts.lost != records + report.lost_records() {
        return Err(format!("counted are {counts:?}, read {report:?}"));
    }
    Ok(Some(Said { sequence: counts.sequence, frames, report }))
}

/// What holds for any files: opening ends, twice alike; it changes nothing; numbers ascend, and none is found and lost.
fn check(files: &Files) -> Result<Option<Said>, String> {
    let failed = |error: io::Error| error.to_string();
    let directory = Directory::new(files).map_err(failed)?;
    let said = read(&directory.0)?;
    if read(&directory.0)? != said {
        return Err(format!("the second time it is something else: {said:?}"));
    }
    if directory.files().map_err(failed)? != *files {
        return Err("a file was changed".to_owned());
    }
    if let Some(Said { sequence, frames, report }) = &said {
        let found = frames.iter().map(|(records, _)| records);
        let mut all: Vec<_> = found.chain(report.lost.iter().map(|loss| &loss.records)).collect();
        all.sort_by_key(|records| records.start);
        let ascend = all.iter().all(|records| records.start < records.end)
            && all.windows(2).all(|two| two[0].end <= two[1].start)
            && all.first().is_none_or(|first| first.start >= sequence.start);
        let in_order = frames.is_sorted_by_key(|(records, _)| records.start);
        if !ascend || !in_order || all.last().is_some_and(|last| last.end > sequence.end) {
            return Err(format!("{all:?} do not follow each other in {sequence:?}"));
        }
    }
    Ok(said)
}

/// Any bytes as the files of a spool, some with heads and frames whose checksums are good. Whether they were read, and
/// not refused.
///
/// # Errors
///
/// Something that must hold does not.
pub fn check_bytes(source: &mut impl Source) -> Result<bool, String> {
    let mut files = Files::new();
    for _ in 0..=source.below(3) {
        let mut bytes = if source.once_in(8) { Vec::new() } else { file_head(b"INFLUXSG") };
        for _ in 0..source.below(8) {
            any_piece(source, &mut bytes);
        }
        files.insert(segment_name(number(source)), bytes);
    }
    if source.once_in(2) {
        let mut bytes = if source.once_in(8) { Vec::new() } else { file_head(b"INFLUXAK") };
        for _ in 0..source.below(8) {
            match source.once_in(4) {
                true => garbage(source, &mut bytes),
                false => bytes.extend(ack(number(source)..number(source))),
            }
        }
        files.insert("acks.log".to_owned(), bytes);
    }
    if source.once_in(4) {
        files.insert(
            source.pick(&["seg-1.log", "acks.new", "seg-x.log.corrupt", "notes"]).to_owned(),
            vec![0],
        );
    }
    check(&files).map(|said| said.is_some()).map_err(|why| format!("{why}: {files:02x?}"))
}

/// Files as a writer makes them, with some damage: what was not damaged is found, whole, and nothing else is.
///
/// # Errors
///
/// Something that must hold does not.
pub fn check_damage(source: &mut impl Source) -> Result<(), String> {
    let mut log = Log::generate(source);
    let undamaged = check(&log.files())?.ok_or("the files of a writer cannot be opened")?;
    log.check(&undamaged)?;
    for _ in 0..=source.below(3) {
        log.damage(source);
    }
    let files = log.files();
    let damaged = check(&files)?.ok_or("damage keeps it from being opened");
    let checked = damaged.map_err(str::to_owned).and_then(|said| log.check(&said));
    checked.map_err(|why| format!("{why}: {log:?}"))
}

/// What a writer has written.
#[derive(Debug)]
struct Log {
    segments: Vec<Segment>,
    settled: Vec<Range<u64>>,
    /// What `acks.log` holds: that these are settled, until it is damaged.
    acks: Vec<u8>,
}

#[derive(Debug)]
struct Segment {
    first: u64,
    bytes: Vec<u8>,
    frames: Vec<Kept>,
    removed: bool,
}

#[derive(Debug)]
struct Kept {
    records: Range<u64>,
    text: String,
    at: Range<usize>,
    damaged: bool,
}

impl Log {
    /// Frames that follow each other, in one segment or some; of a few it is known that they have their verdict.
    fn generate(source: &mut impl Source) -> Self {
        let mut log = Self { segments: Vec::new(), settled: Vec::new(), acks: file_head(b"INFLUXAK") };
        let mut next = number(source).min(u64::MAX / 2);
        if next > 0 {
            log.settled.push(0..next);
        }
        for _ in 0..=source.below(3) {
            let mut segment =
                Segment { first: next, bytes: file_head(b"INFLUXSG"), frames: Vec::new(), removed: false };
            for _ in 0..=source.below(4) {
                let count = 1 + source.below(4) as u64;
                let records = next..next + count;
                next = records.end;
                let lines: Vec<_> =
                    records.clone().map(|number| format!("m,a=é v={number}i {number}\n")).collect();
                let from = segment.bytes.len();
                match source.once_in(8) {
                    true => {
                        log.settled.push(records.clone());
                        segment.bytes.extend(frame(records.start, count as u32, 1, &[], &[]));
                    }
                    false => {
                        let flags = if source.once_in(2) { 2 } else { 0 };
                        let route = source.pick(&ROUTES).as_bytes();
                        segment.bytes.extend(frame(records.start, count as u32, flags, route, &body(&lines)));
                    }
                }
                if source.once_in(6) {
                    log.settled.push(records.clone());
                }
                let at = from..segment.bytes.len();
                segment.frames.push(Kept { records, text: lines.concat(), at, damaged: false });
            }
            log.segments.push(segment);
        }
        log.acks.extend(log.settled.iter().cloned().flat_map(ack));
        log
    }

    fn files(&self) -> Files {
        let there = self.segments.iter().filter(|segment| !segment.removed);
        let mut files: Files =
            there.map(|segment| (segment_name(segment.first), segment.bytes.clone())).collect();
        files.insert("acks.log".to_owned(), self.acks.clone());
        files
    }

    /// One kind of damage somewhere.
    fn damage(&mut self, source: &mut impl Source) {
        if source.once_in(8) {
            // what has its verdict is sent again, and no more
            let from = (source.word() % (self.acks.len() as u64 + 1)) as usize;
            match source.once_in(2) {
                true => self.acks.truncate(from),
                false => self.acks.iter_mut().skip(from).take(1).for_each(|byte| *byte ^= 1),
            }
            return;
        }
        let at = source.below(self.segments.len());
        let Segment { bytes, frames, removed, .. } = &mut self.segments[at];
        let from = (source.word() % (bytes.len() as u64 + 1)) as usize;
        let to = bytes.len().min(from + 1 + source.below(64));
        let mut spoil = |hit: &dyn Fn(&Range<usize>) -> bool| {
            frames.iter_mut().filter(|frame| hit(&frame.at)).for_each(|frame| frame.damaged = true);
        };
        match source.below(8) {
            0 => {
                *removed = true;
                spoil(&|_| true);
            }
            1 => {
                bytes.truncate(from);
                spoil(&|frame| frame.end > from);
            }
            // a head says where the next one is: what moves costs what is behind it, too
            2 => {
                let mut inserted = Vec::new();
                garbage(source, &mut inserted);
                bytes.splice(from..from, inserted);
                spoil(&|frame| frame.end > from);
            }
            3 => {
                bytes.drain(from..to);
                spoil(&|frame| frame.end > from);
            }
            4 => {
                bytes[from..to].fill(source.pick(&[0, 0xff, b'\n']));
                spoil(&|frame| frame.start < to && from < frame.end);
            }
            _ => {
                let mask = source.byte().max(1);
                bytes.iter_mut().skip(from).take(1).for_each(|byte| *byte ^= mask);
                spoil(&|frame| frame.contains(&from));
            }
        }
    }

    /// Whether what was found is what must be.
    fn check(&self, said: &Said) -> Result<(), String> {
        let has_verdict = |number: u64| self.settled.iter().any(|records| records.contains(&number));
        let frames = || self.segments.iter().flat_map(|segment| &segment.frames);
        for (records, text) in &said.frames {
            if !frames().any(|frame| frame.records == *records && frame.text == *text) {
                return Err(format!("{records:?} with {text:?} was never written"));
            }
        }
        for frame in frames().filter(|frame| !frame.damaged && !has_verdict(frame.records.start)) {
            if !said.frames.iter().any(|(records, _)| *records == frame.records) {
                return Err(format!("{:?} is not damaged and not found", frame.records));
            }
        }
        let known = |number: &u64| {
            said.frames.iter().any(|(records, _)| records.contains(number))
                || said.report.lost.iter().any(|loss| loss.records.contains(number))
                || has_verdict(*number)
        };
        match said.sequence.clone().find(|number| !known(number)) {
            Some(number) => Err(format!("{number} is neither found nor lost nor settled")),
            None => Ok(()),
        }
    }
}

fn number(source: &mut impl Source) -> u64 {
    match source.below(8) {
        0 => source.word(),
        1 => u64::MAX - source.below(4) as u64,
        _ => source.below(24) as u64,
    }
}

fn garbage(source: &mut impl Source, bytes: &mut Vec<u8>) {
    for _ in 0..source.below(64) {
        bytes.push(source.byte());
    }
}

/// A frame whose checksums are good and whose numbers may be anything, the beginning or the end of one, or garbage.
fn any_piece(source: &mut impl Source, bytes: &mut Vec<u8>) {
    let lines: Vec<_> = (0..source.below(4)).map(|number| format!("m v={number}\n")).collect();
    let mut inside = body(&lines);
    if source.once_in(8) {
        garbage(source, &mut inside);
    }
    let count = if source.once_in(8) { source.word() as u32 } else { lines.len() as u32 };
    let flags = if source.once_in(8) { source.byte().into() } else { 2 };
    let route = if source.once_in(8) { "{}" } else { source.pick(&ROUTES) };
    let whole = frame(number(source), count, flags, route.as_bytes(), &inside);
    let cut = source.below(whole.len().min(256));
    match source.below(8) {
        0 => garbage(source, bytes),
        1 => bytes.extend(&whole[..cut]),
        2 => bytes.extend(&whole[cut..]),
        _ => bytes.extend(whole),
    }
}
