use super::super::fixture::Fixture;
use super::*;
use crate::ErrorKind;
use crate::line::{Described, DescribedVariants, Epoch, Member, Role, Schema, ValueType};

type MakesCall = Box<dyn FnOnce(&V3) -> Call<()>>;

/// What a call sends.
async fn asked(call: impl FnOnce(&V3) -> Call<()>) -> String {
    let (client, server) = Fixture::new(200, "");
    call(&client.v3()).await.unwrap();
    server.asked()
}

const SCHEMA: &Schema = &Schema::new(
    Some("cpu"),
    &[
        Member::tag("host"),
        Member::field("usage", ValueType::Float),
        Member::field("count", ValueType::Integer),
        Member::field("size", ValueType::Unsigned),
        Member::field("on", ValueType::Boolean),
        Member::field("text", ValueType::String),
        Member::time("at"),
    ],
);

struct Cpu;
struct Nameless;

impl DescribedVariants for Cpu {
    const SCHEMAS: &'static [&'static Schema] = &[SCHEMA];
}

impl Described for Cpu {
    const SCHEMA: &'static Schema = SCHEMA;
}

impl DescribedVariants for Nameless {
    const SCHEMAS: &'static [&'static Schema] = &[Self::SCHEMA];
}

impl Described for Nameless {
    const SCHEMA: &'static Schema = &Schema::new(None, &[]);
}

