//! Where-clauses: what generic members must be able to do.

use crate::ast::{Content, Input, RecordMember};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use std::collections::HashSet;
use syn::{Generics, Ident, WherePredicate, parse_quote};

/// The type's generics with a bound for each written member whose type names a type parameter.
pub(crate) fn with_bounds(input: &Input<'_>) -> Generics {
    let mut generics = input.generics.clone();
    let parameters: Vec<&Ident> = input.generics.type_params().map(|parameter| &parameter.ident).collect();
    if parameters.is_empty() {
        return generics;
    }
    let mut seen = HashSet::new();
    let mut predicates: Vec<WherePredicate> = Vec::new();
    for member in input.records().iter().flat_map(|record| &record.members) {
        let ty = member.ty;
        if let Some(bound) = bound(input, member)
            && mentions(ty.to_token_stream(), &parameters)
        {
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

fn bound(input: &Input<'_>, member: &RecordMember<'_>) -> Option<TokenStream> {
    let krate = &input.krate;
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

/// By spelling: a bound too many is one that holds anyway.
fn mentions(tokens: TokenStream, parameters: &[&Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => parameters.contains(&&ident),
        TokenTree::Group(group) => mentions(group.stream(), parameters),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
