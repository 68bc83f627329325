//! Records from plain tuples: names and roles are given once, and the compiler checks them against the tuples.
//!
//! ```
//! use influx_core::tuple::{field, row, tag, time};
//! use influx_core::{LineBuffer, Seconds};
//!
//! let cpu = row("cpu", (tag("core"), field("temp"), time::<Seconds>()))?;
//!
//! let mut buffer = LineBuffer::new();
//! for reading in [("0", 25.3, 1657729063), ("1", 26.0, 1657729063)] {
//!     buffer.push(&cpu.of(reading))?;
//! }
//! assert_eq!(
//!     buffer.as_str(),
//!     "cpu,core=0 temp=25.3 1657729063000000000\ncpu,core=1 temp=26 1657729063000000000\n",
//! );
//! # Ok::<(), influx_core::EncodeError>(())
//! ```

use std::fmt;
use std::marker::PhantomData;

use super::cursor::AnyKey;
use super::error::{EncodeError, EncodeErrorKind, Flaw, Part};
use super::key::{self, Key, Name};
use super::literal::OwnedLiteral;
use super::{Epoch, FieldValue, Line, Measurement, TagValue, Ticks, TimeUnit, Timestamp, escape};

/// The names and roles of tuples: see the [module](self).
#[derive(Debug, Clone)]
pub struct Row<R> {
    name: OwnedLiteral,
    roles: R,
    /// The places of the tags, sorted by key; nothing where they stand sorted in the tuple.
    tag_order: Option<Box<[usize]>>,
}

/// A tuple with its [`Row`]: a record.
pub struct RowOf<'r, R, V> {
    row: &'r Row<R>,
    values: V,
}

/// The role of a tuple's element as a tag: see [`tag`].
#[derive(Debug, Clone)]
pub struct Tag(Named);

/// The role of a tuple's element as a field: see [`field`].
#[derive(Debug, Clone)]
pub struct Field(Named);

/// The role of a tuple's element as a count of time units: see [`time()`].
pub struct Time<U>(PhantomData<fn() -> U>);

/// The role of a tuple's element as the time: see [`timestamp`].
#[derive(Debug, Clone, Copy)]
pub struct Stamp(());

#[derive(Debug, Clone)]
struct Named {
    name: Box<str>,
    literal: OwnedLiteral,
}

/// An element that is a tag: any [`TagValue`].
pub fn tag(key: &str) -> Tag {
    Tag(Named::new(key))
}

/// An element that is a field: any [`FieldValue`].
pub fn field(key: &str) -> Field {
    Field(Named::new(key))
}

/// An element that is the time, as an integer count of units: `time::<Seconds>()`. An `Option` leaves the
/// timestamp out where it is `None`.
pub fn time<U: TimeUnit>() -> Time<U> {
    Time(PhantomData)
}

/// An element that is the time, as any [`Timestamp`].
pub fn timestamp() -> Stamp {
    Stamp(())
}

/// Describes tuples as records of `measurement`, one role for each element, up to sixteen. Names are checked and
/// escaped here, once.
///
/// # Errors
/// A name that line protocol cannot express, a key that stands twice, no field, or more than one time.
pub fn row<R: Roles>(measurement: &str, roles: R) -> Result<Row<R>, EncodeError> {
    let refused = |part, name: &str, kind| {
        Err(EncodeError::new(kind, part, Some(name.to_owned()).filter(|n| !n.is_empty())))
    };
    if let Some(flaw) = escape::measurement_flaw(measurement) {
        return refused(Part::Measurement, measurement, EncodeErrorKind::Name(flaw));
    }
    let parts = roles.parts();
    for (i, &(part, name)) in parts.iter().enumerate() {
        let flaw: Option<Flaw> = match part {
            Part::Timestamp => None,
            _ => escape::key_flaw(name),
        };
        if let Some(flaw) = flaw {
            return refused(part, name, EncodeErrorKind::Name(flaw));
        }
        if parts[..i].contains(&(part, name)) {
            return refused(part, name, EncodeErrorKind::DuplicateKey);
        }
    }
    if !parts.iter().any(|&(part, _)| part == Part::Field) {
        return Err(EncodeError::record(EncodeErrorKind::NoFields));
    }
    let mut order: Vec<usize> = (0..parts.len()).filter(|&i| parts[i].0 == Part::Tag).collect();
    let sorted = order.is_sorted_by_key(|&i| parts[i].1);
    order.sort_by_key(|&i| parts[i].1);
    let tag_order = (!sorted).then(|| order.into_boxed_slice());
    Ok(Row { name: key::owned_name(measurement), roles, tag_order })
}

