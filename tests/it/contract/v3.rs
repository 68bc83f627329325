//! Rows of SQL and InfluxQL as 3.x has them, and of the administration of 3.x.

use std::time::Duration;

use influx_core::api::v3::{
    DatabaseUpdate, HardDelete, NewDatabase, NewDistinctCache, NewLastCache, NewTable,
};
use influx_core::http::{ByteStream, Call};
use influx_core::query::{FromRow, InfluxQl, Query, RowError, RowReader, Sql, Wanted};
use influx_core::{Client, ClientBuilder, Described, Dialect, Epoch, Precision};

use super::admin::Cpu;
use super::query::{forms, rows};
use super::table::{Row, Running, TOKEN, V3, run};
use super::v1::{JSON, NO_CSV};

const SERIES: &str = "the example is what 1.x answers, and no lines of JSON";
const ONLY: &str = "no such column, only [\"results\"]";
const DAY: Duration = Duration::from_secs(86_400);

pub(super) const SQL: &[Row] = forms!(
    "Sql", V3, "PostExecuteQuerySQL", sql, Field, token,
    rows: SERIES, ONLY, csv: NO_CSV, JSON
);
pub(super) const INFLUXQL: &[Row] = forms!(
    "InfluxQl", V3, "PostExecuteQueryInfluxQL", influxql, Field, token,
    rows: SERIES, ONLY, csv: NO_CSV, JSON
);

