//! InfluxQL and the administration of 1.x, against a real `influxd`.

use std::num::NonZeroU32;
use std::time::Duration;

use influx_core::api::v1::{NewDatabase, NewRetentionPolicy, Privilege, RetentionPolicyUpdate};
use influx_core::query::{InfluxQl, Value};
use influx_core::{Client, Dialect, Epoch, ErrorKind, Precision, ValueType};

use crate::influxd::{Influxd, Setup};

/// Names and texts that end a statement, a line or a form early where they are not quoted.
const EVIL: [&str; 9] = [
    r#"x"; DROP DATABASE "d"#,
    "x'; DROP DATABASE d --",
    r"back\",
    r#"\""#,
    "two\nlines",
    r"\n",
    "a b&db=other#%",
    "größe 😀",
    "$host",
];

fn client(server: &Influxd) -> Client {
    Client::builder(server.url()).dialect(Dialect::V1).build().unwrap()
}

fn ns(nanos: i64) -> Value {
    Value::Time(Epoch::from_ticks(nanos, Precision::Nanoseconds))
}

const LINES: &str = "\
m,host=a v=1,i=9223372036854775807i,s=\"x\\\"y\nz\",b=true 1700000000123456789
m,host=b v=1e20,i=-9223372036854775808i 1700000001000000000
m v=2.5 1700000002000000000";

#[tokio::test]
async fn values_come_back_with_every_digit() {
    let Some(server) = Influxd::start() else { return };
    let client = client(&server);
    client.v1().databases().create("d").await.unwrap();
    client.write("d", LINES).await.unwrap();
    let query = client.influxql("SELECT v, i, s, b FROM m GROUP BY host").database("d");
    let records = query.clone().records().await.unwrap().collect().await.unwrap();
    let host = |text: &str| Value::String(text.to_owned());
    let column = |name| records.iter().map(|record| record.get(name).unwrap().clone()).collect::<Vec<_>>();
    assert_eq!(column("iox::measurement"), vec![host("m"); 3]);
    assert_eq!(column("host"), [Value::Null, host("a"), host("b")]);
    assert_eq!(
        column("time"),
        [ns(1_700_000_002_000_000_000), ns(1_700_000_000_123_456_789), ns(1_700_000_001_000_000_000)]
    );
    // whole floats come as integers, as long as they fit
    assert_eq!(column("v"), [Value::Double(2.5), Value::Long(1), Value::Double(1e20)]);
    assert_eq!(column("i"), [Value::Null, Value::Long(i64::MAX), Value::Long(i64::MIN)]);
    assert_eq!(column("s"), [Value::Null, Value::String("x\"y\nz".to_owned()), Value::Null]);
    assert_eq!(column("b"), [Value::Null, Value::Boolean(true), Value::Null]);
    let floats = {
        let mut cursor = query.cursor().await.unwrap();
        let mut floats = Vec::new();
        while let Some(row) = cursor.next().await.unwrap() {
            floats.push(row.get("v").unwrap().text().parse::<f64>().unwrap());
        }
        floats
    };
    assert_eq!(floats, [2.5, 1.0, 1e20]);
}

#[tokio::test]
async fn units_chunks_and_csv_are_as_asked_for() {
    let Some(server) = Influxd::start() else { return };
    let client = client(&server);
    client.v1().databases().create("d").await.unwrap();
    let lines: String = (0..25_000).map(|i| format!("m,t=x v={i}i {i}000000000\n")).collect();
    client.write("d", &*lines).await.unwrap();
    for size in [None, NonZeroU32::new(7), NonZeroU32::new(100_000)] {
        let mut query =
            client.influxql("SELECT v FROM m WHERE t = 'x'; SELECT v FROM m LIMIT 2").database("d");
        if let Some(size) = size {
            query = query.chunked(size);
        }
        let mut cursor = query.cursor().await.unwrap();
        for i in 0..25_000 {
            let row = cursor.next().await.unwrap().unwrap();
            assert_eq!(row.get("v").unwrap().text(), i.to_string());
            assert_eq!(row.get("statement_id").unwrap().text(), "0");
        }
        for i in ["0", "1"] {
            let row = cursor.next().await.unwrap().unwrap();
            assert_eq!((row.get("v").unwrap().text(), row.get("statement_id").unwrap().text()), (i, "1"));
        }
        assert!(cursor.next().await.unwrap().is_none());
    }
    for unit in [Precision::Seconds, Precision::Milliseconds, Precision::Microseconds, Precision::Nanoseconds]
    {
        let query = client.influxql("SELECT v FROM m WHERE v = 24999").database("d").epoch(unit);
        let records = query.records().await.unwrap().collect().await.unwrap();
        assert_eq!(records[0].get("time"), Some(&ns(24_999_000_000_000)), "{unit:?}");
    }
    let query = client.influxql("SELECT v FROM m LIMIT 1; SELECT * FROM nothing; SELECT v, t FROM m LIMIT 1");
    let lines = query.database("d").csv().await.unwrap().collect().await.unwrap();
    assert_eq!(
        lines,
        [
            vec!["name", "tags", "time", "v"],
            vec!["m", "", "0", "0"],
            vec!["name", "tags", "time", "v", "t"],
            vec!["m", "", "0", "0", "x"],
        ]
    );
}

