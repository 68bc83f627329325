use super::*;
use crate::Destination;
use crate::query::forms::sealed::Prepare as _;

fn client(dialect: Dialect) -> Client {
    Client::builder("http://host").org("o").dialect(dialect).build().unwrap()
}

fn prepared(query: &Query<InfluxQl>, form: Form) -> (String, String) {
    let request = query.language.prepare(&query.client, form).unwrap().request;
    (request.target(), String::from_utf8(request.body.to_vec()).unwrap())
}

#[test]
fn a_query_of_1_x_goes_into_a_form_and_its_parameters_beside_it() {
    let query = client(Dialect::V1).influxql("SELECT v FROM m WHERE h = $h");
    assert_eq!(
        prepared(&query, Form::Rows),
        (
            "/query?epoch=ns".to_owned(),
            "q=SELECT%20v%20FROM%20m%20WHERE%20h%20%3D%20%24h&chunked=true".to_owned()
        )
    );
    let query =
        query.database("d&x").retention_policy("r=1").param("h", "a'b").epoch(Precision::Microseconds);
    let query = query.chunked(NonZeroU32::new(5).unwrap());
    let (target, body) = prepared(&query, Form::Text);
    assert_eq!(target, "/query?db=d%26x&epoch=u");
    assert!(
        body.ends_with("%24h&rp=r%3D1&params=%7B%22h%22%3A%22a%27b%22%7D&chunked=true&chunk_size=5"),
        "{body}"
    );
}

#[test]
fn the_database_is_the_clients_unless_it_is_said() {
    for (to, target, policy) in [
        (Destination::bucket("d/r"), "/query?db=d&epoch=ns", "&rp=r"),
        (Destination::bucket("d/"), "/query?db=d&epoch=ns", ""),
        (Destination::database("d/r"), "/query?db=d%2Fr&epoch=ns", ""),
        (Destination::database("d").retention_policy("r"), "/query?db=d&epoch=ns", "&rp=r"),
    ] {
        let client = Client::builder("http://host").dialect(Dialect::V1).destination(to).build().unwrap();
        let query = client.influxql("q");
        assert_eq!(prepared(&query, Form::Rows), (target.to_owned(), format!("q=q{policy}&chunked=true")));
        // the policy belongs to the database that it was named with
        let (target, body) = prepared(&query.database("e"), Form::Rows);
        assert_eq!((&*target, &*body), ("/query?db=e&epoch=ns", "q=q&chunked=true"));
    }
}

#[test]
fn a_query_of_3_x_is_json() {
    let query = client(Dialect::V1).influxql("SELECT 1").dialect(Dialect::V3).database("d").param("p", 1);
    assert_eq!(
        prepared(&query, Form::Rows),
        (
            "/api/v3/query_influxql".to_owned(),
            r#"{"db":"d","q":"SELECT 1","params":{"p":1},"format":"jsonl"}"#.to_owned()
        )
    );
    let plain = client(Dialect::V3).influxql("SHOW DATABASES");
    assert_eq!(prepared(&plain, Form::Text).1, r#"{"q":"SHOW DATABASES","format":"csv"}"#);
    for (query, name) in [
        (plain.clone().epoch(Precision::Seconds), "epoch"),
        (plain.clone().retention_policy("r"), "retention_policy"),
        (plain.clone().chunked(NonZeroU32::MIN), "chunked"),
    ] {
        let error = query.language.prepare(&query.client, Form::Rows).err().unwrap();
        assert!(error.to_string().starts_with(name), "{error}");
    }
    for bad in [plain.param("p", f64::NAN), client(Dialect::V1).influxql(" \n")] {
        assert!(bad.language.prepare(&bad.client, Form::Rows).is_err(), "{bad:?}");
    }
}

#[test]
fn names_and_texts_cannot_end_early() {
    for (text, identifier, string) in [
        ("plain", r#""plain""#, "'plain'"),
        (r#"a"b'c"#, r#""a\"b'c""#, r#"'a"b\'c'"#),
        (r"back\", r#""back\\""#, r"'back\\'"),
        ("two\nlines", r#""two\nlines""#, r"'two\nlines'"),
        (r"\n", r#""\\n""#, r"'\\n'"),
        ("größe ; DROP", r#""größe ; DROP""#, "'größe ; DROP'"),
    ] {
        assert_eq!(InfluxQl::identifier(text).unwrap(), identifier);
        assert_eq!(InfluxQl::string(text).unwrap(), string);
    }
    for bad in ["a\0b", "a\rb"] {
        assert!(InfluxQl::identifier(bad).unwrap_err().to_string().contains("no words for"));
        assert!(InfluxQl::string(bad).is_err());
    }
    assert!(InfluxQl::identifier("").is_err());
    assert_eq!(InfluxQl::string("").unwrap(), "''");
}

#[test]
fn only_what_surely_reads_is_repeated() {
    for text in [
        "SELECT v FROM m",
        " select v from m; ",
        "SHOW DATABASES;SHOW USERS",
        "EXPLAIN ANALYZE SELECT v FROM m",
        "SELECT intonation FROM m",
    ] {
        assert!(only_reads(text), "{text}");
    }
    for text in [
        "SELECT v INTO n FROM m",
        "select v\ninto n from m",
        "SELECT v FROM m; DROP DATABASE d",
        "DROP SERIES FROM m WHERE t = ';SELECT'",
        "/* SELECT */ DROP DATABASE d",
        "-- x\nSELECT v FROM m",
        "CREATE DATABASE d",
        "DELETE FROM m",
        "KILL QUERY 1",
    ] {
        assert!(!only_reads(text), "{text}");
    }
}

#[test]
fn a_secret_is_shown_nowhere() {
    let text = "CREATE USER u WITH PASSWORD 'pa55word'".to_owned();
    let query = client(Dialect::V1).influxql_secret(text, "pa55word");
    let request = query.language.prepare(&query.client, Form::Rows).unwrap().request;
    let shown = format!("{query:?} {request:?} {}", request.target());
    assert!(!shown.contains("pa55"), "{shown}");
    let plain = client(Dialect::V1).influxql("SELECT 1").param("p", "pa55word");
    let shown = format!("{plain:?}");
    assert!(shown.contains("SELECT 1") && !shown.contains("pa55"), "{shown}");
}
