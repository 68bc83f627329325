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
    quote!(#krate::Member::Tag { name: #text })
}

fn content(krate: &Path, member: &RecordMember<'_>) -> Option<TokenStream> {
    let ty = member.ty;
    let span = at(ty);
    Some(match &member.content {
        Content::Tag { key } => tag(krate, key),
        Content::Time { name: Name { text, .. }, .. } => quote!(#krate::Member::Time { name: #text }),
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
            quote!(#krate::Member::Field { name: #text, ty: #value_type })
        }
        Content::Flatten { prefix } => {
            let prefix = prefix.as_ref().map_or("", |prefix| &prefix.text);
            let schema = quote_spanned!(span=> <#ty as #krate::Group>::__SCHEMA);
            quote!(#krate::Member::Group { prefix: #prefix, schema: #schema })
        }
        Content::Measurement | Content::Skip | Content::Invalid => return None,
    })
}

/// Statements that fail the build where flattened keys meet or a coercion is impossible: first those that run
/// as soon as the type is compiled, then those that must wait in `encode` until type parameters are known.
pub(crate) fn checks(input: &Input<'_>) -> (TokenStream, TokenStream) {
    let parameters = &input.generics.params;
    if parameters.iter().all(|parameter| matches!(parameter, GenericParam::Lifetime(_))) {
        let ident = input.ident;
        let lifetimes = parameters.iter().map(|_| quote!('static));
        let arguments = (!parameters.is_empty()).then(|| quote!(<#(#lifetimes),*>));
        let checks = calls(input, &quote!(#ident #arguments));
        (quote!(#(const _: () = #checks;)*), TokenStream::new())
    } else {
        let checks = calls(input, &quote!(Self));
        (TokenStream::new(), quote!(#(const { #checks };)*))
    }
}

/// A call for each record of `of` that has anything to check, at what may fail.
fn calls(input: &Input<'_>, of: &TokenStream) -> Vec<TokenStream> {
    let krate = &input.krate;
    let is_enum = matches!(input.data, Shape::Enum(_));
    let records = input.records().iter().enumerate();
    let calls = records.filter_map(|(index, record)| {
        let span = record.members.iter().find_map(may_fail)?;
        let schema = if is_enum {
            quote!(<#of as #krate::DescribedVariants>::SCHEMAS[#index])
        } else {
            quote!(<#of as #krate::Described>::SCHEMA)
        };
        Some(respan(quote!(#krate::__private::check_unique(#schema)), span))
    });
    calls.collect()
}

/// Where the schema of a member holds what this macro cannot see.
fn may_fail(member: &RecordMember<'_>) -> Option<Span> {
    match &member.content {
        Content::Flatten { .. } => Some(at(member.ty)),
        Content::Field { ty: Some((_, span)), .. } if member.with.is_none() => {
            Some(span.resolved_at(Span::call_site()))
        }
        _ => None,
    }
}
