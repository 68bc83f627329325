//! Roles and a schema, against each other: the lines, or all that is wrong.

use std::collections::{HashMap, HashSet};

use influx_core::__private::ready::{ReadyKey, ReadyName};
use influx_core::{EncodeError, EncodeErrorKind, Flaw, Part, Precision};

use super::columns::{Columns, Place};
use super::problem::{ColumnRole, PlanError, Problem};
use super::{FieldPlan, Lines, MeasurementPlan, TagPlan, TimePlan, kinds};
use crate::policy::OnNullTime;
use crate::roles::{Measurement, Policies, Rest, Role, Roles, Time};
use crate::schema::{ColumnType, FrameSchema};

/// For so many names that are missing the nearest is looked for, among all columns: nobody reads more of them.
const HINTS: usize = 20;

/// A check that goes on, whatever it has found.
pub(super) struct Check<'a> {
    pub(super) roles: &'a Roles,
    pub(super) columns: Columns<'a>,
    /// The role of each column.
    pub(super) given: Vec<Option<ColumnRole>>,
    pub(super) problems: Vec<Problem>,
    schema: &'a FrameSchema,
    renames: HashMap<&'a str, &'a str>,
    single: HashMap<&'a str, Policies>,
    /// Names that are told to be wrong already.
    told: HashSet<&'a str>,
    /// Which column has a key.
    keys: HashMap<String, usize>,
    sources: Vec<Vec<usize>>,
    tags: Vec<TagPlan>,
    fields: Vec<FieldPlan>,
}

