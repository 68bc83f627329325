//! Attributes into plain structs. Only arguments that are wrong by themselves are reported here; what needs
//! more than one attribute is in `check`.

use crate::args::{Args, Fill, Once, OneAttribute, skip_value};
use crate::case::Case;
use crate::ctxt::Ctxt;
use crate::name::Name;
use crate::symbol::{self, Symbol};
use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, ExprPath, LitStr, Token, parse_quote};

// === The type and its variants ===

/// `#[measurement(…)]` on a type.
pub(crate) struct Container {
    pub(crate) krate: syn::Path,
    pub(crate) tags: Vec<(Name, Name)>,
    pub(crate) non_finite: Option<&'static str>,
    pub(crate) group: bool,
    pub(crate) naming: Naming,
    pub(crate) packed: bool,
}

/// What a variant may say differently from its enum.
#[derive(Default)]
pub(crate) struct Naming {
    pub(crate) name: Option<Name>,
    pub(crate) rename_all: Option<Case>,
    /// A role stands on the variant and not on its member, which has been reported.
    pub(crate) misplaced_role: bool,
}

const NON_FINITE: [(&str, &str); 2] = [("skip", "Skip"), ("error", "Error")];

impl Container {
    pub(crate) fn read(cx: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut krate = Once::new(symbol::CRATE);
        let mut name = Once::new(symbol::NAME);
        let mut rename_all = Once::new(symbol::RENAME_ALL);
        let mut tags = Once::new(symbol::TAGS);
        let mut non_finite = Once::new(symbol::NON_FINITE);
        let mut group = Once::new(symbol::GROUP);
        for args in measurement_attributes(cx, attributes, "the type") {
            args.each(None, |meta| {
                let at = &meta.path;
                if *at == symbol::CRATE {
                    krate.set(cx, at, args.module(meta)?);
                } else if *at == symbol::NAME {
                    name.set(cx, at, args.text(meta)?);
                } else if *at == symbol::RENAME_ALL {
                    rename_all.set(cx, at, args.choice(meta, &Case::NAMED)?);
                } else if *at == symbol::TAGS {
                    tags.set(cx, at, constant_tags(args, meta)?);
                } else if *at == symbol::NON_FINITE {
                    non_finite.set(cx, at, args.choice(meta, &NON_FINITE)?);
                } else if *at == symbol::GROUP {
                    group.set(cx, at, Some(args.flag(meta)?));
                } else {
                    use symbol::{CRATE, GROUP, NAME, NON_FINITE, RENAME_ALL, TAGS};
                    args.unknown(meta, &[NAME, RENAME_ALL, TAGS, NON_FINITE, GROUP, CRATE])?;
                }
                Ok(())
            });
        }
        Self {
            krate: krate.get().unwrap_or_else(|| parse_quote!(::influx_core)),
            tags: tags.get().unwrap_or_default(),
            non_finite: non_finite.get().map(|(policy, _)| policy),
            group: group.get().is_some(),
            naming: Naming {
                name: name.get().map(Name::from),
                rename_all: rename_all.get().map(|(case, _)| case),
                misplaced_role: is_role_on(attributes),
            },
            packed: is_packed(attributes),
        }
    }
}

impl Naming {
    /// `#[measurement(…)]` on a variant.
    pub(crate) fn of_variant(cx: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut name = Once::new(symbol::NAME);
        let mut rename_all = Once::new(symbol::RENAME_ALL);
        for args in measurement_attributes(cx, attributes, "the variant") {
            args.each(None, |meta| {
                if meta.path == symbol::NAME {
                    name.set(cx, &meta.path, args.text(meta)?);
                } else if meta.path == symbol::RENAME_ALL {
                    rename_all.set(cx, &meta.path, args.choice(meta, &Case::NAMED)?);
                } else {
                    args.unknown(meta, &[symbol::NAME, symbol::RENAME_ALL])?;
                }
                Ok(())
            });
        }
        Self {
            name: name.get().map(Name::from),
            rename_all: rename_all.get().map(|(case, _)| case),
            misplaced_role: is_role_on(attributes),
        }
    }
}

