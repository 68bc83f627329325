//! Rows of queries: every form of answer in every language.

use influx_core::Client;
use influx_core::http::Call;
use influx_core::query::{
    Binding, Flux, FromRow, Invocation, Profiler, Query, RowError, RowReader, Rows, Wanted,
};

use super::table::{CLOUD, ID, OSS, Row, Running, V2, all, run, usual};

/// All forms of a language's answer: its name, contracts, operation, a function that asks, what a row is read into, how
/// the client is set up, and which of the forms cannot read the example.
macro_rules! forms {
    ($of:literal, $specs:expr, $operation:literal, $ask:path, $row:ty, $setup:path
     $(, rows: $no_rows:expr, $rows_say:expr)? $(, csv: $no_csv:expr, $csv_says:expr)?) => {
        &[
            Row::new(concat!("Query<", $of, ">::cursor"), $specs, &[$operation], |client| {
                Box::pin(async move {
                    let mut cursor = $ask(client).cursor().await?;
                    while cursor.next().await?.is_some() {}
                    Ok(())
                })
            })
            .with($setup),
            Row::new(concat!("Query<", $of, ">::records"), $specs, &[$operation], |client| {
                $crate::contract::query::rows($ask(client).records())
            })
            .with($setup),
            Row::new(concat!("Query<", $of, ">::rows"), $specs, &[$operation], |client| {
                $crate::contract::query::rows($ask(client).rows::<$row>())
            })
            .with($setup)
            $(.undecodable($no_rows, $rows_say))?,
            Row::new(concat!("Query<", $of, ">::deserialize"), $specs, &[$operation], |client| {
                $crate::contract::query::rows(
                    $ask(client).deserialize::<std::collections::BTreeMap<String, serde_json::Value>>(),
                )
            })
            .with($setup),
            Row::new(concat!("Query<", $of, ">::tables"), $specs, &[$operation], |client| {
                $crate::contract::table::run($ask(client).tables())
            })
            .with($setup),
            Row::new(concat!("Query<", $of, ">::json"), $specs, &[$operation], |client| {
                $crate::contract::table::run($ask(client).json())
            })
            .with($setup),
            Row::new(concat!("Query<", $of, ">::csv"), $specs, &[$operation], |client| {
                $crate::contract::query::rows($ask(client).csv())
            })
            .with($setup)
            $(.undecodable($no_csv, $csv_says))?,
            Row::new(concat!("Query<", $of, ">::raw"), $specs, &[$operation], |client| {
                Box::pin(async move {
                    $ask(client).raw().await?.bytes().await?;
                    Ok(())
                })
            })
            .with($setup),
        ]
    };
}
pub(super) use forms;

pub(super) const FLUX: &[Row] = forms!("Flux", V2, "PostQuery", flux, Host, usual);
pub(super) const SCRIPT: &[Row] = forms!("Invocation", CLOUD, "PostScriptsIDInvoke", invocation, Host, usual);

pub(super) const OTHERS: &[Row] = &[
    Row::new("Client::query", CLOUD, &["PostQuery"], |client| {
        let query = client.query("from(bucket: params.b)").binding(Binding::Params).param("b", "x");
        rows(query.csv())
    }),
    Row::new("Client::query", OSS, &["PostQuery"], |client| {
        let query = client.query("from(bucket: b)").param("b", "x").param("n", 1).org("other");
        rows(query.now(influx_core::Nanos(1)).profilers([Profiler::Query]).csv())
    }),
    Row::new("Api<Script>::invoke", CLOUD, &["PostScriptsIDInvoke"], |client| {
        run(client.scripts().invoke(ID).tables())
    }),
    Row::new("Cursor::next", CLOUD, &["PostScriptsIDInvoke"], |client| {
        Box::pin(async move {
            let mut cursor = client.scripts().invoke(ID).cursor().await?;
            while cursor.next().await?.is_some() {}
            Ok(())
        })
    }),
    Row::new("Cursor::next_as", CLOUD, &["PostScriptsIDInvoke"], |client| {
        Box::pin(async move {
            let mut cursor = client.scripts().invoke(ID).cursor().await?;
            while cursor.next_as::<Host>().await?.is_some() {}
            Ok(())
        })
    }),
    Row::new("Rows<T>::next", CLOUD, &["PostScriptsIDInvoke"], |client| {
        Box::pin(async move {
            let mut rows = client.scripts().invoke(ID).records().await?;
            while rows.next().await?.is_some() {}
            Ok(())
        })
    }),
    Row::new("Rows<T>::collect", CLOUD, &["PostScriptsIDInvoke"], |client| {
        rows(client.scripts().invoke(ID).records())
    }),
];

fn flux(client: Client) -> Query<Flux> {
    client.query("from(bucket: \"b\") |> range(start: -1h)")
}

fn invocation(client: Client) -> Query<Invocation> {
    client.scripts().invoke(ID).param("bucket", "b").param("limit", 5)
}

/// What both examples have.
struct Host;

impl FromRow<'_> for Host {
    fn columns(wanted: &mut Wanted) {
        wanted.tag("host");
    }

    fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
        row.next::<String>().map(|_| Self)
    }
}

/// Reads all rows, of which there must be some.
pub(super) fn rows<T: Send + 'static>(call: Call<Rows<T>>) -> Running {
    all(async { call.await?.collect().await })
}
