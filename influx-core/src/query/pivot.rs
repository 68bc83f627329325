//! Unpivoted rows of Flux, one for each field, made wide.

mod merge;

use std::sync::Arc;

use super::{Header, Row, Wanted};
use merge::{Merge, Table};

const FIELD: &str = "_field";
const VALUE: &str = "_value";

/// Makes rows wide, for what reads columns by the names of fields. Tables that are wide already pass as they are.
#[derive(Debug)]
pub(super) struct Pivot {
    /// The fields that are read; `None`: all.
    fields: Option<Vec<String>>,
    /// The header of the last row, and what to do with rows of it.
    table: Option<(Arc<Header>, Way)>,
    merge: Merge,
}

#[derive(Debug)]
enum Way {
    AsItIs,
    /// The only field that is read stands in `_value`, which this header calls by its name.
    Renamed {
        field: usize,
        header: Arc<Header>,
    },
    /// The fields of a record are brought together, which takes all rows.
    Merged(Table),
}

impl Pivot {
    /// For a type with these columns; `None` if it has no fields to look for.
    pub(super) fn of(columns: fn(&mut Wanted)) -> Option<Self> {
        let mut wanted = Wanted::default();
        columns(&mut wanted);
        let mut fields: Vec<String> = Vec::new();
        for field in wanted.fields() {
            if !fields.iter().any(|known| known == field) {
                fields.push(field.to_owned());
            }
        }
        (!fields.is_empty()).then(|| Self { fields: Some(fields), table: None, merge: Merge::default() })
    }

    /// For all fields that there are.
    pub(super) fn all() -> Self {
        Self { fields: None, table: None, merge: Merge::default() }
    }

    /// Takes a row: whether it can be read at once, by [`renamed`](Self::renamed).
    pub(super) fn push(&mut self, row: Row<'_>) -> bool {
        let known = self.table.take().filter(|(header, _)| Arc::ptr_eq(header, row.header()));
        let (_, way) =
            self.table.insert(known.unwrap_or_else(|| {
                (Arc::clone(row.header()), way(&self.fields, row.header(), &mut self.merge))
            }));
        match way {
            Way::AsItIs => true,
            Way::Renamed { field, .. } => {
                row.cell(*field).is_some_and(|name| is_read(&self.fields, name.text()))
            }
            Way::Merged(table) => {
                if row.cell(table.field).is_some_and(|name| is_read(&self.fields, name.text())) {
                    self.merge.add(table, row);
                }
                false
            }
        }
    }

    /// The row that was pushed last, as it is read.
    pub(super) fn renamed<'r>(&'r self, row: Row<'r>) -> Row<'r> {
        match &self.table {
            Some((_, Way::Renamed { header, .. })) => row.with_header(header),
            _ => row,
        }
    }

    /// After the last row: goes to the next of those that were brought together. `false` after the last of them.
    pub(super) fn next(&mut self) -> bool {
        self.merge.next()
    }

    /// The row that [`next`](Self::next) went to.
    pub(super) fn merged(&self) -> Option<Row<'_>> {
        self.merge.row()
    }
}

fn is_read(fields: &Option<Vec<String>>, name: &str) -> bool {
    fields.as_ref().is_none_or(|fields| fields.iter().any(|field| field == name))
}

