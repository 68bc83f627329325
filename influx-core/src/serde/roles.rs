//! Which members of a value are tags, fields and its time.

use std::fmt;

use ::serde::Serialize;

use super::members::Members;
use super::scalar::Scalar;
use crate::line::{Line, Measurement, Part, Precision, ValueType};

/// Says what the members of a value are: its measurement, tags, fields and time.
///
/// The value is anything that serde serialises as a struct or as a map. Made once, `Roles` turn any number of values into
/// records:
///
/// ```
/// use influx_core::serde::Roles;
/// use influx_core::{LineBuffer, Precision, ValueType};
///
/// #[derive(serde::Serialize)]
/// struct Reading {
///     room: &'static str,
///     degrees: f64,
///     people: u32,
///     at: u64,
/// }
///
/// let climate = Roles::new().measurement("climate").tag_keys(["room"]).time_key("at").time_unit(Precision::Seconds);
/// let mut lines = LineBuffer::new();
/// lines.push(&climate.of(&Reading { room: "hall 2", degrees: 21.5, people: 3, at: 1_700_000_000 }))?;
///
/// // a dictionary, with its time as text
/// let value = serde_json::json!({ "room": "attic", "degrees": 30, "at": "2023-11-14T22:13:20Z" });
/// lines.push(&climate.field_type("degrees", ValueType::Float).of(&value))?;
/// assert_eq!(
///     lines.as_str(),
///     "climate,room=hall\\ 2 degrees=21.5,people=3i 1700000000000000000\n\
///      climate,room=attic degrees=30 1700000000000000000\n",
/// );
/// # Ok::<(), influx_core::EncodeError>(())
/// ```
///
/// Many of them are written by `lines::iter(values.iter().map(|value| roles.of(value)))`.
///
/// # Values
///
/// - Tags are text, integers or booleans, and are written sorted by key. Fields are numbers, text or booleans, in the
///   order of the value. Unit variants of enums are text by their name.
/// - `None`, and a member that is not there, leaves the tag or field out; an empty tag does, too.
/// - In a struct, an unsigned member of 64 bits is an unsigned integer (`42u`), as with
///   [`FieldValue`](crate::FieldValue). Maps know no types: in them, in JSON, and in structs with
///   `#[serde(flatten)]`, which serde treats as maps, an integer is an integer (`42i`) whatever its sign, and one above
///   2⁶³ − 1 is refused. [`field_type`](Self::field_type) sets another type.
/// - The time is an integer in the [unit](Self::time_unit) or text by RFC 3339 with its offset, exact to the nanosecond.
///   `None` lets the server stamp the record.
///
/// # Errors
///
/// When the record is pushed or written, an [`EncodeError`](crate::EncodeError) that names the key: a value of a type that
/// its role does not take, such as a float as a tag; a sequence, map or struct as a value; a member without a role where
/// [`field_keys`](Self::field_keys) are listed; no member where the measurement or the time should be; a key
/// that has two roles.
#[derive(Debug, Clone, Default)]
#[must_use = "roles do nothing until they are given a value"]
pub struct Roles {
    measurement: Option<String>,
    roles: Vec<(String, Role)>,
    /// Whether fields are listed: else all that has no role is one.
    fields_listed: bool,
    types: Vec<(String, ValueType)>,
    unit: Precision,
    /// What is wrong with the roles themselves, told by each record.
    flaw: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Measurement,
    Tag,
    Field,
    Time,
    Ignored,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Role::Measurement => "the measurement",
            Role::Tag => "a tag",
            Role::Field => "a field",
            Role::Time => "the time",
            Role::Ignored => "ignored",
        }
    }
}

impl Roles {
    /// No roles: every member is a field. A measurement is still needed.
    pub fn new() -> Self {
        Self::default()
    }

    /// The measurement of all records.
    pub fn measurement(mut self, name: impl Into<String>) -> Self {
        self.measurement = Some(name.into());
        self.judged()
    }

    /// The member whose text is the measurement. A record without it is refused.
    pub fn measurement_key(self, key: impl Into<String>) -> Self {
        self.give(Role::Measurement, [key])
    }

    /// The members that are tags, besides those listed before.
    pub fn tag_keys<K: Into<String>>(self, keys: impl IntoIterator<Item = K>) -> Self {
        self.give(Role::Tag, keys)
    }

