//! The leaves of a schema: the walk over them, and what must not meet. All of it runs at compile time, where rustc
//! counts loops and calls: the work grows with the leaves, not with their pairs.

use std::borrow::Cow;

use super::{Column, Member, Role, Schema};

/// The record, and the groups that may be nested in it.
const DEPTH: usize = 1 + 8;

/// What no key may be.
const TIME: Leaf = Leaf { parts: ["time"; DEPTH], len: 1, role: Role::Tag, outranked: false };

/// So many leaves are compared to each other and to all others at a time,
const BLOCK: usize = 1024;
/// by a table with room to spare.
const SLOTS: usize = 2 * BLOCK;

/// Refuses a second time. The time of a record goes before those that it flattens.
pub(super) const fn check_times(schema: &'static Schema) {
    let mut leaves = Leaves::of(schema);
    let mut seen = false;
    while let Some(leaf) = leaves.next() {
        if leaf.is_time() && !leaf.outranked {
            if seen {
                leaf.panic(
                    "the time `",
                    "` is the second that is flattened: give the record a time of its own",
                );
            }
            seen = true;
        }
    }
}

/// Refuses a key that stands twice, and one that is `time`.
pub(super) const fn check_keys(schema: &'static Schema) {
    let mut first = 0;
    while check_block(schema, first) {
        first += BLOCK;
    }
}

/// Checks the leaves from the `first` on: those of one block against each other and all behind them. Whether there
/// are more.
const fn check_block(schema: &'static Schema, first: usize) -> bool {
    let mut hashes = [0; SLOTS];
    let mut leaves = Leaves::of(schema);
    let mut place = 0;
    while let Some(leaf) = leaves.next() {
        if place >= first && !leaf.is_time() {
            if leaf.equals(&TIME) {
                leaf.panic("the flattened key `", "` is reserved for the timestamp: choose another prefix");
            }
            let hash = leaf.hash();
            let mut slot = hash as usize % SLOTS;
            while hashes[slot] != 0 && hashes[slot] != hash {
                slot = (slot + 1) % SLOTS;
            }
            if hashes[slot] == hash && stands_before(schema, place, &leaf) {
                leaf.panic("the key `", "` stands twice in this record: set a prefix where it is flattened");
            }
            if place < first + BLOCK {
                hashes[slot] = hash;
            }
        }
        place += 1;
    }
    place > first + BLOCK
}

/// Whether one of the leaves before this place has the same key. Equal hashes are most likely equal keys.
const fn stands_before(schema: &'static Schema, place: usize, leaf: &Leaf) -> bool {
    let mut leaves = Leaves::of(schema);
    let mut at = 0;
    while at < place {
        if let Some(other) = leaves.next()
            && leaf.equals(&other)
        {
            return true;
        }
        at += 1;
    }
    false
}

