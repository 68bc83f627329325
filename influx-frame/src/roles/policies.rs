//! What becomes of a column's values, for all columns and for single ones.

use influx_core::NonFinite;

use super::Roles;
use crate::policy::{BinaryAs, DecimalAs, IntegerKind, OnEmpty, OnNull, TemporalAs};

/// What becomes of a column's values. `None`: what holds for all columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Policies {
    pub(crate) null: Option<OnNull>,
    pub(crate) empty: Option<OnEmpty>,
    pub(crate) non_finite: Option<NonFinite>,
    pub(crate) integer: Option<IntegerKind>,
    pub(crate) decimal: Option<DecimalAs>,
    pub(crate) binary: Option<BinaryAs>,
    pub(crate) temporal: Option<TemporalAs>,
}

impl Policies {
    /// These, and where they say nothing those for all columns.
    pub(crate) fn or(self, all: Self) -> Self {
        Self {
            null: self.null.or(all.null),
            empty: self.empty.or(all.empty),
            non_finite: self.non_finite.or(all.non_finite),
            integer: self.integer.or(all.integer),
            decimal: self.decimal.or(all.decimal),
            binary: self.binary.or(all.binary),
            temporal: self.temporal.or(all.temporal),
        }
    }
}

/// # Policies
///
/// Each is set for all columns that it fits, or by the method that ends in `_in` for a single column, for which it then
/// counts alone. One for a column that it does not fit is a mistake that [`Plan`](crate::Plan) tells.
impl Roles {
    /// What becomes of nulls in tags and fields. Default: [`OnNull::Skip`].
    pub fn on_null(mut self, policy: OnNull) -> Self {
        self.all.null = Some(policy);
        self
    }

    /// [`on_null`](Self::on_null) for a single column, a tag or field.
    pub fn on_null_in(mut self, column: impl Into<String>, policy: OnNull) -> Self {
        self.single(column.into()).null = Some(policy);
        self
    }

    /// What becomes of empty strings in tags and fields. Default: [`OnEmpty::Keep`].
    pub fn on_empty(mut self, policy: OnEmpty) -> Self {
        self.all.empty = Some(policy);
        self
    }

    /// [`on_empty`](Self::on_empty) for a single column, a tag or field of text.
    pub fn on_empty_in(mut self, column: impl Into<String>, policy: OnEmpty) -> Self {
        self.single(column.into()).empty = Some(policy);
        self
    }

    /// What becomes of NaN and infinities. Default: what the destination does, by
    /// [`EncodeOptions::non_finite`](influx_core::EncodeOptions::non_finite), which skips them.
    pub fn non_finite(mut self, policy: NonFinite) -> Self {
        self.all.non_finite = Some(policy);
        self
    }

    /// [`non_finite`](Self::non_finite) for a single column, a field of floats.
    pub fn non_finite_in(mut self, column: impl Into<String>, policy: NonFinite) -> Self {
        self.single(column.into()).non_finite = Some(policy);
        self
    }

    /// As what integers are stored. Default: as integer, and those of an unsigned type of 64 bits or more as unsigned
    /// integer, where the server has them.
    pub fn integers(mut self, policy: IntegerKind) -> Self {
        self.all.integer = Some(policy);
        self
    }

    /// [`integers`](Self::integers) for a single column, a field of integers.
    pub fn integers_in(mut self, column: impl Into<String>, policy: IntegerKind) -> Self {
        self.single(column.into()).integer = Some(policy);
        self
    }

    /// As what decimal numbers are stored that are fields. Default: [`DecimalAs::Float`]. Tags have them exactly.
    pub fn decimals(mut self, policy: DecimalAs) -> Self {
        self.all.decimal = Some(policy);
        self
    }

    /// [`decimals`](Self::decimals) for a single column, a field of decimals.
    pub fn decimals_in(mut self, column: impl Into<String>, policy: DecimalAs) -> Self {
        self.single(column.into()).decimal = Some(policy);
        self
    }

    /// As what bytes are stored. Default: [`BinaryAs::Refuse`].
    pub fn binary(mut self, policy: BinaryAs) -> Self {
        self.all.binary = Some(policy);
        self
    }

    /// [`binary`](Self::binary) for a single column, a tag or field of bytes.
    pub fn binary_in(mut self, column: impl Into<String>, policy: BinaryAs) -> Self {
        self.single(column.into()).binary = Some(policy);
        self
    }

    /// As what dates, times and durations are stored that are fields. Default: [`TemporalAs::Integer`].
    pub fn temporal(mut self, policy: TemporalAs) -> Self {
        self.all.temporal = Some(policy);
        self
    }

    /// [`temporal`](Self::temporal) for a single column, a field of dates, times or durations.
    pub fn temporal_in(mut self, column: impl Into<String>, policy: TemporalAs) -> Self {
        self.single(column.into()).temporal = Some(policy);
        self
    }

    fn single(&mut self, column: String) -> &mut Policies {
        let known = self.single.iter().position(|(named, _)| *named == column);
        let at = known.unwrap_or(self.single.len());
        if known.is_none() {
            self.single.push((column, Policies::default()));
        }
        &mut self.single[at].1
    }
}
