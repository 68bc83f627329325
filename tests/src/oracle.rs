//! The corpus of InfluxData and the verdicts of five decoders on it, which live outside of the project.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Names the folder of the oracle; a relative path counts from the root of the workspace.
pub const ORACLE_DIR: &str = "INFLUX_ORACLE_DIR";

/// All cases, each list sorted by key.
#[derive(Debug)]
pub struct Oracle {
    /// Text to points.
    pub decode: Vec<DecodeCase>,
    /// Point to text.
    pub encode: Vec<EncodeCase>,
}

/// A text, and what it says if it is valid.
#[derive(Debug)]
pub struct DecodeCase {
    /// Name of the case in the corpus.
    pub key: String,
    /// How far the five decoders agree.
    pub class: Class,
    /// Whether influxd 1.6.7 reads it.
    pub read_by_influxd: bool,
    /// One or more lines, not always UTF-8.
    pub text: Vec<u8>,
    /// The unit of timestamps in the text, in nanoseconds.
    pub precision_ns: i64,
    /// The time, in nanoseconds, of points without timestamp; a server cuts it to the precision.
    pub default_time: i64,
    /// The points of the text, tags sorted by key; empty if the corpus calls the text an error.
    pub points: Vec<Point>,
}

/// A point, and the line a reference encoder writes for it.
#[derive(Debug)]
pub struct EncodeCase {
    /// Name of the case in the corpus.
    pub key: String,
    /// What to write.
    pub point: Point,
    /// The unit to write the timestamp in, in nanoseconds.
    pub precision_ns: i64,
    /// The line, or why there is none. Of an error only its presence counts, and of a line only its meaning:
    /// whole floats stand there without `.0`.
    pub expect: Result<String, String>,
}

/// How far the five decoders agree on a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Class {
    /// All read the same points.
    #[serde(rename = "agree-accept")]
    AgreeAccept,
    /// At least three read the same points; the others were built without something, such as unsigned
    /// integers.
    #[serde(rename = "accept-3of5")]
    AcceptMost,
    /// All refuse it.
    #[serde(rename = "agree-reject")]
    AgreeReject,
    /// Never a reason to fail.
    #[serde(rename = "disputed")]
    Disputed,
}

/// One point.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Its measurement.
    pub name: String,
    /// Keys and values.
    pub tags: Vec<(String, String)>,
    /// Keys and values.
    pub fields: Vec<(String, Value)>,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub enum Value {
    /// A float.
    #[serde(rename = "float")]
    Float(f64),
    /// A float of 32 bits, which the corpus has none of.
    #[serde(skip)]
    Single(f32),
    /// A signed integer.
    #[serde(rename = "int")]
    Integer(i64),
    /// An unsigned integer.
    #[serde(rename = "uint")]
    Unsigned(u64),
    /// A boolean.
    #[serde(rename = "bool")]
    Boolean(bool),
    /// A string.
    #[serde(rename = "string")]
    String(String),
}

/// The folder that [`ORACLE_DIR`] names; `None`, with a loud line, if the variable is not set.
pub fn folder() -> Option<PathBuf> {
    let Some(dir) = std::env::var_os(ORACLE_DIR) else {
        // the macro would be captured: nobody reads the output of a test that passes
        let _ = writeln!(io::stderr(), "!!! SKIPPED: {ORACLE_DIR} is not set, the oracle judges nothing !!!");
        return None;
    };
    Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(dir))
}

impl Oracle {
    /// Loads the oracle in the [`folder`]; `None`, if none is named.
    ///
    /// # Panics
    ///
    /// If the variable is set but the oracle is missing or cannot be read: a test asked for must not pass by
    /// skipping.
    pub fn load() -> Option<Self> {
        let dir = folder()?;
        let corpus: Corpus = read_json(dir.join("lpcorpus.json"));
        let verdicts: Verdicts = read_json(dir.join("lp-consensus.json"));

        let mut decode: Vec<_> =
            corpus.decode.into_iter().map(|(key, raw)| raw.case(key, &verdicts)).collect();
        let mut encode: Vec<_> = corpus.encode.into_iter().map(|(key, raw)| raw.case(key)).collect();
        decode.sort_by(|a, b| a.key.cmp(&b.key));
        encode.sort_by(|a, b| a.key.cmp(&b.key));
        Some(Self { decode, encode })
    }
}

