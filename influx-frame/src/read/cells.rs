//! From the values of rows to those of a column.

use influx_core::query::{Cell, DataType, FromValue, RowError, Value};
use influx_core::{Epoch, Micros, Millis, Nanos, Precision, Seconds};

use crate::build::{Bitset, Growing, Stored, Texts};

/// What can be done about a column whose values are not of one type.
const ADVICE: &str =
    "ask for a frame of each table, say its type by column_type(), or convert it in the query";

/// Values of this type; of none, where the answer tells none.
pub(super) fn stored(data_type: DataType, unit: Precision) -> Stored {
    match data_type {
        DataType::Untyped => Stored::Null(0),
        other => told(other, unit),
    }
}

/// Values as one of this type is kept.
fn told(data_type: DataType, unit: Precision) -> Stored {
    match data_type {
        DataType::Double => Stored::Float(Vec::new()),
        DataType::Long => Stored::Integer(Vec::new()),
        DataType::UnsignedLong => Stored::Unsigned(Vec::new()),
        DataType::Boolean => Stored::Boolean(Bitset::default()),
        DataType::Time | DataType::Ticks(_) => Stored::Time(Vec::new(), unit),
        DataType::Duration => Stored::Duration(Vec::new()),
        DataType::Binary => Stored::Binary(Texts::default()),
        // text, what is JSON, and what no type is told of
        _ => Stored::Text(Texts::default()),
    }
}

/// Puts a value behind the others. The column becomes another one if that loses nothing: of no type one of the value's,
/// of integers one of floats.
///
/// # Errors
///
/// It is not of its type, or does not go together with those before it.
#[inline]
pub(super) fn push(column: &mut Growing, cell: Cell<'_>, unit: Precision) -> Result<(), RowError> {
    if cell.is_null() {
        column.push_null();
        return Ok(());
    }
    match (&mut column.values, cell.data_type()) {
        (Stored::Text(texts), DataType::String | DataType::Untyped | DataType::Json) => {
            texts.push(cell.text().as_bytes());
        }
        (Stored::Float(values), DataType::Double | DataType::Long | DataType::UnsignedLong) => {
            values.push(f64::from_value(cell)?);
        }
        (Stored::Integer(values), DataType::Long) => values.push(i64::from_value(cell)?),
        (Stored::Unsigned(values), DataType::UnsignedLong) => values.push(u64::from_value(cell)?),
        (Stored::Boolean(bits), DataType::Boolean) => bits.push(bool::from_value(cell)?),
        (Stored::Time(values, _), DataType::Time | DataType::Ticks(_)) => values.push(ticks(cell, unit)?),
        (Stored::Duration(values), DataType::Duration) => values.push(nanoseconds(cell)?),
        (Stored::Binary(texts), DataType::Binary) => texts.push(&Vec::from_value(cell)?),
        _ => return adapt(column, cell, unit),
    }
    column.grown();
    Ok(())
}

/// Puts a value behind the others that is read as if the answer did not tell its type: whatever its text is, if it reads
/// as one of the column's.
///
/// # Errors
///
/// It does not.
pub(super) fn push_as(column: &mut Growing, cell: Cell<'_>, unit: Precision) -> Result<(), RowError> {
    if cell.is_null() {
        column.push_null();
        return Ok(());
    }
    let untyped = Cell::new(cell.text(), DataType::Untyped);
    match &mut column.values {
        Stored::Null(_) => return adapt(column, cell, unit),
        Stored::Text(texts) => texts.push(cell.text().as_bytes()),
        Stored::Float(values) => values.push(f64::from_value(untyped)?),
        Stored::Integer(values) => values.push(i64::from_value(untyped)?),
        Stored::Unsigned(values) => values.push(u64::from_value(untyped)?),
        Stored::Boolean(bits) => bits.push(bool::from_value(untyped)?),
        Stored::Time(values, _) => values.push(match cell.data_type() {
            // the answer tells its unit
            DataType::Ticks(_) => ticks(cell, unit)?,
            _ => ticks(untyped, unit)?,
        }),
        Stored::Duration(values) => values.push(nanoseconds(Cell::new(cell.text(), DataType::Duration))?),
        Stored::Binary(texts) => texts.push(&Vec::from_value(untyped)?),
    }
    column.grown();
    Ok(())
}

