//! Answers that condemn lines: exactly the guilty ones are rejected, whatever the answer is like.

use influx_core::Dialect;
use influx_core::http::Gzip;
use influx_core::testing::{Script, TestServer};

use super::account::Account;
use super::record::{Record, row};
use super::run::{Run, client, options, server};
use super::single::single;

/// The ways to write.
#[derive(Debug, Clone, Copy)]
enum By {
    Writer,
    Call,
}

/// Writes all records in one batch.
async fn written(by: By, server: &TestServer, dialect: Dialect, all: &[Record]) -> Account {
    let client = client(&server.url(), dialect).build().unwrap();
    match by {
        By::Call => single(server, &client, dialect, all).await,
        By::Writer => {
            let mut run = Run::with(client, dialect, options().batch_size(all.len()));
            run.write(all.iter().cloned()).await;
            run.finish(server).await
        }
    }
}

fn rejected(account: &Account) -> Vec<i64> {
    account.rejected().iter().map(|(number, _)| *number).collect()
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
        (
            "422",
            Script::answer(422)
                .body(r#"{"code":"unprocessable entity","message":"partial write dropped=1"}"#),
        ),
    ] {
        for by in [By::Writer, By::Call] {
            let server = server("2.7.0");
            let playing = server.script(script.clone().containing("id=37 "));
            let all: Vec<_> = (0..100).map(row).collect();
            let account = written(by, &server, Dialect::V2, &all).await;
            assert_eq!((rejected(&account), account.stored().len()), (vec![37], 99), "{what} {by:?}");
            let reason = account.rejected()[0].1;
            assert!(
                reason.len() <= 1_024 + "…".len() && !reason.chars().any(char::is_control),
                "{what}: {} {reason:.80?}",
                reason.len()
            );
            // 100 lines have 7 halvings; a half without the guilty line costs one request
            let asked = (playing.hits(), server.request_count());
            assert!(asked.0 <= 8 && asked.1 <= 16, "{what} {by:?}: {asked:?}");
        }
    }
}

const VERSIONS: [(&str, Dialect); 3] =
    [("1.6.7", Dialect::V1), ("v2.7.0", Dialect::V2), ("3.1.0", Dialect::V3)];

#[tokio::test]
async fn each_versions_own_words_name_the_lines() {
    for (version, dialect) in VERSIONS {
        for by in [By::Writer, By::Call] {
            let server = server(version);
            written(by, &server, dialect, &[row(1_000)]).await; // its type is the first
            let mut all: Vec<_> = (0..40).map(row).collect();
            for number in [20, 27] {
                all[number] = Record::Integer(number as i64);
            }
            let offered = written(by, &server, dialect, &all).await;
            assert_eq!(rejected(&offered), [20, 27], "{version} {by:?}: {offered:?}");
            assert_eq!(offered.stored().len(), 38, "{version} {by:?}");
        }
    }
}

#[tokio::test]
async fn a_line_that_swallows_its_neighbours_is_found_among_them() {
    // InfluxDB 3 would name the line by its number and say nothing of those that it hides
    for (version, dialect) in VERSIONS.into_iter().take(2) {
        for by in [By::Writer, By::Call] {
            let server = server(version);
            let mut all: Vec<_> = (0..30).map(row).collect();
            all[12] = Record::Open(12);
            let account = written(by, &server, dialect, &all).await;
            assert_eq!((rejected(&account), account.stored().len()), (vec![12], 29), "{version} {by:?}");
            // 1.x says which lines went together, and has stored the others: two requests more, and no search
            let asked = server.request_count();
            assert!(asked <= if dialect == Dialect::V1 { 3 } else { 12 }, "{version} {by:?}: {asked}");
        }
    }
}

/// A list of InfluxDB 3 with these line numbers.
fn list(numbers: &[i64]) -> Script {
    let entry =
        |number: &i64| format!(r#"{{"error_message":"bad","line_number":{number},"original_line":"m,id="}}"#);
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
        (
            "a cut list",
            Script::answer(400).body(r#"{"error":"partial write of line protocol occurred","data":[{"#),
        ),
    ] {
        for by in [By::Writer, By::Call] {
            let server = server("3.1.0");
            server.script(script.clone().times(1));
            let all: Vec<_> = (0..150).map(row).collect();
            let account = written(by, &server, Dialect::V3, &all).await;
            let others = account.ends.len() - account.stored().len();
            assert!(others <= 1, "{what} {by:?}: {account:?}"); // at most the line that the answer named
        }
    }
}

/// The list is cut at a hundred: the others are sent again, and named then.
#[tokio::test]
async fn a_full_list_says_nothing_of_the_others() {
    for by in [By::Writer, By::Call] {
        let server = server("3.1.0");
        written(by, &server, Dialect::V3, &[row(1_000)]).await; // its type is the first
        let numbers: Vec<_> = (1..=100).collect();
        server.script(list(&numbers).times(1));
        let mut all: Vec<_> = (0..150).map(Record::Integer).collect();
        all.extend((150..200).map(row));
        let account = written(by, &server, Dialect::V3, &all).await;
        assert_eq!((account.rejected().len(), account.stored().len()), (150, 50), "{by:?}");
    }
}

/// A body that was damaged on the way is no bad line.
#[tokio::test]
async fn a_damaged_body_goes_again_without_compression() {
    for (version, dialect) in [("1.6.7", Dialect::V1), ("3.1.0", Dialect::V3)] {
        let server = server(version);
        let playing = server.script(Script::usual().damaged());
        let client = client(&server.url(), dialect).gzip(Gzip::threshold(0)).build().unwrap();
        let mut run = Run::with(client, dialect, options());
        run.write((0..10).map(row)).await;
        run.finish(&server).await.all_stored();
        let encodings: Vec<_> =
            server.requests().iter().map(|request| request.header("content-encoding").is_some()).collect();
        assert_eq!((encodings, playing.hits()), (vec![true, false], 2), "{version}");
    }
}
