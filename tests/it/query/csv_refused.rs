//! Answers that are no annotated CSV, or not all of it, and what servers say in place of rows.

use influx_core::query::Value;
use influx_core::{ErrorKind, Result};
use influx_tests::canned::Canned;
use influx_tests::csv::{check_bytes, read};

use super::csv::{TWO, outcome, rows};

/// What the error at the end of an answer says, with what lies below it, and the rows before it.
#[track_caller]
#[expect(clippy::expect_used, reason = "test helper")]
fn refused(body: &str) -> (Vec<String>, String) {
    let (rows, error) = outcome(body);
    let error = error.expect("an error");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error:?}");
    let source = std::error::Error::source(&error).map(ToString::to_string);
    (rows, source.unwrap_or_default())
}

#[test]
fn an_error_table_is_an_error() {
    for (body, code, message) in [
        (
            "#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,\"it, failed\",\r\n",
            None,
            "it, failed",
        ),
        (
            "#datatype,string,long\n,error,reference\n,Failed to parse query,897\n",
            Some("897"),
            "Failed to parse query",
        ),
        (",error,reference\r\n,no,\r\n", None, "no"),
        ("error,reference\nno,897", Some("897"), "no"),
        ("error\nno", None, "no"),
        // it broke off
        (",error,reference\r\n", None, ""),
    ] {
        // at once, behind rows with an empty line between as servers do, and without
        for before in ["".to_owned(), format!("{TWO}\r\n"), TWO.to_owned()] {
            if before == TWO && body.starts_with("error") && !body.contains(',') {
                continue;
            }
            let (rows, error) = outcome(&format!("{before}{body}"));
            let error = error.unwrap();
            assert_eq!(
                (rows.is_empty(), error.kind()),
                (before.is_empty(), ErrorKind::Query),
                "{body}: {error:?}"
            );
            let said = error.server().map(|server| (server.code.as_deref(), &*server.message));
            assert_eq!(said, Some((code, message)).filter(|(_, message)| !message.is_empty()), "{body}");
        }
    }
}

#[test]
fn a_table_may_have_a_column_of_errors() {
    assert_eq!(rows(",result,table,error\n,r,0,x\n"), ["result=r table=0 error=x"]);
    assert_eq!(rows(",a,b\n,error,reference\n"), ["a=error b=reference"]);
}

#[test]
fn rows_of_another_length_are_refused() {
    for (row, reason) in [
        (",,0", "it has another number of values than the header has columns: 2 and not 5"),
        (",,0,,,,", "it has another number of values than the header has columns: 6 and not 5"),
        ("x", "it has another number of values than the header has columns: 0 and not 5"),
        (",", "it has another number of values than the header has columns: 1 and not 5"),
        ("\"", "the answer ends within a quoted value"),
        ("x,,0,,,", "it begins with \"x\" where annotations stand"),
    ] {
        let (rows, why) = refused(&format!("{TWO}{row}"));
        assert_eq!((rows.len(), &*why), (2, reason), "{row}");
    }
    assert_eq!(
        refused("a,b\n1,2\n1,2,3\n").1,
        "it has another number of values than the header has columns: 3 and not 2"
    );
}

#[test]
fn a_block_that_does_not_fit_together_is_refused() {
    for (body, reason) in [
        ("#datatype,string,decimal\n,a,b\n,1,2\n", "column \"b\": the data type \"decimal\" is not known"),
        (
            "#datatype,string\n,a,b\n,1,2\n",
            "the annotation datatype has another number of values than the header has columns: 1 and not 2",
        ),
        (
            "#group,true,true,true\n,a,b\n,1,2\n",
            "the annotation group has another number of values than the header has columns: 3 and not 2",
        ),
        (
            "#default\n,a,b\n,1,2\n",
            "the annotation default has another number of values than the header has columns: 0 and not 2",
        ),
        ("#datatype,string,long\na,b,c\n", "the header begins with \"a\" where annotations stand"),
        ("#datatype,string,long\n", "the answer ends behind annotations, before the header"),
    ] {
        assert_eq!(refused(body), (vec![], reason.to_owned()), "{body}");
    }
}

#[test]
fn an_answer_that_is_cut_in_quotes_is_refused() {
    let (rows, why) = refused(&format!("{TWO},,1,2023-11-14T22:13:21Z,2.5,\"b\r\n,,1,"));
    assert_eq!((rows.len(), &*why), (2, "the answer ends within a quoted value"));
}

#[test]
fn what_is_not_utf_8_is_refused() {
    for row in [&b",\xff,b\n"[..], b",\"\xc3\",\"\xbc\"\n", b",\xc3\n", b",a,\xed\xa0\x80"] {
        let body = [&b",a,b\n,1,2\n"[..], row].concat();
        check_bytes(&body, &[4, 1]).unwrap();
        let (rows, error) = read(&body, &[]);
        let source = std::error::Error::source(&error.unwrap()).unwrap().to_string();
        assert_eq!((rows.len(), &*source), (1, "it is not UTF-8"), "{row:?}");
    }
}

