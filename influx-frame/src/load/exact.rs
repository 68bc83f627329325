//! Columns of files of text, read exactly. Arrow's readers cut off what a type has no room for: the fraction of a number
//! among integers, of a second among whole ones, the time of day of a date. Such columns are read as texts, which are
//! then taken for what they say, or refused.

mod values;

use std::sync::Arc;

use arrow_array::builder::PrimitiveBuilder;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, ArrowTimestampType, Date32Type, Date64Type, DurationMicrosecondType,
    DurationMillisecondType, DurationNanosecondType, DurationSecondType, Int8Type, Int16Type, Int32Type,
    Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef, RecordBatch, RecordBatchOptions, StructArray};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

use self::values::{SECOND, moment, time_of_day, whole};
use super::chunk::Planned;
use super::leaves::retyped;
use super::text::Decoder;

const DAY: i128 = 86_400 * SECOND;
/// So much of a wrong value stands in an error.
const SHOWN: usize = 100;

/// The schema of a file, by which all values fit into columns that are not needed.
pub(super) fn fitting(file: &Planned) -> SchemaRef {
    let is_needed = |path: &[usize]| file.columns.needed.iter().any(|needed| needed == path);
    retyped(
        &file.schema,
        |path, _, ty| if ty.is_nested() || is_needed(path) { ty.clone() } else { DataType::Utf8 },
    )
}

/// The schema by which a reader is to read what will have this one. `numbers` says that values are written as in JSON:
/// integers in several ways, and moments also as numbers, which count the units of their column.
pub(super) fn read_as(schema: &Schema, numbers: bool) -> SchemaRef {
    retyped(schema, |_, _, ty| if is_text(ty, numbers) { DataType::Utf8 } else { ty.clone() })
}

fn is_text(ty: &DataType, numbers: bool) -> bool {
    match ty {
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => true,
        DataType::Time32(_) | DataType::Time64(_) => true,
        DataType::Duration(_) => numbers,
        ty => numbers && ty.is_integer(),
    }
}

/// Decodes as another does that reads by the schema of [`read_as`].
pub(super) struct Exact<D> {
    pub(super) texts: D,
    /// What the batches are to have.
    pub(super) schema: SchemaRef,
    pub(super) numbers: bool,
    /// The column whose times are of a place: one with an offset from UTC contradicts that.
    pub(super) local: Option<String>,
}

impl<D: Decoder> Decoder for Exact<D> {
    fn decode(&mut self, text: &[u8]) -> Result<usize, ArrowError> {
        self.texts.decode(text)
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let Some(batch) = self.texts.flush()? else { return Ok(None) };
        let columns = typed(batch.columns(), self.schema.fields(), self.numbers, self.local.as_deref())?;
        let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &rows).map(Some)
    }
}

fn typed(
    columns: &[ArrayRef],
    fields: &Fields,
    numbers: bool,
    local: Option<&str>,
) -> Result<Vec<ArrayRef>, ArrowError> {
    columns
        .iter()
        .zip(fields)
        .map(|(column, field)| Values { column, field, numbers, local }.typed())
        .collect()
}

/// The values of a column.
struct Values<'a> {
    column: &'a ArrayRef,
    field: &'a Field,
    numbers: bool,
    /// The path of the column of a place from this one's struct on.
    local: Option<&'a str>,
}

