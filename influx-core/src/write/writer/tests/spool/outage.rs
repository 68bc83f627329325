//! The server is away: records wait in the files.

use super::*;

#[tokio::test]
async fn records_of_an_outage_are_stored_after_it_in_their_order_and_once() {
    for when in [SpoolUse::Always, SpoolUse::WhenFull] {
        let rig = Rig::new();
        let writer = rig.open(settings().when(when), single().queue_bytes(8 * 64 * 1024));
        write(&writer, 0..5).await;
        rig.down(true);
        write(&writer, 5..200).await;
        until("everything is in the files", || writer.stats().bytes_reserved <= 5 * 64 * 1024).await;
        let stats = writer.stats();
        all_balanced(&stats);
        assert!(stats.spooled > 180 && stats.spool_bytes > 0, "{stats:?}");
        rig.down(false);
        assert!(writer.flush(PATIENCE).await.is_stored(), "{when:?}");
        write(&writer, 200..210).await;
        let report = writer.close(PATIENCE).await;
        assert!(report.is_stored() && report.stats.is_balanced(), "{report:?}");
        assert_eq!(rig.stored(), (0..210).collect::<Vec<_>>(), "{when:?}");
        assert_eq!(report.stats.bytes_reserved, 0);
        let segments = rig.disk.contents().into_keys().filter(|name| name.starts_with("seg")).count();
        assert_eq!(segments, 0, "what is stored is not kept");
    }
}

#[tokio::test]
async fn an_outage_of_many_small_batches_takes_no_memory_for_each() {
    let rig = Rig::new();
    let writer = rig.open(settings(), single().queue_bytes(64 * 64 * 1024));
    rig.down(true);
    write(&writer, 0..1_000).await;
    let route = &writer.route;
    let entries = route.lock().unsettled.entries();
    assert!(entries < 40, "{entries} entries for 1,000 batches");
    rig.down(false);
    let report = writer.close(PATIENCE).await;
    assert!(report.is_stored(), "{report:?}");
    assert_eq!(rig.stored(), (0..1_000).collect::<Vec<_>>());
}

/// Batches that have their verdict need no place, whatever stands before them.
#[tokio::test]
async fn a_batch_that_waits_keeps_none_that_is_through() {
    let rig = Rig::new();
    let writer = rig.open(settings().when(SpoolUse::WhenFull), single());
    let other = writer.to("other").unwrap();
    rig.block(&["b"]);
    writer.write(&line(0)).await.unwrap();
    for number in 1..200 {
        other.write(&line(number)).await.unwrap();
    }
    until("the others are through", || other.destination_stats().stored == 199).await;
    assert_eq!(writer.engine().spool.as_ref().unwrap().jobs(), 1);
    rig.block(&[]);
    assert!(writer.close(Duration::from_secs(60)).await.is_stored());
}

#[tokio::test]
async fn a_blocked_destination_holds_up_no_other() {
    let rig = Rig::new();
    let writer = rig.open(settings(), single().queue_bytes(4 * 64 * 1024));
    let other = writer.to("other").unwrap();
    rig.block(&["b"]);
    for number in 0..100 {
        writer.write(&line(number)).await.unwrap();
        other.write(&line(1000 + number)).await.unwrap();
    }
    until("the other is through", || other.destination_stats().stored == 100).await;
    assert_eq!(writer.destination_stats().pending, 100);
    let report = writer.flush(PATIENCE).await;
    assert!(report.blocked.is_some() && report.pending > 0);
    rig.block(&[]);
    assert!(writer.close(PATIENCE).await.is_stored());
    let (others, ours): (Vec<_>, Vec<_>) = rig.stored().into_iter().partition(|number| *number >= 1000);
    assert_eq!((ours, others), ((0..100).collect(), (1000..1100).collect()));
}

#[tokio::test]
async fn bad_lines_are_rejected_and_the_files_forget_them() {
    let rig = Rig::new();
    let writer = rig.open(settings(), WriteOptions::new().batch_size(4).queue_bytes(4 * 64 * 1024));
    rig.down(true);
    for number in 0..40 {
        let text = if number % 4 == 1 { format!("m bad={number} 1") } else { line(number) };
        writer.write(&text).await.unwrap();
    }
    rig.down(false);
    let report = writer.close(PATIENCE).await;
    assert_eq!((report.stored, report.rejected, report.pending), (30, 10, 0), "{report:?}");
    let again = rig.open(settings(), single());
    assert_eq!(again.stats().recovered, 0);
    assert!(again.close(PATIENCE).await.is_stored());
}

#[tokio::test]
async fn limits_hold_only_if_they_were_set() {
    let brief = Duration::from_millis(100);
    let once = WriteOptions::synchronous;
    let cases = [
        ("none", settings(), once(), None),
        ("none, of more attempts", settings(), single(), None),
        ("the age in the spool", settings().max_age(brief), once(), Some(DropReason::Expired)),
        ("the age", settings(), once().max_age(brief), Some(DropReason::Expired)),
        ("the retries", settings(), once().max_retries(7), Some(DropReason::RetriesExhausted)),
        ("their time", settings(), once().max_retry_time(brief), Some(DropReason::RetriesExhausted)),
    ];
    for (name, spool, options, end) in cases {
        // in memory, and read from the files
        for earlier in [false, true] {
            let busy = Arc::new(AtomicBool::new(true));
            let is_busy = Arc::clone(&busy);
            let server = Memory::new(move |_, _| match is_busy.load(Ordering::SeqCst) {
                true => again(Progress::Postponed, None),
                false => Outcome::Stored,
            });
            let rig = Rig { server, ..Rig::new() };
            if earlier {
                let writer = rig.open(settings(), single());
                write(&writer, 0..1).await;
                assert_eq!(writer.close(Duration::ZERO).await.pending, 1);
            }
            let (began, before) = (Instant::now(), rig.server.requests().len());
            let writer = rig.open(spool.clone(), options.clone());
            if !earlier {
                write(&writer, 0..1).await;
            }
            match end {
                Some(reason) => {
                    until(name, || *rig.told.lock().unwrap() == [(reason, 1)]).await;
                    if name == "the retries" {
                        assert_eq!(rig.server.requests().len() - before, 8);
                    }
                }
                // more often than any preset, and longer than what was set elsewhere
                None => {
                    let tried = || rig.server.requests().len() - before;
                    until(name, || tried() > 20 && began.elapsed() > 2 * brief).await;
                }
            }
            busy.store(false, Ordering::SeqCst);
            let report = writer.close(PATIENCE).await;
            let dropped = u64::from(end.is_some());
            assert_eq!((report.stored, report.dropped, report.pending), (1 - dropped, dropped, 0), "{name}");
            assert_eq!(rig.open(settings(), single()).stats().recovered, 0, "{name}");
        }
    }
}
