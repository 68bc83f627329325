//! A frame goes into InfluxDB and comes back: 44 years of carbon dioxide at Mauna Loa, week by week, by the roles of their
//! columns, from a Polars frame and from an Arrow batch. What is stored is read back as frames, compared with what was
//! written, and drawn: as a PNG, and as text.
//!
//! `cargo run --release --example frame --features frame` uses an embedded server and draws `co2.png`; another path may
//! be given. Set `INFLUXDB_V2_URL`, `INFLUXDB_V2_TOKEN`, `INFLUXDB_V2_ORG` and, if it is not `frame`, `INFLUXDB_V2_BUCKET`
//! to use a real one.

#![allow(clippy::print_stdout)]

mod data;
mod plot;

use std::env;
use std::error::Error;
use std::path::PathBuf;

use arrow_array::RecordBatch;
use data::Weeks;
use influx_core::Client;
use influx_core::query::{Flux, Query};
use influx_core::testing::TestServer;
use influx_frame::{ClientFrameExt, FrameReport, QueryFrames, Roles};
use polars::prelude::DataFrame;

type Failure = Box<dyn Error + Send + Sync>;

/// The rows of a measurement as they were written.
const STORED: &str = r#"
from(bucket: bucket)
    |> range(start: 1958-01-01T00:00:00Z, stop: 2002-01-01T00:00:00Z)
    |> filter(fn: (r) => r._measurement == measurement)
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
    |> keep(columns: ["_time", "station", "ppm"])
    |> sort(columns: ["_time"])
"#;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let path = env::args().nth(1).map_or_else(|| PathBuf::from("co2.png"), PathBuf::from);
    let bucket = env::var("INFLUXDB_V2_BUCKET").unwrap_or_else(|_| "frame".to_owned());
    let (_server, client) = connect(&bucket)?;
    let weeks = Weeks::read()?;

    // The same roles for both: the station is a tag, the date is the time, and what is left is a field.
    let roles = |measurement| Roles::new(measurement).tag("station").time("date");
    let frame = weeks.polars()?;
    println!("{} weeks: {:?}", frame.height(), frame.schema());
    let report = client.write_frame(bucket.as_str(), &frame, &roles("co2_polars")).await?;
    all_stored("from Polars", &report, &weeks)?;
    let batch = weeks.arrow()?;
    let report = client.write_frame(bucket.as_str(), &batch, &roles("co2_arrow")).await?;
    all_stored("from Arrow", &report, &weeks)?;

    // Crosswise, so that each way is compared with the other's.
    let stored = |measurement| query(&client, &bucket, measurement);
    let batch: RecordBatch = stored("co2_polars").frame().await?;
    compare(&weeks, &data::of_batch(&batch)?)?;
    let frame: DataFrame = stored("co2_arrow").frame().await?;
    let points = data::of_frame(&frame)?;
    compare(&weeks, &points)?;
    println!("came back: {} weeks: {:?}", frame.height(), frame.schema());

    let years: Vec<_> = points.iter().map(|(nanos, ppm)| (year(*nanos), *ppm)).collect();
    println!("CO2 at Mauna Loa, parts per million\n\n{}", plot::text(&years, 96, 24));
    plot::png(&years, &path)?;
    println!("{} weeks are stored, equal to what was written, and drawn in {}", points.len(), path.display());
    Ok(())
}

fn query(client: &Client, bucket: &str, measurement: &str) -> Query<Flux> {
    client.query(STORED).param("bucket", bucket).param("measurement", measurement)
}

/// Every week with a value is stored, and the others are counted.
fn all_stored(what: &str, report: &FrameReport, weeks: &Weeks) -> Result<(), Failure> {
    let values = weeks.ppm.iter().flatten().count() as u64;
    println!(
        "{what}: {} rows, {} stored, {} without a value, {} bytes in {} requests",
        report.rows, report.stored, report.empty, report.bytes, report.requests
    );
    if (report.stored, report.empty) != (values, weeks.days.len() as u64 - values) {
        return Err(format!("{what}: {values} values were to be stored: {report:?}").into());
    }
    Ok(())
}

/// What came back is what was written, bit for bit.
fn compare(weeks: &Weeks, stored: &[(i64, f64)]) -> Result<(), Failure> {
    let written: Vec<_> = weeks
        .days
        .iter()
        .zip(&weeks.ppm)
        .filter_map(|(day, ppm)| Some((i64::from(*day) * data::NANOS_A_DAY, (*ppm)?)))
        .collect();
    if written != stored {
        let differs = written.iter().zip(stored).find(|(a, b)| a != b);
        return Err(format!(
            "{} values were written, {} came back; the first that differs: {differs:?}",
            written.len(),
            stored.len()
        )
        .into());
    }
    Ok(())
}

/// A moment in years, near enough for a plot.
fn year(nanos: i64) -> f64 {
    1970.0 + nanos as f64 / (365.2425 * data::NANOS_A_DAY as f64)
}

/// A real server, if there is one in the environment; else an embedded one, which lives as long as what is returned.
fn connect(bucket: &str) -> Result<(Option<TestServer>, Client), Failure> {
    if env::var_os("INFLUXDB_V2_URL").is_some() {
        return Ok((None, Client::from_env()?));
    }
    let server = TestServer::builder().token("secret").bucket(bucket).start()?;
    let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
    Ok((Some(server), client))
}