#[tokio::test]
async fn every_call_is_as_the_contract_has_it() {
    let week = Duration::from_secs(604_800);
    let at = HardDelete::At(Epoch::from_parts(1_700_000_000, 0));
    let table: [(MakesCall, &str); 21] = [
        (Box::new(|v3| v3.databases().create("d")), r#"POST /api/v3/configure/database {"db":"d"}"#),
        (
            Box::new(move |v3| v3.databases().create(NewDatabase::new("d").retention(week))),
            r#"POST /api/v3/configure/database {"db":"d","retention_period":"604800s"}"#,
        ),
        (
            Box::new(move |v3| {
                v3.databases().update("d", DatabaseUpdate::Retention(Duration::from_millis(1_500)))
            }),
            r#"PUT /api/v3/configure/database {"db":"d","retention_period":"1s 500000000ns"}"#,
        ),
        (
            Box::new(|v3| v3.databases().update("d", DatabaseUpdate::Forever)),
            "DELETE /api/v3/configure/database/retention_period?db=d",
        ),
        (Box::new(|v3| v3.databases().delete("a&b")), "DELETE /api/v3/configure/database?db=a%26b"),
        (
            Box::new(|v3| v3.databases().delete_hard("d", HardDelete::Now)),
            "DELETE /api/v3/configure/database?db=d&hard_delete_at=now",
        ),
        (
            Box::new(move |v3| v3.databases().delete_hard("d", at)),
            "DELETE /api/v3/configure/database?db=d&hard_delete_at=2023-11-14T22%3A13%3A20Z",
        ),
        (
            Box::new(|v3| v3.databases().delete_data("d")),
            "DELETE /api/v3/configure/database?db=d&data_only=true",
        ),
        (
            Box::new(|v3| v3.databases().delete_tables("d")),
            "DELETE /api/v3/configure/database?db=d&data_only=true&remove_tables=true",
        ),
        (
            Box::new(move |v3| v3.tables("d").create(NewTable::named("cpu", SCHEMA).retention(week))),
            r#"POST /api/v3/configure/table {"db":"d","table":"cpu","tags":["host"],"fields":[{"name":"usage","type":"float64"},{"name":"count","type":"int64"},{"name":"size","type":"uint64"},{"name":"on","type":"bool"},{"name":"text","type":"utf8"}],"retention_period":"604800s"}"#,
        ),
        (
            Box::new(|v3| v3.tables("d").create_for::<Cpu>()),
            r#"POST /api/v3/configure/table {"db":"d","table":"cpu","tags":["host"],"fields":[{"name":"usage","type":"float64"},{"name":"count","type":"int64"},{"name":"size","type":"uint64"},{"name":"on","type":"bool"},{"name":"text","type":"utf8"}]}"#,
        ),
        (
            Box::new(|v3| v3.tables("d").create(NewTable::new("t").tag("x"))),
            r#"POST /api/v3/configure/table {"db":"d","table":"t","tags":["x"],"fields":[]}"#,
        ),
        (Box::new(|v3| v3.tables("d").delete("t")), "DELETE /api/v3/configure/table?db=d&table=t"),
        (
            Box::new(|v3| v3.tables("d").delete_hard("t", HardDelete::Default)),
            "DELETE /api/v3/configure/table?db=d&table=t&hard_delete_at=default",
        ),
        (
            Box::new(|v3| v3.tables("d").delete_data("t")),
            "DELETE /api/v3/configure/table?db=d&table=t&data_only=true",
        ),
        (Box::new(|v3| v3.tokens().delete("a b")), "DELETE /api/v3/configure/token?token_name=a%20b"),
        (
            Box::new(|v3| v3.last_caches("d").create(NewLastCache::new("t"))),
            r#"POST /api/v3/configure/last_cache {"db":"d","table":"t"}"#,
        ),
        (
            Box::new(|v3| {
                let cache = NewLastCache::new("t").name("n").key_columns(["k"]).value_columns(["v", "w"]);
                v3.last_caches("d").create(cache.count(3).ttl(Duration::from_millis(60_001)))
            }),
            r#"POST /api/v3/configure/last_cache {"db":"d","table":"t","name":"n","key_columns":["k"],"value_columns":["v","w"],"count":3,"ttl":61}"#,
        ),
        (
            Box::new(|v3| v3.last_caches("d").delete("t", "n")),
            r#"DELETE /api/v3/configure/last_cache?db=d&table=t&name=n {"db":"d","table":"t","name":"n"}"#,
        ),
        (
            Box::new(|v3| {
                let cache = NewDistinctCache::new("t", ["a", "b"]).name("n").max_cardinality(9);
                v3.distinct_caches("d").create(cache.max_age(Duration::from_secs(60)))
            }),
            r#"POST /api/v3/configure/distinct_cache {"db":"d","table":"t","columns":["a","b"],"name":"n","max_cardinality":9,"max_age":60}"#,
        ),
        (
            Box::new(|v3| v3.distinct_caches("d").delete("t", "n")),
            r#"DELETE /api/v3/configure/distinct_cache?db=d&table=t&name=n {"db":"d","table":"t","name":"n"}"#,
        ),
    ];
    for (call, expected) in table {
        assert_eq!(asked(call).await, expected);
    }
}

#[tokio::test]
async fn databases_are_listed_in_both_shapes() {
    for body in [
        r#"[{"iox::database":"_internal"},{"iox::database":"d"}]"#,
        r#"[{"iox::database":"_internal","deleted":false},{"iox::database":"d"},{"iox::database":"e-2025","deleted":true}]"#,
        r#"{"databases":["_internal","d"]}"#,
    ] {
        let (client, server) = Fixture::new(200, body);
        assert_eq!(client.v3().databases().list().await.unwrap(), ["_internal", "d"]);
        assert_eq!(server.asked(), "GET /api/v3/configure/database?format=json");
        let all = client.v3().databases().list_with_deleted().await.unwrap();
        assert_eq!(all.iter().any(|database| database.deleted), body.contains("true"));
        assert_eq!(server.asked(), "GET /api/v3/configure/database?format=json&show_deleted=true");
    }
}

#[tokio::test]
async fn a_token_is_told_once_and_printed_never() {
    let (client, server) = Fixture::new(
        201,
        r#"{"id":0,"name":"_admin","token":"apiv3_s3cret","hash":"h4sh","created_at":"2025-04-18T14:02:45.331Z","expiry":null}"#,
    );
    let tokens = client.v3().tokens();
    let token = tokens.create_admin().await.unwrap();
    assert_eq!(server.asked(), "POST /api/v3/configure/token/admin");
    assert_eq!((token.token.expose(), token.expiry), ("apiv3_s3cret", None));
    assert_eq!(token.created_at.unwrap().to_string(), "2025-04-18T14:02:45.331Z");
    let shown = format!("{token:?}");
    assert!(shown.contains("_admin") && !shown.contains("s3cret") && !shown.contains("h4sh"), "{shown}");

    tokens.regenerate_admin().await.unwrap();
    assert_eq!(server.asked(), "POST /api/v3/configure/token/admin/regenerate");
    tokens.create_named_admin("n", None).await.unwrap();
    assert_eq!(server.asked(), r#"POST /api/v3/configure/token/named_admin {"token_name":"n"}"#);
    tokens.create_named_admin("n", Some(Duration::from_secs(60))).await.unwrap();
    assert_eq!(
        server.asked(),
        r#"POST /api/v3/configure/token/named_admin {"token_name":"n","expiry_secs":60}"#
    );

    for body in [r#"{"token":"apiv3_s3cret"}"#, r#"{"id":"apiv3_s3cret"}"#, "apiv3_s3cret"] {
        let (client, _) = Fixture::new(201, body);
        let error = client.v3().tokens().create_admin().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_table_is_compared_column_by_column() {
    let columns = concat!(
        r#"{"column_name":"time","data_type":"Timestamp(Nanosecond, None)"}"#,
        "\n",
        r#"{"column_name":"host","data_type":"Dictionary(Int32, Utf8)"}"#,
        "\n",
        r#"{"column_name":"usage","data_type":"Int64"}"#,
        "\n",
        r#"{"column_name":"count","data_type":"Int64"}"#,
        "\n",
        r#"{"column_name":"size","data_type":"UInt64"}"#,
        "\n",
        r#"{"column_name":"on","data_type":"Boolean"}"#,
        "\n",
        r#"{"column_name":"more","data_type":"Utf8"}"#,
        "\n",
    );
    let (client, server) = Fixture::new(200, columns);
    let difference = client.v3().tables("d").compare_named("it's", SCHEMA).await.unwrap();
    assert!(server.asked().contains(r#""params":{"table":"it's"}"#));
    let missing: Vec<_> = difference.missing.iter().map(|column| &*column.name).collect();
    assert_eq!((missing, &*difference.extra), (vec!["text"], &["more".to_owned()][..]));
    let [other] = &*difference.differing else { panic!("{difference:?}") };
    assert_eq!(
        (&*other.column.name, other.column.role, &*other.found),
        ("usage", Role::Field(ValueType::Float), "Int64")
    );
    assert!(!difference.is_equal() && !difference.fits());

    let (client, _) = Fixture::new(200, "");
    let nothing = client.v3().tables("d").compare::<Cpu>().await.unwrap();
    assert_eq!(nothing.missing.len(), 6);
    assert!(nothing.fits());
}

#[tokio::test]
async fn tables_are_listed_and_a_schema_without_a_name_is_refused() {
    let (client, _) = Fixture::new(200, "{\"table_name\":\"a\"}\n{\"table_name\":\"b\"}\n");
    assert_eq!(client.v3().tables("d").list().await.unwrap(), ["a", "b"]);
    assert_eq!(client.v3().tables("d").create_for::<Nameless>().await.unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(client.v3().tables("d").compare::<Nameless>().await.unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn refusals_are_of_their_kind_and_other_pages_are_no_acknowledgement() {
    for (status, kind) in [
        (400, ErrorKind::Rejected),
        (401, ErrorKind::Unauthorized),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Conflict),
        (422, ErrorKind::Rejected),
    ] {
        let (client, _) = Fixture::new(status, r#"{"error":"no"}"#);
        let error = client.v3().tables("d").delete("t").await.unwrap_err();
        assert_eq!((error.kind(), &*error.server().unwrap().message), (kind, "no"));
    }
    let (client, _) = Fixture::new(200, "<html>sign in</html>");
    assert_eq!(client.v3().databases().create("d").await.unwrap_err().kind(), ErrorKind::Unexpected);
}