    /// The members that are fields, besides those listed before. Default: all that have no other role. Once fields are
    /// listed, a member without a role is an error, unless [`ignore_keys`](Self::ignore_keys) lists it.
    pub fn field_keys<K: Into<String>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.fields_listed = true;
        self.give(Role::Field, keys)
    }

    /// The members that are left out, besides those listed before. Default: none.
    pub fn ignore_keys<K: Into<String>>(self, keys: impl IntoIterator<Item = K>) -> Self {
        self.give(Role::Ignored, keys)
    }

    /// The member that is the time. Default: none, and the server stamps the records. A record without the member is
    /// refused; one in which it is `None` is stamped by the server.
    pub fn time_key(self, key: impl Into<String>) -> Self {
        self.give(Role::Time, [key])
    }

    /// The unit of times that are integers. Default: nanoseconds. Text has none, and needs none.
    pub fn time_unit(mut self, unit: Precision) -> Self {
        self.unit = unit;
        self
    }

    /// The type of a field, in place of its value's own: where the value is the same in it. A double with decimals is no
    /// integer, and text is only text: such a record is refused.
    pub fn field_type(mut self, key: impl Into<String>, wanted: ValueType) -> Self {
        let key = key.into();
        self.types.retain(|(other, _)| *other != key);
        self.types.push((key, wanted));
        self.judged()
    }

    /// The value as a record: what every way in takes.
    pub fn of<'a, T: Serialize + ?Sized>(&'a self, value: &'a T) -> Row<'a, T> {
        Row { roles: self, value }
    }

    fn give<K: Into<String>>(mut self, role: Role, keys: impl IntoIterator<Item = K>) -> Self {
        for key in keys {
            let key = key.into();
            if !self.roles.contains(&(key.clone(), role)) {
                self.roles.push((key, role));
            }
        }
        self.judged()
    }

    fn judged(mut self) -> Self {
        self.flaw = self.find_flaw();
        self
    }

    fn find_flaw(&self) -> Option<String> {
        for (i, (key, role)) in self.roles.iter().enumerate() {
            if let Some((_, first)) = self.roles[..i].iter().find(|(other, _)| other == key) {
                return Some(format!("{key:?} is {} and {}: give it one role", first.name(), role.name()));
            }
        }
        for single in [Role::Measurement, Role::Time] {
            let mut keys = self.keys(single);
            if let (Some(first), Some(second)) = (keys.next(), keys.next()) {
                return Some(format!("both {first:?} and {second:?} are {}: name one", single.name()));
            }
        }
        if let (Some(name), Some(key)) = (&self.measurement, self.keys(Role::Measurement).next()) {
            return Some(format!("the measurement is {name:?} and that in {key:?}: set one of them"));
        }
        let typed = |role: Role| self.types.iter().find(|(key, _)| self.role(key) == Some(role));
        let role = [Role::Measurement, Role::Tag, Role::Time, Role::Ignored].into_iter().find_map(typed);
        role.map(|(key, wanted)| format!("{key:?} is no field, and so cannot be made {wanted}"))
    }

    fn keys(&self, role: Role) -> impl Iterator<Item = &str> {
        self.roles.iter().filter(move |(_, other)| *other == role).map(|(key, _)| key.as_str())
    }

    fn role(&self, key: &str) -> Option<Role> {
        self.roles.iter().find(|(other, _)| other == key).map(|(_, role)| *role)
    }

    fn wanted(&self, key: &str) -> Option<ValueType> {
        self.types.iter().find(|(other, _)| other == key).map(|(_, wanted)| *wanted)
    }

    fn write(&self, members: &Members, line: &mut Line<'_>) {
        match self.keys(Role::Measurement).next() {
            Some(key) => match members.get(key) {
                Some(Scalar::Text(name)) => line.measurement(name),
                other => {
                    let what = other.map_or("not there", Scalar::what);
                    let reason = format_args!("the measurement must be text, and is {what}");
                    return line.refuse_member(Part::Measurement, key, reason);
                }
            },
            None => match &self.measurement {
                Some(name) => line.measurement(name),
                None => return line.fail("no measurement: set Roles::measurement or Roles::measurement_key"),
            },
        }
        members.write_tags(line, |key| self.role(key) == Some(Role::Tag));
        for (key, value) in members.iter() {
            match self.role(key) {
                Some(Role::Field) => {}
                None if !self.fields_listed => {}
                None => {
                    let reason = "it has no role: list it in Roles::field_keys or in Roles::ignore_keys";
                    return line.refuse_member(Part::Field, key, reason);
                }
                Some(_) => continue,
            }
            value.write_field(line.field(key), self.wanted(key));
        }
        let Some(key) = self.keys(Role::Time).next() else { return };
        match members.get(key) {
            Some(time) => time.write_time(line, key, self.unit),
            None => line.refuse_member(Part::Timestamp, key, "the record has no such member"),
        }
    }
}

/// A value and its [`Roles`]: a record.
pub struct Row<'a, T: ?Sized> {
    roles: &'a Roles,
    value: &'a T,
}

impl<T: Serialize + ?Sized> Measurement for Row<'_, T> {
    fn encode(&self, line: &mut Line<'_>) {
        if let Some(flaw) = &self.roles.flaw {
            return line.fail(flaw);
        }
        match Members::of(self.value) {
            Ok(members) => self.roles.write(&members, line),
            Err(reason) => line.fail(reason),
        }
    }
}

impl<T: ?Sized> Clone for Row<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Row<'_, T> {}

/// Prints the roles; the value may not be printable.
impl<T: ?Sized> fmt::Debug for Row<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("roles", self.roles).finish_non_exhaustive()
    }
}
