//! A process that is killed while it loads: the next one sends what is missing, and only that.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use influx_core::Client;
use influx_core::testing::{At, Script};
use influx_frame::ClientLoadExt;
use influx_frame::load::Load;

use super::fixture::{Folder, counts, roles, server, stored, with_field};

/// Says to this test that it is the process to be killed: the server's URL, and the folder of the data.
const SERVER: &str = "INFLUX_TEST_LOAD_INTO";
const FOLDER: &str = "INFLUX_TEST_LOAD_FROM";

const CHUNKS: u64 = 12;

/// In their order, and one at a time.
fn load(client: &Client, folder: &Path) -> Load {
    let load = client.load("b", folder.join("data"), &roles()).manifest(folder.join("manifest"));
    load.in_flight(1).in_order(true)
}

#[tokio::test]
async fn a_load_whose_process_is_killed_goes_on_with_the_missing_chunks() {
    if let (Ok(url), Some(folder)) = (std::env::var(SERVER), std::env::var_os(FOLDER)) {
        let client = Client::builder(url).org("o").build().unwrap();
        load(&client, &PathBuf::from(folder)).await.unwrap();
        return;
    }
    for answered in [0, 1, CHUNKS * 37 / 100, CHUNKS - 1] {
        let folder = Folder::new();
        folder.parquet("data/a.parquet", 0..1_200, 100);
        let (server, client) = server();
        // so many chunks are through, and the next is stored, which nobody hears
        let silence = server.script(Script::usual().skipping(answered).stall(At::Answer));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "load::killed::a_load_whose_process_is_killed_goes_on_with_the_missing_chunks"])
            .envs([(SERVER, server.url().as_str()), (FOLDER, folder.path().to_str().unwrap())])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // below its header, the manifest has a line for each chunk that is through
        let written = || std::fs::read_to_string(folder.file("manifest")).unwrap_or_default().lines().count();
        while silence.hits() == 0 || written() <= answered as usize {
            assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        silence.end();

        let report = load(&client, folder.path()).await.unwrap();
        assert_eq!(counts(&report), [1_200, 1_080, 120, 0, 0], "{answered}");
        assert_eq!(report.chunks_before, answered);
        assert_eq!(report.requests, CHUNKS - answered, "only what is missing");
        assert_eq!(stored(&server), with_field(0..1_200));
    }
}
