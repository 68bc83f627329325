//! Whether a script does more than read: then it is not asked twice.

/// The packages whose functions all only read or compute, but for those called `to`.
const READING: [&str; 25] = [
    "array",
    "bitwise",
    "date",
    "dict",
    "experimental",
    "experimental/aggregate",
    "experimental/array",
    "experimental/geo",
    "experimental/json",
    "experimental/query",
    "experimental/table",
    "influxdata/influxdb",
    "influxdata/influxdb/sample",
    "influxdata/influxdb/schema",
    "influxdata/influxdb/secrets",
    "influxdata/influxdb/v1",
    "interpolate",
    "join",
    "json",
    "math",
    "regexp",
    "sampledata",
    "strings",
    "timezone",
    "types",
];

/// The functions that write points.
const WRITING: [&str; 2] = ["to", "wideTo"];

/// Whether the script only reads: asking twice is then as asking once. What is not known for sure counts as acting: what
/// `to()` stores may have the time of the call, and packages send messages and fill tables elsewhere.
pub(super) fn only_reads(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    // also what is no import: a text, or a part of a name
    let mut imports = text.split("import").skip(1);
    words.all(|word| !WRITING.contains(&word)) && imports.all(|rest| READING.contains(&package(rest)))
}

/// The package that is named behind `import` and perhaps another name for it; empty if there is none.
fn package(rest: &str) -> &str {
    let mut parts = rest.splitn(3, '"');
    let is_name = |alias: &str| alias.chars().all(|c| c.is_alphanumeric() || c == '_' || c.is_whitespace());
    match (parts.next(), parts.next(), parts.next()) {
        (Some(alias), Some(package), Some(_)) if is_name(alias) => package,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_act_is_known() {
        let table = [
            (r#"from(bucket: "b") |> range(start: -1h) |> yield(name: "total")"#, true),
            (r#"import "math" import s "strings" from(bucket: "b") |> map(fn: (r) => ({x: math.pi}))"#, true),
            ("import\n\tv1\n\"influxdata/influxdb/v1\"\nv1.databases()", true),
            (r#"from(bucket: "b") |> to(bucket: "c")"#, false),
            (r#"from(bucket: "b") |> to (bucket: "c")"#, false),
            ("store = to\narray.from(rows: [{_time: now()}]) |> store(bucket: \"c\")", false),
            (r#"import "experimental" from(bucket: "b") |> experimental.to(bucket: "c")"#, false),
            (r#"import "influxdata/influxdb" x |> influxdb.wideTo(bucket: "c")"#, false),
            (r#"import "http" http.post(url: "u")"#, false),
            (r#"import m "slack" m.message(text: "t")"#, false),
            ("import // \"math\"\n\"http\"", false),
            (r#"import "h\x74tp""#, false),
            (r#"import"math" import"sql""#, false),
            (r#"import "math"#, false),
            ("import", false),
        ];
        for (text, reads) in table {
            assert_eq!(only_reads(text), reads, "{text}");
        }
    }
}
