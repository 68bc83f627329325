//! The directory of a spool: a new one for each test, what may be in it, and what may not.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use influx_spool_tests::bucket;

/// Never in a file.
pub(crate) const TOKEN: &str = "TOK_9f3c71d2a8";

/// Where in its folder a small disk is.
const DISK: &str = "disk";

/// How long the head of a file is.
pub(crate) const HEAD: u64 = 16;

/// A folder for a test, gone at its end, with a spool in it, which the spool makes.
#[derive(Debug)]
pub(crate) struct Folder {
    around: PathBuf,
    pub(crate) spool: PathBuf,
}

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let around = std::env::temp_dir().join(format!("influx-spool-{}-{count}", std::process::id()));
        // of a process of this number that was killed
        remove(&around);
        fs::create_dir_all(&around).unwrap();
        Self { spool: around.join("spool"), around }
    }

    /// Another one with the same spool in it.
    pub(crate) fn copy(&self) -> Self {
        let other = Self::new();
        copy(&self.spool, &other.spool);
        other
    }

    /// One whose spool is on a small disk of its own: `size` as mount has it (`64k`, `4m`). Needs [`needs::root`].
    ///
    /// [`needs::root`]: crate::needs::root
    pub(crate) fn on_tmpfs(size: &str) -> Self {
        let mut folder = Self::new();
        let disk = folder.around.join(DISK);
        fs::create_dir(&disk).unwrap();
        run(Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(&disk));
        folder.spool = disk.join("spool");
        folder
    }

    /// The small disk.
    pub(crate) fn disk(&self) -> &Path {
        self.spool.parent().unwrap()
    }

    /// Mounts the small disk anew, with other options.
    pub(crate) fn remount(&self, options: &str) {
        run(Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(self.disk()));
    }

    /// Another place in it.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.around.join(name)
    }

    /// The segments, oldest first.
    pub(crate) fn segments(&self) -> Vec<Segment> {
        segments(&self.spool)
    }

    /// Nothing but what a spool has; nobody else may read it, and it holds no secret.
    #[track_caller]
    pub(crate) fn is_decent(&self) {
        is_decent(&self.spool);
    }

    /// Nothing is left to send, but for what was put aside.
    #[track_caller]
    pub(crate) fn is_empty(&self) {
        let left = self.segments();
        assert!(left.is_empty(), "all of it had its verdict, but there is {left:?}");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(&self.around);
    }
}

/// Removes a folder, if it is there, with the small disk that may be in it.
fn remove(around: &Path) {
    let disk = around.join(DISK);
    if disk.exists() {
        // also while somebody has a file open there
        let _ = Command::new("umount").arg("-l").arg(disk).status();
    }
    let _ = fs::remove_dir_all(around);
}

/// Copies a file or a directory as it is. By another process: a program that is started by some other test meanwhile
/// would have the file open for writing, too, and what is open so cannot be run.
pub(crate) fn copy(from: &Path, to: &Path) {
    run(Command::new("cp").arg("-a").arg(from).arg(to));
}

/// # Panics
///
/// If the command fails.
#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A file with records.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(crate) path: PathBuf,
    /// Its first sequence number, by its name.
    pub(crate) first: u64,
    pub(crate) len: u64,
}

fn segments(spool: &Path) -> Vec<Segment> {
    let mut found = Vec::new();
    for entry in fs::read_dir(spool).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if let Some(first) = name.strip_prefix("seg-").and_then(|name| name.strip_suffix(".log")) {
            let len = entry.metadata().unwrap().len();
            found.push(Segment { path: entry.path(), first: first.parse().unwrap(), len });
        }
    }
    found.sort_by_key(|segment| segment.first);
    found
}

#[track_caller]
pub(crate) fn is_decent(spool: &Path) {
    assert_eq!(mode(spool), 0o700, "{}", spool.display());
    for entry in fs::read_dir(spool).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let is_segment = |name: &str| {
            name.strip_prefix("seg-")
                .and_then(|name| name.strip_suffix(".log"))
                .is_some_and(|number| number.len() == 20 && number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let put_aside =
            || name.strip_suffix(".corrupt")?.rsplit_once(".log").map(|(name, _)| name.to_owned() + ".log");
        let is_known = ["LOCK", "acks.log", "acks.new"].contains(&name)
            || is_segment(name)
            || put_aside().is_some_and(|name| is_segment(&name));
        assert!(is_known, "no spool has such a file: {name}");
        assert_eq!(mode(&path), 0o600, "{name}");
        let mut bytes = Vec::new();
        fs::File::open(&path).unwrap().take(MOST).read_to_end(&mut bytes).unwrap();
        for secret in [TOKEN.as_bytes(), b"Authorization", b"http://"] {
            let found = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{:?} is in {name}", String::from_utf8_lossy(secret));
        }
        // the file names the bucket, its name does not
        assert!(!name.contains(bucket(0)) && !name.contains(bucket(10)));
    }
}

/// What is searched of a file, in bytes: a hole may be long.
const MOST: u64 = 64 * 1024 * 1024;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}
