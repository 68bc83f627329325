//! Values that come with a script but stand outside of it: parameters as JSON, and names as a syntax tree.

use serde_json::Value as Json;

use super::node::{Args, Expr, Node, Span, Value};
use crate::testing::time;

/// The record `params` of a request's parameters.
pub(super) fn params(params: &serde_json::Map<String, Json>) -> Result<(String, Node), String> {
    let members = params.iter().map(|(name, value)| {
        let value = match value {
            Json::String(text) => Value::Text(text.clone()),
            Json::Bool(truth) => Value::Boolean(*truth),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => Value::Integer(number),
                (None, Some(number)) => Value::Float(number),
                (None, None) => return Err(format!("parameter {name:?} is out of range")),
            },
            _ => return Err(format!("parameter {name:?} is no string, number or boolean")),
        };
        Ok((name.clone(), outside(Expr::Value(value))))
    });
    Ok(("params".to_owned(), outside(Expr::Record(members.collect::<Result<_, _>>()?))))
}

/// The names that the syntax tree of a file defines.
pub(super) fn names(file: &Json) -> Result<Args, String> {
    let statements = file["body"].as_array().into_iter().flatten();
    let definition = |statement: &Json| {
        let assignment = match kind(statement) {
            "OptionStatement" => &statement["assignment"],
            "VariableAssignment" => statement,
            other => return Err(format!("extern: the embedded server does not know a statement {other:?}")),
        };
        Ok((name(&assignment["id"])?, expression(&assignment["init"], 0)?))
    };
    statements.map(definition).collect()
}

fn outside(expr: Expr) -> Node {
    Node { at: None, expr }
}

fn kind(node: &Json) -> &str {
    node["type"].as_str().unwrap_or_default()
}

fn name(node: &Json) -> Result<String, String> {
    let name = node["name"].as_str().or(node["value"].as_str());
    name.map(str::to_owned).ok_or_else(|| "extern: a name is missing".to_owned())
}

fn expression(node: &Json, depth: usize) -> Result<Node, String> {
    const DEEPEST: usize = 32; // `serde_json` reads up to 128
    if depth == DEEPEST {
        return Err("extern: the tree is nested too deeply".to_owned());
    }
    let value = &node["value"];
    let text = value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
    let invalid = || format!("extern: invalid {} {text}", kind(node));
    let inner = |node| expression(node, depth + 1);
    let list = |key: &str| node[key].as_array().into_iter().flatten();
    Ok(outside(match kind(node) {
        "StringLiteral" => Expr::Value(Value::Text(value.as_str().ok_or_else(invalid)?.to_owned())),
        "BooleanLiteral" => Expr::Value(Value::Boolean(value.as_bool().ok_or_else(invalid)?)),
        "IntegerLiteral" => Expr::Value(Value::Integer(text.parse().map_err(|_| invalid())?)),
        "FloatLiteral" => Expr::Value(Value::Float(text.parse().map_err(|_| invalid())?)),
        "DateTimeLiteral" => Expr::Value(Value::Time(time::parse(&text).ok_or_else(invalid)?)),
        "DurationLiteral" => {
            let mut span = Span::default();
            for part in list("values") {
                let count = part["magnitude"].as_i64().ok_or_else(invalid)?;
                let part = Span::of(count, part["unit"].as_str().unwrap_or_default()).ok_or_else(invalid)?;
                span = span.and(part).ok_or_else(invalid)?;
            }
            Expr::Value(Value::Span(span))
        }
        "Identifier" => Expr::Name(name(node)?),
        "UnaryExpression" if node["operator"] == "-" => Expr::Minus(inner(&node["argument"])?.into()),
        "ArrayExpression" => Expr::List(list("elements").map(inner).collect::<Result<_, _>>()?),
        "ObjectExpression" => {
            let members =
                list("properties").map(|member| Ok((name(&member["key"])?, inner(&member["value"])?)));
            Expr::Record(members.collect::<Result<_, String>>()?)
        }
        "MemberExpression" => Expr::Member(inner(&node["object"])?.into(), name(&node["property"])?),
        "CallExpression" => {
            let args =
                list("arguments").flat_map(|record| record["properties"].as_array().into_iter().flatten());
            let args = args.map(|member| Ok((name(&member["key"])?, inner(&member["value"])?)));
            Expr::Call(inner(&node["callee"])?.into(), args.collect::<Result<_, String>>()?)
        }
        other => return Err(format!("extern: the embedded server does not know {other:?}")),
    }))
}