/// The `#[measurement]` of a type or variant; a second one and the roles of members are reported.
fn measurement_attributes<'a>(
    cx: &'a Ctxt,
    attributes: &'a [Attribute],
    place: &'static str,
) -> impl Iterator<Item = Args<'a>> {
    let mut one = OneAttribute::new(symbol::MEASUREMENT);
    attributes.iter().filter_map(move |attribute| {
        let owner = role_name(attribute)?;
        if owner == symbol::MEASUREMENT {
            one.see(cx, attribute);
            return Some(Args { cx, attribute, owner });
        }
        cx.error(attribute, format_args!("`#[{owner}]` is for members: put it on a member of {place}"));
        None
    })
}

fn is_role_on(attributes: &[Attribute]) -> bool {
    attributes.iter().filter_map(role_name).any(|role| role != symbol::MEASUREMENT)
}

const TAGS_FORM: &str = "tags(env = \"prod\")";

/// `tags(env = "prod", "data-center" = "x")`.
fn constant_tags(args: Args<'_>, meta: &ParseNestedMeta<'_>) -> syn::Result<Option<Vec<(Name, Name)>>> {
    if !meta.input.peek(syn::token::Paren) {
        args.cx.error(&meta.path, format_args!("`tags` takes a list: write `{TAGS_FORM}`"));
        skip_value(meta.input)?;
        return Ok(None);
    }
    let content;
    syn::parenthesized!(content in meta.input);
    let mut tags = Vec::new();
    while !content.is_empty() {
        let key = if content.peek(LitStr) {
            Name::from(content.parse::<LitStr>()?)
        } else {
            Name::from(&Ident::parse_any(&content)?)
        };
        if content.peek(Token![=]) {
            content.parse::<Token![=]>()?;
            let value = args.literal(&content, TAGS_FORM)?;
            tags.extend(value.map(|value| (key, Name::from(value))));
        } else {
            skip_value(&content)?;
            args.cx.error_at(key.span, format_args!("a constant tag needs a value: write `{TAGS_FORM}`"));
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(Some(tags))
}

/// Members of a packed type cannot be borrowed.
fn is_packed(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| *attribute.path() == symbol::REPR).any(|attribute| {
        let list = attribute.meta.require_list();
        list.is_ok_and(|list| list.tokens.clone().into_iter().any(|token| token.to_string() == "packed"))
    })
}

// === Members ===

/// The role of a member with its arguments; which of them a role has is settled when they are read.
pub(crate) struct Role<'a> {
    pub(crate) attribute: &'a Attribute,
    pub(crate) what: Symbol,
    pub(crate) name: Option<Name>,
    pub(crate) skip_if: Option<ExprPath>,
    pub(crate) with: Option<ExprPath>,
    pub(crate) read_with: Option<ExprPath>,
    pub(crate) default: Option<Fill>,
    pub(crate) ty: Option<(&'static str, Span)>,
    pub(crate) unit: Option<(&'static str, Span)>,
    pub(crate) prefix: Option<Name>,
    /// An argument was there, but wrong.
    pub(crate) broken: bool,
}

const TYPES: [(&str, &str); 5] = [
    ("integer", "Integer"),
    ("unsigned", "Unsigned"),
    ("float", "Float"),
    ("string", "String"),
    ("boolean", "Boolean"),
];

const UNITS: [(&str, &str); 8] = [
    ("ns", "Nanos"),
    ("us", "Micros"),
    ("ms", "Millis"),
    ("s", "Seconds"),
    ("nanoseconds", "Nanos"),
    ("microseconds", "Micros"),
    ("milliseconds", "Millis"),
    ("seconds", "Seconds"),
];

impl<'a> Role<'a> {
    /// The member's role; a second one is reported, and so is none, unless one was `misplaced`.
    pub(crate) fn read(cx: &Ctxt, field: &'a syn::Field, misplaced: bool) -> Option<Self> {
        let mut first: Option<Self> = None;
        for attribute in &field.attrs {
            let Some(what) = role_name(attribute) else { continue };
            let role = Self::parse(cx, attribute, what);
            match &first {
                None => first = Some(role),
                Some(first) if first.what == what => {
                    cx.error(attribute, format_args!("`#[{what}]` is given twice: keep one"));
                }
                Some(first) => cx.error(
                    attribute,
                    format_args!(
                        "a member has one role, and this one is `#[{}]`: keep one of them",
                        first.what
                    ),
                ),
            }
        }
        if first.is_none() && !misplaced {
            cx.error(
                field,
                "this member has no role: mark it `#[tag]`, `#[field]`, `#[time]`, `#[measurement]`, \
                 `#[flatten]` or `#[skip]`",
            );
        }
        first
    }

    fn parse(cx: &Ctxt, attribute: &'a Attribute, what: Symbol) -> Self {
        use symbol::{AS, DEFAULT, NAME, PREFIX, READ_WITH, SKIP_IF, UNIT, WITH};
        let args = Args { cx, attribute, owner: what };
        let known: &[Symbol] = match what {
            symbol::TAG => &[NAME, SKIP_IF, WITH, READ_WITH, DEFAULT],
            symbol::FIELD => &[NAME, SKIP_IF, WITH, READ_WITH, AS, DEFAULT],
            symbol::TIME => &[NAME, UNIT, SKIP_IF, WITH, READ_WITH, DEFAULT],
            symbol::FLATTEN => &[PREFIX, DEFAULT],
            _ => &[DEFAULT],
        };
        let mut name = Once::new(NAME);
        let mut skip_if = Once::new(SKIP_IF);
        let mut with = Once::new(WITH);
        let mut read_with = Once::new(READ_WITH);
        let mut ty = Once::new(AS);
        let mut unit = Once::new(UNIT);
        let mut prefix = Once::new(PREFIX);
        let mut default = Once::new(DEFAULT);

        let mut bare_name = None;
        let mut bare = |literal| bare_name = Some(literal);
        let bare = known.contains(&NAME).then_some(&mut bare as &mut dyn FnMut(Option<LitStr>));
        let mut repeated_name = None;
        args.each(bare, |meta| {
            let at = &meta.path;
            match known.iter().find(|argument| *at == **argument) {
                Some(&NAME) => {
                    repeated_name.get_or_insert_with(|| at.clone());
                    name.set(cx, at, args.text(meta)?);
                }
                Some(&SKIP_IF) => skip_if.set(cx, at, args.path(meta)?),
                Some(&WITH) => with.set(cx, at, args.path(meta)?),
                Some(&READ_WITH) => read_with.set(cx, at, args.path(meta)?),
                Some(&AS) => ty.set(cx, at, args.choice(meta, &TYPES)?),
                Some(&UNIT) => unit.set(cx, at, args.choice(meta, &UNITS)?),
                Some(&PREFIX) => prefix.set(cx, at, args.text(meta)?),
                Some(&DEFAULT) => default.set(cx, at, args.default(meta)?),
                _ => Self::unknown(args, meta, known)?,
            }
            Ok(())
        });
        if let (Some(_), Some(second)) = (&bare_name, repeated_name) {
            cx.error(second, "`name` is given twice: keep one");
        }
        let broken = [name.is_broken(), matches!(bare_name, Some(None)), ty.is_broken(), unit.is_broken()]
            .into_iter()
            .chain([skip_if.is_broken(), with.is_broken(), read_with.is_broken(), prefix.is_broken()])
            .any(|broken| broken);
        Self {
            broken,
            attribute,
            what,
            name: bare_name.flatten().or(name.get()).map(Name::from),
            skip_if: skip_if.get(),
            with: with.get(),
            read_with: read_with.get(),
            default: default.get(),
            ty: ty.get(),
            unit: unit.get(),
            prefix: prefix.get().map(Name::from),
        }
    }

    fn unknown(args: Args<'_>, meta: &ParseNestedMeta<'_>, known: &[Symbol]) -> syn::Result<()> {
        let message = match args.owner {
            symbol::SKIP if meta.path == symbol::NAME => "a skipped member is not written: remove `name`",
            symbol::MEASUREMENT => {
                "on a member `#[measurement]` takes no arguments, its value is the name: write them on the type"
            }
            _ => return args.unknown(meta, known),
        };
        args.cx.error(&meta.path, message);
        skip_value(meta.input).map(drop)
    }
}

/// Which of our attributes this is.
fn role_name(attribute: &Attribute) -> Option<Symbol> {
    use symbol::{FIELD, FLATTEN, MEASUREMENT, SKIP, TAG, TIME};
    [TAG, FIELD, TIME, MEASUREMENT, FLATTEN, SKIP].into_iter().find(|role| *attribute.path() == *role)
}