#[expect(clippy::panic, reason = "test helper")]
fn read_json<T: DeserializeOwned>(path: PathBuf) -> T {
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_reader(BufReader::new(file))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

// === The files as they are ===

#[derive(Deserialize)]
struct Corpus {
    decode: HashMap<String, RawDecode>,
    encode: HashMap<String, RawEncode>,
}

#[derive(Deserialize)]
struct Verdicts {
    cases: HashMap<String, Verdict>,
}

#[derive(Deserialize)]
struct Verdict {
    class: Class,
    accepts: Accepts,
}

#[derive(Deserialize)]
struct Accepts {
    #[serde(rename = "influxd1.6.7")]
    influxd: bool,
}

#[derive(Deserialize)]
struct RawDecode {
    input: DecodeInput,
    output: Output<Vec<RawPoint>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DecodeInput {
    text: Text,
    default_time: i64,
    precision: RawPrecision,
}

#[derive(Deserialize)]
struct RawEncode {
    input: EncodeInput,
    output: Output<Text>,
}

#[derive(Deserialize)]
struct EncodeInput {
    point: RawPoint,
    precision: RawPrecision,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Output<T> {
    Result(T),
    Error(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Binary { binary: String },
}

#[derive(Clone, Copy, Deserialize)]
enum RawPrecision {
    #[serde(rename = "1ns")]
    Nanoseconds = 1,
    #[serde(rename = "1µs")]
    Microseconds = 1_000,
    #[serde(rename = "1ms")]
    Milliseconds = 1_000_000,
    #[serde(rename = "1s")]
    Seconds = 1_000_000_000,
}

#[derive(Deserialize)]
struct RawPoint {
    time: i64,
    name: Text,
    #[serde(default)]
    tags: Vec<RawPair<Text>>,
    fields: Vec<RawPair<Value>>,
}

#[derive(Deserialize)]
struct RawPair<V> {
    key: Text,
    value: V,
}

// === From there to the cases ===

impl RawDecode {
    fn case(self, key: String, verdicts: &Verdicts) -> DecodeCase {
        let points = match self.output {
            Output::Result(points) => points.into_iter().map(RawPoint::point).collect(),
            Output::Error(_) => Vec::new(),
        };
        DecodeCase {
            class: verdicts.cases[&key].class,
            read_by_influxd: verdicts.cases[&key].accepts.influxd,
            key,
            text: self.input.text.bytes(),
            precision_ns: self.input.precision as i64,
            default_time: self.input.default_time,
            points,
        }
    }
}

impl RawEncode {
    fn case(self, key: String) -> EncodeCase {
        EncodeCase {
            key,
            point: self.input.point.point(),
            precision_ns: self.input.precision as i64,
            expect: match self.output {
                Output::Result(line) => Ok(line.string()),
                Output::Error(reason) => Err(reason),
            },
        }
    }
}

impl RawPoint {
    fn point(self) -> Point {
        Point {
            time: self.time,
            name: self.name.string(),
            tags: self.tags.into_iter().map(|tag| (tag.key.string(), tag.value.string())).collect(),
            fields: self.fields.into_iter().map(|field| (field.key.string(), field.value)).collect(),
        }
    }
}

impl Text {
    #[expect(clippy::expect_used, reason = "test helper")]
    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Plain(text) => text.into_bytes(),
            Self::Binary { binary } => STANDARD.decode(binary).expect("the corpus holds valid base64"),
        }
    }

    #[expect(clippy::expect_used, reason = "test helper")]
    fn string(self) -> String {
        String::from_utf8(self.bytes()).expect("points of the corpus are UTF-8")
    }
}
