//! `#[derive(TagValue)]`: `TagValue` and `FieldValue`, and the same for `Point`.

use super::{at, attributes, fallback, hidden};
use crate::bound;
use crate::ctxt::Ctxt;
use crate::name::Name;
use crate::tag_value::{Input, Shape};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Generics, WherePredicate, parse_quote_spanned};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    match Ctxt::collect(|cx| Input::from_syn(cx, input)) {
        Ok(ast) => hidden(expand(&ast)),
        Err(error) => fallback::tag_value(input, &error),
    }
}

fn expand(input: &Input<'_>) -> TokenStream {
    let Input { ident: name, krate, .. } = input;
    match &input.shape {
        Shape::Enum(variants) => {
            let arms = variants.iter().map(|(variant, Name { text, .. })| quote!(#name::#variant => #text));
            let text = quote!(match self { #(#arms),* });
            let ty = quote!(#krate::ValueType::String);
            let tag = tag(input, input.generics, &quote!(__slot.text(#text)));
            let field = field(input, input.generics, &ty, &quote!(__slot.string(#text)));
            let points = [quote!(), quote!(&)].map(|reference| {
                let owned = quote!(<::std::string::String as ::core::convert::From<_>>::from(#text));
                let owned = quote!(::core::option::Option::Some(#owned));
                let tag = point_tag(input, input.generics, &reference, &owned);
                let value = quote!(#krate::PointField::into_field(#text));
                let field = point_field(input, input.generics, &reference, &value);
                quote!(#tag #field)
            });
            let texts: Vec<_> = variants.iter().map(|(_, Name { text, .. })| format!("{text:?}")).collect();
            let texts = format!("one of {}", texts.join(", "));
            let arms = variants.iter().map(
                |(variant, Name { text, .. })| quote!(#text => ::core::result::Result::Ok(#name::#variant)),
            );
            let read = from_value(
                input,
                &bound::with_lifetime(input.generics),
                &quote! {
                    match #krate::query::Cell::text(&__cell) {
                        #(#arms,)*
                        _ => ::core::result::Result::Err(#krate::query::RowError::unfit(__cell, #texts)),
                    }
                },
                None,
            );
            quote!(#tag #field #(#points)* #read)
        }
        Shape::Newtype(inner) => {
            let span = at(inner);
            let bounded = |bound: WherePredicate| {
                let mut generics = input.generics.clone();
                generics.make_where_clause().predicates.push(bound);
                generics
            };
            // The lifetime keeps rustc from judging the bound here: a newtype around a number that cannot be a
            // tag is still a field.
            let tag = tag(
                input,
                &bounded(parse_quote_spanned!(span=> for<'__any> #inner: #krate::TagValue)),
                &quote_spanned!(span=> #krate::TagValue::write_tag(&self.0, __slot)),
            );
            let field = field(
                input,
                &bounded(parse_quote_spanned!(span=> for<'__any> #inner: #krate::FieldValue)),
                &quote_spanned!(span=> <#inner as #krate::FieldValue>::TYPE),
                &quote_spanned!(span=> #krate::FieldValue::write_field(&self.0, __slot)),
            );
            // A reference is written as a copy: few of what a point takes are taken by reference.
            let points = [
                (quote!(), quote!(::core::marker::Sized), quote!(self.0)),
                (quote!(&), quote!(::core::clone::Clone), quote!(::core::clone::Clone::clone(&self.0))),
            ]
            .map(|(reference, able, value)| {
                let tag = point_tag(
                    input,
                    &bounded(parse_quote_spanned!(span=> for<'__any> #inner: #krate::PointTag + #able)),
                    &reference,
                    &quote_spanned!(span=> #krate::PointTag::into_tag(#value)),
                );
                let field = point_field(
                    input,
                    &bounded(parse_quote_spanned!(span=> for<'__any> #inner: #krate::PointField + #able)),
                    &reference,
                    &quote_spanned!(span=> #krate::PointField::into_field(#value)),
                );
                quote!(#tag #field)
            });
            let mut generics = bound::with_lifetime(input.generics);
            generics
                .make_where_clause()
                .predicates
                .push(parse_quote_spanned!(span=> for<'__any> #inner: #krate::query::FromValue<'__r>));
            let value = quote_spanned!(span=> <#inner as #krate::query::FromValue<'__r>>::from_value(__cell));
            let missing = quote_spanned!(span=> <#inner as #krate::query::FromValue<'__r>>::missing());
            let read = from_value(
                input,
                &generics,
                &quote!(::core::result::Result::map(#value, #name)),
                Some(&quote!(::core::option::Option::map(#missing, #name))),
            );
            quote!(#tag #field #(#points)* #read)
        }
    }
}

fn tag(input: &Input<'_>, generics: &Generics, body: &TokenStream) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let attributes = attributes();
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #attributes
        impl #impl_generics #krate::TagValue for #ident #ty_generics #where_clause {
            #[inline(always)]
            fn write_tag(&self, __slot: #krate::TagSlot<'_, '_>) {
                #body
            }
        }
    }
}

fn field(input: &Input<'_>, generics: &Generics, ty: &TokenStream, body: &TokenStream) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let attributes = attributes();
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #attributes
        impl #impl_generics #krate::FieldValue for #ident #ty_generics #where_clause {
            const TYPE: #krate::ValueType = #ty;
            #[inline(always)]
            fn write_field(&self, __slot: #krate::FieldSlot<'_, '_>) {
                #body
            }
        }
    }
}

/// The way back, where there are answers to read.
fn from_value(
    input: &Input<'_>,
    generics: &Generics,
    body: &TokenStream,
    missing: Option<&TokenStream>,
) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let attributes = attributes();
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = input.generics.split_for_impl();
    let missing = missing.map(|body| {
        quote! {
            fn missing() -> ::core::option::Option<Self> {
                #body
            }
        }
    });
    quote! {
        #krate::__private::from_value! {
            #attributes
            impl #impl_generics #krate::query::FromValue<'__r> for #ident #ty_generics #where_clause {
                fn from_value(
                    __cell: #krate::query::Cell<'__r>,
                ) -> ::core::result::Result<Self, #krate::query::RowError> {
                    #body
                }
                #missing
            }
        }
    }
}

fn point_tag(
    input: &Input<'_>,
    generics: &Generics,
    reference: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let attributes = attributes();
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #attributes
        impl #impl_generics #krate::PointTag for #reference #ident #ty_generics #where_clause {
            fn into_tag(self) -> ::core::option::Option<::std::string::String> {
                #body
            }
        }
    }
}

fn point_field(
    input: &Input<'_>,
    generics: &Generics,
    reference: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let attributes = attributes();
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #attributes
        impl #impl_generics #krate::PointField for #reference #ident #ty_generics #where_clause {
            fn into_field(self) -> ::core::option::Option<#krate::PointValue> {
                #body
            }
        }
    }
}
