//! A VictoriaMetrics of our own, if one is installed: it takes `/api/v2/write` and shows what arrived.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use influx_core::http::Gzip;
use influx_core::{Client, Measurement, Precision, WriteOptions};
use serde_json::Value as Json;

use crate::process;

struct Victoria {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Victoria {
    /// Starts one; `None`, with a loud line, where none is installed.
    fn start() -> Option<Self> {
        if let Err(error) = Command::new("victoria-metrics").arg("-version").output() {
            process::skip("victoria-metrics", &error.to_string());
            return None;
        }
        let server = (0..5).find_map(|_| Self::try_start());
        Some(server.unwrap_or_else(|| panic!("victoria-metrics is installed but does not answer")))
    }

    fn try_start() -> Option<Self> {
        let (folder, address) = (process::folder("victoria"), process::free_address());
        let child = Command::new("victoria-metrics")
            .arg(format!("-storageDataPath={}", folder.display()))
            .arg(format!("-httpListenAddr={address}"))
            .args(["-retentionPeriod=100y", "-memory.allowedBytes=256MB"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { child, address, folder };
        process::answers(&mut server.child, || get(address, "/health").is_some()).then_some(server)
    }

    /// All samples with this name, by time in milliseconds, once there are as many as `count`.
    fn samples(&self, name: &str, count: usize) -> Vec<(i64, f64)> {
        let start = Instant::now();
        loop {
            let text = get(self.address, &format!("/api/v1/export?match[]={name}")).unwrap();
            let mut samples: Vec<(i64, f64)> = text.lines().flat_map(samples_of).collect();
            if samples.len() >= count || start.elapsed() > Duration::from_secs(20) {
                samples.sort_by_key(|(time, _)| *time);
                return samples;
            }
            std::thread::sleep(Duration::from_millis(100)); // what is new is shown after a second or two
        }
    }
}

impl Drop for Victoria {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn get(address: SocketAddr, path: &str) -> Option<String> {
    let answer = process::ask(address, &format!("GET {path} HTTP/1.0\r\n\r\n")).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.contains(" 200 ").then(|| body.to_owned())
}

fn samples_of(line: &str) -> Vec<(i64, f64)> {
    let json: Json = serde_json::from_str(line).unwrap();
    let list = |key: &str| json[key].as_array().unwrap().clone();
    let times = list("timestamps").into_iter().map(|time| time.as_i64().unwrap());
    times.zip(list("values").into_iter().map(|value| value.as_f64().unwrap())).collect()
}

struct Sample {
    value: f64,
    time: i64,
}

impl Measurement for Sample {
    fn encode(&self, line: &mut influx_core::Line<'_>) {
        line.measurement("live");
        line.tag("host").text("a");
        line.field("v").float(self.value);
        line.timestamp(&influx_core::Millis(self.time));
    }
}

/// It answers 204 to everything that it can inflate, so only what arrived counts.
#[tokio::test]
async fn compressed_writes_by_the_v2_path_arrive_in_victoria_metrics() {
    let Some(server) = Victoria::start() else { return };
    let samples: Vec<_> =
        (0..5_000).map(|n| Sample { value: n as f64 + 0.5, time: 1_700_000_000_000 + n * 1_000 }).collect();
    for (gzip, bucket) in [(Gzip::threshold(0), "packed"), (Gzip::off(), "plain")] {
        let client =
            Client::builder(format!("http://{}", server.address)).org("o").gzip(gzip).build().unwrap();
        let to = influx_core::Destination::bucket(bucket).precision(Precision::Milliseconds);
        let report = client.write(to, &samples).await.unwrap();
        assert_eq!(report.lines, 5_000);
    }
    let client = Client::builder(format!("http://{}", server.address)).org("o").gzip(Gzip::threshold(0));
    let to = influx_core::Destination::bucket("batched").precision(Precision::Milliseconds);
    let writer = client.build().unwrap().writer_with(to, WriteOptions::throughput()).unwrap();
    for sample in &samples {
        writer.write(sample).await.unwrap();
    }
    let report = writer.close(Duration::from_secs(30)).await;
    assert!(report.is_stored(), "{report:?}");
    let expected: Vec<_> = samples.iter().map(|sample| (sample.time, sample.value)).collect();
    let mut read = server.samples("live_v", 3 * expected.len());
    assert_eq!(read.len(), 3 * expected.len());
    read.dedup(); // written three times
    assert_eq!(read.len(), expected.len());
    assert_eq!(read, expected);
}
