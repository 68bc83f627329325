//! From a row to a type: which columns it wants, resolved once for each table, and their values in that order.

use std::fmt::Display;

use super::from_value::ticks_in;
use super::wanted::{Plan, Wanted};
use super::{Cell, DataType, FromValue, Row, RowError};
use crate::line::{FromTicks, TimeUnit};

/// A type that rows of answers can be read into.
///
/// By hand, it names its columns and reads them in the same order:
///
/// ```
/// use influx_core::query::{FromRow, RowError, RowReader, Wanted};
///
/// struct Usage(f64);
///
/// impl FromRow<'_> for Usage {
///     fn columns(wanted: &mut Wanted) {
///         wanted.field("usage");
///     }
///
///     fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
///         Ok(Self(row.next()?))
///     }
/// }
/// ```
#[cfg_attr(feature = "derive", doc = "", doc = include_str!("from_row.md"))]
#[diagnostic::on_unimplemented(
    message = "rows cannot be read into `{Self}`",
    label = "this type does not say which columns it is made of",
    note = "for a type of your own, add `#[derive(influx_core::FromRow)]`",
    note = "for rows of any columns, ask for `records()`"
)]
pub trait FromRow<'r>: Sized {
    /// Names the columns, in the order in which [`from_row`](Self::from_row) asks for them. Asked once for each table.
    fn columns(wanted: &mut Wanted);

    /// Reads one row.
    ///
    /// # Errors
    ///
    /// A column is missing, or its value does not fit.
    fn from_row(row: &mut RowReader<'_, 'r>) -> Result<Self, RowError>;
}

/// A type that keeps nothing of the row, so that it can be collected: every [`FromRow`] without a borrowed member.
#[diagnostic::on_unimplemented(
    message = "rows cannot be collected as `{Self}`",
    label = "this type cannot be read from a row and kept",
    note = "for a type of your own, add `#[derive(influx_core::FromRow)]`",
    note = "a type that borrows from the row, as one with a `&str`, is read by `cursor()` and `next_as()`"
)]
pub trait FromRowOwned: for<'r> FromRow<'r> + Send + 'static {}

impl<T: for<'r> FromRow<'r> + Send + 'static> FromRowOwned for T {}

/// A part that may be missing: `None` if all of its tags and fields are null, or not there.
impl<'r, T: FromRow<'r>> FromRow<'r> for Option<T> {
    fn columns(wanted: &mut Wanted) {
        wanted.part(T::columns);
    }

    fn from_row(row: &mut RowReader<'_, 'r>) -> Result<Self, RowError> {
        row.optional(T::from_row)
    }
}

impl<'r, T: FromRow<'r>> FromRow<'r> for Box<T> {
    fn columns(wanted: &mut Wanted) {
        T::columns(wanted);
    }

    fn from_row(row: &mut RowReader<'_, 'r>) -> Result<Self, RowError> {
        T::from_row(row).map(Self::new)
    }
}

/// The values of a row, in the order of the wanted columns.
#[derive(Debug)]
pub struct RowReader<'p, 'r> {
    row: Row<'r>,
    plan: &'p Plan,
    next: usize,
    next_part: usize,
}

impl<'p, 'r> RowReader<'p, 'r> {
    pub(super) fn new(row: Row<'r>, plan: &'p Plan) -> Self {
        Self { row, plan, next: 0, next_part: 0 }
    }

