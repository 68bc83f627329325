//! What columns of each type can be, and as what they are stored.

use influx_core::{Precision, ValueType};

use super::problem::ColumnRole;
use crate::policy::{BinaryAs, DecimalAs, IntegerKind, TemporalAs};
use crate::roles::Policies;
use crate::schema::ColumnType;

/// Why a type cannot have a role: what helps.
type Advice = &'static str;

const FLATTEN: Advice =
    "make its members columns with .flatten_structs(), take them out, or leave it out with .ignore(..)";
const LEAVE_OUT: Advice = "cast it to a type that can, or leave it out with .ignore(..)";
const BASE64: Advice = "make it text with .binary(BinaryAs::Base64), or leave it out with .ignore(..)";

/// Whether a column can be a tag, by the policies that hold for it.
pub(super) fn tag(ty: &ColumnType, policies: &Policies) -> Result<(), Advice> {
    match ty {
        ColumnType::Float(_) => Err("cast it to String"),
        ColumnType::Decimal { .. } => Ok(()),
        ty => stored(ty, policies).map(|_| ()),
    }
}

/// As what a column is stored that is a field, by the policies that hold for it; `None`: it has no values.
pub(super) fn stored(ty: &ColumnType, policies: &Policies) -> Result<Option<ValueType>, Advice> {
    Ok(Some(match ty {
        ColumnType::Boolean => ValueType::Boolean,
        ColumnType::Integer(bits) | ColumnType::Unsigned(bits) => match policies.integer {
            Some(kind) => kind.value_type(),
            // as numbers of these types in records
            None if matches!(ty, ColumnType::Unsigned(_)) && *bits >= 64 => ValueType::Unsigned,
            None => ValueType::Integer,
        },
        ColumnType::Float(_) => ValueType::Float,
        ColumnType::Decimal { .. } => match policies.decimal.unwrap_or_default() {
            DecimalAs::Float => ValueType::Float,
            DecimalAs::String => ValueType::String,
            DecimalAs::Refuse => return Err("cast it to Float64, or choose with .decimals_in(..)"),
        },
        ColumnType::String | ColumnType::Category => ValueType::String,
        ColumnType::Binary => match policies.binary.unwrap_or_default() {
            BinaryAs::Base64 => ValueType::String,
            BinaryAs::Refuse => return Err(BASE64),
        },
        ColumnType::Date | ColumnType::Timestamp(..) | ColumnType::Time(_) | ColumnType::Duration(_) => {
            match policies.temporal.unwrap_or_default() {
                TemporalAs::Integer => ValueType::Integer,
                TemporalAs::String => ValueType::String,
            }
        }
        ColumnType::Null => return Ok(None),
        ColumnType::Struct(_) => return Err(FLATTEN),
        ColumnType::Other(_) => return Err(LEAVE_OUT),
    }))
}

/// As what integers are stored so that they are of a field's type; `None`: they are anyway. The error says what helps.
pub(super) fn as_derived(
    ty: &ColumnType,
    single: &Policies,
    all: &Policies,
    wanted: ValueType,
) -> Result<Option<IntegerKind>, Advice> {
    let advice = match wanted {
        ValueType::Float => "cast it to Float64",
        ValueType::Integer => "cast it to Int64",
        ValueType::Unsigned => "cast it to UInt64",
        ValueType::Boolean => "cast it to Boolean",
        ValueType::String => "cast it to String",
    };
    let is_integer = matches!(ty, ColumnType::Integer(_) | ColumnType::Unsigned(_));
    let kind = match wanted {
        ValueType::Float => Some(IntegerKind::Float),
        ValueType::Integer => Some(IntegerKind::Integer),
        ValueType::Unsigned => Some(IntegerKind::Unsigned),
        _ => None,
    };
    if is_integer && kind.is_some() {
        return match single.integer {
            Some(_) if single.integer != kind => Err("the setting .integers_in(..) says otherwise"),
            _ => {
                let anyway = stored(ty, &Policies::default())? == Some(wanted);
                Ok(kind.filter(|_| !anyway))
            }
        };
    }
    match stored(ty, &single.or(*all))? {
        Some(stored) if stored != wanted => Err(advice),
        _ => Ok(None),
    }
}

/// Whether a column can be the measurement.
pub(super) fn measurement(ty: &ColumnType) -> Result<(), Advice> {
    match ty {
        ColumnType::String | ColumnType::Category | ColumnType::Null => Ok(()),
        ColumnType::Struct(_) => Err(FLATTEN),
        _ => Err("cast it to String"),
    }
}

/// Whether a column can be the time; a unit was said for it if it has one.
pub(super) fn time(ty: &ColumnType, unit: Option<Precision>, stamps_nulls: bool) -> Result<(), Advice> {
    match (ty, unit) {
        (ColumnType::Date | ColumnType::Timestamp(..), _) => Ok(()),
        (ColumnType::Integer(_) | ColumnType::Unsigned(_), Some(_)) => Ok(()),
        (ColumnType::Integer(_) | ColumnType::Unsigned(_), None) => {
            Err("say what it counts with .time_in(.., Precision::Nanoseconds) or another unit")
        }
        (ColumnType::Null, _) if stamps_nulls => Ok(()),
        (ColumnType::Null, _) => Err("stamp the lines with .on_null_time(OnNullTime::Stamp) or .stamped()"),
        (ColumnType::Float(_) | ColumnType::Decimal { .. }, _) => {
            Err("cast it to Int64, and say what it counts with .time_in(..)")
        }
        (ColumnType::String | ColumnType::Category, _) => Err("cast it to a datetime or timestamp"),
        (ColumnType::Time(_) | ColumnType::Duration(_), _) => {
            Err("it is of no day: add it to a date, and name the sum")
        }
        (ColumnType::Struct(_), _) => Err(FLATTEN),
        _ => Err("dates, timestamps and integers can"),
    }
}

/// A policy that was set for a single column, by its method, and whether it concerns a column of that role and type.
pub(super) fn concerns(
    single: &Policies,
    role: ColumnRole,
    ty: &ColumnType,
) -> [(&'static str, bool, bool); 7] {
    let (field, key) = (role == ColumnRole::Field, matches!(role, ColumnRole::Field | ColumnRole::Tag));
    let null = *ty == ColumnType::Null;
    let text = matches!(ty, ColumnType::String | ColumnType::Category | ColumnType::Binary);
    let integer = matches!(ty, ColumnType::Integer(_) | ColumnType::Unsigned(_));
    let temporal = matches!(
        ty,
        ColumnType::Date | ColumnType::Timestamp(..) | ColumnType::Time(_) | ColumnType::Duration(_)
    );
    // a column of nulls is one whose type nobody knows
    [
        ("on_null_in", single.null.is_some(), key),
        ("on_empty_in", single.empty.is_some(), key && (text || null)),
        ("non_finite_in", single.non_finite.is_some(), field && (matches!(ty, ColumnType::Float(_)) || null)),
        ("integers_in", single.integer.is_some(), field && (integer || null)),
        (
            "decimals_in",
            single.decimal.is_some(),
            field && (matches!(ty, ColumnType::Decimal { .. }) || null),
        ),
        ("binary_in", single.binary.is_some(), key && (*ty == ColumnType::Binary || null)),
        ("temporal_in", single.temporal.is_some(), field && (temporal || null)),
    ]
}
