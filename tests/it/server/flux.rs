//! Queries: what Flux is known, and the annotated CSV of the answer, byte by byte.

mod dialect;
mod outside;

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::raw;

/// Two series of `m` with a field of each type, and one of `n`.
fn server() -> TestServer {
    let server = TestServer::builder().org("o").bucket("b").start().unwrap();
    let text = "m,host=a f=1.5,i=-1i 1000000000\nm,host=a f=2,i=2i 2000000000\nm,host=b f=3 1000000000\n\
                n s=\"a,b\",t=t,u=1u 1500000000";
    assert_eq!(raw::ask(&server, &raw::post("org=o&bucket=b", "", text.as_bytes())).0, 204);
    server
}

/// The status and the text of the answer to a script.
fn query(server: &TestServer, script: &str) -> (u16, String) {
    ask(server, &json!({ "query": script }))
}

fn ask(server: &TestServer, body: &Value) -> (u16, String) {
    let request = raw::request(
        "/api/v2/query?org=o",
        "Content-Type: application/json\r\n",
        body.to_string().as_bytes(),
    );
    let (status, _, text) = raw::ask(server, &request);
    (status, text)
}

/// The rows of the answer, of all tables, by what they have in the columns of `labels`, joined by spaces.
fn rows(server: &TestServer, script: &str, labels: &[&str]) -> Vec<String> {
    let (status, text) = query(server, script);
    assert_eq!(status, 200, "{script}: {text}");
    let (mut header, mut rows) = (None, Vec::new());
    for line in text.split("\r\n") {
        let cells: Vec<_> = line.split(',').collect();
        match &header {
            _ if line.is_empty() => header = None,
            None => header = Some(cells),
            Some(header) => {
                let at =
                    |label: &&str| header.iter().position(|other| other == label).map_or("-", |at| cells[at]);
                rows.push(labels.iter().map(at).collect::<Vec<_>>().join(" "));
            }
        }
    }
    rows
}

/// A script that reads all of the bucket.
fn all(rest: &str) -> String {
    format!("from(bucket: \"b\") |> range(start: 0, stop: 10) {rest}")
}

#[test]
fn stored_points_come_as_a_table_for_each_series_and_field() {
    let (status, head, text) = raw::ask(
        &server(),
        &raw::request("/api/v2/query?org=o", "Content-Type: application/vnd.flux\r\n", all("").as_bytes()),
    );
    assert_eq!(status, 200);
    assert!(head.contains("Content-Type: text/csv; charset=utf-8"), "{head}");
    let head = ",result,table,_start,_stop,_time,_value,_field,_measurement";
    let range = "1970-01-01T00:00:00Z,1970-01-01T00:00:10Z";
    let expected = [
        format!("{head},host"),
        format!(",_result,0,{range},1970-01-01T00:00:01Z,1.5,f,m,a"),
        format!(",_result,0,{range},1970-01-01T00:00:02Z,2,f,m,a"),
        String::new(),
        format!("{head},host"),
        format!(",_result,1,{range},1970-01-01T00:00:01Z,-1,i,m,a"),
        format!(",_result,1,{range},1970-01-01T00:00:02Z,2,i,m,a"),
        String::new(),
        format!("{head},host"),
        format!(",_result,2,{range},1970-01-01T00:00:01Z,3,f,m,b"),
        String::new(),
        head.to_owned(),
        format!(",_result,3,{range},1970-01-01T00:00:01.5Z,\"a,b\",s,n"),
        String::new(),
        head.to_owned(),
        format!(",_result,4,{range},1970-01-01T00:00:01.5Z,true,t,n"),
        String::new(),
        head.to_owned(),
        format!(",_result,5,{range},1970-01-01T00:00:01.5Z,1,u,n"),
        String::new(),
        String::new(),
    ];
    assert_eq!(text, expected.join("\r\n"));
}

