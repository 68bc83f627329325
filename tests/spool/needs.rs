//! What a machine may lack: without it a test says loudly that it checks nothing.

use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What `INFLUX_SPOOL_NEEDS` may name.
const KNOWN: [&str; 4] = ["strace", "root", "required", ""];

/// Whether processes can be traced, and strace is there.
pub(crate) fn strace() -> bool {
    static WORKS: OnceLock<bool> = OnceLock::new();
    let works = *WORKS.get_or_init(|| {
        let traced = Command::new("strace")
            .args(["-f", "-o", "/dev/null", "-e", "inject=fdatasync:error=EIO", "true"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        traced.is_ok_and(|status| status.success())
    });
    works || skip("strace", "it is not installed, or may not trace")
}

/// Whether file systems can be mounted, and processes run by another user.
pub(crate) fn root() -> bool {
    static WORKS: OnceLock<bool> = OnceLock::new();
    let works = *WORKS.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("influx-spool-mount-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let run = |command: &mut Command| {
            let run = command.arg(&folder).stdout(Stdio::null()).stderr(Stdio::null()).status();
            run.is_ok_and(|status| status.success())
        };
        let mounted = run(Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]));
        let works = mounted && run(&mut Command::new("umount"));
        std::fs::remove_dir_all(&folder).unwrap();
        works
    });
    works || skip("root", "nothing can be mounted")
}

/// Says loudly what is not there; `false`.
///
/// # Panics
///
/// If `INFLUX_SPOOL_NEEDS` names it or is `required`: a test must not pass by skipping.
fn skip(need: &str, why: &str) -> bool {
    let required = std::env::var("INFLUX_SPOOL_NEEDS").unwrap_or_default();
    for name in required.split(',') {
        assert!(
            KNOWN.contains(&name),
            "INFLUX_SPOOL_NEEDS={required}: it names {KNOWN:?}, with commas between"
        );
    }
    let is_required = required.split(',').any(|name| [need, "required"].contains(&name));
    assert!(!is_required, "INFLUX_SPOOL_NEEDS={required}, but {need} is missing: {why}");
    // the macro would be captured: nobody reads the output of a test that passes
    let _ = writeln!(io::stderr(), "!!! SKIPPED: no {need}: {why} !!!");
    false
}

/// A number from the environment.
///
/// # Panics
///
/// If it is set and no number.
pub(crate) fn number(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|error| panic!("{variable}={text}: {error}")),
        Err(_) => default,
    }
}
