//! What cannot be reached through a query in Flux: plain records, and other dialects.

use super::*;

/// The values of all rows, the answer cut into pieces of so many bytes.
fn rows(mut csv: Csv, body: &[u8], size: usize) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut pieces = body.chunks(size).chain([&b""[..]]).peekable();
    while let Some(mut piece) = pieces.next() {
        let last = pieces.peek().is_none();
        loop {
            let (used, step) = csv.step(piece, last).unwrap();
            piece = &piece[used..];
            match step {
                Step::Row => {
                    let row = csv.row();
                    let values = (0..row.len()).map(|place| row.cell(place).unwrap().text().to_owned());
                    rows.push(values.collect());
                    assert_eq!((row.number(), csv.rows()), (rows.len() as u64, rows.len() as u64));
                    assert_eq!(row.cell(row.len()), None);
                }
                Step::More => break assert_eq!((piece.len(), last), (0, false)),
                Step::End => break assert!(last),
            }
        }
    }
    rows
}

#[test]
fn plainly_each_record_is_a_row_as_it_stands() {
    let body = "#datatype,string\r\n,a\r\n\r\n\n,\"x\r\n,\"\r\n,,,\r\nlast";
    let expected: [&[&str]; 5] =
        [&["#datatype", "string"], &["", "a"], &["", "x\r\n,"], &["", "", "", ""], &["last"]];
    for size in [1, 2, 3, 100] {
        assert_eq!(rows(Csv::plain(b','), body.as_bytes(), size), expected);
        assert_eq!(rows(Csv::plain(b','), format!("\u{feff}{body}").as_bytes(), size), expected);
    }
    let mut csv = Csv::plain(b',');
    csv.step(b"a,\n", false).unwrap();
    let row = csv.row();
    assert!(row.columns().is_empty());
    let cells = [row.cell(0).unwrap(), row.cell(1).unwrap()];
    assert_eq!(
        cells.map(|cell| (cell.data_type(), cell.is_null())),
        [(super::super::DataType::Untyped, false), (super::super::DataType::Untyped, true),]
    );
}

#[test]
fn long_lines_and_records_of_many_values_are_read() {
    let values: Vec<String> = (0..20_000).map(|number| format!("value {number}")).collect();
    let body = values.join(",") + "\n1,2\n";
    for size in [1_000, 1_000_000] {
        let rows = rows(Csv::plain(b','), body.as_bytes(), size);
        assert_eq!((&rows[0], &*rows[1]), (&values, &["1".to_owned(), "2".to_owned()][..]));
    }
}
