//! What the client can do, by the contracts' names: the operations that the table must come to, all of them and no more.

use std::collections::BTreeSet;

use super::server::Spec;
use super::table::{CLOUD, METHODS, OSS, V1, V2, V3};

/// What it is, the contracts that have it, and its operations.
type Area = (&'static str, &'static [Spec], &'static [&'static str]);

/// What other clients have for 2.x, as their classes put it, and what they leave to generated code or lack.
#[rustfmt::skip]
const OPERATIONS: &[Area] = &[
    ("writes", V2, &["PostWrite", "PostLegacyWrite"]),
    ("queries", V2, &["PostQuery"]),
    ("deletes", V2, &["PostDelete"]),
    ("buckets", V2, &[
        "GetBuckets", "PostBuckets", "GetBucketsID", "PatchBucketsID", "DeleteBucketsID",
        "GetBucketsIDMembers", "PostBucketsIDMembers", "DeleteBucketsIDMembersID",
        "GetBucketsIDOwners", "PostBucketsIDOwners", "DeleteBucketsIDOwnersID",
        "GetBucketsIDLabels", "PostBucketsIDLabels", "DeleteBucketsIDLabelsID",
    ]),
    ("schemas of measurements", CLOUD, &[
        "getMeasurementSchemas", "createMeasurementSchema", "getMeasurementSchema", "updateMeasurementSchema",
    ]),
    ("organisations", V2, &[
        "GetMe", "GetOrgs", "PostOrgs", "GetOrgsID", "PatchOrgsID", "DeleteOrgsID",
        "GetOrgsIDMembers", "PostOrgsIDMembers", "DeleteOrgsIDMembersID",
        "GetOrgsIDOwners", "PostOrgsIDOwners", "DeleteOrgsIDOwnersID",
    ]),
    ("users", V2, &[
        "GetUsers", "PostUsers", "GetUsersID", "PatchUsersID", "DeleteUsersID", "PostUsersIDPassword",
        "PutMePassword",
    ]),
    ("labels", V2, &["GetLabels", "PostLabels", "GetLabelsID", "PatchLabelsID", "DeleteLabelsID"]),
    ("tasks", V2, &[
        "GetTasks", "PostTasks", "GetTasksID", "PatchTasksID", "DeleteTasksID",
        "GetTasksIDLabels", "PostTasksIDLabels", "DeleteTasksIDLabelsID",
        "GetTasksIDMembers", "PostTasksIDMembers", "DeleteTasksIDMembersID",
        "GetTasksIDOwners", "PostTasksIDOwners", "DeleteTasksIDOwnersID",
        "GetTasksIDRuns", "PostTasksIDRuns", "GetTasksIDRunsID", "DeleteTasksIDRunsID",
        "GetTasksIDRunsIDLogs", "PostTasksIDRunsIDRetry", "GetTasksIDLogs",
    ]),
    ("authorizations", V2, &[
        "GetAuthorizations", "PostAuthorizations", "GetAuthorizationsID", "PatchAuthorizationsID",
        "DeleteAuthorizationsID",
    ]),
    ("scripts", CLOUD, &[
        "GetScripts", "PostScripts", "GetScriptsID", "PatchScriptsID", "DeleteScriptsID", "PostScriptsIDInvoke",
        "GetScriptsIDParams",
    ]),
    ("the server", V2, &["GetPing"]),
    ("the server's own state", OSS, &["GetHealth", "GetReady"]),
    ("mappings of databases", V2, &["GetDBRPs", "PostDBRP", "GetDBRPsID", "PatchDBRPID", "DeleteDBRPID"]),
    ("set-up", V2, &["GetSetup", "PostSetup"]),
    ("sessions", V2, &["PostSignin", "PostSignout"]),
    ("some of what has no method of its own", V2, &["GetVariables", "DeleteVariablesID"]),
    ("some of what only OSS has", OSS, &["GetBackupKV"]),
    ("1.x", V1, &["GetPing", "GetHealth", "PostWrite", "PostQuery"]),
    ("the server of 3.x", V3, &["GetPing", "GetHealth"]),
    ("writes of 3.x", V3, &["PostWriteLP", "PostV2Write", "PostV1Write"]),
    ("queries of 3.x", V3, &["PostExecuteQuerySQL", "PostExecuteQueryInfluxQL"]),
    ("databases of 3.x", V3, &[
        "GetConfigureDatabase", "PostConfigureDatabase", "PutConfigureDatabase", "DeleteConfigureDatabase",
        "DeleteDatabaseRetentionPeriod",
    ]),
    ("tables of 3.x", V3, &["PostConfigureTable", "DeleteConfigureTable"]),
    ("caches of 3.x", V3, &[
        "PostConfigureLastCache", "DeleteConfigureLastCache", "PostConfigureDistinctCache",
        "DeleteConfigureDistinctCache",
    ]),
    ("tokens of 3.x", V3, &[
        "PostCreateAdminToken", "PostRegenerateAdminToken", "PostCreateNamedAdminToken", "DeleteToken",
    ]),
];

/// Those of one contract.
pub(super) fn of(spec: Spec) -> BTreeSet<&'static str> {
    let areas = OPERATIONS.iter().filter(|(_, specs, _)| specs.contains(&spec));
    areas.flat_map(|(_, _, operations)| *operations).copied().collect()
}

/// Where the contracts are not at hand, the rows say what they come to; where they are, what was hit is compared, too.
#[test]
fn the_rows_come_to_all_that_the_client_can_do() {
    for spec in [Spec::V1, Spec::Oss, Spec::Cloud, Spec::Core] {
        let rows = METHODS.iter().copied().flatten().filter(|row| row.specs.contains(&spec));
        let rows: BTreeSet<_> = rows.flat_map(|row| row.operations).copied().collect();
        assert_eq!(rows, of(spec), "{spec:?}");
    }
}
