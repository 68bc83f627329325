//! What a script does: where its tables come from, and through which functions they go.

use std::cell::Cell;

use super::node::{Args, Expr, Failure, Node, Value};
use super::parse::Script;
use super::scope::{STEPS, Scope};
use super::table::{INTEGER, TEXT, Table, merged, pivoted, stored};
use crate::testing::buckets::{Buckets, Entry};
use crate::testing::csv::{self, Column};

/// The name of tables that no `yield` names.
const RESULT: &str = "_result";

/// What scripts are run against.
pub(super) struct Source<'a> {
    pub(super) buckets: &'a Buckets,
    /// Whose buckets are seen; `None` for all.
    pub(super) org: Option<&'a str>,
    pub(super) now: i64,
}

/// Tables on their way.
struct Stream<'a> {
    /// The name that `yield` gives, which ends the way.
    name: Option<String>,
    content: Content<'a>,
}

enum Content<'a> {
    /// A bucket of which it is not said yet how much.
    Bucket(&'a Entry),
    Tables(Vec<Table>),
}

/// The tables that each query of a script yields, by the names that it gives them.
pub(super) fn run(script: &Script, source: &Source<'_>) -> Result<Vec<csv::TableSet>, Failure> {
    let steps = Cell::new(STEPS);
    let scope = Scope::new(&script.names, source.now, &steps);
    if script.queries.is_empty() {
        return Err(Failure::new(None, "this Flux script returns no streaming data"));
    }
    let mut results: Vec<csv::TableSet> = Vec::new();
    for query in &script.queries {
        let stream = source.stream(&scope, query)?;
        let name = stream.name.clone().unwrap_or_else(|| RESULT.to_owned());
        if results.iter().any(|result| result.name == name) {
            let what = format!("the result {name:?} stands twice; yield gives it another name");
            return Err(Failure::new(query.at, what));
        }
        let tables = stream.tables(query)?.into_iter().map(Table::written).collect();
        results.push(csv::TableSet { name, tables });
    }
    Ok(results)
}

impl<'s> Source<'s> {
    fn stream(&self, scope: &Scope<'_>, node: &Node) -> Result<Stream<'s>, Failure> {
        let scope = &scope.deeper(node)?;
        match &node.expr {
            Expr::Name(name) => scope.named(node, name).and_then(|(node, scope)| self.stream(&scope, node)),
            Expr::Call(function, args) => match &function.expr {
                Expr::Name(name) if name == "from" => self.bucket(scope, node, args),
                Expr::Name(name) if name == "buckets" && args.is_empty() => Ok(self.all_buckets().into()),
                _ => Err(unknown(function)),
            },
            Expr::Pipe(input, call) => {
                let input = self.stream(scope, input)?;
                match &call.expr {
                    Expr::Call(function, args) => apply(scope, input, function, args),
                    _ => Err(Failure::new(call.at, "a call should be behind |>")),
                }
            }
            _ => Err(Failure::new(node.at, "a query should be here: from(bucket: …) |> …")),
        }
    }

    fn bucket(&self, scope: &Scope<'_>, node: &Node, args: &Args) -> Result<Stream<'s>, Failure> {
        let [(key @ ("bucket" | "bucketID"), value)] = named(args)[..] else {
            return Err(Failure::new(node.at, "from takes either bucket or bucketID"));
        };
        let name = text(scope, value)?;
        let seen = |bucket: &&Entry| self.org.is_none_or(|org| bucket.is_of(org));
        let found = match key {
            "bucket" => self.buckets.find(self.org, &name).filter(|bucket| bucket.name == name),
            _ => self.buckets.by_id(&name).filter(seen),
        };
        let content = found.map(Content::Bucket).ok_or_else(|| Failure {
            at: None,
            what: format!("failed to initialize execute state: could not find bucket {name:?}"),
            is_missing: true,
        })?;
        Ok(Stream { name: None, content })
    }

    fn all_buckets(&self) -> Vec<Table> {
        let seen = self.buckets.iter().filter(|bucket| self.org.is_none_or(|org| bucket.is_of(org)));
        let rows = seen.map(|bucket| {
            let org =
                bucket.org.as_deref().or(self.org).map_or(Value::Null, |org| Value::Text(org.to_owned()));
            let (name, id) = (Value::Text(bucket.name.clone()), Value::Text(bucket.id.clone()));
            vec![name, id, org, Value::Null, Value::Integer(bucket.retention().unwrap_or(0))]
        });
        let texts = ["name", "id", "organizationID", "retentionPolicy"];
        let mut columns: Vec<_> = texts.iter().map(|label| Column::new(label, TEXT, false)).collect();
        columns.push(Column::new("retentionPeriod", INTEGER, false));
        vec![Table { columns, rows: rows.collect() }]
    }
}

impl From<Vec<Table>> for Stream<'_> {
    fn from(tables: Vec<Table>) -> Self {
        Self { name: None, content: Content::Tables(tables) }
    }
}

impl Stream<'_> {
    fn tables(self, node: &Node) -> Result<Vec<Table>, Failure> {
        match self.content {
            Content::Tables(tables) => Ok(tables),
            Content::Bucket(bucket) => {
                let what = format!(
                    "cannot submit unbounded read to {:?}; try bounding 'from' with a call to 'range'",
                    bucket.name
                );
                Err(Failure::new(node.at, what))
            }
        }
    }
}

