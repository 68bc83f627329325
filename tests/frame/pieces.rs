//! Frames in pieces: their order, their size, their numbers, on one thread and on several.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use influx_core::{EncodeOptions, LineBuffer, Precision};
use influx_frame::{Encoder, FrameSourceError, Piece, Pieces, Roles};

type Frames = Vec<Result<RecordBatch, &'static str>>;

/// Rows that say their number.
fn frame(rows: std::ops::Range<i64>) -> RecordBatch {
    RecordBatch::try_from_iter([("row", Arc::new(Int64Array::from_iter_values(rows)) as _)]).unwrap()
}

fn roles() -> Roles {
    Roles::new("m").stamped()
}

fn number(line: &str) -> u64 {
    line["m row=".len()..line.len() - 1].parse().unwrap()
}

/// All pieces, and the error behind them.
fn all(mut pieces: Pieces<RecordBatch>) -> (Vec<Piece>, Option<FrameSourceError>) {
    let mut found = Vec::new();
    loop {
        match pieces.next() {
            Ok(Some(piece)) => found.push(piece.clone()),
            Ok(None) => return (found, None),
            Err(error) => {
                assert!(pieces.next().unwrap().is_none(), "a piece behind an error");
                return (found, Some(error));
            }
        }
    }
}

#[test]
fn rows_are_numbered_through_all_frames_in_order() {
    let frames = || (0..50).map(|at| Ok::<_, String>(frame(at * 7..(at + 1) * 7)));
    for threads in [1, 2, 5] {
        let pieces = Pieces::of_frames(frames(), &roles(), LineBuffer::new()).rows(3).threads(threads);
        let (pieces, error) = all(pieces);
        assert!(error.is_none());
        let mut next = 0;
        for piece in &pieces {
            assert_eq!(piece.rows.start, next, "{threads} threads");
            for (line, text) in piece.lines.iter().enumerate() {
                assert_eq!((number(text), piece.row_of(line)), (next, next), "{threads} threads");
                next += 1;
            }
            assert_eq!(piece.rows.end, next);
        }
        // of each frame 3, 3 and 1
        assert_eq!((next, pieces.len()), (350, 150), "{threads} threads");
    }
}

#[test]
fn numbers_begin_where_they_are_told_to() {
    for threads in [1, 3] {
        let pieces = Pieces::new(frame(0..10), &roles(), LineBuffer::new()).unwrap();
        let (pieces, _) = all(pieces.first_row(1_000).rows(4).threads(threads));
        let rows: Vec<_> = pieces.into_iter().map(|piece| piece.rows).collect();
        assert_eq!(rows, [1_000..1_004, 1_004..1_008, 1_008..1_010]);
    }
}

#[test]
fn a_piece_ends_by_the_row_with_which_it_is_long_enough() {
    for threads in [1, 2] {
        let pieces = Pieces::new(frame(0..1_000), &roles(), LineBuffer::new()).unwrap();
        let (pieces, _) = all(pieces.rows(600).bytes(1_000).threads(threads));
        assert_eq!(pieces.iter().map(|piece| piece.lines.lines()).sum::<usize>(), 1_000);
        assert!(pieces.len() > 8, "{} pieces", pieces.len());
        let mut next = 0;
        for piece in &pieces {
            assert_eq!(piece.rows.start, next);
            next = piece.rows.end;
            let (bytes, last) = (piece.lines.as_str().len(), piece.lines.iter().last().unwrap().len() + 1);
            assert!(bytes - last < 1_000, "{bytes} bytes");
        }
    }
}

#[test]
fn of_wide_frames_rows_are_encoded_in_runs_that_are_about_as_long_as_a_piece() {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..2_000));
    let names: Vec<_> = (0..1_000).map(|at| format!("c{at}")).collect();
    let frame = RecordBatch::try_from_iter(names.iter().map(|name| (name, Arc::clone(&column)))).unwrap();
    let found = |threads| {
        let pieces = Pieces::new(frame.clone(), &roles(), LineBuffer::new()).unwrap().bytes(usize::MAX);
        all(pieces.threads(threads)).0
    };
    let (one, two) = (found(1), found(2));
    assert!(one.iter().all(|piece| piece.lines.as_bytes().len() < 8 << 20), "{} pieces", one.len());
    assert_eq!(one.last().unwrap().rows.end, 2_000);
    let text = |pieces: &[Piece]| pieces.iter().map(|piece| piece.lines.as_str()).collect::<String>();
    assert!(text(&one) == text(&two));
    // in one call, too
    let mut piece = Piece::default();
    Encoder::new(roles()).encode(&frame, 0..2_000, 0, &mut piece).unwrap();
    assert!(piece.lines.as_str() == text(&one) && piece.rows == (0..2_000));
}

