//! Rows of the verbs that all kinds of resources have.

use std::collections::BTreeMap;
use std::time::Duration;

use influx_core::ErrorKind;
use influx_core::api::{
    AuthorizationFilter, AuthorizationUpdate, BucketFilter, BucketUpdate, DbrpFilter, DbrpUpdate,
    LabelFilter, LabelUpdate, NewAuthorization, NewBucket, NewDbrp, NewLabel, NewOrganization, NewScript,
    NewTask, NewUser, OrganizationFilter, OrganizationUpdate, Permission, RetentionRule, ScriptFilter,
    ScriptUpdate, Status, TaskFilter, TaskKind, TaskUpdate, UserFilter, UserUpdate,
};

use super::table::{CLOUD, Exception, ID, OSS, Row, TOKEN, V2, all, run};

const FLUX: &str = "option task = {name: \"t\", every: 1h}\nbuckets()";
const DAY: Duration = Duration::from_secs(86_400);
/// What becomes of an organisation's name, if there is none such.
const UNNAMED: &[Exception] = &[Exception {
    status: 404,
    ends: Some(ErrorKind::NotFound),
    why: "that the organisation is missing is said by its name, not by the answer",
}];

pub(super) const ROWS: &[Row] = &[
    Row::new("Api<Bucket>::list", V2, &["GetBuckets"], |client| {
        let filter = BucketFilter::new().name("b").id(ID).limit(5u32).offset(1u64).after(ID);
        run(client.buckets().list(filter))
    }),
    Row::new("Api<Bucket>::list_all", V2, &["GetBuckets"], |client| {
        all(client.buckets().org(ID).list_all(BucketFilter::new()).collect())
    }),
    Row::new("Api<Bucket>::find", V2, &["GetBuckets"], |client| run(client.buckets().find("_monitoring"))),
    Row::new("Api<Bucket>::get", V2, &["GetBucketsID"], |client| run(client.buckets().get(ID))),
    Row::new("Api<Bucket>::create", V2, &["PostBuckets"], |client| {
        let rule = RetentionRule::expire(DAY).shard_group(DAY);
        let bucket = NewBucket::new("b").description("d").retention(rule).rp("autogen").explicit_schema();
        run(client.buckets().org(ID).create(bucket))
    }),
    Row::new("Api<Bucket>::create", V2, &["GetOrgs", "PostBuckets"], |client| {
        run(client.buckets().org("INFLUX_ORG").create(NewBucket::new("b")))
    })
    .except(UNNAMED),
    Row::new("Api<Bucket>::update", V2, &["PatchBucketsID"], |client| {
        let update = BucketUpdate::new().name("b").description("d").retention(RetentionRule::forever());
        run(client.buckets().update(ID, update))
    }),
    Row::new("Api<Bucket>::delete", V2, &["DeleteBucketsID"], |client| run(client.buckets().delete(ID))),
    Row::new("Api<Organization>::list", V2, &["GetOrgs"], |client| {
        let filter = OrganizationFilter::new().name("o").id(ID).user_id(ID).descending(true);
        run(client.organizations().list(filter.limit(5u32).offset(1u64)))
    }),
    Row::new("Api<Organization>::list_all", V2, &["GetOrgs"], |client| {
        all(client.organizations().list_all(OrganizationFilter::new()).collect())
    }),
    Row::new("Api<Organization>::find", V2, &["GetOrgs"], |client| {
        run(client.organizations().find("INFLUX_ORG"))
    })
    .except(&[Exception {
        status: 404,
        ends: None,
        why: "there is none of this name, which is an answer",
    }]),
    Row::new("Api<Organization>::get", V2, &["GetOrgsID"], |client| run(client.organizations().get(ID))),
    Row::new("Api<Organization>::create", V2, &["PostOrgs"], |client| {
        run(client.organizations().create(NewOrganization::new("o").description("d")))
    }),
    Row::new("Api<Organization>::update", V2, &["PatchOrgsID"], |client| {
        run(client.organizations().update(ID, OrganizationUpdate::new().name("o").description("d")))
    }),
    Row::new("Api<Organization>::delete", V2, &["DeleteOrgsID"], |client| {
        run(client.organizations().delete(ID))
    }),
    Row::new("Api<User>::list", V2, &["GetUsers"], |client| {
        run(client.users().list(UserFilter::new().name("u").id(ID)))
    }),
    // the contract of Cloud has no pages of users
    Row::new("Api<User>::list", OSS, &["GetUsers"], |client| {
        run(client.users().list(UserFilter::new().limit(5u32).offset(1u64)))
    }),
    Row::new("Api<User>::list_all", OSS, &["GetUsers"], |client| {
        all(client.users().list_all(UserFilter::new()).collect())
    }),
    Row::new("Api<User>::find", V2, &["GetUsers"], |client| run(client.users().find("string"))),
    Row::new("Api<User>::get", V2, &["GetUsersID"], |client| run(client.users().get(ID))),
    Row::new("Api<User>::create", V2, &["PostUsers"], |client| {
        run(client.users().create(NewUser::new("u").status(Status::Active)))
    }),
    Row::new("Api<User>::update", V2, &["PatchUsersID"], |client| {
        run(client.users().update(ID, UserUpdate::new("u").status(Status::Inactive)))
    }),
    Row::new("Api<User>::delete", V2, &["DeleteUsersID"], |client| run(client.users().delete(ID))),
    Row::new("Api<Label>::list", V2, &["GetLabels"], |client| {
        run(client.labels().org(ID).list(LabelFilter::new()))
    }),
    Row::new("Api<Label>::list", V2, &["GetOrgs", "GetLabels"], |client| {
        run(client.labels().list(LabelFilter::new()))
    })
    .with(|builder| builder.token(TOKEN).org("INFLUX_ORG"))
    .except(UNNAMED),
    Row::new("Api<Label>::list_all", V2, &["GetLabels"], |client| {
        all(client.labels().all_orgs().list_all(LabelFilter::new()).collect())
    }),
    Row::new("Api<Label>::find", V2, &["GetLabels"], |client| run(client.labels().org(ID).find("string"))),
    Row::new("Api<Label>::get", V2, &["GetLabelsID"], |client| run(client.labels().get(ID))),
    Row::new("Api<Label>::create", V2, &["PostLabels"], |client| {
        run(client.labels().org(ID).create(NewLabel::new("l").properties(red())))
    }),
    Row::new("Api<Label>::update", V2, &["PatchLabelsID"], |client| {
        run(client.labels().update(ID, LabelUpdate::new().name("l").properties(red())))
    }),
    Row::new("Api<Label>::delete", V2, &["DeleteLabelsID"], |client| run(client.labels().delete(ID))),
    Row::new("Api<Task>::list", V2, &["GetTasks"], |client| {
        let filter = TaskFilter::new().name("t").user(ID).status(Status::Active).kind(TaskKind::System);
        run(client.tasks().list(filter.limit(5u32).after(ID)))
    }),
    Row::new("Api<Task>::list_all", V2, &["GetTasks"], |client| {
        all(client.tasks().org(ID).list_all(TaskFilter::new().kind(TaskKind::Basic)).collect())
    }),
    Row::new("Api<Task>::find", V2, &["GetTasks"], |client| run(client.tasks().find("task1"))),
    Row::new("Api<Task>::get", V2, &["GetTasksID"], |client| run(client.tasks().get(ID))),
    Row::new("Api<Task>::create", V2, &["PostTasks"], |client| {
        run(client.tasks().create(NewTask::new(FLUX).description("d").status(Status::Inactive)))
    }),
    Row::new("Api<Task>::update", V2, &["PatchTasksID"], |client| {
        let update = TaskUpdate::new().name("t").description("d").status(Status::Active).flux(FLUX);
        run(client.tasks().update(ID, update.every(DAY).cron("0 * * * *").offset("5m")))
    }),
    Row::new("Api<Task>::delete", V2, &["DeleteTasksID"], |client| run(client.tasks().delete(ID))),
    Row::new("Api<Authorization>::list", V2, &["GetAuthorizations"], |client| {
        run(client.authorizations().list(AuthorizationFilter::new().user_id(ID).user("u")))
    }),
    Row::new("Api<Authorization>::list_all", V2, &["GetAuthorizations"], |client| {
        all(client.authorizations().org(ID).list_all(AuthorizationFilter::new()).collect())
    }),
    Row::new("Api<Authorization>::get", V2, &["GetAuthorizationsID"], |client| {
        run(client.authorizations().get(ID))
    }),
    Row::new("Api<Authorization>::create", V2, &["PostAuthorizations"], |client| {
        let permissions = [Permission::read_bucket(ID), Permission::write_bucket(ID).org(ID)];
        let new = NewAuthorization::new(permissions).description("d").status(Status::Active).user_id(ID);
        run(client.authorizations().org(ID).create(new))
    }),
    Row::new("Api<Authorization>::create", V2, &["GetOrgs", "PostAuthorizations"], |client| {
        let permissions: Vec<_> =
            [Permission::read_all("INFLUX_ORG"), Permission::write_all("INFLUX_ORG")].concat();
        run(client.authorizations().org("INFLUX_ORG").create(NewAuthorization::new(permissions)))
    })
    .except(UNNAMED),
    Row::new("Api<Authorization>::update", V2, &["PatchAuthorizationsID"], |client| {
        let update = AuthorizationUpdate::new().description("d").status(Status::Inactive);
        run(client.authorizations().update(ID, update))
    }),
    Row::new("Api<Authorization>::delete", V2, &["DeleteAuthorizationsID"], |client| {
        run(client.authorizations().delete(ID))
    }),
    Row::new("Api<Script>::list", CLOUD, &["GetScripts"], |client| {
        run(client.scripts().list(ScriptFilter::new().name("s").limit(5u32).offset(1u64)))
    }),
    Row::new("Api<Script>::list_all", CLOUD, &["GetScripts"], |client| {
        all(client.scripts().list_all(ScriptFilter::new()).collect())
    }),
    Row::new("Api<Script>::find", CLOUD, &["GetScripts"], |client| {
        run(client.scripts().find("getLastPoint"))
    }),
    Row::new("Api<Script>::get", CLOUD, &["GetScriptsID"], |client| run(client.scripts().get(ID))),
    Row::new("Api<Script>::create", CLOUD, &["PostScripts"], |client| {
        run(client.scripts().create(NewScript::flux("s", FLUX).description("d")))
    }),
    Row::new("Api<Script>::update", CLOUD, &["PatchScriptsID"], |client| {
        run(client.scripts().update(ID, ScriptUpdate::new().description("d").script(FLUX)))
    }),
    Row::new("Api<Script>::delete", CLOUD, &["DeleteScriptsID"], |client| run(client.scripts().delete(ID))),
    Row::new("Api<Dbrp>::list", V2, &["GetDBRPs"], |client| {
        let filter = DbrpFilter::new().id(ID).bucket_id(ID).database("d").retention_policy("rp");
        run(client.dbrps().list(filter.default(true)))
    }),
    Row::new("Api<Dbrp>::list_all", V2, &["GetDBRPs"], |client| {
        all(client.dbrps().org(ID).list_all(DbrpFilter::new()).collect())
    }),
    Row::new("Api<Dbrp>::get", V2, &["GetDBRPsID"], |client| run(client.dbrps().get(ID))),
    Row::new("Api<Dbrp>::create", V2, &["PostDBRP"], |client| {
        run(client.dbrps().create(NewDbrp::new(ID, "d", "rp").default(true)))
    }),
    Row::new("Api<Dbrp>::update", V2, &["PatchDBRPID"], |client| {
        run(client.dbrps().update(ID, DbrpUpdate::new().default(false).retention_policy("rp")))
    }),
    Row::new("Api<Dbrp>::delete", V2, &["DeleteDBRPID"], |client| run(client.dbrps().org(ID).delete(ID))),
];

fn red() -> BTreeMap<String, String> {
    BTreeMap::from([("color".to_owned(), "#ff0000".to_owned())])
}
