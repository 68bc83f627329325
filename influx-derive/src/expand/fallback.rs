//! After errors: stubs in place of the impls, so that one bad attribute does not bring an error at each use.

use super::hidden;
use crate::attr::Container;
use crate::bound;
use crate::ctxt::Ctxt;
use crate::tag_value;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

pub(crate) fn measurement(input: &DeriveInput, error: &syn::Error) -> TokenStream {
    let errors = error.to_compile_error();
    let krate = Ctxt::silently(|cx| Container::read(cx, &input.attrs)).krate;
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let stubs = hidden(quote! {
        impl #impl_generics #krate::Measurement for #ident #ty_generics #where_clause {
            fn encode(&self, _: &mut #krate::Line<'_>) {}
        }
        impl #impl_generics #krate::Group for #ident #ty_generics #where_clause {
            fn tags(&self, _: &mut #krate::Line<'_>) {}
            fn fields(&self, _: &mut #krate::Line<'_>) {}
        }
        impl #impl_generics #krate::Described for #ident #ty_generics #where_clause {
            const SCHEMA: &'static #krate::Schema =
                &#krate::Schema::new(::core::option::Option::None, &[]);
        }
        impl #impl_generics #krate::DescribedVariants for #ident #ty_generics #where_clause {
            const SCHEMAS: &'static [&'static #krate::Schema] = &[];
        }
    });
    quote!(#errors #stubs)
}

pub(crate) fn from_row(input: &DeriveInput, error: &syn::Error) -> TokenStream {
    let errors = error.to_compile_error();
    let krate = Ctxt::silently(|cx| Container::read(cx, &input.attrs)).krate;
    let ident = &input.ident;
    let generics = bound::with_lifetime(&input.generics);
    let (_, ty_generics, where_clause) = input.generics.split_for_impl();
    let (impl_generics, ..) = generics.split_for_impl();
    let stub = hidden(quote! {
        impl #impl_generics #krate::query::FromRow<'__r> for #ident #ty_generics #where_clause {
            fn columns(_: &mut #krate::query::Wanted) {}
            fn from_row(
                _: &mut #krate::query::RowReader<'_, '__r>,
            ) -> ::core::result::Result<Self, #krate::query::RowError> {
                ::core::result::Result::Err(#krate::query::RowError::new(""))
            }
        }
    });
    quote!(#errors #stub)
}

pub(crate) fn tag_value(input: &DeriveInput, error: &syn::Error) -> TokenStream {
    let errors = error.to_compile_error();
    let krate = Ctxt::silently(|cx| tag_value::Container::read(cx, &input.attrs)).krate;
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let reading = bound::with_lifetime(&input.generics);
    let (reading, ..) = reading.split_for_impl();
    let points = [quote!(#ident #ty_generics), quote!(&#ident #ty_generics)].map(|this| {
        quote! {
            impl #impl_generics #krate::PointTag for #this #where_clause {
                fn into_tag(self) -> ::core::option::Option<::std::string::String> {
                    ::core::option::Option::None
                }
            }
            impl #impl_generics #krate::PointField for #this #where_clause {
                fn into_field(self) -> ::core::option::Option<#krate::PointValue> {
                    ::core::option::Option::None
                }
            }
        }
    });
    let stubs = hidden(quote! {
        impl #impl_generics #krate::TagValue for #ident #ty_generics #where_clause {
            fn write_tag(&self, _: #krate::TagSlot<'_, '_>) {}
        }
        impl #impl_generics #krate::FieldValue for #ident #ty_generics #where_clause {
            const TYPE: #krate::ValueType = #krate::ValueType::String;
            fn write_field(&self, _: #krate::FieldSlot<'_, '_>) {}
        }
        #(#points)*
        #krate::__private::from_value! {
            impl #reading #krate::query::FromValue<'__r> for #ident #ty_generics #where_clause {
                fn from_value(
                    _: #krate::query::Cell<'__r>,
                ) -> ::core::result::Result<Self, #krate::query::RowError> {
                    ::core::result::Result::Err(#krate::query::RowError::new(""))
                }
            }
        }
    });
    quote!(#errors #stubs)
}
