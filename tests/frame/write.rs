//! Frames by a client: what is sent, what is stored, and what is said of each row.

use std::convert::Infallible;

use arrow_array::RecordBatch;
use influx_core::http::Gzip;
use influx_core::testing::TestServer;
use influx_core::{Client, Destination, Dialect, ErrorKind, Precision};
use influx_frame::{ClientFrameExt, FrameWriteErrorKind, Pieces, Roles};
use polars::prelude::{Column, DataFrame, DataType};

use crate::rows::{Row, account, client, frame, frame_from, requests, roles, rows, server};
use crate::stream::slowly;

/// Good rows, and some of each other kind; the last ones of a piece and the first ones of the next are among them.
fn mixed(count: usize) -> Vec<Row> {
    rows(count, |row| match row {
        8_190 | 8_193 => Some(Row::Empty),
        8_191 | 8_194 => Some(Row::Refused),
        8_192 | 8_195 => Some(Row::Conflicting),
        _ if row % 5_000 == 17 => Some(Row::Conflicting),
        _ if row % 900 == 16 => Some(Row::Empty),
        _ if row % 1_100 == 15 => Some(Row::Refused),
        _ => None,
    })
}

#[tokio::test]
async fn each_bad_row_is_said_by_its_number_and_all_others_are_stored() {
    for threads in [1, 3] {
        let server = server();
        let all = mixed(20_000);
        let client = client(&server).build().unwrap();
        let written = client.write_frame("b", &frame(&all), &roles()).threads(threads).await;
        let error = written.unwrap_err();
        assert_eq!(error.kind(), FrameWriteErrorKind::Rows);
        account(&server, &all, error.report());
        assert_eq!(error.report().rows, 20_000);
        assert_eq!(error.report().rejected[0].status, Some(422));
        let text = error.to_string();
        assert!(text.contains("row 15: ") && text.contains("row 17: ") && text.len() < 2_000, "{text}");
        let shown = format!("{error:?}");
        assert!(shown.len() < 8_000 && !shown.contains("taken="), "{shown}");
    }
}

#[tokio::test]
async fn the_same_is_said_of_frames_that_come_one_after_the_other() {
    let all = mixed(20_000);
    for size in [1_000, 7_777, 8_192, 20_000] {
        let frames = || -> Vec<_> {
            let frame = |(index, rows): (usize, &[Row])| Ok::<_, Infallible>(frame_from(index * size, rows));
            all.chunks(size).enumerate().map(frame).collect()
        };
        for streamed in [false, true] {
            let server = server();
            let client = client(&server).build().unwrap();
            let write = match streamed {
                true => client.write_frame_stream("b", slowly(frames()), &roles()),
                false => client.write_frames("b", frames(), &roles()),
            };
            account(&server, &all, write.await.unwrap_err().report());
        }
    }
}

#[tokio::test]
async fn polars_frames_are_written_in_the_order_of_their_rows() {
    let server = TestServer::builder().bucket("b").start().unwrap();
    let client = Client::builder(server.url()).org("o").build().unwrap();
    let numbers: Vec<i64> = (0..30_000).collect();
    let columns = vec![Column::new("n".into(), &numbers), Column::new("at".into(), &numbers)];
    let frame = DataFrame::new_infer_height(columns).unwrap();
    let roles = Roles::new("m").time_in("at", Precision::Nanoseconds);
    let report = client.write_frame("b", &frame, &roles).threads(2).await.unwrap();
    assert_eq!((report.rows, report.stored, report.requests, report.retries), (30_000, 30_000, 4, 0));
    let sent: String = server.requests().iter().map(|request| request.text().unwrap()).collect();
    let expected: String = numbers.iter().map(|n| format!("m n={n}i {n}\n")).collect();
    assert!(sent == expected, "not in order");
    assert_eq!(report.bytes, expected.len() as u64);
}

