//! Rows of InfluxQL as 1.x has it, and of the administration of 1.x, which is statements in it.
//!
//! 2.x is asked in the same way, by a form. Its server takes what that of 1.x does, but its contracts have the query in
//! the URL alone, so that they are no judge of it.

use std::num::NonZeroU32;
use std::time::Duration;

use influx_core::api::v1::{NewDatabase, NewRetentionPolicy, Privilege, RetentionPolicyUpdate};
use influx_core::query::{FromRow, InfluxQl, Query, RowError, RowReader, Wanted};
use influx_core::{Client, ClientBuilder, Dialect, Precision};

use super::query::{forms, rows};
use super::table::{Row, V1, run};

const OTHER: &str = "the example answers another statement";
pub(super) const NO_CSV: &str = "the mock answers JSON to who asks for CSV";
pub(super) const JSON: &str = "the answer is JSON and not CSV";
const DAY: Duration = Duration::from_secs(86_400);

pub(super) const FORMS: &[Row] =
    forms!("InfluxQl", V1, "PostQuery", influxql, Field, basic, csv: NO_CSV, JSON);

pub(super) const ROWS: &[Row] = &[
    Row::new("Client::influxql", V1, &["PostQuery"], |client| {
        let query = client.influxql("SELECT * FROM m WHERE a = $a").database("d").retention_policy("rp");
        let query = query.param("a", "it's").epoch(Precision::Seconds).dialect(Dialect::V1);
        rows(query.chunked(NonZeroU32::MIN).records())
    })
    .with(basic),
    Row::new("v1::Databases::list", V1, &["PostQuery"], |client| run(client.v1().databases().list()))
        .with(basic)
        .undecodable(OTHER, "no column \"name\""),
    Row::new("v1::Databases::create", V1, &["PostQuery"], |client| {
        let database = NewDatabase::new("d").duration(DAY).shard_duration(DAY).replication(1);
        run(client.v1().databases().create(database.retention_policy("rp")))
    })
    .with(basic),
    Row::new("v1::Databases::delete", V1, &["PostQuery"], |client| run(client.v1().databases().delete("d")))
        .with(basic),
    Row::new("v1::RetentionPolicies::list", V1, &["PostQuery"], |client| {
        run(client.v1().retention_policies("d").list())
    })
    .with(basic)
    .undecodable(OTHER, "column \"name\""),
    Row::new("v1::RetentionPolicies::create", V1, &["PostQuery"], |client| {
        let policy = NewRetentionPolicy::new("rp").duration(DAY).make_default();
        run(client.v1().retention_policies("d").create(policy))
    })
    .with(basic),
    Row::new("v1::RetentionPolicies::update", V1, &["PostQuery"], |client| {
        run(client.v1().retention_policies("d").update("rp", RetentionPolicyUpdate::new().forever()))
    })
    .with(basic),
    Row::new("v1::RetentionPolicies::delete", V1, &["PostQuery"], |client| {
        run(client.v1().retention_policies("d").delete("rp"))
    })
    .with(basic),
    Row::new("v1::DatabaseSchema::measurements", V1, &["PostQuery"], |client| {
        run(client.v1().schema("d").measurements())
    })
    .with(basic)
    .undecodable(OTHER, "no column \"name\""),
    Row::new("v1::DatabaseSchema::series", V1, &["PostQuery"], |client| {
        run(client.v1().schema("d").series("m"))
    })
    .with(basic)
    .undecodable(OTHER, "no column \"key\""),
    Row::new("v1::DatabaseSchema::tag_keys", V1, &["PostQuery"], |client| {
        run(client.v1().schema("d").tag_keys("m"))
    })
    .with(basic)
    .undecodable(OTHER, "no column \"tagKey\""),
    Row::new("v1::DatabaseSchema::tag_values", V1, &["PostQuery"], |client| {
        run(client.v1().schema("d").tag_values("m", "host"))
    })
    .with(basic)
    .undecodable(OTHER, "no column \"value\""),
    Row::new("v1::DatabaseSchema::field_keys", V1, &["PostQuery"], |client| {
        run(client.v1().schema("d").field_keys("m"))
    })
    .with(basic)
    .undecodable(OTHER, "column \"fieldKey\""),
    Row::new("v1::Users::list", V1, &["PostQuery"], |client| run(client.v1().users().list()))
        .with(basic)
        .undecodable(OTHER, "column \"user\""),
    Row::new("v1::Users::create", V1, &["PostQuery"], |client| {
        run(client.v1().users().create("me", "pa55word"))
    })
    .with(basic),
    Row::new("v1::Users::create_admin", V1, &["PostQuery"], |client| {
        run(client.v1().users().create_admin("me", "pa55word"))
    })
    .with(basic),
    Row::new("v1::Users::set_password", V1, &["PostQuery"], |client| {
        run(client.v1().users().set_password("me", "pa55word"))
    })
    .with(basic),
    Row::new("v1::Users::delete", V1, &["PostQuery"], |client| run(client.v1().users().delete("me")))
        .with(basic),
    Row::new("v1::Users::grants", V1, &["PostQuery"], |client| run(client.v1().users().grants("me")))
        .with(basic)
        .undecodable(OTHER, "column \"database\""),
    Row::new("v1::Users::grant", V1, &["PostQuery"], |client| {
        run(client.v1().users().grant("me", "d", Privilege::Read))
    })
    .with(basic),
    Row::new("v1::Users::revoke", V1, &["PostQuery"], |client| {
        run(client.v1().users().revoke("me", "d", Privilege::All))
    })
    .with(basic),
    Row::new("v1::Users::grant_admin", V1, &["PostQuery"], |client| {
        run(client.v1().users().grant_admin("me"))
    })
    .with(basic),
    Row::new("v1::Users::revoke_admin", V1, &["PostQuery"], |client| {
        run(client.v1().users().revoke_admin("me"))
    })
    .with(basic),
];

/// By user and password: 1.x has no tokens.
pub(super) fn basic(builder: ClientBuilder) -> ClientBuilder {
    builder.basic("me", "pa55word").dialect(Dialect::V1)
}

fn influxql(client: Client) -> Query<InfluxQl> {
    client.influxql("SELECT * FROM mymeas").database("d")
}

/// A field of the example.
struct Field;

impl FromRow<'_> for Field {
    fn columns(wanted: &mut Wanted) {
        wanted.field("myfield");
    }

    fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
        row.next::<f64>().map(|_| Self)
    }
}
