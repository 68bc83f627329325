//! What frames come from: lazy frames, readers, and streams over the C interface.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{DictionaryArray, Int32Array, RecordBatch, RecordBatchIterator, StringArray, StructArray};
use arrow_schema::{ArrowError, SchemaRef};
use influx_core::LineBuffer;
use influx_frame::polars::batches;
use influx_frame::{Frame, Pieces, Roles};
use polars::prelude::*;

const ROWS: i64 = 100_000;

fn numbers() -> LazyFrame {
    df!("n" => (0..ROWS).collect::<Vec<_>>()).unwrap().lazy()
}

/// The lines of frames that come one after the other.
fn lines_of<F: Frame, E: std::error::Error + Send + Sync + 'static>(
    frames: impl Iterator<Item = Result<F, E>> + Send + 'static,
) -> String {
    let mut pieces = Pieces::of_frames(frames, &Roles::new("m").stamped(), LineBuffer::new());
    let mut text = String::new();
    while let Some(piece) = pieces.next().unwrap() {
        assert!(piece.refused.is_empty());
        text.push_str(piece.lines.as_str());
    }
    text
}

#[test]
fn batches_of_a_lazy_frame_come_in_order_and_are_no_larger_than_asked_for() {
    let mut next = 0;
    for frame in batches(numbers()).rows(1_000) {
        let frame = frame.unwrap();
        assert!((1..=1_000).contains(&frame.height()), "{}", frame.height());
        for value in frame.column("n").unwrap().i64().unwrap().iter() {
            assert_eq!(value, Some(next));
            next += 1;
        }
    }
    assert_eq!(next, ROWS);
}

#[test]
fn batches_of_a_lazy_frame_are_encoded_as_the_whole_frame_is() {
    let query =
        || numbers().filter(col("n").lt(lit(1_000))).with_columns([(col("n") * lit(2)).alias("double")]);
    let whole = lines_of([query().collect()].into_iter());
    assert_eq!(whole.lines().count(), 1_000);
    assert_eq!(lines_of(batches(query()).rows(70)), whole);
}

#[test]
fn nothing_is_computed_before_it_is_asked_for() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let count = move |column: Column| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(column)
    };
    let mut batches = batches(numbers().select([col("n").map(count, |_, field| Ok(field.clone()))]));
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    assert!(batches.next().unwrap().is_ok());
    assert_ne!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn no_rows_are_one_frame_without_rows() {
    let frames: Vec<_> = batches(numbers().filter(col("n").lt(lit(0)))).map(Result::unwrap).collect();
    assert_eq!(frames.len(), 1);
    assert_eq!((frames[0].height(), frames[0].get_column_names().len()), (0, 1));
}

#[test]
fn an_error_is_the_last_item() {
    // of the plan, before anything runs
    let mut missing = batches(numbers().select([col("nothing")]));
    assert!(missing.next().unwrap().unwrap_err().to_string().contains("nothing"));
    assert!(missing.next().is_none());

    // in the middle
    let fail = |column: Column| match column.i64()?.max() {
        Some(max) if max >= ROWS / 2 => polars_bail!(ComputeError: "half is enough"),
        _ => Ok(column),
    };
    let failing = numbers().select([col("n").map(fail, |_, field| Ok(field.clone()))]);
    let mut items: Vec<_> = batches(failing).rows(1_000).collect();
    let error = items.pop().unwrap().unwrap_err();
    assert!(error.to_string().contains("half is enough"), "{error}");
    assert!(items.iter().all(Result::is_ok));
}

#[test]
fn an_engine_that_panics_does_not_pass_for_the_end() {
    let panics = |column: Column| match column.i64()?.max() {
        Some(max) if max >= ROWS / 2 => panic!("a bug of the engine"),
        _ => Ok(column),
    };
    let panicking = numbers().select([col("n").map(panics, |_, field| Ok(field.clone()))]);
    let last = batches(panicking).rows(1_000).last().unwrap();
    let error = last.unwrap_err().to_string();
    assert!(error.contains("panicked"), "{error}");
}