/// Default tags, precision and the rest are in the lines already: they are sent as they were encoded.
#[tokio::test]
async fn lines_are_encoded_once_as_the_client_and_the_destination_want_them() {
    let server = server();
    let client = client(&server).gzip(Gzip::off()).default_tag("site", "x").build().unwrap();
    let to = Destination::bucket("b").precision(Precision::Milliseconds);
    let all = rows(10_000, |row| (row % 3 == 0).then_some(Row::Empty));
    let batch = frame(&all);
    let roles = Roles::new("m").tag("tag").time_in("at", Precision::Milliseconds);
    client.write_frame(to.clone(), &batch, &roles).await.unwrap();

    let mut lines = String::new();
    let mut pieces = Pieces::new(batch, &roles, client.line_buffer(&to)).unwrap();
    while let Some(piece) = pieces.next().unwrap() {
        lines.push_str(piece.lines.as_str());
    }
    let sent = &server.requests()[1..];
    assert!(sent.iter().all(|request| request.query("precision") == Some("ms")));
    let sent: String = sent.iter().map(|request| request.text().unwrap()).collect();
    assert!(sent.starts_with("m,tag=x,site=x v=1 1\nm,tag=x,site=x v=2 2\n"), "{sent:.100}");
    assert!(sent == lines);
}

#[tokio::test]
async fn frames_without_rows_or_fields_send_nothing() {
    let server = server();
    let client = client(&server).build().unwrap();
    let none = Roles::new("m").stamped();
    let error = client.write_frame("b", &DataFrame::empty(), &none).await.unwrap_err();
    assert_eq!(error.kind(), FrameWriteErrorKind::Plan, "no column is a field: {error}");
    let report = client.write_frame("b", &frame(&[]), &roles()).await.unwrap();
    assert_eq!((report.rows, report.stored), (0, 0));
    let report = client.write_frame("b", &frame(&[Row::Empty; 9_000]), &roles()).await.unwrap();
    assert_eq!((report.rows, report.stored, report.empty, report.requests), (9_000, 0, 9_000, 0));
    let frames: [Result<DataFrame, Infallible>; 0] = [];
    assert_eq!(client.write_frames("b", frames, &none).await.unwrap().rows, 0);
    assert_eq!(requests(&server), 0);
}

#[tokio::test]
async fn a_frame_of_ten_thousand_columns_is_written() {
    let server = TestServer::builder().bucket("b").start().unwrap();
    let client = Client::builder(server.url()).org("o").build().unwrap();
    let columns = (0..10_000).map(|n| Column::new(format!("f{n}").into(), [n as f64 + 0.25; 40])).collect();
    let frame = DataFrame::new_infer_height(columns).unwrap();
    let mut frame = frame.with_row_index("at".into(), None).unwrap();
    frame.apply("at", |column| column.cast(&DataType::Int64).unwrap()).unwrap();
    let roles = Roles::new("m").time_in("at", Precision::Nanoseconds);
    let report = client.write_frame("b", &frame, &roles).await.unwrap();
    assert_eq!((report.rows, report.stored), (40, 40));
    let points = server.points("b");
    assert_eq!((points.len(), points[39].fields.len()), (40, 10_000));
}

#[tokio::test]
async fn roles_that_do_not_fit_send_nothing() {
    let server = server();
    let client = client(&server).build().unwrap();
    let wrong = roles().tag("nowhere").field("neither");
    let all = rows(20_000, |_| None);
    let error = client.write_frame("b", &frame(&all), &wrong).await.unwrap_err();
    assert_eq!((error.kind(), error.plan().unwrap().problems().len()), (FrameWriteErrorKind::Plan, 2));
    let text = error.to_string();
    assert!(
        text.contains("nothing was sent") && text.contains("nowhere") && text.contains("neither"),
        "{text}"
    );
    assert_eq!((error.report().rows, requests(&server)), (0, 0));
}