#[tokio::test]
async fn no_row_is_cut_off() {
    let Some(server) = Influxd::with(Setup { max_rows: Some(2), ..Setup::default() }) else { return };
    let client = client(&server);
    client.v1().databases().create("d").await.unwrap();
    client.write("d", LINES).await.unwrap();
    assert_eq!(server.rows("d", "SELECT v FROM m").len(), 2);
    let query = client.influxql("SELECT v FROM m").database("d");
    assert_eq!(query.clone().records().await.unwrap().collect().await.unwrap().len(), 3);
    assert_eq!(query.csv().await.unwrap().collect().await.unwrap().len(), 1 + 3);
}

#[tokio::test]
async fn parameters_are_bound_whatever_they_hold() {
    let Some(server) = Influxd::start() else { return };
    let client = client(&server);
    client.v1().databases().create("d").await.unwrap();
    client.write("d", LINES).await.unwrap();
    for text in EVIL {
        let query = format!("SELECT v, s FROM m WHERE s = $s OR s = {}", InfluxQl::string(text).unwrap());
        let query = client.influxql(query).database("d").param("s", text);
        assert!(query.records().await.unwrap().collect().await.unwrap().is_empty(), "{text}");
    }
    let text = "SELECT v FROM m WHERE host = $host AND i = $i AND v = $v AND b = $b AND s = $s AND time >= $since AND time < $since + $long";
    let query = client.influxql(text).database("d").param("host", "a").param("i", i64::MAX).param("v", 1.0);
    let query = query
        .param("b", true)
        .param("s", "x\"y\nz")
        .param("since", Epoch::from_parts(1_700_000_000, 123_456_789));
    let query = query.param("long", Duration::from_nanos(1));
    assert_eq!(query.records().await.unwrap().collect().await.unwrap().len(), 1);
    let query = client.influxql("SELECT v FROM m WHERE v < $v AND i = $i").database("d");
    let query = query.param("v", 1e300).param("i", i64::MIN);
    assert_eq!(query.records().await.unwrap().collect().await.unwrap().len(), 1);
}

#[tokio::test]
async fn errors_are_told_where_they_happen() {
    let Some(server) = Influxd::start() else { return };
    let client = client(&server);
    client.v1().databases().create("d").await.unwrap();
    client.write("d", LINES).await.unwrap();
    let error = client.influxql("SELEC 1").cursor().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.server().unwrap().message.starts_with("error parsing query: found SELEC"), "{error}");
    let error = client.influxql("SELECT v FROM m WHERE v = $v").database("d").cursor().await.unwrap_err();
    assert!(error.to_string().contains("missing parameter"), "{error}");

    let query = client.influxql("SELECT v FROM m; SELECT v FROM nodb..m; SELECT v FROM m").database("d");
    let mut rows = query.records().await.unwrap();
    for _ in 0..3 {
        assert!(rows.next().await.unwrap().is_some());
    }
    let error = rows.next().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Query, Some(200)));
    assert_eq!(error.server().unwrap().message, "database not found: nodb");
    let nothing = client.influxql("SELECT v FROM none").database("d").records().await.unwrap();
    assert!(nothing.collect().await.unwrap().is_empty());
}

