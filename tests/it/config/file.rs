//! Files: their formats and sections, and what is wrong with them.

use influx_core::{Client, ClientBuilder, Error};

use super::{file, message};

const BASE: &str = "[influx2]\nurl = \"http://h:8086\"\ntoken = \"s3cr3t\"\n";

#[track_caller]
fn refused(name: &str, content: &str, parts: &[&str]) {
    let text = message(ClientBuilder::from_config_file(file(name, content)));
    assert!(text.contains(name), "the file is named: {text}");
    for part in parts {
        assert!(text.contains(part), "{content}: {text}");
    }
}

#[test]
fn files_as_the_python_client_has_them_are_read() {
    // its documentation quotes some values and not others
    let ini = "[influx2]\nurl=http://localhost:8086\norg=my-org\ntoken=my-token\ntimeout=6000\n\
               connection_pool_maxsize=25\nauth_basic=false\nprofilers=query,operator\nproxy=http:proxy.domain.org:8080\n\
               [tags]\nid = 132-987-655\ncustomer = California Miner\ndata_center = ${env.CARGO_PKG_NAME}\n";
    let quoted = "[influx2]\n    url = \"http://localhost:8086\"\n    token = \"my-token\"\n    org = \"my-org\"\n\
                  timeout = 6000\n[tags]\nid = \"132-987-655\"\n";
    let json = r#"{ "url": "http://localhost:8086", "token": "my-token", "org": "my-org", "active": true }"#;
    let builder = ClientBuilder::from_config_file(file("python.ini", ini)).unwrap();
    let text = format!("{builder:?}");
    assert!(text.contains("\"California Miner\"") && text.contains("\"influx-tests\""), "{text}");
    for name in ["quoted.ini", "quoted.toml", "quoted.cfg", "quoted.CONF"] {
        let client = Client::from_config_file(file(name, quoted)).unwrap();
        assert_eq!((client.url(), client.org()), ("http://localhost:8086", Some("my-org")), "{name}");
    }
    // what that client leaves alone is an error here
    refused("python.json", json, &["\"active\" is unknown"]);
    let json = json.replace(", \"active\": true", "");
    assert_eq!(Client::from_config_file(file("good.json", &json)).unwrap().org(), Some("my-org"));
}

#[test]
fn what_is_wrong_is_named_with_file_section_and_key() {
    let with = |line: &str| format!("{BASE}{line}\n");
    for (line, parts) in [
        ("tokn = \"s3cr3t\"", &["section [influx2]: the key \"tokn\" is unknown"][..]),
        ("timeout = \"soon\"", &["the key \"timeout\" must be \"none\", milliseconds", "\"soon\""]),
        ("timeout = 1.5", &["the key \"timeout\"", "1.5"]),
        ("timeout = -1", &["the key \"timeout\"", "-1"]),
        ("verify_ssl = 2", &["the key \"verify_ssl\" must be true"]),
        ("org = true", &["the key \"org\" must be text, and is a boolean"]),
        ("org = [\"a\"]", &["the key \"org\" must be text, and is a list"]),
        (
            "proxy = \"${env.INFLUX_NONE}\"",
            &["the key \"proxy\" wants the environment variable \"INFLUX_NONE\""],
        ),
        ("write = 1", &["the key \"write\" must be a table"]),
        ("[influx2.write]\nbatchsize = 1", &["the key \"batchsize\" of \"write\" is unknown"]),
        ("[influx2.write]\noverflow = \"burst\"", &["the key \"overflow\" of \"write\"", "wait, reject"]),
        ("[influx2.write.more]\nx = 1", &["the key \"more\" of \"write\" is unknown"]),
        ("[influx2.write]\ntags = 1", &["the key \"tags\" of \"write\" must be a table"]),
        ("[influx2.write.tags]\na = []", &["the key \"a\" of \"write.tags\" must be text"]),
        ("[influx2.retry]\ninterval = []", &["the key \"interval\" of \"retry\""]),
        ("[tags]\na = 1.5", &["the key \"a\" of \"tags\" must be text"]),
        ("[tags]\na = 1\n[influx2.tags]\na = 2", &["the key \"a\" of \"tags\" stands twice"]),
        ("token = \"again\"", &["it is no TOML: line 4"]),
        ("org = s3cr3t", &["it is no TOML: line 4"]),
    ] {
        refused("wrong.toml", &with(line), parts);
    }
    refused("missing.toml", "[influx2]\ntoken = \"s3cr3t\"", &["the key \"url\" is missing"]);
    refused("missing.ini", "[influx2]\nurl = http://h", &["the key \"token\" is missing", "auth_method"]);
    refused("section.toml", "[influx]\nurl = \"http://h\"", &["no section [influx2]"]);
    refused("number.toml", "influx2 = 1", &["[influx2] must be a section"]);
    refused(
        "tags.json",
        r#"{"url": "http://h", "token": "s3cr3t", "tags": []}"#,
        &["\"tags\" must be a table"],
    );
    refused("list.json", "[]", &["must be a JSON object"]);
    refused("broken.json", "{\"token\": \"s3cr3t\"", &["it is no JSON", "line 1"]);
    refused("twice.json", r#"{"token": "s3cr3t", "token": "s3cr3t"}"#, &["\"token\" stands twice"]);
    refused(
        "twice.ini",
        &format!("{}\nurl = http://h", BASE.replace('"', "")),
        &["line 5", "\"url\" stands twice"],
    );
    refused("comment.ini", "[influx2]\nurl = http://h # c", &["line 2: the value of \"url\" has a comment"]);
    refused("influx.yaml", "", &["its format is told by its extension"]);
    refused("influx", "", &["its format is told by its extension"]);

    let text = message(ClientBuilder::from_config_file("/nowhere/influx.toml"));
    assert!(text.contains("/nowhere/influx.toml") && text.contains("cannot be read"), "{text}");
    let path = file("named.toml", BASE);
    let text = message(ClientBuilder::from_config_file_section(path, "plant"));
    assert!(text.contains("no section [plant]"), "{text}");
    let path = file("flat.json", r#"{"url": "http://h", "token": "s3cr3t"}"#);
    assert!(message(ClientBuilder::from_config_file_section(path, "plant")).contains("no section [plant]"));
}

#[test]
fn what_the_builder_refuses_is_refused() {
    let refused = |line: &str| -> Error {
        Client::from_config_file(file("builder.toml", &format!("{BASE}{line}\n"))).unwrap_err()
    };
    assert!(refused("org = \" \"\n[tags]\n\"a\\nb\" = 1").to_string().contains("newline"));
    let path = file("url.toml", "[influx2]\nurl = \"localhost\"\ntoken = \"s3cr3t\"");
    assert!(Client::from_config_file(path).unwrap_err().to_string().contains("has no scheme"));
}

#[test]
fn certificates_are_paths_or_the_text_itself() {
    let pem = "-----BEGIN CERTIFICATE-----\\ns3cr3t\\n-----END CERTIFICATE-----";
    let text = format!("{BASE}ssl_ca_cert = \"{pem}\"\ncert_file = \"/both.pem\"\n");
    let printed = format!("{:?}", ClientBuilder::from_config_file(file("pem.toml", &text)).unwrap());
    assert!(!printed.contains("s3cr3t"), "{printed}");
    // one file with both
    assert_eq!(printed.matches("/both.pem").count(), 2, "{printed}");
}
