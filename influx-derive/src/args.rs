//! Reads the arguments of one attribute. Nothing here returns a `Result`: what is wrong goes to the [`Ctxt`]
//! and reading goes on, so that the mistakes of one attribute are shown together.

use crate::ctxt::Ctxt;
use crate::suggest::{nearest, one_of};
use crate::symbol::{self, MEASUREMENT, Symbol, TAG_VALUE};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, ExprPath, LitStr, Meta, Token, token};

/// A value that may be given once.
pub(crate) struct Once<T> {
    what: Symbol,
    seen: bool,
    value: Option<T>,
}

impl<T> Once<T> {
    pub(crate) fn new(what: Symbol) -> Self {
        Self { what, seen: false, value: None }
    }

    /// Keeps the first value; a second one is reported at `at`.
    pub(crate) fn set(&mut self, cx: &Ctxt, at: impl ToTokens, value: Option<T>) {
        if self.seen {
            cx.error(at, format_args!("`{}` is given twice: keep one", self.what));
        } else {
            self.seen = true;
            self.value = value;
        }
    }

    /// Something was given, and has been reported: what follows from its absence is no news.
    pub(crate) fn is_broken(&self) -> bool {
        self.seen && self.value.is_none()
    }

    pub(crate) fn get(self) -> Option<T> {
        self.value
    }
}

/// How reading fills a member that a row lacks. Writing has no use for it.
pub(crate) enum Fill {
    Default,
    Function(ExprPath),
}

/// An attribute with its arguments, as `#[tag(name = "host")]`.
#[derive(Clone, Copy)]
pub(crate) struct Args<'a> {
    pub(crate) cx: &'a Ctxt,
    pub(crate) attribute: &'a Attribute,
    /// Its name, for messages.
    pub(crate) owner: Symbol,
}

