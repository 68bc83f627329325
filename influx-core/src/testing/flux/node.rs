//! Scripts as trees, and what is wrong with them.

use crate::testing::time::SECOND;

/// A part of a script.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// The byte of the script at which it begins; none if it is no part of the text.
    pub(super) at: Option<usize>,
    pub(super) expr: Expr,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Value(Value),
    Name(String),
    List(Vec<Node>),
    Record(Args),
    /// `record.member` and `record["member"]`.
    Member(Box<Node>, String),
    /// `name(key: value, …)`.
    Call(Box<Node>, Args),
    /// `input |> call`.
    Pipe(Box<Node>, Box<Node>),
    /// `(parameter) => body`.
    Function(String, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    /// `… and …`
    All(Vec<Node>),
    /// `… or …`
    Any(Vec<Node>),
    Not(Box<Node>),
    Exists(Box<Node>),
    Minus(Box<Node>),
}

pub(super) type Args = Vec<(String, Node)>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value in a script or in a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Text(String),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    Boolean(bool),
    /// Nanoseconds since 1970.
    Time(i64),
    Span(Span),
}

/// A length of time; months have no fixed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    pub(super) months: i64,
    pub(super) nanos: i64,
}

impl Node {
    /// Whether it is the value of a field in a row: `r._value`.
    pub(super) fn is_field_value(&self) -> bool {
        matches!(&self.expr, Expr::Member(_, key) if key == "_value")
    }
}

impl Span {
    /// So many of a unit, in the words of Flux.
    pub(super) fn of(count: i64, unit: &str) -> Option<Self> {
        let (months, nanos) = match unit {
            "y" => (12, 0),
            "mo" => (1, 0),
            "w" => (0, 7 * 86_400 * SECOND),
            "d" => (0, 86_400 * SECOND),
            "h" => (0, 3_600 * SECOND),
            "m" => (0, 60 * SECOND),
            "s" => (0, SECOND),
            "ms" => (0, 1_000_000),
            "us" | "µs" => (0, 1_000),
            "ns" => (0, 1),
            _ => return None,
        };
        Some(Self { months: count.checked_mul(months)?, nanos: count.checked_mul(nanos)? })
    }

    pub(super) fn and(self, other: Self) -> Option<Self> {
        let (months, nanos) = (self.months.checked_add(other.months)?, self.nanos.checked_add(other.nanos)?);
        Some(Self { months, nanos })
    }

    pub(super) fn negated(self) -> Option<Self> {
        Some(Self { months: self.months.checked_neg()?, nanos: self.nanos.checked_neg()? })
    }
}

/// Why a script has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) at: Option<usize>,
    pub(super) what: String,
    /// Whether it is no fault of the script, but a bucket is missing.
    pub(super) is_missing: bool,
}

impl Failure {
    pub(super) fn new(at: Option<usize>, what: impl Into<String>) -> Self {
        Self { at, what: what.into(), is_missing: false }
    }

    /// The failure with its line and column in the script, both from 1.
    pub(super) fn located(&self, script: &str) -> String {
        let Some(before) = self.at.and_then(|at| script.get(..at)) else { return self.what.clone() };
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        format!("error @{line}:{column}: {}", self.what)
    }
}
