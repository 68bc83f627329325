//! The administration of version 2: what each verb sends, and what it makes of the answer.

#![allow(clippy::unwrap_used, clippy::panic)]

mod authorizations;
mod delete;
mod embedded;
mod errors;
mod lists;
mod orgs;
mod raw;
mod schemas;
mod scripted;
mod secrets;
mod tasks;
mod verbs;