    /// The next value.
    ///
    /// # Errors
    ///
    /// Its column is missing, or it does not fit.
    #[inline]
    #[allow(
        clippy::should_implement_trait,
        reason = "each value has a type of its own, so this is no iterator"
    )]
    pub fn next<T: FromValue<'r>>(&mut self) -> Result<T, RowError> {
        self.read(T::from_value, T::missing)
    }

    /// The next value, a tag: as tags are text in the database, a string is read as whatever is asked for.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    #[inline]
    pub fn next_tag<T: FromValue<'r>>(&mut self) -> Result<T, RowError> {
        self.read(
            |cell| match cell.data_type() {
                DataType::String => T::from_value(cell.of_type(DataType::Untyped)),
                _ => T::from_value(cell),
            },
            T::missing,
        )
    }

    /// The next value, read as if the answer did not tell its type: for one that was written with `as = "…"`, and so is
    /// of another type than the member.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub fn next_untyped<T: FromValue<'r>>(&mut self) -> Result<T, RowError> {
        self.read(|cell| T::from_value(cell.of_type(DataType::Untyped)), T::missing)
    }

    /// The next value, a time, as a count of units.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub fn next_in<U: TimeUnit, T: FromTicks>(&mut self) -> Result<T, RowError> {
        self.read(|cell| ticks_in(cell, U::UNIT), T::missing)
    }

    /// The next value by a function, which is given null, too.
    ///
    /// # Errors
    ///
    /// Its column is missing, or the function refuses it.
    pub fn next_with<T, E: Display>(
        &mut self,
        read: impl FnOnce(Cell<'r>) -> Result<T, E>,
    ) -> Result<T, RowError> {
        self.read(|cell| read(cell).map_err(|why| RowError::new(why.to_string())), || None)
    }

    /// Steps over the next value if it is null, or its column is missing: whether it did.
    pub fn skip_null(&mut self) -> bool {
        let null = self.is_null(self.next);
        self.next += usize::from(null);
        null
    }

    /// The next part, which [`Wanted::part`] has named; `None` if all of its tags and fields are null or missing.
    ///
    /// # Errors
    ///
    /// Those of `read`.
    pub fn optional<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, RowError>,
    ) -> Result<Option<T>, RowError> {
        let Some(part) = self.plan.parts.get(self.next_part) else { return read(self).map(Some) };
        let mut content = part.clone().filter(|place| self.plan.is_content(*place)).peekable();
        if content.peek().is_some() && content.all(|place| self.is_null(place)) {
            self.skip_part();
            return Ok(None);
        }
        self.next_part += 1;
        read(self).map(Some)
    }

    /// One of the next parts, of which there are `count`, each named by [`Wanted::part`]: the others are stepped over.
    ///
    /// # Errors
    ///
    /// Those of `read`.
    pub fn alternative<T>(
        &mut self,
        index: usize,
        count: usize,
        read: impl FnOnce(&mut Self) -> Result<T, RowError>,
    ) -> Result<T, RowError> {
        for _ in 0..index {
            self.skip_part();
        }
        self.next_part += 1;
        let value = read(self)?;
        for _ in index + 1..count {
            self.skip_part();
        }
        Ok(value)
    }

    /// Which of the measurements the next value names; `None` among them stands for every other.
    ///
    /// # Errors
    ///
    /// The column is missing, or names none of them.
    pub fn measurement(&mut self, names: &[Option<&str>]) -> Result<usize, RowError> {
        let place = |name| names.iter().position(|known| *known == name);
        self.next_with(|cell| {
            place(Some(cell.text())).or_else(|| place(None)).ok_or_else(|| {
                let names: Vec<_> = names.iter().flatten().collect();
                format!("{:?} is none of the measurements {names:?}", cell.text())
            })
        })
    }

    fn skip_part(&mut self) {
        if let Some(part) = self.plan.parts.get(self.next_part) {
            self.next = part.end;
            // what it is made of follows it
            let rest = &self.plan.parts[self.next_part..];
            self.next_part += rest.iter().take_while(|inner| inner.start < part.end).count().max(1);
        }
    }

    #[inline]
    fn cell(&self, place: usize) -> Option<Cell<'r>> {
        self.plan.places.get(place).copied().flatten().and_then(|place| self.row.cell(place))
    }

    fn is_null(&self, place: usize) -> bool {
        self.cell(place).is_none_or(|cell| cell.is_null())
    }

    #[inline]
    fn read<T>(
        &mut self,
        read: impl FnOnce(Cell<'r>) -> Result<T, RowError>,
        missing: impl FnOnce() -> Option<T>,
    ) -> Result<T, RowError> {
        let place = self.next;
        self.next += 1;
        let value = match self.cell(place) {
            Some(cell) => read(cell),
            None => missing().ok_or_else(|| self.no_column()),
        };
        value.map_err(|error| match self.plan.names.get(place) {
            Some(name) => error.in_column(name),
            None => error,
        })
    }

    #[cold]
    fn no_column(&self) -> RowError {
        let names: Vec<_> = self.row.columns().iter().map(|column| &column.name).collect();
        RowError::new(format!("the answer has no such column, only {names:?}"))
    }
}

#[cfg(all(test, feature = "derive"))]
mod tests;

#[cfg(test)]
mod by_hand {
    use super::*;
    use crate::line::Millis;
    use crate::query::fixture::{Fixture, read};

