//! Files of text: cut between records, and decoded chunk by chunk.

use std::fs::File;
use std::hash::Hasher;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use twox_hash::XxHash64;

use super::chunk::{BATCH_ROWS, BadRows, Batches, Cut, Cutter, Outline};
use super::records::{End, Records};

/// About so much of a file is a chunk: enough for several requests, little enough to be in memory on each thread.
const CHUNK: usize = 4 * 1024 * 1024;
/// So much is read at once to look at the first records.
const HEAD: usize = 64 * 1024;
/// The longest record: a quote that is missing must not bring the whole file into memory.
const RECORD: usize = 64 * 1024 * 1024;
/// What some programs put before a text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A file of text that is read from its start.
pub(super) struct Text {
    file: File,
    records: Records,
    /// What was read and not yet cut off.
    buffer: Vec<u8>,
    /// Whether there is no more in the file.
    ended: bool,
}

impl Text {
    pub(super) fn open(path: &Path, records: Records) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let mut text = Self { file, records, buffer: Vec::new(), ended: false };
        text.fill(MARK.len())?;
        if text.buffer.starts_with(MARK) {
            text.buffer.clear();
        }
        Ok(text)
    }

    /// Reads until so much is in the buffer, or all that there is.
    fn fill(&mut self, size: usize) -> Result<(), String> {
        let missing = size.saturating_sub(self.buffer.len());
        if missing > 0 && !self.ended {
            let read = self.file.by_ref().take(missing as u64).read_to_end(&mut self.buffer);
            self.ended = read.map_err(|error| error.to_string())? < missing;
        }
        Ok(())
    }

    /// The next so many records, if there are so many.
    pub(super) fn take(&mut self, count: u64) -> Result<Vec<u8>, String> {
        Ok(self.cut(Some(count))?.0)
    }

    /// Cuts off so many records, or those of a chunk, and at least one. Also says how many they are.
    fn cut(&mut self, most: Option<u64>) -> Result<(Vec<u8>, u64), String> {
        let step = if most.is_some() { HEAD } else { CHUNK };
        let (mut rows, mut end, mut seen) = (0, 0, 0);
        self.records.restart();
        while most != Some(rows) {
            self.fill(seen + step)?;
            for byte in &self.buffer[seen..] {
                seen += 1;
                if self.records.step(*byte) {
                    (rows, end) = (rows + 1, seen);
                    if most == Some(rows) {
                        break;
                    }
                }
            }
            if self.ended && seen == self.buffer.len() {
                match self.records.end() {
                    End::Between => {}
                    End::Record => rows += 1,
                    End::Quoted => {
                        return Err(
                            "the last record ends in a field whose closing quote is missing".to_owned()
                        );
                    }
                }
                end = seen;
                break;
            }
            if most.is_none() && rows > 0 {
                break;
            }
            if seen - end > RECORD {
                return Err(format!("a record is longer than {RECORD} bytes: is a closing quote missing?"));
            }
        }
        let rest = self.buffer.split_off(end);
        Ok((std::mem::replace(&mut self.buffer, rest), rows))
    }
}

/// What turns text into rows.
pub(super) trait Decoder {
    /// Takes some of the text; none if it has a batch together, or the text is over.
    fn decode(&mut self, text: &[u8]) -> Result<usize, ArrowError>;
    /// The rows that it has.
    fn flush(&mut self) -> Result<Option<RecordBatch>, ArrowError>;
}

/// Makes decoders, of batches of so many rows.
pub(super) type Decoders = Arc<dyn Fn(usize) -> Result<Box<dyn Decoder>, ArrowError> + Send + Sync>;

/// The chunks of a file of text.
pub(super) struct Pieces {
    text: Text,
    decoders: Decoders,
    /// Bytes that belong to no record, and so to the chunk that follows.
    before: u64,
}

impl Pieces {
    pub(super) fn new(text: Text, before: u64, decoders: Decoders) -> Self {
        Self { text, decoders, before }
    }
}

impl Cutter for Pieces {
    fn next(&mut self) -> Result<Option<Cut>, String> {
        let (text, rows) = self.text.cut(None)?;
        if text.is_empty() {
            return Ok(None);
        }
        let mut hash = XxHash64::default();
        hash.write(&text);
        let bytes = std::mem::take(&mut self.before) + text.len() as u64;
        let outline = Outline { rows, bytes, hash: Some(hash.finish()) };
        let (decoders, records) = (Arc::clone(&self.decoders), self.text.records.clone());
        let decode = move || -> Result<Batches, String> {
            let decoder = decoders(BATCH_ROWS).map_err(|error| error.to_string())?;
            Ok(Box::new(Decoding { text, at: 0, rows: 0, decoder, decoders, records, failed: false }))
        };
        Ok(Some(Cut { outline, batches: Box::new(decode) }))
    }
}

/// A chunk that is decoded.
struct Decoding {
    text: Vec<u8>,
    at: usize,
    /// The rows that are decoded.
    rows: u64,
    decoder: Box<dyn Decoder>,
    decoders: Decoders,
    records: Records,
    failed: bool,
}

impl Decoding {
    fn batch(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        loop {
            match self.decoder.decode(&self.text[self.at..])? {
                0 => return self.decoder.flush(),
                taken => self.at += taken,
            }
        }
    }

    /// Which row of the next batch is wrong: decoders count by batches, or not at all.
    fn explain(&mut self, error: &ArrowError) -> BadRows {
        self.records.restart();
        let (mut row, mut start) = (0, 0);
        for at in 0..self.text.len() {
            if self.records.step(self.text[at]) || at + 1 == self.text.len() {
                if row >= self.rows
                    && let Err(error) = self.alone(&self.text[start..=at])
                {
                    return BadRows { row: Some(row), message: without_line(&error) };
                }
                (row, start) = (row + 1, at + 1);
            }
        }
        BadRows::from(without_line(error))
    }

    fn alone(&self, record: &[u8]) -> Result<Option<RecordBatch>, ArrowError> {
        let mut decoder = (self.decoders)(1)?;
        let mut at = 0;
        loop {
            match decoder.decode(&record[at..])? {
                0 => return decoder.flush(),
                taken => at += taken,
            }
        }
    }
}

impl Iterator for Decoding {
    type Item = Result<RecordBatch, BadRows>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        match self.batch() {
            Ok(batch) => {
                let batch = batch?;
                self.rows += batch.num_rows() as u64;
                Some(Ok(batch))
            }
            Err(error) => {
                self.failed = true;
                Some(Err(self.explain(&error)))
            }
        }
    }
}

/// The message without a line number that counts from another start, and what follows it, which is the whole row.
fn without_line(error: &ArrowError) -> String {
    let message = error.to_string();
    match message.find(" at line ") {
        Some(at) => message[..at].to_owned(),
        None => message,
    }
}