#[tokio::test]
async fn databases_and_retention_policies_go_round() {
    let Some(server) = Influxd::start() else { return };
    let v1 = client(&server).v1();
    let (day, hour) = (Duration::from_secs(86_400), Duration::from_secs(3_600));
    let new =
        NewDatabase::new("d").duration(day).shard_duration(hour).replication(1).retention_policy("days");
    v1.databases().create(new).await.unwrap();
    v1.databases().create("plain").await.unwrap();
    assert_eq!(v1.databases().list().await.unwrap(), ["d", "plain"]);
    let policies = v1.retention_policies("d");
    let [days] = &policies.list().await.unwrap()[..] else { panic!() };
    assert_eq!((&*days.name, days.duration, days.shard_duration), ("days", Some(day), hour));
    assert_eq!((days.replication, days.default), (1, true));

    let odd = Duration::new(5_400, 500_000_001);
    policies.create(NewRetentionPolicy::new("a \"b\"").duration(odd).shard_duration(hour)).await.unwrap();
    policies.create(NewRetentionPolicy::new("forever").make_default()).await.unwrap();
    let find = async |name: &str| {
        let all = policies.list().await.unwrap();
        all.into_iter().find(|policy| policy.name == name).unwrap()
    };
    assert_eq!(find("a \"b\"").await.duration, Some(odd));
    assert_eq!((find("forever").await.duration, find("forever").await.default), (None, true));
    assert!(!find("days").await.default);
    let update = RetentionPolicyUpdate::new().duration(2 * day).shard_duration(2 * hour).make_default();
    policies.update("days", update.replication(2)).await.unwrap();
    let days = find("days").await;
    assert_eq!((days.duration, days.shard_duration), (Some(2 * day), 2 * hour));
    assert_eq!((days.replication, days.default), (2, true));
    policies.update("days", RetentionPolicyUpdate::new().forever()).await.unwrap();
    assert_eq!(find("days").await.duration, None);
    policies.delete("a \"b\"").await.unwrap();
    assert_eq!(policies.list().await.unwrap().len(), 2);
    let error = policies.update("none", RetentionPolicyUpdate::new().forever()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Query);
    assert_eq!(v1.retention_policies("none").list().await.unwrap_err().kind(), ErrorKind::Query);

    v1.databases().delete("plain").await.unwrap();
    v1.databases().delete("plain").await.unwrap();
    assert_eq!(v1.databases().list().await.unwrap(), ["d"]);
}

#[tokio::test]
async fn users_and_what_they_may_do_go_round() {
    let Some(server) = Influxd::with(Setup { auth: true, ..Setup::default() }) else { return };
    let connect = |name: &str, password: &str| {
        Client::builder(server.url()).dialect(Dialect::V1).basic(name, password).build().unwrap()
    };
    let admin = connect("admin", "pw");
    let (users, databases) = (admin.v1().users(), admin.v1().databases());
    databases.create("d").await.unwrap();
    databases.create("e").await.unwrap();
    let password = "p'a\\ss;w\"ord\n😀";
    users.create("ann", password).await.unwrap();
    let ann = connect("ann", password);
    assert_eq!(
        ann.influxql("SELECT v FROM m").database("d").cursor().await.unwrap_err().kind(),
        ErrorKind::Forbidden
    );

    users.grant("ann", "d", Privilege::Read).await.unwrap();
    users.grant("ann", "e", Privilege::All).await.unwrap();
    let mut grants = users.grants("ann").await.unwrap();
    grants.sort_by(|a, b| a.database.cmp(&b.database));
    let told: Vec<_> = grants.iter().map(|grant| (&*grant.database, grant.privilege)).collect();
    assert_eq!(told, [("d", Some(Privilege::Read)), ("e", Some(Privilege::All))]);
    ann.influxql("SELECT v FROM m").database("d").cursor().await.unwrap();
    assert_eq!(ann.write("d", "m v=1 1").await.unwrap_err().kind(), ErrorKind::Forbidden);
    ann.write("e", "m v=1 1").await.unwrap();
    users.revoke("ann", "e", Privilege::Write).await.unwrap();
    assert_eq!(ann.write("e", "m v=1 1").await.unwrap_err().kind(), ErrorKind::Forbidden);
    users.revoke("ann", "d", Privilege::All).await.unwrap();
    assert!(users.grants("ann").await.unwrap().iter().any(|grant| grant.privilege.is_none()));

    users.grant_admin("ann").await.unwrap();
    let all = users.list().await.unwrap();
    assert!(all.iter().all(|user| user.admin) && all.len() == 2, "{all:?}");
    users.revoke_admin("ann").await.unwrap();
    assert!(users.list().await.unwrap().iter().any(|user| user.name == "ann" && !user.admin));

    users.set_password("ann", "another-one").await.unwrap();
    assert_eq!(ann.influxql("SHOW DATABASES").cursor().await.unwrap_err().kind(), ErrorKind::Unauthorized);
    connect("ann", "another-one").influxql("SHOW DATABASES").cursor().await.unwrap();
    let error = users.create("ann", "yet-another").await.unwrap_err();
    assert_eq!((error.kind(), &*error.server().unwrap().message), (ErrorKind::Query, "user already exists"));
    assert!(!format!("{error:?}").contains("yet-another"));
    users.create_admin("root", "r00t-word").await.unwrap();
    connect("root", "r00t-word").v1().users().delete("ann").await.unwrap();
    let error = users.delete("ann").await.unwrap_err();
    assert_eq!((error.kind(), &*error.server().unwrap().message), (ErrorKind::Query, "user not found"));
    assert_eq!(users.grants("ann").await.unwrap_err().kind(), ErrorKind::Query);
}

