//! The columns of a frame by their names: members of structs, too, where structs are flattened.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use super::nearest::nearest;
use crate::schema::{ColumnType, FrameColumn, FrameSchema};

/// The columns that roles can name.
#[derive(Debug)]
pub(super) struct Columns<'s> {
    /// In the order of the frame.
    pub(super) list: Vec<Named<'s>>,
    by_name: HashMap<Cow<'s, str>, Place>,
}

/// A column.
#[derive(Debug)]
pub(super) struct Named<'s> {
    pub(super) name: Cow<'s, str>,
    pub(super) ty: &'s ColumnType,
    pub(super) path: Vec<usize>,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    One(usize),
    /// The members of a struct that is flattened, and theirs.
    Struct(Range<usize>),
    /// Frames of some libraries may have several columns of one name.
    Several(Vec<usize>),
}

impl<'s> Columns<'s> {
    pub(super) fn of(schema: &'s FrameSchema, flatten: bool) -> Self {
        let mut columns = Self { list: Vec::new(), by_name: HashMap::new() };
        for (at, column) in schema.columns.iter().enumerate() {
            columns.add(column, Cow::Borrowed(&column.name), vec![at], flatten);
        }
        columns
    }

    fn add(&mut self, column: &'s FrameColumn, name: Cow<'s, str>, path: Vec<usize>, flatten: bool) {
        let first = self.list.len();
        let place = match &column.ty {
            ColumnType::Struct(members) if flatten => {
                for (at, member) in members.iter().enumerate() {
                    let path = path.iter().copied().chain([at]).collect();
                    self.add(member, Cow::Owned(format!("{name}.{}", member.name)), path, flatten);
                }
                Place::Struct(first..self.list.len())
            }
            ty => {
                self.list.push(Named { name: name.clone(), ty, path });
                Place::One(first)
            }
        };
        match self.by_name.entry(name) {
            Entry::Vacant(free) => {
                free.insert(place);
            }
            Entry::Occupied(mut taken) => match taken.get_mut() {
                Place::Several(all) => all.extend(place.all()),
                other => *other = Place::Several(other.all().into_iter().chain(place.all()).collect()),
            },
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<&Place> {
        self.by_name.get(name)
    }

    /// The name that is most like one that is missing.
    pub(super) fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.list.iter().map(|column| &*column.name))
    }

    /// The struct that is not flattened and that a name is of a member of.
    pub(super) fn struct_of(&self, name: &str) -> Option<&str> {
        name.match_indices('.').find_map(|(at, _)| match self.find(&name[..at]) {
            Some(Place::One(at)) => {
                let column = &self.list[*at];
                matches!(column.ty, ColumnType::Struct(_)).then_some(&*column.name)
            }
            _ => None,
        })
    }
}

impl Place {
    /// All columns that the name stands for.
    pub(super) fn all(&self) -> Vec<usize> {
        match self {
            Place::One(at) => vec![*at],
            Place::Struct(members) => members.clone().collect(),
            Place::Several(all) => all.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, ty: ColumnType) -> FrameColumn {
        FrameColumn { name: name.to_owned(), ty }
    }

    #[test]
    fn members_of_structs_are_columns_where_they_are_flattened() {
        let inner =
            ColumnType::Struct(vec![column("zip", ColumnType::String), column("no", ColumnType::Null)]);
        let outer = ColumnType::Struct(vec![column("city", ColumnType::String), column("more", inner)]);
        let columns =
            vec![column("x", ColumnType::Boolean), column("a", outer), column("a.city", ColumnType::Date)];
        let schema = FrameSchema { columns };
        let flat = Columns::of(&schema, true);
        let found: Vec<_> = flat.list.iter().map(|column| (&*column.name, &*column.path)).collect();
        let expected: [(&str, &[usize]); 5] = [
            ("x", &[0]),
            ("a.city", &[1, 0]),
            ("a.more.zip", &[1, 1, 0]),
            ("a.more.no", &[1, 1, 1]),
            ("a.city", &[2]),
        ];
        assert_eq!(found, expected);
        assert_eq!(flat.find("a"), Some(&Place::Struct(1..4)));
        assert_eq!(flat.find("a.more"), Some(&Place::Struct(2..4)));
        assert_eq!(flat.find("a.city"), Some(&Place::Several(vec![1, 4])));
        let nested = Columns::of(&schema, false);
        assert_eq!(nested.find("a"), Some(&Place::One(1)));
        assert_eq!(nested.find("a.more"), None);
        assert_eq!(nested.struct_of("a.more.zip"), Some("a"));
        assert_eq!(nested.struct_of("x.more"), None);
    }
}
