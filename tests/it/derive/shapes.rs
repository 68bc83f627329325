//! Structs, tuple structs, generic and borrowing types, enums.

use std::marker::PhantomData;

use influx_core::{LineBuffer, Measurement, Nanos, Seconds};

use super::line;

#[derive(Measurement)]
struct DiskUsage {
    #[tag]
    host: String,
    #[field]
    free: f64,
    #[time]
    at: Nanos,
}

fn disk_usage() -> DiskUsage {
    DiskUsage { host: "a".into(), free: 0.5, at: Nanos(7) }
}

#[test]
fn members_are_named_as_they_are_and_the_type_in_snake_case() {
    assert_eq!(line(&disk_usage()), "disk_usage,host=a free=0.5 7");
}

#[test]
fn acronyms_digits_and_other_letters_in_type_names() {
    #[derive(Measurement)]
    struct HTTPServerV2(#[field("v")] bool);
    #[derive(Measurement)]
    struct Größe(#[field("v")] bool);
    #[derive(Measurement)]
    #[allow(non_camel_case_types)]
    struct r#type {
        #[field]
        r#match: bool,
    }

    assert_eq!(line(&HTTPServerV2(true)), "http_server_v2 v=true");
    assert_eq!(line(&Größe(true)), "größe v=true");
    assert_eq!(line(&r#type { r#match: true }), "type match=true");
}

#[test]
fn tuples_take_their_names_from_the_roles() {
    #[derive(Measurement)]
    struct Cpu(
        #[tag("core")] u16,
        #[field(name = "temp")] f64,
        #[time(unit = "s")] i64,
        #[skip]
        #[allow(dead_code)]
        u8,
    );

    assert_eq!(line(&Cpu(0, 25.3, 1_657_729_063, 9)), "cpu,core=0 temp=25.3 1657729063000000000");
}

#[test]
fn references_and_boxes_are_records_too() {
    let expected = "disk_usage,host=a free=0.5 7";
    assert_eq!(line(&&disk_usage()), expected);
    assert_eq!(line(&Box::new(disk_usage())), expected);
    let boxed: Box<dyn Measurement> = Box::new(disk_usage());
    assert_eq!(line(&boxed), expected);
}

#[test]
fn generic_borrowing_and_const_generic_types() {
    #[derive(Measurement)]
    struct Sample<'a, H: ?Sized, T, U = Seconds, const N: usize = 2>
    where
        T: Clone,
    {
        #[tag]
        host: &'a H,
        #[field]
        value: Option<T>,
        #[time]
        at: U,
        #[skip]
        _raw: [u8; N],
        #[skip]
        _marker: PhantomData<DiskUsage>,
    }

    let host = String::from("a");
    let sample =
        Sample { host: host.as_str(), value: Some(3u8), at: Seconds(1), _raw: [0; 4], _marker: PhantomData };
    assert_eq!(line(&sample), "sample,host=a value=3i 1000000000");
    let sample = Sample { host: &7u8, value: Some("text"), at: Nanos(1), _raw: [], _marker: PhantomData };
    assert_eq!(line(&sample), "sample,host=7 value=\"text\" 1");
}

#[test]
fn packed_members_are_copied_out() {
    #[derive(Measurement)]
    #[repr(C, packed)]
    struct Packed {
        #[tag]
        small: u8,
        #[field]
        value: f64,
    }

    assert_eq!(line(&Packed { small: 1, value: 0.5 }), "packed,small=1 value=0.5");
}

#[derive(Measurement)]
#[measurement(rename_all = "camelCase", tags(env = "prod"))]
enum Metric {
    CpuLoad {
        #[tag]
        host_name: &'static str,
        #[field]
        one_minute: f64,
        #[skip]
        _note: u8,
    },
    #[measurement(name = "ram", rename_all = "kebab-case")]
    Memory {
        #[field]
        bytes_used: f64,
    },
    Door(#[tag("where")] &'static str, #[field("open")] bool, #[time(unit = "ms")] u64),
    Disk(#[flatten] DiskUsage),
    #[measurement(name = "of")]
    Boxed(#[flatten(prefix = "d_")] Box<DiskUsage>),
    Named(#[measurement] &'static str, #[field("v")] f64),
}

#[test]
fn each_variant_is_a_measurement_of_its_own() {
    let cases = [
        (
            Metric::CpuLoad { host_name: "a", one_minute: 0.5, _note: 0 },
            "cpu_load,env=prod,hostName=a oneMinute=0.5",
        ),
        (Metric::Memory { bytes_used: 1.5 }, "ram,env=prod bytes-used=1.5"),
        (Metric::Door("hall", true, 7), "door,env=prod,where=hall open=true 7000000"),
        (Metric::Disk(disk_usage()), "disk,env=prod,host=a free=0.5 7"),
        (Metric::Boxed(Box::new(disk_usage())), "of,env=prod,d_host=a d_free=0.5 7"),
        (Metric::Named("own", 2.5), "own,env=prod v=2.5"),
    ];
    for (metric, expected) in cases {
        assert_eq!(line(&metric), expected);
    }
}

#[test]
fn enums_may_be_generic_and_borrow() {
    #[derive(Measurement)]
    enum Event<'a, T> {
        Value {
            #[field]
            value: T,
        },
        Message(#[field("text")] &'a str),
    }

    let mut buffer = LineBuffer::new();
    buffer.push(&Event::Value { value: 1u64 }).unwrap();
    buffer.push(&Event::<f64>::Message("m")).unwrap();
    assert_eq!(buffer.as_str(), "value value=1u\nmessage text=\"m\"\n");
}
