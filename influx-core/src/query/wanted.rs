//! The columns that a type wants, and where they stand in a table.

use std::ops::Range;

use super::Header;

/// The columns that a type wants.
#[derive(Debug, Default)]
pub struct Wanted {
    columns: Vec<(Role, String)>,
    /// Runs of columns that belong together; one inside another stands behind it.
    parts: Vec<Range<usize>>,
    prefix: String,
}

/// What a wanted column is to the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Measurement,
    Tag,
    Field,
    Time,
}

impl Wanted {
    /// The measurement: `_measurement` of Flux, `iox::measurement` elsewhere.
    pub fn measurement(&mut self) {
        self.columns.push((Role::Measurement, String::new()));
    }

    /// A tag.
    pub fn tag(&mut self, key: &str) {
        self.columns.push((Role::Tag, format!("{}{key}", self.prefix)));
    }

    /// A field.
    pub fn field(&mut self, key: &str) {
        self.columns.push((Role::Field, format!("{}{key}", self.prefix)));
    }

    /// The time: the column of this name, else `_time`, else `time`.
    pub fn time(&mut self, name: &str) {
        self.columns.push((Role::Time, name.to_owned()));
    }

    /// The columns of a flattened type, a prefix before each of their keys.
    pub fn group(&mut self, prefix: &str, columns: impl FnOnce(&mut Self)) {
        let len = self.prefix.len();
        self.prefix.push_str(prefix);
        columns(self);
        self.prefix.truncate(len);
    }

    /// Columns that are read together or not at all: by [`RowReader::optional`](super::RowReader::optional), or as one
    /// [`alternative`](super::RowReader::alternative).
    pub fn part(&mut self, columns: impl FnOnce(&mut Self)) {
        let (part, start) = (self.parts.len(), self.columns.len());
        self.parts.push(start..start);
        columns(self);
        self.parts[part].end = self.columns.len();
    }

    /// The keys of the fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(|(role, _)| *role == Role::Field).map(|(_, key)| key.as_str())
    }
}

/// Where in a table the wanted columns stand.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Parallel to what is wanted; `None`: the table lacks it.
    pub(super) places: Vec<Option<usize>>,
    /// How errors call them.
    pub(super) names: Vec<String>,
    roles: Vec<Role>,
    /// As in [`Wanted`].
    pub(super) parts: Vec<Range<usize>>,
}

impl Plan {
    pub(super) fn new(wanted: &Wanted, header: &Header) -> Self {
        let mut plan = Self { parts: wanted.parts.clone(), ..Self::default() };
        for (role, name) in &wanted.columns {
            let candidates: &[&str] = match role {
                Role::Measurement => &["_measurement", "iox::measurement"],
                Role::Time => &[name, "_time", "time"],
                Role::Tag | Role::Field => &[name],
            };
            let found = candidates.iter().find_map(|name| Some((header.position(name)?, *name)));
            plan.places.push(found.map(|(place, _)| place));
            plan.names.push(found.map_or(candidates[0], |(_, name)| name).to_owned());
            plan.roles.push(*role);
        }
        plan
    }

    /// Whether the column is a tag or a field.
    pub(super) fn is_content(&self, place: usize) -> bool {
        matches!(self.roles.get(place), Some(Role::Tag | Role::Field))
    }
}
