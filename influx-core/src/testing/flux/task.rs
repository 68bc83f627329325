//! The options of a task, which stand in its script: `option task = {name: "…", every: 1h}`.

use std::ops::Range;

use super::node::{Expr, Value};
use super::parse::{Member, Task, task};

/// The options of a task by their names.
#[derive(Debug)]
pub(in crate::testing) struct TaskOptions {
    /// In their order; `every` and `offset` as they stand in the script.
    options: Vec<(String, String)>,
    /// Where they stand.
    place: Range<usize>,
}

impl TaskOptions {
    /// Reads the options of a script; `Err` says why it is none of a task.
    pub(in crate::testing) fn read(script: &str) -> Result<Self, String> {
        let task = task(script).map_err(|failure| failure.located(script))?;
        let Task { members, place } = task.ok_or("missing option task")?;
        let options = members.iter().map(|member| option(script, member)).collect::<Result<_, _>>()?;
        let options = Self { options, place };
        match (options.get("name"), options.get("every"), options.get("cron")) {
            (None | Some(""), _, _) => Err("missing name in task options".to_owned()),
            (_, None, None) => Err("missing required option: cron or every is required".to_owned()),
            (_, Some(_), Some(_)) => Err("cannot use both cron and every in task options".to_owned()),
            _ => Ok(options),
        }
    }

    pub(in crate::testing) fn get(&self, key: &str) -> Option<&str> {
        self.options.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Sets an option; `every` takes the place of `cron`, and `cron` of `every`.
    pub(in crate::testing) fn set(&mut self, key: &str, value: &str) {
        let key = key.to_owned();
        let gone = match key.as_str() {
            "every" => "cron",
            "cron" => "every",
            same => same,
        };
        match self.options.iter_mut().find(|(name, _)| *name == key || name == gone) {
            Some(option) => *option = (key, value.to_owned()),
            None => self.options.push((key, value.to_owned())),
        }
    }

    /// The script with these options in the place of its own.
    pub(in crate::testing) fn written_into(&self, script: &str) -> String {
        let options = self.options.iter().map(|(key, value)| match key.as_str() {
            "name" | "cron" => format!("{key}: {value:?}"),
            _ => format!("{key}: {value}"),
        });
        let options = options.collect::<Vec<_>>().join(", ");
        let (before, after) = (&script[..self.place.start], &script[self.place.end..]);
        format!("{before}{{{options}}}{after}")
    }
}

fn option(script: &str, member: &Member) -> Result<(String, String), String> {
    let value = match (member.name.as_str(), &member.value.expr) {
        ("name" | "cron", Expr::Value(Value::Text(text))) => text.clone(),
        ("every", Expr::Value(Value::Span(_))) => script[member.place.clone()].to_owned(),
        ("offset", Expr::Value(Value::Span(_)) | Expr::Minus(_)) => script[member.place.clone()].to_owned(),
        ("concurrency" | "retry", Expr::Value(Value::Integer(number))) => number.to_string(),
        ("name" | "cron" | "every" | "offset" | "concurrency" | "retry", _) => {
            return Err(format!("invalid value of the task option {}", member.name));
        }
        (other, _) => return Err(format!("unknown task option {other}")),
    };
    Ok((member.name.clone(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_changed_in_their_place() {
        let script = "// hourly\noption task = {name: \"a \\\"b\\\"\", every: 1h30m, offset: -5m}\n\nfrom(bucket: /x/)";
        let mut options = TaskOptions::read(script).unwrap();
        assert_eq!(
            ["name", "every", "cron", "offset"].map(|key| options.get(key)),
            [Some("a \"b\""), Some("1h30m"), None, Some("-5m")]
        );
        options.set("cron", "0 * * * *");
        options.set("name", "c");
        let changed = options.written_into(script);
        let expected = "option task = {name: \"c\", cron: \"0 * * * *\", offset: -5m}\n\nfrom(bucket: /x/)";
        assert_eq!(changed.strip_prefix("// hourly\n"), Some(expected));
    }

    #[test]
    fn scripts_of_no_task_are_refused() {
        for (script, why) in [
            ("from(bucket: \"b\")", "missing option task"),
            ("option task = {every: 1h}", "missing name in task options"),
            ("option task = {name: \"a\"}", "missing required option: cron or every is required"),
            (
                "option task = {name: \"a\", every: 1h, cron: \"@daily\"}",
                "cannot use both cron and every in task options",
            ),
            ("option task = {name: 1, every: 1h}", "invalid value of the task option name"),
            ("option task = {name: \"a\", every: 1h, color: 1}", "unknown task option color"),
            ("option task = {name: \"a\"", "error @1:25: unexpected end, where } should be"),
        ] {
            assert_eq!(TaskOptions::read(script).unwrap_err(), why, "{script}");
        }
    }
}