#[tokio::test]
async fn a_frame_that_does_not_fit_ends_those_that_do() {
    let server = server();
    let client = client(&server).build().unwrap();
    let all = rows(10_000, |_| None);
    let batch = frame(&all);
    let other = RecordBatch::try_from_iter([("v", batch.column(1).clone())]).unwrap();
    let frames = [batch.clone(), other, batch].map(Ok::<_, Infallible>);
    let error = client.write_frames("b", frames, &roles()).await.unwrap_err();
    assert_eq!((error.kind(), error.report().rows), (FrameWriteErrorKind::Plan, 10_000));
    assert!(error.to_string().contains("begins with row 10000"), "{error}");
    account(&server, &all, error.report());
}

#[tokio::test]
async fn a_source_that_fails_ends_the_write_behind_the_rows_before_it() {
    let server = server();
    let client = client(&server).build().unwrap();
    let all = rows(10_000, |row| (row == 5).then_some(Row::Conflicting));
    let frames = [Ok(frame(&all)), Err("the disk is gone"), Ok(frame(&all))];
    let error = client.write_frames("b", frames, &roles()).await.unwrap_err();
    assert_eq!(error.kind(), FrameWriteErrorKind::Source);
    assert!(error.to_string().contains("behind row 10000: the disk is gone"), "{error}");
    account(&server, &all, error.report());
}

#[tokio::test]
async fn a_destination_without_its_organisation_is_said_first() {
    let server = server();
    let client = Client::builder(server.url()).build().unwrap();
    let error = client.write_frame("b", &frame(&[Row::Good]), &roles()).await.unwrap_err();
    assert_eq!(error.kind(), FrameWriteErrorKind::Delivery);
    assert_eq!(error.client_error().unwrap().kind(), ErrorKind::Config);
    assert_eq!((error.report().rows, requests(&server)), (0, 0));
}

#[tokio::test]
async fn waiting_inside_a_runtime_is_an_error_with_advice() {
    let server = server();
    let client = client(&server).build().unwrap();
    let error = client.write_frame("b", &frame(&[Row::Good]), &roles()).wait().unwrap_err();
    assert_eq!(error.kind(), FrameWriteErrorKind::Delivery);
    assert!(error.to_string().contains(".await"), "{error}");
    assert_eq!(requests(&server), 0);
}

#[test]
fn without_a_runtime_it_is_waited_for() {
    let server = server();
    let client = client(&server).build().unwrap();
    let all = rows(9_000, |row| (row == 8_999).then_some(Row::Refused));
    let error = client.write_frame("b", &frame(&all), &roles()).wait().unwrap_err();
    account(&server, &all, error.report());
}

#[tokio::test]
#[should_panic(expected = "the reader broke")]
async fn a_panic_of_the_iterator_goes_on_where_the_write_is_awaited() {
    let server = server();
    let client = client(&server).build().unwrap();
    let frames = std::iter::once_with(|| -> Result<DataFrame, Infallible> { panic!("the reader broke") });
    let _ = client.write_frames("b", frames, &Roles::new("m").stamped()).await;
}

/// InfluxDB 3 says which lines it rejects, a hundred at a time.
#[tokio::test]
async fn only_the_first_thousand_rejected_rows_keep_their_line() {
    let server = TestServer::builder().version("3.1.0").bucket("b").start().unwrap();
    let client = Client::builder(server.url()).dialect(Dialect::V3).build().unwrap();
    client.write(Destination::database("b"), "m taken=\"text\" -1").await.unwrap();
    let all = rows(3_000, |row| (row % 2 == 1).then_some(Row::Conflicting));
    let written = client.write_frame(Destination::database("b"), &frame(&all), &roles()).await;
    let report = written.unwrap_err().into_report();
    account(&server, &all, &report);
    let with_line: Vec<_> = report.rejected.iter().filter(|row| row.line().is_some()).collect();
    assert_eq!((report.rejected.len(), with_line.len()), (1_500, 1_000));
    assert!(report.rejected[999].line().is_some() && report.rejected[1_000].line().is_none());
}
