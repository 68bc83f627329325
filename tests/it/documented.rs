//! The tables of faults and of bad input in `tests/README.md` name tests that there are.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use influx_tests::bad_input::cases;

/// The places of tests, and what their names begin with.
const PLACES: [(&str, &str); 7] = [
    ("it", "tests/it"),
    ("alloc", "tests/alloc"),
    ("live", "tests/live"),
    ("frame", "tests/frame"),
    ("spool", "tests/spool"),
    ("influx_core", "influx-core/src"),
    ("influx_frame", "influx-frame/src"),
];

/// The rows of both tables, cell by cell.
fn rows() -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("tests/README.md")).unwrap();
    let (_, section) = text.split_once("\n## Faults and bad input\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    let cells = |row: &str| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    rows.map(cells).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a cell names as tests: all that stands in backticks and has a place.
fn tests_of(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).filter(|name| name.contains("::")).collect()
}

/// The files in which the module of a test may stand: one of its own, a folder's, or that around it.
fn files_of(test: &str) -> Option<Vec<PathBuf>> {
    let (place, path) = test.split_once("::")?;
    let (_, folder) = PLACES.iter().find(|(name, _)| *name == place)?;
    let folder = root().join(folder);
    let mut modules: Vec<_> = path.split("::").collect();
    modules.pop()?;
    let file = |modules: &[&str]| folder.join(modules.join("/"));
    let mut files = vec![file(&modules).with_extension("rs"), file(&modules).join("mod.rs")];
    match modules.split_last() {
        // a module of tests stands at the end of a file
        Some((&"tests", around)) => {
            files.extend([file(around).with_extension("rs"), file(around).join("mod.rs")]);
        }
        None => files.push(folder.join("main.rs")),
        Some(_) => {}
    }
    Some(files)
}

/// Whether a test of this name stands in a text.
fn is_test(text: &str, name: &str) -> bool {
    let start = [format!("fn {name}("), format!("fn {name}<")];
    let lines: Vec<_> = text.lines().collect();
    lines.iter().enumerate().any(|(at, line)| {
        let attributes = lines[..at].iter().rev().take_while(|line| line.trim_start().starts_with("#["));
        start.iter().any(|start| line.contains(start))
            && attributes.into_iter().any(|line| line.contains("test"))
    })
}

#[test]
fn each_test_that_the_tables_name_stands_in_the_sources() {
    let (mut missing, mut count) = (Vec::new(), 0);
    for row in rows() {
        for test in row.last().map(|cell| tests_of(cell)).unwrap_or_default() {
            let name = test.rsplit("::").next().unwrap_or_default();
            let files = files_of(test).unwrap_or_else(|| panic!("{test} is in none of {PLACES:?}"));
            if !files.iter().any(|file| fs::read_to_string(file).is_ok_and(|text| is_test(&text, name))) {
                missing.push(test.to_owned());
            }
            count += 1;
        }
    }
    assert!(missing.is_empty(), "the tables name tests that are nowhere:\n{}", missing.join("\n"));
    assert!(count > 100, "the tables have only {count} tests");
}

/// Each row has a test, or says that it is like another one that has.
#[test]
fn no_row_and_no_class_is_left_out() {
    let rows = rows();
    let first = |row: &&Vec<String>| row.first().cloned().unwrap_or_default();
    let with_tests: BTreeSet<_> = rows
        .iter()
        .filter(|row| row.last().is_some_and(|cell| !tests_of(cell).is_empty()))
        .map(|row| first(&row))
        .collect();
    for row in rows.iter().filter(|row| !["row", "class"].contains(&&*row[0])) {
        let like = row.last().and_then(|cell| cell.strip_prefix("as "));
        let like = like.and_then(|like| like.split(',').next());
        let known = like.map_or_else(|| with_tests.contains(&row[0]), |like| with_tests.contains(like));
        assert!(known, "this row has no test: {row:?}");
    }
    let classes: BTreeSet<_> = rows.iter().map(|row| first(&row)).collect();
    let faults = (1..=55).map(|row| row.to_string());
    let inputs = cases().into_iter().map(|case| case.class.to_owned());
    let missing: BTreeSet<_> = faults.chain(inputs).filter(|name| !classes.contains(name)).collect();
    assert!(missing.is_empty(), "not in the tables: {missing:?}");
}

#[test]
fn a_test_that_is_not_there_is_found_out() {
    let text =
        "    #[test]\n    #[should_panic]\n    fn one() {\n#[tokio::test]\nasync fn two() {\nfn three() {\n";
    assert_eq!(["one", "two", "three", "on"].map(|name| is_test(text, name)), [true, true, false, false]);
    assert_eq!(tests_of("as 4, `it::a::b` (`.ci/run` too), `live::c`"), ["it::a::b", "live::c"]);
    assert!(files_of("elsewhere::a").is_none());
}
