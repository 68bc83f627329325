//! The compile errors of the derives: each file in `tests/ui` but those in `pass` must fail to compile.
//!
//! On the compiler named in `tests/ui/rustc-version` the errors are, word for word, those of the `.stderr` beside
//! the case. On any other, whose own words may differ, each message of ours must still be among them. A `.stderr`
//! without a case is an error. The files in `pass` must
//! compile and run.
//!
//! All cases are one cargo project, built at once. `INFLUX_UI=overwrite` writes the `.stderr` files anew: read
//! what changed. `INFLUX_UI=loose` compares as on another compiler.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// What cargo said about one case.
#[derive(Default)]
struct Outcome {
    /// The errors, as [`normalized`].
    errors: String,
    /// The program, if it was built.
    executable: Option<PathBuf>,
}

#[test]
fn compile_errors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let cases = cases(&root);
    let mut outcomes = build(&root, &cases);
    let mode = env::var("INFLUX_UI").unwrap_or_default();
    let exact = mode != "loose" && rustc_version() == read(&root.join("rustc-version")).trim();

    let mut wrong = String::new();
    for case in &cases {
        let Outcome { errors, executable } = outcomes.remove(&name(case)).unwrap_or_default();
        let expected = root.join(case).with_extension("stderr");
        let problem = if case.starts_with("pass") {
            match executable.map(|program| Command::new(program).output().unwrap()) {
                None => Some(format!("does not compile:\n{errors}")),
                Some(output) if output.status.success() => None,
                Some(output) => Some(String::from_utf8_lossy(&output.stderr).into_owned()),
            }
        } else if errors.is_empty() {
            Some("compiles, or did not get that far".to_owned())
        } else if mode == "overwrite" {
            fs::write(expected, errors).unwrap();
            None
        } else {
            let expected = read(&expected);
            let ours = || expected.lines().all(|line| errors.contains(message(line)));
            let same = if exact { errors == expected } else { ours() };
            (!same).then(|| format!("expected:\n{expected}\nfound:\n{errors}"))
        };
        if let Some(problem) = problem {
            writeln!(wrong, "=== {} ===\n{problem}", case.display()).unwrap();
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong}\nIf the new messages are better, record them with INFLUX_UI=overwrite"
    );
}

