//! Faults on order: each goes wrong as it says, as often as it says, and for whom.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use influx_core::testing::{At, Script, TestServer};
use tokio::net::TcpSocket;

use super::raw::{all, answer, ask, connect, exchange, gzip, post, request};

const WRITE: &str = "/api/v2/write?org=o&bucket=b";

fn write(time: u32) -> Vec<u8> {
    post("org=o&bucket=b", "", format!("m v=1 {time}").as_bytes())
}

#[test]
fn any_answer() {
    let server = TestServer::start().unwrap();
    server.script(Script::answer(429).header("Retry-After", "7").body("slow down").times(1));
    let (status, head, body) = ask(&server, &write(1));
    assert_eq!((status, body.as_str()), (429, "slow down"));
    assert!(head.contains("\r\nRetry-After: 7\r\n"), "{head}");
    assert_eq!(server.count("b"), 0);
    assert_eq!(ask(&server, &write(1)).0, 204);
    assert_eq!(server.requests().iter().map(|request| request.status).collect::<Vec<_>>(), [429, 204]);
}

#[test]
fn a_script_has_the_requests_that_it_is_for() {
    let server = TestServer::builder().bucket("b").bucket("c").start().unwrap();
    let status = |target: &str, body: &[u8]| ask(&server, &request(target, "", body)).0;
    let path = server.script(Script::answer(500).path("/health"));
    let bucket = server.script(Script::answer(501).bucket("c"));
    let word = server.script(Script::answer(502).containing("poison"));
    assert_eq!(status("/health", b""), 500);
    assert_eq!(status("/api/v2/write?org=o&bucket=c", b"m v=1 1"), 501);
    assert_eq!(status("/api/v2/write?org=o&bucket=b", b"m,t=poison v=1 1"), 502);
    assert_eq!(status("/api/v2/write?org=o&bucket=b", b"m v=1 1"), 204);
    let packed = gzip("m,t=poison v=1 1");
    assert_eq!(ask(&server, &request(WRITE, "Content-Encoding: gzip\r\n", &packed)).0, 502);
    assert_eq!((path.hits(), bucket.hits(), word.hits()), (1, 1, 2));
    word.end();
    assert_eq!(status("/api/v2/write?org=o&bucket=b", b"m,t=poison v=1 1"), 204);
    server.clear_scripts();
    assert_eq!(status("/api/v2/write?org=o&bucket=c", b"m v=1 1"), 204);
}

#[test]
fn a_script_has_as_many_requests_as_it_says() {
    let statuses = |scripts: Vec<Script>| {
        let server = TestServer::start().unwrap();
        for script in scripts {
            server.script(script);
        }
        (0..6).map(|time| ask(&server, &write(time)).0).collect::<Vec<_>>()
    };
    assert_eq!(statuses(vec![Script::answer(503).times(2)]), [503, 503, 204, 204, 204, 204]);
    assert_eq!(statuses(vec![Script::answer(503).skipping(1).times(2)]), [204, 503, 503, 204, 204, 204]);
    assert_eq!(statuses(vec![Script::answer(503).flapping(1, 3)]), [503, 204, 204, 503, 204, 204]);
    let first = [Script::answer(500).times(1), Script::answer(503)];
    assert_eq!(statuses(first.to_vec()), [500, 503, 503, 503, 503, 503]);
    let beside = [Script::answer(500).flapping(1, 2), Script::answer(503).times(1)];
    assert_eq!(statuses(beside.to_vec()), [500, 503, 500, 204, 500, 204]);
}

#[test]
fn a_request_breaks_where_the_script_says() {
    for (at, read, stored) in [(At::Body, 0, 0), (At::InBody(4), 4, 0), (At::Answer, 7, 1)] {
        for script in [Script::usual().reset(at), Script::usual().close(at)] {
            let server = TestServer::start().unwrap();
            let playing = server.script(script.times(1));
            let text = all(&server, &write(1));
            assert_eq!(text.unwrap_or_else(|text| text), "", "{at:?}");
            let requests = server.requests();
            assert_eq!((requests.len(), requests[0].status, requests[0].body_len), (1, 0, read), "{at:?}");
            assert_eq!((playing.hits(), server.count("b")), (1, stored), "{at:?}");
            assert_eq!(ask(&server, &write(1)).0, 204);
        }
    }
}

