//! What only shows where the parts meet.

use super::*;

/// A group written by hand, with two tags and two fields that its schema does not list.
struct Pair(&'static str, &'static str);

impl DescribedVariants for Pair {
    const SCHEMAS: &'static [&'static Schema] = &[Self::SCHEMA];
}

impl Described for Pair {
    const SCHEMA: &'static Schema = &Schema::new(None, &[]);
}

impl Group for Pair {
    fn tags(&self, line: &mut Line<'_>) {
        private::tag(line, crate::key!("t")).text(self.0);
    }
    fn fields(&self, line: &mut Line<'_>) {
        private::field(line, crate::key!("me")).string(self.1);
    }
}

/// Writes a record by a closure.
struct By<F>(F);

impl<F: Fn(&mut Line<'_>)> Measurement for By<F> {
    fn encode(&self, line: &mut Line<'_>) {
        (self.0)(line);
    }
}

fn refusal(record: &dyn Measurement) -> String {
    let mut buffer = LineBuffer::new();
    buffer.push(&Point::new("m").field("v", 1)).unwrap();
    let error = buffer.push(record).unwrap_err();
    assert_eq!((buffer.as_str(), buffer.lines(), buffer.skipped_non_finite()), ("m v=1i\n", 1, 0));
    error.to_string()
}

#[test]
fn parts_out_of_order_are_refused() {
    let order = "written out of order: measurement, then tags, then fields, then the timestamp";
    let field = |line: &mut Line<'_>| line.field("v").integer(1);
    let cases: [(Box<dyn Measurement>, &str); 6] = [
        (Box::new(By(field)), order),
        (Box::new(By(|_: &mut Line<'_>| {})), "no measurement was written"),
        (Box::new(By(|line: &mut Line<'_>| line.measurement("m"))), "no field has a value"),
        (
            Box::new(By(|line: &mut Line<'_>| {
                line.measurement("m");
                field(line);
                line.tag("t").text("x");
            })),
            order,
        ),
        (
            Box::new(By(|line: &mut Line<'_>| {
                line.measurement("m");
                line.timestamp(&Nanos(1));
            })),
            "no field has a value",
        ),
        (
            Box::new(By(|line: &mut Line<'_>| {
                line.measurement("m");
                field(line);
                line.timestamp(&Nanos(1));
                line.timestamp(&Nanos(1));
            })),
            order,
        ),
    ];
    for (record, reason) in cases {
        let text = refusal(&*record);
        assert!(text.contains(reason), "{text}");
    }
}

#[test]
fn the_first_error_is_the_one_that_is_told() {
    let text = refusal(&By(|line: &mut Line<'_>| {
        line.measurement("m");
        line.tag("t").text("a\nb");
        line.field("v").fail("the sensor is broken");
    }));
    assert_eq!(text, "tag \"t\": the value contains a newline, which would end the line");
    let text = refusal(&By(|line: &mut Line<'_>| line.fail("the sensor is broken")));
    assert_eq!(text, "the sensor is broken");
}

#[test]
fn what_a_refused_record_left_out_is_not_counted() {
    refusal(&By(|line: &mut Line<'_>| {
        line.measurement("m");
        line.field("a").float(f64::NAN);
        line.field("b").fail("no");
    }));
    refusal(&By(|line: &mut Line<'_>| {
        line.measurement("m");
        line.field("a").float(f64::NAN);
    }));
}

#[test]
fn a_record_that_panics_leaves_nothing_behind() {
    let mut buffer = LineBuffer::new();
    let panics = By(|line: &mut Line<'_>| {
        line.measurement("m");
        line.tag("t").text("a\nb");
        line.field("v").float(f64::NAN);
        std::panic::panic_any("in the middle");
    });
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| buffer.push(&panics)));
    assert!(caught.is_err());
    buffer.push(&Point::new("m").field("v", 1)).unwrap();
    assert_eq!((buffer.as_str(), buffer.skipped_non_finite()), ("m v=1i\n", 0));
}

