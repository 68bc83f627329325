//! Answers that condemn lines: exactly the guilty ones are rejected, whatever the answer is like.

use influx_core::testing::{Script, TestServer};
use influx_core::{__private as private, Dialect, Line, Measurement, Nanos};

use super::run::{Account, Run, client, options, row, server};

/// Writes the rows 0 to 99 in one batch.
async fn written(server: &TestServer, dialect: Dialect) -> Account {
    let client = client(&server.url(), dialect).build().unwrap();
    let mut run = Run::with(client, dialect, options().batch_size(100));
    run.write((0..100).map(row)).await;
    run.finish(server).await
}

/// Whatever stands in the answer, the guilty line is found by halves.
#[tokio::test]
async fn an_answer_without_a_name_is_searched_by_halves() {
    let mut noise = Script::answer(400);
    noise = noise.header("Content-Type", "application/json");
    for (what, script) in [
        ("a page", Script::answer(400).body("<html><body><h1>400</h1>\r\n\tBad \u{7}Request</body></html>")),
        ("nothing", Script::answer(400)),
        ("3 MB", Script::answer(400).body("word ".repeat(600_000))),
        ("no text", Script::answer(400).body(vec![0xff, 0xfe, 0x00, 0x80])),
        ("half a JSON", noise.body(r#"{"code":"invalid","message":"unable to pa"#)),
        ("422", Script::answer(422).body(r#"{"code":"unprocessable entity","message":"partial write dropped=1"}"#)),
    ] {
        let server = server("2.7.0");
        let playing = server.script(script.containing("id=37 "));
        let account = written(&server, Dialect::V2).await;
        let rejected = account.rejected();
        assert_eq!((rejected.len(), rejected[0].0, account.stored().len()), (1, 37, 99), "{what}");
        let reason = rejected[0].1;
        assert!(reason.len() <= 1_024 && !reason.chars().any(char::is_control), "{what}: {reason:?}");
        // 100 lines have 7 halvings; a half without the guilty line costs one request
        assert!(playing.hits() <= 8 && server.request_count() <= 16, "{what}: {}", server.request_count());
    }
}

#[tokio::test]
async fn each_versions_own_words_name_the_lines() {
    for (version, dialect) in [("1.6.7", Dialect::V1), ("v2.7.0", Dialect::V2), ("3.1.0", Dialect::V3)] {
        let server = server(version);
        let target = match dialect {
            Dialect::V1 => "/write?db=b",
            Dialect::V2 => "/api/v2/write?org=o&bucket=b",
            _ => "/api/v3/write_lp?db=b",
        };
        // the type is fixed before, so that two rows conflict with it
        let client = client(&server.url(), dialect).build().unwrap();
        let mut run = Run::with(client, dialect, options().batch_size(100));
        run.write((0..1).map(row)).await;
        run.flush().await;
        run.write((1..20).map(row)).await;
        for number in [20, 27] {
            run.offer(number, &Integer(number)).await;
        }
        run.write((28..40).map(row)).await;
        let account = run.finish(&server).await;
        let rejected: Vec<_> = account.rejected().iter().map(|(number, _)| *number).collect();
        assert_eq!(rejected, [20, 27], "{target}: {account:?}");
        assert_eq!(account.stored().len(), 32, "{target}");
    }
}

/// Its field has another type than those of rows.
struct Integer(i64);

impl Measurement for Integer {
    fn encode(&self, line: &mut Line<'_>) {
        line.measurement("m");
        line.tag("id").text(&self.0.to_string());
        line.field("text").integer(1);
        line.timestamp(&Nanos(self.0 + 1));
    }
}

/// A string that never ends, which no safe call of this crate writes: the server reads the next lines as its text.
struct Open(i64);

impl Measurement for Open {
    fn encode(&self, line: &mut Line<'_>) {
        const OPEN: &[u8; 16] = b",s=\"open,v=\0\0\0\0\0";
        line.measurement("m");
        line.tag("id").text(&self.0.to_string());
        private::field(line, private::key_of(OPEN, 11)).float(1.5);
        line.timestamp(&Nanos(self.0 + 1));
    }
}

#[tokio::test]
async fn a_line_that_swallows_its_neighbours_is_found_among_them() {
    for (version, dialect) in [("1.6.7", Dialect::V1), ("v2.7.0", Dialect::V2), ("3.1.0", Dialect::V3)] {
        let server = server(version);
        let client = client(&server.url(), dialect).build().unwrap();
        let mut run = Run::with(client, dialect, options().batch_size(100));
        run.write((0..12).map(row)).await;
        run.offer(12, &Open(12)).await;
        run.write((13..30).map(row)).await;
        let account = run.finish(&server).await;
        let rejected: Vec<_> = account.rejected().iter().map(|(number, _)| *number).collect();
        assert_eq!((rejected, account.stored().len()), (vec![12], 29), "{version}: {account:?}");
    }
}

/// A list of InfluxDB 3 with these line numbers.
fn list(numbers: &[i64]) -> Script {
    let entry = |number: &i64| {
        format!(r#"{{"error_message":"bad","line_number":{number},"original_line":"m,id=… cut"}}"#)
    };
    let data: Vec<_> = numbers.iter().map(entry).collect();
    let data = data.join(",");
    Script::answer(400)
        .header("Content-Type", "application/json")
        .body(format!(r#"{{"error":"partial write of line protocol occurred","data":[{data}]}}"#))
}

/// These answers lie: nothing is stored. Nothing is acknowledged for them.
#[tokio::test]
async fn a_list_that_cannot_be_right_acknowledges_nothing() {
    let many: Vec<_> = (1..=100).map(|_| 7).collect();
    for (what, script) in [
        ("an empty list", list(&[])),
        ("the number 0", list(&[0])),
        ("a number beyond the lines", list(&[3, 1_000_000_000])),
        ("a negative number", list(&[-1])),
        ("a hundred of one line", list(&many)),
        ("no list", Script::answer(400).body(r#"{"error":"partial write of line protocol occurred"}"#)),
        ("a cut list", Script::answer(400).body(r#"{"error":"partial write of line protocol occurred","data":[{"#)),
    ] {
        let server = server("3.1.0");
        server.script(script.times(1));
        let account = written(&server, Dialect::V3).await;
        let others = account.ends.len() - account.stored().len();
        assert!(others <= 1, "{what}: {account:?}"); // at most the line that the answer named
    }
}

/// The list is cut at a hundred: the others are sent again, and named then.
#[tokio::test]
async fn a_full_list_says_nothing_of_the_others() {
    let server = server("3.1.0");
    let client = client(&server.url(), Dialect::V3).build().unwrap();
    let mut run = Run::with(client, Dialect::V3, options().batch_size(500));
    run.write((0..1).map(row)).await;
    run.flush().await;
    let numbers: Vec<_> = (1..=100).collect();
    server.script(list(&numbers).times(1));
    for number in 1..151 {
        run.offer(number, &Integer(number)).await;
    }
    run.write((151..200).map(row)).await;
    let account = run.finish(&server).await;
    assert_eq!((account.rejected().len(), account.stored().len()), (150, 50));
}

/// A body that was damaged on the way is no bad line.
#[tokio::test]
async fn a_damaged_body_goes_again_without_compression() {
    for (version, dialect) in [("1.6.7", Dialect::V1), ("3.1.0", Dialect::V3)] {
        let server = server(version);
        let playing = server.script(Script::usual().damaged());
        let gzip = influx_core::http::Gzip::threshold(0);
        let client = client(&server.url(), dialect).gzip(gzip).build().unwrap();
        let mut run = Run::with(client, dialect, options());
        run.write((0..10).map(row)).await;
        run.finish(&server).await.all_stored();
        let encodings: Vec<_> =
            server.requests().iter().map(|request| request.header("content-encoding").is_some()).collect();
        assert_eq!((encodings, playing.hits()), (vec![true, false], 2), "{version}");
    }
}
