//! What reading rows of JSON asks for: nothing for a row, in one piece or in chunks.

use influx_core::Dialect;
use influx_core::query::{Cursor, Language, Query};
use influx_tests::canned::Canned;

use crate::CALLS;
use crate::query::{Load, runtime};

/// Reads all rows, and counts the calls to the allocator behind the first of them, up to the last but one.
async fn calls<L: Language>(query: Query<L>, rows: u64) -> influx_core::Result<u64> {
    const FIRST: u64 = 10;
    let mut cursor: Cursor = query.cursor().await?;
    let (mut read, mut before, mut after) = (0, 0, 0);
    while let Some(row) = cursor.next_as::<Load<'_>>().await? {
        row.check();
        read += 1;
        if read == FIRST {
            before = CALLS.get();
        }
        after = if read < rows { CALLS.get() } else { after };
    }
    assert_eq!(read, rows);
    Ok(after - before)
}

#[test]
fn rows_of_series_ask_for_nothing() -> influx_core::Result<()> {
    let row = r#"[1700000000123456789,"web \"1\"",0.30000000000000004,-9223372036854775808],[1700000001000000000,"größe",12,7]"#;
    let rows = vec![row; 500].join(",");
    let body = format!(
        r#"{{"results":[{{"series":[{{"name":"m","columns":["time","host","load","count"],"values":[{rows}]}}]}}]}}"#
    );
    runtime().unwrap().block_on(async {
        let (client, _) = Canned::whole(body).client()?;
        assert_eq!(calls(client.influxql("q").dialect(Dialect::V1), 1_000).await?, 0);
        Ok(())
    })
}

#[test]
fn rows_of_lines_ask_for_nothing_even_where_keys_are_missing() -> influx_core::Result<()> {
    let body = concat!(
        r#"{"time":"2023-11-14T22:13:20.123456789","host":"web \"1\"","load":0.30000000000000004,"count":-9223372036854775808,"lost":null}"#,
        "\n",
        r#"{"time":"2023-11-14T22:13:21","host":"größe","load":12.0,"count":7}"#,
        "\n"
    );
    runtime().unwrap().block_on(async {
        let (client, _) = Canned::whole(body.repeat(500)).client()?;
        assert_eq!(calls(client.sql("q").database("d"), 1_000).await?, 0);
        Ok(())
    })
}
