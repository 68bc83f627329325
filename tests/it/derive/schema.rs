//! Names, roles and types as they are known without a record.

use influx_core::{
    Described, DescribedVariants, FieldSlot, Measurement, Member, Nanos, Role, Schema, ValueType,
};

fn columns(schema: &'static Schema) -> Vec<(String, Role)> {
    schema.columns().into_iter().map(|column| (column.name.into_owned(), column.role)).collect()
}

fn expected<const N: usize>(columns: [(&str, Role); N]) -> Vec<(String, Role)> {
    columns.map(|(name, role)| (name.to_owned(), role)).to_vec()
}

const FLOAT: Role = Role::Field(ValueType::Float);
const INTEGER: Role = Role::Field(ValueType::Integer);
const UNSIGNED: Role = Role::Field(ValueType::Unsigned);
const BOOLEAN: Role = Role::Field(ValueType::Boolean);
const STRING: Role = Role::Field(ValueType::String);

#[allow(clippy::ptr_arg, reason = "the member's type")]
fn write(_: &Vec<u8>, _: FieldSlot<'_, '_>) {}

#[derive(Measurement)]
#[measurement(rename_all = "camelCase", tags(env = "prod"))]
#[allow(dead_code)]
struct Cpu {
    #[field]
    one_minute: f32,
    #[tag("the host")]
    host: Option<String>,
    #[time]
    measured_at: Nanos,
    #[field]
    count: u64,
    #[field(as = "float")]
    coerced: u8,
    #[field(with = "write", as = "string")]
    written: Vec<u8>,
    #[field]
    up: Box<bool>,
    #[skip]
    cache: (),
}

#[test]
fn members_in_declared_order_with_constant_tags_first() {
    assert_eq!(Cpu::SCHEMA.measurement, Some("cpu"));
    assert_eq!(Cpu::SCHEMA.members[0], Member::tag("env"));
    assert_eq!(
        columns(Cpu::SCHEMA),
        expected([
            ("env", Role::Tag),
            ("oneMinute", FLOAT),
            ("the host", Role::Tag),
            ("measuredAt", Role::Time),
            ("count", UNSIGNED),
            ("coerced", FLOAT),
            ("written", STRING),
            ("up", BOOLEAN),
        ])
    );
}

#[derive(Measurement)]
#[measurement(group)]
#[allow(dead_code)]
struct Pair<T> {
    #[field]
    low: T,
    #[field]
    high: Option<T>,
    #[tag]
    of: &'static str,
}

#[derive(Measurement)]
#[measurement(group)]
#[allow(dead_code)]
struct Range<T> {
    #[flatten(prefix = "r_")]
    pair: Pair<T>,
    #[tag]
    zone: u8,
}

#[derive(Measurement)]
#[allow(dead_code)]
struct Outer<T> {
    #[flatten(prefix = "a_")]
    a: Range<T>,
    #[flatten]
    b: Option<Box<Pair<i8>>>,
    #[measurement]
    name: String,
}

#[test]
fn flattened_types_are_a_tree_and_columns_are_its_leaves() {
    assert_eq!(Outer::<bool>::SCHEMA.measurement, None);
    assert_eq!(Pair::<f64>::SCHEMA.measurement, None);
    let Member::Group { prefix, schema, .. } = Outer::<bool>::SCHEMA.members[0] else { panic!() };
    assert_eq!((prefix, schema), ("a_", Range::<bool>::SCHEMA));
    assert_eq!(
        columns(Outer::<bool>::SCHEMA),
        expected([
            ("a_r_low", BOOLEAN),
            ("a_r_high", BOOLEAN),
            ("a_r_of", Role::Tag),
            ("a_zone", Role::Tag),
            ("low", INTEGER),
            ("high", INTEGER),
            ("of", Role::Tag),
        ])
    );
    assert_eq!(columns(Outer::<String>::SCHEMA)[0], ("a_r_low".to_owned(), STRING));
}

#[derive(Measurement)]
#[allow(dead_code)]
enum Metric {
    Cpu(#[flatten] Cpu),
    #[measurement(name = "doors")]
    Door {
        #[field]
        open: bool,
    },
    Other(#[measurement] String, #[field("v")] f64, #[time(unit = "s")] i64),
}

#[test]
fn enums_have_a_schema_for_each_variant() {
    let names: Vec<_> = Metric::SCHEMAS.iter().map(|schema| schema.measurement).collect();
    assert_eq!(names, [Some("cpu"), Some("doors"), None]);
    assert_eq!(columns(Metric::SCHEMAS[0]), columns(Cpu::SCHEMA));
    assert_eq!(columns(Metric::SCHEMAS[2]), expected([("v", FLOAT), ("time", Role::Time)]));
}

#[test]
fn references_and_boxes_of_enums_have_them_too() {
    assert_eq!(<&Metric>::SCHEMAS, Metric::SCHEMAS);
    assert_eq!(<Box<Metric>>::SCHEMAS, Metric::SCHEMAS);
    assert_eq!(<Option<Metric>>::SCHEMAS, Metric::SCHEMAS);
}

#[test]
fn structs_have_one_and_so_have_references_and_boxes() {
    assert_eq!(Cpu::SCHEMAS, [Cpu::SCHEMA]);
    assert_eq!(<Option<&Cpu>>::SCHEMAS, [Cpu::SCHEMA]);
    assert_eq!(<&Cpu>::SCHEMA, Cpu::SCHEMA);
    assert_eq!(Box::<Cpu>::SCHEMA, Cpu::SCHEMA);
}
