//! The administration against the embedded server, from set-up to delete.

use std::collections::BTreeMap;
use std::time::Duration;

use influx_core::api::{
    BucketFilter, BucketUpdate, DbrpFilter, DbrpUpdate, LabelFilter, NewAuthorization, NewBucket, NewDbrp,
    NewLabel, NewOrganization, NewUser, Permission, Predicate, ResourceKind, RunFilter, SchemaColumn, Setup,
    Status, TaskUpdate, UserUpdate,
};
use influx_core::testing::TestServer;
use influx_core::{Client, ErrorKind, Measurement, Seconds};

fn start() -> (TestServer, Client) {
    let server = TestServer::builder().token("t0ken").org("my-org").bucket("machines").start().unwrap();
    let client = Client::builder(server.url()).token("t0ken").org("my-org").build().unwrap();
    (server, client)
}

#[tokio::test]
async fn a_new_server_is_set_up_and_its_first_token_works() {
    let server = TestServer::start().unwrap();
    let nobody = Client::builder(server.url()).build().unwrap();
    assert!(nobody.setup_allowed().await.unwrap());
    let setup =
        Setup::new("ada", "my-org", "first").password("a-pa55word").retention(Duration::from_secs(3_600));
    let first = nobody.setup(setup.clone()).await.unwrap();
    assert!(!nobody.setup_allowed().await.unwrap());
    assert!(nobody.setup(setup).await.is_err());
    assert_eq!(first.bucket.retention_rules[0].every_seconds, 3_600);

    let token = first.auth.token.unwrap();
    let client = Client::builder(server.url()).token(token.expose()).org("my-org").build().unwrap();
    assert_eq!(client.me().await.unwrap().name, "ada");
    client.write("first", "m v=1").await.unwrap();

    let session = Client::builder(server.url()).session("ada", "a-pa55word").org("my-org").build().unwrap();
    session.sign_in().await.unwrap();
    session.update_my_password("another-pa55word").await.unwrap();
    session.sign_out().await.unwrap();
    let again = |password| Client::builder(server.url()).session("ada", password).build().unwrap().sign_in();
    assert_eq!(again("a-pa55word").await.unwrap_err().kind(), ErrorKind::Unauthorized);
    again("another-pa55word").await.unwrap();
}

