//! Annotated CSV, as InfluxDB 2 writes it.

/// What a query wants its answer to look like.
#[derive(Debug, Clone)]
pub(super) struct Dialect {
    pub(super) header: bool,
    pub(super) delimiter: char,
    pub(super) comment: String,
    pub(super) annotations: Vec<Annotation>,
}

/// A row before the header that says something of each column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Annotation {
    Datatype,
    Group,
    Default,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) label: String,
    pub(super) datatype: &'static str,
    /// Whether it has the same value in the whole table, by which tables are told apart.
    pub(super) group: bool,
}

impl Column {
    pub(super) fn new(label: &str, datatype: &'static str, group: bool) -> Self {
        Self { label: label.to_owned(), datatype, group }
    }
}

/// A table, its values as text.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<String>>,
}

/// Tables under one name.
#[derive(Debug)]
pub(super) struct TableSet {
    pub(super) name: String,
    pub(super) tables: Vec<Table>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { header: true, delimiter: ',', comment: "#".to_owned(), annotations: Vec::new() }
    }
}

/// Writes results: the tables of a result one below the other, with their annotations and header before the first and
/// wherever the columns change, behind an empty line; and an empty line at the end.
pub(super) fn write(dialect: &Dialect, results: &[TableSet]) -> String {
    let mut out = String::new();
    for result in results {
        let mut last: Option<&[Column]> = None;
        for (number, table) in result.tables.iter().enumerate() {
            if last.is_none_or(|last| !fit(last, &table.columns)) {
                if last.is_some() {
                    out.push_str("\r\n");
                }
                head(&mut out, dialect, &result.name, &table.columns);
            }
            last = Some(&table.columns);
            // a name that stands among the defaults stands nowhere else
            let has_default = dialect.annotations.contains(&Annotation::Default);
            let (name, number) = (if has_default { "" } else { &result.name }, number.to_string());
            for row in &table.rows {
                let values = row.iter().map(String::as_str);
                line(&mut out, dialect, ["", name, &number].into_iter().chain(values));
            }
        }
        out.push_str("\r\n");
    }
    out
}

/// Whether tables can stand under one header: it does not matter which columns they are grouped by.
fn fit(one: &[Column], other: &[Column]) -> bool {
    let pairs = one.iter().zip(other);
    one.len() == other.len() && pairs.into_iter().all(|(a, b)| a.label == b.label && a.datatype == b.datatype)
}

fn head(out: &mut String, dialect: &Dialect, name: &str, columns: &[Column]) {
    for annotation in &dialect.annotations {
        let (word, first) = match annotation {
            Annotation::Datatype => ("datatype", ["string", "long"]),
            Annotation::Group => ("group", ["false", "false"]),
            Annotation::Default => ("default", [name, ""]),
        };
        let values = columns.iter().map(|column| match annotation {
            Annotation::Datatype => column.datatype,
            Annotation::Group if column.group => "true",
            Annotation::Group => "false",
            Annotation::Default => "",
        });
        let word = format!("{}{word}", dialect.comment);
        line(out, dialect, [word.as_str()].into_iter().chain(first).chain(values));
    }
    if dialect.header {
        let labels = columns.iter().map(|column| column.label.as_str());
        line(out, dialect, ["", "result", "table"].into_iter().chain(labels));
    }
}

fn line<'a>(out: &mut String, dialect: &Dialect, values: impl Iterator<Item = &'a str>) {
    for (number, value) in values.enumerate() {
        if number > 0 {
            out.push(dialect.delimiter);
        }
        push(out, value, dialect.delimiter);
    }
    out.push_str("\r\n");
}

/// Adds a value, in quotes where it needs them. As InfluxDB does it, a line break inside a value is CRLF, too, and a
/// single CR is lost.
fn push(out: &mut String, value: &str, delimiter: char) {
    let needs_quotes = value == r"\." // the end of data, for a database of another kind
        || value.starts_with(char::is_whitespace)
        || value.contains([delimiter, '"', '\r', '\n']);
    if !needs_quotes {
        return out.push_str(value);
    }
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\"\""),
            '\r' => {}
            '\n' => out.push_str("\r\n"),
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(datatype: &'static str, tag: &str, values: &[&str]) -> Table {
        Table {
            columns: vec![Column::new("_value", datatype, false), Column::new("host", "string", true)],
            rows: values.iter().map(|value| vec![(*value).to_owned(), tag.to_owned()]).collect(),
        }
    }

    fn results() -> [TableSet; 1] {
        let tables = vec![
            table("double", "a", &["1", "2.5"]),
            table("double", "b", &["3"]),
            table("long", "b", &["4"]),
        ];
        [TableSet { name: "_result".to_owned(), tables }]
    }

    #[test]
    fn tables_of_one_type_stand_under_one_header() {
        let text = ",result,table,_value,host\r\n,_result,0,1,a\r\n,_result,0,2.5,a\r\n,_result,1,3,b\r\n\
                    \r\n,result,table,_value,host\r\n,_result,2,4,b\r\n\r\n";
        assert_eq!(write(&Dialect::default(), &results()), text);
    }

    #[test]
    fn annotations_stand_in_the_order_that_is_asked_for() {
        let annotations = vec![Annotation::Group, Annotation::Datatype, Annotation::Default];
        let text = write(&Dialect { annotations, ..Dialect::default() }, &results());
        let first = "#group,false,false,false,true\r\n#datatype,string,long,double,string\r\n\
                     #default,_result,,,\r\n,result,table,_value,host\r\n,,0,1,a\r\n";
        assert!(text.starts_with(first), "{text}");
        assert!(
            text.contains("\r\n\r\n#group,false,false,false,true\r\n#datatype,string,long,long,string\r\n")
        );
    }

    #[test]
    fn the_dialect_says_how_rows_look() {
        let dialect = Dialect {
            header: false,
            delimiter: ';',
            comment: String::new(),
            annotations: vec![Annotation::Datatype],
        };
        let tables = vec![table("string", "a,b;c", &["x"])];
        let text = write(&dialect, &[TableSet { name: "r".to_owned(), tables }]);
        assert_eq!(text, "datatype;string;long;string;string\r\n;r;0;x;\"a,b;c\"\r\n\r\n");
        assert_eq!(write(&dialect, &[TableSet { name: "r".to_owned(), tables: vec![] }]), "\r\n");
    }

    #[test]
    fn values_are_quoted_where_they_need_it() {
        for (value, written) in [
            ("", ""),
            ("a b", "a b"),
            (" a", "\" a\""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("a\nb", "\"a\r\nb\""),
            ("a\r\nb\r", "\"a\r\nb\""),
            (r"\.", "\"\\.\""),
            ("#datatype", "#datatype"),
        ] {
            let mut out = String::new();
            push(&mut out, value, ',');
            assert_eq!(out, written, "{value:?}");
        }
    }
}
