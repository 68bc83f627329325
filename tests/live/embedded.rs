//! The embedded server beside the real one: the same requests get the same answers, and leave the same rows.

use influx_core::testing::TestServer;
use serde_json::Value as Json;

use crate::influxd::Influxd;
use crate::process;

/// The status, and the error up to where the servers' own reasons begin.
fn answered(text: &str) -> (u16, String) {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let json: Json = serde_json::from_str(body).unwrap_or_default();
    let error = json["error"].as_str().unwrap_or_default();
    // each parser has words of its own for what is wrong with a line
    let lines: Vec<_> =
        error.split('\n').map(|line| line.rsplit_once("': ").map_or(line, |(text, _)| text)).collect();
    let dropped = error.rsplit_once("dropped=").map(|(_, count)| format!(" dropped={count}"));
    (status, lines.join("\n") + &dropped.unwrap_or_default())
}

#[test]
fn the_embedded_server_answers_as_influxd_does() {
    let Some(real) = Influxd::start() else { return };
    let mut wrong = Vec::new();
    for bodies in [
        &["m v=1 1\nm v=2 2"][..],
        &[""],
        &["# nothing\n\n"],
        &["m v=1 1\nbad\nm v=2 2\nworse line"],
        &["bad"],
        &["bad\nworse line"],
        &["m v=1 1", "m v=1i 2\nm v=2 3\nm v=t 4\nbad"],
        &["m v=1 1\nm v=1i 2"],
        &["m v=1i 1\nm v=2 2\nm v=3 3"],
        &["m v=1 1\nm s=\"open 2\nm v=2 3\nm v=3 4"],
        &["m v=1 1\nm s=\"open 2\nm v=2 3\nm v=3 4\n"],
        &["m v=1u 1\nm v=NaN 2\nm v=2 3"],
        &["m,time=x v=1 1\nm time=5 2\nm time=5,v=1 3"],
        &["m v=1,v=2 1"],
        &["m,t=a,t=b v=1 1\nm v=2 2"],
        &["m v=1 9223372036854775807\nm v=1 9223372036854775806"],
    ] {
        let embedded = TestServer::builder().version("1.6.7").bucket("d").start().unwrap();
        let address = embedded.url().strip_prefix("http://").unwrap().parse().unwrap();
        real.query("", "DROP DATABASE d; CREATE DATABASE d");
        for body in bodies {
            let request = |target: &str| {
                format!("POST {target} HTTP/1.0\r\nContent-Length: {}\r\n\r\n{body}", body.len())
            };
            for target in ["/write?db=d", "/write?db=none", "/write"] {
                let theirs = answered(&process::ask(real.address(), &request(target)).unwrap());
                let ours = answered(&process::ask(address, &request(target)).unwrap());
                if ours != theirs {
                    wrong.push(format!("{target} {body:?}: {ours:?}, but influxd says {theirs:?}"));
                }
            }
        }
        let (ours, theirs) = (embedded.count("d"), real.rows("d", "SELECT * FROM m").len());
        if ours != theirs as u64 {
            wrong.push(format!("{bodies:?}: {ours} rows, but influxd has {theirs}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
