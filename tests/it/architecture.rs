//! The rules that keep the code one path each way, searched for in the sources.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A source file: its path from the root of the workspace, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The lines that are code, with their numbers: no comments, no documentation.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(i, line)| (i + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn is_in(&self, place: &str) -> bool {
        self.path.starts_with(place)
    }
}

/// Whether `word` stands in `line` as a word of its own.
fn has_word(line: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(inside) && !line[at + word.len()..].starts_with(inside))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All Rust files below the folders, without what builds leave there.
fn sources(folders: &[&str]) -> Vec<Source> {
    let root = root();
    let mut open: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("target") {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source { path, text });
            }
        }
    }
    assert!(!found.is_empty(), "nothing in {folders:?}");
    found
}

/// What ships, and what shows how to use it.
const CODE: [&str; 5] = ["influx-derive/src", "influx-core/src", "influx-frame/src", "examples", "tests"];

/// Names the places of a rule's breaches; none may be left.
#[track_caller]
fn none(rule: &str, breaches: Vec<String>) {
    assert!(breaches.is_empty(), "{rule}:\n{}", breaches.join("\n"));
}

#[test]
fn unsafe_code_stands_in_one_file() {
    const ALLOWED: [&str; 3] = [
        "influx-core/src/line/raw.rs",
        "tests/alloc/counting.rs", // a global allocator is unsafe
        "tests/peers/",            // measures with one, and holds the floor
    ];
    let mut used = [false; ALLOWED.len()];
    let mut breaches = Vec::new();
    for source in sources(&CODE) {
        for (number, line) in source.code() {
            // Lints and tests name it, too.
            if has_word(line, "unsafe")
                && ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "unsafe trait"]
                    .iter()
                    .any(|form| line.contains(form))
            {
                match ALLOWED.iter().position(|place| source.is_in(place)) {
                    Some(place) => used[place] = true,
                    None if source.path == "tests/it/architecture.rs" => {}
                    None => breaches.push(format!("{}:{number}: {line}", source.path)),
                }
            }
        }
    }
    none("`unsafe` outside of line/raw.rs", breaches);
    assert_eq!(used, [true; ALLOWED.len()], "a place that needs no exception any more: {ALLOWED:?}");
}

/// Elsewhere the lints of the workspace ask for it; here that nobody takes them out.
#[test]
fn every_unsafe_block_says_why_it_is_sound() {
    let text = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let lint = "\nundocumented_unsafe_blocks = \"warn\"\n";
    assert!(text.contains(lint), "Cargo.toml has no {lint:?}");
    let allowed = sources(&CODE).into_iter().filter(|source| {
        source.path != "tests/it/architecture.rs" && source.text.contains("undocumented_unsafe_blocks")
    });
    none("the lint is changed", allowed.map(|source| source.path).collect());
}

#[test]
fn one_file_names_the_http_library() {
    let mut breaches = Vec::new();
    let mut transport = false;
    for source in sources(&CODE) {
        if source.is_in("tests/peers/") || source.path == "tests/it/architecture.rs" {
            continue;
        }
        for (number, line) in source.code().filter(|(_, line)| has_word(line, "reqwest")) {
            match source.path.as_str() {
                "influx-core/src/http/transport.rs" => transport = true,
                _ => breaches.push(format!("{}:{number}: {line}", source.path)),
            }
        }
    }
    none("reqwest outside of http/transport.rs", breaches);
    assert!(transport, "http/transport.rs is not where reqwest is named: has it moved?");
}

/// Annotated CSV is read in one place, which alone knows the library beneath.
#[test]
fn one_file_reads_csv() {
    let mut breaches = Vec::new();
    let mut reader = false;
    for source in sources(&["influx-derive/src", "influx-core/src", "influx-frame/src", "examples"]) {
        for (number, line) in source.code() {
            let reads = ["csv_core", "#datatype"].iter().any(|word| line.contains(word));
            // the embedded server writes it
            if reads && !source.is_in("influx-core/src/testing/") {
                match source.is_in("influx-core/src/query/csv") {
                    true => reader = true,
                    false => breaches.push(format!("{}:{number}: {line}", source.path)),
                }
            }
        }
    }
    none("annotated CSV is read outside of query/csv.rs", breaches);
    assert!(reader, "query/csv.rs is not where annotated CSV is read: has it moved?");
}