#[test]
fn groups_that_a_record_writes_by_itself_are_checked() {
    let twice = |line: &mut Line<'_>| {
        line.measurement("m");
        Pair("a", "b").tags(line);
        Pair("c", "d").tags(line);
        Pair("a", "b").fields(line);
    };
    assert_eq!(refusal(&By(twice)), "tag \"t\": the key stands twice in one record");
}

#[test]
fn groups_by_hand_in_derived_records_are_checked() {
    let twice = |line: &mut Line<'_>| {
        private::flattens::<Pair>(line);
        private::measurement(line, private::name!("m"));
        Pair("a", "b").tags(line);
        Pair("a", "b").fields(line);
        Pair("c", "d").fields(line);
    };
    assert_eq!(refusal(&By(twice)), "field \"me\": the key stands twice in one record");
    let time = |line: &mut Line<'_>| {
        private::flattens::<Pair>(line);
        private::measurement(line, private::name!("m"));
        private::prefixed(line, private::prefix!("ti"), |line| Pair("a", "b").fields(line));
    };
    assert!(refusal(&By(time)).starts_with("field \"time\": the name is reserved"));
}

#[test]
fn text_lines_keep_to_the_rules_of_their_buffer() {
    let options = EncodeOptions::new().precision(Precision::Seconds).unsigned(false).max_string(5);
    let mut buffer = LineBuffer::with_options(options);
    let text =
        "m v=1 1700000000\nm v=1 1700000000000000000\nm v=1u\nm v=1,v=2\nm,time=1 v=1\nm v=\"123456\"\n";
    let error = buffer.push_raw(text).unwrap_err();
    assert_eq!(buffer.as_str(), "m v=1 1700000000\n");
    let reasons: Vec<_> = error.rejected().iter().map(ToString::to_string).collect();
    let expected = [
        "line 2: timestamp: the time is outside",
        "line 3: field \"v\": the value is an unsigned integer",
        "line 4: field \"v\": the key stands twice",
        "line 5: tag \"time\": the name is reserved",
        "line 6: field \"v\": the string has 6 bytes, and servers take 5",
    ];
    assert_eq!(reasons.len(), expected.len());
    for (reason, expected) in reasons.iter().zip(expected) {
        assert!(reason.starts_with(expected), "{reason}");
    }
}

#[test]
fn a_default_tag_does_not_swallow_the_next_line() {
    let mut buffer = LineBuffer::with_options(EncodeOptions::new().default_tag("q", "\"x").unwrap());
    let error = buffer.push_raw("m,t=a\\\\ b\\\\=c v=1 1\nn v=2 2\n").unwrap_err();
    assert_eq!((error.accepted(), error.rejected()[0].line), (1, 1));
    assert_eq!(read::lines(buffer.as_str()).count(), 1);
}

#[test]
fn default_tags_give_way_and_are_escaped_once() {
    let options = EncodeOptions::new().default_tag("a b", "c,d").unwrap().default_tag("host", "x").unwrap();
    let mut buffer = LineBuffer::with_options(options);
    buffer.push(&Point::new("m").tag("host", "own").field("v", 1)).unwrap();
    buffer.push_raw("m,a\\ b=own v=1i").unwrap();
    assert_eq!(buffer.as_str(), "m,host=own,a\\ b=c\\,d v=1i\nm,a\\ b=own,host=x v=1i\n");
    assert!(EncodeOptions::new().default_tag("time", "x").is_err());
    assert!(EncodeOptions::new().default_tag("t", "x\\").is_err());
}

#[test]
fn listed_tags_stand_first_and_the_rest_stays() {
    let options = EncodeOptions::new().default_tag("z z", "d,1").unwrap().default_tag("b", "x").unwrap();
    let mut buffer = LineBuffer::with_options(options.tag_order(["z z", "c", "none", "c", "b"]));
    buffer.push(&Point::new("m,x").tag("a", 1).tag("c", "é, =").tag("d", 2).field("v", 1)).unwrap();
    buffer.push(&Point::new("m").field("v", 1)).unwrap();
    buffer.push_raw("m\\,\\ é,d=\\ ,b=2,a=1,c=\\,\\= v=\",c=4\" 7").unwrap();
    let expected = [
        "m\\,x,z\\ z=d\\,1,c=é\\,\\ \\=,b=x,a=1,d=2 v=1i",
        "m,z\\ z=d\\,1,b=x v=1i",
        "m\\,\\ é,z\\ z=d\\,1,c=\\,\\=,b=2,d=\\ ,a=1 v=\",c=4\" 7",
    ];
    assert_eq!(buffer.iter().collect::<Vec<_>>(), expected);
    let before = buffer.as_str().to_owned();
    assert!(buffer.push(&Point::new("m").tag("c", "\\").tag("a", "1").field("v", 1)).is_err());
    assert_eq!(buffer.as_str(), before);
}