/// The functions that tables go through, as far as they are known.
const USAGES: [(&str, &str); 8] = [
    ("range", "range(start: -1h, stop: now())"),
    ("filter", "filter(fn: (r) => …)"),
    ("pivot", r#"pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")"#),
    ("limit", "limit(n: 1)"),
    ("sort", r#"sort(columns: ["_time"], desc: true)"#),
    ("drop", r#"drop(columns: ["_start"])"#),
    ("keep", r#"keep(columns: ["_start"])"#),
    ("yield", r#"yield(name: "name")"#),
];

/// Sends tables through a function.
fn apply<'s>(
    scope: &Scope<'_>,
    input: Stream<'s>,
    function: &Node,
    args: &Args,
) -> Result<Stream<'s>, Failure> {
    let Expr::Name(called) = &function.expr else { return Err(unknown(function)) };
    let usage = USAGES.iter().find(|(name, _)| name == called);
    let (called, usage) = usage.ok_or_else(|| unknown(function))?;
    let fail = |what: String| Failure::new(function.at, what);
    let wrong = || fail(format!("the embedded server knows no other arguments than {usage}"));
    if input.name.is_some() {
        return Err(fail("the embedded server knows nothing behind yield".to_owned()));
    }
    let args = named(args);
    let mut tables = match (*called, args.as_slice()) {
        ("yield", [("name", name)]) => return Ok(Stream { name: Some(text(scope, name)?), ..input }),
        ("yield", []) => return Ok(Stream { name: Some(RESULT.to_owned()), ..input }),
        ("range", [("start", start)]) => range(input, function, scope.time(start)?, scope.now)?,
        ("range", [("start", start), ("stop", stop)]) => {
            range(input, function, scope.time(start)?, scope.time(stop)?)?
        }
        _ => input.tables(function)?,
    };
    let located = |failure: Failure| Failure { at: function.at, ..failure };
    match (*called, args.as_slice()) {
        ("range", [_] | [_, _]) => {}
        ("filter", [("fn", test)]) => tables = filtered(scope, tables, test)?,
        ("pivot", [("columnKey", columns), ("rowKey", rows), ("valueColumn", value)]) => {
            let (rows, columns, value) = (texts(scope, rows)?, texts(scope, columns)?, text(scope, value)?);
            if rows != ["_time"] || columns != ["_field"] || value != "_value" {
                return Err(wrong());
            }
            tables = pivoted(tables).map_err(located)?;
        }
        ("limit", [("n", count)]) => {
            let count = match scope.value(count)? {
                Value::Integer(count) => usize::try_from(count).map_err(|_| wrong())?,
                _ => return Err(wrong()),
            };
            tables.iter_mut().for_each(|table| table.rows.truncate(count));
        }
        ("sort", [("columns", by), rest @ ..]) => {
            let descending = match rest {
                [] => false,
                [("desc", descending)] => scope.truth(descending)? == Some(true),
                _ => return Err(wrong()),
            };
            let by = texts(scope, by)?;
            tables.iter_mut().for_each(|table| table.sort(&by, descending));
        }
        ("drop" | "keep", [("columns", columns)]) => {
            let columns = texts(scope, columns)?;
            let keeps = |label: &str| columns.iter().any(|column| column == label) == (*called == "keep");
            tables.iter_mut().for_each(|table| table.keep(keeps));
            tables = merged(tables).map_err(located)?;
        }
        _ => return Err(wrong()),
    }
    tables.retain(|table| !table.rows.is_empty());
    Ok(tables.into())
}

fn range(input: Stream<'_>, function: &Node, start: i64, stop: i64) -> Result<Vec<Table>, Failure> {
    if start >= stop {
        return Err(Failure::new(function.at, "cannot query an empty range"));
    }
    match input.content {
        Content::Bucket(bucket) => Ok(stored(&bucket.content, start, stop)),
        Content::Tables(_) => {
            Err(Failure::new(function.at, "the embedded server knows range only right behind from"))
        }
    }
}

fn filtered(scope: &Scope<'_>, mut tables: Vec<Table>, test: &Node) -> Result<Vec<Table>, Failure> {
    let Expr::Function(parameter, body) = &test.expr else {
        return Err(Failure::new(test.at, "a function should be here: (r) => …"));
    };
    // what it cannot do is said even if there is no row
    let nothing = Table::default();
    scope.inside(parameter, &nothing, &[]).truth(body)?;
    for table in &mut tables {
        let rows = std::mem::take(&mut table.rows);
        let mut kept = Vec::new();
        for row in rows {
            if scope.inside(parameter, table, &row).truth(body)? == Some(true) {
                kept.push(row);
            }
        }
        table.rows = kept;
    }
    Ok(tables)
}

/// Arguments by their names, in the order of these.
fn named(args: &Args) -> Vec<(&str, &Node)> {
    let mut args: Vec<_> = args.iter().map(|(name, value)| (name.as_str(), value)).collect();
    args.sort_by_key(|(name, _)| *name);
    args
}

fn text(scope: &Scope<'_>, node: &Node) -> Result<String, Failure> {
    match scope.value(node)? {
        Value::Text(text) => Ok(text),
        _ => Err(Failure::new(node.at, "a string should be here")),
    }
}

/// The strings of a list, or of a name that stands for one.
fn texts(scope: &Scope<'_>, node: &Node) -> Result<Vec<String>, Failure> {
    match &node.expr {
        Expr::List(items) => items.iter().map(|item| text(scope, item)).collect(),
        Expr::Name(name) => scope.named(node, name).and_then(|(node, scope)| texts(&scope, node)),
        _ => Err(Failure::new(node.at, "a list of strings should be here")),
    }
}

fn unknown(function: &Node) -> Failure {
    let what = match &function.expr {
        Expr::Name(name) => format!("the embedded server does not know the function {name}"),
        Expr::Member(_, name) => {
            format!("the embedded server does not know the function {name} of a package")
        }
        _ => "a function's name should be here".to_owned(),
    };
    Failure::new(function.at, what)
}
