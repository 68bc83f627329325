//! The disk is slow, full, broken or damaged.

use super::*;

#[tokio::test]
async fn durable_says_when_lines_are_on_the_disk() {
    let policies = [Fsync::Group, Fsync::Every(Duration::from_millis(20)), Fsync::Never];
    for fsync in policies {
        let rig = Rig::new();
        rig.down(true);
        let writer = rig.open(settings().fsync(fsync), WriteOptions::new().batch_size(2));
        let receipt = writer.write_receipt(&[line(0), line(1)].join("\n")).await.unwrap();
        receipt.durable().await.unwrap();
        assert!(receipt.try_acked().is_none(), "the server is away");
        let both = [format!("b 0..2 {},{}", line(0), line(1))];
        let is_whole = |image: MemoryDisk| held(&image) == both;
        match fsync {
            // this outlives the process, and no more
            Fsync::Never => assert!(is_whole(rig.disk.kill(&mut fastrand::Rng::with_seed(1)))),
            _ => assert!(crashes(&rig.disk).all(is_whole), "{fsync:?}"),
        }
        let image = rig.disk.kill(&mut fastrand::Rng::with_seed(1));
        let again = rig.open_on(&image, settings(), WriteOptions::new());
        assert_eq!(again.stats().recovered, 2, "{fsync:?}");
        drop(again);
        rig.down(false);
        assert!(writer.close(PATIENCE).await.is_stored());
    }
}

#[tokio::test]
async fn an_open_batch_becomes_durable_in_time_while_every_lane_waits_for_the_server() {
    let rig = Rig::new();
    rig.down(true);
    let options = WriteOptions::new().batch_size(100).flush_interval(Duration::from_millis(20));
    let writer = rig.open(settings(), options);
    for number in 0..3 {
        let receipt = writer.write_receipt(&line(number)).await.unwrap();
        tokio::time::timeout(PATIENCE, receipt.durable()).await.unwrap().unwrap();
    }
    writer.close(Duration::ZERO).await;
}

#[tokio::test]
async fn durable_is_the_verdict_where_nothing_is_written_and_an_error_without_a_spool() {
    let rig = Rig::new();
    let writer = rig.open(settings().when(SpoolUse::WhenFull), single());
    let receipt = writer.write_receipt(&line(0)).await.unwrap();
    receipt.durable().await.unwrap();
    assert!(receipt.try_acked().is_some());
    writer.close(PATIENCE).await;
    let plain = super::super::writer(&Memory::script([]), single());
    let receipt = plain.write_receipt(&line(0)).await.unwrap();
    let error = receipt.durable().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("WriteOptions::spool"), "{error}");
}

#[tokio::test]
async fn a_failed_sync_is_no_durability_until_a_later_one_succeeds() {
    let rig = Rig::new();
    rig.down(true);
    let writer = rig.open(settings(), single());
    rig.disk.fail(Call::Sync, 0..1, Fault::Broken);
    let receipt = writer.write_receipt(&line(0)).await.unwrap();
    let error = receipt.durable().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Spool);
    assert_eq!(writer.stats().spool_errors, 1);
    let began = Instant::now();
    while receipt.durable().await.is_err() {
        assert!(began.elapsed() < PATIENCE, "it never became durable");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let one = [format!("b 0..1 {}", line(0))];
    assert!(crashes(&rig.disk).all(|image| held(&image) == one));
    rig.down(false);
    assert!(writer.close(PATIENCE).await.is_stored());
    assert_eq!(rig.stored(), [0]);
}

#[tokio::test]
async fn a_full_disk_does_not_stop_the_sending() {
    let rig = Rig::new();
    rig.disk.set_capacity(Some(100));
    let writer = rig.open(settings(), single().queue_bytes(4 * 64 * 1024));
    for number in 0..200 {
        let receipt = writer.write_receipt(&line(number)).await.unwrap();
        if number == 100 {
            receipt.acked().await;
        }
    }
    let report = writer.close(PATIENCE).await;
    assert!(report.is_stored() && report.stats.is_balanced(), "{report:?}");
    assert_eq!(rig.stored(), (0..200).collect::<Vec<_>>());
}

