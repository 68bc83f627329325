//! This library: its client, with a transport that has the answer in memory, in pieces as they come from a network.

use super::answer::{Answer, Sum};
use super::{Failure, Reading};
use bytes::Bytes;
use influx_core::http::{Body, Chunks, Transport, TransportFuture, http};
use influx_core::query::Value;
use influx_core::{Client, Epoch, FromRow, Nanos, Precision};
use tokio::runtime::Runtime;

/// The length of a piece, in bytes.
pub(super) const PIECE: usize = 64 * 1024;

pub(super) struct Ours {
    runtime: Runtime,
    client: Client,
    way: Way,
}

/// What a row is read into.
#[derive(Clone, Copy)]
enum Way {
    /// A type that borrows its texts from the row.
    Typed,
    /// A type that owns them.
    Owned,
    /// A `Record`.
    Record,
}

/// The columns that are read, with `T` for text.
#[derive(FromRow)]
struct Cpu<T> {
    #[tag]
    host: T,
    #[tag]
    region: T,
    #[field("ctx_switches")]
    switches: i64,
    #[field("usage_system")]
    system: f64,
    #[field("usage_user")]
    user: f64,
    #[time]
    time: Nanos,
}

impl Ours {
    pub(super) fn new(name: &str, answer: &Answer) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let client =
            Client::builder("http://memory").org("o").transport(Memory(answer.text.clone())).build()?;
        let way = match name {
            "ours-typed" => Way::Typed,
            "ours-owned" => Way::Owned,
            _ => Way::Record,
        };
        Ok(Self { runtime, client, way })
    }
}

impl Reading for Ours {
    fn read(&mut self) -> Result<Sum, Failure> {
        let Self { runtime, client, way } = self;
        let mut sum = Sum { text: Some(0), micros: Some(0), nanos: Some(0), ..Sum::default() };
        runtime.block_on(async {
            let query = client.query("from(bucket: \"b\")");
            match way {
                Way::Typed => {
                    let mut cursor = query.cursor().await?;
                    while let Some(row) = cursor.next_as::<Cpu<&str>>().await? {
                        add(&mut sum, &row);
                    }
                }
                Way::Owned => {
                    let mut rows = query.rows::<Cpu<String>>().await?;
                    while let Some(row) = rows.next().await? {
                        add(&mut sum, &row);
                    }
                }
                Way::Record => {
                    let mut records = query.records().await?;
                    while let Some(record) = records.next().await? {
                        let [.., time, _, host, region, switches, system, user] = record.values() else {
                            return Err("a record has too few values".into());
                        };
                        add(&mut sum, &of(time, host, region, switches, system, user)?);
                    }
                }
            }
            Ok(sum)
        })
    }
}

fn of<'r>(
    time: &Value,
    host: &'r Value,
    region: &'r Value,
    switches: &Value,
    system: &Value,
    user: &Value,
) -> Result<Cpu<&'r str>, Failure> {
    use Value::{Double, Long, String, Time};
    match (host, region, switches, system, user, time) {
        (String(host), String(region), Long(switches), Double(system), Double(user), Time(time)) => Ok(Cpu {
            host,
            region,
            switches: *switches,
            system: *system,
            user: *user,
            time: Nanos(Epoch::to_precision(*time, Precision::Nanoseconds).ok_or("a time out of range")?),
        }),
        _ => Err("a value has another type".into()),
    }
}

fn add<T: AsRef<str>>(sum: &mut Sum, row: &Cpu<T>) {
    sum.rows += 1;
    sum.long += row.switches;
    sum.double += row.system + row.user;
    let text = (row.host.as_ref().len() + row.region.as_ref().len()) as u64;
    sum.text = sum.text.map(|all| all + text);
    sum.micros = sum.micros.map(|all| all + i128::from(row.time.0 / 1_000));
    sum.nanos = sum.nanos.map(|all| all + row.time.0 % 1_000);
}

/// A transport that answers with these bytes.
#[derive(Debug)]
pub(crate) struct Memory(pub(crate) Bytes);

impl Transport for Memory {
    fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_, http::Response<Body>> {
        let body = Body::chunks(Pieces(self.0.clone()));
        Box::pin(async { Ok(http::Response::new(body)) })
    }
}

struct Pieces(Bytes);

impl Chunks for Pieces {
    fn next(&mut self) -> TransportFuture<'_, Option<Bytes>> {
        let piece = self.0.split_to(PIECE.min(self.0.len()));
        Box::pin(async { Ok(Some(piece).filter(|piece| !piece.is_empty())) })
    }
}