#[tokio::test]
async fn buckets_come_and_go() {
    let (_server, client) = start();
    let buckets = client.buckets();
    let mut made = Vec::new();
    for number in 0..230 {
        made.push(buckets.create(NewBucket::new(format!("b{number}"))).await.unwrap().id);
    }
    let all = buckets.list_all(BucketFilter::new()).collect().await.unwrap();
    assert!(made.iter().all(|id| all.iter().filter(|bucket| bucket.id == *id).count() == 1));
    let bucket = buckets.find("b7").await.unwrap().unwrap();
    assert_eq!(bucket.id, made[7]);
    assert!(buckets.find("B7").await.unwrap().is_none());

    let week = Duration::from_secs(7 * 24 * 3_600);
    let changed =
        buckets.update(&bucket, BucketUpdate::new().retention(week).description("d")).await.unwrap();
    assert_eq!(
        (changed.retention_rules[0].every_seconds, changed.description.as_deref()),
        (week.as_secs(), Some("d"))
    );
    let again = buckets.create(NewBucket::new("b7")).await.unwrap_err();
    assert!(matches!(again.kind(), ErrorKind::Rejected | ErrorKind::Conflict), "{again}");

    buckets.delete(&bucket).await.unwrap();
    assert_eq!(buckets.get(&bucket).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(buckets.delete(&bucket).await.unwrap_err().kind(), ErrorKind::NotFound);
    let error = buckets.org("their-org").create(NewBucket::new("x")).await.unwrap_err();
    assert!(error.to_string().contains("\"their-org\" was not found"), "{error}");
}

#[tokio::test]
async fn organisations_users_labels_and_who_has_to_do_with_what() {
    let (_server, client) = start();
    let plant = client.organizations().create(NewOrganization::new("plant")).await.unwrap();
    assert_eq!(client.organizations().find("plant").await.unwrap(), Some(plant.clone()));
    assert_eq!(client.organizations().find("no").await.unwrap(), None);
    let ada = client.users().create(NewUser::new("ada")).await.unwrap();
    client.users().set_password(&ada, "a-pa55word").await.unwrap();
    let ada = client.users().update(&ada, UserUpdate::new("ada b").status(Status::Inactive)).await.unwrap();
    assert_eq!(
        (client.users().find("ada b").await.unwrap(), &ada.status),
        (Some(ada.clone()), &Some(Status::Inactive))
    );

    let organizations = client.organizations();
    assert_eq!(organizations.add_owner(&plant, &ada).await.unwrap().id, ada.id);
    organizations.add_member(&plant, &ada).await.unwrap();
    let owners = organizations.owners(&plant).await.unwrap();
    assert!(owners.iter().any(|owner| owner.id == ada.id && owner.name == "ada b"), "{owners:?}");
    organizations.remove_owner(&plant, &ada).await.unwrap();
    assert!(organizations.owners(&plant).await.unwrap().iter().all(|owner| owner.id != ada.id));
    assert_eq!(organizations.members(&plant).await.unwrap().len(), 1);
    organizations.remove_member(&plant, &ada).await.unwrap();

    let labels = client.labels().org("plant");
    let color = BTreeMap::from([("color".to_owned(), "red".to_owned())]);
    let urgent = labels.create(NewLabel::new("urgent").properties(color.clone())).await.unwrap();
    assert_eq!((&urgent.org_id, &urgent.properties), (&Some(plant.id.clone()), &Some(color)));
    let clone = labels.clone_label("later", &urgent).await.unwrap();
    assert_eq!(labels.list(LabelFilter::new()).await.unwrap().len(), 2);
    assert_eq!(labels.find("later").await.unwrap(), Some(clone));
    let bucket = client.buckets().find("machines").await.unwrap().unwrap();
    client.buckets().add_label(&bucket, &urgent).await.unwrap();
    assert_eq!(client.buckets().labels(&bucket).await.unwrap()[0].id, urgent.id);
    assert_eq!(client.buckets().get(&bucket).await.unwrap().labels[0].id, urgent.id);
    client.buckets().remove_label(&bucket, &urgent).await.unwrap();
    assert!(client.buckets().labels(&bucket).await.unwrap().is_empty());
    client.organizations().delete(&plant).await.unwrap();
    client.users().delete(&ada).await.unwrap();
}

#[tokio::test]
async fn an_authorization_opens_the_server_until_it_is_switched_off() {
    let (server, client) = start();
    let bucket = client.buckets().find("machines").await.unwrap().unwrap();
    let permissions = [Permission::write_bucket(&bucket), Permission::read(ResourceKind::Buckets, "my-org")];
    let made = client
        .authorizations()
        .create(NewAuthorization::new(permissions).description("press"))
        .await
        .unwrap();
    assert_eq!((made.permissions.len(), made.description.as_deref()), (2, Some("press")));
    assert_eq!(made.permissions[1].resource.org_id, made.org_id);
    let token = made.token.clone().unwrap();
    let press = Client::builder(server.url()).token(token.expose()).org("my-org").build().unwrap();
    press.write("machines", "m v=1").await.unwrap();

    let clone = client.authorizations().clone_authorization(&made).await.unwrap();
    assert_eq!((clone.permissions, clone.description), (made.permissions.clone(), made.description.clone()));
    assert_ne!(clone.token.unwrap().expose(), token.expose());
    let off = influx_core::api::AuthorizationUpdate::new().status(Status::Inactive);
    assert_eq!(client.authorizations().update(&made, off).await.unwrap().status, Some(Status::Inactive));
    assert_eq!(press.write("machines", "m v=2").await.unwrap_err().kind(), ErrorKind::Unauthorized);
    client.authorizations().delete(&made).await.unwrap();
}

#[tokio::test]
async fn tasks_run() {
    let (_server, client) = start();
    let tasks = client.tasks();
    let flux = "from(bucket: \"machines\") |> range(start: -1h)";
    let task = tasks.create_every("means", flux, Duration::from_secs(5_400)).await.unwrap();
    assert_eq!((task.name.as_str(), task.every.as_deref()), ("means", Some("1h30m")));
    let cron = tasks.create_cron("nightly \"x\"", flux, "0 3 * * *").await.unwrap();
    assert_eq!((cron.name.as_str(), cron.cron.as_deref()), ("nightly \"x\"", Some("0 3 * * *")));
    assert_eq!(tasks.find("means").await.unwrap().map(|found| found.id), Some(task.id.clone()));
    let changed = tasks.update(&task, TaskUpdate::new().every("1d").status(Status::Inactive)).await.unwrap();
    assert_eq!((changed.every.as_deref(), changed.status), (Some("1d"), Some(Status::Inactive)));

    let label = client.labels().create(NewLabel::new("l")).await.unwrap();
    tasks.add_label(&task, &label).await.unwrap();
    let task = tasks.get(&task).await.unwrap();
    let clone = tasks.clone_task(&task).await.unwrap();
    assert_eq!((clone.name.as_str(), clone.labels.len()), ("means", 1));
    assert_eq!(tasks.labels(&clone).await.unwrap()[0].id, label.id);

    let run = tasks.run_now(&task, None).await.unwrap();
    assert_eq!(tasks.run(&task, &run).await.unwrap().id, run.id);
    let again = tasks.retry(&task, &run).await.unwrap();
    let all = tasks.all_runs(&task, RunFilter::new().limit(1)).collect().await.unwrap();
    assert_eq!(all.len(), 2, "{all:?}");
    tasks.run_logs(&task, &again).await.unwrap();
    tasks.logs(&task).await.unwrap();
    tasks.delete(&task).await.unwrap();
}

#[tokio::test]
async fn mappings_are_found_by_database() {
    let (_server, client) = start();
    let bucket = client.buckets().find("machines").await.unwrap().unwrap();
    let made = client.dbrps().create(NewDbrp::new(&bucket, "db", "rp").default(true)).await.unwrap();
    let found = client.dbrps().list(DbrpFilter::new().database("db").retention_policy("rp")).await.unwrap();
    assert_eq!(found, std::slice::from_ref(&made));
    let changed = client.dbrps().update(&made, DbrpUpdate::new().retention_policy("other")).await.unwrap();
    assert_eq!(
        (changed.retention_policy.as_str(), client.dbrps().get(&made).await.unwrap()),
        ("other", changed.clone())
    );
    client.dbrps().delete(&made).await.unwrap();
    assert_eq!(client.dbrps().get(&made).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[derive(Measurement)]
struct Cpu {
    #[tag]
    host: &'static str,
    #[field]
    usage: f64,
    #[time(unit = "s")]
    at: i64,
}

#[tokio::test]
async fn a_schema_that_a_type_made_takes_its_records() {
    let (server, client) = start();
    let bucket = client.buckets().create(NewBucket::new("strict").explicit_schema()).await.unwrap();
    let schemas = client.buckets().schemas(&bucket);
    let before = schemas.compare::<Cpu>().await.unwrap();
    assert_eq!((before.fits(), before.missing.len()), (false, 3));
    let schema = schemas.create_for::<Cpu>().await.unwrap();
    assert!(schemas.compare::<Cpu>().await.unwrap().fits());
    client.write("strict", &Cpu { host: "a", usage: 1.5, at: 1 }).await.unwrap();
    assert!(client.write("strict", "other v=1").await.is_err());

    let mut columns = schema.columns.clone();
    columns.push(SchemaColumn::tag("room"));
    let wider = schemas.update(&schema, columns).await.unwrap();
    assert_eq!(schemas.find("cpu").await.unwrap(), Some(wider));
    assert_eq!(schemas.compare::<Cpu>().await.unwrap().extra, [SchemaColumn::tag("room")]);
    assert!(schemas.update(&schema, [SchemaColumn::time()]).await.is_err());
    assert_eq!(server.count("strict"), 1);
}

#[tokio::test]
async fn points_are_deleted_by_range_and_predicate() {
    let (server, client) = start();
    let hosts = ["plain", "quo\"te", "back\\slash", "two words", "größe"];
    let records: Vec<_> = (0..50).map(|i| Cpu { host: hosts[i % 5], usage: 1.0, at: i as i64 }).collect();
    client.write("machines", &records).await.unwrap();
    for (deleted, host) in hosts.iter().enumerate() {
        let predicate = Predicate::measurement("cpu").and_tag("host", *host);
        client
            .delete("machines", ..)
            .predicate(predicate.clone().and_tag("host", "another"))
            .send()
            .await
            .unwrap();
        assert_eq!(server.count("machines"), 50 - 10 * deleted as u64);
        client.delete("machines", ..).predicate(predicate).send().await.unwrap();
        assert_eq!(server.count("machines"), 40 - 10 * deleted as u64, "{host}");
    }
    client.write("machines", &records).await.unwrap();
    // the end is left out, or not
    client.delete("machines", Seconds(10)..Seconds(20)).send().await.unwrap();
    assert_eq!(server.count("machines"), 40);
    client.delete("machines", Seconds(20)..=Seconds(20)).send().await.unwrap();
    assert_eq!(server.count("machines"), 39);
    client.delete("machines", ..Seconds(5)).predicate_text("_measurement=\"no\"").send().await.unwrap();
    assert_eq!(server.count("machines"), 39);
    let error = client.delete("machines", ..).predicate_text("a OR b").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(client.delete("none", ..).send().await.unwrap_err().kind(), ErrorKind::NotFound);
}
