//! Authorizations and what they allow.

use influx_core::api::{
    Action, Authorization, AuthorizationFilter, AuthorizationUpdate, NewAuthorization, Permission,
    ResourceKind, Status,
};
use serde_json::json;

use super::scripted::sent;

const ANSWER: &str = r#"{"id":"1","token":"the-new-token","status":"inactive","description":"d","orgID":"00000000000000bb",
    "org":"o","userID":"u","user":"ada","createdAt":"2023-11-14T22:13:20Z","permissions":[
    {"action":"read","resource":{"type":"buckets","id":"b","orgID":"00000000000000bb","org":"o","name":"x","new":1}}]}"#;

#[tokio::test]
async fn one_is_made_with_its_permissions() {
    let (lines, made) = sent(201, ANSWER, |client| {
        let permissions =
            [Permission::read_bucket("b"), Permission::write(ResourceKind::Tasks, "00000000000000cc")];
        let new = NewAuthorization::new(permissions).description("d").status(Status::Inactive).user_id("u");
        client.authorizations().org("00000000000000bb").create(new)
    })
    .await;
    assert_eq!(
        lines,
        [
            r#"POST /api/v2/authorizations {"description":"d","orgID":"00000000000000bb","permissions":[{"action":"read","resource":{"id":"b","type":"buckets"}},{"action":"write","resource":{"orgID":"00000000000000cc","type":"tasks"}}],"status":"inactive","userID":"u"}"#
        ]
    );
    let made = made.unwrap();
    assert_eq!((made.status, made.user.as_deref()), (Some(Status::Inactive), Some("ada")));
    assert_eq!(made.permissions[0].action, Action::Read);
    assert_eq!(made.permissions[0].resource.other["new"], json!(1));
    assert_eq!(made.token.as_ref().unwrap().expose(), "the-new-token");
}

#[tokio::test]
async fn a_clone_keeps_description_status_and_user() {
    let one: Authorization = serde_json::from_str(ANSWER).unwrap();
    let (lines, _) = sent(201, ANSWER, |client| client.authorizations().clone_authorization(&one)).await;
    assert_eq!(
        lines,
        [
            r#"POST /api/v2/authorizations {"description":"d","orgID":"00000000000000bb","permissions":[{"action":"read","resource":{"id":"b","name":"x","new":1,"orgID":"00000000000000bb","type":"buckets"}}],"status":"inactive","userID":"u"}"#
        ]
    );
}

#[tokio::test]
async fn they_are_listed_and_changed() {
    let (lines, all) = sent(200, format!(r#"{{"authorizations":[{ANSWER}]}}"#), |client| {
        client.authorizations().list(AuthorizationFilter::new().user_id("u").user("ada b"))
    })
    .await;
    assert_eq!(lines, ["GET /api/v2/authorizations?user=ada%20b&userID=u&org=my-org"]);
    assert_eq!(all.unwrap()[0].id.as_str(), "1");
    let (lines, _) = sent(200, ANSWER, |client| {
        client.authorizations().update("1", AuthorizationUpdate::new().status(Status::Active).description(""))
    })
    .await;
    assert_eq!(lines, [r#"PATCH /api/v2/authorizations/1 {"description":"","status":"active"}"#]);
    let (lines, one) = sent(200, ANSWER, |client| client.authorizations().get("1")).await;
    assert_eq!(
        (lines, one.unwrap().description.as_deref()),
        (vec!["GET /api/v2/authorizations/1".into()], Some("d"))
    );
    let (lines, done) = sent(204, "", |client| client.authorizations().delete("1")).await;
    assert_eq!(lines, ["DELETE /api/v2/authorizations/1"]);
    done.unwrap();
}
