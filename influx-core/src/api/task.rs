//! Tasks.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::every::{Every, Schedule, with_option};
use super::options::options;
use super::org::{Form, Org};
use super::page::{Entry, Paging};
use super::related::{Labelled, Shared};
use super::resource::sealed::Wire;
use super::resource::{Api, Named, Owned, Resource};
use super::words::{Status, words};
use super::{AuthorizationId, Label, OrgId, RunStatus, ScriptId, TaskId, UserId, absent};
use crate::Epoch;
use crate::client::Client;
use crate::error::Result;
use crate::http::Call;

/// A task: a script that the server runs again and again.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Its name.
    pub name: String,
    /// The organisation that it belongs to, …
    #[serde(rename = "orgID")]
    pub org_id: Option<OrgId>,
    /// … and its name.
    pub org: Option<String>,
    /// The user who made it.
    #[serde(default, rename = "ownerID", deserialize_with = "absent::text")]
    pub owner_id: Option<UserId>,
    /// By which authorization it runs.
    #[serde(default, rename = "authorizationID", deserialize_with = "absent::text")]
    pub authorization_id: Option<AuthorizationId>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it runs.
    #[serde(default, deserialize_with = "absent::text")]
    pub status: Option<Status>,
    /// Its Flux; empty if it runs an invokable script.
    #[serde(default, deserialize_with = "absent::or_default")]
    pub flux: String,
    /// The invokable script that it runs; only Cloud has this.
    #[serde(default, rename = "scriptID", deserialize_with = "absent::text")]
    pub script_id: Option<ScriptId>,
    /// What that script is called with.
    pub script_parameters: Option<Map<String, Value>>,
    /// How much time is between two runs, as Flux writes durations.
    #[serde(default, deserialize_with = "absent::text")]
    pub every: Option<String>,
    /// When it runs, as cron writes it.
    #[serde(default, deserialize_with = "absent::text")]
    pub cron: Option<String>,
    /// How much later than that it runs, as Flux writes durations.
    #[serde(default, deserialize_with = "absent::text")]
    pub offset: Option<String>,
    /// Up to when it has run.
    #[serde(default, deserialize_with = "absent::text")]
    pub latest_completed: Option<Epoch>,
    /// How the last run ended.
    #[serde(default, deserialize_with = "absent::text")]
    pub last_run_status: Option<RunStatus>,
    /// Why the last run failed.
    #[serde(default, deserialize_with = "absent::text")]
    pub last_run_error: Option<String>,
    /// Its labels.
    #[serde(default, deserialize_with = "absent::or_default")]
    pub labels: Vec<Label>,
    /// When it was made.
    #[serde(default, deserialize_with = "absent::text")]
    pub created_at: Option<Epoch>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "absent::text")]
    pub updated_at: Option<Epoch>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

words! {
    /// Whose tasks a list holds.
    pub enum TaskKind {
        /// Those of users, without what takes the server long to find.
        Basic = "basic",
        /// Those of the server itself.
        System = "system",
    }
}

options! {
    /// A task that is to be made of Flux that has an `option task` in it. [`Api::create_every`] and
    /// [`Api::create_cron`] write that option.
    pub struct NewTask(flux: String = "flux") {
        /// What it is for.
        description: String = "description",
        /// Whether it runs. Default: it does.
        status: Status = "status",
    }

    /// A task that is to be made of an invokable script, for [`Api::create_of_script`]. Only Cloud has this.
    pub struct NewScriptTask(name: String = "name", script_id: ScriptId = "scriptID") {
        /// What the script is called with.
        script_parameters: Map<String, Value> = "scriptParameters",
        /// How much time is between two runs; or else [`cron`](Self::cron) says when it runs.
        every: Every = "every",
        /// When it runs, as cron writes it.
        cron: String = "cron",
        /// How much later it runs.
        offset: Every = "offset",
        /// What it is for.
        description: String = "description",
        /// Whether it runs. Default: it does.
        status: Status = "status",
    }

    /// What changes of a task.
    pub struct TaskUpdate() {
        /// Its name, in the option of its Flux.
        name: String = "name",
        /// What it is for; empty text clears it.
        description: String = "description",
        /// Whether it runs.
        status: Status = "status",
        /// Its Flux, with the option.
        flux: String = "flux",
        /// How much time is between two runs, in place of the times that there are.
        every: Every = "every",
        /// When it runs, as cron writes it, in place of the times that there are.
        cron: String = "cron",
        /// How much later it runs; `0s` clears it.
        offset: Every = "offset",
        /// The invokable script that it runs; only Cloud has this.
        script_id: ScriptId = "scriptID",
        /// What that script is called with.
        script_parameters: Map<String, Value> = "scriptParameters",
    }

    /// Which tasks a list holds.
    pub struct TaskFilter() {
        /// Those of this name.
        name: String = "name",
        /// Those of a user, by id.
        user: UserId = "user",
        /// Those that run, or those that do not.
        status: Status = "status",
        /// Those of a kind.
        kind: TaskKind = "type",
        /// Those behind the one of this id.
        after: TaskId = "after",
        [
            /// How many a page holds: 1 to 500. Default: 500 for [`Api::list_all`], else the server's, mostly 100.
            limit: u32 = "limit",
        ]
    }
}