/// Makes the column one that holds values of this type, too.
///
/// # Errors
///
/// That would lose something.
pub(super) fn unite(column: &mut Growing, data_type: DataType, unit: Precision) -> Result<(), RowError> {
    match (&column.values, stored(data_type, unit)) {
        (Stored::Null(_), new) => {
            column.become_of(new);
            Ok(())
        }
        (Stored::Integer(_) | Stored::Unsigned(_), Stored::Float(_)) => widen(column),
        // of these, each value is looked at
        (_, Stored::Null(_))
        | (
            Stored::Float(_) | Stored::Integer(_) | Stored::Unsigned(_),
            Stored::Integer(_) | Stored::Unsigned(_),
        ) => Ok(()),
        (old, new) if std::mem::discriminant(old) == std::mem::discriminant(&new) => Ok(()),
        _ => Err(differs(&format!("it is {data_type} in this table"), column)),
    }
}

#[cold]
fn adapt(column: &mut Growing, cell: Cell<'_>, unit: Precision) -> Result<(), RowError> {
    match (&mut column.values, told(cell.data_type(), unit)) {
        (Stored::Null(_), new) => column.become_of(new),
        (Stored::Integer(_) | Stored::Unsigned(_), Stored::Float(_)) => widen(column)?,
        (Stored::Integer(values), Stored::Unsigned(_)) => {
            let unsigned: Result<Vec<u64>, _> = values.iter().map(|value| (*value).try_into()).collect();
            match unsigned {
                Ok(values) => column.values = Stored::Unsigned(values),
                Err(_) => widen(column)?,
            }
        }
        (Stored::Unsigned(values), Stored::Integer(_)) => match u64::from_value(cell) {
            Ok(value) => {
                values.push(value);
                column.grown();
                return Ok(());
            }
            Err(_) => widen(column)?,
        },
        _ => return Err(differs(&format!("{:?} is {}", cell.text(), cell.data_type()), column)),
    }
    push(column, cell, unit)
}

/// Makes integers floats.
fn widen(column: &mut Growing) -> Result<(), RowError> {
    let (texts, data_type): (Vec<String>, _) = match &column.values {
        Stored::Integer(values) => (values.iter().map(ToString::to_string).collect(), DataType::Long),
        Stored::Unsigned(values) => {
            (values.iter().map(ToString::to_string).collect(), DataType::UnsignedLong)
        }
        _ => return Ok(()),
    };
    let floats = texts.iter().map(|text| {
        f64::from_value(Cell::new(text, data_type)).map_err(|_| {
            RowError::new(format!(
                "it is double here, but before there is {text}, which no double is: {ADVICE}"
            ))
        })
    });
    column.values = Stored::Float(floats.collect::<Result<_, _>>()?);
    Ok(())
}

/// The error of values that do not go together.
#[cold]
fn differs(what: &str, column: &Growing) -> RowError {
    let before = match &column.values {
        Stored::Null(_) => DataType::Untyped,
        Stored::Boolean(_) => DataType::Boolean,
        Stored::Integer(_) => DataType::Long,
        Stored::Unsigned(_) => DataType::UnsignedLong,
        Stored::Float(_) => DataType::Double,
        Stored::Text(_) => DataType::String,
        Stored::Binary(_) => DataType::Binary,
        Stored::Time(..) => DataType::Time,
        Stored::Duration(_) => DataType::Duration,
    };
    RowError::new(format!("{what}, and {before} before: {ADVICE}"))
}

#[inline]
fn ticks(cell: Cell<'_>, unit: Precision) -> Result<i64, RowError> {
    let ticks = match unit {
        Precision::Seconds => Seconds::from_value(cell).map(|time| time.0),
        Precision::Milliseconds => Millis::from_value(cell).map(|time| time.0),
        Precision::Microseconds => Micros::from_value(cell).map(|time| time.0),
        _ => Nanos::from_value(cell).map(|time| time.0),
    };
    ticks.map_err(|error| if Epoch::from_value(cell).is_ok() { beyond(cell, unit) } else { error })
}

/// The error of a time that is one, and too far away.
#[cold]
fn beyond(cell: Cell<'_>, unit: Precision) -> RowError {
    let (text, unit) = (cell.text(), unit.as_str());
    RowError::new(format!("{text:?} is beyond 64 bits of {unit}: ask for a coarser time_unit()"))
}

fn nanoseconds(cell: Cell<'_>) -> Result<i64, RowError> {
    match Value::of(cell)? {
        Value::Duration(nanos) => Ok(nanos),
        _ => Err(RowError::unfit(cell, "a duration")),
    }
}

#[cfg(test)]
mod tests;
