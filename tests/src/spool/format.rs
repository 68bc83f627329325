//! The files of a spool, encoded a second time, by what the documentation of their format says.

use std::ops::Range;

pub(super) const ROUTES: [&str; 3] = [
    r#"{"bucket":"b","unit":"ns"}"#,
    r#"{"database":"größe","retention_policy":"week","unit":"s","precision":"s"}"#,
    r#"{"bucket":"b","org":"o","unit":"ms","dialect":"v2"}"#,
];

pub(super) fn segment_name(first: u64) -> String {
    format!("seg-{first:020}.log")
}

pub(super) fn file_head(magic: &[u8; 8]) -> Vec<u8> {
    let mut head = [&magic[..], &1u32.to_le_bytes()].concat();
    head.extend(crc32fast::hash(&head).to_le_bytes());
    head
}

/// Magic, checksum of what follows, and that.
fn checked(magic: u8, rest: &[u8]) -> Vec<u8> {
    [&[0xff, 0xf6, 0xfa, magic], &crc32fast::hash(rest).to_le_bytes()[..], rest].concat()
}

pub(super) fn frame(first: u64, count: u32, flags: u16, route: &[u8], body: &[u8]) -> Vec<u8> {
    const BORN: u64 = 1_700_000_000_000;
    let mut head = Vec::new();
    head.extend(crc32fast::hash(body).to_le_bytes());
    head.extend((body.len() as u32).to_le_bytes());
    head.extend(first.to_le_bytes());
    head.extend(count.to_le_bytes());
    head.extend((route.len() as u16).to_le_bytes());
    head.extend(flags.to_le_bytes());
    head.extend(BORN.to_le_bytes());
    head.extend(crc32fast::hash(route).to_le_bytes());
    let foot = [&first.to_le_bytes()[..], &count.to_le_bytes()].concat();
    [&checked(0xf5, &head), route, body, &checked(0xf7, &foot)].concat()
}

/// Where the lines end, and the lines.
pub(super) fn body(lines: &[String]) -> Vec<u8> {
    let mut end = 0u32;
    let mut body = Vec::new();
    for line in lines {
        end += line.len() as u32;
        body.extend(end.to_le_bytes());
    }
    body.extend(lines.concat().as_bytes());
    body
}

pub(super) fn ack(records: Range<u64>) -> Vec<u8> {
    checked(0xf9, &[records.start.to_le_bytes(), records.end.to_le_bytes()].concat())
}