/// The walk over the leaves of a tree.
pub(super) struct Leaves {
    /// The schemas around the next leaf, each with the place in it, and whether it or one around it has a time.
    stack: [(&'static Schema, usize, bool); DEPTH],
    prefixes: [&'static str; DEPTH],
    depth: usize,
}

/// A leaf, its name in parts.
#[derive(Clone, Copy)]
pub(super) struct Leaf {
    parts: [&'static str; DEPTH],
    len: usize,
    role: Role,
    /// A schema around its own has a time, which goes before this one.
    outranked: bool,
}

impl Leaves {
    pub(super) const fn of(schema: &'static Schema) -> Self {
        Leaves { stack: [(schema, 0, has_time(schema)); DEPTH], prefixes: [""; DEPTH], depth: 1 }
    }

    #[allow(clippy::panic, reason = "at compile time: a panic is the compile error")]
    pub(super) const fn next(&mut self) -> Option<Leaf> {
        while self.depth > 0 {
            let (schema, place, timed) = self.stack[self.depth - 1];
            if place == schema.members.len() {
                self.depth -= 1;
                continue;
            }
            self.stack[self.depth - 1].1 += 1;
            let (name, role) = match schema.members[place] {
                Member::Tag { name } => (name, Role::Tag),
                Member::Field { name, ty } => (name, Role::Field(ty)),
                Member::Time { name } => (name, Role::Time),
                Member::Group { prefix, schema } => {
                    if self.depth == DEPTH {
                        panic!("groups are flattened more than eight levels deep: flatten them further up");
                    }
                    self.prefixes[self.depth - 1] = prefix;
                    self.stack[self.depth] = (schema, 0, timed || has_time(schema));
                    self.depth += 1;
                    continue;
                }
            };
            let mut parts = self.prefixes;
            parts[self.depth - 1] = name;
            let outranked = self.depth > 1 && self.stack[self.depth - 2].2;
            return Some(Leaf { parts, len: self.depth, role, outranked });
        }
        None
    }
}

const fn has_time(schema: &Schema) -> bool {
    let mut place = 0;
    while place < schema.members.len() {
        if matches!(schema.members[place], Member::Time { .. }) {
            return true;
        }
        place += 1;
    }
    false
}

impl Leaf {
    pub(super) fn column(&self) -> Column {
        let name = match &self.parts[..self.len] {
            [name] => Cow::Borrowed(*name),
            parts => Cow::Owned(parts.concat()),
        };
        Column { name, role: self.role }
    }

    const fn is_time(&self) -> bool {
        matches!(self.role, Role::Time)
    }

    /// How many bytes the name has.
    const fn size(&self) -> usize {
        let (mut size, mut part) = (0, 0);
        while part < self.len {
            size += self.parts[part].len();
            part += 1;
        }
        size
    }

    /// FNV-1a of the whole name, and never 0.
    const fn hash(&self) -> u64 {
        let (mut hash, mut part) = (0xcbf2_9ce4_8422_2325_u64, 0);
        while part < self.len {
            let bytes = self.parts[part].as_bytes();
            let mut at = 0;
            while at < bytes.len() {
                hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
                at += 1;
            }
            part += 1;
        }
        if hash == 0 { 1 } else { hash }
    }

    const fn byte(&self, mut at: usize) -> u8 {
        let mut part = 0;
        while at >= self.parts[part].len() {
            at -= self.parts[part].len();
            part += 1;
        }
        self.parts[part].as_bytes()[at]
    }

    /// Whether both are keys, and the same.
    const fn equals(&self, other: &Leaf) -> bool {
        let size = self.size();
        if self.is_time() || other.is_time() || size != other.size() {
            return false;
        }
        let mut at = 0;
        while at < size {
            if self.byte(at) != other.byte(at) {
                return false;
            }
            at += 1;
        }
        true
    }

    /// Fails with the key between two texts.
    #[allow(clippy::panic, reason = "at compile time: a panic is the compile error")]
    const fn panic(&self, before: &str, after: &str) -> ! {
        let mut message = [b' '; 256];
        let mut at = append(&mut message, 0, before);
        let mut part = 0;
        while part < self.len {
            at = append(&mut message, at, self.parts[part]);
            part += 1;
        }
        at = append(&mut message, at, after);
        match std::str::from_utf8(message.split_at(at).0) {
            Ok(message) => panic!("{}", message),
            Err(_) => panic!("a key stands twice in this record, or is `time`"),
        }
    }
}

const fn append(message: &mut [u8], mut at: usize, text: &str) -> usize {
    let mut i = 0;
    while i < text.len() && at < message.len() {
        message[at] = text.as_bytes()[i];
        at += 1;
        i += 1;
    }
    at
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::ValueType;
    use super::*;

    const INNER: &Schema = &Schema::new(None, &[Member::tag("host"), Member::time("time")]);
    const OUTER: &Schema = &Schema::new(
        Some("cpu"),
        &[Member::tag("host"), Member::group("a_", INNER), Member::field("x", ValueType::Float)],
    );

    #[test]
    fn columns_stand_behind_their_prefixes() {
        let names: Vec<_> = OUTER.columns().into_iter().map(|column| column.name).collect();
        assert_eq!(names, ["host", "a_host", "a_time", "x"]);
        OUTER.check_unique();
    }

    #[test]
    #[should_panic(expected = "the key `a_host` stands twice")]
    fn a_key_that_two_groups_make_is_found() {
        const TWICE: &Schema =
            &Schema::new(None, &[Member::group("a_", INNER), Member::field("a_host", ValueType::Float)]);
        TWICE.check_unique();
    }

    #[test]
    #[should_panic(expected = "the time `b_time` is the second")]
    fn two_flattened_times_are_found() {
        const TWO: &Schema = &Schema::new(
            None,
            &[Member::group("a_", INNER), Member::group("b_", INNER), Member::field("x", ValueType::Float)],
        );
        TWO.check_unique();
    }

    #[test]
    fn a_time_of_its_own_wins() {
        const OWN: &Schema =
            &Schema::new(None, &[Member::group("a_", INNER), Member::group("b_", INNER), Member::time("at")]);
        OWN.check_unique();
    }

    #[test]
    #[should_panic(expected = "the flattened key `time` is reserved")]
    fn time_is_found_in_parts() {
        const ME: &Schema = &Schema::new(None, &[Member::field("me", ValueType::Float)]);
        const SPLIT: &Schema = &Schema::new(None, &[Member::group("ti", ME)]);
        SPLIT.check_unique();
    }

    #[test]
    fn a_time_of_a_flattened_record_goes_before_those_it_flattens() {
        const MIDDLE: &Schema =
            &Schema::new(None, &[Member::group("x_", INNER), Member::time("at"), Member::group("y_", INNER)]);
        const OUTERMOST: &Schema = &Schema::new(None, &[Member::group("m_", MIDDLE)]);
        OUTERMOST.check_unique();
    }

    /// As wide as no table is, and compared in several blocks.
    fn wide(twice: Option<&'static str>) -> &'static Schema {
        let name = |i: usize| Member::tag(format!("a key of some length {i}").leak());
        let members: Vec<_> = (0..3 * BLOCK).map(name).chain(twice.map(Member::tag)).collect();
        Box::leak(Box::new(Schema::new(None, members.leak())))
    }

    #[test]
    fn more_leaves_than_one_block_has() {
        wide(None).check_unique();
        for i in [0, BLOCK - 1, BLOCK, 2 * BLOCK + 7, 3 * BLOCK - 1] {
            let twice = wide(Some(format!("a key of some length {i}").leak()));
            std::panic::catch_unwind(|| twice.check_unique()).unwrap_err();
        }
    }
}
