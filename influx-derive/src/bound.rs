//! Where-clauses: what generic members must be able to do.

use crate::args::Fill;
use crate::ast::{Content, Input, RecordMember};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use std::collections::HashSet;
use syn::{GenericParam, Generics, Ident, LifetimeParam, Path, WherePredicate, parse_quote};

/// The type's generics with a bound for each written member whose type names a type parameter.
pub(crate) fn to_write(input: &Input<'_>) -> Generics {
    with_bounds(input, input.generics.clone(), |member| written(&input.krate, member).into_iter().collect())
}

/// The type's generics with the lifetime of what is read, and a bound for each member whose type names a type parameter.
pub(crate) fn to_read(input: &Input<'_>) -> Generics {
    with_bounds(input, with_lifetime(input.generics), |member| read(&input.krate, member))
}

/// The generics with the lifetime `'__r`, which all others may be as long as.
pub(crate) fn with_lifetime(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    let shorter = generics.lifetimes().map(|parameter| &parameter.lifetime);
    let longest: LifetimeParam = parse_quote!('__r: #(#shorter)+*);
    generics.params.insert(0, GenericParam::Lifetime(longest));
    generics
}

fn with_bounds(
    input: &Input<'_>,
    mut generics: Generics,
    bounds: impl Fn(&RecordMember<'_>) -> Vec<TokenStream>,
) -> Generics {
    let parameters: Vec<&Ident> = input.generics.type_params().map(|parameter| &parameter.ident).collect();
    if parameters.is_empty() {
        return generics;
    }
    let mut seen = HashSet::new();
    let mut predicates: Vec<WherePredicate> = Vec::new();
    for member in input.records().iter().flat_map(|record| &record.members) {
        let ty = member.ty;
        if !mentions(ty.to_token_stream(), &parameters) {
            continue;
        }
        for bound in bounds(member) {
            let predicate = quote!(#ty: #bound);
            if seen.insert(predicate.to_string()) {
                predicates.push(parse_quote!(#predicate));
            }
        }
    }
    if !predicates.is_empty() {
        generics.make_where_clause().predicates.extend(predicates);
    }
    generics
}

fn written(krate: &Path, member: &RecordMember<'_>) -> Option<TokenStream> {
    Some(match &member.content {
        _ if member.with.is_some() => return None,
        Content::Tag { .. } => quote!(#krate::TagValue),
        Content::Field { .. } => quote!(#krate::FieldValue),
        Content::Time { unit: None, .. } => quote!(#krate::Timestamp),
        Content::Time { unit: Some(_), .. } => quote!(#krate::Ticks),
        Content::Measurement => quote!(::core::convert::AsRef<::core::primitive::str>),
        Content::Flatten { .. } => quote!(#krate::Group),
        Content::Skip | Content::Invalid => return None,
    })
}

fn read(krate: &Path, member: &RecordMember<'_>) -> Vec<TokenStream> {
    let value = match &member.content {
        _ if member.read_with.is_some() => None,
        Content::Time { unit: Some(_), .. } => Some(quote!(#krate::FromTicks)),
        Content::Flatten { .. } => Some(quote!(#krate::query::FromRow<'__r>)),
        Content::Skip | Content::Invalid => None,
        Content::Tag { .. } | Content::Field { .. } | Content::Time { .. } | Content::Measurement => {
            Some(quote!(#krate::query::FromValue<'__r>))
        }
    };
    let filled = match (&member.default, &member.content) {
        (Some(Fill::Default), _) | (None, Content::Skip) => Some(quote!(::core::default::Default)),
        _ => None,
    };
    value.into_iter().chain(filled).collect()
}

/// By spelling: a bound too many is one that holds anyway.
fn mentions(tokens: TokenStream, parameters: &[&Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => parameters.contains(&&ident),
        TokenTree::Group(group) => mentions(group.stream(), parameters),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
