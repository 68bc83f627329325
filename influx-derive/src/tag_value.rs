//! What `#[derive(TagValue)]` stands on: attributes, shape and rules in one, since there are few.

use crate::args::{Args, Once, OneAttribute};
use crate::case::Case;
use crate::ctxt::Ctxt;
use crate::name::{Kind, Name, problem};
use crate::symbol;
use std::collections::HashSet;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, Ident, Type, parse_quote};

pub(crate) struct Input<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) krate: syn::Path,
    pub(crate) shape: Shape<'a>,
}

pub(crate) enum Shape<'a> {
    /// Each variant with its text.
    Enum(Vec<(&'a Ident, Name)>),
    /// Does what its only member does.
    Newtype(&'a Type),
}

/// `#[tag_value(…)]` on a type.
pub(crate) struct Container {
    pub(crate) krate: syn::Path,
    rename_all: Option<Case>,
}

impl Container {
    pub(crate) fn read(cx: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut krate = Once::new(symbol::CRATE);
        let mut rename_all = Once::new(symbol::RENAME_ALL);
        for args in ours(cx, attributes) {
            args.each(None, |meta| {
                if meta.path == symbol::CRATE {
                    krate.set(cx, &meta.path, args.module(meta)?);
                } else if meta.path == symbol::RENAME_ALL {
                    rename_all.set(cx, &meta.path, args.choice(meta, &Case::NAMED)?);
                } else {
                    args.unknown(meta, &[symbol::RENAME_ALL, symbol::CRATE])?;
                }
                Ok(())
            });
        }
        Self {
            krate: krate.get().unwrap_or_else(|| parse_quote!(::influx_core)),
            rename_all: rename_all.get().map(|(case, _)| case),
        }
    }
}

impl<'a> Input<'a> {
    pub(crate) fn from_syn(cx: &Ctxt, input: &'a DeriveInput) -> Self {
        let Container { krate, rename_all } = Container::read(cx, &input.attrs);
        let shape = match &input.data {
            Data::Enum(data) => {
                if data.variants.is_empty() {
                    cx.error(&input.ident, "an enum without variants has no value: add a variant");
                }
                let variants =
                    data.variants.iter().map(|variant| (&variant.ident, text(cx, variant, rename_all)));
                Shape::Enum(unique(cx, variants.collect()))
            }
            Data::Struct(data) => {
                if rename_all.is_some() {
                    cx.error(&input.ident, "`rename_all` is for the variants of an enum: remove it");
                }
                newtype(cx, &input.ident, &data.fields)
            }
            Data::Union(data) => {
                cx.error(
                    data.union_token,
                    "a union cannot be a tag: use an enum, or a struct around one value",
                );
                Shape::Enum(Vec::new())
            }
        };
        Self { ident: &input.ident, generics: &input.generics, krate, shape }
    }
}

fn newtype<'a>(cx: &Ctxt, ident: &Ident, fields: &'a Fields) -> Shape<'a> {
    match fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Shape::Newtype(&fields.unnamed[0].ty),
        _ => {
            cx.error(
                ident,
                "`TagValue` is derived for enums without data and for structs around one value: write \
                 `struct Name(Inner);`, or implement `TagValue` by hand",
            );
            Shape::Enum(Vec::new())
        }
    }
}

/// The value that stands for a variant.
fn text(cx: &Ctxt, variant: &syn::Variant, rename_all: Option<Case>) -> Name {
    let mut rename = Once::new(symbol::RENAME);
    for args in ours(cx, &variant.attrs) {
        args.each(None, |meta| {
            if meta.path == symbol::RENAME {
                rename.set(cx, &meta.path, args.text(meta)?);
            } else {
                args.unknown(meta, &[symbol::RENAME])?;
            }
            Ok(())
        });
    }
    if !matches!(variant.fields, Fields::Unit) {
        cx.error(
            &variant.fields,
            "a tag's value is one text, so variants cannot carry data: remove it, or implement `TagValue` by hand",
        );
    }
    let name = rename.get().map_or_else(
        || {
            let Name { text, span } = Name::from(&variant.ident);
            Name { text: rename_all.map_or_else(|| text.clone(), |case| case.apply(&text)), span }
        },
        Name::from,
    );
    if let Some(problem) = problem(Kind::TagValue, &name.text) {
        cx.error_at(name.span, problem);
    }
    name
}

/// Two variants of one value could not be told apart.
fn unique<'a>(cx: &Ctxt, variants: Vec<(&'a Ident, Name)>) -> Vec<(&'a Ident, Name)> {
    let mut seen = HashSet::new();
    for (_, name) in &variants {
        if !seen.insert(&name.text) {
            cx.error_at(
                name.span,
                format_args!("two variants are written `{}`: give one another `rename`", name.text),
            );
        }
    }
    variants
}

/// The `#[tag_value]` of a type or variant; a second one is reported.
fn ours<'a>(cx: &'a Ctxt, attributes: &'a [Attribute]) -> impl Iterator<Item = Args<'a>> {
    let mut one = OneAttribute::new(symbol::TAG_VALUE);
    attributes.iter().filter(|attribute| *attribute.path() == symbol::TAG_VALUE).map(move |attribute| {
        one.see(cx, attribute);
        Args { cx, attribute, owner: symbol::TAG_VALUE }
    })
}
