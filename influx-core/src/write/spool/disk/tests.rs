//! Directories of the system's folder for temporary files.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use super::super::io::{read_full, write_full};
use super::*;
use crate::error::ErrorKind;

/// A path at which nothing is; what is made there is removed at the end.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("influx-spool-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What the error says, without the path, of which it must be.
#[track_caller]
fn refused(result: Result<Disk>, path: &Path) -> String {
    let error = result.map(drop).unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Spool, false));
    let text = error.to_string();
    text.strip_prefix(&format!("the spool {}: ", path.display()))
        .unwrap_or_else(|| panic!("{text}"))
        .to_owned()
}

#[cfg(unix)]
fn rights(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[cfg(unix)]
fn set_rights(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn files_are_written_and_read_back() {
    let place = Place::new();
    let disk = Disk::open(&place.0).unwrap();
    let mut file = disk.create("a").unwrap();
    write_full(&mut *file, 0, b"0123456789").unwrap();
    write_full(&mut *file, 12, b"cd").unwrap();
    write_full(&mut *file, 1, b"x").unwrap();
    file.sync().unwrap();
    disk.sync_names().unwrap();
    let mut bytes = [9; 20];
    assert_eq!(read_full(&mut *disk.read("a").unwrap(), 0, &mut bytes).unwrap(), 14);
    assert_eq!(&bytes[..15], b"0x23456789\0\0cd\x09");
    assert_eq!(disk.create("a").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(disk.open("b").unwrap_err().kind(), io::ErrorKind::NotFound);
    disk.open("a").unwrap().cut(3).unwrap();
    disk.create("b").unwrap();
    disk.rename("a", "b").unwrap();
    fs::create_dir(place.0.join("folder")).unwrap();
    let mut files = disk.list().unwrap();
    files.sort();
    assert_eq!(
        files,
        [("LOCK".to_owned(), std::process::id().to_string().len() as u64), ("b".to_owned(), 3)]
    );
    disk.remove("b").unwrap();
    assert_eq!(disk.list().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn only_the_owner_has_rights() {
    let place = Place::new();
    let path = place.0.join("in/a/new/one");
    let disk = Disk::open(&path).unwrap();
    disk.create("a").unwrap();
    assert_eq!((rights(&path), rights(&place.0)), (0o700, 0o700));
    assert_eq!((rights(&path.join("a")), rights(&path.join("LOCK"))), (0o600, 0o600));
}

#[cfg(unix)]
#[test]
fn rights_of_others_are_taken_away_where_nobody_needs_them() {
    let place = Place::new();
    fs::create_dir(&place.0).unwrap();
    for file in ["", "seg-00000000000000000000.log", "acks.log", "LOCK"] {
        if !file.is_empty() {
            fs::write(place.0.join(file), "").unwrap();
        }
        set_rights(&place.0, 0o755);
        drop(Disk::open(&place.0).unwrap());
        assert_eq!(rights(&place.0), 0o700, "{file}");
        fs::remove_file(place.0.join("LOCK")).unwrap();
        let _ = fs::remove_file(place.0.join(file));
    }
    for file in ["letter.txt", "seg-notes.log", "acks.log.txt"] {
        fs::write(place.0.join(file), "").unwrap();
        set_rights(&place.0, 0o755);
        let why = refused(Disk::open(&place.0), &place.0);
        assert!(why.starts_with("is open to others (rights 0755) and holds files"), "{file}: {why}");
        assert!(rights(&place.0) == 0o755 && !place.0.join("LOCK").exists(), "{file}: it was touched");
    }
    set_rights(&place.0, 0o700);
    Disk::open(&place.0).unwrap();
}

#[test]
fn the_second_writer_is_told_who_has_it() {
    let place = Place::new();
    let disk = Disk::open(&place.0).unwrap();
    let id = std::process::id();
    assert_eq!(fs::read_to_string(place.0.join("LOCK")).unwrap(), id.to_string());
    let expected = format!("is used by process {id}, which is this one: close its other writer first");
    assert_eq!(refused(Disk::open(&place.0), &place.0), expected);
    assert_eq!(refused(Disk::read_only(&place.0), &place.0), expected);
    drop(disk);
    drop(Disk::open(&place.0).unwrap());
    let looking = Disk::read_only(&place.0).unwrap();
    assert_eq!(refused(Disk::open(&place.0), &place.0), expected);
    drop(looking);
    Disk::open(&place.0).unwrap();
}

/// The other process is this test again.
#[test]
fn another_process_has_it_until_it_is_dead() {
    const CHILD: &str = "INFLUX_SPOOL_LOCKED_BY_CHILD";
    if let Some(path) = std::env::var_os(CHILD) {
        let disk = Disk::open(Path::new(&path)).unwrap();
        println!("\nlocked");
        // until it is killed, or its parent is
        let _ = io::stdin().read_line(&mut String::new());
        drop(disk);
        return;
    }
    let place = Place::new();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "--nocapture",
            "write::spool::disk::tests::another_process_has_it_until_it_is_dead",
        ])
        .env(CHILD, &place.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "locked"), "the child did not lock it");
    let why = refused(Disk::open(&place.0), &place.0);
    // where a lock keeps others from reading, too, its id is not known
    let named = format!("is used by process {}: end that first, or name another directory", child.id());
    assert!(why == named || cfg!(windows) && why.starts_with("is used by another process:"), "{why}");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(place.0.join("LOCK").exists());
    Disk::open(&place.0).unwrap();
}

#[test]
fn a_lock_file_without_a_lock_is_stale_whatever_it_says() {
    for text in ["", "1", "no number", "99999999999999999999999999999999"] {
        let place = Place::new();
        fs::create_dir(&place.0).unwrap();
        fs::write(place.0.join("LOCK"), text).unwrap();
        let disk = Disk::open(&place.0).unwrap();
        assert_eq!(fs::read_to_string(place.0.join("LOCK")).unwrap(), std::process::id().to_string());
        // what a second one reads while the first has not yet written
        fs::write(place.0.join("LOCK"), "no number").unwrap();
        let why = refused(Disk::open(&place.0), &place.0);
        assert_eq!(why, "is used by another process: end that first, or name another directory");
        drop(disk);
    }
}

#[test]
fn a_spool_that_is_read_is_not_changed() {
    let place = Place::new();
    let why = refused(Disk::read_only(&place.0), &place.0);
    assert_eq!(why, "cannot be read: name the directory of a spool");
    assert!(!place.0.exists());
    fs::create_dir(&place.0).unwrap();
    // names that only begin and end like those of a spool's
    for file in ["letter.txt", "seg-notes.log", "seg-1.log"] {
        fs::write(place.0.join(file), "").unwrap();
    }
    let why = refused(Disk::read_only(&place.0), &place.0);
    assert_eq!(why, "is no spool: name a directory in which a writer has spooled");

    fs::write(place.0.join("acks.log"), "abc").unwrap();
    let disk = Disk::read_only(&place.0).unwrap();
    let mut bytes = [0; 3];
    assert_eq!(read_full(&mut *disk.read("acks.log").unwrap(), 0, &mut bytes).unwrap(), 3);
    let denied = [
        disk.create("a").map(drop),
        disk.open("acks.log").map(drop),
        disk.rename("acks.log", "b"),
        disk.remove("acks.log"),
        disk.sync_names(),
        disk.read("acks.log").unwrap().write_at(0, b"x").map(drop),
    ];
    assert!(denied.iter().all(Result::is_err), "{denied:?}");
    assert_eq!(disk.list().unwrap().len(), 4, "a LOCK was made");
    assert_eq!(fs::read(place.0.join("acks.log")).unwrap(), b"abc");
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_is_refused() {
    let place = Place::new();
    fs::create_dir(&place.0).unwrap();
    let probe = place.0.join("probe");
    set_rights(&place.0, 0o500);
    // nothing is forbidden to root
    let forbidden = fs::write(&probe, "").is_err();
    let result = Disk::open(&place.0);
    if forbidden {
        assert_eq!(refused(result, &place.0), "its file LOCK cannot be opened: check the rights of both");
    } else {
        result.unwrap();
    }
    set_rights(&place.0, 0o700);
    // a file where a directory should be stands in everybody's way
    let file = place.0.join("file");
    fs::write(&file, "").unwrap();
    let expected = "cannot be made: check its path and the rights above it";
    assert_eq!(refused(Disk::open(&file), &file), expected);
    let below = file.join("spool");
    assert_eq!(refused(Disk::open(&below), &below), expected);
}

#[cfg(unix)]
#[test]
fn a_directory_that_was_removed_or_replaced_is_not_written_to() {
    for replaced in [false, true] {
        let place = Place::new();
        let disk = Disk::open(&place.0).unwrap();
        disk.create("a").unwrap();
        fs::remove_dir_all(&place.0).unwrap();
        let other = replaced.then(|| Disk::open(&place.0).unwrap());
        if let Some(other) = &other {
            other.create("a").unwrap();
        }
        let failed = [disk.create("b").map(drop), disk.rename("a", "b"), disk.remove("a"), disk.sync_names()];
        for result in failed {
            let why = result.unwrap_err().to_string();
            assert!(why.contains("its LOCK was removed while it is in use"), "{why}");
        }
        let left = other.map(|other| other.list().unwrap().len());
        assert_eq!(left, replaced.then_some(2));
    }
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_neither_read_nor_written() {
    use std::os::unix::fs::symlink;

    let place = Place::new();
    let directory = place.0.join("spool");
    fs::create_dir_all(&directory).unwrap();
    let letter = place.0.join("letter.txt");
    fs::write(&letter, "dear reader").unwrap();
    let (lock, acks) = (directory.join("LOCK"), directory.join("acks.log"));
    for target in [&letter, &place.0.join("nothing")] {
        symlink(target, &lock).unwrap();
        for refusal in [Disk::open(&directory), Disk::read_only(&directory)] {
            let why = refused(refusal, &directory);
            assert!(why.starts_with("its file LOCK cannot be opened"), "{why}");
        }
        fs::remove_file(&lock).unwrap();
    }
    let disk = Disk::open(&directory).unwrap();
    // which would never end
    symlink("/dev/zero", &acks).unwrap();
    for result in [disk.read("acks.log"), disk.open("acks.log")] {
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
    assert!(disk.list().unwrap().iter().all(|(name, _)| name == "LOCK"));
    assert_eq!(fs::read_to_string(&letter).unwrap(), "dear reader");
    assert!(!place.0.join("nothing").exists());
}
