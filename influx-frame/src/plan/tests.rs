//! What plans are made of, and what is told when there can be none.

mod derived;

use super::columns::Columns;
use super::*;
use crate::policy::Ambiguous;
use crate::schema::FrameColumn;

fn column(name: &str, ty: ColumnType) -> FrameColumn {
    FrameColumn { name: name.to_owned(), ty }
}

/// One column of each type, called by it.
fn every_type() -> FrameSchema {
    let zone = Some("UTC".into());
    let members = vec![column("x", ColumnType::Float(64)), column("s", ColumnType::String)];
    let columns = [
        ("bool", ColumnType::Boolean),
        ("i8", ColumnType::Integer(8)),
        ("i64", ColumnType::Integer(64)),
        ("u32", ColumnType::Unsigned(32)),
        ("u64", ColumnType::Unsigned(64)),
        ("f64", ColumnType::Float(64)),
        ("dec", ColumnType::Decimal { scale: 2 }),
        ("str", ColumnType::String),
        ("cat", ColumnType::Category),
        ("bin", ColumnType::Binary),
        ("date", ColumnType::Date),
        ("ts", ColumnType::Timestamp(Precision::Milliseconds, None)),
        ("tz", ColumnType::Timestamp(Precision::Milliseconds, zone)),
        ("tod", ColumnType::Time(Precision::Nanoseconds)),
        ("dur", ColumnType::Duration(Precision::Seconds)),
        ("null", ColumnType::Null),
        ("struct", ColumnType::Struct(members)),
        ("list", ColumnType::Other("list[i64]".to_owned())),
    ];
    FrameSchema { columns: columns.map(|(name, ty)| column(name, ty)).into() }
}

/// Roles that fit: other columns are left out.
fn fitting() -> Roles {
    Roles::new("m").field("f64").stamped().ignore_rest()
}