#[tokio::test]
async fn the_schema_of_a_database_is_listed() {
    let Some(server) = Influxd::start() else { return };
    let client = client(&server);
    client.v1().databases().create("d").await.unwrap();
    client.write("d", LINES).await.unwrap();
    client.write("d", "a\\ \"b\",k\\ 1=v\\ 1 x=1 1").await.unwrap();
    let schema = client.v1().schema("d");
    assert_eq!(schema.measurements().await.unwrap(), ["a \"b\"", "m"]);
    assert_eq!(schema.series("m").await.unwrap(), ["m", "m,host=a", "m,host=b"]);
    assert_eq!(schema.tag_keys("a \"b\"").await.unwrap(), ["k 1"]);
    assert_eq!(schema.tag_values("a \"b\"", "k 1").await.unwrap(), ["v 1"]);
    assert_eq!(schema.tag_values("m", "host").await.unwrap(), ["a", "b"]);
    let fields = schema.field_keys("m").await.unwrap();
    let fields: Vec<_> = fields.iter().map(|field| (&*field.name, field.value_type)).collect();
    assert_eq!(
        fields,
        [
            ("b", ValueType::Boolean),
            ("i", ValueType::Integer),
            ("s", ValueType::String),
            ("v", ValueType::Float),
        ]
    );
    assert!(schema.tag_keys("none").await.unwrap().is_empty());
    assert!(client.v1().schema("none").measurements().await.unwrap().is_empty());
}

#[tokio::test]
async fn no_name_says_more_than_a_name() {
    let Some(server) = Influxd::start() else { return };
    let client = client(&server);
    let v1 = client.v1();
    v1.databases().create("d").await.unwrap();
    client.write("d", LINES).await.unwrap();
    for evil in EVIL {
        v1.users().create(evil, evil).await.unwrap();
        v1.users().grant(evil, "d", Privilege::Read).await.unwrap();
        assert_eq!(v1.users().grants(evil).await.unwrap().len(), 1, "{evil}");
        assert!(v1.users().list().await.unwrap().iter().any(|user| user.name == evil), "{evil}");
        v1.users().delete(evil).await.unwrap();
        let policies = v1.retention_policies("d");
        match policies.create(NewRetentionPolicy::new(evil)).await {
            Ok(()) => {
                assert!(policies.list().await.unwrap().iter().any(|policy| policy.name == evil), "{evil}")
            }
            Err(error) => assert_eq!(error.server().unwrap().message, "invalid name", "{evil}"),
        }
        policies.delete(evil).await.unwrap();
        // the server refuses some names, but none of them does anything else
        let _ = v1.databases().create(evil).await;
        let _ = v1.databases().delete(evil).await;
        assert!(v1.schema("d").tag_values(evil, evil).await.unwrap().is_empty());
        let text = format!("SELECT {0} FROM {0} WHERE {0} = 1", InfluxQl::identifier(evil).unwrap());
        let rows = client.influxql(text).database("d").records().await.unwrap();
        assert!(rows.collect().await.unwrap().is_empty(), "{evil}");
    }
    assert!(v1.users().list().await.unwrap().is_empty());
    assert_eq!(v1.databases().list().await.unwrap(), ["d"]);
    assert_eq!(v1.retention_policies("d").list().await.unwrap().len(), 1);
    assert_eq!(server.rows("d", "SELECT v FROM m").len(), 3);
}
