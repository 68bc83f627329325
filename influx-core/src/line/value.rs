//! What can be the value of a tag or of a field.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::{FieldSlot, TagSlot, ValueType};

/// A type whose values can be a tag's: text, `char`, integers, `bool`, and `Option` of them.
///
/// `None` and empty text leave the tag out. Floating-point numbers are left out of this on purpose: each value
/// would be a series of its own.
///
/// Enums without data and newtypes get it by `#[derive(TagValue)]`.
#[cfg_attr(feature = "derive", doc = "", doc = include_str!("tag_value.md"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a tag",
    label = "not a tag value",
    note = "tags are text, `char`, integers, `bool` or an `Option` of these; a measured number is a `#[field]`",
    note = "for an enum or a newtype of your own, add `#[derive(influx_core::TagValue)]`",
    note = "for a foreign type, say how it is written: `#[tag(with = \"path\")]`"
)]
pub trait TagValue {
    /// Writes the value through one of the slot's methods, or drops the slot to leave the tag out.
    fn write_tag(&self, slot: TagSlot<'_, '_>);
}

/// A type whose values can be a field's: `f64`, `f32`, integers, `bool`, text, `char`, and `Option` of them.
///
/// Signed integers and `u8` to `u32` are integers (`42i`); `u64` and `usize` are unsigned (`42u`) where the
/// server has them ([`EncodeOptions::unsigned`](crate::EncodeOptions::unsigned)). `i128` and `u128` have no
/// counterpart. `None` leaves the field out.
///
/// Implementations outside this crate should be `#[inline]`: a record is then encoded as one piece of code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a field",
    label = "not a field value",
    note = "fields are `f64`, `f32`, integers up to 64 bits, `bool`, text, `char` or an `Option` of these",
    note = "for an enum or a newtype of your own, add `#[derive(influx_core::TagValue)]`",
    note = "for a foreign type, say how it is written: `#[field(with = \"path\", as = \"float\")]`"
)]
pub trait FieldValue {
    /// The type of field it is.
    const TYPE: ValueType;
    /// Writes the value through one of the slot's methods, or drops the slot to leave the field out.
    fn write_field(&self, slot: FieldSlot<'_, '_>);
}

macro_rules! values {
    ($($($type:ty)+ => $schema:ident, $method:ident as $wide:ty;)*) => {$($(
        impl TagValue for $type {
            #[inline(always)]
            fn write_tag(&self, slot: TagSlot<'_, '_>) {
                slot.$method(*self as $wide);
            }
        }
        impl FieldValue for $type {
            const TYPE: ValueType = ValueType::$schema;
            #[inline(always)]
            fn write_field(&self, slot: FieldSlot<'_, '_>) {
                slot.$method(*self as $wide);
            }
        }
    )+)*};
}

// Every cast widens, or keeps the width.
values! {
    i8 i16 i32 i64 isize u8 u16 u32 => Integer, integer as i64;
    u64 usize => Unsigned, unsigned as u64;
    bool => Boolean, boolean as bool;
}

impl FieldValue for f64 {
    const TYPE: ValueType = ValueType::Float;
    #[inline(always)]
    fn write_field(&self, slot: FieldSlot<'_, '_>) {
        slot.float(*self);
    }
}

impl FieldValue for f32 {
    const TYPE: ValueType = ValueType::Float;
    #[inline(always)]
    fn write_field(&self, slot: FieldSlot<'_, '_>) {
        slot.float32(*self);
    }
}

impl TagValue for str {
    #[inline(always)]
    fn write_tag(&self, slot: TagSlot<'_, '_>) {
        slot.text(self);
    }
}

impl FieldValue for str {
    const TYPE: ValueType = ValueType::String;
    #[inline(always)]
    fn write_field(&self, slot: FieldSlot<'_, '_>) {
        slot.string(self);
    }
}

impl TagValue for char {
    #[inline(always)]
    fn write_tag(&self, slot: TagSlot<'_, '_>) {
        slot.text(self.encode_utf8(&mut [0; 4]));
    }
}

impl FieldValue for char {
    const TYPE: ValueType = ValueType::String;
    #[inline(always)]
    fn write_field(&self, slot: FieldSlot<'_, '_>) {
        slot.string(self.encode_utf8(&mut [0; 4]));
    }
}

/// Types that stand for another value of theirs.
macro_rules! through {
    ($([$($generics:tt)*] $type:ty => $inner:ty;)*) => {$(
        impl<$($generics)*> TagValue for $type where $inner: TagValue {
            #[inline(always)]
            fn write_tag(&self, slot: TagSlot<'_, '_>) {
                let inner: &$inner = self;
                inner.write_tag(slot);
            }
        }
        impl<$($generics)*> FieldValue for $type where $inner: FieldValue {
            const TYPE: ValueType = <$inner as FieldValue>::TYPE;
            #[inline(always)]
            fn write_field(&self, slot: FieldSlot<'_, '_>) {
                let inner: &$inner = self;
                inner.write_field(slot);
            }
        }
    )*};
}

through! {
    [] String => str;
    [] Cow<'_, str> => str;
    [T: ?Sized] &T => T;
    [T: ?Sized] &mut T => T;
    [T: ?Sized] Box<T> => T;
    [T: ?Sized] Arc<T> => T;
    [T: ?Sized] Rc<T> => T;
}

impl<T: TagValue> TagValue for Option<T> {
    #[inline(always)]
    fn write_tag(&self, slot: TagSlot<'_, '_>) {
        if let Some(value) = self {
            value.write_tag(slot);
        }
    }
}

impl<T: FieldValue> FieldValue for Option<T> {
    const TYPE: ValueType = T::TYPE;
    #[inline(always)]
    fn write_field(&self, slot: FieldSlot<'_, '_>) {
        if let Some(value) = self {
            value.write_field(slot);
        }
    }
}
