//! What a derived type is made of: names, roles and types, known at compile time.

use std::borrow::Cow;
use std::fmt;

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A double: `1.5`.
    Float,
    /// A signed integer of 64 bits: `42i`.
    Integer,
    /// An unsigned integer of 64 bits: `42u`.
    Unsigned,
    /// `true` or `false`.
    Boolean,
    /// Text: `"text"`.
    String,
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ValueType::Float => "float",
            ValueType::Integer => "integer",
            ValueType::Unsigned => "unsigned integer",
            ValueType::Boolean => "boolean",
            ValueType::String => "string",
        })
    }
}

/// What a record is made of. Derived; see [`Described`].
///
/// It is a tree where types are flattened; [`columns`](Self::columns) lists its leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Schema {
    /// The measurement; `None` where it comes from the record, or where the type is only a group.
    pub measurement: Option<&'static str>,
    /// The members in declared order, constant tags first.
    pub members: &'static [Member],
}

/// A member of a [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Member {
    /// A tag.
    Tag {
        /// Its key.
        name: &'static str,
    },
    /// A field.
    Field {
        /// Its key.
        name: &'static str,
        /// Its type.
        ty: ValueType,
    },
    /// The timestamp.
    Time {
        /// The name of the struct's member, for forms of data where the time has a name.
        name: &'static str,
    },
    /// The members of a flattened type.
    Group {
        /// What stands before each of their keys.
        prefix: &'static str,
        /// What they are.
        schema: &'static Schema,
    },
}

/// A leaf of a [`Schema`]: one tag, field or time, with its whole name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Column {
    /// The key, behind the prefixes of the groups around it.
    pub name: Cow<'static, str>,
    /// What it is.
    pub role: Role,
}

/// What a [`Column`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A tag.
    Tag,
    /// A field of a type.
    Field(ValueType),
    /// The timestamp.
    Time,
}

/// A record type that knows its schema: every struct with `#[derive(Measurement)]`.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use influx_core::{Described, Measurement, Role, ValueType};
///
/// #[derive(Measurement)]
/// struct Cpu {
///     #[tag]
///     host: String,
///     #[field]
///     usage: f64,
/// }
///
/// assert_eq!(Cpu::SCHEMA.measurement, Some("cpu"));
/// let columns = Cpu::SCHEMA.columns();
/// assert_eq!(columns[0].role, Role::Tag);
/// assert_eq!((&*columns[1].name, columns[1].role), ("usage", Role::Field(ValueType::Float)));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schema",
    label = "this type does not list its tags and fields",
    note = "add `#[derive(influx_core::Measurement)]` to it, with `#[measurement(group)]` if it is no record of its own"
)]
pub trait Described {
    /// Names, roles and types.
    const SCHEMA: &'static Schema;
}

/// A type whose records are of one or several schemas: structs have one, enums one for each variant.
pub trait DescribedVariants {
    /// The schemas, in declared order.
    const SCHEMAS: &'static [&'static Schema];
}

impl<T: Described> DescribedVariants for T {
    const SCHEMAS: &'static [&'static Schema] = &[T::SCHEMA];
}

impl<T: Described + ?Sized> Described for &T {
    const SCHEMA: &'static Schema = T::SCHEMA;
}

impl<T: Described + ?Sized> Described for Box<T> {
    const SCHEMA: &'static Schema = T::SCHEMA;
}

impl<T: Described> Described for Option<T> {
    const SCHEMA: &'static Schema = T::SCHEMA;
}

impl Schema {
    /// A schema of members.
    pub const fn new(measurement: Option<&'static str>, members: &'static [Member]) -> Self {
        Schema { measurement, members }
    }

    /// The tags, fields and time of the whole tree, groups at their place.
    pub fn columns(&'static self) -> Vec<Column> {
        let mut leaves = Leaves::of(self);
        std::iter::from_fn(|| leaves.next()).map(|leaf| leaf.column()).collect()
    }

    /// Refuses at compile time what only shows when groups are joined: a key that stands twice, one that is
    /// `time`, and two times of which neither is the record's own.
    pub(super) const fn check_unique(&'static self) {
        let mut outer = Leaves::of(self);
        let (mut own_time, mut times) = (false, 0);
        while let Some(one) = outer.next() {
            if matches!(one.role, Role::Time) {
                own_time |= one.len == 1;
                times += 1;
                if times > 1 && !own_time && !outer.own_time_follows() {
                    one.panic(
                        "the time `",
                        "` is the second that is flattened: give the record a time of its own",
                    );
                }
            }
            if one.equals(&TIME) {
                one.panic("the flattened key `", "` is reserved for the timestamp: choose another prefix");
            }
            let mut inner = outer;
            while let Some(other) = inner.next() {
                if one.equals(&other) {
                    one.panic(
                        "the key `",
                        "` stands twice in this record: set a prefix where it is flattened",
                    );
                }
            }
        }
    }
}

/// Groups may be nested so deep.
const DEPTH: usize = 8;

/// What no key may be.
const TIME: Leaf = Leaf { parts: ["time"; DEPTH], len: 1, role: Role::Tag };

