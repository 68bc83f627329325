//! Who may write: tokens that change, users, sessions.

use influx_core::testing::TestServer;

use super::raw::{ask, request};

const V1: &str = "/write?db=b";
const V2: &str = "/api/v2/write?org=o&bucket=b";

/// The status and body of a write with these headers.
fn write(server: &TestServer, target: &str, headers: &str) -> (u16, String) {
    let (status, _, body) = ask(server, &request(target, headers, b"m v=1 1"));
    (status, body)
}

#[test]
fn a_token_may_change() {
    let server = TestServer::builder().token("old").bucket("b").start().unwrap();
    let status = |token: &str| write(&server, V2, &format!("Authorization: Token {token}\r\n")).0;
    assert_eq!((status("old"), status("new")), (204, 401));
    server.set_token(Some("new"));
    assert_eq!((status("old"), status("new")), (401, 204));
    server.set_token(None);
    assert_eq!(write(&server, V2, "").0, 204);
}

#[test]
fn users_of_1x() {
    let old = TestServer::builder().version("1.6.7").user("ann", "pw").read_only_user("bob", "pw");
    let old = old.bucket("b").start().unwrap();
    let basic = "Authorization: Basic YW5uOnB3\r\n"; // ann:pw
    assert_eq!(write(&old, V1, basic).0, 204);
    assert_eq!(write(&old, "/write?db=b&u=ann&p=pw", "").0, 204);
    let (status, head, body) = ask(&old, &request(V1, "", b"m v=1 1"));
    assert_eq!((status, body.as_str()), (401, r#"{"error":"unable to parse authentication credentials"}"#));
    assert!(head.contains("Www-Authenticate: Basic realm=\"InfluxDB\""), "{head}");
    assert_eq!(
        write(&old, "/write?db=b&u=ann&p=no", ""),
        (401, r#"{"error":"authorization failed"}"#.to_owned())
    );
    let (status, body) = write(&old, "/write?db=b&u=bob&p=pw", "");
    assert_eq!(status, 403);
    assert!(body.contains(r#"\"bob\" user is not authorized to write to database \"b\""#), "{body}");
    let token = "Authorization: Token ann:pw\r\n";
    assert_eq!(write(&old, V1, token).0, 401);

    let new = TestServer::builder().version("1.8.10").user("ann", "pw").bucket("b").start().unwrap();
    assert_eq!((write(&new, V1, token).0, write(&new, V2, token).0), (204, 204));
    assert_eq!(write(&new, V1, "Authorization: token ann:pw\r\n").0, 401);
    assert_eq!(write(&new, V1, "Authorization: Bearer ann:pw\r\n").0, 401);
}

#[test]
fn sessions_are_cookies() {
    let server = TestServer::builder().user("ann", "pw").bucket("b").start().unwrap();
    let post = |target: &str, headers: &str| ask(&server, &request(target, headers, b""));
    assert_eq!(post("/api/v2/signin", "Authorization: Basic YW5uOm5v\r\n").0, 401); // ann:no
    let (status, head, _) = post("/api/v2/signin", "Authorization: Basic YW5uOnB3\r\n");
    assert_eq!(status, 204);
    let cookie = head.lines().find_map(|line| line.strip_prefix("Set-Cookie: ")).unwrap();
    let cookie = format!("Cookie: a=b; {}\r\n", cookie.split(';').next().unwrap());
    assert_eq!(write(&server, V2, "").0, 401);
    assert_eq!(write(&server, V2, &cookie).0, 204);
    assert_eq!(post("/api/v2/signout", &cookie).0, 204);
    assert_eq!(write(&server, V2, &cookie).0, 401);
    assert_eq!(post("/api/v2/signout", &cookie).0, 401);

    let (_, head, _) = post("/api/v2/signin", "Authorization: Basic YW5uOnB3\r\n");
    let second = head.lines().find_map(|line| line.strip_prefix("Set-Cookie: ")).unwrap();
    let second = format!("Cookie: {}\r\n", second.split(';').next().unwrap());
    assert_ne!(cookie, second);
    assert_eq!(write(&server, V2, &second).0, 204);
    server.end_sessions();
    assert_eq!(write(&server, V2, &second).0, 401);
    let shown = format!("{server:?} {:?}", server.requests());
    assert!(!shown.contains("test-session") && !shown.contains("YW5u"), "{shown}");
}