/// The cases relative to `root`, sorted.
fn cases(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for topic in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in fs::read_dir(topic).unwrap().map(|entry| entry.unwrap().path()) {
            assert!(file.with_extension("rs").exists(), "{} belongs to no case", file.display());
            if file.extension().is_some_and(|extension| extension == "rs") {
                found.push(file.strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    found.sort();
    assert!(found.len() > 100, "found only {found:?}");
    found
}

/// Builds each case as a binary of one project, with what the derives need and the versions of the workspace's lock
/// file, which are here already: nothing is downloaded. It is built and not checked, since what is wrong with a
/// generic type shows when code is made for it.
fn build(root: &Path, cases: &[PathBuf]) -> BTreeMap<String, Outcome> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
    let core = workspace.join("influx-core");
    let mut manifest = format!(
        "[package]\nname = \"ui\"\nedition = \"2024\"\n[workspace]\n[profile.dev]\ndebug = false\n\
         incremental = false\n[dependencies.influx-core]\npath = '{}'\ndefault-features = false\n\
         features = [\"derive\", \"client\"]\n",
        core.display()
    );
    for case in cases {
        let path = root.join(case);
        write!(manifest, "[[bin]]\nname = \"{}\"\npath = '{}'\n", name(case), path.display()).unwrap();
    }
    fs::create_dir_all(&project).unwrap();
    fs::write(project.join("Cargo.toml"), manifest).unwrap();
    fs::copy(workspace.join("Cargo.lock"), project.join("Cargo.lock")).unwrap();

    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--offline", "--keep-going", "--quiet", "--message-format=json", "--manifest-path"])
        .arg(project.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(project.join("target"))
        .current_dir(workspace)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .output()
        .unwrap();
    let mut outcomes = BTreeMap::<String, Outcome>::new();
    for line in output.stdout.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let said: Value = serde_json::from_slice(line).unwrap();
        let outcome = outcomes.entry(text(&said["target"]["name"]).to_owned()).or_default();
        outcome.executable = said["executable"].as_str().map(PathBuf::from).or(outcome.executable.take());
        let message = &said["message"];
        if message["level"] == "error" && !text(&message["message"]).starts_with("aborting due to") {
            if !outcome.errors.is_empty() {
                outcome.errors.push('\n');
            }
            outcome.errors += &normalized(text(&message["rendered"]), root);
        }
    }
    let built = outcomes.values().any(|outcome| outcome.executable.is_some());
    assert!(built, "nothing was built:\n{}", String::from_utf8_lossy(&output.stderr));
    outcomes
}

/// Rustc's walks through sources and impls that are not the case's.
const WALKS: [&str; 2] = ["the following other types implement trait", "note: inside `"];

/// What depends neither on the machine nor on sources other than the case: paths count from `tests/ui`, of other
/// files the name stands alone, without line and without the source that rustc shows if it has it.
fn normalized(rendered: &str, root: &Path) -> String {
    let here = format!("{}{}", root.display(), std::path::MAIN_SEPARATOR);
    let (mut foreign, mut walk) = (false, false);
    let mut result = String::new();
    for line in rendered.trim_end().lines() {
        let trimmed = line.trim_start();
        let (number, rest) = trimmed.split_at(trimmed.bytes().take_while(u8::is_ascii_digit).count());
        let rest = rest.trim_start();
        let begins =
            ["= note: ", "= help: ", "note: ", "help: "].iter().any(|word| trimmed.starts_with(word));
        let own = begins && trimmed != "= note: the failure occurred here";
        walk = !trimmed.is_empty() && if own { WALKS.iter().any(|w| trimmed.contains(w)) } else { walk };
        if walk {
            continue;
        }
        if let Some((arrow, place)) = rest.split_once(' ').filter(|(arrow, _)| ["-->", ":::"].contains(arrow))
        {
            foreign = !place.starts_with(&here);
            let file = place.replace('\\', "/");
            let file = file.split(':').next().unwrap().rsplit_once("/src/").map_or("", |(_, file)| file);
            let place = if foreign { file } else { &place[here.len()..] };
            writeln!(result, "  {arrow} {place}").unwrap();
        } else if !number.is_empty() || rest.starts_with(['|', '=']) || trimmed == "..." {
            // The source of another file: what begins with `=` belongs to the message again.
            if !foreign || rest.starts_with('=') {
                writeln!(result, "{}", format!("{number:>2} {rest}").trim_end()).unwrap();
            }
        } else {
            foreign = false;
            let indent = if line.starts_with(' ') { "     " } else { "" };
            writeln!(result, "{indent}{trimmed}").unwrap();
        }
    }
    result
}

/// What is ours in a line that begins an error: all of it without a code, what a trait or a constant says behind one;
/// nothing where the words are rustc's.
fn message(line: &str) -> &str {
    match line.split_once(": ") {
        Some(("error" | "error[E0277]", ours)) => ours,
        Some(("error[E0080]", panic)) => panic.split_once(": ").map_or("", |(_, ours)| ours),
        _ => "",
    }
}

#[test]
fn each_error_of_ours_is_compared() {
    let expected = "error: one\n  --> a.rs\n\nerror[E0277]: two: 2\nerror[E0080]: evaluation panicked: three\n\
                    error[E0282]: rustc's\n";
    let ours: Vec<_> = expected.lines().map(message).filter(|message| !message.is_empty()).collect();
    assert_eq!(ours, ["one", "two: 2", "three"]);
}

fn rustc_version() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = String::from_utf8(Command::new(rustc).arg("-V").output().unwrap().stdout).unwrap();
    said.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// The binary of a case: `roles-no_field`.
fn name(case: &Path) -> String {
    let parts: Vec<_> =
        case.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    parts.join("-")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