/// What to do with rows of this header.
fn way(fields: &Option<Vec<String>>, header: &Header, merge: &mut Merge) -> Way {
    let (Some(field), Some(value)) = (header.position(FIELD), header.position(VALUE)) else {
        return Way::AsItIs;
    };
    if let Some(fields) = fields {
        let is_column = |name: &String| header.position(name).is_some();
        if fields.iter().all(is_column) || fields.iter().any(|name| name == FIELD || name == VALUE) {
            return Way::AsItIs;
        }
        if let [only] = &fields[..] {
            let mut header = header.clone();
            header.columns[value].name.clone_from(only);
            return Way::Renamed { field, header: Arc::new(header) };
        }
    }
    Way::Merged(merge.table(header, field, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::fixture::Fixture;
    use crate::query::{DataType, FromRow, RowError, RowReader, Value};

    /// Rows as Flux gives them: `_time`, `host`, `_field`, `_value`.
    fn rows() -> Vec<Fixture> {
        let row = |table, time, host, field, data_type, value| {
            Fixture::new(&[
                ("result", DataType::String, "_result"),
                ("table", DataType::Long, table),
                ("_time", DataType::Time, time),
                ("host", DataType::String, host),
                (FIELD, DataType::String, field),
                (VALUE, data_type, value),
            ])
        };
        let (first, second) = ("1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z");
        vec![
            row("0", first, "a", "cores", DataType::Long, "4"),
            row("0", second, "a", "cores", DataType::Long, "5"),
            row("1", first, "a", "usage", DataType::Double, "0.5"),
            row("2", first, "b", "usage", DataType::Double, "0.25"),
            row("3", second, "a", "note", DataType::String, ""),
        ]
    }

    /// All values of the rows that come out, and their columns.
    fn pushed(pivot: &mut Pivot, rows: &[Fixture]) -> Vec<Vec<(String, String)>> {
        let values = |row: Row<'_>| {
            let column = |place: usize| {
                let value = row.cell(place).map(Value::of).unwrap().unwrap();
                (row.columns()[place].name.clone(), value.to_string())
            };
            (0..row.len())
                .map(column)
                .filter(|(name, _)| name != "_time" && name != "result")
                .collect::<Vec<_>>()
        };
        let mut found = Vec::new();
        for row in rows {
            if pivot.push(row.row()) {
                found.push(values(pivot.renamed(row.row())));
            }
        }
        while pivot.next() {
            found.push(values(pivot.merged().unwrap()));
        }
        found
    }

    fn texts<'a>(row: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
        row.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn one_field_streams_and_others_are_left_out() {
        let mut pivot = Pivot::of(|wanted| wanted.field("usage")).unwrap();
        assert_eq!(
            pushed(&mut pivot, &rows()),
            [
                texts(&[("table", "1"), ("host", "a"), (FIELD, "usage"), ("usage", "0.5")]),
                texts(&[("table", "2"), ("host", "b"), (FIELD, "usage"), ("usage", "0.25")]),
            ]
        );
    }

    #[test]
    fn several_fields_come_together_by_series_and_time() {
        let mut pivot = Pivot::of(|wanted| {
            wanted.field("usage");
            wanted.field("cores");
            wanted.field("usage");
        })
        .unwrap();
        assert_eq!(
            pushed(&mut pivot, &rows()),
            [
                texts(&[("host", "a"), ("cores", "4"), ("usage", "0.5")]),
                texts(&[("host", "a"), ("cores", "5"), ("usage", "")]),
                texts(&[("host", "b"), ("cores", ""), ("usage", "0.25")]),
            ]
        );
    }

    #[test]
    fn all_fields_become_columns() {
        let found = pushed(&mut Pivot::all(), &rows());
        assert_eq!(found.len(), 3);
        assert_eq!(found[1], texts(&[("host", "a"), ("cores", "5"), ("usage", ""), ("note", "")]));
    }

    #[test]
    fn a_field_that_comes_twice_begins_another_row() {
        let mut rows = rows();
        rows.extend(self::rows());
        assert_eq!(pushed(&mut Pivot::all(), &rows).len(), 6);
    }

    #[test]
    fn tables_that_are_wide_pass_as_they_are() {
        let wide = [Fixture::new(&[("host", DataType::String, "a"), ("usage", DataType::Double, "1")])];
        let mut pivot = Pivot::of(|wanted| wanted.field("usage")).unwrap();
        assert_eq!(pushed(&mut pivot, &wide), [texts(&[("host", "a"), ("usage", "1")])]);
        let mut long = Pivot::of(|wanted| wanted.field(VALUE)).unwrap();
        assert_eq!(pushed(&mut long, &rows()).len(), 5);
        assert!(Pivot::of(|wanted| wanted.tag("host")).is_none());
    }

    /// A type that rows are merged for.
    #[derive(Debug, PartialEq)]
    struct Load<'r>(&'r str, Option<f64>, Option<i64>, String);

    impl<'r> FromRow<'r> for Load<'r> {
        fn columns(wanted: &mut Wanted) {
            wanted.tag("host");
            wanted.field("usage");
            wanted.field("cores");
            wanted.field("note");
        }

        fn from_row(row: &mut RowReader<'_, 'r>) -> Result<Self, RowError> {
            Ok(Self(row.next()?, row.next()?, row.next()?, row.next()?))
        }
    }

    #[test]
    fn merged_rows_are_read_as_those_of_csv() {
        let mut pivot = Pivot::of(Load::columns).unwrap();
        let rows = rows();
        assert!(!rows.iter().any(|row| pivot.push(row.row())));
        assert!(pivot.next() && pivot.next());
        let row = pivot.merged().unwrap();
        assert_eq!(row.number(), 1);
        // an empty text and none cannot be told apart
        assert_eq!(crate::query::fixture::read(row), Ok(Load("a", None, Some(5), String::new())));
        assert!(pivot.next());
        assert!(!pivot.next());
        assert!(!pivot.next());
    }

    #[test]
    fn a_field_of_two_types_keeps_both() {
        let row = |host, data_type, value| {
            Fixture::new(&[
                ("host", DataType::String, host),
                (FIELD, DataType::String, "x"),
                (VALUE, data_type, value),
            ])
        };
        let mut pivot = Pivot::all();
        for row in
            [row("a", DataType::Long, "1"), row("b", DataType::String, "1"), row("c", DataType::Double, "")]
        {
            assert!(!pivot.push(row.row()));
        }
        let mut found = Vec::new();
        while pivot.next() {
            found.push(Value::of(pivot.merged().unwrap().get("x").unwrap()).unwrap());
        }
        assert_eq!(found, [Value::Long(1), Value::from("1"), Value::Null]);
    }

    #[test]
    fn a_text_that_is_not_there_is_empty_whatever_the_types_of_other_fields() {
        for other in ["0.5", "1"] {
            let row = |host, field, data_type, value| {
                let host = ("host", DataType::String, host);
                Fixture::new(&[host, (FIELD, DataType::String, field), (VALUE, data_type, value)])
            };
            let data_type = if other == "1" { DataType::Long } else { DataType::Double };
            let mut pivot = Pivot::of(Load::columns).unwrap();
            for row in [
                row("a", "note", DataType::String, "x"),
                row("b", "usage", DataType::Double, "0.5"),
                row("c", "usage", data_type, other),
            ] {
                assert!(!pivot.push(row.row()));
            }
            assert!(pivot.next() && pivot.next());
            let read = crate::query::fixture::read(pivot.merged().unwrap());
            assert_eq!(read, Ok(Load("b", Some(0.5), None, String::new())));
        }
    }
}
