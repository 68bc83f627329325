//! The files in a folder.

use std::fs;
use std::path::{Path, PathBuf};

/// The most folders in one another: links may lead in circles.
const DEPTH: usize = 32;

/// The file itself, or all files in the folder and the folders in it, sorted; and whether it is a folder. Names that
/// begin with `.` or `_` are passed over.
pub(super) fn files(path: &Path) -> Result<(Vec<PathBuf>, bool), String> {
    let named = |error| format!("{}: {error}", path.display());
    if !fs::metadata(path).map_err(named)?.is_dir() {
        return Ok((vec![path.to_owned()], false));
    }
    let mut found = Vec::new();
    collect(path, DEPTH, &mut found)?;
    found.sort();
    Ok((found, true))
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let named = |path: &Path, error| format!("{}: {error}", path.display());
    if depth == 0 {
        return Err(format!("{}: more than {DEPTH} folders in one another", folder.display()));
    }
    for entry in fs::read_dir(folder).map_err(|error| named(folder, error))? {
        let entry = entry.map_err(|error| named(folder, error))?;
        if entry.file_name().as_encoded_bytes().first().is_some_and(|first| b"._".contains(first)) {
            continue;
        }
        let path = entry.path();
        if fs::metadata(&path).map_err(|error| named(&path, error))?.is_dir() {
            collect(&path, depth - 1, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
