use std::time::Duration;

use super::super::fixture::Fixture;
use super::*;
use crate::ErrorKind;
use crate::line::ValueType;

const DONE: &str = r#"{"results":[{"statement_id":0}]}"#;
/// A name that would end early if it were not quoted.
const EVIL: &str = r#"x"; DROP DATABASE "y"#;

type MakesCall = Box<dyn FnOnce(&V1) -> Call<()>>;

/// The statement that a call sends, decoded.
async fn statement(call: impl FnOnce(&V1) -> Call<()>) -> String {
    let (client, server) = Fixture::new(200, DONE);
    call(&client.v1()).await.unwrap();
    let asked = server.asked();
    let form = asked.strip_prefix("POST /query?db=b&epoch=ns q=").unwrap_or_else(|| panic!("{asked}"));
    decoded(form.strip_suffix("&chunked=true").unwrap_or_else(|| panic!("{asked}")))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, more)) = rest.split_first() {
        rest = more;
        if first == b'%' {
            let (digits, more) = rest.split_at(2);
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
            rest = more;
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn every_name_and_text_is_quoted() {
    let hours = |n: u64| Duration::from_secs(n * 3_600);
    let table: [(MakesCall, &str); 16] = [
        (Box::new(|v1| v1.databases().create(EVIL)), r#"CREATE DATABASE "x\"; DROP DATABASE \"y""#),
        (
            Box::new(move |v1| {
                let new = NewDatabase::new("d").duration(hours(24)).replication(2).shard_duration(hours(1));
                v1.databases().create(new.retention_policy(EVIL))
            }),
            r#"CREATE DATABASE "d" WITH DURATION 86400s REPLICATION 2 SHARD DURATION 3600s NAME "x\"; DROP DATABASE \"y""#,
        ),
        (Box::new(|v1| v1.databases().delete(EVIL)), r#"DROP DATABASE "x\"; DROP DATABASE \"y""#),
        (
            Box::new(|v1| v1.retention_policies(EVIL).create(NewRetentionPolicy::new("p"))),
            r#"CREATE RETENTION POLICY "p" ON "x\"; DROP DATABASE \"y" DURATION INF REPLICATION 1"#,
        ),
        (
            Box::new(move |v1| {
                let new = NewRetentionPolicy::new("p").duration(hours(1)).replication(3);
                v1.retention_policies("d").create(new.shard_duration(hours(2)).make_default())
            }),
            r#"CREATE RETENTION POLICY "p" ON "d" DURATION 3600s REPLICATION 3 SHARD DURATION 7200s DEFAULT"#,
        ),
        (
            Box::new(|v1| v1.retention_policies("d").update("p", RetentionPolicyUpdate::new().forever())),
            r#"ALTER RETENTION POLICY "p" ON "d" DURATION INF"#,
        ),
        (
            Box::new(|v1| v1.retention_policies("d").delete(EVIL)),
            r#"DROP RETENTION POLICY "x\"; DROP DATABASE \"y" ON "d""#,
        ),
        (
            Box::new(|v1| v1.users().create(EVIL, r"p'a\")),
            r#"CREATE USER "x\"; DROP DATABASE \"y" WITH PASSWORD 'p\'a\\'"#,
        ),
        (
            Box::new(|v1| v1.users().create_admin("u", "p")),
            r#"CREATE USER "u" WITH PASSWORD 'p' WITH ALL PRIVILEGES"#,
        ),
        (Box::new(|v1| v1.users().set_password("u", "p")), r#"SET PASSWORD FOR "u" = 'p'"#),
        (Box::new(|v1| v1.users().delete("u")), r#"DROP USER "u""#),
        (
            Box::new(|v1| v1.users().grant("u", EVIL, Privilege::All)),
            r#"GRANT ALL PRIVILEGES ON "x\"; DROP DATABASE \"y" TO "u""#,
        ),
        (Box::new(|v1| v1.users().grant("u", "d", Privilege::Read)), r#"GRANT READ ON "d" TO "u""#),
        (Box::new(|v1| v1.users().revoke("u", "d", Privilege::Write)), r#"REVOKE WRITE ON "d" FROM "u""#),
        (Box::new(|v1| v1.users().grant_admin("u")), r#"GRANT ALL PRIVILEGES TO "u""#),
        (Box::new(|v1| v1.users().revoke_admin("u")), r#"REVOKE ALL PRIVILEGES FROM "u""#),
    ];
    for (call, expected) in table {
        assert_eq!(statement(call).await, expected);
    }
}

#[tokio::test]
async fn lists_are_read() {
    let (client, _) = Fixture::new(
        200,
        r#"{"results":[{"series":[{"columns":["name","duration","shardGroupDuration","replicaN","default"],
            "values":[["autogen","0s","168h0m0s",1,true],["p","72h0m0s","1h0m0s",2,false]]}]}]}"#,
    );
    let policies = client.v1().retention_policies("d").list().await.unwrap();
    assert_eq!((policies[0].duration, policies[0].default), (None, true));
    assert_eq!(
        (policies[1].duration, policies[1].shard_duration, policies[1].replication),
        (Some(Duration::from_secs(259_200)), Duration::from_secs(3_600), 2)
    );

    let (client, _) = Fixture::new(
        200,
        r#"{"results":[{"series":[{"columns":["database","privilege"],"values":[["x","READ"],["y","ALL PRIVILEGES"],["z","NO PRIVILEGES"]]}]}]}"#,
    );
    let grants = client.v1().users().grants("u").await.unwrap();
    let privileges: Vec<_> = grants.iter().map(|grant| grant.privilege).collect();
    assert_eq!(privileges, [Some(Privilege::Read), Some(Privilege::All), None]);

    let (client, server) = Fixture::new(
        200,
        r#"{"results":[{"series":[{"name":"m","columns":["fieldKey","fieldType"],"values":[["a","float"],["b","unsigned"]]}]}]}"#,
    );
    let fields = client.v1().schema("d").field_keys("m").await.unwrap();
    assert_eq!((&*fields[1].name, fields[1].value_type), ("b", ValueType::Unsigned));
    assert!(decoded(&server.asked()).contains(r#"q=SHOW FIELD KEYS ON "d" FROM "m"&"#));

    let (client, server) = Fixture::new(
        200,
        r#"{"results":[{"series":[{"name":"m","columns":["key","value"],"values":[["t","a"],["t","b"]]}]}]}"#,
    );
    assert_eq!(client.v1().schema("d").tag_values("m", EVIL).await.unwrap(), ["a", "b"]);
    assert!(decoded(&server.asked()).contains(r#"FROM "m" WITH KEY = "x\"; DROP DATABASE \"y"&"#));
    let error = client.v1().databases().list().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().contains("no column \"name\"")),
        (ErrorKind::Decode, true),
        "{error}"
    );
}

#[tokio::test]
async fn what_a_statement_cannot_say_is_not_sent() {
    let (client, server) = Fixture::new(200, DONE);
    let v1 = client.v1();
    for call in [
        v1.databases().create(""),
        v1.databases().create(NewDatabase::new("d").duration(Duration::ZERO)),
        v1.users().create("u", "pa55\0word"),
        v1.users().set_password("u\r", "p"),
        v1.retention_policies("d").update("p", RetentionPolicyUpdate::new()),
    ] {
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(!format!("{error:?}").contains("pa55"), "{error:?}");
    }
    assert_eq!(server.asked(), "");
}

#[tokio::test]
async fn a_statement_that_is_not_executed_is_an_error() {
    let (client, _) = Fixture::new(200, r#"{"results":[{"statement_id":0,"error":"user not found"}]}"#);
    let error = client.v1().users().delete("u").await.unwrap_err();
    assert_eq!((error.kind(), &*error.server().unwrap().message), (ErrorKind::Query, "user not found"));
}

#[tokio::test]
async fn a_password_does_not_come_back() {
    const PASSWORD: &str = "pa55'word'and\\more";
    for (status, body) in [
        (502, r"bad gateway: pa55'word'and\more"),
        (502, r"bad gateway: WITH PASSWORD 'pa55\'word\'and\\more'"),
        (
            502,
            "bad gateway: q=CREATE%20USER%20%22u%22%20WITH%20PASSWORD%20%27pa55%5C%27word%5C%27and%5C%5Cmore%27",
        ),
        (400, r#"{"error":"error parsing query: found 'pa55\\'word\\'and\\\\more'"}"#),
        (
            200,
            r#"{"results":[{"statement_id":0,"error":"no pa55\\'word\\'and\\\\more, pa55'word'and\\more"}]}"#,
        ),
    ] {
        let (client, _) = Fixture::new(status, body);
        let call = client.v1().users().create("u", PASSWORD);
        let shown = format!("{call:?}");
        let error = call.await.unwrap_err();
        assert!(!format!("{shown} {error} {error:?}").contains("pa55"), "{body}: {error:?}");
    }
}