/// A request goes one way: a call executes it, that hands it to the transport, and this to the HTTP library.
#[test]
fn requests_are_sent_one_way() {
    // Each form, and all the places where it may stand. `.transport(…)` with an argument sets one.
    const WAY: [(&str, &[&str]); 6] = [
        (".execute(", &["influx-core/src/http/call.rs", "influx-core/src/http/transport.rs"]),
        // what is read piece by piece
        ("client.open(", &["influx-core/src/api/raw.rs", "influx-core/src/query/forms.rs"]),
        (".transport()", &["influx-core/src/http/execute.rs"]),
        (".0.transport", &["influx-core/src/client/mod.rs"]),
        // A transport behind an `Arc` or a `Box` is the transport itself.
        (
            ".send(",
            &[
                "examples/query.rs", // a delete, which is a call
                "influx-core/src/http/execute.rs",
                "influx-core/src/http/transport.rs",
                "influx-core/src/http/transport.rs",
                "influx-core/src/write/once.rs", // hands a part of a batch to `Deliver`
                "influx-core/src/write/writer/callback.rs", // into the channel of the callbacks' thread
                "influx-core/src/write/writer/course.rs", // hands a part of a batch to `Deliver`
            ],
        ),
        ("::send(", &[]),
    ];
    // The embedded server answers only; its channels have a `send`, too. So have those between the threads of
    // influx-frame, which has no HTTP library: what it sends goes through calls of the client.
    let manifest = fs::read_to_string(root().join("influx-frame/Cargo.toml")).unwrap();
    assert!(!manifest.contains("reqwest") && !manifest.contains("hyper"), "influx-frame sends by itself");
    let sources = sources(&["influx-core/src", "influx-derive/src", "influx-frame/src", "examples"]);
    let sources = || sources.iter().filter(|source| !source.is_in("influx-core/src/testing/"));
    let stands = |form: &str| {
        let channels = form == ".send(";
        let lines = sources().filter(|source| !channels || !source.is_in("influx-frame/"));
        let lines = lines.flat_map(|source| source.code().map(move |(_, line)| (source, line)));
        let mut places: Vec<_> =
            lines.filter(|(_, line)| line.contains(form)).map(|(source, _)| source.path.as_str()).collect();
        places.sort_unstable();
        places
    };
    for (form, places) in WAY {
        assert_eq!(stands(form), places, "left: where `{form}` stands; right: where it may, once each");
    }
}

/// Line protocol is written where its bytes are escaped, and nowhere else is there code that escapes, or a
/// format string that puts a line together. Tests write lines by hand to say what they expect.
#[test]
fn line_protocol_is_written_in_one_place() {
    let mut breaches = Vec::new();
    let mut inside = 0;
    for source in sources(&["influx-derive/src", "influx-core/src", "influx-frame/src", "examples"]) {
        let is_test = source.path.ends_with("tests.rs") || source.path.contains("/tests/");
        let end = source.text.find("#[cfg(test)]").unwrap_or(source.text.len());
        let lines = source.text[..end].lines().count();
        for (number, line) in source.code().take_while(|(number, _)| *number <= lines) {
            if is_test || !writes_line_protocol(line) {
                continue;
            }
            if source.is_in("influx-core/src/line/") {
                inside += 1;
            } else {
                breaches.push(format!("{}:{number}: {line}", source.path));
            }
        }
    }
    none("line protocol is written outside of line/", breaches);
    assert!(inside >= 3, "the rule finds nothing in line/ any more: {inside}");
}

