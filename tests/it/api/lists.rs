//! Lists: page by page, whatever the server makes of that.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;

use futures_core::Stream as _;
use influx_core::ErrorKind;
use influx_core::api::{Bucket, BucketFilter, RunFilter, TaskFilter, UserFilter};
use serde_json::{Value, json};

use super::scripted::Scripted;

fn query(line: &str) -> HashMap<String, String> {
    let query = line.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect()
}

/// So many items, of which a page begins where the query says.
fn server(key: &'static str, count: usize, links: bool) -> Scripted {
    Scripted::new(move |line| {
        let query = query(line);
        let number = |key: &str| query.get(key).map(|text| text.parse::<usize>().unwrap());
        let first = number("after").map_or(0, |after| after + 1) + number("offset").unwrap_or(0);
        let limit = number("limit").unwrap_or(20);
        let items: Vec<_> =
            (first..count).take(limit).map(|id| json!({"id": id.to_string(), "name": "n"})).collect();
        let mut body = json!({ key: items });
        if links && first + limit < count {
            body["links"] = json!({"next": "/elsewhere"});
        }
        (200, body.to_string())
    })
}

#[tokio::test]
async fn pages_follow_each_other_with_links_and_without() {
    for links in [true, false] {
        for (count, requests) in [(0, 1), (7, 1), (100, 2), (250, 3)] {
            let buckets = server("buckets", count, links);
            let found = buckets.client().buckets().list_all(BucketFilter::new()).collect().await.unwrap();
            assert_eq!((found.len(), buckets.lines().len()), (count, requests), "{links}");
            let users = server("users", count, links);
            let found = users.client().users().list_all(UserFilter::new()).collect().await.unwrap();
            assert_eq!((found.len(), users.lines().len()), (count, requests), "{links}");
        }
    }
}

#[tokio::test]
async fn pages_are_asked_for_as_each_resource_wants_it() {
    let buckets = server("buckets", 3, false);
    let filter = BucketFilter::new().name("b").limit(2).after("0");
    let found = buckets.client().buckets().list_all(filter).collect().await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(
        buckets.lines(),
        [
            "GET /api/v2/buckets?name=b&org=my-org&limit=2&after=0",
            "GET /api/v2/buckets?name=b&org=my-org&limit=2&after=2"
        ]
    );
    let users = server("users", 3, true);
    let found =
        users.client().users().list_all(UserFilter::new().limit(1).offset(1)).collect().await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(
        users.lines(),
        [
            "GET /api/v2/users?limit=1&offset=1",
            "GET /api/v2/users?limit=1&offset=2",
            "GET /api/v2/users?limit=1&offset=3"
        ]
    );
    let tasks = server("tasks", 1, false);
    tasks.client().tasks().list_all(TaskFilter::new()).collect().await.unwrap();
    assert_eq!(tasks.lines(), ["GET /api/v2/tasks?org=my-org&limit=500"]);
    let runs = server("runs", 3, false);
    let found = runs.client().tasks().all_runs("t", RunFilter::new().limit(2)).collect().await.unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(
        runs.lines(),
        ["GET /api/v2/tasks/t/runs?limit=2", "GET /api/v2/tasks/t/runs?limit=2&after=1"]
    );
}

/// Runs as InfluxDB lists them: the latest first, `after` are those still later, and the one under way is on every page.
#[tokio::test]
async fn runs_are_listed_back_to_the_first() {
    // the seconds that they are for; some share one
    const SECONDS: [u32; 9] = [8, 7, 7, 7, 4, 3, 2, 2, 1];
    for limit in [2, 3, 4, 500] {
        let server = Scripted::new(|line| {
            let query = query(line);
            assert!(!query.contains_key("after"), "{line}");
            let before = query.get("beforeTime").map_or(60, |time| {
                let time = time.replace("%3A", ":");
                time.strip_prefix("2024-01-01T00:00:").unwrap().trim_end_matches('Z').parse().unwrap()
            });
            let limit = query["limit"].parse().unwrap();
            let time = |second| format!("2024-01-01T00:00:0{second}Z");
            let under_way = json!({"id": "x", "scheduledFor": time(9), "status": "started"});
            let ended = SECONDS.iter().enumerate().filter(|(_, second)| **second < before);
            let ended = ended.map(|(id, second)| {
                json!({"id": id.to_string(), "scheduledFor": time(*second), "finishedAt": time(9)})
            });
            let runs: Vec<_> = std::iter::once(under_way).chain(ended).take(limit).collect();
            (200, json!({ "runs": runs }).to_string())
        });
        let all =
            server.client().tasks().all_runs("t", RunFilter::new().limit(limit)).collect().await.unwrap();
        let ids: Vec<_> = all.iter().map(|run| run.id.as_str()).collect();
        assert_eq!(ids, ["x", "0", "1", "2", "3", "4", "5", "6", "7", "8"], "{limit}: {:?}", server.lines());
    }
}

#[tokio::test]
async fn a_page_is_asked_for_when_the_last_is_used_up() {
    let buckets = server("buckets", 4, false);
    let mut all = buckets.client().buckets().list_all(BucketFilter::new().limit(2));
    assert!(buckets.lines().is_empty());
    for (item, requests) in [("0", 1), ("1", 1), ("2", 2), ("3", 2)] {
        assert_eq!(all.next().await.unwrap().unwrap().id.as_str(), item);
        assert_eq!(buckets.lines().len(), requests);
    }
    assert!(all.next().await.unwrap().is_none());
    assert!(all.next().await.unwrap().is_none());
    assert_eq!(buckets.lines().len(), 3);
}

