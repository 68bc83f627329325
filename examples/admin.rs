//! Sets up what a service needs, uses it, and cleans up: a bucket with its schema from a struct, a label, a token that may
//! do no more than it must, a task, a name for queries in InfluxQL. What is written with the new token is read back as the
//! struct; then everything is listed and deleted again.
//!
//! `cargo run --release --example admin` uses an embedded server, which is set up first. Set `INFLUXDB_V2_URL`,
//! `INFLUXDB_V2_TOKEN` (one that may do all that) and `INFLUXDB_V2_ORG` to use a real one.

#![allow(clippy::print_stdout)]

use std::env;
use std::error::Error;
use std::time::{Duration, SystemTime};

use influx_core::api::{
    Authorization, AuthorizationFilter, Bucket, BucketFilter, BucketUpdate, NewAuthorization, NewBucket,
    NewDbrp, NewLabel, Permission, RetentionRule, RunFilter, Setup, TaskFilter,
};
use influx_core::query::Flux;
use influx_core::testing::TestServer;
use influx_core::{Client, ErrorKind, FromRow, Measurement, Seconds};

#[derive(Measurement, FromRow, Debug, Clone, PartialEq)]
#[measurement(name = "climate")]
struct Climate {
    #[tag]
    room: String,
    #[field]
    temperature: f64,
    #[field]
    people: u64,
    #[time]
    at: Seconds,
}

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (client, _embedded) = connect().await?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let name = format!("climate-{now}");

    // A bucket that keeps a week, and takes only what has the schema of the struct, where the server knows such buckets.
    let week = RetentionRule::expire(Duration::from_secs(7 * 24 * 3_600));
    let new = NewBucket::new(&name).retention(week);
    let (bucket, strict) = match client.buckets().create(new.clone().explicit_schema()).await {
        Ok(bucket) => (bucket, true),
        Err(error) if error.kind() == ErrorKind::Rejected => {
            println!("no explicit schemas here ({error}): any measurement is taken");
            (client.buckets().create(new).await?, false)
        }
        Err(error) => return Err(error.into()),
    };
    println!("bucket {:?} has the id {}", bucket.name, bucket.id);
    if strict {
        let schemas = client.buckets().schemas(&bucket);
        schemas.create_for::<Climate>().await?;
        let difference = schemas.compare::<Climate>().await?;
        expect("the schema is that of the struct", difference.fits() && difference.extra.is_empty())?;
    }
    client.buckets().update(&bucket, BucketUpdate::new().description("how warm it is, and for whom")).await?;
    let label = client.labels().create(NewLabel::new(format!("label-{now}"))).await?;
    client.buckets().add_label(&bucket, &label).await?;

    // A token that may read and write this bucket, and nothing else.
    let permissions = vec![Permission::read_bucket(&bucket.id), Permission::write_bucket(&bucket.id)];
    let new = NewAuthorization::new(permissions).description(format!("service-{now}"));
    let authorization = client.authorizations().create(new).await?;
    let written = use_bucket(&client, &bucket, &authorization, now).await?;

    // What runs every hour, and once at once.
    let flux = format!("from(bucket: {}) |> range(start: -1h)", Flux::string(&name));
    let task =
        client.tasks().create_every(&format!("hourly-{now}"), &flux, Duration::from_secs(3_600)).await?;
    let run = client.tasks().run_now(&task, None).await?;
    println!("task {:?} runs: {:?}", task.name, client.tasks().run(&task, &run).await?.status);
    println!("  it has {} runs", client.tasks().runs(&task, RunFilter::new()).await?.len());

    // The bucket as a database of InfluxQL.
    let dbrp = client.dbrps().create(NewDbrp::new(&bucket.id, &name, "autogen")).await?;

    // Lists page by themselves.
    let mut buckets = client.buckets().list_all(BucketFilter::new().limit(10_u32));
    let mut names = Vec::new();
    while let Some(bucket) = buckets.next().await? {
        names.push(bucket.name);
    }
    println!("buckets: {names:?}");
    expect("the bucket is listed", names.contains(&name))?;
    let tasks = client.tasks().list(TaskFilter::new()).await?;
    expect("the task is listed", tasks.iter().any(|other| other.id == task.id))?;

    // Everything goes.
    client.dbrps().delete(&dbrp).await?;
    client.tasks().delete(&task).await?;
    client.authorizations().delete(&authorization).await?;
    client.labels().delete(&label).await?;
    client.buckets().delete(&bucket).await?;
    expect("the bucket is gone", client.buckets().find(&name).await?.is_none())?;
    let left = client.authorizations().list(AuthorizationFilter::new()).await?;
    expect("the token is gone", left.iter().all(|other| other.id != authorization.id))?;
    println!("{written} records were written, read back and deleted with their bucket");
    Ok(())
}

/// Writes and reads as a service would, with its own token.
async fn use_bucket(
    admin: &Client,
    bucket: &Bucket,
    authorization: &Authorization,
    now: u64,
) -> Result<usize, Failure> {
    let token = authorization.token.as_ref().ok_or("the server shows no token")?;
    let org = admin.org().ok_or("no organisation is set")?;
    let service = Client::builder(admin.url()).token(token.expose()).org(org).build()?;
    let begin = i64::try_from(now)? - 600;
    let written: Vec<_> = (0..600)
        .map(|second| Climate {
            room: ["attic", "hall"][second as usize % 2].to_owned(),
            temperature: 20.0 + second as f64 / 100.0,
            people: second as u64 % 3,
            at: Seconds(begin + second),
        })
        .collect();
    service.write(&bucket.name, &written).await?;

    let query = service
        .query("from(bucket: bucket) |> range(start: start)")
        .param("bucket", &bucket.name)
        .param("start", Seconds(begin));
    let mut read = query.rows::<Climate>().await?.collect().await?;
    read.sort_by_key(|row| row.at);
    expect("what is read is what was written", read == written)?;
    Ok(written.len())
}

fn expect(what: &str, holds: bool) -> Result<(), Failure> {
    if !holds {
        return Err(format!("this does not hold: {what}").into());
    }
    println!("{what}");
    Ok(())
}

/// The real server that the environment names, else an embedded one, which is new and so set up first.
async fn connect() -> Result<(Client, Option<TestServer>), Failure> {
    if env::var_os("INFLUXDB_V2_URL").is_some() {
        return Ok((Client::from_env()?, None));
    }
    let server = TestServer::builder().start()?;
    let nobody = Client::builder(server.url()).build()?;
    expect("the server is new", nobody.setup_allowed().await?)?;
    let first = nobody.setup(Setup::new("ada", "my-org", "first").password("correct horse battery staple"));
    let token = first.await?.auth.token.ok_or("the set-up gives no token")?;
    let client = Client::builder(server.url()).token(token.expose()).org("my-org").build()?;
    Ok((client, Some(server)))
}
