//! The environment: the variables of the v2 client and those of the v3 client.

use std::ffi::OsString;

use super::keys::{GROUPS, Group, KEYS};
use super::source::{Place, Source};
use super::value::Value;
use crate::error::{Error, Result};

/// Before the names of the v2 client.
pub(super) const V2: &str = "INFLUXDB_V2_";
/// Before the names of the v3 client.
const V3: &str = "INFLUX_";

/// What the variables of one family state.
///
/// # Errors
///
/// Both families are set, or none; a name is unknown; a value is no UTF-8.
pub(super) fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Source> {
    let (mut v2, mut v3) = (Vec::new(), Vec::new());
    for (name, value) in variables {
        // names that are no UTF-8 are not ours
        let Ok(name) = name.into_string() else { continue };
        if name.starts_with(V2) {
            v2.push((name, value));
        } else if name.starts_with(V3) {
            v3.push((name, value));
        }
    }
    // Other programs have variables of this beginning, too: they count once one that is ours is set.
    let v3_key = |name: &str| KEYS.iter().find(|key| key.v3 == Some(name));
    let in_v3 = v3.iter().find(|(name, _)| v3_key(name).is_some()).map(|(name, _)| name);
    match (v2.first(), in_v3) {
        (Some((v2, _)), Some(v3)) => Err(Error::config(format!(
            "both {v2} and {v3} are set: which client's variables hold? unset all that begin with {V2}, or the others"
        ))),
        (Some(_), None) => collect(Place::V2, v2, v2_setting),
        (None, Some(_)) => {
            let setting = |name: &str| v3_key(name).map(|key| (key.group, key.name.to_owned()));
            collect(Place::V3, v3, setting)
        }
        (None, None) => Err(Error::config(format!(
            "the environment says nothing about InfluxDB: set {V2}URL and {V2}TOKEN, or {V3}HOST, {V3}TOKEN and \
             {V3}DATABASE"
        ))),
    }
}

fn collect(
    place: Place,
    variables: Vec<(String, OsString)>,
    setting: impl Fn(&str) -> Option<(Group, String)>,
) -> Result<Source> {
    let mut source = Source { place, entries: Vec::new() };
    for (name, value) in variables {
        let Some((group, key)) = setting(&name) else {
            return Err(Error::config(format!("unknown environment variable {name}: is it misspelt?")));
        };
        let value = value.into_string();
        let value =
            value.map_err(|_| Error::config(format!("the environment variable {name} is no UTF-8")))?;
        source.add(group, key, Value::Text(value))?;
    }
    Ok(source)
}

/// The setting that a variable of the v2 client names.
fn v2_setting(variable: &str) -> Option<(Group, String)> {
    if let Some(key) = KEYS.iter().find(|key| key.group.variable(key.name) == variable) {
        return Some((key.group, key.name.to_owned()));
    }
    let rest = variable.strip_prefix(V2)?;
    let open = GROUPS.iter().filter(|group| group.is_open());
    let mut names = open.filter_map(|group| Some((*group, rest.strip_prefix(group.prefix())?)));
    names.find(|(_, name)| !name.is_empty()).map(|(group, name)| (group, group.key_of(name)))
}