#[tokio::test]
async fn a_server_without_pages_ends_the_list() {
    let items = |ids: std::ops::Range<u32>| -> Vec<Value> {
        ids.map(|id| json!({"id": id.to_string(), "name": "n"})).collect()
    };
    // the whole list each time, more than was asked for; and with a link that leads to the same
    for (count, links) in [(150, json!({})), (100, json!({})), (3, json!({"next": "/api/v2/users?offset=0"}))]
    {
        let body = json!({"users": items(0..count), "links": links}).to_string();
        let users = Scripted::always(200, body);
        let found = users.client().users().list_all(UserFilter::new()).collect().await.unwrap();
        assert_eq!((found.len() as u32, users.lines().len()), (count, 2));
    }
    // an empty page that claims to have a next one
    let users = Scripted::always(200, json!({"users": [], "links": {"next": "/x"}}));
    assert!(users.client().users().list_all(UserFilter::new()).collect().await.unwrap().is_empty());
    assert_eq!(users.lines().len(), 1);
}

#[tokio::test]
async fn an_item_that_moves_into_the_next_page_comes_once() {
    let users = Scripted::new(|line| {
        let ids = if line.contains("offset") { vec!["b", "c"] } else { vec!["a", "b"] };
        let users: Vec<_> = ids.iter().map(|id| json!({"id": id, "name": id})).collect();
        let next = if line.contains("offset=4") { "" } else { "/next" };
        (200, json!({"users": users, "links": {"next": next}}).to_string())
    });
    let all = users.client().users().list_all(UserFilter::new().limit(2)).collect().await.unwrap();
    assert_eq!(all.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
}

/// InfluxDB 2 adds these to a page that is not full and has none of them, be they on the page before.
#[tokio::test]
async fn a_bucket_that_stands_in_for_another_comes_only_if_there_is_one_page() {
    let bucket = |id: &str, name: &str| json!({"id": id, "name": name});
    let added = [bucket("000000000000000a", "_tasks"), bucket("000000000000000b", "_monitoring")];
    let (first, alone) = (vec![bucket("1", "_monitoring"), bucket("2", "_tasks")], vec![bucket("3", "a")]);
    let page = [&alone[..], &added].concat();
    let pages = [first, page.clone()];
    let several = Scripted::new(move |line| {
        (200, json!({"buckets": pages[usize::from(line.contains("after=2"))]}).to_string())
    });
    let all = several.client().buckets().list_all(BucketFilter::new().limit(2)).collect().await.unwrap();
    let names = |all: &[Bucket]| all.iter().map(|bucket| bucket.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(&all), several.lines().len()),
        (["_monitoring", "_tasks", "a"].map(str::to_owned).into(), 2)
    );

    let one = Scripted::always(200, json!({ "buckets": page }));
    let all = one.client().buckets().list_all(BucketFilter::new()).collect().await.unwrap();
    assert_eq!(names(&all), ["a", "_tasks", "_monitoring"]);
}

#[tokio::test]
async fn a_list_is_a_stream_that_ends_with_its_first_error() {
    let users = Scripted::new(|line| match line.contains("offset") {
        false => (200, json!({"users": [{"id": "1", "name": "a"}], "links": {"next": "x"}}).to_string()),
        true => (503, String::new()),
    });
    let mut all = pin!(users.client().users().list_all(UserFilter::new()));
    let mut next = async || poll_fn(|context| all.as_mut().poll_next(context)).await;
    assert_eq!(next().await.unwrap().unwrap().name, "a");
    assert_eq!(next().await.unwrap().unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(next().await.is_none());
    let mut refused = users.client().users().list_all(UserFilter::new().limit(0));
    assert_eq!(refused.next().await.unwrap_err().kind(), ErrorKind::Config);
    assert!(refused.next().await.unwrap().is_none());
}

#[test]
fn a_list_is_an_iterator_without_a_runtime() {
    let users = server("users", 5, true);
    let all = users.client().users().list_all(UserFilter::new().limit(2)).blocking();
    assert_eq!(all.collect::<Result<Vec<_>, _>>().unwrap().len(), 5);
    assert_eq!(users.client().users().list(UserFilter::new()).wait().unwrap().len(), 5);
}

#[tokio::test]
async fn names_are_found_exactly() {
    let body = json!({"buckets": [{"id": "1", "name": "b2"}, {"id": "2", "name": "b"}]});
    let buckets = Scripted::always(200, body);
    let found = buckets.client().buckets().find("b").await.unwrap();
    assert_eq!(found.unwrap().id.as_str(), "2");
    assert_eq!(buckets.lines(), ["GET /api/v2/buckets?name=b&org=my-org"]);
    assert!(buckets.client().buckets().all_orgs().find("B").await.unwrap().is_none());
    assert_eq!(buckets.lines()[1], "GET /api/v2/buckets?name=B");

    let none = Scripted::always(404, r#"{"code":"not found","message":"user not found"}"#);
    assert!(none.client().users().find("u").await.unwrap().is_none());
    // another organisation may have it
    let message = r#"{"code":"not found","message":"organization name \"my-org\" not found"}"#;
    let none = Scripted::always(404, message);
    assert_eq!(none.client().buckets().find("b").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert!(none.client().organizations().find("my-org").await.unwrap().is_none());
    // no such path is no such server
    let other = Scripted::always(404, "404 page not found");
    assert_eq!(other.client().users().find("u").await.unwrap_err().kind(), ErrorKind::NotFound);
}