#[test]
fn filters_leave_what_they_hold_for() {
    let server = server();
    for (test, left) in [
        ("r._measurement == \"m\" and r._field == \"f\" and r.host == \"a\"", &["m f 1.5 a", "m f 2 a"][..]),
        ("r._field == \"f\" and (r.host == \"b\" or r[\"_value\"] > 1.5)", &["m f 2 a", "m f 3 b"]),
        ("r._field == \"f\" and r.host != \"a\"", &["m f 3 b"]),
        ("r.host != \"a\"", &["m f 3 b"]), // n has no host: null is neither equal nor unequal
        ("not exists r.host and r._field == \"u\"", &["n u 1 -"]),
        ("r._field == \"t\" and r._value == true", &["n t true -"]),
        ("r._value == \"none\" or r._value == -1", &["m i -1 a"]), // each field has a type of its own
        ("r._time >= 1970-01-01T00:00:02Z and r._field == \"i\"", &["m i 2 a"]),
        ("r._measurement == \"none\"", &[]),
    ] {
        let script = all(&format!("|> filter(fn: (r) => {test})"));
        assert_eq!(rows(&server, &script, &["_measurement", "_field", "_value", "host"]), left, "{test}");
    }
    let (_, text) = query(&server, &all("|> filter(fn: (r) => r._measurement == \"none\")"));
    assert_eq!(text, "\r\n", "no table");
    let two = all("|> filter(fn: (row) => row._field == \"i\") |> filter(fn: (r) => r._value == 2)");
    assert_eq!(rows(&server, &two, &["_value"]), ["2"]);
}

#[test]
fn large_numbers_are_compared_exactly() {
    let server = server();
    let line = b"n u=9007199254740993u 1500000000"; // 2^53 + 1, which is no double
    assert_eq!(raw::ask(&server, &raw::post("org=o&bucket=b", "", line)).0, 204);
    for (number, left) in [(9_007_199_254_740_992_u64, 0), (9_007_199_254_740_993, 1)] {
        let script = all(&format!("|> filter(fn: (r) => r._field == \"u\" and r._value == {number})"));
        assert_eq!(rows(&server, &script, &["_value"]).len(), left, "{number}");
    }
}

#[test]
fn ranges_begin_with_their_start_and_end_before_their_stop() {
    let server = server();
    for (range, count) in [
        ("start: 1, stop: 2", 1),
        ("start: 1970-01-01T00:00:01Z, stop: 1970-01-01T00:00:02.000000001Z", 2),
        ("start: time(v: \"1970-01-01T00:00:02Z\"), stop: now()", 1),
        ("start: time(v: 2000000000), stop: 10", 1),
        ("start: 0", 2),
        ("start: 1970-01-01", 2),
        ("start: -200y", 2),
        ("start: duration(v: \"-200y\"), stop: -1d", 2),
        ("start: -1h", 0),
        ("start: -1h30m, stop: 1mo", 0),
        ("stop: 2, start: 0", 1),
    ] {
        let script = format!(
            "from(bucket: \"b\") |> range({range}) |> filter(fn: (r) => r.host == \"a\" and r._field == \"f\")"
        );
        assert_eq!(rows(&server, &script, &["_time"]).len(), count, "{range}");
    }
}

#[test]
fn fields_become_columns() {
    let pivot = "|> pivot(rowKey: [\"_time\"], columnKey: [\"_field\"], valueColumn: \"_value\")";
    let (status, text) =
        query(&server(), &all(&format!("{pivot} |> drop(columns: [\"_start\", \"_stop\"])")));
    assert_eq!(status, 200);
    let expected = ",result,table,_time,_measurement,host,f,i\r\n\
        ,_result,0,1970-01-01T00:00:01Z,m,a,1.5,-1\r\n,_result,0,1970-01-01T00:00:02Z,m,a,2,2\r\n\r\n\
        ,result,table,_time,_measurement,host,f\r\n,_result,1,1970-01-01T00:00:01Z,m,b,3\r\n\r\n\
        ,result,table,_time,_measurement,s,t,u\r\n,_result,2,1970-01-01T00:00:01.5Z,n,\"a,b\",true,1\r\n\r\n";
    assert_eq!(text, expected);
}

