//! The verbs that all resources have, for each of them.

use std::collections::BTreeMap;
use std::time::Duration;

use influx_core::api::{
    Api, BucketFilter, BucketKind, BucketUpdate, DbrpFilter, DbrpUpdate, LabelUpdate, MemberRole, NewBucket,
    NewDbrp, NewLabel, NewOrganization, NewScript, NewUser, OrganizationFilter, OrganizationUpdate, Resource,
    RetentionRule, SchemaType, ScriptFilter, ScriptLanguage, ScriptUpdate, Shared, Status, UserFilter,
    UserUpdate,
};
use influx_core::http::Call;
use influx_core::{Client, Epoch};
use serde_json::json;

use super::scripted::{Scripted, sent};

const ORG: &str = "00000000000000aa";

/// The client's organisation by its id, so that nothing is asked for first.
async fn line<T: Send + 'static>(
    answer: serde_json::Value,
    call: impl FnOnce(Client) -> Call<T>,
) -> (String, T) {
    let server = Scripted::always(200, answer);
    let value = call(server.builder().org(ORG).build().unwrap()).await.unwrap();
    let mut lines = server.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    (lines.remove(0), value)
}

#[tokio::test]
async fn buckets() {
    let bucket = json!({
        "id": "1", "name": "b", "orgID": ORG, "type": "user", "schemaType": "explicit", "rp": "autogen",
        "retentionRules": [{"type": "expire", "everySeconds": 3600, "shardGroupDurationSeconds": 60, "new": 1}],
        "createdAt": "2023-11-14T22:13:20.5Z", "labels": [{"id": "2", "name": "l"}], "links": {"self": "/x"}
    });
    let (sent, bucket) = line(bucket.clone(), |client| {
        let rule =
            RetentionRule::expire(Duration::from_millis(3_599_001)).shard_group(Duration::from_secs(60));
        let new = NewBucket::new("b").description("d").retention(rule).explicit_schema().rp("autogen");
        client.buckets().create(new)
    })
    .await;
    assert_eq!(
        sent,
        r#"POST /api/v2/buckets {"description":"d","name":"b","orgID":"00000000000000aa","retentionRules":[{"everySeconds":3600,"shardGroupDurationSeconds":60,"type":"expire"}],"rp":"autogen","schemaType":"explicit"}"#
    );
    assert_eq!(
        (bucket.id.as_str(), bucket.kind, bucket.schema_type),
        ("1", Some(BucketKind::User), Some(SchemaType::Explicit))
    );
    assert_eq!(bucket.created_at.map(Epoch::parts), Some((1_700_000_000, 500_000_000)));
    assert_eq!((bucket.labels[0].name.as_str(), &bucket.other["links"]), ("l", &json!({"self": "/x"})));

    // what this crate does not know of a rule goes back with it
    let (sent, _) = line(json!({"id": "1", "name": "c", "retentionRules": null}), |client| {
        client.buckets().update(
            "1",
            BucketUpdate::new().name("c").description("").retention_rules(bucket.retention_rules),
        )
    })
    .await;
    assert_eq!(
        sent,
        r#"PATCH /api/v2/buckets/1 {"name":"c","description":"","retentionRules":[{"type":"expire","everySeconds":3600,"shardGroupDurationSeconds":60,"new":1}]}"#
    );
    let (sent, found) = line(json!({"buckets": []}), |client| {
        client.buckets().list(BucketFilter::new().name("b&c").id("1").limit(5).offset(2).after("0"))
    })
    .await;
    assert_eq!(sent, "GET /api/v2/buckets?id=1&name=b%26c&orgID=00000000000000aa&limit=5&offset=2&after=0");
    assert!(found.is_empty());
    common(|client| client.buckets(), "/api/v2/buckets", "", "").await;
    shared(|client| client.buckets(), "/api/v2/buckets").await;
}

