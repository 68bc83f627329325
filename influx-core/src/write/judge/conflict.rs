//! Guesses which lines a server refuses for the type of a field: it names the first conflict, and counts the lines.

use std::collections::HashSet;

use super::super::Part;
use crate::line::read::{self, ParsedLine, Value};

/// What a server says of a field that has another type already.
#[derive(Debug, PartialEq, Eq)]
struct Conflict<'a> {
    field: &'a str,
    measurement: &'a str,
    kind: &'a str,
}

/// The lines that have the field of which a message speaks, with the type that it has there. Whether these are all that
/// are refused, and each of them is, it does not say: types are those of a shard, and it names one conflict of many.
///
/// Lines of the same point come along, as the last of them counts: they must not be sent in another order.
pub(super) fn lines_of(message: &str, part: &Part) -> Vec<usize> {
    let Some(conflict) = Conflict::in_message(message) else { return Vec::new() };
    let lines: Vec<_> =
        (0..part.lines()).map(|index| part.line(index).and_then(|line| read::parse(line).ok())).collect();
    let points: HashSet<_> =
        lines.iter().flatten().filter(|line| conflict.is_in(line)).map(point_of).collect();
    if points.is_empty() {
        return Vec::new();
    }
    // what cannot be read may be of any point
    let comes =
        |line: &Option<ParsedLine<'_>>| line.as_ref().is_none_or(|line| points.contains(&point_of(line)));
    (0..).zip(&lines).filter(|(_, line)| comes(line)).map(|(index, _)| index).collect()
}

/// What two lines of one point have in common.
fn point_of<'l>(line: &'l ParsedLine<'_>) -> (&'l str, Vec<(&'l str, &'l str)>, Option<i64>) {
    let mut tags: Vec<_> = line.tags.iter().map(|(key, value)| (&**key, &**value)).collect();
    tags.sort_unstable();
    (&line.measurement, tags, line.timestamp)
}

impl<'a> Conflict<'a> {
    fn in_message(message: &'a str) -> Option<Self> {
        let (_, rest) = message.split_once("field type conflict: input field \"")?;
        let (field, rest) = rest.split_once("\" on measurement \"")?;
        let (measurement, rest) = rest.rsplit_once("\" is type ")?;
        let (kind, _) = rest.split_once(", already exists as type ")?;
        Some(Self { field, measurement, kind })
    }

    fn is_in(&self, line: &ParsedLine<'_>) -> bool {
        let mut fields = line.fields.iter();
        line.measurement == self.measurement
            && fields.any(|(key, value)| *key == self.field && kind(value) == self.kind)
    }
}

/// A type by the servers' name for it.
fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::Float(_) => "float",
        Value::Integer(_) => "integer",
        Value::Unsigned(_) => "unsigned",
        Value::Boolean(_) => "boolean",
        Value::String(_) => "string",
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::batch::tests::part;
    use super::*;

    #[test]
    fn lines_with_the_field_of_that_type_are_meant() {
        let text = "m v=1 1\nm v=1i 2\nn v=1i 3\nm w=1,v=2i 4\nm w=1i 5\n\"a\\ b\" k=\"s\" 6\n\
                    o,a=1,b=2 w=1 8\no,a=1 w=1 7\no,a=1,b=2 w=1 7\no,a=1,b=2 w=1 9\no,b=2,a=1 w=2,v=1i 7\n";
        let lines = |field: &str, measurement: &str, kind: &str| {
            let message = format!(
                "partial write: field type conflict: input field \"{field}\" on measurement \"{measurement}\" is type \
                 {kind}, already exists as type boolean dropped=2"
            );
            lines_of(&message, &part(text))
        };
        assert_eq!(lines("v", "m", "integer"), [1, 3]);
        assert_eq!(lines("v", "m", "float"), [0]);
        assert_eq!(lines("k", "\"a b\"", "string"), [5]);
        assert_eq!(lines("x", "m", "float"), [0_usize; 0]);
        assert_eq!(lines("v", "o", "integer"), [8, 10], "of the same point, in their order");
        assert_eq!(lines_of("points beyond retention policy dropped=2", &part(text)), [0_usize; 0]);
    }
}
