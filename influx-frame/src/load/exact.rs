//! Columns of files of text, read exactly. Arrow's readers cut off what a type has no room for: the fraction of a number
//! among integers, of a second among whole ones, the time of day of a date. Such columns are read as texts, which are
//! then taken for what they say, or refused.

use std::num::TryFromIntError;
use std::str::FromStr;
use std::sync::Arc;

use arrow_array::builder::PrimitiveBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, ArrowTimestampType, Date32Type, Date64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef, RecordBatch, StructArray};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use jiff::civil;
use jiff::fmt::temporal::Pieces;

use super::chunk::Planned;
use super::text::Decoder;
use crate::roles::{Roles, Time};

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;
/// Doubles up to here are all integers exactly.
const WHOLE: f64 = 9_007_199_254_740_992.0;
/// So much of a wrong value stands in an error.
const SHOWN: usize = 100;

/// The schema of a file, by which all values fit into columns that are not needed.
pub(super) fn fitting(file: &Planned) -> SchemaRef {
    let fits = |(place, field): (usize, &Arc<Field>)| {
        let needed = field.data_type().is_nested() || file.columns.needed.contains(&place);
        if needed {
            Arc::clone(field)
        } else {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8))
        }
    };
    Arc::new(Schema::new(file.schema.fields().iter().enumerate().map(fits).collect::<Vec<_>>()))
}

/// The schema by which a reader is to read what will have this one. `numbers` says that values are written as in JSON:
/// integers in several ways, and moments also as numbers, which count the units of their column.
pub(super) fn read_as(schema: &Schema, numbers: bool) -> SchemaRef {
    Arc::new(Schema::new(texts(schema.fields(), numbers)))
}

fn texts(fields: &Fields, numbers: bool) -> Fields {
    let read = |field: &Arc<Field>| {
        let ty = match field.data_type() {
            DataType::Struct(fields) => DataType::Struct(texts(fields, numbers)),
            ty if is_text(ty, numbers) => DataType::Utf8,
            _ => return Arc::clone(field),
        };
        Arc::new(field.as_ref().clone().with_data_type(ty))
    };
    fields.iter().map(read).collect()
}

fn is_text(ty: &DataType, numbers: bool) -> bool {
    ty.is_temporal() && !matches!(ty, DataType::Duration(_) | DataType::Interval(_))
        || numbers && ty.is_integer()
}

/// Decodes as another does that reads by the schema of [`read_as`].
pub(super) struct Exact<D> {
    pub(super) texts: D,
    /// What the batches are to have.
    pub(super) schema: SchemaRef,
    pub(super) numbers: bool,
    /// What [`local`] says.
    pub(super) local: Option<String>,
}

impl<D: Decoder> Decoder for Exact<D> {
    fn decode(&mut self, text: &[u8]) -> Result<usize, ArrowError> {
        self.texts.decode(text)
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let Some(batch) = self.texts.flush()? else { return Ok(None) };
        let columns = typed(batch.columns(), self.schema.fields(), self.numbers, |name| {
            self.local.as_deref() == Some(name)
        })?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map(Some)
    }
}

/// The column whose times are of a place by the roles: one with an offset from UTC contradicts that.
pub(super) fn local(roles: &Roles) -> Option<String> {
    roles.zone.as_ref()?;
    let column = |time: &Time| match time {
        Time::Column(name, _) | Time::Derived(Some(name)) => Some(name.clone()),
        Time::Derived(None) | Time::Stamped => None,
    };
    // what is said beside a derived type goes before it
    let (derived, said): (Vec<_>, Vec<_>) =
        roles.times.iter().partition(|time| matches!(time, Time::Derived(_)));
    said.into_iter().chain(derived).find_map(column)
}

fn typed(
    columns: &[ArrayRef],
    fields: &Fields,
    numbers: bool,
    local: impl Fn(&str) -> bool,
) -> Result<Vec<ArrayRef>, ArrowError> {
    let typed = |(column, field): (_, &Arc<Field>)| {
        Values { column, field, numbers, local: local(field.name()) }.typed()
    };
    columns.iter().zip(fields).map(typed).collect()
}

/// The values of a column.
struct Values<'a> {
    column: &'a ArrayRef,
    field: &'a Field,
    numbers: bool,
    local: bool,
}

