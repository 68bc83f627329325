//! Everything that is found out before the first byte is sent.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::Load;
use super::account::Account;
use super::chunk::{Chunks, Columns, FileStamp, Planned};
use super::error::{Cause, FilePlanError, LoadError, ReadError};
use super::manifest::{FileEntry, Header, Manifest};
use super::report::LoadReport;
use super::work::Work;
use crate::plan::Plan;
use crate::policy::OnNullTime;
use crate::roles::Roles;

/// A load that can begin.
pub(super) struct Prepared {
    pub(super) work: Work,
    pub(super) manifest: Option<Manifest>,
    pub(super) account: Account,
}

/// Finds the files, checks the roles against each, and takes in what the manifest says, unless nobody waits for that any
/// more. Blocks.
pub(super) fn prepare(load: &Load, started: Instant, is_left: &AtomicBool) -> Result<Prepared, LoadError> {
    let mut report = LoadReport::default();
    let source = |message| LoadError::new(Cause::Source(message), LoadReport::default());
    let root = load.files.path.clone();
    let (paths, format) = load.files.clone().find(load.manifest.as_deref()).map_err(source)?;
    report.files.clone_from(&paths);
    let stamp = |path: &PathBuf| {
        FileStamp::of(path).map_err(|message| source(ReadError::of(path, message).to_string()))
    };
    // before they are looked into, so that a change from now on is noticed
    let stamps = paths.iter().map(stamp).collect::<Result<Vec<_>, _>>()?;
    let schemas = format.schemas(&paths, &load.roles).map_err(|error| source(error.to_string()))?;
    let planned = plan(&paths, &stamps, &schemas, &load.roles)
        .map_err(|errors| LoadError::new(Cause::Plan(errors), LoadReport::default()))?;
    let files: Arc<[Planned]> = planned.into();
    let bytes = stamps.iter().map(|stamp| stamp.bytes).sum();
    let mut account = Account::new(report, bytes, started);

    let mut done = HashMap::new();
    let mut manifest = None;
    if let Some(path) = &load.manifest {
        let refused = |message| LoadError::new(Cause::Manifest(message), LoadReport::default());
        check_times(&files, load).map_err(refused)?;
        let check = || match is_left.load(Ordering::Relaxed) {
            true => Err(LoadError::new(Cause::Cancelled, LoadReport::default())),
            false => Ok(()),
        };
        let entry = |file: &Planned| {
            check()?;
            FileEntry::new(&file.path, &root, file.stamp)
                .map_err(|error| source(ReadError::of(&file.path, error).to_string()))
        };
        let entries = files.iter().map(entry).collect::<Result<_, _>>()?;
        let reading: &dyn std::fmt::Debug = &format;
        let header = Header::new(&load.client, &load.destination, &load.roles, reading, entries);
        check()?;
        let (opened, chunks) = Manifest::open(path, &header).map_err(refused)?;
        for chunk in chunks {
            account.before(&chunk);
            done.insert(chunk.place, chunk.outline);
        }
        manifest = Some(opened);
    }
    let work = Work {
        chunks: Mutex::new(Chunks::new(format, Arc::clone(&files), done)),
        files,
        client: load.client.clone(),
        destination: load.destination.clone(),
        roles: load.roles.clone(),
        stop: AtomicBool::new(false),
    };
    Ok(Prepared { work, manifest, account })
}

/// Checks the roles against each schema, once.
fn plan(
    paths: &[PathBuf],
    stamps: &[FileStamp],
    schemas: &[SchemaRef],
    roles: &Roles,
) -> Result<Vec<Planned>, Vec<FilePlanError>> {
    let (mut planned, mut errors) = (Vec::new(), Vec::new());
    let mut known: Vec<(&SchemaRef, Columns)> = Vec::new();
    let none = Columns { others: true, ..Columns::default() };
    for ((path, stamp), schema) in paths.iter().zip(stamps).zip(schemas) {
        let columns = match known.iter().find(|(known, _)| *known == schema) {
            Some((_, columns)) => columns.clone(),
            // without rows nothing is known of the columns, and nothing need be
            None if schema.fields().is_empty() => none.clone(),
            None => {
                let columns = match plan_of(schema, roles) {
                    Ok(plan) => needed(&plan, schema, roles),
                    Err(error) => {
                        errors.push(FilePlanError { file: path.clone(), error });
                        none.clone()
                    }
                };
                known.push((schema, columns.clone()));
                columns
            }
        };
        planned.push(Planned { path: path.clone(), schema: Arc::clone(schema), columns, stamp: *stamp });
    }
    if errors.is_empty() { Ok(planned) } else { Err(errors) }
}

fn plan_of(schema: &SchemaRef, roles: &Roles) -> Result<Plan, crate::plan::PlanError> {
    Plan::of(&RecordBatch::new_empty(Arc::clone(schema)), roles)
}

fn needed(plan: &Plan, schema: &SchemaRef, roles: &Roles) -> Columns {
    let lines = plan.lines();
    let mut columns = Columns { needed: lines.sources.clone(), ..Columns::default() };
    #[cfg(any(feature = "csv", feature = "json"))]
    if let Some(time) = lines.time.as_ref().filter(|time| time.zone.is_some()) {
        columns.local = Some(time.column.clone());
    }
    let roots = columns.roots();
    let less = schema.project(&roots).ok().filter(|_| roots.len() < schema.fields().len());
    columns.others = less.is_none_or(|less| plan_of(&Arc::new(less), roles).is_err());
    columns
}

/// A load that goes on sends the chunk in which it ended once more: rows without a time of their own would be stored
/// twice.
fn check_times(files: &[Planned], load: &Load) -> Result<(), String> {
    for file in files {
        let Ok(plan) = plan_of(&file.schema, &load.roles) else { continue };
        let timed = plan.lines().time.as_ref().is_some_and(|time| time.null == OnNullTime::Refuse);
        if !timed {
            return Err("a load with a manifest needs rows with a time of their own, as those that were on their \
                        way when it was killed are sent again: name the column of the time, and refuse null times"
                .to_owned());
        }
    }
    Ok(())
}
