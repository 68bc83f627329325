//! Answers without end to one write, from a seed or from the bytes of a fuzzer, and what must hold for any of them.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use influx_core::http::{Body, RetryPolicy, Transport, TransportError, TransportErrorKind, TransportFuture};
use influx_core::write::Dialect;
use influx_core::{Client, LineBuffer, PartialWrite};

use crate::generate::Source;

/// Lines that are hard to find in an answer: equal ones, some with newlines, some that hold what servers say.
const LINES: [&str; 8] = [
    "m v=1 1",
    "m v=1 1",
    "m s=\"open': unable to parse '\" 2",
    "m s=\"two\nlines\" 3",
    "m s=\"\nunable to parse 'm v=1 1': no\" 4",
    "m,t=größenordnung v=2 5",
    "m v=1",
    "partial\\ write:\\ dropped=0 v=1 6",
];
/// What answers are made of, beside the lines.
const WORDS: [&str; 22] = [
    "partial write: ",
    "unable to parse '",
    "unable to parse '",
    "': ",
    "': no",
    "\n",
    "\n",
    " dropped=0",
    " dropped=2",
    "'",
    "line 1 (1-based): ",
    "line 7 (1-based): no\n",
    "error parsing ",
    "unexpected EOF",
    "database is required",
    "\u{1b}[31m",
    "é",
    "<html>",
    "{\"error\":\"",
    "\"}",
    "failure writing points to database: ",
    "\u{0}",
];
const STATUSES: [u16; 16] = [204, 400, 400, 400, 400, 400, 422, 413, 200, 202, 307, 401, 404, 429, 500, 503];
/// More than any write of these lines needs.
const REQUESTS: usize = 100;

/// An answer: a status and its body, or none.
type Answer = Option<(u16, Vec<u8>)>;

#[derive(Debug)]
struct Answering {
    answers: Vec<Answer>,
    bodies: Mutex<Vec<Bytes>>,
}

impl Transport for Answering {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_, Response<Body>> {
        let mut bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = self.answers[bodies.len() % self.answers.len()].clone();
        bodies.push(request.into_body());
        Box::pin(async move {
            let Some((status, body)) = answer else {
                return Err(TransportError::new(TransportErrorKind::Interrupted, "no answer"));
            };
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
            Ok(response)
        })
    }
}

/// Writes some lines against any answers: each line has exactly one verdict, with its own index and text, every reason
/// is short and safe to print, and the write ends.
///
/// # Errors
///
/// If one of these does not hold.
pub fn check_answers(source: &mut impl Source) -> Result<(), String> {
    let lines: Vec<&str> = (0..=source.below(7)).map(|_| source.pick(&LINES)).collect();
    let dialect = source.pick(&[Dialect::V1, Dialect::V2, Dialect::V3]);
    let answers = (0..=source.below(6)).map(|_| answer(source, &lines)).collect();
    let transport = Arc::new(Answering { answers, bodies: Mutex::default() });
    let failed = |error: &dyn std::fmt::Display| error.to_string();
    let client = Client::builder("http://host")
        .org("o")
        .dialect(dialect)
        .retry(RetryPolicy::none())
        .transport(Arc::clone(&transport))
        .build()
        .map_err(|error| failed(&error))?;
    let mut buffer = LineBuffer::new();
    for line in &lines {
        buffer.push_raw(line).map_err(|error| failed(&error))?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| failed(&error))?;
    let result = runtime.block_on(async { client.write("b", &buffer).await });
    let requests = transport.bodies.lock().unwrap_or_else(PoisonError::into_inner).len();
    if requests > REQUESTS {
        return Err(format!("{requests} requests for {} lines", lines.len()));
    }
    let checked = match &result {
        Ok(report) if report.lines == lines.len() as u64 => Ok(()),
        Ok(report) => Err(format!("{report:?}")),
        Err(error) => match error.partial_write() {
            Some(partial) => each_once(partial, &lines),
            None => Err("no report".to_owned()),
        },
    };
    checked.map_err(|why| format!("{why}: {lines:?} against {:?}: {result:?}", transport.answers))
}

fn each_once(partial: &PartialWrite, lines: &[&str]) -> Result<(), String> {
    let mut seen = vec![false; lines.len()];
    for record in partial.rejected.iter().chain(&partial.dropped) {
        match seen.get_mut(record.index) {
            Some(seen) if !*seen => *seen = true,
            _ => return Err(format!("the index {} is wrong or there twice", record.index)),
        }
        if record.line() != lines[record.index] {
            return Err(format!("{:?} is not line {}", record.line(), record.index));
        }
        if record.reason.len() > 1_200 || record.reason.contains(char::is_control) {
            return Err(format!("the reason {:?} is not fit to print", record.reason));
        }
    }
    match seen.iter().filter(|seen| !**seen).count() as u64 {
        stored if stored == partial.stored => Ok(()),
        others => Err(format!("{others} are neither rejected nor dropped")),
    }
}

fn answer(source: &mut impl Source, lines: &[&str]) -> Answer {
    if source.once_in(16) {
        return None;
    }
    let status = if source.once_in(16) { 200 + (source.word() % 400) as u16 } else { source.pick(&STATUSES) };
    let body = match source.below(6) {
        0 => (0..source.below(40)).map(|_| source.byte()).collect(),
        1 => v3(source, lines).into_bytes(),
        2 => serde_json::json!({"code": "invalid", "line": source.below(9), "message": words(source, lines)})
            .to_string()
            .into_bytes(),
        3 => words(source, lines).into_bytes(),
        _ => serde_json::json!({"error": quotes(source, lines)}).to_string().into_bytes(),
    };
    Some((status, body))
}

/// What 1.x says, more or less.
fn quotes(source: &mut impl Source, lines: &[&str]) -> String {
    let mut text = if source.once_in(4) { String::new() } else { "partial write: ".to_owned() };
    for number in 0..=source.below(3) {
        if number > 0 {
            text.push('\n');
        }
        let first = source.below(lines.len());
        let last = if source.once_in(3) { source.below(lines.len()).max(first) } else { first };
        text.push_str("unable to parse '");
        text.push_str(&lines[first..=last].join("\n"));
        text.push_str("': no");
    }
    text + source.pick(&["", " dropped=0", " dropped=0", " dropped=1"])
}

fn words(source: &mut impl Source, lines: &[&str]) -> String {
    (0..source.below(16))
        .map(|_| if source.once_in(3) { source.pick(lines) } else { source.pick(&WORDS) })
        .collect()
}

/// What 3.x says, more or less.
fn v3(source: &mut impl Source, lines: &[&str]) -> String {
    let entries: Vec<_> = (0..source.below(5))
        .map(|_| {
            let number = source.below(lines.len() + 2);
            let of = if source.once_in(8) { source.below(lines.len()) + 1 } else { number };
            let line = lines.get(of.wrapping_sub(1)).copied().unwrap_or_default();
            let quoted: String = line.chars().take(16).collect();
            serde_json::json!({"error_message": "no", "line_number": number, "original_line": quoted})
        })
        .collect();
    let error = source.pick(&["partial write of line protocol occurred", "line protocol parsing error"]);
    match entries.first() {
        Some(one) if source.once_in(4) => serde_json::json!({"error": error, "data": one}),
        _ => serde_json::json!({"error": error, "data": entries}),
    }
    .to_string()
}