impl Values<'_> {
    fn typed(&self) -> Result<ArrayRef, ArrowError> {
        match self.field.data_type() {
            DataType::Struct(fields) => {
                let column = self.column.as_struct();
                let members = typed(column.columns(), fields, self.numbers, |_| false)?;
                let all = StructArray::try_new(fields.clone(), members, column.nulls().cloned())?;
                Ok(Arc::new(all))
            }
            ty if !is_text(ty, self.numbers) => Ok(Arc::clone(self.column)),
            DataType::Int8 => self.integers::<Int8Type>(),
            DataType::Int16 => self.integers::<Int16Type>(),
            DataType::Int32 => self.integers::<Int32Type>(),
            DataType::Int64 => self.integers::<Int64Type>(),
            DataType::UInt8 => self.integers::<UInt8Type>(),
            DataType::UInt16 => self.integers::<UInt16Type>(),
            DataType::UInt32 => self.integers::<UInt32Type>(),
            DataType::UInt64 => self.integers::<UInt64Type>(),
            DataType::Date32 => self.moments::<Date32Type>(DAY),
            DataType::Date64 => self.moments::<Date64Type>(SECOND / 1_000),
            DataType::Timestamp(TimeUnit::Second, _) => self.timestamps::<TimestampSecondType>(),
            DataType::Timestamp(TimeUnit::Millisecond, _) => self.timestamps::<TimestampMillisecondType>(),
            DataType::Timestamp(TimeUnit::Microsecond, _) => self.timestamps::<TimestampMicrosecondType>(),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => self.timestamps::<TimestampNanosecondType>(),
            DataType::Time32(TimeUnit::Second) => self.times::<Time32SecondType>(TimeUnit::Second),
            DataType::Time32(_) => self.times::<Time32MillisecondType>(TimeUnit::Millisecond),
            DataType::Time64(TimeUnit::Microsecond) => {
                self.times::<Time64MicrosecondType>(TimeUnit::Microsecond)
            }
            _ => self.times::<Time64NanosecondType>(TimeUnit::Nanosecond),
        }
    }

    fn values<T: ArrowPrimitiveType>(
        &self,
        value: impl Fn(&str) -> Result<T::Native, String>,
    ) -> Result<ArrayRef, ArrowError> {
        let texts = self.column.as_string::<i32>();
        let mut values =
            PrimitiveBuilder::<T>::with_capacity(texts.len()).with_data_type(self.field.data_type().clone());
        for text in texts {
            match text {
                None => values.append_null(),
                Some(text) => values.append_value(value(text).map_err(|why| self.wrong(text, &why))?),
            }
        }
        Ok(Arc::new(values.finish()))
    }

    fn wrong(&self, text: &str, why: &str) -> ArrowError {
        let shown: String = text.chars().take(SHOWN).collect();
        let (name, ty) = (self.field.name(), self.field.data_type());
        ArrowError::ParseError(format!("the column {name:?} of {ty}: {shown:?} {why}"))
    }

    fn integers<T: ArrowPrimitiveType>(&self) -> Result<ArrayRef, ArrowError>
    where
        T::Native: FromStr + TryFrom<i64>,
    {
        self.values::<T>(|text| match text.parse() {
            Ok(value) => Ok(value),
            // `21.0` and `2.1e1` as well
            Err(_) => match text.parse::<f64>() {
                Ok(value) if value.fract() == 0.0 && value.abs() <= WHOLE => {
                    T::Native::try_from(value as i64).map_err(|_| "is out of its range".to_owned())
                }
                Ok(_) => {
                    Err("is no integer in its range: give the schema, in which it is of floats".to_owned())
                }
                Err(_) => Err("is no number".to_owned()),
            },
        })
    }

    fn timestamps<T: ArrowTimestampType>(&self) -> Result<ArrayRef, ArrowError> {
        self.moments::<T>(nanoseconds(T::UNIT))
    }

    /// Counts of a unit of so many nanoseconds since 1970.
    fn moments<T: ArrowPrimitiveType>(&self, unit: i128) -> Result<ArrayRef, ArrowError>
    where
        T::Native: TryFrom<i128, Error = TryFromIntError>,
    {
        let zoned = matches!(self.field.data_type(), DataType::Timestamp(_, Some(_)));
        self.values::<T>(|text| {
            if self.numbers
                && let Ok(number) = text.parse::<i64>()
            {
                return in_range(number.into());
            }
            count(moment(text, zoned, self.local)?, unit)
        })
    }

    fn times<T: ArrowPrimitiveType>(&self, unit: TimeUnit) -> Result<ArrayRef, ArrowError>
    where
        T::Native: TryFrom<i128, Error = TryFromIntError>,
    {
        self.values::<T>(|text| {
            if self.numbers
                && let Ok(number) = text.parse::<i64>()
            {
                return in_range(number.into());
            }
            let time: civil::Time = text.parse().map_err(|_| "is no time of day".to_owned())?;
            count(time.duration_since(civil::Time::midnight()).as_nanos(), nanoseconds(unit))
        })
    }
}

fn nanoseconds(unit: TimeUnit) -> i128 {
    match unit {
        TimeUnit::Second => SECOND,
        TimeUnit::Millisecond => SECOND / 1_000,
        TimeUnit::Microsecond => SECOND / 1_000_000,
        TimeUnit::Nanosecond => 1,
    }
}

fn count<N: TryFrom<i128, Error = TryFromIntError>>(nanoseconds: i128, unit: i128) -> Result<N, String> {
    if nanoseconds % unit != 0 {
        return Err("is finer than its unit: give the schema, with a finer one".to_owned());
    }
    in_range(nanoseconds / unit)
}

fn in_range<N: TryFrom<i128, Error = TryFromIntError>>(count: i128) -> Result<N, String> {
    N::try_from(count).map_err(|_| "is out of its range: give the schema, with a coarser unit".to_owned())
}

/// Nanoseconds since 1970 of a text by ISO 8601, such as `2024-05-01`, `2024-05-01 12:00:00.5`, `2024-05-01T12:00:00+02:00`.
fn moment(text: &str, zoned: bool, local: bool) -> Result<i128, String> {
    let none = || "is no date or time by ISO 8601".to_owned();
    let pieces = Pieces::parse(text).map_err(|_| none())?;
    // A name of a zone is not looked up, nor is the 60th second another one.
    if pieces.time_zone_annotation().is_some() || text.contains(":60") {
        return Err(none());
    }
    let at = pieces.date().to_datetime(pieces.time().unwrap_or(civil::Time::midnight()));
    let since = at.duration_since(civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_nanos();
    match pieces.offset() {
        None if zoned => {
            Err("has no offset from UTC, and its column a time zone: give the schema, in which the \
                              column has none, and the roles the time_zone"
                .to_owned())
        }
        None => Ok(since),
        Some(_) if local => {
            Err("has an offset from UTC, and the roles give times a time_zone: leave that out, or \
                                 ignore the column"
                .to_owned())
        }
        Some(offset) => Ok(since - i128::from(offset.to_numeric_offset().seconds()) * SECOND),
    }
}
