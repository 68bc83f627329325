//! Reads what it wrote, in every form: a day of three rooms goes into InfluxDB, and comes back as the struct that it was
//! written from, as borrowed rows without a copy, as records with the types that the server names, by serde, and as
//! tables, JSON and CSV. All of it is compared; in the end it is deleted.
//!
//! `cargo run --release --example query` uses an embedded server. Set `INFLUXDB_V2_URL`, `INFLUXDB_V2_TOKEN`,
//! `INFLUXDB_V2_ORG` and, if it is not `query`, `INFLUXDB_V2_BUCKET` to use a real one.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::time::SystemTime;

use influx_core::api::Predicate;
use influx_core::query::{Flux, Query};
use influx_core::testing::TestServer;
use influx_core::{Client, FromRow, Measurement, Seconds};

/// Written and read: the attributes are of both ways.
#[derive(Measurement, FromRow, Debug, Clone, PartialEq)]
#[measurement(name = "climate")]
struct Climate {
    #[tag]
    run: String,
    #[tag]
    room: String,
    #[field]
    temperature: f64,
    #[field]
    people: Option<u64>,
    #[time]
    at: Seconds,
}

/// The same row without a copy, as long as the next one is not asked for.
#[derive(FromRow)]
struct Glance<'r> {
    #[tag]
    room: &'r str,
    #[field]
    temperature: f64,
}

/// One field alone, of the tables as Flux makes them: one for each series and field.
#[derive(FromRow)]
struct Degrees {
    #[tag]
    room: String,
    #[field]
    temperature: f64,
    #[time]
    at: Seconds,
}

/// By serde, by the names of the columns.
#[derive(serde::Deserialize)]
struct Warmth {
    room: String,
    temperature: f64,
}

type Failure = Box<dyn Error + Send + Sync>;

const ROOMS: [&str; 3] = ["attic", "hall", "kitchen"];
const MINUTES: i64 = 24 * 60;
const START: i64 = 1_700_000_000;

/// Rows as they were written, one for each moment: that is what `pivot` makes of the tables of Flux.
const WIDE: &str = r#"
from(bucket: bucket)
    |> range(start: start, stop: stop)
    |> filter(fn: (r) => r._measurement == "climate" and r.run == run)
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
"#;

/// The tables as they are: a row for each value.
const NARROW: &str = r#"
from(bucket: bucket)
    |> range(start: start, stop: stop)
    |> filter(fn: (r) => r._measurement == "climate" and r.run == run)