#[test]
fn lines_are_encoded_as_those_of_the_buffer() {
    let options = EncodeOptions::new().precision(Precision::Seconds).default_tag("site", "x").unwrap();
    for threads in [1, 2] {
        let lines = LineBuffer::with_options(options.clone());
        let mut pieces = Pieces::new(frame(0..40), &roles(), lines).unwrap().rows(1).threads(threads);
        let mut kept = Vec::new();
        while let Some(piece) = pieces.next_owned().unwrap() {
            kept.push(piece);
            if let Some(piece) = pieces.next().unwrap() {
                kept.push(piece.clone());
            }
        }
        for (row, piece) in kept.iter().enumerate() {
            assert_eq!(piece.lines.as_str(), format!("m,site=x row={row}i\n"));
            assert_eq!(piece.lines.precision(), Precision::Seconds);
        }
        assert_eq!(kept.len(), 40);
    }
}

#[test]
fn a_source_that_fails_is_told_behind_its_rows() {
    for threads in [1, 2, 4] {
        let frames: Frames = vec![Ok(frame(0..5)), Ok(frame(0..0)), Err("the disk is gone"), Ok(frame(0..5))];
        let pieces = Pieces::of_frames(frames, &roles(), LineBuffer::new()).rows(2).threads(threads);
        let (pieces, error) = all(pieces);
        assert_eq!(pieces.last().unwrap().rows, 4..5);
        assert_eq!(error.unwrap().to_string(), "behind row 5: the disk is gone");
    }
}

#[test]
fn another_schema_gets_a_plan_of_its_own_or_an_error_at_its_row() {
    let other = |name| {
        let columns = [(name, Arc::new(StringArray::from(vec!["a b"])) as _)];
        RecordBatch::try_from_iter(columns).unwrap()
    };
    for threads in [1, 2] {
        let frames: Frames = vec![Ok(frame(0..2)), Ok(other("s")), Ok(frame(2..3)), Ok(other("time"))];
        let (pieces, error) = all(Pieces::of_frames(frames, &roles(), LineBuffer::new()).threads(threads));
        let text: String = pieces.iter().map(|piece| piece.lines.as_str()).collect();
        assert_eq!(text, "m row=0i\nm row=1i\nm s=\"a b\"\nm row=2i\n");
        let error = error.unwrap();
        assert!(matches!(error, FrameSourceError::Plan { row: 4, .. }), "{error}");
        assert!(error.to_string().starts_with("the frame that begins with row 4: "), "{error}");
    }
}

#[test]
fn roles_that_do_not_fit_are_told_before_anything() {
    let error = Pieces::new(frame(0..1), &Roles::new("m").tag("no"), LineBuffer::new()).unwrap_err();
    assert!(error.to_string().contains("\"no\""), "{error}");
}

#[test]
fn a_panic_on_a_thread_goes_on_here() {
    let frames = (0..4).map(|at| if at < 3 { Ok::<_, String>(frame(0..10)) } else { panic!("no frame 3") });
    let pieces = Pieces::of_frames(frames, &roles(), LineBuffer::new()).threads(2);
    let panic = panic::catch_unwind(AssertUnwindSafe(|| all(pieces))).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"no frame 3"));
}

#[test]
fn threads_are_a_few_pieces_ahead_and_end_when_nobody_asks() {
    struct Counted {
        asked: Arc<AtomicUsize>,
        _alive: Arc<()>,
    }
    impl Iterator for Counted {
        type Item = Result<RecordBatch, String>;

        fn next(&mut self) -> Option<Self::Item> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            Some(Ok(frame(0..1)))
        }
    }
    let (asked, alive) = (Arc::new(AtomicUsize::new(0)), Arc::new(()));
    let frames = Counted { asked: Arc::clone(&asked), _alive: Arc::clone(&alive) };
    let mut pieces = Pieces::of_frames(frames, &roles(), LineBuffer::new()).threads(3);
    for _ in 0..20 {
        assert!(pieces.next().unwrap().is_some());
    }
    // two pieces for each thread, and the one that is lent
    assert!(asked.load(Ordering::SeqCst) <= 20 + 3 * 2, "{asked:?}");
    drop(pieces);
    let began = Instant::now();
    while Arc::strong_count(&alive) > 1 {
        assert!(began.elapsed() < Duration::from_secs(10), "threads live on");
        std::thread::yield_now();
    }
}
