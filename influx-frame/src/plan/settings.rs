//! Settings that change nothing, and so are not what was meant.

use super::check::Check;
use super::columns::Place;
use super::problem::{ColumnRole, Problem};
use super::{kinds, nearest::nearest};
use crate::schema::ColumnType;
use crate::zone::{self, Zone};

/// Why settings of the time change nothing.
const STAMPED: &str = "lines are stamped, and no column is the time";

impl Check<'_> {
    /// Checks the renames and policies of single columns, whose roles are known by now.
    pub(super) fn settings(&mut self) {
        let roles = self.roles;
        for (column, _) in &roles.renames {
            match self.role_of(column) {
                Ok((ColumnRole::Tag | ColumnRole::Field, _)) => {}
                Ok((role, _)) => {
                    let reason = format!("column {column:?} is {role}");
                    self.useless(format!(".rename({column:?}, ..)"), reason);
                }
                Err(NoRole::Missing) => self.missing(column, false),
                Err(NoRole::Struct) => {
                    let reason =
                        format!("column {column:?} is a struct that is flattened: rename its members");
                    self.useless(format!(".rename({column:?}, ..)"), reason);
                }
                Err(NoRole::Told) => {}
            }
        }
        for (column, policies) in &roles.single {
            let (role, ty) = match self.role_of(column) {
                Ok((role, ty)) => (role, ty.clone()),
                Err(NoRole::Missing) => {
                    self.missing(column, false);
                    continue;
                }
                Err(NoRole::Struct) => (ColumnRole::Field, ColumnType::Struct(Vec::new())),
                Err(NoRole::Told) => continue,
            };
            for (setting, is_set, concerns) in kinds::concerns(policies, role, &ty) {
                if is_set && !concerns {
                    let of = if matches!(role, ColumnRole::Tag | ColumnRole::Field) {
                        format!(" of type {ty}")
                    } else {
                        String::new()
                    };
                    self.useless(
                        format!(".{setting}({column:?}, ..)"),
                        format!("column {column:?} is {role}{of}"),
                    );
                }
            }
        }
    }

    /// The zone of a column of times, by the settings of the time, all of which must be of use; no column: the lines are
    /// stamped.
    pub(super) fn zone(&mut self, column: Option<(&str, &ColumnType)>) -> Option<Zone> {
        let roles = self.roles;
        if roles.null_time.is_some() && column.is_none() {
            self.useless(".on_null_time(..)".to_owned(), STAMPED.to_owned());
        }
        let Some(name) = &roles.zone else {
            if roles.ambiguous.is_some() {
                let reason =
                    "times are read in UTC, where none is ambiguous: say the zone with .time_zone(..)";
                self.useless(".ambiguous(..)".to_owned(), reason.to_owned());
            }
            return None;
        };
        let reason = match column {
            None => Some(STAMPED.to_owned()),
            Some((_, ColumnType::Timestamp(_, None) | ColumnType::Date | ColumnType::Null)) => None,
            Some((column, ColumnType::Timestamp(_, Some(zone)))) => {
                Some(format!("column {column:?} has the zone {zone:?}, and so is in UTC already"))
            }
            Some((column, ty)) => Some(format!("column {column:?} is of type {ty}, which counts in UTC")),
        };
        if let Some(reason) = reason {
            self.useless(format!(".time_zone({name:?})"), reason);
        }
        let zone = Zone::new(name, roles.ambiguous.unwrap_or_default());
        if zone.is_none() {
            let names = zone::names();
            let near = nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
            self.problems.push(Problem::Zone { zone: name.clone(), near });
        }
        zone
    }

    fn role_of(&self, name: &str) -> Result<(ColumnRole, &ColumnType), NoRole> {
        match self.columns.find(name) {
            None => Err(NoRole::Missing),
            Some(Place::Struct(_)) => Err(NoRole::Struct),
            Some(Place::Several(_)) => Err(NoRole::Told),
            Some(Place::One(at)) => {
                Ok((self.given[*at].unwrap_or(ColumnRole::Ignored), self.columns.list[*at].ty))
            }
        }
    }
}

/// Why a column has no role.
enum NoRole {
    Missing,
    /// Its members have.
    Struct,
    /// It is one of several of its name, which was told, or they are left out together.
    Told,
}
