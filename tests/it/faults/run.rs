//! A writer, everything that is heard of it, and the account at its end.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use influx_core::testing::TestServer;
use influx_core::write::{FlushReport, Verdict, WriteOptions, Writer};
use influx_core::{Client, ClientBuilder, Destination, Dialect};
use tracing::subscriber::DefaultGuard;

use super::account::{Account, End};
use super::record::{Record, numbers, row};

/// What must be seen nowhere.
pub(super) const TOKEN: &str = "TOK_9f3c71d2a8";

#[derive(Debug, Default)]
struct Heard {
    ends: Vec<(i64, End)>,
    /// The errors that made the writer wait.
    retries: Vec<String>,
    /// All errors, in all their forms.
    words: String,
}

/// A writer that is watched.
pub(super) struct Run {
    pub(super) writer: Writer,
    client: Client,
    heard: Arc<Mutex<Heard>>,
    logs: Logs,
    offered: BTreeSet<i64>,
    _guard: DefaultGuard,
}

/// Batches of ten rows, one at a time, and no long waits.
pub(super) fn options() -> WriteOptions {
    WriteOptions::default()
        .batch_size(10)
        .flush_interval(Duration::from_millis(20))
        .retry_interval(Duration::from_millis(5))
        .max_retry_delay(Duration::from_millis(40))
        .max_retries(20)
}

/// A client of the server in its version's own dialect.
pub(super) fn client(url: &str, dialect: Dialect) -> ClientBuilder {
    Client::builder(url).token(TOKEN).dialect(dialect)
}

pub(super) fn destination(dialect: Dialect) -> Destination {
    match dialect {
        Dialect::V2 => Destination::bucket("b").org("o"),
        _ => Destination::database("b"),
    }
}

/// A server that takes the token, and keeps what it gets in the bucket `b`.
pub(super) fn server(version: &str) -> TestServer {
    let builder = TestServer::builder().version(version).bucket("b");
    if version.starts_with('1') { builder } else { builder.token(TOKEN) }.start().unwrap()
}

impl Run {
    /// A writer to a 2.7 with short waits.
    pub(super) fn to(server: &TestServer) -> Self {
        Self::with(client(&server.url(), Dialect::V2).build().unwrap(), Dialect::V2, options())
    }

    pub(super) fn with(client: Client, dialect: Dialect, options: WriteOptions) -> Self {
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (stored, failed, again) = (Arc::clone(&heard), Arc::clone(&heard), Arc::clone(&heard));
        let options = options
            .on_success(move |report| {
                let mut heard = stored.lock().unwrap();
                for number in numbers(&report.data) {
                    heard.ends.push((number, End::Stored));
                }
            })
            .on_error(move |report, verdict| {
                let mut heard = failed.lock().unwrap();
                let end = match verdict {
                    Verdict::Rejected(rejected) => {
                        write!(heard.words, "{} {:?} {}", rejected.error, rejected.error, rejected.reason)
                            .unwrap();
                        End::Rejected(rejected.reason.clone())
                    }
                    Verdict::Dropped(dropped) => {
                        write!(heard.words, "{:?} {dropped:?}", dropped.error).unwrap();
                        End::Dropped { reason: dropped.reason, possibly_stored: dropped.possibly_stored }
                    }
                    other => panic!("no verdict for on_error: {other:?}"),
                };
                write!(heard.words, "{report:?}").unwrap();
                for number in numbers(&report.data) {
                    heard.ends.push((number, end.clone()));
                }
            })
            .on_retry(move |report, error, _| {
                let mut heard = again.lock().unwrap();
                heard.retries.push(error.to_string());
                write!(heard.words, "{error} {error:?} {report:?}").unwrap();
            });
        let logs = Logs::default();
        let to_logs = logs.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || to_logs.clone())
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        let writer = client.writer_with(destination(dialect), options).unwrap();
        Self { writer, client, heard, logs, offered: BTreeSet::new(), _guard: guard }
    }

    pub(super) async fn write(&mut self, records: impl IntoIterator<Item = Record>) {
        for record in records {
            self.offered.insert(record.number());
            self.writer.write(&record).await.unwrap();
        }
    }

    /// Writes a record by another handle.
    pub(super) async fn offer_to(&mut self, writer: &Writer, number: i64) {
        self.offered.insert(number);
        writer.write(&row(number)).await.unwrap();
    }

    pub(super) async fn flush(&self) -> FlushReport {
        self.writer.flush(Some(Duration::from_secs(20))).await
    }

    /// Closes the writer, and checks that each record was reported once, and truly.
    pub(super) async fn finish(self, server: &TestServer) -> Account {
        let deadline = Duration::from_secs(20);
        let closed = self.writer.close(Some(deadline)).await;
        let heard = std::mem::take(&mut *self.heard.lock().unwrap());
        let shown = format!("{:?} {:?} {closed:?} {:?}", self.client, self.writer, self.writer.stats());
        let logs = self.logs.take();
        no_secret("errors", &heard.words);
        no_secret("Debug", &shown);
        no_secret("logs", &logs);
        let account = Account::new(heard.ends, heard.retries);
        account.is_true(&self.offered, server);
        account
    }
}

/// What anybody may see holds no secret. With `INFLUX_HEARD` set, it is shown, so that others can search it too.
#[track_caller]
pub(super) fn no_secret(what: &str, text: &str) {
    assert!(!text.contains(TOKEN), "the token is in the {what}: {text}");
    if std::env::var_os("INFLUX_HEARD").is_some() {
        // the macro would be captured
        let _ = writeln!(io::stderr(), "heard in the {what}: {text}");
    }
}

/// What is logged.
#[derive(Clone, Default)]
struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    fn take(&self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut *self.0.lock().unwrap())).into_owned()
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
