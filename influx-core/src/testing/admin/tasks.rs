//! `/api/v2/tasks`: scripts with the times at which they would run.

use serde_json::{Value, json};

use crate::testing::answer::Outgoing;
use crate::testing::flux::TaskOptions;

use super::page::{self, Sizes};
use super::table::{id, text};
use super::{Answer, Body, Call, linked, related, users};

/// The sizes of lists of tasks and runs.
pub(super) const SIZES: Sizes = Sizes { usual: 100, most: 500 };

pub(super) fn answer(call: &mut Call<'_>, task: Option<&str>) -> Answer {
    match (call.method(), task) {
        ("GET", None) => list(call),
        (_, None) => create(call),
        ("GET", Some(task)) => Ok(Outgoing::json(200, &shown(call, &found(call, task)?))),
        ("PATCH", Some(task)) => update(call, task),
        (_, Some(task)) => delete(call, task),
    }
}

fn list(call: &mut Call<'_>) -> Answer {
    let org = call.org()?;
    let filters = [
        ("orgID", org.as_deref()),
        ("name", call.query("name")),
        ("ownerID", call.query("user")),
        ("status", call.query("status")),
    ];
    let fits =
        |task: &&Value| filters.iter().all(|(key, value)| value.is_none_or(|value| text(task, key) == value));
    let tasks = call.state.admin.tasks.iter().filter(fits).map(|task| shown(call, task)).collect();
    page::list(call, "tasks", tasks, SIZES)
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.body()?;
    let flux = body.text("flux")?.filter(|flux| !flux.is_empty());
    let flux = flux.ok_or_else(|| Outgoing::invalid("failed to decode request: missing flux"))?;
    let org = call.org_of(&body)?;
    let org = org.ok_or_else(|| Outgoing::invalid("failed to decode request: missing orgID and org"))?;
    let mut task = json!({
        "orgID": org,
        "ownerID": users::my_id(call),
        "status": body.status()?.unwrap_or("active"),
    });
    body.copy(&["description"], &mut task)?;
    set_script(&mut task, flux, "create")?;
    let id = call.state.admin.tasks.add(&mut call.state.ids, task);
    Ok(Outgoing::json(201, &shown(call, &found(call, &id)?)))
}

fn update(call: &mut Call<'_>, task: &str) -> Answer {
    let (mut task, body) = (found(call, task)?, call.body()?);
    body.status()?;
    body.copy(&["status", "description"], &mut task)?;
    let flux = body.text("flux")?.unwrap_or(text(&task, "flux")).to_owned();
    let flux = with_options(&flux, &body)?;
    set_script(&mut task, &flux, "update")?;
    let answer = Outgoing::json(200, &shown(call, &task));
    call.state.admin.tasks.put(task);
    Ok(answer)
}

fn delete(call: &mut Call<'_>, task: &str) -> Answer {
    let task = found(call, task)?;
    call.state.admin.tasks.remove(text(&task, "id"));
    call.state.admin.runs.retain(|run| run["taskID"] != task["id"]);
    call.state.admin.unrelate(text(&task, "id"));
    Ok(Outgoing::empty(204))
}

/// A script whose options are those that a body names, or else its own.
fn with_options(flux: &str, body: &Body) -> Result<String, Outgoing> {
    let mut options = options(flux, "update")?;
    let mut is_changed = false;
    for key in ["name", "every", "cron", "offset"] {
        if let Some(value) = body.text(key)?.filter(|value| !value.is_empty()) {
            options.set(key, value);
            is_changed = true;
        }
    }
    Ok(if is_changed { options.written_into(flux) } else { flux.to_owned() })
}

/// Takes over a script and what its options say.
fn set_script(task: &mut Value, flux: &str, action: &str) -> Result<(), Outgoing> {
    let options = options(flux, action)?;
    task["flux"] = flux.into();
    for key in ["name", "every", "cron", "offset"] {
        match options.get(key) {
            Some(value) => task[key] = value.into(),
            None => drop(task.as_object_mut().and_then(|members| members.remove(key))),
        }
    }
    Ok(())
}

fn options(flux: &str, action: &str) -> Result<TaskOptions, Outgoing> {
    TaskOptions::read(flux).map_err(|why| Outgoing::invalid(&format!("failed to {action} task: {why}")))
}

pub(super) fn found(call: &Call<'_>, task: &str) -> Result<Value, Outgoing> {
    let task = call.state.admin.tasks.get(id(task)?);
    task.cloned().ok_or_else(|| Outgoing::unknown("failed to find task: task not found"))
}

/// A task with its labels and the name of its organisation.
fn shown(call: &Call<'_>, task: &Value) -> Value {
    let org = call.state.admin.orgs.get(text(task, "orgID"));
    let mut shown = linked(task, "tasks", &["members", "owners", "labels", "runs", "logs"]);
    shown["org"] = org.map(|org| org["name"].clone()).unwrap_or_default();
    shown["labels"] = related::list(call, text(task, "id"), "labels").into();
    shown
}
