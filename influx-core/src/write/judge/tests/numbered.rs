//! Answers that name lines by their numbers: the lists of 3.x, the messages of Cloud Serverless.

use super::*;

#[test]
fn v3_lists() {
    let entry = |number: &str, line: &str| {
        format!(r#"{{"error_message":"no {number}","line_number":{number},"original_line":"{line}"}}"#)
    };
    let partial =
        |list: &str| format!(r#"{{"error":"partial write of line protocol occurred","data":[{list}]}}"#);
    let one = entry("2", "m v=x 2");
    let stored = "condemned [1 no 2] others Stored";
    for status in [400, 422] {
        means(THREE, status, &partial(&one), stored);
    }
    means(
        THREE,
        400,
        &partial(&format!("{},{one}", entry("1", ""))),
        "condemned [0 no 1; 1 no 2] others Stored",
    );
    let single = |text: &str| format!(r#"{{"error":"{text}","data":{one}}}"#);
    for text in ["parsing failed for write_lp endpoint", "line protocol parsing error"] {
        means(THREE, 400, &single(text), "condemned [1 no 2] others NotStored");
    }
    // wrong lists: what they name stays refused, and nothing is taken for stored
    for wrong in
        [entry("0", ""), entry("1000000000", ""), entry("-1", ""), entry("1.5", ""), entry("3", "m v=x")]
    {
        means(THREE, 400, &partial(&wrong), "suspect []");
        let both = partial(&format!("{wrong},{one}"));
        means(THREE, 400, &both, "condemned [1 no 2] others Unknown");
    }
    for empty in ["", "7", r#""x""#, "{}", "null", "[]"] {
        means(THREE, 400, &partial(empty), "suspect []");
    }
    // 20 bytes of the line, whatever the cut leaves
    let long = "m,host=größenordnung v=1 1\n";
    for quoted in ["m,host=größenordnun", "m,host=gr\u{fffd}", "m,host=gr..."] {
        means(long, 400, &partial(&entry("1", quoted)), "condemned [0 no 1] others Stored");
    }
}

#[test]
fn v3_lists_that_may_be_cut_or_count_otherwise() {
    let many: String = (0..150).map(|i| format!("m v=x{i}\n")).collect();
    let list = |count: usize| {
        let entries: Vec<_> = (1..=count)
            .map(|n| format!(r#"{{"error_message":"","line_number":{n},"original_line":""}}"#))
            .collect();
        let body = format!(
            r#"{{"error":"partial write of line protocol occurred","data":[{}]}}"#,
            entries.join(",")
        );
        match judged(&part(&many), answer(400, &[], body)) {
            Outcome::Condemned { lines, others, .. } => (lines.len(), others),
            outcome => panic!("{outcome:?}"),
        }
    };
    assert_eq!(list(99), (99, Others::Stored));
    assert_eq!(list(100), (100, Others::Unknown));
    let newline = lines(&["m s=\"a\nb\" 1", "m v=x 2"]);
    let body = r#"{"error":"partial write of line protocol occurred","data":[{"error_message":"no","line_number":2,"original_line":"b\" 1"}]}"#;
    assert_eq!(meant(&newline, answer(400, &[], body)), "condemned [1 no] others Unknown");
}

#[test]
fn cloud_numbers() {
    let body = r#"{"code":"invalid","line":2,"message":"failed to parse line protocol: errors encountered on line(s):\nerror parsing line 2 (1-based): Invalid measurement was provided\nerror parsing line 3 (1-based): Unable to parse timestamp value '123461000000000000000000000000'"}"#;
    let wanted = "condemned [1 Invalid measurement was provided; 2 Unable to parse timestamp value '123461000000000000000000000000'] others Unknown";
    means(THREE, 400, body, wanted);
    means(THREE, 400, r#"{"code":"invalid","line":3,"message":"no"}"#, "condemned [2 no] others Unknown");
    means(THREE, 400, r#"{"code":"invalid","line":0,"message":"no"}"#, "suspect []");
    means(THREE, 400, r#"{"code":"invalid","line":9,"message":"no"}"#, "suspect []");
    let body = r#"{"code":"invalid","line":2,"message":"error parsing line 2 (1-based): a\nerror parsing line 4 (1-based): b"}"#;
    means(THREE, 400, body, "suspect []");
    // the first bad line counts, if the message says nothing of it
    let body = r#"{"code":"invalid","line":2,"message":"error parsing line 3 (1-based): b"}"#;
    means(THREE, 400, body, "condemned [1 error parsing line 3 (1-based): b; 2 b] others Unknown");
    let body = r#"{"code":"invalid","line":12,"message":"error parsing line 12 (1-based): twelfth"}"#;
    means(&THREE.repeat(4), 400, body, "condemned [11 twelfth] others Unknown");
    let newline = lines(&["m s=\"a\nb\" 1", "m v=x 2"]);
    let body = r#"{"code":"invalid","line":2,"message":"no"}"#;
    assert_eq!(meant(&newline, answer(400, &[], body)), "suspect []");
}