impl Values<'_> {
    fn typed(&self) -> Result<ArrayRef, ArrowError> {
        use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
        match self.field.data_type() {
            DataType::Struct(fields) => {
                let column = self.column.as_struct();
                let local =
                    self.local.and_then(|path| path.strip_prefix(self.field.name())?.strip_prefix('.'));
                let members = typed(column.columns(), fields, self.numbers, local)?;
                let nulls = column.nulls().cloned();
                let all = StructArray::try_new_with_length(fields.clone(), members, nulls, column.len())?;
                Ok(Arc::new(all))
            }
            ty if !is_text(ty, self.numbers) => Ok(Arc::clone(self.column)),
            DataType::Int8 => self.numbers::<Int8Type>(),
            DataType::Int16 => self.numbers::<Int16Type>(),
            DataType::Int32 => self.numbers::<Int32Type>(),
            DataType::Int64 => self.numbers::<Int64Type>(),
            DataType::UInt8 => self.numbers::<UInt8Type>(),
            DataType::UInt16 => self.numbers::<UInt16Type>(),
            DataType::UInt32 => self.numbers::<UInt32Type>(),
            DataType::UInt64 => self.numbers::<UInt64Type>(),
            DataType::Duration(Second) => self.numbers::<DurationSecondType>(),
            DataType::Duration(Millisecond) => self.numbers::<DurationMillisecondType>(),
            DataType::Duration(Microsecond) => self.numbers::<DurationMicrosecondType>(),
            DataType::Duration(Nanosecond) => self.numbers::<DurationNanosecondType>(),
            DataType::Date32 => self.moments::<Date32Type>(DAY),
            DataType::Date64 => self.moments::<Date64Type>(SECOND / 1_000),
            DataType::Timestamp(Second, _) => self.timestamps::<TimestampSecondType>(),
            DataType::Timestamp(Millisecond, _) => self.timestamps::<TimestampMillisecondType>(),
            DataType::Timestamp(Microsecond, _) => self.timestamps::<TimestampMicrosecondType>(),
            DataType::Timestamp(Nanosecond, _) => self.timestamps::<TimestampNanosecondType>(),
            DataType::Time32(Second) => self.times::<Time32SecondType>(Second),
            DataType::Time32(_) => self.times::<Time32MillisecondType>(Millisecond),
            DataType::Time64(Microsecond) => self.times::<Time64MicrosecondType>(Microsecond),
            _ => self.times::<Time64NanosecondType>(Nanosecond),
        }
    }

    fn values<T: ArrowPrimitiveType>(
        &self,
        value: impl Fn(&str) -> Result<i128, String>,
    ) -> Result<ArrayRef, ArrowError>
    where
        T::Native: TryFrom<i128>,
    {
        let texts = self.column.as_string::<i32>();
        let mut values =
            PrimitiveBuilder::<T>::with_capacity(texts.len()).with_data_type(self.field.data_type().clone());
        for text in texts {
            let Some(text) = text else {
                values.append_null();
                continue;
            };
            let value = value(text).and_then(|value| {
                T::Native::try_from(value)
                    .map_err(|_| "is out of its range: give the schema, with a wider type".into())
            });
            values.append_value(value.map_err(|why| self.wrong(text, &why))?);
        }
        Ok(Arc::new(values.finish()))
    }

    fn wrong(&self, text: &str, why: &str) -> ArrowError {
        let shown: String = text.chars().take(SHOWN).collect();
        let (name, ty) = (self.field.name(), self.field.data_type());
        ArrowError::ParseError(format!("the column {name:?} of {ty}: {shown:?} {why}"))
    }

    fn numbers<T: ArrowPrimitiveType>(&self) -> Result<ArrayRef, ArrowError>
    where
        T::Native: TryFrom<i128>,
    {
        self.values::<T>(|text| whole(text).map_err(str::to_owned))
    }

    fn timestamps<T: ArrowTimestampType>(&self) -> Result<ArrayRef, ArrowError> {
        self.moments::<T>(nanoseconds(T::UNIT))
    }

    /// Counts of a unit of so many nanoseconds since 1970.
    fn moments<T: ArrowPrimitiveType>(&self, unit: i128) -> Result<ArrayRef, ArrowError>
    where
        T::Native: TryFrom<i128>,
    {
        let zoned = matches!(self.field.data_type(), DataType::Timestamp(_, Some(_)));
        let local = self.local == Some(self.field.name());
        // so many digits are a date, as no count of days is so large
        let is_date = |text: &str| unit == DAY && text.len() == 8;
        self.values::<T>(|text| match whole(text) {
            Ok(count) if self.numbers && !is_date(text) => Ok(count),
            _ => in_units(moment(text, zoned, local)?, unit),
        })
    }

    fn times<T: ArrowPrimitiveType>(&self, unit: TimeUnit) -> Result<ArrayRef, ArrowError>
    where
        T::Native: TryFrom<i128>,
    {
        self.values::<T>(|text| match whole(text) {
            Ok(count) if self.numbers => Ok(count),
            _ => in_units(time_of_day(text)?, nanoseconds(unit)),
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

fn in_units(nanoseconds: i128, unit: i128) -> Result<i128, String> {
    match nanoseconds % unit {
        0 => Ok(nanoseconds / unit),
        _ => Err("is finer than its unit: give the schema, with a finer one".to_owned()),
    }
}
