//! What a record is.

use std::rc::Rc;
use std::sync::Arc;

use super::{Described, Line, Schema};

/// A type whose values are records: one line each.
///
/// Derive it, or write [`encode`](Self::encode) by hand as shown at [`Line`].
#[cfg_attr(feature = "derive", doc = "", doc = include_str!("measurement.md"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a measurement",
    label = "this type does not say how it becomes a line",
    note = "for a type of your own, add `#[derive(influx_core::Measurement)]`",
    note = "for values without a type of their own, use `influx_core::Point`, or `influx_core::tuple::row` for tuples"
)]
pub trait Measurement {
    /// Writes the measurement, the tags, the fields and the timestamp, in this order.
    fn encode(&self, line: &mut Line<'_>);
}

/// Tags and fields that are part of other records: what `#[flatten]` takes.
///
/// Every derived [`Measurement`] that is a struct is one; `#[measurement(group)]` makes a type only that. The
/// halves are separate because all tags of a line stand before its fields. One written by hand lists its tags
/// and fields in [`Described::SCHEMA`]; what it writes is checked for keys that stand twice.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened",
    label = "this type is no group of tags and fields",
    note = "add `#[derive(influx_core::Measurement)]` to it, with `#[measurement(group)]` if it is no record of its own"
)]
pub trait Group: Described {
    /// The schema of a group: what is no `Group` is then reported once, and not as lacking a schema, too.
    #[doc(hidden)]
    const __SCHEMA: &'static Schema = Self::SCHEMA;
    /// Whether the macro wrote this, and so has checked that no key stands twice.
    #[doc(hidden)]
    const __DERIVED: bool = false;
    /// Writes the group's tags.
    fn tags(&self, line: &mut Line<'_>);
    /// Writes the group's fields.
    fn fields(&self, line: &mut Line<'_>);
    /// Writes the group's time, if it has one. Called only where the record around it has none of its own.
    #[inline(always)]
    fn time(&self, _line: &mut Line<'_>) {}
}

/// Types that stand for a record of theirs.
macro_rules! through {
    ($($type:ty)*) => {$(
        impl<T: Measurement + ?Sized> Measurement for $type {
            #[inline(always)]
            fn encode(&self, line: &mut Line<'_>) {
                (**self).encode(line);
            }
        }
    )*};
}

through! { &T &mut T Box<T> Rc<T> Arc<T> }

// Not by a macro: compilers name it in messages about groups.
impl<T: Group> Group for &T {
    const __DERIVED: bool = T::__DERIVED;
    #[inline(always)]
    fn tags(&self, line: &mut Line<'_>) {
        (**self).tags(line);
    }
    #[inline(always)]
    fn fields(&self, line: &mut Line<'_>) {
        (**self).fields(line);
    }
    #[inline(always)]
    fn time(&self, line: &mut Line<'_>) {
        (**self).time(line);
    }
}

impl<T: Group> Group for Box<T> {
    const __DERIVED: bool = T::__DERIVED;
    #[inline(always)]
    fn tags(&self, line: &mut Line<'_>) {
        (**self).tags(line);
    }
    #[inline(always)]
    fn fields(&self, line: &mut Line<'_>) {
        (**self).fields(line);
    }
    #[inline(always)]
    fn time(&self, line: &mut Line<'_>) {
        (**self).time(line);
    }
}

impl<T: Group> Group for Option<T> {
    const __DERIVED: bool = T::__DERIVED;
    #[inline(always)]
    fn tags(&self, line: &mut Line<'_>) {
        if let Some(group) = self {
            group.tags(line);
        }
    }
    #[inline(always)]
    fn fields(&self, line: &mut Line<'_>) {
        if let Some(group) = self {
            group.fields(line);
        }
    }
    #[inline(always)]
    fn time(&self, line: &mut Line<'_>) {
        if let Some(group) = self {
            group.time(line);
        }
    }
}
