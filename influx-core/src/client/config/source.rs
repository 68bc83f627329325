//! What files and the environment state, in one form.

use super::keys::{GROUPS, Group, KEYS, Key};
use super::settings::Settings;
use super::value::{Table, Value};
use crate::client::ClientBuilder;
use crate::error::{Error, Result};

/// Where settings come from: how they are called there.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// `file "app.toml", section [influx2]`
    File(String),
    /// `INFLUXDB_V2_…`
    V2,
    /// `INFLUX_…`
    V3,
}

/// All that a source states.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) place: Place,
    pub(super) entries: Vec<Entry>,
}

/// One setting.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) group: Group,
    pub(super) key: String,
    pub(super) value: Value,
}

impl Place {
    /// The setting as it is called here.
    pub(super) fn name(&self, group: Group, key: &str) -> String {
        let known = || KEYS.iter().find(|known| known.group == group && known.name == key);
        match (self, group.table()) {
            (Place::File(_), None) => format!("the key {key:?}"),
            (Place::File(_), Some(table)) => format!("the key {key:?} of {table:?}"),
            (Place::V2, _) => format!("the environment variable {}", group.variable(key)),
            (Place::V3, _) => match known().and_then(|known| known.v3) {
                Some(variable) => format!("the environment variable {variable}"),
                None => format!("the setting {key:?}"),
            },
        }
    }

    /// An error about this place.
    pub(super) fn error(&self, what: &str) -> Error {
        match self {
            Place::File(file) => Error::config(format!("{file}: {what}")),
            Place::V2 | Place::V3 => Error::config(what),
        }
    }

    /// An error about a setting: `what` ends the sentence that its name begins.
    pub(super) fn wrong(&self, group: Group, key: &str, what: &str) -> Error {
        self.error(&format!("{} {what}", self.name(group, key)))
    }
}

impl Source {
    /// The entries of a section, and of the tables in it.
    pub(super) fn add_table(&mut self, group: Group, table: Table) -> Result<()> {
        for (key, value) in table {
            let path = group.table().map_or_else(|| key.clone(), |outer| format!("{outer}.{key}"));
            let inner = GROUPS.iter().find(|inner| !group.is_open() && inner.table() == Some(&*path));
            match (inner, value) {
                (Some(inner), Value::Table(table)) => self.add_table(*inner, table)?,
                (Some(_), value) => {
                    let what = format!("must be a table, and is {}", value.what());
                    return Err(self.place.wrong(group, &key, &what));
                }
                (None, value) => self.add(group, key, value)?,
            }
        }
        Ok(())
    }

    /// One entry.
    ///
    /// # Errors
    ///
    /// It stands already: default tags may stand in two places of a file.
    pub(super) fn add(&mut self, group: Group, key: String, value: Value) -> Result<()> {
        if self.entries.iter().any(|entry| entry.group == group && entry.key == key) {
            return Err(self.place.wrong(group, &key, "stands twice"));
        }
        self.entries.push(Entry { group, key, value });
        Ok(())
    }

    /// The builder with all settings, once variables stand in their places.
    pub(super) fn into_builder(mut self, variable: &dyn Fn(&str) -> Option<String>) -> Result<ClientBuilder> {
        for entry in &mut self.entries {
            let expanded = entry.value.expand(variable);
            expanded.map_err(|what| self.place.wrong(entry.group, &entry.key, &what))?;
        }
        let mut settings = Settings::new(self.place);
        for entry in &self.entries {
            settings.set(entry)?;
        }
        settings.into_builder()
    }
}

impl Entry {
    /// The row of the table that it belongs to.
    pub(super) fn known(&self) -> Option<&'static Key> {
        KEYS.iter().find(|key| key.group == self.group && key.name == self.key)
    }
}