impl Args<'_> {
    /// Hands each argument to `read`, and a literal in first place to `bare` if that is given.
    pub(crate) fn each(
        self,
        bare: Option<&mut dyn FnMut(Option<LitStr>)>,
        mut read: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>,
    ) {
        let owner = self.owner;
        match &self.attribute.meta {
            Meta::Path(_) => {}
            Meta::NameValue(meta) => {
                self.cx.error(meta, format_args!("arguments stand in brackets: write `#[{owner}(…)]`"))
            }
            Meta::List(list) => {
                let parse = |input: ParseStream<'_>| {
                    if let (Some(bare), true) = (bare, input.peek(syn::Lit)) {
                        bare(self.literal(input, &format!("#[{owner}(\"…\")]"))?);
                        if !input.is_empty() {
                            input.parse::<Token![,]>()?;
                        }
                    }
                    let rest: TokenStream = input.parse()?;
                    syn::meta::parser(|meta| read(&meta)).parse2(rest)
                };
                if let Err(error) = list.parse_args_with(parse) {
                    self.cx.syn(error);
                }
            }
        }
    }

    /// `name = "text"`.
    pub(crate) fn text(self, meta: &ParseNestedMeta<'_>) -> syn::Result<Option<LitStr>> {
        let argument = meta.path.to_token_stream();
        if !meta.input.peek(Token![=]) {
            skip_value(meta.input)?;
            self.cx.error(&meta.path, format_args!("`{argument}` needs a value: write `{argument} = \"…\"`"));
            return Ok(None);
        }
        self.literal(meta.value()?, &format!("{argument} = \"…\""))
    }

    /// One string literal, or an error that says how `expected` looks.
    pub(crate) fn literal(self, input: ParseStream<'_>, expected: &str) -> syn::Result<Option<LitStr>> {
        if input.peek(LitStr) {
            let literal: LitStr = input.parse()?;
            if literal.suffix().is_empty() && (input.is_empty() || input.peek(Token![,])) {
                return Ok(Some(literal));
            }
            let rest = skip_value(input)?;
            self.cx.error(
                quote!(#literal #rest),
                format_args!("expected one string literal: write `{expected}`"),
            );
            return Ok(None);
        }
        let found = skip_value(input)?;
        self.cx.error(found, format_args!("expected a string literal: write `{expected}`"));
        Ok(None)
    }

    /// `name = "path::to::function"`.
    pub(crate) fn path(self, meta: &ParseNestedMeta<'_>) -> syn::Result<Option<ExprPath>> {
        self.parsed(meta, ExprPath::parse, "a path to a function, as in `\"module::function\"`")
    }

    /// `crate = "path::to::influx_core"`.
    pub(crate) fn module(self, meta: &ParseNestedMeta<'_>) -> syn::Result<Option<syn::Path>> {
        self.parsed(meta, syn::Path::parse_mod_style, "a path to influx_core, as in `\"crate::influx\"`")
    }

    fn parsed<T>(
        self,
        meta: &ParseNestedMeta<'_>,
        parse: fn(ParseStream<'_>) -> syn::Result<T>,
        expected: &str,
    ) -> syn::Result<Option<T>> {
        let Some(mut literal) = self.text(meta)? else { return Ok(None) };
        let argument = meta.path.to_token_stream();
        let written = literal.span();
        // One context for what is written around the path and the path, or rustc shows both as one wide span.
        literal.set_span(literal.span().resolved_at(Span::call_site()));
        Ok(literal
            .parse_with(parse)
            .map_err(|_| self.cx.error_at(written, format_args!("`{argument}` takes {expected}")))
            .ok())
    }

    /// `name = "one of some words"`.
    pub(crate) fn choice<T: Copy>(
        self,
        meta: &ParseNestedMeta<'_>,
        choices: &[(&'static str, T)],
    ) -> syn::Result<Option<(T, Span)>> {
        let Some(literal) = self.text(meta)? else { return Ok(None) };
        let text = literal.value();
        let found = choices.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let argument = meta.path.to_token_stream();
            let words = || choices.iter().map(|(word, _)| *word);
            let hint = nearest(&text, words()).map_or_else(String::new, |w| format!("; did you mean `{w}`?"));
            let list = one_of(words());
            self.cx.error(&literal, format_args!("unknown `{argument}`: write {list}{hint}"));
        }
        Ok(found.map(|(_, value)| (*value, literal.span())))
    }

    /// An argument without value.
    pub(crate) fn flag(self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        if meta.input.peek(Token![=]) || meta.input.peek(token::Paren) {
            let value = skip_value(meta.input)?;
            let argument = meta.path.to_token_stream();
            self.cx.error(value, format_args!("`{argument}` takes no value: write `{argument}` alone"));
        }
        Ok(())
    }

    /// `default` or `default = "path"`.
    pub(crate) fn default(self, meta: &ParseNestedMeta<'_>) -> syn::Result<Option<Fill>> {
        if meta.input.peek(Token![=]) {
            Ok(self.path(meta)?.map(Fill::Function))
        } else {
            self.flag(meta)?;
            Ok(Some(Fill::Default))
        }
    }

    /// Reports an argument that this attribute does not have.
    pub(crate) fn unknown(self, meta: &ParseNestedMeta<'_>, known: &[Symbol]) -> syn::Result<()> {
        let Self { cx, owner, .. } = self;
        let known = || known.iter().map(|symbol| symbol.as_str());
        let word = meta.path.to_token_stream().to_string();
        let elsewhere = OWNERS.iter().find(|(argument, _)| meta.path == *argument);
        let twin =
            TWINS.iter().find(|(other, ours)| meta.path == *other && known().any(|k| k == ours.as_str()));
        let hint = if let Some((_, ours)) = twin {
            format!(": write `{ours}`")
        } else if let Some((_, place)) = elsewhere {
            let own = format!("the type's `#[{owner}(…)]`");
            let place = if place.contains(" or ") && [MEASUREMENT, TAG_VALUE].contains(&owner) {
                &own
            } else {
                *place
            };
            format!(": it belongs to {place}")
        } else if let Some(near) = nearest(&word, known()) {
            format!(": did you mean `{near}`?")
        } else if known().next().is_none() {
            ": it takes none".to_owned()
        } else {
            format!(": it takes {}", one_of(known()))
        };
        cx.error(&meta.path, format_args!("`#[{owner}]` has no argument `{word}`{hint}"));
        skip_value(meta.input).map(drop)
    }
}

/// Where an argument would have been right.
const OWNERS: [(Symbol, &str); 14] = [
    (symbol::AS, "`#[field]`"),
    (symbol::CRATE, "the type's `#[measurement(…)]` or `#[tag_value(…)]`"),
    (symbol::DEFAULT, "members"),
    (symbol::GROUP, "the type's `#[measurement(…)]`"),
    (symbol::NAME, "`#[tag]`, `#[field]`, `#[time]` and the type's `#[measurement(…)]`"),
    (symbol::NON_FINITE, "the type's `#[measurement(…)]`"),
    (symbol::PREFIX, "`#[flatten]`"),
    (symbol::READ_WITH, "`#[tag]`, `#[field]` and `#[time]`"),
    (symbol::RENAME, "a variant's `#[tag_value(…)]`"),
    (symbol::RENAME_ALL, "the type's `#[measurement(…)]` or `#[tag_value(…)]`"),
    (symbol::SKIP_IF, "`#[tag]`, `#[field]` and `#[time]`"),
    (symbol::TAGS, "the type's `#[measurement(…)]`"),
    (symbol::UNIT, "`#[time]`"),
    (symbol::WITH, "`#[tag]`, `#[field]` and `#[time]`"),
];

/// Reports each attribute but the first: one has room for all arguments.
pub(crate) struct OneAttribute {
    owner: Symbol,
    seen: bool,
}

impl OneAttribute {
    pub(crate) fn new(owner: Symbol) -> Self {
        Self { owner, seen: false }
    }

    pub(crate) fn see(&mut self, cx: &Ctxt, attribute: &Attribute) {
        if std::mem::replace(&mut self.seen, true) {
            let owner = self.owner;
            cx.error(attribute, format_args!("`#[{owner}]` is given twice: write all arguments in one"));
        }
    }
}

/// Arguments that do the same, each in its place.
const TWINS: [(Symbol, Symbol); 2] = [(symbol::RENAME, symbol::NAME), (symbol::NAME, symbol::RENAME)];

/// Takes what is left of one argument, so that the next one is still read.
pub(crate) fn skip_value(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut skipped = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        skipped.extend([input.parse::<TokenTree>()?]);
    }
    Ok(skipped)
}
