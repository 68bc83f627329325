//! Databases of 1.x and 3.x.

use influx_core::testing::TestServer;
use serde_json::{Value, json};

use super::raw::{ask, json as send, request};

#[test]
fn databases_and_tables_of_3x() {
    let server = TestServer::builder().version("3.1.0").start().unwrap();
    let database = "/api/v3/configure/database";
    let send = |line: &str, body: Value| send(&server, line, "", body);
    assert_eq!(send(&format!("POST {database}"), json!({ "db": "home", "retention_period": "1h" })).0, 200);
    assert_eq!(send(&format!("POST {database}"), json!({ "db": "home" })).0, 409);
    assert_eq!(send(&format!("POST {database}"), json!({ "db": "a b" })).0, 400);
    assert_eq!(send(&format!("POST {database}"), json!({ "db": "x", "retention_period": "long" })).0, 400);
    assert_eq!(send(&format!("POST {database}"), json!({})), (400, json!({ "error": "missing field `db`" })));
    assert_eq!(
        send(&format!("GET {database}?format=json"), Value::Null),
        (200, json!([{ "iox::database": "home" }]))
    );
    assert_eq!(send(&format!("GET {database}"), Value::Null).0, 400);

    let table = "/api/v3/configure/table";
    let fields = json!([{ "name": "v", "type": "int64" }]);
    let body = json!({ "db": "home", "table": "climate", "tags": ["room"], "fields": fields });
    assert_eq!(send(&format!("POST {table}"), body.clone()).0, 200);
    assert_eq!(send(&format!("POST {table}"), body).0, 409);
    let write = |body: &str| ask(&server, &request("/api/v3/write_lp?db=home", "", body.as_bytes())).0;
    assert_eq!((write("climate v=1.5"), write("climate v=1i"), write("climate v=1i 1")), (400, 204, 400));
    assert_eq!(send(&format!("DELETE {table}?db=home&table=climate"), Value::Null).0, 200);
    assert_eq!(send(&format!("DELETE {table}?db=home&table=climate"), Value::Null).0, 404);
    assert_eq!((server.count("home"), write("climate v=1.5")), (0, 204));

    assert_eq!(send(&format!("DELETE {database}?db=home"), Value::Null).0, 200);
    let gone = (404, json!({ "error": "database not found: home" }));
    assert_eq!(send(&format!("DELETE {database}?db=home"), Value::Null), gone);
    assert_eq!(write("climate v=1"), 404);
}

#[test]
fn databases_of_1x() {
    let server = TestServer::builder().version("1.8.10").bucket("old/week").start().unwrap();
    let guarded = TestServer::builder().version("1.8.10").read_only_user("bob", "pw").start().unwrap();
    for (q, status) in [("SHOW+DATABASES", 200), ("DROP+DATABASE+a", 403)] {
        let target = format!("/query?u=bob&p=pw&q={q}");
        assert_eq!(ask(&guarded, &request(&target, "", b"")).0, status, "{q}");
    }
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let query = |q: &str| {
        let (status, _, body) = ask(&server, &request("/query", form, format!("q={q}").as_bytes()));
        (status, serde_json::from_str::<Value>(&body).unwrap())
    };
    assert_eq!(query("CREATE+DATABASE+%22new%22"), (200, json!({ "results": [{ "statement_id": 0 }] })));
    let (status, shown) = query("SHOW DATABASES");
    let series = json!([{ "name": "databases", "columns": ["name"], "values": [["new"], ["old"]] }]);
    assert_eq!((status, &shown["results"][0]["series"]), (200, &series));
    assert_eq!(query("DROP DATABASE old; DROP DATABASE none").0, 200);
    assert_eq!(query("SHOW DATABASES").1["results"][0]["series"][0]["values"], json!([["new"]]));
    assert_eq!(ask(&server, &request("/write?db=new", "", b"m v=1")).0, 204);
    let (status, answer) = query("SELECT * FROM m");
    assert_eq!(status, 400);
    assert!(
        answer["error"].as_str().unwrap().starts_with("error parsing query: the embedded server knows only")
    );
    let (status, _, body) = ask(&server, &request("/query", "", b""));
    assert_eq!((status, body.as_str()), (400, r#"{"error":"missing required parameter \"q\""}"#));
    query("CREATE USER bob WITH PASSWORD 's3cret'");
    ask(&server, &request("/query?q=SET+PASSWORD+FOR+bob+=+'s3cret'", "", b""));
    let recorded = server.requests();
    let shows = |text: &str| text.contains("s3cret");
    assert!(
        !recorded
            .iter()
            .any(|request| shows(&String::from_utf8_lossy(&request.body)) || shows(&format!("{request:?}")))
    );
}
