//! Schemas of measurements, made from record types and compared with them.

use influx_core::api::{ColumnRole, ColumnType, SchemaColumn};
use influx_core::{ErrorKind, Measurement};
use serde_json::json;

use super::scripted::{Scripted, sent};

#[derive(Measurement)]
struct Cpu {
    #[tag]
    host: String,
    #[field]
    usage: f64,
    #[field]
    cores: u64,
    #[time(unit = "s")]
    at: i64,
}

#[derive(Measurement)]
struct Anything {
    #[measurement]
    name: String,
    #[field]
    value: f64,
}

const PATH: &str = "/api/v2/buckets/b/schema/measurements";

fn columns() -> Vec<SchemaColumn> {
    SchemaColumn::all_of::<Cpu>()
}

#[tokio::test]
async fn a_type_makes_its_schema() {
    let schema = json!({"id": "s", "name": "cpu", "columns": columns(), "bucketID": "b"});
    let (lines, made) = sent(201, &schema, |client| client.buckets().schemas("b").create_for::<Cpu>()).await;
    assert_eq!(
        lines,
        [format!(
            r#"POST {PATH}?org=my-org {{"columns":[{{"name":"time","type":"timestamp"}},{{"name":"host","type":"tag"}},{{"dataType":"float","name":"usage","type":"field"}},{{"dataType":"unsigned","name":"cores","type":"field"}}],"name":"cpu"}}"#
        )]
    );
    let made = made.unwrap();
    assert_eq!(made.columns, columns());
    assert_eq!(
        (&made.columns[1].role, &made.columns[2].data_type),
        (&ColumnRole::Tag, &Some(ColumnType::Float))
    );

    let (lines, error) =
        sent(201, &schema, |client| client.buckets().schemas("b").create_for::<Anything>()).await;
    assert_eq!((lines.len(), error.unwrap_err().kind()), (0, ErrorKind::Config));
}

#[tokio::test]
async fn a_type_is_compared_with_its_schema() {
    let compare = async |columns: serde_json::Value| {
        let server = Scripted::new(move |line| {
            let schema = json!({"id": "s", "name": "cpu", "columns": columns});
            // lists are summaries
            let list = json!({"measurementSchemas": [{"id": "s", "name": "cpu"}]});
            (200, if line.contains("name=cpu") { list } else { schema }.to_string())
        });
        let diff = server.client().buckets().schemas("b").compare::<Cpu>().await.unwrap();
        assert_eq!(
            server.lines(),
            [format!("GET {PATH}?org=my-org&name=cpu"), format!("GET {PATH}/s?org=my-org")]
        );
        diff
    };
    let diff = compare(json!(columns())).await;
    assert!(diff.fits() && diff.extra.is_empty());

    let other =
        [SchemaColumn::time(), SchemaColumn::field("usage", ColumnType::Integer), SchemaColumn::tag("room")];
    let diff = compare(json!(other)).await;
    assert!(!diff.fits());
    assert_eq!(diff.missing, [SchemaColumn::tag("host"), SchemaColumn::field("cores", ColumnType::Unsigned)]);
    assert_eq!(diff.extra, [SchemaColumn::tag("room")]);
    let differing = (SchemaColumn::field("usage", ColumnType::Float), other[1].clone());
    assert_eq!(diff.differing, [differing]);

    // more columns than the type has do no harm
    let mut more = columns();
    more.push(SchemaColumn::tag("room"));
    let diff = compare(json!(more)).await;
    assert!(diff.fits() && diff.extra.len() == 1);

    let none = json!({"measurementSchemas": []});
    let (_, diff) = sent(200, none, |client| client.buckets().schemas("b").compare::<Cpu>()).await;
    let diff = diff.unwrap();
    assert_eq!((diff.fits(), diff.schema, diff.missing.len()), (false, None, 4));
}

#[tokio::test]
async fn schemas_are_listed_got_and_changed() {
    let schema = json!({"id": "s", "name": "a/b", "columns": []});
    let list = json!({"measurementSchemas": [schema]});
    let (lines, all) =
        sent(200, &list, |client| client.buckets().org("00000000000000bb").schemas("b").list()).await;
    assert_eq!((lines, all.unwrap().len()), (vec![format!("GET {PATH}?orgID=00000000000000bb")], 1));
    let (lines, found) = sent(200, &list, |client| client.buckets().schemas("b").find("a")).await;
    assert_eq!((lines, found.unwrap()), (vec![format!("GET {PATH}?org=my-org&name=a")], None));
    let (lines, one) = sent(200, &schema, |client| client.buckets().all_orgs().schemas("b").get("s")).await;
    let one = one.unwrap();
    assert_eq!((lines, one.name.as_str()), (vec![format!("GET {PATH}/s")], "a/b"));
    let (lines, _) = sent(200, &schema, |client| {
        client.buckets().schemas("b").update(&one, [SchemaColumn::time(), SchemaColumn::tag("t")])
    })
    .await;
    let body = r#"{"columns":[{"name":"time","type":"timestamp"},{"name":"t","type":"tag"}]}"#;
    assert_eq!(lines, [format!("PATCH {PATH}/s?org=my-org {body}")]);
}