#[tokio::test]
async fn organizations() {
    let answer = json!({"id": "1", "name": "o", "status": "inactive", "description": null});
    let (sent, org) = line(answer.clone(), |client| {
        client.organizations().create(NewOrganization::new("o").description("d"))
    })
    .await;
    assert_eq!(sent, r#"POST /api/v2/orgs {"description":"d","name":"o"}"#);
    assert_eq!((org.status, org.description), (Some(Status::Inactive), None));
    let (sent, _) =
        line(answer, |client| client.organizations().update("1", OrganizationUpdate::new().description("")))
            .await;
    assert_eq!(sent, r#"PATCH /api/v2/orgs/1 {"description":""}"#);
    let (sent, _) = line(json!({"orgs": []}), |client| {
        let filter = OrganizationFilter::new().name("o").id("1").user_id("2").descending(true).limit(3);
        client.organizations().list(filter)
    })
    .await;
    assert_eq!(sent, "GET /api/v2/orgs?descending=true&org=o&orgID=1&userID=2&limit=3");
    common(|client| client.organizations(), "/api/v2/orgs", "", "").await;
    shared(|client| client.organizations(), "/api/v2/orgs").await;
}

#[tokio::test]
async fn users() {
    let answer = json!({"id": "1", "name": "u", "status": "active", "oauthID": "x"});
    let (sent, user) = line(answer.clone(), |client| client.users().create(NewUser::new("u"))).await;
    assert_eq!(sent, r#"POST /api/v2/users {"name":"u"}"#);
    assert_eq!((&user.status, &user.other["oauthID"]), (&Some(Status::Active), &json!("x")));
    let (sent, _) = line(answer.clone(), |client| {
        client.users().update("1", UserUpdate::new("v").status(Status::Inactive))
    })
    .await;
    assert_eq!(sent, r#"PATCH /api/v2/users/1 {"name":"v","status":"inactive"}"#);
    let (sent, _) =
        line(json!({"users": null}), |client| client.users().list(UserFilter::new().name("u").id("1"))).await;
    assert_eq!(sent, "GET /api/v2/users?id=1&name=u");
    let (sent, ()) = line(json!({}), |client| client.users().set_password(&user, "pa55word")).await;
    assert_eq!(sent, r#"POST /api/v2/users/1/password {"password":"pa55word"}"#);
    let (sent, me) = line(answer, |client| client.me()).await;
    assert_eq!((sent.as_str(), me), ("GET /api/v2/me", user));
    common(|client| client.users(), "/api/v2/users", "", "").await;
}

#[tokio::test]
async fn labels() {
    let answer = json!({"label": {"id": "1", "name": "l", "orgID": "00000000000000bb", "properties": {"color": "red"}}});
    let color = || BTreeMap::from([("color".to_owned(), "red".to_owned())]);
    let (sent, label) =
        line(answer.clone(), |client| client.labels().create(NewLabel::new("l").properties(color()))).await;
    assert_eq!(
        sent,
        r#"POST /api/v2/labels {"name":"l","orgID":"00000000000000aa","properties":{"color":"red"}}"#
    );
    assert_eq!(label.properties, Some(color()));
    let (sent, _) = line(answer.clone(), |client| {
        client.labels().update("1", LabelUpdate::new().properties([("color".to_owned(), String::new())]))
    })
    .await;
    assert_eq!(sent, r#"PATCH /api/v2/labels/1 {"properties":{"color":""}}"#);
    let (sent, _) = line(answer, |client| client.labels().clone_label("m", &label)).await;
    assert_eq!(
        sent,
        r#"POST /api/v2/labels {"name":"m","orgID":"00000000000000bb","properties":{"color":"red"}}"#
    );
    let list = json!({"labels": [{"id": "1", "name": "k"}, {"id": "2", "name": "l"}]});
    let (sent, found) = line(list, |client| client.labels().find("l")).await;
    assert_eq!(sent, "GET /api/v2/labels?orgID=00000000000000aa");
    assert_eq!(found.unwrap().id.as_str(), "2");
    common(|client| client.labels(), "/api/v2/labels", "", "label").await;
}

#[tokio::test]
async fn scripts() {
    let answer = json!({"id": "1", "name": "s", "orgID": ORG, "script": "x", "language": "flux", "url": "u"});
    let (sent, script) =
        line(answer.clone(), |client| client.scripts().create(NewScript::flux("s", "x").description("d")))
            .await;
    assert_eq!(sent, r#"POST /api/v2/scripts {"description":"d","language":"flux","name":"s","script":"x"}"#);
    assert_eq!(script.language, Some(ScriptLanguage::Flux));
    let (sent, _) =
        line(answer, |client| client.scripts().update(&script, ScriptUpdate::new().script("y"))).await;
    assert_eq!(sent, r#"PATCH /api/v2/scripts/1 {"script":"y"}"#);
    let (sent, _) = line(json!({"scripts": []}), |client| {
        client.scripts().list(ScriptFilter::new().name("s").limit(7).offset(1))
    })
    .await;
    assert_eq!(sent, "GET /api/v2/scripts?name=s&limit=7&offset=1");
    let (sent, parameters) =
        line(json!({"params": {"bucket": "any"}}), |client| client.scripts().parameters("1")).await;
    assert_eq!((sent.as_str(), parameters["bucket"].as_str()), ("GET /api/v2/scripts/1/params", "any"));
    common(|client| client.scripts(), "/api/v2/scripts", "", "").await;

    let server = Scripted::always(401, "");
    let query = server.client().scripts().invoke("1/2").param("bucket", "b").param("n", 3);
    assert!(query.cursor().await.is_err());
    assert_eq!(server.lines(), [r#"POST /api/v2/scripts/1%2F2/invoke {"params":{"bucket":"b","n":3}}"#]);
}

#[tokio::test]
async fn mappings() {
    let dbrp = json!({
        "id": "1", "bucketID": "2", "database": "d", "retention_policy": "r", "default": true, "virtual": true
    });
    let (sent, made) =
        line(dbrp.clone(), |client| client.dbrps().create(NewDbrp::new("2", "d", "r").default(true))).await;
    assert_eq!(
        sent,
        r#"POST /api/v2/dbrps {"bucketID":"2","database":"d","default":true,"orgID":"00000000000000aa","retention_policy":"r"}"#
    );
    assert!(made.default && made.is_virtual);
    let (sent, changed) = line(json!({"content": dbrp}), |client| {
        client.dbrps().update("1", DbrpUpdate::new().default(false).retention_policy("s"))
    })
    .await;
    assert_eq!(
        sent,
        r#"PATCH /api/v2/dbrps/1?orgID=00000000000000aa {"default":false,"retention_policy":"s"}"#
    );
    assert_eq!(changed, made);
    let (sent, all) = line(json!({"content": [dbrp]}), |client| {
        let filter =
            DbrpFilter::new().id("1").bucket_id("2").database("d").retention_policy("r").default(true);
        client.dbrps().org("a b").list(filter)
    })
    .await;
    assert_eq!(sent, "GET /api/v2/dbrps?bucketID=2&db=d&default=true&id=1&rp=r&org=a%20b");
    assert_eq!(all, [made]);
    common(|client| client.dbrps(), "/api/v2/dbrps", "?orgID=00000000000000aa", "content").await;
}

/// What is the same for all: one is got and deleted by its id, which may be any text.
async fn common<R: Resource>(api: fn(&Client) -> Api<R>, path: &str, query: &str, item: &str) {
    let one = json!({
        "id": "7", "name": "n", "script": "s", "database": "d", "retention_policy": "r", "bucketID": "b"
    });
    let answer = if item.is_empty() { one } else { json!({ item: one }) };
    let (sent, found) = line(answer, |client| api(&client).get("../a?b")).await;
    assert_eq!(sent, format!("GET {path}/..%2Fa%3Fb{query}"));
    assert_eq!(found.id().as_str(), "7");
    let server = Scripted::always(204, "");
    let client = server.builder().org(ORG).build().unwrap();
    api(&client).delete(&found).await.unwrap();
    assert_eq!(server.lines(), [format!("DELETE {path}/7{query}")]);
    assert!(server.requests()[0].headers()["accept"] == "application/json");
    let error = api(&client).delete("").await.unwrap_err().to_string();
    assert!(error.starts_with("the id of the ") && error.ends_with(" is empty"), "{error}");
    assert_eq!(server.lines().len(), 1);
}

/// Members and owners.
async fn shared<R: Shared>(api: fn(&Client) -> Api<R>, path: &str) {
    let user = json!({"id": "u", "name": "ada", "role": "owner", "status": "active"});
    let (sent, owner) = line(user.clone(), |client| api(&client).add_owner("1", "u")).await;
    assert_eq!(sent, format!(r#"POST {path}/1/owners {{"id":"u"}}"#));
    assert_eq!((owner.role.as_ref(), owner.name.as_str()), (Some(&MemberRole::Owner), "ada"));
    let (sent, owners) = line(json!({"users": [user]}), |client| api(&client).owners("1")).await;
    assert_eq!((sent, owners), (format!("GET {path}/1/owners"), vec![owner]));
    let (sent, ()) = line(json!(null), |client| api(&client).remove_owner("1", "u/")).await;
    assert_eq!(sent, format!("DELETE {path}/1/owners/u%2F"));
    let (sent, member) =
        line(json!({"id": "u", "name": "m"}), |client| api(&client).add_member("1", "u")).await;
    assert_eq!((sent, member.role), (format!(r#"POST {path}/1/members {{"id":"u"}}"#), None));
    let (sent, _) = line(json!({"users": []}), |client| api(&client).members("1")).await;
    assert_eq!(sent, format!("GET {path}/1/members"));
    let (sent, ()) = line(json!(null), |client| api(&client).remove_member("1", "u")).await;
    assert_eq!(sent, format!("DELETE {path}/1/members/u"));
}

#[tokio::test]
async fn labels_of_a_resource() {
    let label = json!({"id": "2", "name": "l"});
    let (sent, added) = line(json!({ "label": label }), |client| client.buckets().add_label("1", "2")).await;
    assert_eq!(
        (sent.as_str(), added.name.as_str()),
        (r#"POST /api/v2/buckets/1/labels {"labelID":"2"}"#, "l")
    );
    let (sent, labels) = line(json!({ "labels": [label] }), |client| client.tasks().labels("1")).await;
    assert_eq!((sent.as_str(), labels), ("GET /api/v2/tasks/1/labels", vec![added.clone()]));
    let (sent, ()) = line(json!(null), |client| client.tasks().remove_label("1", &added)).await;
    assert_eq!(sent, "DELETE /api/v2/tasks/1/labels/2");
}

#[tokio::test]
async fn setting_up() {
    let answer = json!({
        "user": {"id": "1", "name": "ada"}, "org": {"id": "2", "name": "o"},
        "bucket": {"id": "3", "name": "b", "retentionRules": []},
        "auth": {"id": "4", "token": "the-first-token", "permissions": []}
    });
    let (lines, first) = sent(201, answer, |client| {
        let setup =
            influx_core::api::Setup::new("ada", "o", "b").password("pa55word").token("the-first-token");
        client.setup(setup.retention(Duration::from_secs(60)))
    })
    .await;
    assert_eq!(
        lines,
        [
            r#"POST /api/v2/setup {"bucket":"b","org":"o","password":"pa55word","retentionPeriodSeconds":60,"token":"the-first-token","username":"ada"}"#
        ]
    );
    let first = first.unwrap();
    assert_eq!(first.auth.token.unwrap().expose(), "the-first-token");
    assert_eq!((first.user.name, first.org.name, first.bucket.name), ("ada".into(), "o".into(), "b".into()));
    let (lines, allowed) = sent(200, r#"{"allowed":true}"#, |client| client.setup_allowed()).await;
    assert_eq!((lines, allowed.unwrap()), (vec!["GET /api/v2/setup".to_owned()], true));
}
