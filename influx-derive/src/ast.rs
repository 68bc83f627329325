//! The type as the macro sees it: records of tags, content and a time, with every name final.

use crate::args::Fill;
use crate::attr::{Container, Naming, Role};
use crate::case::Case;
use crate::ctxt::Ctxt;
use crate::name::Name;
use crate::symbol;
use proc_macro2::{Ident, Span};
use syn::{Attribute, Data, DeriveInput, ExprPath, Fields, Generics, Index, Member, Type};

pub(crate) struct Input<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) krate: syn::Path,
    /// The variant of `NonFinite` that holds while the record's fields are written.
    pub(crate) non_finite: Option<&'static str>,
    /// The members must be copied out to be borrowed.
    pub(crate) packed: bool,
    pub(crate) data: Shape<'a>,
}

pub(crate) enum Shape<'a> {
    Record(Record<'a>),
    /// Only tags and fields, for `flatten`.
    Group(Record<'a>),
    Enum(Vec<Record<'a>>),
}

/// One line: a struct, or a variant of an enum.
pub(crate) struct Record<'a> {
    /// Of the struct or the variant.
    pub(crate) ident: &'a Ident,
    /// The constant name, unless a member has it.
    pub(crate) name: Name,
    pub(crate) explicit_name: bool,
    pub(crate) constant_tags: Vec<(Name, Name)>,
    /// In declared order.
    pub(crate) members: Vec<RecordMember<'a>>,
}

pub(crate) struct RecordMember<'a> {
    /// How it is reached: `host` or `0`.
    pub(crate) member: Member,
    pub(crate) ty: &'a Type,
    /// Its role's attribute, for messages; none if the role was missing.
    pub(crate) attribute: Option<&'a Attribute>,
    pub(crate) skip_if: Option<ExprPath>,
    pub(crate) with: Option<ExprPath>,
    pub(crate) read_with: Option<ExprPath>,
    pub(crate) default: Option<Fill>,
    pub(crate) content: Content,
}

