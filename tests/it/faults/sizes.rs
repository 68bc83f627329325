//! Servers that take bodies of a certain size only.

use influx_core::Dialect;
use influx_core::http::Gzip;
use influx_core::testing::TestServer;

use super::record::{noise, row};
use super::run::{Run, client, options, server};
use super::single::single;

fn too_large(server: &TestServer) -> usize {
    server.requests().iter().filter(|request| request.status == 413).count()
}

#[tokio::test]
async fn a_size_is_learned_and_only_a_line_that_is_too_large_is_rejected() {
    let server = server("2.7.0");
    let client = client(&server.url(), Dialect::V2).build().unwrap();
    let mut run = Run::with(client, Dialect::V2, options().batch_size(1_000));
    for (limit, rows) in [(1 << 17, 0..1_000), (10_000, 1_000..2_000)] {
        server.set_max_body(limit);
        let before = too_large(&server);
        run.write(rows.clone().map(|number| noise(number, 200))).await;
        run.flush().await;
        assert!(too_large(&server) > before, "the limit of {limit} is no limit");
        let before = too_large(&server);
        run.write(rows.map(|number| noise(number + 10_000, 200))).await;
        run.flush().await;
        assert_eq!(too_large(&server), before, "the size was not learned");
    }
    run.write([row(50_000), noise(50_001, 20_000), row(50_002)]).await;
    let account = run.finish(&server).await;
    let rejected: Vec<_> = account.rejected().iter().map(|(number, _)| *number).collect();
    assert_eq!((rejected, account.stored().len()), (vec![50_001], 4_002));
}

/// 1.x counts what is on the wire, the others what it inflates to.
#[tokio::test]
async fn any_way_to_count_a_size_comes_to_an_end() {
    for (version, dialect) in [("1.6.7", Dialect::V1), ("2.7.0", Dialect::V2), ("3.1.0", Dialect::V3)] {
        for gzip in [Gzip::threshold(0), Gzip::off()] {
            let server = server(version);
            server.set_max_body(3_000);
            let client = client(&server.url(), dialect).gzip(gzip).build().unwrap();
            let mut run = Run::with(client.clone(), dialect, options().batch_size(200));
            let records: Vec<_> = (0..400).map(|number| noise(number, 100)).collect();
            run.write(records.iter().cloned()).await;
            run.finish(&server).await.all_stored();
            let before = too_large(&server);
            assert!(before > 0, "{version}: the limit is no limit");
            single(&server, &client, dialect, &records).await.all_stored();
            assert!(too_large(&server) > before, "{version}: the limit is no limit");
        }
    }
}
