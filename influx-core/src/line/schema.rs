//! What a derived type is made of: names, roles and types, known at compile time.

mod leaves;

use std::borrow::Cow;
use std::fmt;

use leaves::Leaves;

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

/// A member of a [`Schema`]: made by [`tag`](Self::tag), [`field`](Self::field), [`time`](Self::time) and
/// [`group`](Self::group).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Member {
    /// A tag.
    #[non_exhaustive]
    Tag {
        /// Its key.
        name: &'static str,
    },
    /// A field.
    #[non_exhaustive]
    Field {
        /// Its key.
        name: &'static str,
        /// Its type.
        ty: ValueType,
    },
    /// The timestamp.
    #[non_exhaustive]
    Time {
        /// The name of the struct's member, for forms of data where the time has a name.
        name: &'static str,
    },
    /// The members of a flattened type.
    #[non_exhaustive]
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
pub trait Described: DescribedVariants {
    /// Names, roles and types.
    const SCHEMA: &'static Schema;
}

/// A type whose records are of one or several schemas: every type with `#[derive(Measurement)]`. Structs have one,
/// which is their [`Described::SCHEMA`], enums one for each variant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schemas",
    label = "this type does not list its tags and fields",
    note = "add `#[derive(influx_core::Measurement)]` to it"
)]
pub trait DescribedVariants {
    /// The schemas, in declared order.
    const SCHEMAS: &'static [&'static Schema];
}

impl<T: DescribedVariants + ?Sized> DescribedVariants for &T {
    const SCHEMAS: &'static [&'static Schema] = T::SCHEMAS;
}

impl<T: DescribedVariants + ?Sized> DescribedVariants for Box<T> {
    const SCHEMAS: &'static [&'static Schema] = T::SCHEMAS;
}

impl<T: DescribedVariants> DescribedVariants for Option<T> {
    const SCHEMAS: &'static [&'static Schema] = T::SCHEMAS;
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
    /// `time`, and two times of which neither goes before the other.
    pub(super) const fn check_unique(&'static self) {
        leaves::check_times(self);
        leaves::check_keys(self);
    }
}

impl Member {
    /// A tag of this key.
    pub const fn tag(name: &'static str) -> Self {
        Member::Tag { name }
    }

    /// A field of this key and type.
    pub const fn field(name: &'static str, ty: ValueType) -> Self {
        Member::Field { name, ty }
    }

    /// The timestamp, under the name of its member.
    pub const fn time(name: &'static str) -> Self {
        Member::Time { name }
    }

    /// The members of a flattened type, a prefix before each of their keys. The prefix may be empty.
    pub const fn group(prefix: &'static str, schema: &'static Schema) -> Self {
        Member::Group { prefix, schema }
    }
}
