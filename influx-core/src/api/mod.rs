//! The administration of InfluxDB 2 and Cloud, and deletes; that of InfluxDB 1 is in [`v1`], that of 3 in [`v3`].
//!
//! What there is many of is a [`Resource`]: [`Client::buckets`](crate::Client::buckets) and its like give an [`Api`] of
//! it, whose verbs are the same for all. All else is a method of [`Client`](crate::Client). Each of them is a
//! [`Call`](crate::http::Call), to be awaited or waited for.
//!
//! | here | Python | HTTP |
//! | --- | --- | --- |
//! | `list(filter)`, `list_all(filter)` | `find_buckets`, `find_buckets_iter`, `find_organizations`, `find_users`, `find_labels`, `find_tasks`, `find_tasks_iter`, `find_authorizations`, `find_scripts` | `GET /api/v2/buckets` |
//! | `find(name)` | `find_bucket_by_name` | `GET /api/v2/buckets?name=` |
//! | `get(id)` | `find_bucket_by_id`, `find_organization`, `find_label_by_id`, `find_task_by_id`, `find_authorization_by_id` | `GET /api/v2/buckets/{id}` |
//! | `create(new)` | `create_bucket`, `create_organization`, `create_user`, `create_label`, `create_task`, `create_authorization`, `create_script` | `POST /api/v2/buckets` |
//! | `update(id, update)` | `update_bucket`, `update_organization`, `update_user`, `update_label`, `update_task`, `update_authorization`, `update_script` | `PATCH /api/v2/buckets/{id}` |
//! | `delete(id)` | `delete_bucket`, `delete_organization`, `delete_user`, `delete_label`, `delete_task`, `delete_authorization`, `delete_script` | `DELETE /api/v2/buckets/{id}` |
//! | `members`, `add_member`, `remove_member` | `get_members`, `add_member`, `delete_member` | `/members` of buckets, organisations and tasks |
//! | `owners`, `add_owner`, `remove_owner` | `get_owners`, `add_owner`, `delete_owner` | `/owners` of the same |
//! | `labels`, `add_label`, `remove_label` | `get_labels`, `add_label`, `delete_label` | `/labels` of buckets and tasks |
//! | `buckets().schemas(id)` | `BucketSchemasService` | `/api/v2/buckets/{id}/schema/measurements` |
//! | `users().set_password` | `update_password` | `POST /api/v2/users/{id}/password` |
//! | `me`, `update_my_password` | `me` | `/api/v2/me` |
//! | `labels().clone_label` | `clone_label` | `POST /api/v2/labels` |
//! | `tasks().create_every`, `create_cron` | `create_task_every`, `create_task_cron` | `POST /api/v2/tasks` |
//! | `tasks().create_of_script` | — | the same, on Cloud |
//! | `tasks().clone_task` | `clone_task` | `POST /api/v2/tasks`, and its labels |
//! | `tasks().list(TaskFilter::new().user(id))` | `find_tasks_by_user` | `GET /api/v2/tasks?user=` |
//! | `tasks().runs`, `all_runs`, `run`, `run_logs`, `logs` | `get_runs`, `get_run`, `get_run_logs`, `get_logs` | `/runs`, `/logs` of a task |
//! | `tasks().run_now`, `retry`, `cancel` | `run_manually`, `retry_run`, `cancel_run` | `/runs` of a task |
//! | `authorizations().list(AuthorizationFilter::new().user(name))` | `find_authorizations_by_user`, `…_by_user_id`, `…_by_user_name` | `GET /api/v2/authorizations?user=` |
//! | `authorizations().org(name).list(…)` | `find_authorizations_by_org`, `…_by_org_id`, `…_by_org_name` | `GET /api/v2/authorizations?org=` |
//! | `authorizations().clone_authorization` | `clone_authorization` | `POST /api/v2/authorizations` |
//! | `scripts().invoke(id)` | `invoke_script` and its forms | `POST /api/v2/scripts/{id}/invoke` |
//! | `dbrps()` | `DBRPsService` | `/api/v2/dbrps` |
//! | `setup`, `setup_allowed` | `SetupService` | `/api/v2/setup` |
//! | `delete` | `DeleteApi.delete` | `POST /api/v2/delete` |
//! | `request` | — | all else |
//!
//! Resources have the members of InfluxData's contracts, and what else a server says in `other`. An update holds what is
//! to change, and nothing else.

mod absent;
mod answer;
mod authorization;
mod bucket;
mod dbrp;
mod delete;
mod every;
#[cfg(test)]
mod fixture;
mod id;
mod label;
mod options;
mod org;
mod organization;
mod page;
mod permission;
mod predicate;
mod raw;
mod related;
mod resource;
mod run;
mod schema;
mod script;
mod setup;
mod span;
mod task;
mod token;
mod user;
pub mod v1;
pub mod v3;
mod words;

pub use authorization::{Authorization, AuthorizationFilter, AuthorizationUpdate, NewAuthorization};
pub use bucket::{Bucket, BucketFilter, BucketKind, BucketUpdate, NewBucket, RetentionRule, SchemaType};
pub use dbrp::{Dbrp, DbrpFilter, DbrpUpdate, NewDbrp};
pub use delete::Delete;
pub use every::Every;
pub use id::{
    AuthorizationId, BucketId, DbrpId, Id, LabelId, MeasurementSchemaId, OrgId, RunId, ScriptId, TaskId,
    UserId,
};
pub use label::{Label, LabelFilter, LabelUpdate, NewLabel};
pub use organization::{NewOrganization, Organization, OrganizationFilter, OrganizationUpdate};
pub use page::Paged;
pub use permission::{Action, Permission, PermissionResource, ResourceKind};
pub use predicate::Predicate;
pub use raw::{RawAnswer, RawRequest};
pub use related::{Labelled, Member, MemberRole, Shared};
pub use resource::{Api, Named, Owned, Resource};
pub use run::{LogEvent, Run, RunFilter, RunStatus};
pub use schema::{ColumnRole, ColumnType, MeasurementSchema, SchemaColumn, SchemaDiff, Schemas};
pub use script::{NewScript, Script, ScriptFilter, ScriptLanguage, ScriptUpdate};
pub use setup::{Onboarding, Setup};
pub use span::Span;
pub use task::{NewScriptTask, NewTask, Task, TaskFilter, TaskKind, TaskUpdate};
pub use token::Token;
pub use user::{NewUser, User, UserFilter, UserUpdate};
pub use words::Status;