impl Entry for Task {
    const NOUN: &'static str = "task";
    const LIST: &'static str = "tasks";
    const PAGING: Paging = Paging::After(500);

    fn key(&self) -> &str {
        self.id.as_str()
    }
}

impl Wire for Task {
    const PATH: &'static str = "/api/v2/tasks";
    const ORG_OF_LIST: Form = Form::Either;
    const ORG_OF_NEW: Form = Form::Either;
}

impl Resource for Task {
    type New = NewTask;
    type Update = TaskUpdate;
    type Filter = TaskFilter;
}

impl Named for Task {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Owned for Task {}
impl Labelled for Task {}
impl Shared for Task {}

impl Api<Task> {
    /// Makes a task of Flux without an option that runs at intervals: a [`Duration`](std::time::Duration), or text such
    /// as `1d`.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); [`Config`](crate::ErrorKind::Config) for a name that is empty, and for text that is no
    /// duration.
    pub fn create_every(&self, name: &str, flux: &str, every: impl Into<Every>) -> Call<Task> {
        self.scheduled(with_option(name, flux, &Schedule::Every(every.into())))
    }

    /// Makes a task of Flux without an option that runs when cron says, such as `0 * * * *`.
    ///
    /// # Errors
    ///
    /// As [`create_every`](Self::create_every).
    pub fn create_cron(&self, name: &str, flux: &str, cron: impl Into<String>) -> Call<Task> {
        self.scheduled(with_option(name, flux, &Schedule::Cron(cron.into())))
    }

    fn scheduled(&self, flux: Result<String>) -> Call<Task> {
        match flux {
            Ok(flux) => self.create(NewTask::new(flux)),
            Err(error) => Call::settled(Err(error)),
        }
    }

    /// Makes a task that runs an invokable script. Only Cloud has this.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub fn create_of_script(&self, new: NewScriptTask) -> Call<Task> {
        self.create_for(new, self.scope())
    }

    /// Makes a task with the Flux, or the invokable script and its times, and with the description, status, organisation
    /// and labels of another.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); if it is a label that cannot be put on it, the task is there all the same.
    pub fn clone_task(&self, of: &Task) -> Call<Task> {
        let org = of.org_id.clone().map(Org::Id).or_else(|| self.scope());
        let (description, status) = (of.description.clone(), of.status.clone());
        let create = match &of.script_id {
            None => self.create_for(NewTask { flux: of.flux.clone(), description, status }, org),
            Some(script_id) => {
                let new = NewScriptTask {
                    name: of.name.clone(),
                    script_id: script_id.clone(),
                    script_parameters: of.script_parameters.clone(),
                    every: of.every.clone().map(Every::from),
                    cron: of.cron.clone(),
                    offset: of.offset.clone().map(Every::from),
                    description,
                    status,
                };
                self.create_for(new, org)
            }
        };
        let (api, labels) = (self.clone(), of.labels.clone());
        Call::future("POST /api/v2/tasks", move || {
            Box::pin(async move {
                let mut task = create.await?;
                for label in &labels {
                    task.labels.push(api.add_label(&task, label).await?);
                }
                Ok(task)
            })
        })
    }
}

impl Client {
    /// Tasks.
    ///
    /// ```
    /// # #[cfg(feature = "test-server")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::api::RunFilter;
    /// use influx_core::{Client, testing::TestServer};
    ///
    /// let server = TestServer::builder().token("secret").org("my-org").bucket("machines").start()?;
    /// let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
    ///
    /// let flux = r#"from(bucket: "machines") |> range(start: -task.every) |> mean() |> to(bucket: "hourly")"#;
    /// let task = client.tasks().create_every("hourly means", flux, "1h").await?;
    /// let run = client.tasks().run_now(&task, None).await?;
    /// for event in client.tasks().run_logs(&task, &run).await? {
    ///     println!("{}", event.message);
    /// }
    /// assert_eq!(client.tasks().runs(&task, RunFilter::new().limit(10)).await?.len(), 1);
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "test-server"))]
    /// # fn main() {}
    /// ```
    pub fn tasks(&self) -> Api<Task> {
        Api::new(self)
    }
}