#[tokio::test]
async fn with_a_full_disk_and_no_server_records_are_refused_and_then_it_goes_on() {
    let rig = Rig::new();
    rig.disk.set_capacity(Some(600));
    rig.down(true);
    let options = single().queue_bytes(8 * 64 * 1024).overflow(crate::write::Overflow::Reject);
    let writer = rig.open(settings(), options);
    let (mut taken, mut refused) = (Vec::new(), 0);
    for number in 0..100 {
        match writer.try_write(&line(number)) {
            Ok(()) => taken.push(number),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Full);
                refused += 1;
            }
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(refused > 50 && taken.len() > 5, "{refused} were refused");
    rig.disk.set_capacity(None);
    until("there is room again", || writer.stats().bytes_reserved <= 6 * 64 * 1024).await;
    let number = 1000;
    writer.try_write(&line(number)).unwrap();
    taken.push(number);
    rig.down(false);
    let report = writer.close(PATIENCE).await;
    assert!(report.is_stored(), "{report:?}");
    assert_eq!(rig.stored(), taken);
}

#[tokio::test]
async fn memory_is_held_until_a_sync_succeeds() {
    let rig = Rig::new();
    rig.down(true);
    let options = single().queue_bytes(8 * 64 * 1024).overflow(crate::write::Overflow::Reject);
    let writer = rig.open(settings(), options);
    writer.write_receipt(&line(0)).await.unwrap().durable().await.unwrap();
    rig.disk.fail(Call::Sync, 0..u64::MAX, Fault::Broken);
    let taken = 1 + (1..100).filter(|number| writer.try_write(&line(*number)).is_ok()).count();
    let full = writer.stats().bytes_reserved;
    assert!(full > 6 * 64 * 1024, "{full}");
    until("it was written again and again", || writer.stats().spool_errors >= 3).await;
    assert_eq!(writer.stats().bytes_reserved, full);
    rig.disk.heal();
    rig.down(false);
    let report = writer.close(PATIENCE).await;
    assert!(report.is_stored() && report.stats.is_balanced(), "{report:?}");
    assert_eq!(rig.stored(), (0..taken).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_can_be_neither_sent_nor_written_is_handed_back() {
    let rig = Rig::new();
    rig.down(true);
    rig.disk.fail(Call::Write, 0..u64::MAX, Fault::Broken);
    let writer = rig.open(settings(), single());
    write(&writer, 0..5).await;
    let report = writer.close(Duration::ZERO).await;
    assert_eq!((report.dropped, report.pending, report.stats.bytes_reserved), (5, 0, 0), "{report:?}");
    assert_eq!(report.stats.dropped_spool_io, 5);
    until("it is told", || rig.told.lock().unwrap().iter().map(|(_, lines)| lines).sum::<u64>() == 5).await;
}

#[tokio::test]
async fn what_the_thread_of_the_files_does_not_write_for_a_panic_is_sent_or_handed_back() {
    for (call, down) in [Call::Create, Call::Write, Call::Sync, Call::SyncNames]
        .into_iter()
        .flat_map(|call| [(call, true), (call, false)])
    {
        let rig = Rig::new();
        rig.down(down);
        rig.disk.fail(call, 0..1, Fault::Panic);
        let writer = rig.open(settings(), single().queue_bytes(8 * 64 * 1024));
        for number in 0..3 {
            let receipt = writer.write_receipt(&line(number)).await.unwrap();
            let durable = tokio::time::timeout(PATIENCE, receipt.durable()).await.unwrap();
            assert!(!down || durable.unwrap_err().to_string().contains("panicked"), "{call:?}");
        }
        let deadline = if down { Duration::ZERO } else { PATIENCE };
        let report = tokio::time::timeout(2 * PATIENCE, writer.close(deadline)).await.unwrap();
        all_balanced(&report.stats);
        assert_eq!((report.dropped, report.pending), (if down { 3 } else { 0 }, 0), "{call:?}: {report:?}");
    }
}

#[tokio::test]
async fn damage_costs_what_it_hit_and_that_is_told() {
    let rig = Rig::new();
    rig.down(true);
    let writer = rig.open(settings(), WriteOptions::new().batch_size(3));
    write(&writer, 0..9).await;
    assert_eq!(writer.close(Duration::ZERO).await.pending, 9);
    let segment = rig.disk.contents().into_iter().find(|(name, _)| name.starts_with("seg")).unwrap();
    let at = segment.1.windows(line(4).len()).position(|text| text == line(4).as_bytes()).unwrap();
    rig.disk.flip(&segment.0, at, 1);
    rig.down(false);
    let writer = rig.open(settings(), WriteOptions::new());
    let report = writer.close(PATIENCE).await;
    assert_eq!(report.stats.recovered, 9);
    assert_eq!((report.stored, report.dropped, report.stats.dropped_spool_corrupt), (6, 3, 3));
    assert_eq!(report.stats.dropped_possibly_stored, 3, "the run before may have sent them");
    assert_eq!(rig.stored(), [0, 1, 2, 6, 7, 8]);
    until("it is told", || *rig.told.lock().unwrap() == [(DropReason::SpoolCorrupt, 3)]).await;
    let aside = rig.disk.contents().into_keys().any(|name| name.ends_with(".corrupt"));
    assert!(aside, "what could not be read is kept");
}

#[tokio::test]
async fn a_segment_that_is_gone_is_counted() {
    let rig = Rig::new();
    rig.down(true);
    for run in 0..3 {
        let writer = rig.open(settings(), single());
        write(&writer, run * 2..run * 2 + 2).await;
        writer.close(Duration::ZERO).await;
    }
    let contents = rig.disk.contents();
    let gone = contents.keys().filter(|name| name.starts_with("seg")).nth(1).unwrap();
    let disk = MemoryDisk::new();
    contents.iter().filter(|(name, _)| *name != gone).for_each(|(name, bytes)| disk.put(name, bytes));
    rig.down(false);
    let writer = rig.open_on(&disk, settings(), single());
    let report = writer.close(PATIENCE).await;
    assert_eq!((report.stats.recovered, report.stored, report.stats.dropped_spool_corrupt), (6, 4, 2));
    assert_eq!(report.stats.dropped_possibly_stored, 2, "the run before may have sent them");
    until("it is told", || *rig.told.lock().unwrap() == [(DropReason::SpoolCorrupt, 2)]).await;
    assert_eq!(rig.stored(), [0, 1, 4, 5]);
}

#[tokio::test]
async fn the_oldest_is_dropped_when_files_and_memory_are_full_and_that_was_chosen() {
    let rig = Rig::new();
    rig.down(true);
    let options = single().queue_bytes(4 * 64 * 1024).overflow(crate::write::Overflow::DropOldest);
    let writer = rig.open(settings().max_bytes(512 * 1024), options);
    let long = |number: usize| format!("m v={number},text=\"{}\" 1", "0".repeat(20_000));
    // More than memory has room for, and the files have it.
    for number in 0..10 {
        let receipt = writer.write_receipt(&long(number)).await.unwrap();
        tokio::time::timeout(PATIENCE, receipt.durable()).await.unwrap().unwrap();
    }
    assert_eq!(writer.stats().dropped, 0, "nothing is full");
    for number in 10..100 {
        writer.write(&long(number)).await.unwrap();
    }
    let stats = writer.stats();
    all_balanced(&stats);
    // Files and memory have room for less than 30. How much less is kept is up to the thread of the files: who drops the
    // oldest does not wait for it.
    assert!((70..100).contains(&stats.dropped_overflow), "{stats:?}");
    rig.down(false);
    let report = writer.close(PATIENCE).await;
    assert_eq!(report.stored + report.stats.dropped_overflow, 100, "{report:?}");
    let stored = rig.stored();
    assert!(stored.is_sorted() && *stored.last().unwrap() == 99, "{stored:?}");
}

/// A writer with four records that an earlier one left, and the disk, so many of whose reads fail.
async fn of_four_that_cannot_be_read(calls: u64, fault: Fault) -> (Rig, MemoryDisk, Writer) {
    let rig = Rig::new();
    rig.down(true);
    let writer = rig.open(settings(), single());
    write(&writer, 0..4).await;
    assert_eq!(writer.close(Duration::ZERO).await.pending, 4);
    let image = rig.disk.kill(&mut fastrand::Rng::with_seed(1));
    rig.down(false);
    let log = Log::open(Arc::new(image.clone()), settings().max_bytes).unwrap();
    // Nothing fails until it is open.
    image.fail(Call::Read, 0..calls, fault);
    let writer = rig.open_log(log, settings(), single());
    (rig, image, writer)
}

#[tokio::test]
async fn a_file_that_cannot_be_read_for_a_while_costs_nothing_and_one_that_never_can_is_kept() {
    for (calls, lost) in [(2, 0), (u64::MAX, 4)] {
        let (rig, image, writer) = of_four_that_cannot_be_read(calls, Fault::Broken).await;
        until("all have their verdict", || writer.stats().pending == 0).await;
        // What is settled is read again, before anything goes that it is about.
        image.heal();
        let report = writer.close(PATIENCE).await;
        assert_eq!((report.stored, report.stats.dropped_spool_io), (4 - lost, lost), "{report:?}");
        let aside = image.contents().into_keys().any(|name| name.ends_with(".corrupt"));
        assert_eq!(aside, lost > 0, "what could not be read is kept");
        until("it is told", || rig.told.lock().unwrap().iter().map(|(_, lines)| lines).sum::<u64>() == lost)
            .await;
    }
}

/// It says nothing of the files, however long it lasts.
#[tokio::test]
async fn a_want_of_memory_is_waited_out() {
    let (_rig, image, writer) = of_four_that_cannot_be_read(u64::MAX, Fault::NoMemory).await;
    // longer than a broken file is tried
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!((writer.stats().pending, writer.stats().dropped), (4, 0));
    image.heal();
    until("all have their verdict", || writer.stats().pending == 0).await;
    let report = writer.close(PATIENCE).await;
    assert_eq!((report.stored, report.dropped), (4, 0), "{report:?}");
}

#[tokio::test]
async fn a_destination_for_whose_names_no_frame_has_room_is_refused() {
    let rig = Rig::new();
    let writer = rig.open(settings(), single());
    let error = writer.to("b".repeat(70_000)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("too large for the spool"), "{error}");
    writer.to("b".repeat(60_000)).unwrap().write(&line(0)).await.unwrap();
    assert_eq!(writer.close(PATIENCE).await.stored, 1);
}

#[tokio::test]
async fn a_line_for_which_the_files_have_no_room_is_refused() {
    let rig = Rig::new();
    let writer = rig.open(settings().max_bytes(64 * 1024), single());
    let long = |bytes: usize| format!("m v=0,text=\"{}\" 1", "0".repeat(bytes));
    let error = writer.write(&long(17_000)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("the spool's max_bytes"), "{error}");
    rig.down(true);
    let receipt = writer.write_receipt(&long(16_000)).await.unwrap();
    receipt.durable().await.unwrap();
    rig.down(false);
    let report = writer.close(Duration::from_secs(60)).await;
    assert_eq!((report.stored, report.stats.refused_invalid), (1, 1));
}

#[tokio::test]
async fn files_that_are_full_again_and_again_lose_nothing() {
    const MAX: u64 = 64 * 1024;
    let rig = Rig::new();
    let writer = rig.open(settings().max_bytes(MAX), single().queue_bytes(8 * 64 * 1024));
    // a round is ten times what the files may have
    let long = |number: usize| format!("m v={number},text=\"{}\" 1", "0".repeat(2_000 + number * 37 % 3_000));
    for round in 0..4 {
        rig.down(true);
        let before = writer.stats().spool_errors;
        let written = async {
            for number in round * 200..round * 200 + 200 {
                writer.write(&long(number)).await.unwrap();
            }
        };
        let back = async {
            until("the files are full", || writer.stats().spool_errors > before).await;
            assert!(writer.stats().spool_bytes > MAX / 2, "{:?}", writer.stats());
            rig.down(false);
        };
        tokio::join!(written, back);
    }
    let report = writer.close(PATIENCE).await;
    assert!(report.is_stored() && report.stats.is_balanced(), "{report:?}");
    assert_eq!(rig.stored(), (0..800).collect::<Vec<_>>());
    assert!(report.stats.spool_bytes <= MAX, "{report:?}");
}