/// The walk over the leaves of a tree; it runs at compile time, too.
#[derive(Clone, Copy)]
struct Leaves {
    /// The schemas around the next leaf, each with the place in it.
    stack: [(&'static Schema, usize); DEPTH],
    prefixes: [&'static str; DEPTH],
    depth: usize,
}

/// A leaf, its name in parts.
#[derive(Clone, Copy)]
struct Leaf {
    parts: [&'static str; DEPTH],
    len: usize,
    role: Role,
}

impl Leaves {
    const fn of(schema: &'static Schema) -> Self {
        Leaves { stack: [(schema, 0); DEPTH], prefixes: [""; DEPTH], depth: 1 }
    }

    /// Whether the outermost schema still has a time.
    const fn own_time_follows(&self) -> bool {
        let (schema, mut place) = self.stack[0];
        while place < schema.members.len() {
            if matches!(schema.members[place], Member::Time { .. }) {
                return true;
            }
            place += 1;
        }
        false
    }

    #[allow(clippy::panic, reason = "at compile time: a panic is the compile error")]
    const fn next(&mut self) -> Option<Leaf> {
        while self.depth > 0 {
            let (schema, place) = self.stack[self.depth - 1];
            if place == schema.members.len() {
                self.depth -= 1;
                continue;
            }
            self.stack[self.depth - 1].1 += 1;
            let (name, role) = match schema.members[place] {
                Member::Tag { name } => (name, Role::Tag),
                Member::Field { name, ty } => (name, Role::Field(ty)),
                Member::Time { name } => (name, Role::Time),
                Member::Group { prefix, schema } => {
                    if self.depth == DEPTH {
                        panic!("groups are flattened more than eight levels deep");
                    }
                    self.prefixes[self.depth - 1] = prefix;
                    self.stack[self.depth] = (schema, 0);
                    self.depth += 1;
                    continue;
                }
            };
            let mut parts = self.prefixes;
            parts[self.depth - 1] = name;
            return Some(Leaf { parts, len: self.depth, role });
        }
        None
    }
}

impl Leaf {
    fn column(&self) -> Column {
        let name = match &self.parts[..self.len] {
            [name] => Cow::Borrowed(*name),
            parts => Cow::Owned(parts.concat()),
        };
        Column { name, role: self.role }
    }

    /// How many bytes the name has.
    const fn size(&self) -> usize {
        let (mut size, mut part) = (0, 0);
        while part < self.len {
            size += self.parts[part].len();
            part += 1;
        }
        size
    }

    const fn byte(&self, mut at: usize) -> u8 {
        let mut part = 0;
        while at >= self.parts[part].len() {
            at -= self.parts[part].len();
            part += 1;
        }
        self.parts[part].as_bytes()[at]
    }

    /// Whether both are keys, and the same.
    const fn equals(&self, other: &Leaf) -> bool {
        let size = self.size();
        if matches!(self.role, Role::Time) || matches!(other.role, Role::Time) || size != other.size() {
            return false;
        }
        let mut at = 0;
        while at < size {
            if self.byte(at) != other.byte(at) {
                return false;
            }
            at += 1;
        }
        true
    }

    /// Fails with the key between two texts.
    #[allow(clippy::panic, reason = "at compile time: a panic is the compile error")]
    const fn panic(&self, before: &str, after: &str) -> ! {
        let mut message = [b' '; 256];
        let mut at = append(&mut message, 0, before);
        let mut part = 0;
        while part < self.len {
            at = append(&mut message, at, self.parts[part]);
            part += 1;
        }
        at = append(&mut message, at, after);
        match std::str::from_utf8(message.split_at(at).0) {
            Ok(message) => panic!("{}", message),
            Err(_) => panic!("a key stands twice in this record, or is `time`"),
        }
    }
}

const fn append(message: &mut [u8], mut at: usize, text: &str) -> usize {
    let mut i = 0;
    while i < text.len() && at < message.len() {
        message[at] = text.as_bytes()[i];
        at += 1;
        i += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const INNER: &Schema = &Schema::new(None, &[Member::Tag { name: "host" }, Member::Time { name: "time" }]);
    const OUTER: &Schema = &Schema::new(
        Some("cpu"),
        &[
            Member::Tag { name: "host" },
            Member::Group { prefix: "a_", schema: INNER },
            Member::Field { name: "x", ty: ValueType::Float },
        ],
    );

    #[test]
    fn columns_stand_behind_their_prefixes() {
        let names: Vec<_> = OUTER.columns().into_iter().map(|column| column.name).collect();
        assert_eq!(names, ["host", "a_host", "a_time", "x"]);
        OUTER.check_unique();
    }

    #[test]
    #[should_panic(expected = "the key `a_host` stands twice")]
    fn a_key_that_two_groups_make_is_found() {
        const TWICE: &Schema = &Schema::new(
            None,
            &[
                Member::Group { prefix: "a_", schema: INNER },
                Member::Field { name: "a_host", ty: ValueType::Float },
            ],
        );
        TWICE.check_unique();
    }

    #[test]
    #[should_panic(expected = "the time `b_time` is the second")]
    fn two_flattened_times_are_found() {
        const TWO: &Schema = &Schema::new(
            None,
            &[
                Member::Group { prefix: "a_", schema: INNER },
                Member::Group { prefix: "b_", schema: INNER },
                Member::Field { name: "x", ty: ValueType::Float },
            ],
        );
        TWO.check_unique();
    }

    #[test]
    fn a_time_of_its_own_wins() {
        const OWN: &Schema = &Schema::new(
            None,
            &[
                Member::Group { prefix: "a_", schema: INNER },
                Member::Group { prefix: "b_", schema: INNER },
                Member::Time { name: "at" },
            ],
        );
        OWN.check_unique();
    }

    #[test]
    #[should_panic(expected = "the flattened key `time` is reserved")]
    fn time_is_found_in_parts() {
        const ME: &Schema = &Schema::new(None, &[Member::Field { name: "me", ty: ValueType::Float }]);
        const SPLIT: &Schema = &Schema::new(None, &[Member::Group { prefix: "ti", schema: ME }]);
        SPLIT.check_unique();
    }
}