/// Whether a line of code names an escaped character of names, escapes one, or formats `key=value` behind a
/// comma.
fn writes_line_protocol(line: &str) -> bool {
    let formats =
        ["write!(", "format!(", "push_str(", "format_args!("].iter().any(|name| line.contains(name));
    let pair =
        [",{", "{}=", "}={", ",{}", "}i,", "}u,"].iter().filter(|part| line.contains(**part)).count() >= 2;
    let escapes = [r#""\\,""#, r#""\\ ""#, r#""\\=""#, r"b'\\')", r"push('\\')", r#"push_str("\\")"#]
        .iter()
        .any(|text| line.contains(text));
    let functions =
        ["fn escape", "fn push_escaped", "fn write_escaped", "fn escaped"].iter().any(|f| line.contains(f));
    escapes || functions || (formats && pair)
}

#[test]
fn the_search_for_line_protocol_finds_it() {
    for line in [
        r#"write!(out, ",{key}={value}")"#,
        r#"format!("{},{}={}", name, key, value)"#,
        r#"text.replace(',', "\\,")"#,
        "fn escape_tag(text: &str) -> String {",
        r"out.push('\\');",
    ] {
        assert!(writes_line_protocol(line), "{line}");
    }
    for line in
        [r#"format!("{}/api/v2/write?bucket={bucket}", self.url)"#, r#"write!(f, "{part} {key:?}: ")"#]
    {
        assert!(!writes_line_protocol(line), "{line}");
    }
}

/// Delays and ages go by clocks that never jump.
#[test]
fn the_clock_on_the_wall_is_read_in_few_places() {
    const ALLOWED: [&str; 3] = [
        "influx-core/src/line/state.rs",         // stamps records
        "influx-core/src/http/retry.rs", // a date in `Retry-After`, where the server tells none of its own
        "influx-core/src/write/writer/spooling", // how old a record is that another process has written
    ];
    let mut breaches = Vec::new();
    let mut found = 0;
    for source in sources(&["influx-core/src", "influx-frame/src"]) {
        let is_test = ["tests.rs", "/tests/", "src/testing/"].iter().any(|part| source.path.contains(part));
        for (number, line) in source.code().filter(|_| !is_test) {
            if ["SystemTime::now", "UNIX_EPOCH.elapsed", "Utc::now", "Zoned::now", "Timestamp::now"]
                .iter()
                .any(|read| line.contains(read))
            {
                match ALLOWED.iter().any(|place| source.is_in(place)) {
                    true => found += 1,
                    false => breaches.push(format!("{}:{number}: {line}", source.path)),
                }
            }
        }
    }
    none("the clock on the wall is read", breaches);
    assert!(found >= 2, "the rule finds nothing any more");
}

#[test]
fn the_encoder_alone_needs_no_client() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "-p", "influx-core", "--no-default-features"])
        .args(["-e", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .unwrap();
    if !tree.status.success() {
        let why = String::from_utf8_lossy(&tree.stderr);
        // All that a machine may lack: what this platform does not need is not downloaded either.
        let lacks =
            ["attempting to make an HTTP request, but --offline was specified", "no matching package named"];
        assert!(lacks.iter().any(|lack| why.contains(lack)), "cargo tree: {why}");
        // the macro would be captured: nobody reads the output of a test that passes
        let _ = writeln!(
            io::stderr(),
            "!!! SKIPPED: cargo tree cannot say offline what the encoder depends on: {why} !!!"
        );
        return;
    }
    let tree = String::from_utf8(tree.stdout).unwrap();
    let names: Vec<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names.first(), Some(&"influx-core"));
    // thiserror brings its macro, and that what macros need to be built.
    const KNOWN: [&str; 8] = [
        "influx-core",
        "zmij",
        "thiserror",
        "thiserror-impl",
        "proc-macro2",
        "quote",
        "syn",
        "unicode-ident",
    ];
    let new: Vec<_> = names.into_iter().filter(|name| !name.is_empty() && !KNOWN.contains(name)).collect();
    assert!(new.is_empty(), "the encoder alone depends on {new:?}:\n{tree}");
}

#[test]
fn files_are_short_enough_to_read() {
    const MOST: usize = 400;
    // All `unsafe` stands in one file, and that cannot be cut.
    const LONGER: (&str, usize) = ("influx-core/src/line/raw.rs", 660);
    let lines = |source: &Source| source.text.lines().count();
    let most = |source: &Source| if source.path == LONGER.0 { LONGER.1 } else { MOST };
    let long = sources(&CODE).into_iter().filter(|source| lines(source) > most(source));
    none("too long", long.map(|source| format!("{}: {}", source.path, lines(&source))).collect());
}
