//! Rules that need more than one attribute, or the attribute and the type it stands on.

use crate::ast::{Content, Input, Record, RecordMember, Shape};
use crate::ctxt::Ctxt;
use crate::known::{Known, known};
use crate::name::{Kind, Name, problem};
use std::collections::{HashMap, HashSet};

pub(crate) fn writing(cx: &Ctxt, input: &Input<'_>) {
    if let Some(first) = input.records().first() {
        constant_tags(cx, first);
    }
    let group = matches!(input.data, Shape::Group(_));
    for record in input.records() {
        if group {
            only_a_group(cx, record);
        } else {
            name(cx, record);
            at_most_one(cx, record, "timestamp", "time", |content| matches!(content, Content::Time { .. }));
        }
        for member in &record.members {
            member_names(cx, member);
            member_type(cx, member);
        }
        unique_keys(cx, record);
        something_to_write(cx, record, group);
    }
}

/// What a row is read into need not be a line: it may lack fields.
pub(crate) fn reading(cx: &Ctxt, input: &Input<'_>) {
    for record in input.records() {
        if matches!(input.data, Shape::Group(_)) {
            only_a_group(cx, record);
        } else {
            at_most_one(cx, record, "timestamp", "time", |content| matches!(content, Content::Time { .. }));
            at_most_one(cx, record, "measurement", "measurement", |content| {
                matches!(content, Content::Measurement)
            });
        }
        for member in &record.members {
            member_names(cx, member);
            if member.read_with.is_none() {
                time_type(cx, member);
                reads_back(cx, member);
            }
        }
        unique_keys(cx, record);
    }
    if let Shape::Enum(variants) = &input.data {
        told_apart(cx, variants);
    }
}

/// What a function writes, nothing else knows to read.
fn reads_back(cx: &Ctxt, member: &RecordMember<'_>) {
    if member.with.is_some() {
        cx.error(
            member.attribute,
            "what `with` writes is read by a function, too: add `read_with = \"…\"`, a `fn(Cell<'_>) -> Result<T, E>`",
        );
    }
}

