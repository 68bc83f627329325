//! Decoders over the pieces of an answer, as a cursor would feed them.

use super::*;

/// Each row as text, and how they ended, of an answer in pieces of so many bytes.
pub(in crate::query) fn decode(mut decoder: Decoder, answer: &[u8], size: usize) -> (Vec<String>, String) {
    let (mut rows, mut waiting): (_, &[u8]) = (Vec::new(), &[]);
    let mut pieces = answer.chunks(size);
    let mut last = false;
    loop {
        match decoder.step(waiting, last) {
            Ok((used, step)) => {
                waiting = &waiting[used..];
                match step {
                    Step::Row => {
                        rows.push(shown(decoder.row()));
                        assert_eq!(decoder.rows(), rows.len() as u64);
                        continue;
                    }
                    Step::End => return (rows, "end".to_owned()),
                    Step::More => {
                        assert!(!last && waiting.is_empty(), "what is left, or wanted beyond the end?")
                    }
                }
            }
            Err(Flaw::Row(error)) => return (rows, format!("row: {error}")),
            Err(Flaw::Server(error)) => return (rows, format!("server: {error}")),
        }
        match pieces.next() {
            Some(piece) => waiting = piece,
            None => last = true,
        }
    }
}

/// The same in pieces of any size, which changes nothing.
pub(in crate::query) fn in_all_pieces(decoder: impl Fn() -> Decoder, answer: &[u8]) -> (Vec<String>, String) {
    let whole = decode(decoder(), answer, answer.len().max(1));
    for size in [1, 2, 3, 5, 7, 16, 61] {
        assert_eq!(decode(decoder(), answer, size), whole, "in pieces of {size}");
    }
    whole
}

fn shown(row: Row<'_>) -> String {
    let cells = row.columns().iter().enumerate().map(|(place, column)| {
        let cell = row.cell(place).unwrap_or_else(|| panic!("no value in {place}"));
        match cell.is_null() {
            true => format!("{}=-", column.name),
            false => format!("{}:{}={}", column.name, cell.data_type(), cell.text()),
        }
    });
    cells.collect::<Vec<_>>().join(" ")
}
