//! Ids: 16 hexadecimal digits, the same in every run.

/// The id of a resource.
pub(super) type Id = String;

/// Counts the ids that were given out.
#[derive(Default)]
pub(super) struct Ids(u64);

impl Ids {
    pub(super) fn next(&mut self) -> Id {
        self.0 += 1;
        format!("0c{:011x}000", self.0) // looks like those of InfluxDB
    }
}
