//! The answer that all read, as InfluxDB gives it to `from |> range |> filter |> pivot`, and what is in it.

use super::Failure;
use bytes::Bytes;
use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

const HOSTS: u32 = 20; // a table each
const ROWS: u32 = 50_000; // of each table
const SEED: u64 = 0x1f1;
const START: i64 = 1_700_000_000; // s
const HEAD: &str = "\
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,string,string,string,long,double,double\r\n\
#group,false,false,true,true,false,true,true,true,false,false,false\r\n\
#default,_result,,,,,,,,,,\r\n\
,result,table,_start,_stop,_time,_measurement,host,region,ctx_switches,usage_system,usage_user\r\n";

pub(crate) struct Answer {
    pub(crate) text: Bytes,
    pub(crate) sum: Sum,
}

/// What all rows add up to; only what the reader takes from them.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Sum {
    pub(crate) rows: u64,
    /// Of `ctx_switches`.
    pub(crate) long: i64,
    /// Of both usages, one after the other.
    pub(crate) double: f64,
    /// The bytes of `host` and `region`.
    pub(crate) text: Option<u64>,
    /// Of `_time`, each in microseconds: what Python keeps.
    pub(crate) micros: Option<i128>,
    /// What is below a microsecond in each.
    pub(crate) nanos: Option<i64>,
}

impl Sum {
    pub(crate) fn check(&self, name: &str, read: &Self) -> Result<(), Failure> {
        let wanted = Self {
            text: self.text.filter(|_| read.text.is_some()),
            micros: self.micros.filter(|_| read.micros.is_some()),
            nanos: self.nanos.filter(|_| read.nanos.is_some()),
            ..*self
        };
        if wanted == *read {
            return Ok(());
        }
        Err(format!("{name} reads something else: {read:?} and not {wanted:?}").into())
    }
}

impl Answer {
    pub(crate) fn new() -> Self {
        let mut random = fastrand::Rng::with_seed(SEED);
        let mut text = HEAD.to_owned();
        let mut sum = Sum { text: Some(0), micros: Some(0), nanos: Some(0), ..Sum::default() };
        for host in 0..HOSTS {
            let (name, region) = (format!("server-{host:02}"), ["eu-west-1", "us-east-1"][host as usize % 2]);
            for row in 0..ROWS {
                let (second, nanos) = (i64::from(row) * 10, random.i64(0..1_000_000_000));
                let (switches, system, user) =
                    (random.i64(0..10_000_000), random.f64() * 100.0, (random.f64() * 1e3).round() / 10.0);
                let time = time(START + second, nanos);
                let _ = write!(
                    text,
                    ",,{host},2023-11-14T22:13:20Z,2023-11-21T22:13:20Z,{time},cpu,{name},{region},{switches},{system},{user}\r\n"
                );
                sum.rows += 1;
                sum.long += switches;
                sum.double += system + user;
                sum.text = sum.text.map(|text| text + (name.len() + region.len()) as u64);
                sum.micros =
                    sum.micros.map(|all| all + i128::from((START + second) * 1_000_000 + nanos / 1_000));
                sum.nanos = sum.nanos.map(|all| all + nanos % 1_000);
            }
        }
        Self { text: text.into(), sum }
    }

    /// Serves it to every request, for as long as the process lives; the URL.
    pub(crate) fn serve(&self) -> Result<String, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (url, text) = (format!("http://{}", listener.local_addr()?), self.text.clone());
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // an error is a client that is gone
                let _ = respond(connection, &text);
            }
        });
        Ok(url)
    }
}

/// A moment in the week from the start on, without trailing zeros of the second, as servers write it.
fn time(seconds: i64, nanos: i64) -> String {
    let (day, second) = ((seconds - START + 80_000) / 86_400, (seconds - START + 80_000) % 86_400);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let text = format!("2023-11-{:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}", 14 + day);
    format!("{}Z", text.trim_end_matches('0').trim_end_matches('.'))
}

fn respond(mut connection: TcpStream, text: &[u8]) -> io::Result<()> {
    let mut request = BufReader::new(connection.try_clone()?);
    let (mut line, mut length) = (String::new(), 0);
    while request.read_line(&mut line)? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        line.clear();
    }
    request.take(length).read_to_end(&mut Vec::new())?;
    write!(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: text/csv; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        text.len()
    )?;
    connection.write_all(text)
}