pub(super) const ROWS: &[Row] = &[
    Row::new("Client::sql", V3, &["PostExecuteQuerySQL"], |client| {
        rows(client.sql("SELECT * FROM m WHERE a = $a").database("d").param("a", "it's").records())
    })
    .with(token),
    Row::new("Client::influxql", V3, &["PostExecuteQueryInfluxQL"], |client| {
        let query = client.influxql("SELECT * FROM m WHERE a = $a").database("d").param("a", 1.5);
        rows(query.dialect(Dialect::V3).records())
    })
    .with(token),
    Row::new("Query<Sql>::parquet", V3, &["PostExecuteQuerySQL"], |client| file(sql(client).parquet()))
        .with(token),
    Row::new("Query<InfluxQl>::parquet", V3, &["PostExecuteQueryInfluxQL"], |client| {
        file(influxql(client).parquet())
    })
    .with(token),
    Row::new("v3::Databases::list", V3, &["GetConfigureDatabase"], |client| {
        run(client.v3().databases().list())
    })
    .with(token),
    Row::new("v3::Databases::list_with_deleted", V3, &["GetConfigureDatabase"], |client| {
        run(client.v3().databases().list_with_deleted())
    })
    .with(token),
    Row::new("v3::Databases::create", V3, &["PostConfigureDatabase"], |client| {
        run(client.v3().databases().create(NewDatabase::new("d").retention(DAY)))
    })
    .with(token),
    Row::new("v3::Databases::update", V3, &["PutConfigureDatabase"], |client| {
        run(client.v3().databases().update("d", DatabaseUpdate::Retention(DAY)))
    })
    .with(token),
    Row::new("v3::Databases::update", V3, &["DeleteDatabaseRetentionPeriod"], |client| {
        run(client.v3().databases().update("d", DatabaseUpdate::Forever))
    })
    .with(token),
    Row::new("v3::Databases::delete", V3, &["DeleteConfigureDatabase"], |client| {
        run(client.v3().databases().delete("d"))
    })
    .with(token),
    Row::new("v3::Databases::delete_hard", V3, &["DeleteConfigureDatabase"], |client| {
        run(client.v3().databases().delete_hard("d", HardDelete::Now))
    })
    .with(token),
    Row::new("v3::Databases::delete_data", V3, &["DeleteConfigureDatabase"], |client| {
        run(client.v3().databases().delete_data("d"))
    })
    .with(token),
    Row::new("v3::Databases::delete_tables", V3, &["DeleteConfigureDatabase"], |client| {
        run(client.v3().databases().delete_tables("d"))
    })
    .with(token),
    Row::new("v3::Tables::list", V3, &["PostExecuteQuerySQL"], |client| run(client.v3().tables("d").list()))
        .with(token)
        .undecodable(SERIES, ONLY),
    Row::new("v3::Tables::create", V3, &["PostConfigureTable"], |client| {
        run(client.v3().tables("d").create(NewTable::named("cpu", Cpu::SCHEMA).retention(DAY)))
    })
    .with(token),
    Row::new("v3::Tables::create_for", V3, &["PostConfigureTable"], |client| {
        run(client.v3().tables("d").create_for::<Cpu>())
    })
    .with(token),
    Row::new("v3::Tables::compare", V3, &["PostExecuteQuerySQL"], |client| {
        run(client.v3().tables("d").compare::<Cpu>())
    })
    .with(token)
    .undecodable(SERIES, ONLY),
    Row::new("v3::Tables::compare_named", V3, &["PostExecuteQuerySQL"], |client| {
        run(client.v3().tables("d").compare_named("cpu", Cpu::SCHEMA))
    })
    .with(token)
    .undecodable(SERIES, ONLY),
    Row::new("v3::Tables::delete", V3, &["DeleteConfigureTable"], |client| {
        run(client.v3().tables("d").delete("cpu"))
    })
    .with(token),
    Row::new("v3::Tables::delete_hard", V3, &["DeleteConfigureTable"], |client| {
        let moment = Epoch::from_ticks(1_700_000_000, Precision::Seconds);
        run(client.v3().tables("d").delete_hard("cpu", HardDelete::At(moment)))
    })
    .with(token),
    Row::new("v3::Tables::delete_data", V3, &["DeleteConfigureTable"], |client| {
        run(client.v3().tables("d").delete_data("cpu"))
    })
    .with(token),
    Row::new("v3::LastCaches::create", V3, &["PostConfigureLastCache"], |client| {
        let cache = NewLastCache::new("cpu").name("c").key_columns(["host"]).value_columns(["usage"]);
        run(client.v3().last_caches("d").create(cache.count(5).ttl(DAY)))
    })
    .with(token),
    Row::new("v3::LastCaches::delete", V3, &["DeleteConfigureLastCache"], |client| {
        run(client.v3().last_caches("d").delete("cpu", "c"))
    })
    .with(token),
    Row::new("v3::DistinctCaches::create", V3, &["PostConfigureDistinctCache"], |client| {
        let cache = NewDistinctCache::new("cpu", ["host"]).name("c").max_cardinality(5).max_age(DAY);
        run(client.v3().distinct_caches("d").create(cache))
    })
    .with(token),
    Row::new("v3::DistinctCaches::delete", V3, &["DeleteConfigureDistinctCache"], |client| {
        run(client.v3().distinct_caches("d").delete("cpu", "c"))
    })
    .with(token),
    Row::new("v3::Tokens::create_admin", V3, &["PostCreateAdminToken"], |client| {
        run(client.v3().tokens().create_admin())
    })
    .with(token),
    Row::new("v3::Tokens::create_named_admin", V3, &["PostCreateNamedAdminToken"], |client| {
        run(client.v3().tokens().create_named_admin("t", Some(DAY)))
    })
    .with(token),
    Row::new("v3::Tokens::regenerate_admin", V3, &["PostRegenerateAdminToken"], |client| {
        run(client.v3().tokens().regenerate_admin())
    })
    .with(token),
    Row::new("v3::Tokens::delete", V3, &["DeleteToken"], |client| run(client.v3().tokens().delete("t")))
        .with(token),
];

/// Without an organisation: there are none.
fn token(builder: ClientBuilder) -> ClientBuilder {
    builder.token(TOKEN).dialect(Dialect::V3)
}

fn sql(client: Client) -> Query<Sql> {
    client.sql("SELECT * FROM mytable").database("d")
}

fn influxql(client: Client) -> Query<InfluxQl> {
    client.influxql("SELECT * FROM mytable").database("d")
}

/// Reads all of a file.
fn file(call: Call<ByteStream>) -> Running {
    Box::pin(async {
        call.await?.bytes().await?;
        Ok(())
    })
}

/// A column of the example.
struct Field;

impl FromRow<'_> for Field {
    fn columns(wanted: &mut Wanted) {
        wanted.field("value");
    }

    fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
        row.next::<i64>().map(|_| Self)
    }
}
