//! What an expression is worth: the names that it knows, and the row that it looks at.

use std::cell::Cell;

use super::node::{Args, Comparison, Expr, Failure, Node, Span, Value};
use super::scan::span;
use super::table::{Table, compare, number};
use crate::testing::time::{self, months_later};

/// The names that an expression knows.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// A name means what stands for it last; what a name stands for knows only the names before it.
    names: &'a [(String, Node)],
    /// Nanoseconds since 1970.
    pub(super) now: i64,
    /// The parameter of a function, with a table and a row of it.
    row: Option<(&'a str, &'a Table, &'a [Value])>,
    /// Through how many names and parts of trees this was reached.
    depth: usize,
    /// How many of them may still be looked at.
    steps: &'a Cell<u32>,
}

/// How many names and parts of trees may be looked at for a script, and anew for each row: a name that stands twice for
/// another doubles them.
pub(super) const STEPS: u32 = 1_000_000;

/// How deep that may be: whoever walks there calls himself for each. The parser bounds the tree of one name, but names
/// stand for each other.
const DEEPEST: usize = 100;

impl<'a> Scope<'a> {
    pub(super) fn new(names: &'a [(String, Node)], now: i64, steps: &'a Cell<u32>) -> Self {
        Self { names, now, row: None, depth: 0, steps }
    }

