//! Arbitrary records: each reads back as what it says, or is refused by a rule that applies to it.
//!
//! The cases are those of a fixed seed; `INFLUX_PROPERTY_CASES` says how many records there are, and
//! `INFLUX_PROPERTY_SEED` begins elsewhere.

use influx_core::LineBuffer;
use influx_tests::generate::{Bytes, Seeded, Source};
use influx_tests::property::{Batch, Counts, check_text};

/// What a debug build checks in a few seconds.
const CASES: u64 = 20_000;

/// Texts put together from pieces.
const PIECED: u64 = 20_000;

#[test]
fn records_read_back_or_are_refused_by_a_rule() {
    let cases = number("INFLUX_PROPERTY_CASES").unwrap_or(CASES);
    let first = number("INFLUX_PROPERTY_SEED").unwrap_or_default();
    let mut all = Counts::default();
    let mut seed = first;
    while all.accepted + all.refused < cases {
        let counts = Batch::generate(&mut Seeded::new(seed)).check().unwrap_or_else(|why| {
            panic!("INFLUX_PROPERTY_SEED={seed} INFLUX_PROPERTY_CASES=1 shows it: {why}")
        });
        all.accepted += counts.accepted;
        all.refused += counts.refused;
        all.tuples += counts.tuples;
        all.raw += counts.raw;
        seed += 1;
    }
    // All ends are reached often enough to mean something.
    for count in [all.accepted, all.refused * 2, all.tuples * 8, all.raw] {
        assert!(count * 3 > cases || cases < 1_000, "{all:?}");
    }
}

/// Two backslashes in a measurement are two characters to whoever reads names, and one to whoever splits lines:
/// there the measurement ends early, and the quote in the field's key opens a string.
#[test]
fn a_line_that_would_swallow_the_next_is_refused() {
    let line = r#"m\\ a=b "=1"#;
    let mut buffer = LineBuffer::new();
    let error = buffer.push_raw(line).unwrap_err();
    assert_eq!((error.accepted(), buffer.lines()), (0, 0));
    assert_eq!(error.rejected()[0].reason.to_string(), "unbalanced quotes at byte 11");
    check_text(line).unwrap();
    check_text(&format!("{line}\nm v=1\n")).unwrap();
}

#[test]
fn a_fuzzer_without_bytes_still_makes_a_record() {
    for bytes in [&[][..], &[0], &[255; 1], &[255; 4_096], b"\x40\x80\xc0"] {
        Batch::generate(&mut Bytes(bytes)).check().unwrap();
    }
}

#[test]
fn any_text_is_read_or_refused_line_by_line() {
    let texts = [
        "",
        "\n\n",
        "m v=1",
        "m v=1\n#c\n\n m v=\"a\nb\" 1\nm v=\"",
        "m,t=\\ v=1\nm\\\n v=1\n",
        "\t\0 m v=1\n\t\0",
        "m v=1 \n\u{feff}m v=1\r\n",
        "m 0 =1\tv=2",
        "m \\",
        "#",
        "m,time=a v=1\nm time=1\nm v=1",
        "m v=1,v=2\nm v=1u,w=18446744073709551615u\nm v=1 9223372037\nm v=1 -9223372037",
        "m\\\\,t\\\"=a\\b\\=\\\\c v\\\"=1",
    ];
    for text in texts {
        check_text(text).unwrap();
    }
    // Lines of records, each cut at every character.
    for seed in 0..40 {
        let text = Batch::generate(&mut Seeded::new(seed)).to_text();
        for (at, _) in text.char_indices().step_by(7).take(200) {
            check_text(&text[..at]).unwrap();
            check_text(&text[at..]).unwrap();
        }
    }
    // Pieces of lines in any order.
    const PIECES: [&str; 24] = [
        "m", "m", ",", ",", " ", " ", "=", "=", "\\", "\"", "\n", "\t", "a", "v=1", "v=1", ",t=a", "1u",
        "1i", "\"a\"", " 1", "#", "time", "\r", "\0",
    ];
    for seed in 0..PIECED {
        let mut source = Seeded::new(seed);
        let text: String = (0..2 + source.below(16)).map(|_| source.pick(&PIECES)).collect();
        check_text(&text).unwrap();
        check_text(&format!("m{text}")).unwrap();
        check_text(&format!("m,{text} v=1")).unwrap();
        check_text(&format!("m v={text}")).unwrap();
        check_text(&format!("m {text}=1")).unwrap();
    }
}

#[expect(clippy::panic, reason = "test helper")]
fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|error| panic!("{variable}={text}: {error}")))
}