#[test]
fn tables_are_cut_sorted_merged_and_named() {
    let server = server();
    let f = |rest: &str| all(&format!("|> filter(fn: (r) => r._field == \"f\") {rest}"));
    for (rest, left) in [
        ("|> limit(n: 1)", &["1.5 a 0", "3 b 1"][..]),
        ("|> sort(desc: true, columns: [\"_time\"])", &["2 a 0", "1.5 a 0", "3 b 1"]),
        ("|> drop(columns: [\"host\"])", &["1.5 - 0", "2 - 0", "3 - 0"]),
        ("|> keep(columns: [\"_value\", \"host\"])", &["1.5 a 0", "2 a 0", "3 b 1"]),
        ("|> yield(name: \"x\")", &["1.5 a 0", "2 a 0", "3 b 1"]),
    ] {
        assert_eq!(rows(&server, &f(rest), &["_value", "host", "table"]), left, "{rest}");
    }
    let two = format!("d = {}\nd |> limit(n: 1) |> yield(name: \"x\")\nd |> yield(name: \"y\")", f(""));
    assert_eq!(rows(&server, &two, &["result", "_value"]), ["x 1.5", "x 3", "y 1.5", "y 2", "y 3"]);
    assert_eq!(rows(&server, "buckets()", &["name", "retentionPeriod"]), ["b 0"]);
}

#[test]
fn what_is_not_known_is_refused_with_its_place() {
    let server = server();
    for (script, message) in [
        (all("|> mean()"), "error @1:51: the embedded server does not know the function mean"),
        (
            all("\n  |> filter(fn: (r) => r.host =~ /a/)"),
            "error @2:31: the embedded server does not know the operator =~",
        ),
        (
            all("|> filter(fn: (r) => strings.isUpper(v: r.host))"),
            "error @1:69: a function's name should be here",
        ),
        (all("|> filter(fn: (r) => r.host == x)"), "error @1:79: undefined identifier x"),
        (all("|> filter(fn: (r) => r._field == 1)"), "error @1:69: values of different types are compared"),
        (all("|> filter(fn: (r) => r.host)"), "error @1:69: this is neither true nor false"),
        (
            all("|> filter(fn: (r) => r.host == \"a\", onEmpty: \"keep\")"),
            "error @1:51: the embedded server knows no other arguments than filter(fn: (r) => …)",
        ),
        (
            all("|> pivot(rowKey: [\"_time\", \"host\"], columnKey: [\"_field\"], valueColumn: \"_value\")"),
            "error @1:51: the embedded server knows no other arguments than \
             pivot(rowKey: [\"_time\"], columnKey: [\"_field\"], valueColumn: \"_value\")",
        ),
        (
            all("|> drop(columns: [\"_field\", \"host\", \"_measurement\"])"),
            "error @1:51: schema collision detected: column \"_value\" is both of type long and double",
        ),
        (all("|> yield(name: 1)"), "error @1:63: a string should be here"),
        (
            all("|> yield(name: \"a\") |> limit(n: 1)"),
            "error @1:71: the embedded server knows nothing behind yield",
        ),
        (
            "from(bucket: \"b\") |> range(start: 2, stop: 1)".into(),
            "error @1:22: cannot query an empty range",
        ),
        (
            "from(bucket: \"b\") |> range(start: \"x\")".into(),
            "error @1:35: a time, a duration or an integer should be here",
        ),
        (
            "from(bucket: \"b\")".into(),
            "error @1:1: cannot submit unbounded read to \"b\"; try bounding 'from' with a call to 'range'",
        ),
        ("from(host: \"h\")".into(), "error @1:1: from takes either bucket or bucketID"),
        (
            "import \"array\"\narray.from(rows: [])".into(),
            "error @1:1: the embedded server does not know import",
        ),
        ("x = 1".into(), "this Flux script returns no streaming data"),
        ("x = x\nx".into(), "error @1:5: undefined identifier x"),
        (
            "buckets() buckets()".into(),
            "error @1:11: the result \"_result\" stands twice; yield gives it another name",
        ),
    ] {
        let (status, text) = query(&server, &script);
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, answer), (400, json!({ "code": "invalid", "message": message })), "{script}");
    }
}