impl<R> Row<R> {
    /// A tuple as a record of this row.
    #[inline(always)]
    pub fn of<V>(&self, values: V) -> RowOf<'_, R, V>
    where
        R: RolesOf<V>,
    {
        RowOf { row: self, values }
    }
}

impl<R: RolesOf<V>, V> Measurement for RowOf<'_, R, V> {
    #[inline(always)]
    fn encode(&self, line: &mut Line<'_>) {
        let Row { name, roles, tag_order } = self.row;
        line.name(Name(name.as_literal()));
        match tag_order {
            None => roles.tags(&self.values, line),
            Some(order) => order.iter().for_each(|&place| roles.tag(place, &self.values, line)),
        }
        roles.fields(&self.values, line);
        roles.time(&self.values, line);
    }
}

impl Named {
    fn new(name: &str) -> Self {
        Named { name: name.into(), literal: key::owned_key(name) }
    }

    #[inline(always)]
    fn key(&self) -> AnyKey<'_> {
        AnyKey::Escaped(Key(self.literal.as_literal()))
    }
}

// === Roles ===

/// A tuple of roles: [`tag`], [`field`], [`time()`], [`timestamp`]. Sealed.
pub trait Roles: sealed::Roles {}

/// A tuple of roles that fits a tuple of values: each tag's is a [`TagValue`], each field's a [`FieldValue`].
/// Sealed.
#[diagnostic::on_unimplemented(
    message = "the roles `{Self}` do not fit the tuple `{V}`",
    note = "a tag takes a `TagValue`, a field a `FieldValue`, `time::<Unit>()` an integer, `timestamp()` a `Timestamp`"
)]
pub trait RolesOf<V>: sealed::RolesOf<V> {}

mod sealed {
    use super::{Line, Part};

    pub trait Roles {
        fn parts(&self) -> Vec<(Part, &str)>;
    }

