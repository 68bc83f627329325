//! Roles of derived types.

use influx_core::{Described, DescribedVariants, Member, Precision, Schema, ValueType};

use super::{column, column_of, problems};
use crate::plan::Plan;
use crate::policy::IntegerKind;
use crate::roles::Roles;
use crate::schema::{ColumnType, FrameSchema};

/// A type with members of these kinds, without the derive.
struct Cpu;

impl DescribedVariants for Cpu {
    const SCHEMAS: &'static [&'static Schema] = &[Self::SCHEMA];
}

impl Described for Cpu {
    const SCHEMA: &'static Schema = &Schema::new(
        Some("cpu"),
        &[
            Member::tag("region"),
            Member::tag("host"),
            Member::field("float", ValueType::Float),
            Member::field("integer", ValueType::Integer),
            Member::field("unsigned", ValueType::Unsigned),
            Member::field("boolean", ValueType::Boolean),
            Member::field("string", ValueType::String),
            Member::time("at"),
        ],
    );
}

/// A group, which is of no measurement.
struct Group;

impl DescribedVariants for Group {
    const SCHEMAS: &'static [&'static Schema] = &[Self::SCHEMA];
}

impl Described for Group {
    const SCHEMA: &'static Schema = &Schema::new(None, &[Member::field("a", ValueType::Float)]);
}

/// A column that is of another type than the field, or absent.
type Other = (&'static str, Option<ColumnType>);

/// A frame for `Cpu`, some of its columns otherwise.
fn cpu(other: &[Other]) -> FrameSchema {
    let columns = [
        ("region", ColumnType::String),
        ("host", ColumnType::Category),
        ("float", ColumnType::Float(64)),
        ("integer", ColumnType::Integer(64)),
        ("unsigned", ColumnType::Unsigned(64)),
        ("boolean", ColumnType::Boolean),
        ("string", ColumnType::String),
        ("more", ColumnType::Other("list".to_owned())),
        ("at", ColumnType::Timestamp(Precision::Nanoseconds, None)),
    ];
    let columns = columns.into_iter().filter_map(|(name, ty)| {
        let ty = other.iter().find(|(of, _)| *of == name).map_or(Some(ty), |(_, ty)| ty.clone())?;
        Some(column(name, ty))
    });
    FrameSchema { columns: columns.collect() }
}

#[test]
fn roles_of_a_derived_type_are_checked_against_the_frame() {
    let float = || ColumnType::Float(64);
    let cases: [(&[Other], &[&str]); 5] = [
        (&[], &[]),
        (
            &[("float", Some(ColumnType::String)), ("integer", Some(float())), ("string", Some(float()))],
            &[
                "column \"float\": string does not fit the field of the type, which is a float: cast it to Float64",
                "column \"integer\": float64 does not fit the field of the type, which is an integer: cast it to Int64",
                "column \"string\": float64 does not fit the field of the type, which is a string: cast it to String",
            ],
        ),
        (
            &[("boolean", Some(ColumnType::Integer(8))), ("unsigned", Some(ColumnType::Boolean))],
            &[
                "column \"unsigned\": boolean does not fit the field of the type, which is an unsigned integer: cast it \
                 to UInt64",
                "column \"boolean\": int8 does not fit the field of the type, which is a boolean: cast it to Boolean",
            ],
        ),
        (
            &[("region", None)],
            &[
                "column \"region\": the frame has none of this name: add it, or leave the member of the type out with \
               .ignore(..)",
            ],
        ),
        (
            &[("at", Some(ColumnType::Integer(64)))],
            &[
                "column \"at\": int64 cannot be the time: say what it counts with .time_in(.., Precision::Nanoseconds) or \
               another unit",
            ],
        ),
    ];
    for (other, told) in cases {
        assert_eq!(problems(&cpu(other), &Roles::of::<Cpu>()), told);
    }
    assert_eq!(
        problems(&cpu(&[]), &Roles::of::<Group>().ignore("a").field("float")),
        ["the type names no measurement: say it with .measurement(..)"]
    );
}

#[test]
fn integers_are_stored_as_the_derived_type_says() {
    let cases = [
        ("float", ColumnType::Integer(32), Some(IntegerKind::Float)),
        ("integer", ColumnType::Unsigned(64), Some(IntegerKind::Integer)),
        ("integer", ColumnType::Unsigned(16), None),
        ("integer", ColumnType::Date, None),
        ("unsigned", ColumnType::Integer(8), Some(IntegerKind::Unsigned)),
        ("unsigned", ColumnType::Unsigned(64), None),
        ("unsigned", ColumnType::Null, None),
    ];
    for (name, ty, kind) in cases {
        // what holds for all columns does not change what the type says
        let roles = Roles::of::<Cpu>().integers(IntegerKind::Float);
        let plan = Plan::new(&cpu(&[(name, Some(ty))]), &roles).unwrap();
        let lines = plan.lines();
        let field = lines.fields.iter().find(|field| column_of(lines, field) == name).unwrap();
        assert_eq!(field.integer, kind, "{name}");
    }
    let told = problems(&cpu(&[]), &Roles::of::<Cpu>().integers_in("integer", IntegerKind::Float));
    assert_eq!(
        told,
        ["column \"integer\": int64 does not fit the field of the type, which is an integer: the setting \
          .integers_in(..) says otherwise"]
    );
}

#[test]
fn what_a_derived_type_says_can_be_said_otherwise() {
    let integers = [("at", Some(ColumnType::Integer(64))), ("region", None)];
    let roles = Roles::of::<Cpu>().ignore("region").time_in("at", Precision::Seconds).measurement("cpu2");
    let plan = Plan::new(&cpu(&integers), &roles).unwrap();
    assert_eq!(plan.lines().tags.len(), 1);
    assert_eq!(plan.lines().time.as_ref().map(|time| time.unit), Some(Precision::Seconds));
    for roles in [Roles::of::<Cpu>().ignore("at"), Roles::of::<Cpu>().stamped()] {
        let plan = Plan::new(&cpu(&[("at", None)]), &roles).unwrap();
        assert!(plan.lines().time.is_none());
    }
}