fn problems(schema: &FrameSchema, roles: &Roles) -> Vec<String> {
    let told = Plan::new(schema, roles).map(|_| ()).map_err(|error| error.problems().to_vec());
    told.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// The column that a field comes from.
fn column_of(lines: &Lines, field: &FieldPlan) -> String {
    let columns = Columns::of(&lines.schema, true);
    let path = &lines.sources[field.source];
    columns.list.iter().find(|column| column.path == *path).unwrap().name.to_string()
}

/// The problem in which a role that does not fit ends.
fn refusal(roles: &Roles) -> Option<String> {
    let told = problems(&every_type(), roles);
    assert!(told.len() < 2, "{told:?}");
    told.into_iter().next()
}

#[test]
fn a_type_has_the_roles_that_it_can_have() {
    // by column: tag, field, measurement, time, time with a unit
    const ROLES: [(&str, &str); 18] = [
        ("bool", "TF..."),
        ("i8", "TF..U"),
        ("i64", "TF..U"),
        ("u32", "TF..U"),
        ("u64", "TF..U"),
        ("f64", ".F..."),
        ("dec", "TF..."),
        ("str", "TFM.."),
        ("cat", "TFM.."),
        ("bin", "....."),
        ("date", "TF.D."),
        ("ts", "TF.D."),
        ("tz", "TF.D."),
        ("tod", "TF..."),
        ("dur", "TF..."),
        ("null", "TFM.."),
        ("struct", "....."),
        ("list", "....."),
    ];
    for (column, fits) in ROLES {
        let tag = Roles::new("m").stamped().ignore_rest().tag(column);
        let tag = if column == "f64" { tag.field("i64") } else { tag.field("f64") };
        let field = Roles::new("m").stamped().ignore_rest().field(column);
        let other = if column == "f64" { "i64" } else { "f64" };
        let measurement = Roles::measurement_column(column).stamped().ignore_rest().field(other);
        let timed = Roles::new("m").ignore_rest().field(other);
        let cases = [
            (tag, 'T'),
            (field, 'F'),
            (measurement, 'M'),
            (timed.clone().time(column), 'D'),
            (timed.time_in(column, Precision::Seconds), 'U'),
        ];
        for (roles, role) in cases {
            let told = refusal(&roles);
            assert_eq!(told.is_none(), fits.contains(role), "{column} {role}: {told:?}");
            if let Some(told) = told {
                assert!(told.contains(&format!("{column:?}")) && told.contains(": "), "{told}");
            }
        }
    }
}

#[test]
fn what_does_not_fit_is_told_with_what_helps() {
    let cases = [
        (
            fitting().tag("list"),
            "column \"list\": list[i64] cannot be a tag: cast it to a type that can, or leave it out with .ignore(..)",
        ),
        (
            fitting().field("bin"),
            "column \"bin\": binary cannot be a field: make it text with .binary(BinaryAs::Base64), or leave it out with .ignore(..)",
        ),
        (
            fitting().field("dec").decimals(DecimalAs::Refuse),
            "column \"dec\": decimal with 2 digits behind the point cannot be a field: cast it to Float64, or choose with .decimals_in(..)",
        ),
        (
            fitting().field("struct"),
            "column \"struct\": struct cannot be a field: make its members columns with .flatten_structs(), take them out, or leave it out with .ignore(..)",
        ),
        (
            fitting().field("struct").flatten_structs(),
            "column \"struct\": struct cannot be a field: name its members, as it is flattened",
        ),
        (
            fitting().field("struct.x"),
            "column \"struct.x\": \"struct\" is a struct, whose members are no columns without .flatten_structs()",
        ),
        (fitting().field("F46"), "column \"F46\": the frame has none of this name: did you mean \"f64\"?"),
        (fitting().field("temperature"), "column \"temperature\": the frame has none of this name"),
        (fitting().ignore("temperature"), "column \"temperature\": the frame has none of this name"),
        (fitting().tag("f64"), "column \"f64\": it is named as a field and as a tag: a column has one role"),
        (fitting().field("f64"), "column \"f64\": it is named twice as a field: a column has one role"),
        (
            fitting().ignore("f64"),
            "column \"f64\": it is named as a field and as left out: a column has one role",
        ),
        (
            fitting().tag("str").rename("str", "f64"),
            "columns \"f64\" and \"str\": both have the key \"f64\": .rename(..) one of them",
        ),
        (
            fitting().tag("str").rename("str", "time"),
            "column \"str\": the key \"time\" is reserved: servers keep `time` for the timestamp: make it the time with .time(..), or .rename(..) or .ignore(..) it",
        ),
        (
            fitting().rename("f64", "a\nb"),
            "column \"f64\": the key \"a\\nb\" contains a newline, which would end the line: .rename(..) it",
        ),
        (
            fitting().measurement("#m"),
            "measurement \"#m\": the name begins with `#`, which would make the line a comment",
        ),
        (fitting().rename("str", "x"), ".rename(\"str\", ..) changes nothing: column \"str\" is left out"),
        (
            fitting().rename("strr", "x"),
            "column \"strr\": the frame has none of this name: did you mean \"str\"?",
        ),
        (
            fitting().on_empty_in("f64", OnEmpty::Skip),
            ".on_empty_in(\"f64\", ..) changes nothing: column \"f64\" is a field of type float64",
        ),
        (
            fitting().tag("i64").integers_in("i64", IntegerKind::Float),
            ".integers_in(\"i64\", ..) changes nothing: column \"i64\" is a tag of type int64",
        ),
        (
            fitting().on_null_in("str", OnNull::Skip),
            ".on_null_in(\"str\", ..) changes nothing: column \"str\" is left out",
        ),
        (
            fitting().on_null_time(OnNullTime::Stamp),
            ".on_null_time(..) changes nothing: lines are stamped, and no column is the time",
        ),
        (
            fitting().ambiguous(Ambiguous::Latest),
            ".ambiguous(..) changes nothing: times are read in UTC, where none is ambiguous: say the zone with .time_zone(..)",
        ),
        (
            fitting().time_zone("UTC"),
            ".time_zone(\"UTC\") changes nothing: lines are stamped, and no column is the time",
        ),
        (
            fitting().time("ts"),
            "the time was said more than once: .stamped(), .time(\"ts\"): keep one of them",
        ),
        (
            Roles::new("m").ignore_rest().stamped().tag("str"),
            "no column is a field, and a line needs at least one: name one with .field(..)",
        ),
        (
            Roles::new("m").ignore_rest().field("f64"),
            "no time was said: name its column with .time(..), or have the lines .stamped()",
        ),
    ];
    for (roles, told) in cases {
        assert_eq!(refusal(&roles).as_deref(), Some(told));
    }
}

#[test]
fn what_does_not_fit_the_time_is_told() {
    let timed = || Roles::new("m").ignore_rest().field("f64");
    let cases = [
        (
            timed().time("i64"),
            "column \"i64\": int64 cannot be the time: say what it counts with .time_in(.., Precision::Nanoseconds) or another unit",
        ),
        (
            timed().time("str"),
            "column \"str\": string cannot be the time: cast it to a datetime or timestamp",
        ),
        (
            timed().time("null"),
            "column \"null\": null cannot be the time: stamp the lines with .on_null_time(OnNullTime::Stamp) or .stamped()",
        ),
        (
            timed().time_in("ts", Precision::Seconds),
            ".time_in(\"ts\", ..) changes nothing: column \"ts\" is a timestamp in ms without a time zone, whose unit is known: say .time(\"ts\")",
        ),
        (
            timed().time("ts").rename("ts", "x"),
            ".rename(\"ts\", ..) changes nothing: column \"ts\" is the time",
        ),
        (
            timed().time("ts").on_null_in("ts", OnNull::Skip),
            ".on_null_in(\"ts\", ..) changes nothing: column \"ts\" is the time",
        ),
        (
            timed().time("ts").time_zone("Europe/Berln"),
            "time zone \"Europe/Berln\": there is none of this name: did you mean \"Europe/Berlin\"?",
        ),
        (
            timed().time("tz").time_zone("Europe/Berlin"),
            ".time_zone(\"Europe/Berlin\") changes nothing: column \"tz\" has the zone \"UTC\", and so is in UTC already",
        ),
        (
            timed().time_in("i64", Precision::Seconds).time_zone("UTC"),
            ".time_zone(\"UTC\") changes nothing: column \"i64\" is of type int64, which counts in UTC",
        ),
        (
            timed().time_in("i64", Precision::Seconds).field("i64"),
            "column \"i64\": it is named as the time and as a field: a column has one role",
        ),
    ];
    for (roles, told) in cases {
        assert_eq!(refusal(&roles).as_deref(), Some(told));
    }
}

#[test]
fn all_problems_are_told_at_once_in_their_order() {
    let roles = Roles::measurement_column("f64").tags(["hots", "f64", "bin"]).field("i64");
    let roles = roles.rename("i64", "str").on_null_in("nobody", OnNull::Skip).ignore_all(["struct"]);
    let told = problems(&every_type(), &roles);
    let starts = [
        "column \"f64\": float64 cannot be the measurement",
        "column \"hots\": the frame has none",
        "column \"f64\": it is named as the measurement and as a tag",
        "column \"bin\": binary cannot be a tag",
        "columns \"i64\" and \"str\": both have the key \"str\"",
        "column \"list\": list[i64] cannot be a field",
        "column \"nobody\": the frame has none",
        "no time was said",
    ];
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    for (told, start) in told.iter().zip(starts) {
        assert!(told.starts_with(start), "{told}");
    }
    let error = Plan::new(&every_type(), &roles).unwrap_err();
    assert_eq!(error.to_string(), told.join("; "));
}

#[test]
fn thousands_of_problems_are_counted() {
    let names = (0..5000).map(|i| format!("a column that is not there, number {i}"));
    let error = Plan::new(&every_type(), &fitting().tags(names)).unwrap_err();
    assert_eq!(error.problems().len(), 5000);
    assert!(error.to_string().ends_with("; and 4980 more"), "{error}");
}

#[test]
fn columns_of_one_name_are_told_once_unless_they_are_left_out() {
    let columns = ["a", "b", "a", "a"].map(|name| column(name, ColumnType::Float(64)));
    let schema = FrameSchema { columns: columns.into() };
    let told =
        "column \"a\": the frame has 3 of this name: rename them there, or leave them out with .ignore(..)";
    let roles = || Roles::new("m").stamped();
    let cases = [
        (roles(), vec![told]),
        (roles().tag("a"), vec![told]),
        (roles().tag("a").field("a").rename("a", "c").on_null_in("a", OnNull::Skip), vec![told]),
        (roles().ignore("a"), vec![]),
        (roles().field("b").ignore_rest(), vec![]),
    ];
    for (roles, told) in cases {
        assert_eq!(problems(&schema, &roles), told);
    }
}

#[test]
fn a_plan_has_tags_by_key_and_fields_in_their_order() {
    let roles = Roles::measurement_column("cat").tags(["u64", "str"]).rename("u64", "a").time("ts");
    let roles = roles.fields(["tod", "f64"]).ignore_all(["bin", "list"]).flatten_structs();
    let roles = roles.integers(IntegerKind::Float).integers_in("i8", IntegerKind::Unsigned);
    let plan = Plan::new(&every_type(), &roles).unwrap();
    let lines = plan.lines();
    let tags: Vec<_> = lines.tags.iter().map(|tag| (&*tag.name, &*lines.sources[tag.source])).collect();
    assert_eq!(tags, [("a", &[4][..]), ("str", &[7])]);
    let fields: Vec<_> = lines.fields.iter().map(|field| column_of(lines, field)).collect();
    let expected = [
        "tod", "f64", "bool", "i8", "i64", "u32", "dec", "date", "tz", "dur", "null", "struct.x", "struct.s",
    ];
    assert_eq!(fields, expected);
    let field = |name: &str| lines.fields.iter().find(|field| column_of(lines, field) == name).unwrap();
    assert_eq!(lines.sources[field("struct.s").source], [16, 1]);
    assert_eq!(field("i8").integer, Some(IntegerKind::Unsigned));
    assert_eq!(field("i64").integer, Some(IntegerKind::Float));
    let MeasurementPlan::Column(source) = lines.measurement else { panic!("{:?}", lines.measurement) };
    assert_eq!(lines.sources[source], [8]);
    let time = lines.time.as_ref().unwrap();
    assert_eq!((&*lines.sources[time.source], time.unit), (&[11][..], Precision::Milliseconds));
}

#[test]
fn members_of_flattened_structs_can_be_named_and_left_out() {
    let roles = || Roles::new("m").stamped().field("i64").ignore_rest().flatten_structs();
    let plan = Plan::new(&every_type(), &roles().tag("struct.s").rename("struct.s", "s")).unwrap();
    assert_eq!((&*plan.lines().tags[0].name, &*plan.lines().sources[1]), ("s", &[16, 1][..]));
    let rest = Roles::new("m").stamped().ignore_all(["bin", "list", "struct"]).flatten_structs();
    let plan = Plan::new(&every_type(), &rest).unwrap();
    let lines = plan.lines();
    assert!(lines.fields.iter().all(|field| !column_of(lines, field).starts_with("struct")));
    assert_eq!(problems(&every_type(), &roles().tag("struct.t")).len(), 1);
}

#[test]
fn what_is_said_again_takes_the_place_of_what_was_said() {
    let roles = Roles::new("m")
        .measurement("n")
        .ignore_rest()
        .field("f64")
        .tag("str")
        .rename("str", "a")
        .rename("str", "b");
    let roles = roles.time("i64").time_in("i64", Precision::Seconds);
    let plan = Plan::new(&every_type(), &roles).unwrap();
    assert_eq!(plan.lines().tags[0].name, "b");
    assert_eq!(plan.lines().time.as_ref().map(|time| time.unit), Some(Precision::Seconds));
}