    #[derive(Debug, PartialEq)]
    struct Place<'r>(&'r str, Option<u8>);

    impl<'r> FromRow<'r> for Place<'r> {
        fn columns(wanted: &mut Wanted) {
            wanted.tag("room");
            wanted.field("floor");
        }

        fn from_row(row: &mut RowReader<'_, 'r>) -> Result<Self, RowError> {
            Ok(Self(row.next()?, row.next()?))
        }
    }

    #[derive(Debug, PartialEq)]
    struct Climate<'r>(Option<Option<Place<'r>>>, f64, Option<i64>);

    impl<'r> FromRow<'r> for Climate<'r> {
        fn columns(wanted: &mut Wanted) {
            wanted.group("in_", Option::<Option<Place<'_>>>::columns);
            wanted.field("degrees");
            wanted.time("at");
        }

        fn from_row(row: &mut RowReader<'_, 'r>) -> Result<Self, RowError> {
            let place = FromRow::from_row(row)?;
            Ok(Self(place, row.next()?, row.next_in::<Millis, _>()?))
        }
    }

    #[test]
    fn columns_are_found_by_name_with_their_prefix_in_any_order() {
        let row =
            Fixture::untyped(&[("_time", "5"), ("degrees", "20.5"), ("in_floor", "2"), ("in_room", "hall")]);
        assert_eq!(read(row.row()), Ok(Climate(Some(Some(Place("hall", Some(2)))), 20.5, Some(5))));
    }

    #[test]
    fn a_part_whose_columns_are_null_or_missing_is_none() {
        let row = Fixture::untyped(&[("in_room", ""), ("degrees", "20.5")]);
        assert_eq!(read(row.row()), Ok(Climate(None, 20.5, None)));
        let row = Fixture::untyped(&[("in_room", "hall"), ("degrees", "20.5")]);
        assert_eq!(read(row.row()), Ok(Climate(Some(Some(Place("hall", None))), 20.5, None)));
    }

    #[test]
    fn errors_name_the_column_and_those_that_there_are() {
        let row = Fixture::untyped(&[("degrees", "warm"), ("x", "")]);
        assert_eq!(
            read::<Place<'_>>(row.row()).unwrap_err(),
            "column \"room\": the answer has no such column, only [\"degrees\", \"x\"]"
        );
        assert_eq!(read::<Climate<'_>>(row.row()).unwrap_err(), "column \"degrees\": \"warm\" is not an f64");
    }

    /// One of two parts, by the measurement.
    #[derive(Debug, PartialEq)]
    enum Any<'r> {
        Place(Place<'r>),
        Climate(Climate<'r>),
    }

    impl<'r> FromRow<'r> for Any<'r> {
        fn columns(wanted: &mut Wanted) {
            wanted.measurement();
            wanted.part(Climate::columns);
            wanted.part(Place::columns);
        }

        fn from_row(row: &mut RowReader<'_, 'r>) -> Result<Self, RowError> {
            match row.measurement(&[Some("climate"), Some("place")])? {
                0 => row.alternative(0, 2, |row| Climate::from_row(row).map(Any::Climate)),
                _ => row.alternative(1, 2, |row| Place::from_row(row).map(Any::Place)),
            }
        }
    }

    #[test]
    fn the_measurement_chooses_among_parts() {
        let row = |name| Fixture::untyped(&[("_measurement", name), ("room", "hall"), ("in_floor", "")]);
        let place = || Place("hall", None);
        assert_eq!(read(row("place").row()), Ok((Any::Place(place()), place())));
        let row = |name| Fixture::untyped(&[("_measurement", name), ("room", "hall"), ("degrees", "20.5")]);
        assert_eq!(read(row("climate").row()), Ok((Any::Climate(Climate(None, 20.5, None)), place())));
        assert_eq!(
            read::<Any<'_>>(row("disk").row()).unwrap_err(),
            "column \"_measurement\": \"disk\" is none of the measurements [\"climate\", \"place\"]"
        );
    }

    /// One type behind the other, to see that each leaves off where the next begins.
    impl<'r, A: FromRow<'r>, B: FromRow<'r>> FromRow<'r> for (A, B) {
        fn columns(wanted: &mut Wanted) {
            A::columns(wanted);
            B::columns(wanted);
        }

        fn from_row(row: &mut RowReader<'_, 'r>) -> Result<Self, RowError> {
            Ok((A::from_row(row)?, B::from_row(row)?))
        }
    }
}