#[test]
fn a_key_that_stands_twice_is_refused_in_any_order() {
    struct Twice;
    impl Measurement for Twice {
        fn encode(&self, line: &mut Line<'_>) {
            line.measurement("m");
            for key in ["a", "b", "a"] {
                line.tag(key).integer(1);
            }
            line.field("v").integer(1);
        }
    }
    for order in [&[] as &[&str], &["b"], &["a"]] {
        let mut buffer = LineBuffer::with_options(EncodeOptions::new().tag_order(order));
        let error = buffer.push(&Twice).unwrap_err();
        assert_eq!((error.key(), error.kind()), (Some("a"), &EncodeErrorKind::DuplicateKey));
        assert!(buffer.is_empty());
    }
}

#[test]
fn an_order_does_not_make_a_line_swallow_the_next() {
    let text = "m,a=1,b=x\\\\ y v=1";
    let push = |order: &[&str]| {
        LineBuffer::with_options(EncodeOptions::new().tag_order(order))
            .push_raw(text)
            .map_err(|e| e.to_string())
    };
    assert_eq!((push(&[]), push(&["a"])), (Ok(1), Ok(1)));
    assert!(push(&["b"]).unwrap_err().contains("other tags behind its backslashes"));
}

#[test]
fn a_line_that_the_server_stamps_is_remembered() {
    let mut buffer = LineBuffer::new();
    buffer.push(&Point::new("m").field("v", 1).time(Nanos(1))).unwrap();
    buffer.push_raw("m v=1 1").unwrap();
    assert!(buffer.all_stamped());
    assert!(buffer.push(&Point::new("m")).is_err());
    assert!(buffer.all_stamped());
    buffer.push(&Point::new("m").field("v", 1)).unwrap();
    assert!(!buffer.all_stamped());
    buffer.clear();
    assert!(buffer.all_stamped());
    buffer.push_raw("m v=1").unwrap();
    assert!(!buffer.all_stamped());
}

#[test]
fn keys_of_every_length_and_texts_of_every_size_grow_the_buffer() {
    let mut buffer = LineBuffer::new();
    for len in (1..200).chain([4_000, 60_000]) {
        let (key, text) = ("k".repeat(len), "\"".repeat(len));
        buffer.clear();
        buffer.push(&Point::new("m").tag(key.clone(), "v").field("f", text.as_str())).unwrap();
        let line = read::parse(buffer.line(0).unwrap()).unwrap();
        assert_eq!((&*line.tags[0].0, &line.fields[0].1), (&*key, &read::Value::String(text.into())));
    }
}

#[test]
fn records_without_a_time_are_stamped_if_asked() {
    let since_1970 = || std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis() as i64;
    let options =
        EncodeOptions::new().precision(Precision::Milliseconds).stamp(true).default_tag("a", "b").unwrap();
    let mut lines = LineBuffer::with_options(options);
    let before = since_1970();
    lines.push(&Point::new("m").field("v", 1)).unwrap();
    lines.push_raw("m v=1i\nm v=1i 7").unwrap();
    let after = since_1970();
    assert!(lines.all_stamped());
    assert_eq!(lines.line(2), Some("m,a=b v=1i 7"));
    for index in [0, 1] {
        let time = lines.line(index).unwrap().strip_prefix("m,a=b v=1i ").unwrap();
        assert!((before..=after).contains(&time.parse().unwrap()), "{time}");
    }
    assert!(lines.push(&Point::new("m")).is_err());
    assert_eq!(lines.lines(), 3);
}
