//! Runs of tasks, and what they log.

use ::http::Method;
use ::http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{call, done, json as read, page};
use super::options::options;
use super::page::{Entry, Listing, Paged, Paging};
use super::resource::Api;
use super::words::words;
use super::{RunId, Task, TaskId, absent};
use crate::Epoch;
use crate::error::Result;
use crate::http::{Call, Request};

/// One run of a task.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The task.
    #[serde(rename = "taskID")]
    pub task_id: Option<TaskId>,
    /// How far it came.
    #[serde(default, deserialize_with = "absent::text")]
    pub status: Option<RunStatus>,
    /// The time that it is for: what `now()` is in it.
    #[serde(default, deserialize_with = "absent::text")]
    pub scheduled_for: Option<Epoch>,
    /// When it began.
    #[serde(default, deserialize_with = "absent::text")]
    pub started_at: Option<Epoch>,
    /// When it ended.
    #[serde(default, deserialize_with = "absent::text")]
    pub finished_at: Option<Epoch>,
    /// When it was asked for, if it was.
    #[serde(default, deserialize_with = "absent::text")]
    pub requested_at: Option<Epoch>,
    /// What it logged.
    #[serde(default, deserialize_with = "absent::or_default")]
    pub log: Vec<LogEvent>,
    /// The Flux that it ran.
    #[serde(default, deserialize_with = "absent::text")]
    pub flux: Option<String>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

words! {
    /// How far a run came.
    pub enum RunStatus {
        /// It waits.
        Scheduled = "scheduled",
        /// It has begun.
        Started = "started",
        /// It failed.
        Failed = "failed",
        /// It came to its end.
        Success = "success",
        /// It was cancelled.
        Canceled = "canceled",
    }
}

/// What a run says of itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct LogEvent {
    /// What happened.
    #[serde(default, deserialize_with = "absent::or_default")]
    pub message: String,
    /// When.
    #[serde(default, deserialize_with = "absent::text")]
    pub time: Option<Epoch>,
    /// In which run.
    #[serde(default, rename = "runID", deserialize_with = "absent::text")]
    pub run_id: Option<RunId>,
}

options! {
    /// Which runs a list holds.
    pub struct RunFilter() {
        /// Those that were made later than the one of this id.
        after: RunId = "after",
        /// Those that are for a time after this.
        after_time: Epoch = "afterTime",
        /// Those that are for a time before this.
        before_time: Epoch = "beforeTime",
        [
            /// How many a page holds: 1 to 500. Default: 500 for [`Api::all_runs`], else the server's, mostly 100.
            limit: u32 = "limit",
        ]
    }
}

impl Entry for Run {
    const NOUN: &'static str = "run";
    const LIST: &'static str = "runs";
    const PAGING: Paging = Paging::Back(500);

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn time(&self) -> Option<Epoch> {
        // those under way are on each page
        self.finished_at.and(self.scheduled_for)
    }
}

impl From<&Run> for RunId {
    fn from(run: &Run) -> Self {
        run.id.clone()
    }
}

const RUNS: &str = "runs";

impl Api<Task> {
    /// One page of a task's runs: as many as the filter's `limit` says, or the server by itself.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub fn runs(&self, task: impl Into<TaskId>, filter: RunFilter) -> Call<Vec<Run>> {
        match self.listing_of_runs(&task.into(), &filter) {
            Ok(listing) => Call::future("GET /api/v2/tasks", move || Box::pin(listing.first())),
            Err(error) => Call::settled(Err(error)),
        }
    }

    /// All runs of a task that the server still knows, page by page as they are asked for; the latest come first.
    pub fn all_runs(&self, task: impl Into<TaskId>, filter: RunFilter) -> Paged<Run> {
        Paged::new(self.listing_of_runs(&task.into(), &filter))
    }

    fn listing_of_runs(&self, task: &TaskId, filter: &RunFilter) -> Result<Listing<Run>> {
        Listing::new(self.client(), self.below(Method::GET, task, RUNS)?, filter)
    }

    /// One run.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn run(&self, task: impl Into<TaskId>, run: impl Into<RunId>) -> Call<Run> {
        call(self.client(), self.at_run(Method::GET, &task.into(), &run.into()), read)
    }

    /// What one run logged.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn run_logs(&self, task: impl Into<TaskId>, run: impl Into<RunId>) -> Call<Vec<LogEvent>> {
        let request = self.at_run(Method::GET, &task.into(), &run.into());
        call(self.client(), request.map(|request| request.segment("logs")), |answer| {
            Ok(page(answer, EVENTS)?.items)
        })
    }

    /// What the runs of a task logged.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn logs(&self, task: impl Into<TaskId>) -> Call<Vec<LogEvent>> {
        let request = self.below(Method::GET, &task.into(), "logs");
        call(self.client(), request, |answer| Ok(page(answer, EVENTS)?.items))
    }

    /// Runs a task once, at once, as if it were this time; without one, the present.
    ///
    /// ```no_run
    /// # async fn run(client: influx_core::Client) -> influx_core::Result<()> {
    /// use std::time::{Duration, SystemTime};
    ///
    /// let yesterday = SystemTime::now() - Duration::from_secs(86_400);
    /// client.tasks().run_now("04c8a7e7e5b52000", Some(yesterday.into())).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get); [`Conflict`](crate::ErrorKind::Conflict) if it is running for that time already.
    pub fn run_now(&self, task: impl Into<TaskId>, scheduled_for: Option<Epoch>) -> Call<Run> {
        let body = match scheduled_for {
            Some(time) => json!({ "scheduledFor": time }),
            None => json!({}),
        };
        let request = self.below(Method::POST, &task.into(), RUNS).and_then(|request| request.json(&body));
        call(self.client(), request, read)
    }

    /// Runs again what a run was for.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn retry(&self, task: impl Into<TaskId>, run: impl Into<RunId>) -> Call<Run> {
        let request = self.at_run(Method::POST, &task.into(), &run.into());
        let request = request.and_then(|request| request.segment("retry").json(&json!({})));
        // the contract knows no other here
        let request = request.map(|request| request.header(CONTENT_TYPE, "application/json; charset=utf-8"));
        call(self.client(), request, read)
    }

    /// Cancels a run that is under way.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn cancel(&self, task: impl Into<TaskId>, run: impl Into<RunId>) -> Call<()> {
        call(self.client(), self.at_run(Method::DELETE, &task.into(), &run.into()), done)
    }

    fn at_run(&self, method: Method, task: &TaskId, run: &RunId) -> Result<Request> {
        run.of(self.below(method, task, RUNS)?)
    }
}

/// The key below which events stand.
const EVENTS: &str = "events";
