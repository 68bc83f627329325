//! The roles that a derived type gives its members.

use influx_core::{Described, Member, Schema};

use super::{Measurement, Named, Rest, Role, Roles, Time};

impl Roles {
    /// The roles that a type with `#[derive(Measurement)]` gives its members, for a frame with columns of the same
    /// names. Columns that the type does not know are left out.
    ///
    /// The types of its fields are checked against the frame's. A column fits a field if it is stored as the field's type:
    ///
    /// | field | column |
    /// | --- | --- |
    /// | float | floats, integers, decimals |
    /// | integer, unsigned integer | integers of either kind; dates, times and durations as they count |
    /// | boolean | boolean |
    /// | string | text, and whatever a policy makes text |
    ///
    /// A value that the field's type cannot hold exactly refuses its row. A column of nulls fits all of them. Nulls are left
    /// out, whether the member is an `Option` or not, unless [`on_null`](Self::on_null) refuses them.
    ///
    /// What the derive was told of NaN is not in the schema: [`non_finite`](Self::non_finite) says it again. Tags are sorted by
    /// key, those of groups among the others.
    ///
    /// Every member needs a column, also a tag that is a constant of the type: it is part of the series. What the frame does
    /// not have is left out by [`ignore`](Self::ignore). A type whose measurement comes from the record needs
    /// [`measurement`](Self::measurement), and a time in integers its unit, which the type does not tell:
    ///
    #[cfg_attr(feature = "polars", doc = "```")]
    #[cfg_attr(not(feature = "polars"), doc = "```ignore")]
    /// use influx_core::{Measurement, Precision};
    /// use influx_frame::{Plan, Roles};
    ///
    /// #[derive(Measurement)]
    /// struct Climate {
    ///     #[tag]
    ///     room: String,
    ///     #[field]
    ///     degrees: f64,
    ///     #[time(unit = "s")]
    ///     at: i64,
    /// }
    ///
    /// let frame = polars::df!["room" => ["hall"], "degrees" => [21_i64], "at" => [1_700_000_000_i64]]?;
    /// Plan::of(&frame, &Roles::of::<Climate>().time_in("at", Precision::Seconds))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of<T: Described + ?Sized>() -> Self {
        let schema = T::SCHEMA;
        let measurement = match schema.measurement {
            Some(measurement) => Measurement::Constant(measurement.into()),
            None => Measurement::Unsaid,
        };
        let mut roles = Self::of_measurement(measurement);
        roles.rest = Rest::Ignored;
        roles.times.push(Time::Derived(time_of(schema, "")));
        for column in schema.columns() {
            let role = match column.role {
                influx_core::Role::Tag => Role::Tag,
                influx_core::Role::Field(_) => Role::Field,
                _ => continue,
            };
            let (column, derived) = (column.name.into_owned(), Some(column.role));
            roles.columns.push(Named { column, role, derived });
        }
        roles
    }
}

/// The column of a record's time, which goes before those of what it flattens.
fn time_of(schema: &'static Schema, prefix: &str) -> Option<String> {
    let own = schema.members.iter().find_map(|member| match member {
        Member::Time { name, .. } => Some(format!("{prefix}{name}")),
        _ => None,
    });
    own.or_else(|| {
        schema.members.iter().find_map(|member| match member {
            Member::Group { prefix: inner, schema, .. } => time_of(schema, &format!("{prefix}{inner}")),
            _ => None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_record_goes_before_those_it_flattens() {
        const EMPTY: &Schema = &Schema::new(None, &[]);
        const INNER: &Schema = &Schema::new(None, &[Member::time("t")]);
        const MIDDLE: &Schema = &Schema::new(None, &[Member::group("a_", INNER), Member::time("at")]);
        const OUTER: &Schema = &Schema::new(None, &[Member::tag("x"), Member::group("m_", MIDDLE)]);
        let cases = [(INNER, Some("t")), (MIDDLE, Some("at")), (OUTER, Some("m_at")), (EMPTY, None)];
        for (schema, time) in cases {
            assert_eq!(time_of(schema, "").as_deref(), time);
        }
    }
}