"#;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (client, bucket, _embedded) = connect()?;
    // what other runs left behind does not count
    let run = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis().to_string();
    let written = day(&run);
    client.write(&bucket, &written).await?;
    println!("{} records are written to {bucket:?} at {}", written.len(), client.url());

    let stop = START + MINUTES * 60;
    // names and values are bound, never pasted into the text
    let ask = |flux: &str| -> Query<Flux> {
        let query = client.query(flux).param("bucket", &bucket).param("run", &run);
        query.param("start", Seconds(START)).param("stop", Seconds(stop))
    };

    // The struct again: one row for each record.
    let mut read = ask(WIDE).rows::<Climate>().await?.collect().await?;
    let by_room_and_time = |a: &Climate, b: &Climate| (&a.room, a.at).cmp(&(&b.room, b.at));
    read.sort_by(by_room_and_time);
    same("typed rows", read == written)?;

    // Rows of one value each are put together by the client, if the type has several fields.
    let mut read = ask(NARROW).rows::<Climate>().await?.collect().await?;
    read.sort_by(by_room_and_time);
    same("typed rows, put together", read == written)?;

    // One after the other, nothing copied: the day's mean.
    let mut cursor = ask(WIDE).cursor().await?;
    let mut sums = BTreeMap::new();
    while let Some(Glance { room, temperature }) = cursor.next_as().await? {
        match sums.get_mut(room) {
            Some((sum, count)) => (*sum, *count) = (*sum + temperature, *count + 1),
            None => drop(sums.insert(room.to_owned(), (temperature, 1))),
        }
    }
    for (room, (sum, count)) in &sums {
        println!("  {room:8} {:6.2} degrees, the mean of {count}", sum / f64::from(*count));
    }
    same("borrowed rows", sums.len() == ROOMS.len() && sums.values().all(|(_, n)| i64::from(*n) == MINUTES))?;

    // A type with one field streams from the tables as they are.
    let mut rows = ask(NARROW).rows::<Degrees>().await?;
    let mut warmest: Option<Degrees> = None;
    while let Some(row) = rows.next().await? {
        if warmest.as_ref().is_none_or(|warmest| row.temperature > warmest.temperature) {
            warmest = Some(row);
        }
    }
    let warmest = warmest.ok_or("no row")?;
    println!(
        "  the warmest was {} degrees, in the {} at {}",
        warmest.temperature, warmest.room, warmest.at.0
    );

    // Without a type: records with the types that the server names.
    let mut records = ask(NARROW).records().await?;
    let first = records.next().await?.ok_or("no record")?;
    println!("  the first record: {first}");
    let mut values = 1;
    while records.next().await?.is_some() {
        values += 1;
    }
    let fields = |record: &Climate| 1 + usize::from(record.people.is_some());
    same("records", values == written.iter().map(fields).sum::<usize>())?;

    // By serde.
    let warmth = ask(WIDE).deserialize::<Warmth>().await?.collect().await?;
    let hall = warmth.iter().filter(|row| row.room == "hall" && row.temperature > 0.0).count();
    same("serde", i64::try_from(hall)? == MINUTES)?;

    // In memory, as tables with their group keys; as JSON; as CSV.
    let tables = ask(NARROW).tables().await?;
    let keys: Vec<_> = tables[0].group_key().map(|column| column.name.as_str()).collect();
    println!("  {} tables, grouped by {keys:?}", tables.len());
    same("tables", tables.records().count() == values)?;
    let json = ask(WIDE).json().await?;
    same("JSON", json.as_array().map(Vec::len) == Some(written.len()))?;
    let lines = ask(WIDE).csv().await?.collect().await?;
    println!(
        "  the header of the CSV: {:?}",
        lines.iter().find(|line| line.iter().any(|cell| cell == "room"))
    );

    let all = Predicate::measurement("climate").and_tag("run", &run);
    client.delete(&bucket, Seconds(START)..Seconds(stop)).predicate(all).send().await?;
    let left = ask(NARROW).records().await?.collect().await?.len();
    same("deleted", left == 0)?;
    Ok(())
}

/// A record for each room and minute, sorted by room and time. Now and then nobody counts the people.
fn day(run: &str) -> Vec<Climate> {
    let records = ROOMS.iter().zip(0_i32..).flat_map(|(room, number)| {
        (0..MINUTES).map(move |minute| {
            let warmer = (minute as f64 / MINUTES as f64 * std::f64::consts::TAU).sin();
            Climate {
                run: run.to_owned(),
                room: (*room).to_owned(),
                temperature: 18.0 + f64::from(number) + 2.5 * warmer,
                people: (minute % 7 != 0).then_some(minute as u64 % 5),
                at: Seconds(START + minute * 60),
            }
        })
    });
    records.collect()
}

fn same(what: &str, holds: bool) -> Result<(), Failure> {
    if !holds {
        return Err(format!("{what}: what is read is not what was written").into());
    }
    println!("{what}: as written");
    Ok(())
}

/// The real server that the environment names, else an embedded one.
fn connect() -> Result<(Client, String, Option<TestServer>), Failure> {
    let bucket = env::var("INFLUXDB_V2_BUCKET").unwrap_or_else(|_| "query".to_owned());
    if env::var_os("INFLUXDB_V2_URL").is_some() {
        return Ok((Client::from_env()?, bucket, None));
    }
    let server = TestServer::builder().token("query").bucket(&bucket).start()?;
    let client = Client::builder(server.url()).token("query").org("my-org").build()?;
    Ok((client, bucket, Some(server)))
}