/// The measurement says which variant a row is.
fn told_apart(cx: &Ctxt, variants: &[Record<'_>]) {
    let mut seen = HashSet::new();
    for variant in variants.iter().filter(|variant| variant.measurement().is_none()) {
        let Name { text, span } = &variant.name;
        if !seen.insert(text) {
            cx.error_at(
                *span,
                format_args!(
                    "two variants are named `{text}`, so a row could be either: give one another name"
                ),
            );
        }
    }
    for second in variants.iter().filter_map(Record::measurement).skip(1) {
        cx.error(
            second.attribute,
            "two variants take any measurement, so a row could be either: name one of them",
        );
    }
}

/// The type's own tags; an enum has them once for all variants.
fn constant_tags(cx: &Ctxt, record: &Record<'_>) {
    let mut seen = HashSet::new();
    for (key, value) in &record.constant_tags {
        if !seen.insert(&key.text) {
            twice(cx, key, "tag", "tag");
        }
        valid(cx, Kind::Tag, key);
        valid(cx, Kind::TagValue, value);
    }
}

/// A line has one measurement, from one place.
fn name(cx: &Ctxt, record: &Record<'_>) {
    match record.measurement() {
        None => valid(cx, Kind::Measurement, &record.name),
        Some(member) if record.explicit_name => cx.error(
            member.attribute,
            format_args!(
                "the measurement's name comes from this member and from `name = \"{}\"`: keep one",
                record.name.text
            ),
        ),
        Some(_) => {}
    }
    at_most_one(cx, record, "measurement", "measurement", |content| matches!(content, Content::Measurement));
}

fn at_most_one(cx: &Ctxt, record: &Record<'_>, noun: &str, role: &str, is: fn(&Content) -> bool) {
    for second in record.members.iter().filter(|member| is(&member.content)).skip(1) {
        cx.error(second.attribute, format_args!("a line has one {noun}: keep one `#[{role}]`"));
    }
}

/// A group is a part of other lines: it has neither name nor time.
fn only_a_group(cx: &Ctxt, record: &Record<'_>) {
    if record.explicit_name {
        cx.error_at(record.name.span, "a group has no name, the record that flattens it has: remove `name`");
    }
    for member in &record.members {
        let what = match member.content {
            Content::Time { .. } => "time",
            Content::Measurement => "name",
            _ => continue,
        };
        cx.error(
            member.attribute,
            format_args!(
                "a group has no {what}: put this member in the record that flattens it, or drop `group`"
            ),
        );
    }
}

fn valid(cx: &Ctxt, kind: Kind, name: &Name) {
    if let Some(problem) = problem(kind, &name.text) {
        cx.error_at(name.span, problem);
    }
}

fn member_names(cx: &Ctxt, member: &RecordMember<'_>) {
    match &member.content {
        Content::Tag { key } => valid(cx, Kind::Tag, key),
        Content::Field { key, .. } => valid(cx, Kind::Field, key),
        Content::Time { name, .. } => valid(cx, Kind::Column, name),
        Content::Flatten { prefix: Some(prefix) } => valid(cx, Kind::Prefix, prefix),
        _ => {}
    }
}

/// Types whose spelling already says that they do not fit their role.
fn member_type(cx: &Ctxt, member: &RecordMember<'_>) {
    let ty = member.ty;
    match &member.content {
        Content::Field { ty: None, .. } if member.with.is_some() => cx.error(
            member.attribute,
            "a field written by a function must say its type: add `as = \"float\"`, or `integer`, `unsigned`, \
             `string`, `boolean`",
        ),
        _ if member.with.is_some() => {}
        Content::Tag { .. } | Content::Field { .. } if known(ty) == Known::Wide => cx.error(
            ty,
            "InfluxDB has no integers of 128 bits: make it an `i64` or `u64`, or say with `with = \"…\"` how it is \
             written",
        ),
        Content::Tag { .. } if known(ty) == Known::Float => cx.error(
            ty,
            "a float cannot be a tag, for every new value would begin a new series: make it a `#[field]`, or say \
             with `with = \"…\"` how it is written",
        ),
        Content::Time { .. } => time_type(cx, member),
        Content::Measurement if matches!(known(ty), Known::Integer | Known::Wide | Known::Float) => {
            cx.error(ty, "the measurement's name must be text: use `String`, `&str` or another `AsRef<str>`");
        }
        Content::Flatten { .. } if matches!(known(ty), Known::Integer | Known::Wide | Known::Float) => cx.error(
            ty,
            "a single value has no members to flatten: mark it `#[tag]`, `#[field]` or `#[time]` instead",
        ),
        _ => {}
    }
}

fn time_type(cx: &Ctxt, member: &RecordMember<'_>) {
    let ty = member.ty;
    if let Content::Time { unit, .. } = &member.content {
        match (known(ty), unit) {
            (Known::Integer, None) => cx.error(
                ty,
                "an integer as time needs a unit: write `#[time(unit = \"ns\")]`, or `us`, `ms`, `s`, or use \
                 `Nanos`, `Micros`, `Millis` or `Seconds` as the type",
            ),
            (Known::Time, Some((_, span))) => {
                cx.error_at(*span, "this type knows its unit: remove `unit`, which is for integers");
            }
            (Known::NoZone, _) => cx.error(
                ty,
                "this type has no zone, so it is no point in time: use `DateTime<Utc>` of chrono or `OffsetDateTime` \
                 of time",
            ),
            (Known::Wide | Known::Float | Known::NoTime, _) => cx.error(
                ty,
                "this type cannot be a time: use `SystemTime`, `Nanos` or a type of chrono, jiff or time, or an \
                 `i64` with `#[time(unit = \"…\")]`",
            ),
            _ => {}
        }
    }
}

/// A line has each key once, whether tag or field.
fn unique_keys(cx: &Ctxt, record: &Record<'_>) {
    let mut seen: HashMap<&str, &str> =
        record.constant_tags.iter().map(|(key, _)| (key.text.as_str(), "tag")).collect();
    for member in &record.members {
        let (key, role) = match &member.content {
            Content::Tag { key } => (key, "tag"),
            Content::Field { key, .. } => (key, "field"),
            _ => continue,
        };
        if let Some(first) = seen.insert(&key.text, role) {
            twice(cx, key, first, role);
        }
    }
}

fn twice(cx: &Ctxt, key: &Name, first: &str, role: &str) {
    let text = &key.text;
    let both = if first == role {
        format!("two {role}s are named `{text}`")
    } else {
        format!("a {first} and a {role} are named `{text}`")
    };
    cx.error_at(key.span, format_args!("{both}: give one of them another name"));
}

/// A line without fields is none. What was already reported may have been a field.
fn something_to_write(cx: &Ctxt, record: &Record<'_>, group: bool) {
    let span = record.ident.span();
    let writes = |member: &RecordMember<'_>| match member.content {
        Content::Field { .. } | Content::Flatten { .. } | Content::Invalid => true,
        Content::Tag { .. } => group,
        _ => false,
    };
    if record.members.is_empty() {
        cx.error_at(span, "nothing to write, this has no members: add one with `#[field]`");
    } else if !record.members.iter().any(writes) {
        cx.error_at(
            span,
            if group {
                "a group without tags and fields has nothing to write: mark a member `#[tag]` or `#[field]`"
            } else {
                "a line needs a field: mark at least one member `#[field]`"
            },
        );
    }
}