    /// The same names inside a function, whose parameter is a row.
    pub(super) fn inside<'b>(&self, parameter: &'b str, table: &'b Table, row: &'b [Value]) -> Scope<'b>
    where
        'a: 'b,
    {
        self.steps.set(STEPS);
        Scope { row: Some((parameter, table, row)), ..*self }
    }

    /// The same names, one step further into the script.
    pub(super) fn deeper(&self, node: &Node) -> Result<Self, Failure> {
        if self.depth == DEEPEST {
            return Err(Failure::new(node.at, "the script is nested too deeply"));
        }
        let Some(left) = self.steps.get().checked_sub(1) else {
            return Err(Failure::new(node.at, "the script takes too many steps for this embedded server"));
        };
        self.steps.set(left);
        Ok(Self { depth: self.depth + 1, ..*self })
    }

    /// What the name at a node stands for, with the names that it knows itself.
    pub(super) fn named(&self, node: &Node, name: &str) -> Result<(&'a Node, Self), Failure> {
        let Some(at) = self.names.iter().rposition(|(other, _)| other == name) else {
            return Err(Failure::new(node.at, format!("undefined identifier {name}")));
        };
        Ok((&self.names[at].1, Self { names: &self.names[..at], row: None, ..self.deeper(node)? }))
    }

    pub(super) fn value(&self, node: &Node) -> Result<Value, Failure> {
        let scope = self.deeper(node)?;
        let fail = |what: String| Failure::new(node.at, what);
        match &node.expr {
            Expr::Value(value) => Ok(value.clone()),
            Expr::Name(name) => scope.named(node, name).and_then(|(node, scope)| scope.value(node)),
            Expr::Member(of, key) => scope.member(node, of, key),
            Expr::Minus(inner) => match scope.value(inner)? {
                Value::Integer(value) => value.checked_neg().map(Value::Integer),
                Value::Float(value) => Some(Value::Float(-value)),
                Value::Span(span) => span.negated().map(Value::Span),
                _ => None,
            }
            .ok_or_else(|| fail("no number and no duration behind -".to_owned())),
            Expr::Call(function, args) => scope.call(node, function, args),
            Expr::All(parts) => scope.combined(parts, false),
            Expr::Any(parts) => scope.combined(parts, true),
            Expr::Not(inner) => Ok(scope.truth(inner)?.map_or(Value::Null, |truth| Value::Boolean(!truth))),
            Expr::Exists(inner) => Ok(Value::Boolean(scope.value(inner)? != Value::Null)),
            Expr::Compare(comparison, left, right) => {
                let of_any_type = [left, right].iter().any(|side| side.is_field_value());
                match compared(*comparison, &scope.value(left)?, &scope.value(right)?) {
                    Some(value) => Ok(value),
                    // fields have different types: a comparison means those of one
                    None if of_any_type => Ok(Value::Null),
                    None => Err(fail("values of different types are compared".to_owned())),
                }
            }
            Expr::List(_) | Expr::Record(_) | Expr::Pipe(..) | Expr::Function(..) => {
                Err(fail("a value should be here".to_owned()))
            }
        }
    }

    fn member(&self, node: &Node, of: &Node, key: &str) -> Result<Value, Failure> {
        let fail = |what: String| Failure::new(node.at, what);
        let Expr::Name(name) = &of.expr else {
            return Err(fail("the embedded server knows no members but those of rows and params".to_owned()));
        };
        if let Some((parameter, table, row)) = self.row
            && parameter == name
        {
            return Ok(table.get(row, key));
        }
        let (Node { expr: Expr::Record(members), .. }, scope) = self.named(of, name)? else {
            return Err(fail(format!("{name} has no members")));
        };
        match members.iter().find(|(other, _)| other == key) {
            Some((_, member)) => scope.value(member),
            None => Err(fail(format!("{name} has no member {key}"))),
        }
    }

    /// `now()`, `time(v: …)` and `duration(v: …)`.
    fn call(&self, node: &Node, function: &Node, args: &Args) -> Result<Value, Failure> {
        let fail = |what: &str| Failure::new(node.at, what);
        let Expr::Name(name) = &function.expr else { return Err(fail("a function's name should be here")) };
        match (name.as_str(), args.as_slice()) {
            ("now", []) => Ok(Value::Time(self.now)),
            ("time", [(key, value)]) if key == "v" => match self.value(value)? {
                Value::Text(text) => {
                    time::parse(&text).ok_or_else(|| fail("this is no RFC 3339 time")).map(Value::Time)
                }
                Value::Integer(nanos) | Value::Time(nanos) => Ok(Value::Time(nanos)),
                _ => Err(fail("time takes a string or an integer")),
            },
            ("duration", [(key, value)]) if key == "v" => match self.value(value)? {
                Value::Text(text) => {
                    signed(&text).ok_or_else(|| fail("this is no duration")).map(Value::Span)
                }
                Value::Integer(nanos) => Ok(Value::Span(Span { months: 0, nanos })),
                span @ Value::Span(_) => Ok(span),
                _ => Err(fail("duration takes a string or an integer")),
            },
            _ => Err(fail(&format!(
                "the embedded server does not know the function {name} with these arguments"
            ))),
        }
    }

    /// Whether all parts are true, or any: null decides nothing. Each is looked at, so that what is unknown is found.
    fn combined(&self, parts: &[Node], decides: bool) -> Result<Value, Failure> {
        let truths = parts.iter().map(|part| self.truth(part)).collect::<Result<Vec<_>, _>>()?;
        Ok(match () {
            () if truths.contains(&Some(decides)) => Value::Boolean(decides),
            () if truths.contains(&None) => Value::Null,
            () => Value::Boolean(!decides),
        })
    }

    /// Whether an expression is true; `None` if it is null.
    pub(super) fn truth(&self, node: &Node) -> Result<Option<bool>, Failure> {
        match self.value(node)? {
            Value::Boolean(truth) => Ok(Some(truth)),
            Value::Null => Ok(None),
            _ => Err(Failure::new(node.at, "this is neither true nor false")),
        }
    }

    /// The time that a value means: a length of time counts from now, an integer in seconds from 1970.
    pub(super) fn time(&self, node: &Node) -> Result<i64, Failure> {
        let time = match self.value(node)? {
            Value::Time(nanos) => Some(nanos),
            Value::Integer(seconds) => seconds.checked_mul(time::SECOND),
            Value::Span(Span { months, nanos }) => {
                months_later(self.now, months).and_then(|time| time.checked_add(nanos))
            }
            _ => return Err(Failure::new(node.at, "a time, a duration or an integer should be here")),
        };
        time.ok_or_else(|| Failure::new(node.at, "the time is out of range"))
    }
}

/// A length of time such as `-1h30m`.
fn signed(text: &str) -> Option<Span> {
    match text.strip_prefix('-') {
        Some(text) => span(text)?.negated(),
        None => span(text),
    }
}

/// What a comparison says; `None` of values of different types. What is compared with null is neither equal nor
/// unequal to it.
fn compared(comparison: Comparison, left: &Value, right: &Value) -> Option<Value> {
    if *left == Value::Null || *right == Value::Null {
        return Some(Value::Null);
    }
    let are_numbers = number(left).is_some() && number(right).is_some();
    if !are_numbers && std::mem::discriminant(left) != std::mem::discriminant(right) {
        return None;
    }
    let order = compare(left, right);
    Some(Value::Boolean(match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }))
}
