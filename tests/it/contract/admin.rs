//! Rows of what only one kind of resource has, of what is no resource, and of deletes.

use std::time::{Duration, UNIX_EPOCH};

use influx_core::api::{BucketFilter, NewScriptTask, Predicate, RunFilter, SchemaColumn, Setup, Status};
use influx_core::http::http::Method;
use influx_core::{Epoch, Measurement, Precision, ValueType};

use super::cookies::Cookies;
use super::table::{CLOUD, ID, OSS, Row, V2, all, run};

/// When a task is to run, and the like.
const TIME: Epoch = Epoch::from_ticks(1_700_000_000, Precision::Seconds);

const LAYOUT: &str =
    "the times of its runs are a layout of Go's, 2006-01-02T15:04:05.999999999Z07:00, and no times";
const MISFIT: &str = "a member is of another type than it should be";

#[derive(Measurement)]
#[allow(dead_code, reason = "its columns are what counts")]
pub(super) struct Cpu {
    #[tag]
    host: String,
    #[field]
    usage: f64,
}

pub(super) const ROWS: &[Row] = &[
    Row::new("Api<User>::set_password", V2, &["PostUsersIDPassword"], |client| {
        run(client.users().set_password(ID, "pa55word"))
    }),
    Row::new("Client::me", V2, &["GetMe"], |client| run(client.me())),
    Row::new("Client::update_my_password", V2, &["PostSignin", "PutMePassword"], |client| {
        run(client.update_my_password("pa55word"))
    })
    .with(|builder| builder.session("me", "0ld-pa55word").transport(Cookies)),
    Row::new("Client::setup_allowed", V2, &["GetSetup"], |client| run(client.setup_allowed()))
        .with(|builder| builder),
    Row::new("Client::setup", V2, &["PostSetup"], |client| {
        let setup = Setup::new("me", "o", "b").password("pa55word").token("t0ken");
        run(client.setup(setup.retention(Duration::from_secs(3_600))))
    })
    .with(|builder| builder),
    Row::new("Api<Label>::clone_label", V2, &["GetLabelsID", "PostLabels"], |client| {
        Box::pin(async move {
            let label = client.labels().get(ID).await?;
            client.labels().clone_label("l", &label).await?;
            Ok(())
        })
    }),
    Row::new(
        "Api<Authorization>::clone_authorization",
        V2,
        &["GetAuthorizationsID", "PostAuthorizations"],
        |client| {
            Box::pin(async move {
                let authorization = client.authorizations().get(ID).await?;
                client.authorizations().clone_authorization(&authorization).await?;
                Ok(())
            })
        },
    ),
    Row::new("Api<Task>::clone_task", V2, &["GetTasksID", "PostTasks", "PostTasksIDLabels"], |client| {
        Box::pin(async move {
            let task = client.tasks().get(ID).await?;
            client.tasks().clone_task(&task).await?;
            Ok(())
        })
    }),
    Row::new("Api<Task>::create_every", V2, &["PostTasks"], |client| {
        run(client.tasks().create_every("t", "buckets()", Duration::from_secs(3_600)))
    }),
    Row::new("Api<Task>::create_cron", V2, &["PostTasks"], |client| {
        run(client.tasks().create_cron("t", "buckets()", "0 * * * *"))
    }),
    Row::new("Api<Task>::create_of_script", CLOUD, &["PostTasks"], |client| {
        let new = NewScriptTask::new("t", ID).every("1h").offset("5m").description("d");
        let parameters = serde_json::Map::from_iter([("bucket".to_owned(), "b".into())]);
        run(client.tasks().create_of_script(new.script_parameters(parameters).status(Status::Active)))
    }),
    Row::new("Api<Task>::runs", V2, &["GetTasksIDRuns"], |client| {
        let filter = RunFilter::new().after(ID).limit(5u32).after_time(TIME).before_time(TIME);
        run(client.tasks().runs(ID, filter))
    })
    .undecodable(LAYOUT, MISFIT),
    Row::new("Api<Task>::all_runs", V2, &["GetTasksIDRuns"], |client| {
        all(client.tasks().all_runs(ID, RunFilter::new()).collect())
    })
    .undecodable(LAYOUT, MISFIT),
    Row::new("Api<Task>::run", V2, &["GetTasksIDRunsID"], |client| run(client.tasks().run(ID, ID))),
    Row::new("Api<Task>::run_logs", V2, &["GetTasksIDRunsIDLogs"], |client| {
        run(client.tasks().run_logs(ID, ID))
    }),
    Row::new("Api<Task>::logs", V2, &["GetTasksIDLogs"], |client| run(client.tasks().logs(ID))),
    Row::new("Api<Task>::run_now", V2, &["PostTasksIDRuns"], |client| run(client.tasks().run_now(ID, None)))
        .undecodable(LAYOUT, MISFIT),
    Row::new("Api<Task>::run_now", V2, &["PostTasksIDRuns"], |client| {
        run(client.tasks().run_now(ID, Some(TIME)))
    })
    .undecodable(LAYOUT, MISFIT),
    Row::new("Api<Task>::retry", V2, &["PostTasksIDRunsIDRetry"], |client| run(client.tasks().retry(ID, ID))),
    Row::new("Api<Task>::cancel", V2, &["DeleteTasksIDRunsID"], |client| run(client.tasks().cancel(ID, ID))),
    Row::new("Api<Script>::parameters", CLOUD, &["GetScriptsIDParams"], |client| {
        run(client.scripts().parameters(ID))
    }),
    Row::new("Schemas::list", CLOUD, &["getMeasurementSchemas"], |client| {
        run(client.buckets().schemas(ID).list())
    }),
    Row::new("Schemas::find", CLOUD, &["getMeasurementSchemas", "getMeasurementSchema"], |client| {
        run(client.buckets().schemas(ID).find("cpu"))
    }),
    Row::new("Schemas::get", CLOUD, &["getMeasurementSchema"], |client| {
        run(client.buckets().org(ID).schemas(ID).get(ID))
    }),
    Row::new("Schemas::create", CLOUD, &["createMeasurementSchema"], |client| {
        let columns =
            [SchemaColumn::time(), SchemaColumn::tag("host"), SchemaColumn::field("usage", ValueType::Float)];
        run(client.buckets().schemas(ID).create("cpu", columns))
    }),
    Row::new("Schemas::create_for", CLOUD, &["createMeasurementSchema"], |client| {
        run(client.buckets().schemas(ID).create_for::<Cpu>())
    }),
    Row::new("Schemas::compare", CLOUD, &["getMeasurementSchemas", "getMeasurementSchema"], |client| {
        run(client.buckets().schemas(ID).compare::<Cpu>())
    }),
    Row::new("Schemas::update", CLOUD, &["updateMeasurementSchema"], |client| {
        run(client.buckets().schemas(ID).update(ID, SchemaColumn::all_of::<Cpu>()))
    }),
    Row::new("Paged<T>::next", V2, &["GetBuckets"], |client| {
        Box::pin(async move {
            let mut buckets = client.buckets().list_all(BucketFilter::new());
            while buckets.next().await?.is_some() {}
            Ok(())
        })
    }),
    Row::new("Paged<T>::collect", V2, &["GetBuckets"], |client| {
        all(client.buckets().all_orgs().list_all(BucketFilter::new()).collect())
    }),
    Row::new("Client::delete", V2, &["PostDelete"], |client| run(client.delete("b", ..).send())),
    Row::new("Delete::send", V2, &["PostDelete"], |client| {
        let since = UNIX_EPOCH..;
        let predicate = Predicate::measurement("cpu").and_tag("host", "a \"b\"");
        run(client.delete("b", since).predicate(predicate).send())
    }),
    Row::new("Client::request", V2, &["GetVariables"], |client| {
        run(client
            .request(Method::GET, "/api/v2/variables")
            .query("org", "my-org")
            .fetch::<serde_json::Value>())
    }),
    Row::new("RawRequest::fetch", V2, &["PostBuckets"], |client| {
        let body = serde_json::json!({ "name": "b", "orgID": ID, "retentionRules": [] });
        run(client.request(Method::POST, "/api/v2/buckets").json(&body).fetch::<serde_json::Value>())
    }),
    Row::new("RawRequest::send", V2, &["DeleteVariablesID"], |client| {
        run(client.request(Method::DELETE, "/api/v2/variables").segment(ID).send())
    }),
    Row::new("RawRequest::stream", OSS, &["GetBackupKV"], |client| {
        Box::pin(async move {
            client.request(Method::GET, "/api/v2/backup/kv").stream().await?.bytes().await?;
            Ok(())
        })
    }),
];
