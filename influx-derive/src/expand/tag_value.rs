//! `#[derive(TagValue)]`: `TagValue` and `FieldValue`.

use super::{at, attributes, fallback, hidden};
use crate::ctxt::Ctxt;
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
    let krate = &input.krate;
    match &input.shape {
        Shape::Enum(variants) => {
            let arms = variants.iter().map(|(ident, name)| {
                let text = &name.text;
                quote!(Self::#ident => #text)
            });
            let text = quote!(match self { #(#arms),* });
            let ty = quote!(#krate::ValueType::String);
            let tag = tag(input, input.generics, &quote!(__slot.text(#text)));
            let field = field(input, input.generics, &ty, &quote!(__slot.string(#text)));
            quote!(#tag #field)
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
            quote!(#tag #field)
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
