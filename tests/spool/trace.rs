//! `strace`: what it does to a process, and what it saw.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::child::PROGRAM;

/// A command that runs the program under strace, which writes down these system calls with the paths of files, and does
/// to them what is said (`fdatasync:error=EIO:when=3`).
pub(crate) fn command(log: &Path, calls: &[&str], injected: &[String]) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-y", "-s", "0", "-o"]).arg(log);
    // much faster, but then it sends no signals
    if !injected.iter().any(|injected| injected.contains("signal=")) {
        command.arg("--seccomp-bpf");
    }
    command.arg("-e").arg(format!("trace={}", calls.join(",")));
    for injected in injected {
        command.arg("-e").arg(format!("inject={injected}"));
    }
    command.arg(PROGRAM);
    command
}

/// One call that came back.
#[derive(Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) thread: u32,
    pub(crate) name: String,
    /// The file of its first argument, if that is a descriptor.
    pub(crate) path: Option<PathBuf>,
    pub(crate) arguments: String,
    /// What it returned; negative if it failed.
    pub(crate) result: i64,
    pub(crate) injected: bool,
}

impl Call {
    /// Whether it is about this folder, or anything in it, by descriptor or by name.
    pub(crate) fn is_in(&self, folder: &Path) -> bool {
        let mut named = self.arguments.split('"').skip(1).step_by(2);
        self.path.as_ref().is_some_and(|path| path.starts_with(folder))
            || named.any(|name| Path::new(name).starts_with(folder))
    }
}

/// The calls of a log, in the order in which they began; those that never came back are left out.
pub(crate) fn calls(log: &Path) -> Vec<Call> {
    let text = fs::read_to_string(log).unwrap();
    let mut calls: Vec<Option<Call>> = Vec::new();
    // by thread: where its call stands that has not come back, and how it began
    let mut open: BTreeMap<u32, (usize, String)> = BTreeMap::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let (Ok(thread), rest) = (thread.parse(), rest.trim_start()) else { continue };
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            open.insert(thread, (calls.len(), begun.to_owned()));
            calls.push(None);
        } else if let Some((_, end)) =
            rest.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>"))
        {
            if let Some((place, begun)) = open.remove(&thread) {
                calls[place] = read(thread, &(begun + end));
            }
        } else if let Some(call) = read(thread, rest) {
            calls.push(Some(call));
        }
    }
    calls.into_iter().flatten().collect()
}

/// Whether any call of a log, also one that never came back, is about this folder.
pub(crate) fn names(log: &Path, folder: &Path) -> bool {
    fs::read_to_string(log).unwrap().contains(folder.to_str().unwrap())
}

/// For each call, at which places (`when=`) it is one of these in some thread, and not another one in any: the first are
/// behind what loads the program. strace counts each call by itself, and each thread.
pub(crate) fn places(calls: &[Call], wanted: impl Fn(&Call) -> bool) -> BTreeMap<String, Vec<u64>> {
    let mut counts = BTreeMap::new();
    let (mut hit, mut missed) = (BTreeSet::new(), BTreeSet::new());
    for call in calls {
        let place = counts.entry((call.thread, &call.name)).or_insert(0);
        *place += 1;
        let places = if wanted(call) { &mut hit } else { &mut missed };
        places.insert((&call.name, *place));
    }
    let mut places = BTreeMap::new();
    for (name, place) in hit.difference(&missed) {
        places.entry((*name).clone()).or_insert_with(Vec::new).push(*place);
    }
    places
}

/// So many of the places, from the first to the last; or all of them.
pub(crate) fn spread(places: &[u64], wanted: u64) -> Vec<u64> {
    let (runs, last) = (wanted.min(places.len() as u64), places.len() as u64 - 1);
    (0..runs).map(|run| places[(run * last / (runs - 1).max(1)) as usize]).collect()
}

/// `pwrite64(9</tmp/seg>, ""..., 4096, 16) = 4096`; nothing for signals, ends, and what has no result.
fn read(thread: u32, text: &str) -> Option<Call> {
    let (call, result) = text.rsplit_once(" = ")?;
    let (name, arguments) = call.trim_end().strip_suffix(')')?.split_once('(')?;
    let path = arguments.split_once('<').filter(|(number, _)| number.parse::<u32>().is_ok());
    let path = path.and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| PathBuf::from(path));
    Some(Call {
        thread,
        name: name.to_owned(),
        path,
        arguments: arguments.to_owned(),
        result: result.split([' ', '<']).next()?.parse().ok()?,
        injected: result.contains("(INJECTED)"),
    })
}

#[test]
fn places_are_counted_by_thread_and_call_and_are_of_nothing_else() {
    let call = |thread, name: &str, path: &str| Call {
        thread,
        name: name.to_owned(),
        path: Some(path.into()),
        arguments: String::new(),
        result: 0,
        injected: false,
    };
    let calls = [
        call(1, "pread64", "/lib"),
        call(1, "pread64", "/s/a"),
        call(2, "pread64", "/s/a"),
        call(1, "fsync", "/s"),
        call(1, "pread64", "/s/b"),
        call(2, "pread64", "/s/c"),
        call(2, "write", "/lib"),
    ];
    let places = places(&calls, |call| call.is_in(Path::new("/s")));
    assert_eq!(places, [("fsync".to_owned(), vec![1]), ("pread64".to_owned(), vec![2, 3])].into());
    let all: Vec<_> = (10..20).collect();
    for (wanted, spread_out) in [(1, vec![10]), (2, vec![10, 19]), (3, vec![10, 14, 19]), (20, all.clone())] {
        assert_eq!(spread(&all, wanted), spread_out);
    }
    assert_eq!(spread(&[7], 3), [7]);
}

#[test]
fn calls_are_read_as_strace_writes_them() {
    let log = std::env::temp_dir().join(format!("influx-spool-trace-{}", std::process::id()));
    fs::write(
        &log,
        "7  openat(AT_FDCWD</>, \"/s/LOCK\", O_RDWR) = 5</s/LOCK>\n\
         8  fdatasync(6</s/a.log> <unfinished ...>\n\
         7  pwrite64(6</s/b.log>, \"\"..., 40, 16) = 40\n\
         8  <... fdatasync resumed>) = -1 EIO (Input/output error) (INJECTED)\n\
         7  unlink(\"/s/a.log\") = ?\n\
         7  +++ killed by SIGKILL +++\n",
    )
    .unwrap();
    let read = calls(&log);
    fs::remove_file(&log).unwrap();
    let call = |thread, name: &str, path: Option<&str>, arguments: &str, result, injected| Call {
        thread,
        name: name.to_owned(),
        path: path.map(PathBuf::from),
        arguments: arguments.to_owned(),
        result,
        injected,
    };
    assert_eq!(
        read,
        [
            call(7, "openat", None, "AT_FDCWD</>, \"/s/LOCK\", O_RDWR", 5, false),
            call(8, "fdatasync", Some("/s/a.log"), "6</s/a.log>", -1, true),
            call(7, "pwrite64", Some("/s/b.log"), "6</s/b.log>, \"\"..., 40, 16", 40, false),
        ]
    );
}
