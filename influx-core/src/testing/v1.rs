//! `/query` of InfluxDB 1, as far as databases go: `CREATE DATABASE`, `DROP DATABASE` and `SHOW DATABASES`.

use serde_json::{Value, json};

use super::admin::Answer;
use super::answer::Outgoing;
use super::auth::Right;
use super::request::{Incoming, Target, pairs};
use super::state::{Config, State};
use super::version::Family;
use super::words::{Word, words};

/// What a statement does.
#[derive(Debug, PartialEq)]
enum Statement {
    Create(String),
    Drop(String),
    Show,
}

pub(super) fn query(config: &Config, state: &mut State, request: &Incoming, target: &Target) -> Answer {
    let bad = |message: &str| Outgoing::error(Family::V1, 400, "", message);
    let form = match request.header("content-type") {
        Some(kind) if kind.starts_with("application/x-www-form-urlencoded") => {
            pairs(&String::from_utf8_lossy(&request.body))
        }
        _ => Vec::new(),
    };
    let mut all = target.query.iter().chain(&form);
    let text = all.find(|(key, _)| key == "q").map(|(_, value)| value.as_str());
    let text = text.ok_or_else(|| bad("missing required parameter \"q\""))?;
    let statements = statements(text).map_err(|why| bad(&format!("error parsing query: {why}")))?;
    let reads = statements.iter().all(|statement| *statement == Statement::Show);
    state.doors.check(&config.version, request, target, if reads { Right::Read } else { Right::Manage })?;
    let results = statements.into_iter().enumerate().map(|(number, statement)| {
        let mut result = json!({ "statement_id": number });
        match statement {
            Statement::Create(name) => state.create_bucket(config, &name),
            Statement::Drop(name) => state.buckets.retain(|bucket| database(&bucket.name) != name),
            Statement::Show => result["series"] = databases(state),
        }
        result
    });
    Ok(Outgoing::json(200, &json!({ "results": results.collect::<Vec<_>>() })))
}

/// The database of a bucket that stands for one of its retention policies.
fn database(bucket: &str) -> &str {
    bucket.split('/').next().unwrap_or(bucket)
}

fn databases(state: &State) -> Value {
    let mut names: Vec<_> = state.buckets.iter().map(|bucket| database(&bucket.name)).collect();
    names.sort_unstable();
    names.dedup();
    let rows: Vec<_> = names.into_iter().map(|name| [name]).collect();
    json!([{ "name": "databases", "columns": ["name"], "values": rows }])
}

fn statements(text: &str) -> Result<Vec<Statement>, String> {
    let words = words(text).map_err(|at| format!("a quote is never closed, at line 1, char {}", at + 1))?;
    let ends = |(_, word): &(usize, Word)| matches!(word, Word::Symbol(symbol) if symbol == ";");
    let statements = words.split(ends).filter(|words| !words.is_empty());
    statements
        .map(|words| match words {
            [(_, verb), (_, what), (_, name)] if what.is("database") => match name.name() {
                Some(name) if verb.is("create") => Ok(Statement::Create(name.to_owned())),
                Some(name) if verb.is("drop") => Ok(Statement::Drop(name.to_owned())),
                _ => Err(unknown()),
            },
            [(_, verb), (_, what)] if verb.is("show") && what.is("databases") => Ok(Statement::Show),
            _ => Err(unknown()),
        })
        .collect()
}

fn unknown() -> String {
    "the embedded server knows only CREATE DATABASE, DROP DATABASE and SHOW DATABASES".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_read_in_any_case_and_others_refused() {
        let read = statements(r#"create database "a b;"; SHOW DATABASES;drop DATABASE c"#);
        let expected = [Statement::Create("a b;".into()), Statement::Show, Statement::Drop("c".into())];
        assert_eq!(read.as_deref(), Ok(expected.as_slice()));
        for text in
            ["SELECT 1", "CREATE DATABASE", "CREATE DATABASE a WITH NAME b", "SHOW", "CREATE DATABASE \"a"]
        {
            assert!(statements(text).is_err(), "{text}");
        }
    }
}