#[test]
fn an_answer_is_cut_where_the_script_says() {
    let cut = |script: Script| {
        let server = TestServer::start().unwrap();
        server.script(script);
        let closed = all(&server, &write(1));
        (closed, server.count("b"), server.requests()[0].status)
    };
    assert_eq!(cut(Script::usual().close(At::Status)), (Ok("HTTP/1.1 20".to_owned()), 1, 0));
    let (text, stored, status) = cut(Script::answer(500).body("twelve bytes").close(At::AnswerBody(6)));
    assert!(text.as_ref().is_ok_and(|text| text.ends_with("Content-Length: 12\r\n\r\ntwelve")), "{text:?}");
    assert_eq!((stored, status), (0, 500));
    let (text, ..) = cut(Script::answer(500).body("x").close(At::Head));
    assert!(text.as_ref().is_ok_and(|text| text.ends_with("Content-Length: 1\r\n")), "{text:?}");
    let (text, ..) = cut(Script::answer(500).body("x").reset(At::AnswerBody(0)));
    assert!(text.as_ref().is_err_and(|text| text.ends_with("\r\n\r\n")), "a reset is no end: {text:?}");
    let (text, stored, _) = cut(Script::answer(500).stored().close(At::AnswerBody(0)));
    assert!(text.is_ok());
    assert_eq!(stored, 1, "told to store all the same");
}

#[test]
fn an_answer_may_never_come() {
    let server = TestServer::start().unwrap();
    server.script(Script::usual().stall(At::Answer).times(1));
    let mut stream = connect(&server);
    stream.write_all(&write(1)).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let kind = stream.read(&mut [0]).unwrap_err().kind();
    assert!([ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&kind), "{kind}");
    assert_eq!(server.count("b"), 1);
    assert_eq!(ask(&server, &write(2)).0, 204, "others are served meanwhile");
}

#[test]
fn answers_take_their_time() {
    let least = |script: Script| {
        let server = TestServer::start().unwrap();
        server.script(script);
        let start = Instant::now();
        assert_eq!(ask(&server, &write(1)).0, 204);
        start.elapsed()
    };
    let pause = Duration::from_millis(30);
    assert!(least(Script::usual().delay(pause * 3)) >= pause * 3);
    assert!(least(Script::usual().paced(20, pause)) >= pause); // the head has more than 20 bytes
    assert!(least(Script::usual().read_paced(2, pause)) >= pause * 4); // and the body 7
}

#[test]
fn a_body_without_end() {
    let server = TestServer::start().unwrap();
    server.script(Script::answer(500).body("ab").endless());
    let mut stream = connect(&server);
    stream.write_all(&write(1)).unwrap();
    let mut bytes = vec![0; 3_000_000];
    stream.read_exact(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("Transfer-Encoding: chunked\r\n") && !text.contains("Content-Length"));
    assert!(text.ends_with("ab") || text.ends_with("ba"), "{:?}", &text[text.len() - 20..]);
}

#[test]
fn a_damaged_body_is_refused_as_the_server_does() {
    for (version, refused) in [("1.6.7", 400), ("v2.7.0", 500)] {
        let server = TestServer::builder().version(version).bucket("b").start().unwrap();
        server.script(Script::usual().damaged());
        let target = "/write?db=b";
        let (status, _, body) =
            ask(&server, &request(target, "Content-Encoding: gzip\r\n", &gzip("m v=1 1")));
        assert!((400..=refused).contains(&status), "{version}: {status} {body}");
        assert_eq!(server.count("b"), 0);
        assert_eq!(ask(&server, &request(target, "", b"m v=1 1")).0, 204, "what is not packed stays whole");
    }
}

#[test]
fn an_outage_keeps_what_is_stored() {
    let server = TestServer::start().unwrap();
    let mut open = connect(&server);
    assert_eq!(exchange(&mut open, &write(1)).0, 204);
    let url = server.url();
    server.stop();
    server.stop();
    open.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert!(matches!(open.read(&mut [0]), Ok(0) | Err(_)));
    let address = url.strip_prefix("http://").unwrap();
    assert_eq!(std::net::TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    let other = TcpSocket::new_v4().unwrap();
    let taken = other.bind(address.parse().unwrap()).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::AddrInUse, "no other server gets its port");
    server.restart().unwrap();
    server.restart().unwrap();
    assert_eq!(server.url(), url);
    let mut open = connect(&server);
    assert_eq!(exchange(&mut open, &write(2)).0, 204);
    open.write_all(&write(3)).unwrap();
    assert_eq!(answer(&mut open).0, 204);
    assert_eq!(server.count("b"), 3);
}

#[test]
fn limits_change_while_it_runs() {
    let server = TestServer::start().unwrap();
    server.set_max_body(6);
    assert_eq!(ask(&server, &write(1)).0, 413);
    server.set_max_body(7);
    assert_eq!(ask(&server, &write(1)).0, 204);
}
