//! Guesses which lines a server refuses for the type of a field: it names the first conflict, and counts the lines.

use super::super::Part;
use crate::line::read::{self, Value};

/// What a server says of a field that has another type already.
#[derive(Debug, PartialEq, Eq)]
struct Conflict<'a> {
    field: &'a str,
    measurement: &'a str,
    kind: &'a str,
}

/// The lines that have the field of which a message speaks, with the type that it has there. Whether these are all that
/// are refused, and each of them is, it does not say: types are those of a shard, and it names one conflict of many.
pub(super) fn lines_of(message: &str, part: &Part) -> Vec<usize> {
    let Some(conflict) = Conflict::in_message(message) else { return Vec::new() };
    let conflicts = |index: &usize| {
        let parsed = part.line(*index).and_then(|line| read::parse(line).ok());
        parsed.is_some_and(|line| {
            line.measurement == conflict.measurement
                && line
                    .fields
                    .iter()
                    .any(|(key, value)| *key == conflict.field && kind(value) == conflict.kind)
        })
    };
    (0..part.lines()).filter(conflicts).collect()
}

impl<'a> Conflict<'a> {
    fn in_message(message: &'a str) -> Option<Self> {
        let (_, rest) = message.split_once("field type conflict: input field \"")?;
        let (field, rest) = rest.split_once("\" on measurement \"")?;
        let (measurement, rest) = rest.rsplit_once("\" is type ")?;
        let (kind, _) = rest.split_once(", already exists as type ")?;
        Some(Self { field, measurement, kind })
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
        let text = "m v=1 1\nm v=1i 2\nn v=1i 3\nm w=1,v=2i 4\nm w=1i 5\n\"a\\ b\" k=\"s\" 6\n";
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
        assert_eq!(lines_of("points beyond retention policy dropped=2", &part(text)), [0_usize; 0]);
    }
}