/// What a member is to the line.
pub(crate) enum Content {
    Tag {
        key: Name,
    },
    /// `ty` is the variant of `ValueType` that `as` asks for.
    Field {
        key: Name,
        ty: Option<(&'static str, Span)>,
    },
    /// `unit` is the newtype of the unit that bare integers are in.
    Time {
        name: Name,
        unit: Option<(&'static str, Span)>,
    },
    Measurement,
    Flatten {
        prefix: Option<Name>,
    },
    Skip,
    /// Already reported.
    Invalid,
}

/// A tag as it is written: of the type, or of a member.
pub(crate) enum Tag<'r, 'a> {
    Constant { value: &'r Name },
    Member(&'r RecordMember<'a>),
}

impl<'a> Input<'a> {
    pub(crate) fn from_syn(cx: &Ctxt, input: &'a DeriveInput) -> Self {
        let container = Container::read(cx, &input.attrs);
        let data = match &input.data {
            Data::Struct(data) => {
                let naming = &container.naming;
                let record =
                    Record::new(cx, &input.ident, &data.fields, &container, naming, naming.rename_all);
                if container.group { Shape::Group(record) } else { Shape::Record(record) }
            }
            Data::Enum(data) => {
                if let Some(name) = &container.naming.name {
                    cx.error_at(
                        name.span,
                        "each variant is a measurement of its own: write `#[measurement(name = \"…\")]` on the \
                         variants",
                    );
                }
                if container.group {
                    cx.error(
                        &input.ident,
                        "an enum cannot be a group, whose members are always the same: make the group a struct",
                    );
                }
                if data.variants.is_empty() {
                    cx.error(&input.ident, "an enum without variants has nothing to write: add a variant");
                }
                let variants = data.variants.iter().map(|variant| {
                    let naming = Naming::of_variant(cx, &variant.attrs);
                    let rename_all = naming.rename_all.or(container.naming.rename_all);
                    Record::new(cx, &variant.ident, &variant.fields, &container, &naming, rename_all)
                });
                Shape::Enum(variants.collect())
            }
            Data::Union(data) => {
                cx.error(data.union_token, "a union cannot be a record: use a struct or an enum");
                Shape::Enum(Vec::new())
            }
        };
        let Container { krate, non_finite, packed, .. } = container;
        Self { ident: &input.ident, generics: &input.generics, krate, non_finite, packed, data }
    }

    pub(crate) fn records(&self) -> &[Record<'a>] {
        match &self.data {
            Shape::Record(record) | Shape::Group(record) => std::slice::from_ref(record),
            Shape::Enum(records) => records,
        }
    }
}

impl<'a> Record<'a> {
    fn new(
        cx: &Ctxt,
        ident: &'a Ident,
        fields: &'a Fields,
        container: &Container,
        naming: &Naming,
        rename_all: Option<Case>,
    ) -> Self {
        let implied = || Name { text: Case::Snake.apply(&Name::from(ident).text), span: ident.span() };
        let member = |(index, field)| RecordMember::new(cx, index, field, rename_all, naming.misplaced_role);
        Self {
            ident,
            name: naming.name.clone().unwrap_or_else(implied),
            explicit_name: naming.name.is_some(),
            constant_tags: container.tags.clone(),
            members: fields.iter().enumerate().map(member).collect(),
        }
    }

    /// The record's own tags, sorted by key as InfluxDB likes them best.
    pub(crate) fn tags(&self) -> Vec<(&Name, Tag<'_, 'a>)> {
        let constants = self.constant_tags.iter().map(|(key, value)| (key, Tag::Constant { value }));
        let members = self.members.iter().filter_map(|member| match &member.content {
            Content::Tag { key } => Some((key, Tag::Member(member))),
            _ => None,
        });
        let mut tags: Vec<_> = constants.chain(members).collect();
        tags.sort_by(|(a, _), (b, _)| a.text.cmp(&b.text));
        tags
    }

    /// What is flattened, with its prefix.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&RecordMember<'a>, Option<&Name>)> {
        self.members.iter().filter_map(|member| match &member.content {
            Content::Flatten { prefix } => Some((member, prefix.as_ref())),
            _ => None,
        })
    }

    pub(crate) fn time(&self) -> Option<&RecordMember<'a>> {
        self.members.iter().find(|member| matches!(member.content, Content::Time { .. }))
    }

    pub(crate) fn measurement(&self) -> Option<&RecordMember<'a>> {
        self.members.iter().find(|member| matches!(member.content, Content::Measurement))
    }
}

impl<'a> RecordMember<'a> {
    fn new(
        cx: &Ctxt,
        index: usize,
        field: &'a syn::Field,
        rename_all: Option<Case>,
        misplaced_role: bool,
    ) -> Self {
        let member = match &field.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::Unnamed(Index::from(index)),
        };
        let Some(role) = Role::read(cx, field, misplaced_role) else {
            return Self {
                member,
                ty: &field.ty,
                attribute: None,
                skip_if: None,
                with: None,
                read_with: None,
                default: None,
                content: Content::Invalid,
            };
        };
        let implied = field.ident.as_ref().map(|ident| {
            let Name { text, span } = Name::from(ident);
            Name { text: rename_all.map_or_else(|| text.clone(), |case| case.apply(&text)), span }
        });
        let name = role.name.or(implied);
        let content = match (role.what, name) {
            _ if role.broken => Content::Invalid,
            (symbol::TAG, Some(key)) => Content::Tag { key },
            (symbol::FIELD, Some(key)) => Content::Field { key, ty: role.ty },
            (symbol::TAG | symbol::FIELD, None) => {
                let what = role.what;
                cx.error(
                    role.attribute,
                    format_args!("a member of a tuple needs a name: write `#[{what}(\"…\")]`"),
                );
                Content::Invalid
            }
            (symbol::TIME, name) => {
                let column = || Name { text: "time".to_owned(), span: Span::call_site() };
                Content::Time { name: name.unwrap_or_else(column), unit: role.unit }
            }
            (symbol::MEASUREMENT, _) => Content::Measurement,
            (symbol::FLATTEN, _) => Content::Flatten { prefix: role.prefix },
            _ => Content::Skip,
        };
        Self {
            member,
            ty: &field.ty,
            attribute: Some(role.attribute),
            skip_if: role.skip_if,
            with: role.with,
            read_with: role.read_with,
            default: role.default,
            content,
        }
    }
}