#[test]
fn what_is_no_csv_is_called_by_its_name() {
    for page in ["<html><body>502</body></html>", "\r\n<!DOCTYPE html>\n<html>"] {
        assert!(refused(page).1.contains("a page of HTML and not CSV"), "{page}");
    }
    for text in ["no healthy upstream", "no healthy upstream\r\n\r\n", "OK"] {
        let start = text.trim_end();
        assert_eq!(refused(text).1, format!("the answer is no CSV: it begins with {start:?}"));
    }
    assert_eq!(refused("{\"results\":[]}").1, "the answer is JSON and not CSV");
    let long = format!("{{\"message\":\"{}\"}}", "x".repeat(100_000));
    assert!(outcome(&long).1.is_some());
}

#[tokio::test]
async fn a_page_or_a_text_is_no_answer_whatever_it_could_be_read_as() {
    for kind in ["text/plain; charset=utf-8", "TEXT/HTML"] {
        let canned = Canned::whole("Service unavailable\nTry again later\n").content_type(kind);
        let error = canned.client().unwrap().0.query("x").records().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("and no rows"), "{error}");
    }
}

#[test]
fn an_error_in_json_is_the_servers() {
    let (_, error) = outcome("{\"code\":\"invalid\",\n \"message\":\"a, \\\"b\\\"\"}\n");
    let error = error.unwrap();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Query, Some(200)));
    let server = error.server().unwrap();
    assert_eq!((server.code.as_deref(), &*server.message), (Some("invalid"), "a, \"b\""));
}

#[test]
fn a_record_without_end_is_refused() {
    let piece = vec![b'x'; 1024 * 1024];
    let pieces = std::iter::once(b",a\n,\"".to_vec()).chain(std::iter::repeat_n(piece, 70));
    let body: Vec<_> = pieces.flatten().collect();
    let (rows, error) = read(&body, &[1024 * 1024]);
    let source = std::error::Error::source(&error.unwrap()).unwrap().to_string();
    assert_eq!((rows.len(), &*source), (0, "it is longer than 64 MiB"));
    // values without text count, too
    let body = vec![b','; 9 * 1024 * 1024];
    let (_, error) = read(&body, &[1024 * 1024]);
    assert!(format!("{error:?}").contains("it is longer than 64 MiB"));
}

/// So many columns are read; what does not fit them is refused as it is of few.
#[test]
fn a_million_columns_are_as_good_as_two() {
    const COLUMNS: usize = 1_000_000;
    let (head, row) = (format!(",c{}", ",c".repeat(COLUMNS - 1)), ",1".repeat(COLUMNS));
    for (second, problem) in [
        (&*row, None),
        (&row[2..], Some("999999 and not 1000000")),
        (",\"", Some("ends within a quoted value")),
    ] {
        let body = format!("{head}\n{row}\n{second}");
        let (rows, error) = read(body.as_bytes(), &[1024 * 1024]);
        let source = error.as_ref().and_then(std::error::Error::source).map(ToString::to_string);
        assert_eq!(rows.len(), if problem.is_some() { 1 } else { 2 }, "{source:?}");
        match (problem, source) {
            (None, None) => {}
            (Some(problem), Some(source)) => assert!(source.contains(problem), "{source}"),
            (wanted, other) => panic!("{other:?} is not {wanted:?}"),
        }
        assert!(rows.iter().all(|row| row.split(' ').count() == COLUMNS));
    }
}

#[tokio::test]
async fn after_an_error_there_are_no_more_rows() -> Result<()> {
    let bad = Canned::whole(format!("{TWO},x\r\n{TWO}"));
    // what has come of the third row is not taken for all of it
    let cut = Canned::whole(format!("{TWO},,1,2023-11-14T22:13:21Z,2.5,b")).breaks();
    for (canned, kind) in [(bad, ErrorKind::Decode), (cut, ErrorKind::Transport)] {
        let (client, _) = canned.client()?;
        let mut rows = client.query("x").records().await?;
        assert!(rows.next().await?.is_some() && rows.next().await?.is_some());
        assert_eq!(rows.next().await.unwrap_err().kind(), kind);
        assert!(rows.next().await?.is_none() && rows.next().await?.is_none());
    }
    Ok(())
}

#[tokio::test]
async fn after_a_row_that_does_not_fit_the_next_is_read() -> Result<()> {
    let body = "#datatype,long,string\n,n,s\n,1,a\n,x,b\n,3,c\n";
    let (client, _) = Canned::whole(body).client()?;
    let mut rows = client.query("x").records().await?;
    assert_eq!(rows.next().await?.unwrap().get("n"), Some(&Value::Long(1)));
    assert!(format!("{:?}", rows.next().await.unwrap_err()).contains("row 2 of the answer"));
    assert_eq!(rows.next().await?.unwrap().get("n"), Some(&Value::Long(3)));
    Ok(())
}