impl<'a> Check<'a> {
    pub(super) fn new(schema: &'a FrameSchema, roles: &'a Roles) -> Self {
        let columns = Columns::of(schema, roles.flatten);
        Self {
            given: vec![None; columns.list.len()],
            columns,
            roles,
            schema,
            problems: Vec::new(),
            renames: roles.renames.iter().map(|(column, key)| (&**column, &**key)).collect(),
            single: roles.single.iter().map(|(column, policies)| (&**column, *policies)).collect(),
            told: HashSet::new(),
            keys: HashMap::new(),
            sources: Vec::new(),
            tags: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// All steps, in the order in which problems are told.
    pub(super) fn lines(mut self) -> Result<Lines, PlanError> {
        let measurement = self.measurement();
        let time = self.time();
        let named = self.named();
        let rest = self.rest();
        self.settings();
        if !named && !rest {
            self.problems.push(Problem::NoField);
        }
        if self.roles.times.is_empty() {
            self.problems.push(Problem::NoTime);
        }
        let Some(measurement) = measurement.filter(|_| self.problems.is_empty()) else {
            return Err(PlanError::new(self.problems));
        };
        // as servers sort them
        self.tags.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Lines {
            schema: self.schema.clone(),
            sources: self.sources,
            measurement,
            tags: self.tags,
            fields: self.fields,
            time,
        })
    }

    /// `None`: there is a problem with it.
    fn measurement(&mut self) -> Option<MeasurementPlan> {
        let column = match &self.roles.measurement {
            Measurement::Constant(name) => match ReadyName::new(name) {
                Ok(name) => return Some(MeasurementPlan::Constant(name)),
                Err(error) => {
                    let measurement = name.to_string();
                    self.problems.extend(flaw(&error).map(|flaw| Problem::Measurement { measurement, flaw }));
                    return None;
                }
            },
            Measurement::Unsaid => {
                self.problems.push(Problem::NoMeasurement);
                return None;
            }
            Measurement::Column(column) => column,
        };
        let at = self.give(column, ColumnRole::Measurement, false)?;
        let fits = kinds::measurement(self.columns.list[at].ty);
        self.fits(at, ColumnRole::Measurement, fits)?;
        Some(MeasurementPlan::Column(self.source(at)))
    }

    fn time(&mut self) -> Option<TimePlan> {
        let roles = self.roles;
        match &*roles.times {
            [] => None,
            [Time::Column(column, unit)] => self.time_column(column, *unit, false),
            [Time::Derived(Some(column))] => self.time_column(column, None, true),
            [Time::Derived(None) | Time::Stamped] => {
                self.zone(None);
                None
            }
            several => {
                let mut said = Vec::new();
                for time in several {
                    if let Time::Column(column, _) = time {
                        self.give(column, ColumnRole::Time, false);
                        said.push(format!(".time({column:?})"));
                    } else {
                        said.push(".stamped()".to_owned());
                    }
                }
                self.problems.push(Problem::Times { said });
                None
            }
        }
    }

    fn time_column(&mut self, column: &'a str, unit: Option<Precision>, derived: bool) -> Option<TimePlan> {
        let roles = self.roles;
        let at = self.give(column, ColumnRole::Time, derived)?;
        let ty = self.columns.list[at].ty;
        let null = roles.null_time.unwrap_or_default();
        self.fits(at, ColumnRole::Time, kinds::time(ty, unit, null == OnNullTime::Stamp))?;
        let unit = match (ty, unit) {
            (ColumnType::Date | ColumnType::Timestamp(..), Some(_)) => {
                let reason =
                    format!("column {column:?} is a {ty}, whose unit is known: say .time({column:?})");
                self.useless(format!(".time_in({column:?}, ..)"), reason);
                return None;
            }
            (ColumnType::Timestamp(unit, _), None) => *unit,
            (_, unit) => unit.unwrap_or_default(),
        };
        let zone = self.zone(Some((column, ty)));
        let source = self.source(at);
        Some(TimePlan { source, ty: ty.clone(), column: column.to_owned(), unit, null, zone })
    }

    /// Whether one of those that were named is a field, even if it does not fit.
    fn named(&mut self) -> bool {
        let roles = self.roles;
        let mut has_field = false;
        for named in &roles.columns {
            let derived = named.derived;
            let role = match named.role {
                Role::Tag => ColumnRole::Tag,
                Role::Field => ColumnRole::Field,
                Role::Ignored => {
                    self.ignore(&named.column);
                    continue;
                }
            };
            has_field |= role == ColumnRole::Field;
            if let Some(at) = self.give(&named.column, role, derived.is_some()) {
                self.write(at, role, derived);
            }
        }
        has_field
    }

    /// Whether one of those that nobody named is a field, even if it does not fit.
    fn rest(&mut self) -> bool {
        let mut has_field = false;
        if self.roles.rest == Rest::Ignored {
            return has_field;
        }
        for at in 0..self.given.len() {
            if self.given[at].is_some() {
                continue;
            }
            has_field = true;
            let name = self.columns.list[at].name.clone();
            match self.columns.find(&name) {
                Some(Place::Several(all)) => {
                    let count = all.len();
                    for other in all.clone() {
                        self.given[other] = Some(ColumnRole::Field);
                    }
                    self.problems.push(Problem::Several { column: name.into_owned(), count });
                }
                _ => {
                    self.given[at] = Some(ColumnRole::Field);
                    self.write(at, ColumnRole::Field, None);
                }
            }
        }
        has_field
    }

    /// Leaves out all columns of a name.
    fn ignore(&mut self, name: &'a str) {
        let Some(place) = self.columns.find(name) else { return self.missing(name, false) };
        for at in place.all() {
            match self.given[at] {
                None => self.given[at] = Some(ColumnRole::Ignored),
                Some(first) => {
                    let column = self.columns.list[at].name.to_string();
                    self.problems.push(Problem::TwoRoles { column, first, second: ColumnRole::Ignored });
                }
            }
        }
    }

    /// The column of a name, which gets a role; `None`: there is a problem with it.
    fn give(&mut self, name: &'a str, role: ColumnRole, derived: bool) -> Option<usize> {
        let at = match self.columns.find(name) {
            Some(Place::One(at)) => *at,
            None => {
                self.missing(name, derived);
                return None;
            }
            Some(Place::Struct(members)) => {
                let advice = "name its members, as it is flattened".to_owned();
                let members = members.clone();
                let ty = ColumnType::Struct(Vec::new());
                self.given[members].iter_mut().for_each(|given| *given = given.or(Some(role)));
                self.problems.push(Problem::Type { column: name.to_owned(), ty, role, advice });
                return None;
            }
            Some(Place::Several(all)) => {
                let count = all.len();
                for at in all.clone() {
                    self.given[at] = self.given[at].or(Some(role));
                }
                if self.told.insert(name) {
                    self.problems.push(Problem::Several { column: name.to_owned(), count });
                }
                return None;
            }
        };
        if let Some(first) = self.given[at] {
            self.problems.push(Problem::TwoRoles { column: name.to_owned(), first, second: role });
            return None;
        }
        self.given[at] = Some(role);
        Some(at)
    }

    /// Plans a tag or a field.
    fn write(&mut self, at: usize, role: ColumnRole, derived: Option<influx_core::Role>) {
        let ty = self.columns.list[at].ty;
        let column = self.columns.list[at].name.clone();
        let single = self.single.get(&*column).copied().unwrap_or_default();
        let mut policies = single.or(self.roles.all);
        let is_tag = role == ColumnRole::Tag;
        let fits = if is_tag { kinds::tag(ty, &policies) } else { kinds::stored(ty, &policies).map(|_| ()) };
        let fits = self.fits(at, role, fits).is_some();
        if let Some(influx_core::Role::Field(wanted)) = derived
            && fits
        {
            match kinds::as_derived(ty, &single, &self.roles.all, wanted) {
                Ok(kind) => policies.integer = kind,
                Err(advice) => {
                    let (column, ty, advice) = (column.to_string(), ty.clone(), advice.to_owned());
                    self.problems.push(Problem::Derived { column, ty, wanted, advice });
                }
            }
        }
        let name = self.renames.get(&*column).map_or_else(|| column.to_string(), |key| (*key).to_owned());
        if let Some(first) = self.keys.insert(name.clone(), at) {
            let columns = (self.columns.list[first].name.to_string(), column.to_string());
            self.problems.push(Problem::SameKey { key: name.clone(), columns });
        }
        let key = match ReadyKey::new(if is_tag { Part::Tag } else { Part::Field }, &name) {
            Ok(key) => key,
            Err(error) => {
                let problem = |flaw| Problem::Key { column: column.to_string(), key: name.clone(), flaw };
                return self.problems.extend(flaw(&error).map(problem));
            }
        };
        if !fits {
            return;
        }
        let (source, ty) = (self.source(at), ty.clone());
        let (null, empty) = (policies.null.unwrap_or_default(), policies.empty.unwrap_or_default());
        if is_tag {
            return self.tags.push(TagPlan { source, ty, name, key, null, empty });
        }
        self.fields.push(FieldPlan {
            source,
            ty,
            key,
            null,
            non_finite: policies.non_finite,
            empty,
            integer: policies.integer,
            decimal: policies.decimal.unwrap_or_default(),
            temporal: policies.temporal.unwrap_or_default(),
        });
    }

    fn source(&mut self, at: usize) -> usize {
        self.sources.push(self.columns.list[at].path.clone());
        self.sources.len() - 1
    }

    fn fits(&mut self, at: usize, role: ColumnRole, fits: Result<(), &'static str>) -> Option<()> {
        let advice = match fits {
            Ok(()) => return Some(()),
            Err(advice) => advice.to_owned(),
        };
        let column = &self.columns.list[at];
        let (column, ty) = (column.name.to_string(), column.ty.clone());
        self.problems.push(Problem::Type { column, ty, role, advice });
        None
    }

    /// Tells once that the frame has no such column.
    pub(super) fn missing(&mut self, name: &'a str, derived: bool) {
        if !self.told.insert(name) {
            return;
        }
        let column = name.to_owned();
        self.problems.push(match self.columns.struct_of(name) {
            Some(of) => Problem::NotFlattened { column, of: of.to_owned() },
            None => {
                let near = if self.told.len() <= HINTS { self.columns.nearest(name) } else { None };
                let near = near.map(str::to_owned);
                Problem::Missing { column, near, derived }
            }
        });
    }

    pub(super) fn useless(&mut self, setting: String, reason: String) {
        self.problems.push(Problem::Useless { setting, reason });
    }
}

/// What is wrong with a name: names are refused for nothing else.
fn flaw(error: &EncodeError) -> Option<Flaw> {
    match error.kind() {
        EncodeErrorKind::Name(flaw) => Some(*flaw),
        _ => None,
    }
}
