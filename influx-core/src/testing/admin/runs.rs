//! `/api/v2/tasks/{id}/runs`: runs that are asked for. Nothing is run: a run has succeeded once somebody looks at it,
//! unless it was cancelled before.

use serde_json::{Value, json};

use crate::testing::answer::Outgoing;
use crate::testing::time;

use super::table::{id, text};
use super::{Answer, Body, Call, linked, page, stamp, tasks};

pub(super) fn answer(call: &mut Call<'_>, task: &str, run: Option<&str>) -> Answer {
    tasks::found(call, task)?;
    match (call.method(), run) {
        ("GET", None) => {
            finish(call, task);
            list(call, task)
        }
        (_, None) => {
            // the body may be missing
            let body = if call.request.body.is_empty() { None } else { Some(call.body()?) };
            let at = body.as_ref().map(Body::scheduled).transpose()?.flatten();
            Ok(create(call, task, 201, at))
        }
        ("GET", Some(run)) => {
            finish(call, task);
            Ok(Outgoing::json(200, &shown(&found(call, task, run)?)))
        }
        (_, Some(run)) => cancel(call, task, run),
    }
}

/// `POST /api/v2/tasks/{id}/runs/{id}/retry`: another run, for the same time.
pub(super) fn retry(call: &mut Call<'_>, task: &str, run: &str) -> Answer {
    tasks::found(call, task)?;
    let run = found(call, task, run)?;
    Ok(create(call, task, 200, Some(run["scheduledFor"].clone())))
}

/// `GET /api/v2/tasks/{id}/logs`, and those of one run.
pub(super) fn logs(call: &mut Call<'_>, task: &str, run: Option<&str>) -> Answer {
    tasks::found(call, task)?;
    finish(call, task);
    if let Some(run) = run {
        found(call, task, run)?;
    }
    let of_run = |item: &&Value| run.is_none_or(|run| text(item, "id") == run);
    let runs = call.state.admin.runs.iter().filter(|item| text(item, "taskID") == task).filter(of_run);
    let events: Vec<_> = runs.filter_map(|run| run["log"].as_array()).flatten().collect();
    Ok(Outgoing::json(200, &json!({ "events": events })))
}

/// As InfluxDB lists runs: the latest first, and behind `after` those that were made later.
fn list(call: &Call<'_>, task: &str) -> Answer {
    let bound = |key| {
        let time = call.query(key).map(|text| time::parse(text).ok_or(key)).transpose();
        time.map_err(|key| Outgoing::invalid(&format!("{key} is no RFC 3339 time")))
    };
    let (after, before) = (bound("afterTime")?, bound("beforeTime")?);
    let at = |run: &Value| time::parse(text(run, "scheduledFor")).unwrap_or_default();
    let fits = |run: &&Value| {
        text(run, "taskID") == task
            && call.query("after").is_none_or(|after| text(run, "id") > after)
            && after.is_none_or(|after| at(run) > after)
            && before.is_none_or(|before| at(run) < before)
    };
    let mut runs: Vec<_> = call.state.admin.runs.iter().filter(fits).map(shown).collect();
    runs.sort_by_key(|run| std::cmp::Reverse(at(run)));
    page::cut(call, "runs", runs, tasks::SIZES)
}

fn create(call: &mut Call<'_>, task: &str, status: u16, at: Option<Value>) -> Outgoing {
    let run = json!({
        "taskID": task,
        "status": "scheduled",
        "scheduledFor": at.unwrap_or_else(stamp),
        "requestedAt": stamp(),
        "log": [],
    });
    let id = call.state.admin.runs.add(&mut call.state.ids, run);
    let run = call.state.admin.runs.get(&id).map(shown).unwrap_or_default();
    Outgoing::json(status, &run)
}

fn cancel(call: &mut Call<'_>, task: &str, run: &str) -> Answer {
    let mut run = found(call, task, run)?;
    if run["status"] == "scheduled" {
        end(&mut run, "canceled");
        call.state.admin.runs.put(run);
    }
    Ok(Outgoing::empty(204))
}

/// Ends the runs of a task that are still scheduled.
fn finish(call: &mut Call<'_>, task: &str) {
    let runs = call.state.admin.runs.iter_mut();
    runs.filter(|run| text(run, "taskID") == task && run["status"] == "scheduled")
        .for_each(|run| end(run, "success"));
}

fn end(run: &mut Value, status: &str) {
    let (id, now) = (run["id"].clone(), stamp());
    let event = |message: String| json!({ "runID": id, "time": now, "message": message });
    run["log"] =
        vec![event("Started task from script".to_owned()), event(format!("Completed({status})"))].into();
    run["status"] = status.into();
    (run["startedAt"], run["finishedAt"]) = (now.clone(), now);
}

fn found(call: &Call<'_>, task: &str, run: &str) -> Result<Value, Outgoing> {
    let run = call.state.admin.runs.get(id(run)?).filter(|run| text(run, "taskID") == task);
    run.cloned().ok_or_else(|| Outgoing::unknown("run not found"))
}

fn shown(run: &Value) -> Value {
    let task = text(run, "taskID");
    let mut shown = linked(run, &format!("tasks/{task}/runs"), &["logs", "retry"]);
    shown["links"]["task"] = format!("/api/v2/tasks/{task}").into();
    if let Some(members) = shown.as_object_mut() {
        members.retain(|key, _| !["createdAt", "updatedAt"].contains(&key.as_str()));
    }
    shown
}

impl Body {
    /// When a run is to be, if that is said.
    fn scheduled(&self) -> Result<Option<Value>, Outgoing> {
        match self.text("scheduledFor")? {
            Some(text) if time::parse(text).is_none() => {
                Err(Outgoing::invalid("scheduledFor is no RFC 3339 time"))
            }
            text => Ok(text.map(Value::from)),
        }
    }
}
