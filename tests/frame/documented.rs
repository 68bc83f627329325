//! The tables of the documentation say what the code does, in each of their copies.

use influx_core::{LineBuffer, Precision};
use influx_frame::{BinaryAs, OnNullTime, Pieces, Plan, Roles};
use polars::prelude::{Categories, Column, DataFrame, DataType, Field, FrozenCategories, TimeUnit, TimeZone};

const README: &str = include_str!("../../README.md");
const ROLES: &str = include_str!("../../influx-frame/src/roles.rs");
const CRATE: &str = include_str!("../../influx-frame/src/lib.rs");

/// The rows of the table that begins with these words, cell by cell, its head first.
fn table(text: &str, head: &str) -> Vec<Vec<String>> {
    let lines = text.lines().map(|line| line.trim_start_matches("//!").trim_start_matches("///").trim());
    let rows = lines.skip_while(|line| !line.starts_with(head)).take_while(|line| line.starts_with('|'));
    rows.filter(|row| !row.starts_with("| ---"))
        .map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// A column of each type that a row of a table of types is about.
fn columns(row: &str) -> Vec<Column> {
    let cast = |ty: DataType| Column::new("x".into(), [1_i64]).cast(&ty).unwrap();
    let text = |ty: DataType| Column::new("x".into(), ["1"]).cast(&ty).unwrap();
    let units = [TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds];
    use DataType::*;
    match row.split([' ', ',']).next().unwrap() {
        "integers" => {
            [Int8, Int16, Int32, Int64, Int128, UInt8, UInt16, UInt32, UInt64, UInt128].map(cast).into()
        }
        "floats" => [Float16, Float32, Float64].map(cast).into(),
        "boolean" => vec![cast(Boolean)],
        "text" | "strings" => {
            let categories = DataType::from_categories(Categories::global());
            let frozen = DataType::from_frozen_categories(FrozenCategories::new(["1"]).unwrap());
            [String, categories, frozen].map(text).into()
        }
        "moments" | "dates" => {
            let times =
                units.iter().flat_map(|unit| [None, Some(TimeZone::UTC)].map(|zone| Datetime(*unit, zone)));
            times.chain([Date]).map(cast).collect()
        }
        "times" => vec![cast(Time)],
        "durations" => units.map(|unit| cast(Duration(unit))).into(),
        "decimals" => vec![cast(Decimal(9, 2))],
        "bytes" => vec![text(Binary)],
        "nulls" => vec![Column::full_null("x".into(), 1, &Null)],
        "structs" => vec![Column::full_null("x".into(), 1, &Struct(vec![Field::new("y".into(), Float64)]))],
        "lists" => vec![Column::full_null("x".into(), 1, &List(Box::new(Int64)))],
        other => panic!("no columns for the row {other:?}"),
    }
}

/// The roles that give the column `x` a role, of the head of the table.
fn roles(role: &str) -> Roles {
    match role {
        "tag" => Roles::new("m").tag("x").stamped(),
        "field" => Roles::new("m").field("x").stamped(),
        "measurement" => Roles::measurement_column("x").stamped(),
        "time" => Roles::new("m").time("x"),
        other => panic!("no role {other:?}"),
    }
}

/// The same with the setter that a cell names, without which the column cannot have the role.
fn with_setter(roles: Roles, cell: &str) -> Option<Roles> {
    if cell.contains("`binary`") {
        Some(roles.binary(BinaryAs::Base64))
    } else if cell.contains("`time_in`") {
        Some(Roles::new("m").time_in("x", Precision::Seconds))
    } else if cell.contains("`on_null_time`") {
        Some(roles.on_null_time(OnNullTime::Stamp))
    } else if cell.contains("`flatten_structs`") {
        Some(Roles::new("m").flatten_structs().stamped())
    } else {
        None
    }
}

#[test]
fn types_have_the_roles_that_the_tables_say() {
    for (text, head) in [(README, "| column | Polars |"), (ROLES, "| column | tag |")] {
        let table = table(text, head);
        assert_eq!(table.len(), 13, "{head}");
        for row in &table[1..] {
            for (role, cell) in table[0]
                .iter()
                .zip(row)
                .filter(|(role, _)| ["tag", "field", "measurement", "time"].contains(&role.as_str()))
            {
                for column in columns(&row[0]) {
                    let ty = column.dtype().clone();
                    let what = format!("{} ({ty}) as {role}: {cell:?}", row[0]);
                    let other = Column::new("other".into(), [1_i64]);
                    let frame = DataFrame::new_infer_height(vec![column, other]).unwrap();
                    let fits = |roles: &Roles| Plan::of(&frame, roles).is_ok();
                    match with_setter(roles(role), cell) {
                        Some(with) => assert_eq!((fits(&roles(role)), fits(&with)), (false, true), "{what}"),
                        None => assert_eq!(fits(&roles(role)), !cell.is_empty(), "{what}"),
                    }
                }
            }
        }
    }
}

#[test]
fn values_are_stored_as_the_tables_say() {
    for (text, head) in [(README, "| column | Polars |"), (ROLES, "| column | tag |")] {
        let table = table(text, head);
        let place = |role: &str| table[0].iter().position(|name| name == role).unwrap();
        for row in &table[1..] {
            for column in columns(&row[0]) {
                let what = format!("{} ({})", row[0], column.dtype());
                let line = |role: &str| {
                    let columns = vec![column.clone(), Column::new("other".into(), [1_i64])];
                    let frame = DataFrame::new_infer_height(columns).unwrap();
                    let mut pieces = Pieces::new(frame, &roles(role), LineBuffer::new()).ok()?;
                    let line = pieces.next().unwrap().unwrap().lines.as_str().to_owned();
                    Some(line.split_once("x=")?.1.split([',', ' ', '\n']).next()?.to_owned())
                };
                let as_field = match row[place("field")].split([' ', ',']).next().unwrap() {
                    "integer" => line("field").is_some_and(|value| value == "1i" || value == "1u"),
                    "float" => line("field").is_some_and(|value| value == "1"),
                    "boolean" => line("field").is_some_and(|value| value == "true" || value == "t"),
                    "string" => line("field").is_some_and(|value| value == "\"1\""),
                    "left" => line("field").is_none(),
                    _ => true,
                };
                assert!(as_field, "{what} as a field: {:?}", line("field"));
                let as_tag = match row[place("tag")].as_str() {
                    "as text" => line("tag").is_some_and(|value| value.contains([':', '-'])),
                    "integer" | "as integer" => line("tag").is_some_and(|value| value == "1"),
                    "exact" => line("tag").is_some_and(|value| value == "1"),
                    "left out" => line("tag").is_none(),
                    _ => true,
                };
                assert!(as_tag, "{what} as a tag: {:?}", line("tag"));
            }
        }
    }
}

#[test]
fn features_are_told_alike() {
    let head = "| feature | default | brings | packages |";
    assert_eq!(table(README, head), table(CRATE, head));
    assert_eq!(table(CRATE, head).len(), 9);
}
