//! Lists of resources, page by page.

use serde_json::{Map, Value, json};

use crate::percent::percent_encode;
use crate::testing::answer::Outgoing;

use super::table::text;
use super::{Answer, Call};

/// How many items a list has at first, and at most.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) usual: usize,
    pub(super) most: usize,
}

/// Those of most resources.
pub(super) const SIZES: Sizes = Sizes { usual: 20, most: 100 };

/// Answers with the page that the query asks for by `limit`, `offset`, `after` and `descending`, with links to those
/// around it.
pub(super) fn list(call: &Call<'_>, key: &str, mut items: Vec<Value>, sizes: Sizes) -> Answer {
    if call.query("descending") == Some("true") {
        items.reverse();
    }
    if let Some(after) = call.query("after") {
        match items.iter().position(|item| text(item, "id") == after) {
            Some(at) => drop(items.drain(..=at)),
            None => items.clear(),
        }
    }
    cut(call, key, items, sizes)
}

/// Answers with the page that the query asks for by `limit` and `offset`.
pub(super) fn cut(call: &Call<'_>, key: &str, items: Vec<Value>, sizes: Sizes) -> Answer {
    let limit = match number(call, "limit")? {
        None => sizes.usual,
        Some(limit) if (1..=sizes.most).contains(&limit) => limit,
        Some(_) => {
            return Err(Outgoing::invalid(&format!("limit must be between 1 and {}", sizes.most)));
        }
    };
    let offset = number(call, "offset")?.unwrap_or(0);
    let has_more = items.len() > offset.saturating_add(limit);
    let items: Vec<_> = items.into_iter().skip(offset).take(limit).collect();
    let mut links = json!({ "self": link(call, limit, offset) });
    if has_more {
        links["next"] = link(call, limit, offset + limit).into();
    }
    if offset > 0 {
        links["prev"] = link(call, limit, offset.saturating_sub(limit)).into();
    }
    Ok(answer(key, items, links))
}

/// Answers with all items of a list that has no pages.
pub(super) fn whole(call: &Call<'_>, key: &str, items: Vec<Value>) -> Answer {
    Ok(answer(key, items, json!({ "self": call.target.path })))
}

fn answer(key: &str, items: Vec<Value>, links: Value) -> Outgoing {
    let body = Map::from_iter([("links".to_owned(), links), (key.to_owned(), items.into())]);
    Outgoing::json(200, &body.into())
}

fn number(call: &Call<'_>, key: &str) -> Result<Option<usize>, Outgoing> {
    let number = call.query(key).map(str::parse).transpose();
    number.map_err(|_| Outgoing::invalid(&format!("{key} is invalid")))
}

/// The path of a page: that of the request, with another offset.
fn link(call: &Call<'_>, limit: usize, offset: usize) -> String {
    let mut link = format!("{}?limit={limit}&offset={offset}", call.target.path);
    for (key, value) in &call.target.query {
        if !["limit", "offset"].contains(&key.as_str()) {
            link.push('&');
            percent_encode(key, &mut link);
            link.push('=');
            percent_encode(value, &mut link);
        }
    }
    link
}
