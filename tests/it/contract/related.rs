//! Rows of members, owners and labels.

use super::table::{ID, Row, V2, run};

pub(super) const ROWS: &[Row] = &[
    Row::new("Api<Bucket>::members", V2, &["GetBucketsIDMembers"], |client| {
        run(client.buckets().members(ID))
    }),
    Row::new("Api<Bucket>::add_member", V2, &["PostBucketsIDMembers"], |client| {
        run(client.buckets().add_member(ID, ID))
    }),
    Row::new("Api<Bucket>::remove_member", V2, &["DeleteBucketsIDMembersID"], |client| {
        run(client.buckets().remove_member(ID, ID))
    }),
    Row::new("Api<Bucket>::owners", V2, &["GetBucketsIDOwners"], |client| run(client.buckets().owners(ID))),
    Row::new("Api<Bucket>::add_owner", V2, &["PostBucketsIDOwners"], |client| {
        run(client.buckets().add_owner(ID, ID))
    }),
    Row::new("Api<Bucket>::remove_owner", V2, &["DeleteBucketsIDOwnersID"], |client| {
        run(client.buckets().remove_owner(ID, ID))
    }),
    Row::new("Api<Bucket>::labels", V2, &["GetBucketsIDLabels"], |client| run(client.buckets().labels(ID))),
    Row::new("Api<Bucket>::add_label", V2, &["PostBucketsIDLabels"], |client| {
        run(client.buckets().add_label(ID, ID))
    }),
    Row::new("Api<Bucket>::remove_label", V2, &["DeleteBucketsIDLabelsID"], |client| {
        run(client.buckets().remove_label(ID, ID))
    }),
    Row::new("Api<Organization>::members", V2, &["GetOrgsIDMembers"], |client| {
        run(client.organizations().members(ID))
    }),
    Row::new("Api<Organization>::add_member", V2, &["PostOrgsIDMembers"], |client| {
        run(client.organizations().add_member(ID, ID))
    }),
    Row::new("Api<Organization>::remove_member", V2, &["DeleteOrgsIDMembersID"], |client| {
        run(client.organizations().remove_member(ID, ID))
    }),
    Row::new("Api<Organization>::owners", V2, &["GetOrgsIDOwners"], |client| {
        run(client.organizations().owners(ID))
    }),
    Row::new("Api<Organization>::add_owner", V2, &["PostOrgsIDOwners"], |client| {
        run(client.organizations().add_owner(ID, ID))
    }),
    Row::new("Api<Organization>::remove_owner", V2, &["DeleteOrgsIDOwnersID"], |client| {
        run(client.organizations().remove_owner(ID, ID))
    }),
    Row::new("Api<Task>::members", V2, &["GetTasksIDMembers"], |client| run(client.tasks().members(ID))),
    Row::new("Api<Task>::add_member", V2, &["PostTasksIDMembers"], |client| {
        run(client.tasks().add_member(ID, ID))
    }),
    Row::new("Api<Task>::remove_member", V2, &["DeleteTasksIDMembersID"], |client| {
        run(client.tasks().remove_member(ID, ID))
    }),
    Row::new("Api<Task>::owners", V2, &["GetTasksIDOwners"], |client| run(client.tasks().owners(ID))),
    Row::new("Api<Task>::add_owner", V2, &["PostTasksIDOwners"], |client| {
        run(client.tasks().add_owner(ID, ID))
    }),
    Row::new("Api<Task>::remove_owner", V2, &["DeleteTasksIDOwnersID"], |client| {
        run(client.tasks().remove_owner(ID, ID))
    }),
    Row::new("Api<Task>::labels", V2, &["GetTasksIDLabels"], |client| run(client.tasks().labels(ID))),
    Row::new("Api<Task>::add_label", V2, &["PostTasksIDLabels"], |client| {
        run(client.tasks().add_label(ID, ID))
    }),
    Row::new("Api<Task>::remove_label", V2, &["DeleteTasksIDLabelsID"], |client| {
        run(client.tasks().remove_label(ID, ID))
    }),
];
