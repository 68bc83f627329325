//! `Described::SCHEMA`: names, roles and types, and the checks that need them.

use super::{at, attributes, respan};
use crate::ast::{Content, Input, Record, RecordMember, Shape};
use crate::name::Name;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{GenericParam, Generics, Path};

pub(crate) fn described(
    input: &Input<'_>,
    generics: &Generics,
    record: &Record<'_>,
    is_group: bool,
) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let attributes = attributes();
    let schema = schema(krate, record, is_group);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #attributes
        impl #impl_generics #krate::Described for #ident #ty_generics #where_clause {
            const SCHEMA: &'static #krate::Schema = #schema;
        }
        #attributes
        impl #impl_generics #krate::DescribedVariants for #ident #ty_generics #where_clause {
            const SCHEMAS: &'static [&'static #krate::Schema] = &[<Self as #krate::Described>::SCHEMA];
        }
    }
}

pub(crate) fn described_variants(
    input: &Input<'_>,
    generics: &Generics,
    variants: &[Record<'_>],
) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let attributes = attributes();
    let schemas = variants.iter().map(|variant| schema(krate, variant, false));
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #attributes
        impl #impl_generics #krate::DescribedVariants for #ident #ty_generics #where_clause {
            const SCHEMAS: &'static [&'static #krate::Schema] = &[#(#schemas),*];
        }
    }
}

/// Constant tags, then the members as they are declared.
fn schema(krate: &Path, record: &Record<'_>, is_group: bool) -> TokenStream {
    let measurement = if is_group || record.measurement().is_some() {
        quote!(::core::option::Option::None)
    } else {
        let name = &record.name.text;
        quote!(::core::option::Option::Some(#name))
    };
    let constants = record.constant_tags.iter().map(|(key, _)| tag(krate, key));
    let members = constants.chain(record.members.iter().filter_map(|member| content(krate, member)));
    quote!(&#krate::Schema::new(#measurement, &[#(#members),*]))
}

fn tag(krate: &Path, Name { text, .. }: &Name) -> TokenStream {
    quote!(#krate::Member::tag(#text))
}

fn content(krate: &Path, member: &RecordMember<'_>) -> Option<TokenStream> {
    let ty = member.ty;
    let span = at(ty);
    Some(match &member.content {
        Content::Tag { key } => tag(krate, key),
        Content::Time { name: Name { text, .. }, .. } => quote!(#krate::Member::time(#text)),
        Content::Field { key: Name { text, .. }, ty: declared } => {
            let own = quote_spanned!(span=> <#ty as #krate::FieldValue>::TYPE);
            let value_type = match declared {
                None => own,
                Some((declared, declared_at)) => {
                    let declared_at = declared_at.resolved_at(Span::call_site());
                    let declared = Ident::new(declared, declared_at);
                    let declared = quote!(#krate::ValueType::#declared);
                    if member.with.is_some() {
                        declared
                    } else {
                        let check = quote!(#krate::__private::check_coercible(#own, #declared));
                        let check = respan(check, declared_at);
                        quote!({ #check; #declared })
                    }
                }
            };
            quote!(#krate::Member::field(#text, #value_type))
        }
        Content::Flatten { prefix } => {
            let prefix = prefix.as_ref().map_or("", |prefix| &prefix.text);
            let schema = quote_spanned!(span=> <#ty as #krate::Group>::__SCHEMA);
            quote!(#krate::Member::group(#prefix, #schema))
        }
        Content::Measurement | Content::Skip | Content::Invalid => return None,
    })
}

/// Items and statements that fail the build where flattened keys meet or a coercion is impossible.
pub(crate) struct Checks {
    /// Those that run as soon as the type is compiled.
    pub(crate) now: TokenStream,
    /// Those that must wait in `encode` until type parameters are known.
    pub(crate) in_use: TokenStream,
}

pub(crate) fn checks(input: &Input<'_>) -> Checks {
    let parameters = &input.generics.params;
    // Rustc takes a constant that runs long for one that never ends. These end, however wide the record is.
    let long = quote!(#[allow(long_running_const_eval)]);
    if parameters.iter().all(|parameter| matches!(parameter, GenericParam::Lifetime(_))) {
        let ident = input.ident;
        let lifetimes = parameters.iter().map(|_| quote!('static));
        let arguments = (!parameters.is_empty()).then(|| quote!(<#(#lifetimes),*>));
        let checks = each(input, &quote!(#ident #arguments));
        Checks { now: quote!(#(#long const _: () = #checks;)*), in_use: TokenStream::new() }
    } else {
        let checks = each(input, &quote!(Self));
        Checks { now: TokenStream::new(), in_use: quote!(#(#long const { #checks };)*) }
    }
}

/// A check for each record of `of` that has anything to check, at what may fail.
fn each(input: &Input<'_>, of: &TokenStream) -> Vec<TokenStream> {
    let krate = &input.krate;
    let is_enum = matches!(input.data, Shape::Enum(_));
    let records = input.records().iter().enumerate();
    let checks = records.filter_map(|(index, record)| {
        let schema = if is_enum {
            quote!(<#of as #krate::DescribedVariants>::SCHEMAS[#index])
        } else {
            quote!(<#of as #krate::Described>::SCHEMA)
        };
        // What is not flattened has been compared here already.
        if let Some((member, _)) = record.groups().next() {
            return Some(respan(quote!(#krate::__private::check_unique(#schema)), at(member.ty)));
        }
        // The schema itself holds the checks of coercions: it only needs to be looked at.
        let span = record.members.iter().find_map(coerced)?;
        Some(respan(quote!({ let _: &'static #krate::Schema = #schema; }), span))
    });
    checks.collect()
}

/// Where the type of a field is another than the member's, which this macro cannot see.
fn coerced(member: &RecordMember<'_>) -> Option<Span> {
    match &member.content {
        Content::Field { ty: Some((_, span)), .. } if member.with.is_none() => {
            Some(span.resolved_at(Span::call_site()))
        }
        _ => None,
    }
}
