//! Records may borrow, and the schema of a borrowing record is checked all the same.

use influx_core::{LineBuffer, Measurement};

#[derive(Measurement)]
struct Borrowed<'a, 'b: 'a> {
    #[tag]
    host: &'a str,
    #[field]
    text: &'b str,
    #[flatten(prefix = "p_")]
    inner: Inner<'a>,
}

#[derive(Measurement)]
#[measurement(group)]
struct Inner<'a> {
    #[tag]
    zone: Option<&'a str>,
    #[field]
    up: &'a bool,
}

#[derive(Measurement)]
enum Event<'a> {
    Message(#[field("text")] &'a str),
}

fn main() {
    let mut buffer = LineBuffer::new();
    let host = String::from("a");
    buffer.push(&Borrowed { host: &host, text: "t", inner: Inner { zone: Some("z"), up: &true } }).unwrap();
    buffer.push(&Event::Message("m")).unwrap();
    assert_eq!(buffer.as_str(), "borrowed,host=a,p_zone=z text=\"t\",p_up=true\nmessage text=\"m\"\n");
}