#[test]
fn an_engine_stops_when_nobody_takes_its_batches() {
    // each batch says that it was made; the query holds a counter for as long as it lives
    let made = Arc::new(AtomicUsize::new(0));
    let counted = made.clone();
    let count = move |column: Column| {
        counted.fetch_add(column.len(), Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(1));
        Ok(column)
    };
    let frames = (0..500).map(|_| df!("n" => (0..1_000_i64).collect::<Vec<_>>()).unwrap().lazy());
    let all = concat(frames.collect::<Vec<_>>(), UnionArgs::default()).unwrap();
    let query = all.select([col("n").map(count, |_, field| Ok(field.clone()))]);
    let mut batches = batches(query).rows(1_000);
    assert_eq!(batches.next().unwrap().unwrap().height(), 1_000);
    drop(batches);
    let began = Instant::now();
    while Arc::strong_count(&made) > 1 {
        assert!(began.elapsed() < Duration::from_secs(30), "the engine still runs");
        std::thread::sleep(Duration::from_millis(5));
    }
    let rows = made.load(Ordering::SeqCst);
    assert!(rows < 400_000, "{rows} rows were made of which 1,000 were asked for");
}

#[test]
fn a_series_of_structs_is_a_frame_of_its_members() {
    let members =
        [Series::new("a".into(), [Some(1_i64), None, Some(3)]), Series::new("b".into(), [true, false, true])];
    let structs = StructChunked::from_series("s".into(), 3, members.iter()).unwrap();
    let structs = structs.with_outer_validity(Some([true, true, false].into_iter().collect())).into_series();
    assert_eq!(lines_of([Ok::<_, PolarsError>(structs)].into_iter()), "m a=1i,b=true\nm b=false\n");
}

fn record_batches() -> Vec<RecordBatch> {
    let batch = |from: i32| {
        let keys = Int32Array::from(vec![Some(0), None, Some(1)]);
        let texts = StringArray::from(vec![Some("one"), None]);
        let inner: arrow_array::ArrayRef = Arc::new(Int32Array::from(vec![Some(from), Some(from + 1), None]));
        let structs = StructArray::try_from(vec![("inner", inner)]).unwrap();
        RecordBatch::try_from_iter_with_nullable([
            ("text", Arc::new(DictionaryArray::new(keys, Arc::new(texts))) as arrow_array::ArrayRef, true),
            ("n", structs.column(0).clone(), true),
            ("long", Arc::new(arrow_array::Int64Array::from(vec![7, 8, 9])) as _, true),
        ])
        .unwrap()
    };
    vec![batch(0), batch(3).slice(1, 2), batch(6).slice(0, 0), batch(9)]
}

fn reader() -> impl arrow_array::RecordBatchReader + Send + 'static {
    let batches = record_batches();
    let schema: SchemaRef = batches[0].schema();
    RecordBatchIterator::new(batches.into_iter().map(Ok), schema)
}

#[test]
fn batches_and_readers_of_arrow_are_iterators_of_frames() {
    let of_batches = lines_of(record_batches().into_iter().map(Ok::<_, ArrowError>));
    assert_eq!(of_batches.lines().count(), 8);
    assert_eq!(lines_of(reader()), of_batches);
}

/// Arrow 60.1 calls it otherwise; the old name is that of all versions that this crate takes.
#[allow(deprecated, reason = "the new name is not in every version")]
type StreamReader = arrow_array::ffi_stream::ArrowArrayStreamReader;

#[test]
fn a_stream_over_the_c_interface_gives_the_same_lines() {
    let stream = FFI_ArrowArrayStream::new(Box::new(reader()));
    let imported = StreamReader::try_new(stream).unwrap();
    assert_eq!(lines_of(imported), lines_of(reader()));

    let failing = RecordBatchIterator::new(
        [Ok(record_batches().remove(0)), Err(ArrowError::ComputeError("the disk is gone".into()))],
        record_batches()[0].schema(),
    );
    let imported = StreamReader::try_new(FFI_ArrowArrayStream::new(Box::new(failing))).unwrap();
    let mut pieces = Pieces::of_frames(imported, &Roles::new("m").stamped(), LineBuffer::new());
    assert_eq!(pieces.next().unwrap().unwrap().lines.lines(), 3);
    assert!(pieces.next().unwrap_err().to_string().contains("the disk is gone"));
    assert!(StreamReader::try_new(FFI_ArrowArrayStream::empty()).is_err());
}