/// Who walks through a script calls himself for each step, and must not run out of stack.
#[test]
fn long_chains_of_names_and_deep_scripts_end() {
    let server = server();
    let pipes =
        (0..28).fold(" |> limit(n: 1)".repeat(31), |pipes, _| pipes + ")" + &" |> limit(n: 1)".repeat(31));
    let deep = (format!("{}buckets(){pipes}", "(".repeat(28)), "(".repeat(28), pipes);
    let nested = ("true".to_owned(), "(not (exists (".repeat(10), ")))".repeat(10));
    let chains = [("buckets()", "", " |> limit(n: 1)"), ("\"b\"", "", "")];
    let chains = chains.map(|(first, before, after)| (first.to_owned(), before.to_owned(), after.to_owned()));
    for (first, before, after) in chains.into_iter().chain([deep, nested]) {
        let mut script = format!("x0 = {first}\n");
        for number in 1..500 {
            script.push_str(&format!("x{number} = {before}x{}{after}\n", number - 1));
        }
        let (status, text) = query(&server, &format!("{script} x499 from(bucket: x499)"));
        assert_eq!((status, text.contains("the script is nested too deeply")), (400, true), "{text}");
    }
}

#[test]
fn the_deepest_scripts_are_answered() {
    let (pipe, open, close) =
        (" |> limit(n: 1)".repeat(28), "(true and (false or not (".repeat(7), ")))".repeat(7));
    let (mut pipes, mut truths) = (format!("x0 = {}\n", all("")), "y0 = true\n".to_owned());
    for number in 1..5 {
        pipes.push_str(&format!("x{number} = x{}{pipe}\n", number - 1));
        truths.push_str(&format!("y{number} = {open} y{} {close}\n", number - 1));
    }
    let script = format!("{pipes}{truths} x3 |> filter(fn: (r) => y4) |> keep(columns: [\"_value\"])");
    let (status, text) = query(&server(), &script);
    assert_eq!((status, text.contains("schema collision")), (400, true), "tables of different types: {text}");
    let script = script.replace("\"_value\"", "\"_value\", \"_field\", \"_measurement\", \"host\"");
    assert_eq!(rows(&server(), &script, &["_value"]).len(), 6);
}

#[test]
fn names_that_double_do_not_go_on_for_ever() {
    let names = (1..30).map(|number| format!("y{number} = y{0} and y{0}\n", number - 1));
    let script = format!("y0 = true\n{}{}", names.collect::<String>(), all(" |> filter(fn: (r) => y29)"));
    let (status, text) = query(&server(), &script);
    assert_eq!((status, text.contains("too many steps")), (400, true), "{text}");
}

#[test]
fn buckets_are_found_by_name_and_id_in_their_organisation() {
    let server = server();
    let buckets = raw::json(&server, "GET /api/v2/buckets", "", Value::Null).1;
    let id = buckets["buckets"][0]["id"].as_str().unwrap();
    let by_id = format!("from(bucketID: \"{id}\") |> range(start: 0)");
    assert_eq!(rows(&server, &by_id, &["_value"]).len(), 8);
    let missing = json!({
        "code": "not found", "message": "failed to initialize execute state: could not find bucket \"x\"",
    });
    for key in ["bucket", "bucketID"] {
        let (status, text) = query(&server, &format!("from({key}: \"x\") |> range(start: 0)"));
        assert_eq!((status, serde_json::from_str::<Value>(&text).unwrap()), (404, missing.clone()));
    }
    raw::json(&server, "POST /api/v2/orgs", "", json!({ "name": "p" }));
    let ask = |org: &str, script: &str| {
        raw::json(&server, &format!("POST /api/v2/query?org={org}"), "", json!({ "query": script })).0
    };
    for script in [all(""), by_id] {
        assert_eq!((ask("p", &script), ask("q", &script)), (404, 404));
    }
    let request = raw::request("/api/v2/query", "Content-Type: application/vnd.flux\r\n", all("").as_bytes());
    assert_eq!(raw::ask(&server, &request).0, 200, "no organisation is named");
}