    /// Writes one element where it belongs, and nothing elsewhere.
    pub trait RoleOf<V: ?Sized> {
        #[inline(always)]
        fn tag(&self, _: &V, _: &mut Line<'_>) {}
        #[inline(always)]
        fn field(&self, _: &V, _: &mut Line<'_>) {}
        #[inline(always)]
        fn time(&self, _: &V, _: &mut Line<'_>) {}
    }

    pub trait Role {
        fn part(&self) -> (Part, &str);
    }

    pub trait RolesOf<V> {
        fn tags(&self, values: &V, line: &mut Line<'_>);
        fn tag(&self, place: usize, values: &V, line: &mut Line<'_>);
        fn fields(&self, values: &V, line: &mut Line<'_>);
        fn time(&self, values: &V, line: &mut Line<'_>);
    }
}

impl sealed::Role for Tag {
    fn part(&self) -> (Part, &str) {
        (Part::Tag, &self.0.name)
    }
}

impl<V: TagValue + ?Sized> sealed::RoleOf<V> for Tag {
    #[inline(always)]
    fn tag(&self, value: &V, line: &mut Line<'_>) {
        value.write_tag(line.tag_slot(self.0.key()));
    }
}

impl sealed::Role for Field {
    fn part(&self) -> (Part, &str) {
        (Part::Field, &self.0.name)
    }
}

impl<V: FieldValue + ?Sized> sealed::RoleOf<V> for Field {
    #[inline(always)]
    fn field(&self, value: &V, line: &mut Line<'_>) {
        value.write_field(line.field_slot(self.0.key()));
    }
}

impl<U> sealed::Role for Time<U> {
    fn part(&self) -> (Part, &str) {
        (Part::Timestamp, "")
    }
}

impl<U: TimeUnit, V: Ticks + ?Sized> sealed::RoleOf<V> for Time<U> {
    #[inline(always)]
    fn time(&self, value: &V, line: &mut Line<'_>) {
        line.timestamp(&value.ticks().map(|ticks| Epoch::from_ticks(ticks, U::UNIT)));
    }
}

impl sealed::Role for Stamp {
    fn part(&self) -> (Part, &str) {
        (Part::Timestamp, "")
    }
}

impl<V: Timestamp + ?Sized> sealed::RoleOf<V> for Stamp {
    #[inline(always)]
    fn time(&self, value: &V, line: &mut Line<'_>) {
        line.timestamp(value);
    }
}

macro_rules! tuples {
    ($($role:ident $value:ident $place:tt),*) => {
        impl<$($role: sealed::Role),*> Roles for ($($role,)*) {}

        impl<$($role: sealed::Role),*> sealed::Roles for ($($role,)*) {
            fn parts(&self) -> Vec<(Part, &str)> {
                vec![$(self.$place.part()),*]
            }
        }

        impl<$($role: sealed::RoleOf<$value>, $value),*> RolesOf<($($value,)*)> for ($($role,)*) {}

        impl<$($role: sealed::RoleOf<$value>, $value),*> sealed::RolesOf<($($value,)*)> for ($($role,)*) {
            #[inline(always)]
            fn tags(&self, values: &($($value,)*), line: &mut Line<'_>) {
                $(self.$place.tag(&values.$place, line);)*
            }
            #[inline(always)]
            fn tag(&self, place: usize, values: &($($value,)*), line: &mut Line<'_>) {
                match place {
                    $($place => self.$place.tag(&values.$place, line),)*
                    _ => {}
                }
            }
            #[inline(always)]
            fn fields(&self, values: &($($value,)*), line: &mut Line<'_>) {
                $(self.$place.field(&values.$place, line);)*
            }
            #[inline(always)]
            fn time(&self, values: &($($value,)*), line: &mut Line<'_>) {
                $(self.$place.time(&values.$place, line);)*
            }
        }
    };
}

tuples!(A VA 0);
tuples!(A VA 0, B VB 1);
tuples!(A VA 0, B VB 1, C VC 2);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7, I VI 8);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7, I VI 8, J VJ 9);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7, I VI 8, J VJ 9, K VK 10);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7, I VI 8, J VJ 9, K VK 10, L VL 11);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7, I VI 8, J VJ 9, K VK 10, L VL 11, M VM 12);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7, I VI 8, J VJ 9, K VK 10, L VL 11, M VM 12, N VN 13);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7, I VI 8, J VJ 9, K VK 10, L VL 11, M VM 12, N VN 13, O VO 14);
tuples!(A VA 0, B VB 1, C VC 2, D VD 3, E VE 4, F VF 5, G VG 6, H VH 7, I VI 8, J VJ 9, K VK 10, L VL 11, M VM 12, N VN 13, O VO 14, P VP 15);

impl<U> Clone for Time<U> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<U> Copy for Time<U> {}

impl<U> fmt::Debug for Time<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Time")
    }
}

impl<R, V: fmt::Debug> fmt::Debug for RowOf<'_, R, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowOf").field("name", &self.row.name).field("values", &self.values).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LineBuffer, Millis, Seconds};

    #[test]
    fn tags_are_sorted_whatever_their_place() {
        let cpu = row("a cpu", (field("x y"), tag("zone"), timestamp(), tag("host"))).unwrap();
        let mut buffer = LineBuffer::new();
        buffer.push(&cpu.of((1u64, "z", Millis(5), Some("h")))).unwrap();
        assert_eq!(buffer.as_str(), "a\\ cpu,host=h,zone=z x\\ y=1u 5000000\n");
    }

    #[test]
    fn the_time_may_stand_anywhere_and_be_absent() {
        let m = row("m", (time::<Seconds>(), field("v"))).unwrap();
        let mut buffer = LineBuffer::new();
        buffer.push(&m.of((None::<i64>, true))).unwrap();
        buffer.push(&m.of((Some(2i64), false))).unwrap();
        assert_eq!(buffer.as_str(), "m v=true\nm v=false 2000000000\n");
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            (row("#m", (field("v"),)).unwrap_err(), "measurement \"#m\": the name begins with `#`"),
            (row("m", (field("v"), tag("a\nb"))).unwrap_err(), "tag \"a\\nb\": the name contains a newline"),
            (row("m", (field("v"), field("v"))).unwrap_err(), "field \"v\": the key stands twice"),
            (row("m", (tag("v"),)).unwrap_err(), "no field has a value"),
            (row("m", (field("time"),)).unwrap_err(), "field \"time\": the name is reserved"),
            (
                row("m", (field("v"), timestamp(), timestamp())).unwrap_err(),
                "timestamp: the key stands twice",
            ),
        ];
        for (error, text) in cases {
            assert!(error.to_string().starts_with(text), "{error}");
        }
    }
}
