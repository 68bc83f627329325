//! The reader against InfluxData's corpus: it reads what five decoders read, and refuses what they refuse.

use influx_core::line::read;
use influx_tests::oracle::{Class, DecodeCase, Oracle, Point, Value};

#[test]
fn the_reader_agrees_with_five_decoders() {
    let Some(oracle) = Oracle::load() else { return };

    let mut wrong = Vec::new();
    let mut counts = [0; 3];
    for case in &oracle.decode {
        let (count, expected) = match case.class {
            Class::AgreeAccept => (&mut counts[0], Some(&case.points)),
            Class::AcceptMost => (&mut counts[1], Some(&case.points)),
            Class::AgreeReject => (&mut counts[2], None),
            Class::Disputed => continue,
        };
        *count += 1;
        let read = read_all(case);
        if read.as_ref().ok() != expected {
            let text = String::from_utf8_lossy(&case.text);
            wrong.push(format!("{} {text:?}:\n  read {read:?}\n  expected {expected:?}", case.key));
        }
    }

    assert!(wrong.is_empty(), "{} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(counts, [335, 20, 6_131]);
    assert_eq!((oracle.decode.len(), oracle.encode.len()), (6_615, 115));
}

#[test]
fn the_reader_understands_what_the_reference_encoder_wrote() {
    let Some(oracle) = Oracle::load() else { return };

    let mut count = 0;
    for case in &oracle.encode {
        let Ok(line) = &case.expect else { continue };
        count += 1;
        let point = read_one(line, case.precision_ns, 0).unwrap_or_else(|error| panic!("{line:?}: {error}"));
        assert_eq!(point, case.point, "{} {line:?}", case.key);
    }
    assert_eq!(count, 114);
}

fn read_all(case: &DecodeCase) -> Result<Vec<Point>, String> {
    let text = str::from_utf8(&case.text).map_err(|error| error.to_string())?;
    read::lines(text).map(|line| read_one(line.text, case.precision_ns, case.default_time)).collect()
}

fn read_one(line: &str, precision_ns: i64, default_time: i64) -> Result<Point, String> {
    let line = read::parse(line).map_err(|error| error.to_string())?;
    let time = match line.timestamp {
        Some(ticks) => ticks.checked_mul(precision_ns).ok_or("time out of range")?,
        None => default_time - default_time.rem_euclid(precision_ns),
    };
    let mut tags: Vec<_> =
        line.tags.into_iter().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    tags.sort();
    let fields = line.fields.into_iter().map(|(key, value)| (key.into_owned(), value_of(value))).collect();
    Ok(Point { time, name: line.measurement.into_owned(), tags, fields })
}

fn value_of(value: read::Value<'_>) -> Value {
    match value {
        read::Value::Float(float) => Value::Float(float),
        read::Value::Integer(integer) => Value::Integer(integer),
        read::Value::Unsigned(unsigned) => Value::Unsigned(unsigned),
        read::Value::Boolean(boolean) => Value::Boolean(boolean),
        read::Value::String(string) => Value::String(string.into_owned()),
    }
}
